/*
 * inode.h: what the kernel knows of a mount: one inode per file, directory or link that it holds a reference to.
 *
 * The kernel's node id is the inode's address (1 for the root of the mount). An inode lives while the kernel counts
 * look-ups of it (nlookup), or an operation, an open file or a child inode refers to it (refs). A child refers to its
 * parent.
 *
 * DFS keeps an inode in its parent's entry, so an operation on a file needs its parent and name; `parent` and `name`
 * follow every rename through this mount. A rename or unlink by somebody else is noticed when the entry found there is
 * missing or has another object id.
 *
 * The table lock protects the hash chains, nlookup, refs, parent and name. Everything in `attr` is a copy of what the
 * kernel was told last, updated without a lock by whoever has fresh values: it is used for files that no entry
 * describes any more, and to see whether somebody else has changed a file.
 *
 * Size matters: a million of these is the aim. An inode is 144 bytes plus its name.
 */
#ifndef DFUSE_INODE_H
#define DFUSE_INODE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <daos_fs.h>

struct container;
struct open_file;
struct pool;

enum inode_kind {
	INODE_SYSTEM, /* root of a system mount: pools are looked up in it */
	INODE_POOL,   /* a pool: containers are looked up in it */
	INODE_ROOT,   /* the root directory of a container */
	INODE_ENTRY,  /* anything else in a container */
};

struct inode_attr {
	int64_t size;
	int64_t mtime, ctime, atime; /* nanoseconds; atime: 0, or what a program has set */
	int64_t plain_mtime; /* of a file's plain file when the kernel last cached it; 0: it has none, or was not */
	uint32_t mode, uid, gid;
	uint32_t blocks_512k; /* st_blocks, rounded up to 512 KiB: only a hint for unlinked files */
};

struct inode {
	struct inode *next; /* in its hash chain */
	struct inode *parent;
	struct container *cont; /* ROOT and ENTRY */
	struct pool *pool;	/* POOL */
	daos_obj_id_t oid;
	char *name; /* ENTRY: in its parent */
	union {
		_Atomic(dfs_obj_t *) dir;    /* of a directory, made when first needed */
		struct open_file *open_file; /* of a regular file, while it is open; under inode_lock() */
	};
	uint64_t nlookup;
	uint32_t refs;
	uint8_t kind;
	bool hashed;
	atomic_bool unlinked; /* through this mount: no entry leads here any more */
	atomic_bool changed;  /* somebody else has changed the file's data since the kernel last opened it */
	atomic_bool outdated; /* or its size or times, which the kernel does not take over for an inode it knows */
	atomic_bool interest; /* watch_interest() was called for it */
	struct inode_attr attr;
};

struct inode_table {
	pthread_mutex_t lock;
	struct inode **bucket;
	size_t nbuckets; /* a power of two */
	size_t count;
	struct inode *root; /* of the mount; held for its whole life */
};

int inode_table_init(struct inode_table *table);

/* Frees all inodes, whatever the kernel still counts. No other thread may use the table any more. */
void inode_table_fini(struct inode_table *table);

size_t inode_table_count(struct inode_table *table);

/* The mount's root. Takes over nothing of `model` but kind, cont, pool, oid. NULL: no memory. */
struct inode *inode_table_set_root(struct inode_table *table, const struct inode *model);

/*
 * The inode for the object that `parent` has under `name`, with one reference for the caller; a new one if there is
 * none. The kind says what it is; cont and oid (or pool) identify it. An inode that exists takes on the parent and
 * name. NULL: no memory.
 */
struct inode *inode_get(struct inode_table *table, const struct inode *model, struct inode *parent, const char *name);

/* The inode for an object if there is one, with a reference. */
struct inode *inode_find(struct inode_table *table, struct container *cont, daos_obj_id_t oid);

struct inode *inode_ref(struct inode_table *table, struct inode *inode);
void inode_put(struct inode_table *table, struct inode *inode);

/* The kernel was told of the inode once more; or forgets `n` times. */
void inode_remember(struct inode_table *table, struct inode *inode);
void inode_forget(struct inode_table *table, struct inode *inode, uint64_t n);

/*
 * Take the inode out of the hash: the next inode_get() for its object makes another one, with another node id. The
 * kernel then drops what it has cached for the old one.
 */
void inode_detach(struct inode_table *table, struct inode *inode);

/* Where the inode is: its parent (with a reference) and its name. -ENOENT: unlinked. */
int inode_place(struct inode_table *table, struct inode *inode, struct inode **parent, char name[DFS_MAX_NAME + 1]);

/* inode_number() of its parent; of itself at the root of a mount. */
uint64_t inode_parent_number(struct inode_table *table, struct inode *inode);

/* It has moved. 0 or -ENOMEM (its place is then unknown: operations by name give ESTALE). */
int inode_move(struct inode_table *table, struct inode *inode, struct inode *parent, const char *name);

/* Path from the root of its container, for messages and tools. 0, -ENAMETOOLONG. */
int inode_path(struct inode_table *table, struct inode *inode, char *path, size_t len);

/* Call `f` for each inode for which `want` is true, without the lock. 0 or -ENOMEM. */
int inode_table_each(struct inode_table *table, bool (*want)(struct inode *), void (*f)(struct inode *, void *),
		     void *arg);

/* A lock for the open file of an inode; inodes share them. Innermost but for the table's. */
pthread_mutex_t *inode_lock(const struct inode *inode);

/* st_ino: the object id in 64 bits, the same in every mount of the container. */
uint64_t inode_number(const struct inode *inode);

static inline bool inode_is_dfs(const struct inode *inode)
{
	return inode->kind >= INODE_ROOT;
}

#endif
