/*
 * fs.h: the inside of the interception library: what its files share.
 *
 * The inside does what the kernel's file system layer does above a file system: walks paths, checks permissions, keeps
 * what it has looked up. Below it is libdfs. One lock, taken in call.c, is held from when a call comes in until it is
 * answered; nothing here takes another. Functions return 0 or a positive errno unless they say otherwise.
 */
#ifndef DFUSE_IL_FS_H
#define DFUSE_IL_FS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include <daos.h>
#include <daos_fs.h>

#include "inside.h"

struct node;

/* A container that this process has come to. Kept until the process ends. */
struct fs {
	struct fs *next;
	const struct il_mount *mount;
	char *pool, *cont; /* as they were named */
	char *root_path;   /* absolute path of the root directory */
	size_t root_len;
	daos_handle_t poh, coh;
	dfs_t *dfs;
	struct node *root;
	bool read_only;
	bool plain;	  /* files have plain files, whose descriptors can be had (daos_local_array_open()) */
	uint64_t salt;	  /* mixed into st_ino where one mount has many containers, as dfuse does */
	uint64_t version; /* of the container, when `gen` began */
	uint64_t gen;	  /* what was looked up in this generation still holds */
	char *error;	  /* it cannot be used */
	int board_cont;	  /* its number on the board; -1: none */
	uint64_t voids;	  /* how often all its cards became void, but for new generations */
};

extern const struct il_config *il;

/* Credentials of the process, read again after it has changed them. */
struct creds {
	uid_t uid, euid;
	gid_t gid, egid;
	int nr_groups;
	gid_t groups[64];
};

extern struct creds il_creds;
void creds_read(void);
bool creds_check(void);	   /* true: it has */
unsigned creds_seen(void); /* how often it had, then */

/* MAY_* bits as in access(2): R_OK, W_OK, X_OK. EACCES. `real`: by the real, not the effective ids. */
int may(const struct stat *st, int mask, bool real);
bool owner_or_root(const struct stat *st);

/* The container `pool`/`cont` of a mount. ENOENT; or an errno: the mount cannot be used by this process. */
int fs_get(const struct il_mount *mount, const char *pool, const char *cont, struct fs **out);

/* Begin a call on the container: forget what may no longer hold. */
void fs_check(struct fs *fs);

/* This process has just changed something: if nobody else has, the rest still holds. */
void fs_changed(struct fs *fs);

static inline uint64_t now_gen(const struct fs *fs)
{
	return fs->gen;
}

#endif
