/*
 * sys.h: DFS by absolute path.
 *
 * A call splits its path into a directory and a name, takes the directory from the cache (sys_cache.h), and does to the
 * name in it what the call of daos_fs.h does. "/" is the one path that has no name.
 */
#ifndef DFS_SYS_H
#define DFS_SYS_H

#include <daos_fs_sys.h>

#include "lookup.h"
#include "sys_cache.h"

struct dfs_sys {
	struct dfs *dfs;
	int sflags;	/* DFS_SYS_* */
	bool connected; /* made by dfs_sys_connect() and its like, so the mount goes with it */
	struct sys_cache cache;
};

/* A path taken apart. End with sys_path_put(). */
struct sys_path {
	struct sys_dir *dir;
	char name[DFS_MAX_NAME + 1]; /* empty for "/" */
};

/*
 * EINVAL: not an absolute path, or not below the prefix; EOPNOTSUPP: with "." or ".."; ENAMETOOLONG; ENOTDIR: what
 * should be a directory is none; else what looking up the directory says.
 */
int sys_path_get(struct dfs_sys *sys, const char *path, struct sys_path *sp);

/* `rc`: what the operation came to, so that a directory which seems to have gone is looked up anew next time. */
void sys_path_put(struct dfs_sys *sys, struct sys_path *sp, int rc);

/* The entry that `path` leads to. O_NOFOLLOW in `flags`: not through a symbolic link at its end. End with lookup_put().
 */
int sys_lookup(struct dfs_sys *sys, const char *path, int flags, struct lookup *l);

#endif
