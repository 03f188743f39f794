/*
 * sys_cache.h: directories by path, the last used ones kept open.
 *
 * What the cache gives is never older than the last check. Where the engine can tell that nothing has changed in the
 * container since (daos_local_cont_version()), a cached directory is as good as a fresh lookup; if something has, the
 * path is walked again. On other engines a cached directory is trusted for SYS_CACHE_SECONDS, unless this process
 * itself removes something by path, or an operation in it says that it is gone.
 *
 * The mount's lock protects the list, paths and reference counts. It is not taken with DFS_SYS_NO_LOCK, where the
 * caller promises to use one thread at a time. No I/O is done under it.
 */
#ifndef DFS_SYS_CACHE_H
#define DFS_SYS_CACHE_H

#include <stdbool.h>
#include <sys/queue.h>

#include <daos_fs.h>

enum {
	SYS_CACHE_DIRS = 64,
	SYS_CACHE_SECONDS = 1,
};

struct sys_dir {
	dfs_obj_t *obj;
	unsigned refs;	  /* the list's own included */
	uint64_t checked; /* version or second of the last check */
	char *path;	  /* normalised: "/a/b", or "/" */
	TAILQ_ENTRY(sys_dir) by_use;
};

struct sys_cache {
	struct dfs *dfs;
	bool enabled;
	bool locked;
	unsigned nr;
	TAILQ_HEAD(dir_list, sys_dir) dirs; /* last used first */
};

void sys_cache_init(struct sys_cache *c, struct dfs *dfs, bool enabled, bool locked);

/* The directory at `path`, referenced. ENOTDIR: there is something else. */
int sys_cache_get(struct sys_cache *c, const char *path, struct sys_dir **out);
void sys_cache_put(struct sys_cache *c, struct sys_dir *dir);

/* Forget `path` and everything below it; with "/", which also ends the cache, nothing is left. */
void sys_cache_drop(struct sys_cache *c, const char *path);

#endif
