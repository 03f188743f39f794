/*
 * entry.h: directory entries: what DFS stores under one dkey of a directory object.
 *
 * An entry's dkey is its name; its akeys are
 *
 *	DFS_INODE	byte array of INODE_SIZE bytes, little endian, laid out as enum inode_offset says
 *	DFS_SLINK	single value: the target of a symbolic link, without a terminating NUL
 *	x:NAME		single value: the extended attribute NAME
 *
 * Functions return 0 or a positive errno. `th` is a transaction, a snapshot or DAOS_TX_NONE.
 */
#ifndef DFS_ENTRY_H
#define DFS_ENTRY_H

#include <stdint.h>
#include <time.h>
#include <sys/types.h>

#include <daos.h>
#include <daos_fs.h>

#define INODE_AKEY	 "DFS_INODE"
#define SYMLINK_AKEY	 "DFS_SLINK"
#define XATTR_PREFIX	 "x:"

#define XATTR_PREFIX_LEN (sizeof(XATTR_PREFIX) - 1)

enum inode_offset {
	INODE_MODE = 0,
	INODE_OID_LO = 4,
	INODE_OID_HI = 12,
	INODE_MTIME = 20,
	INODE_CTIME = 28,
	INODE_CHUNK_SIZE = 36,
	INODE_OCLASS = 44,
	INODE_MTIME_NSEC = 48,
	INODE_CTIME_NSEC = 56,
	INODE_UID = 64,
	INODE_GID = 68,
	INODE_VALUE_LEN = 72,
	INODE_HLC = 80,
	INODE_SIZE = 88,
};

struct entry {
	mode_t mode;
	daos_obj_id_t oid;
	struct timespec mtime;
	struct timespec ctime;
	daos_size_t chunk_size;
	daos_oclass_id_t oclass;
	uid_t uid;
	gid_t gid;
	uint64_t value_len;
	uint64_t hlc;
};

/* Which fields entry_set() writes. */
enum entry_field {
	ENTRY_MODE = 1,
	ENTRY_MTIME = 2, /* with hlc */
	ENTRY_CTIME = 4,
	ENTRY_OWNER = 8,
	ENTRY_CHUNK_SIZE = 16,
	ENTRY_OCLASS = 32,
};

/*
 * The clock of entries: the one by which kernels stamp files. A finer one would be ahead of it, and a file that a
 * mount's kernel touches right after its creation would seem older than before.
 */
static inline void entry_now(struct timespec *ts)
{
	clock_gettime(CLOCK_REALTIME_COARSE, ts);
}

/* Room for any symbolic link's target and a terminating NUL. */
typedef char entry_value_t[DFS_MAX_PATH];

void entry_encode(const struct entry *e, uint8_t rec[INODE_SIZE]);
void entry_decode(const uint8_t rec[INODE_SIZE], struct entry *e);

/*
 * Whether `name` can name an entry: 1 to DFS_MAX_NAME bytes, no '/', not "." or "..". EINVAL if not; its length in
 * *len.
 */
int entry_name_check(const char *name, size_t *len);

/*
 * Read the entry `name` in directory object `oh`. `value` (may be NULL) receives a symbolic link's target, terminated.
 * ENOENT: no such entry. EINVAL: what lies there is no entry of DFS.
 */
int entry_fetch(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, struct entry *e, char *value);

/*
 * Add the entry `name`; e->value_len bytes at `value` for a symbolic link. One update, conditional on the name being
 * free. EEXIST: it is not.
 */
int entry_insert(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, const struct entry *e,
		 const char *value);

/* Write the named fields of an existing entry and nothing else. ENOENT: it is gone (it is not brought back). */
int entry_set(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, const struct entry *e, unsigned fields);

/* Remove the entry with all its akeys. ENOENT: there is none. */
int entry_remove(daos_handle_t oh, daos_handle_t th, const char *name, size_t len);

/* An extended attribute or symbolic link's value as one akey of the entry. */
struct entry_akey {
	char *name; /* name_len bytes, not terminated */
	size_t name_len;
	void *value;
	size_t value_len;
};

/* All single values of an entry, i.e. everything but DFS_INODE. */
struct entry_akeys {
	struct entry_akey *akey;
	size_t nr;
};

int entry_akeys_fetch(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, struct entry_akeys *akeys);
void entry_akeys_free(struct entry_akeys *akeys);

/* Write the inode record and `akeys` under `name` whatever is there. */
int entry_put(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, const struct entry *e,
	      const struct entry_akeys *akeys);

/* Set *empty to whether the directory object has no entry. */
int entry_dir_empty(daos_handle_t oh, daos_handle_t th, bool *empty);

#endif
