/*
 * container.h: the pools and containers that a mount is connected to.
 *
 * Connected when first looked up and kept until the mount ends, in one table by UUID, so that a label and a UUID give
 * the same container and the same inodes. All functions are thread safe; connecting is one at a time.
 */
#ifndef DFUSE_CONTAINER_H
#define DFUSE_CONTAINER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/statvfs.h>
#include <uuid/uuid.h>

#include <daos.h>
#include <daos_fs.h>

#include "cache_time.h"
#include "ranks.h"

struct pool {
	struct pool *next;
	uuid_t uuid;
	char uuid_str[DAOS_UUID_STR_SIZE];
	daos_handle_t poh;
	bool read_only;
};

struct container {
	struct container *next;
	struct pool *pool;
	uuid_t uuid;
	char uuid_str[DAOS_UUID_STR_SIZE];
	daos_handle_t coh;
	dfs_t *dfs;
	dfs_obj_t *root;
	daos_obj_id_t root_oid;
	bool read_only;
	bool plain;    /* files have plain files here, whose descriptors can be had (daos_local_array_fd()) */
	uint64_t salt; /* mixed into st_ino, so that two containers in one mount differ; 0 for a container mount */
	pthread_rwlock_t replying; /* see watch.h */
	struct cache_times times;
	struct watch *watch;	   /* of changes by others; NULL: there is none */
	char *_Atomic root_path;   /* of its root directory, absolute; NULL: not known. Set once */
	atomic_bool xattrs;	   /* a program here has met an extended attribute; see stash.h */
	_Atomic unsigned unbacked; /* files open for writing that have no plain file yet; see file.h */
	_Atomic time_t raced;	   /* when an open last came too late, by the monotonic clock; see file.h */
};

struct connections {
	pthread_mutex_t lock; /* protects the lists; a pool or container in them does not change or go */
	struct pool *pools;
	struct container *containers;
	unsigned npools, ncontainers;
	const char *sys_name;
	bool read_only;
	bool caching;
	struct mount *mount; /* for watches */
	struct ranks svc;    /* nr 0: not given */
};

void connections_init(struct connections *conns, const char *sys_name, bool read_only, bool caching, struct mount *m);
void connections_fini(struct connections *conns);

/* No watch of a container is at work any more when this returns. */
void connections_unwatch(struct connections *conns);

/* dfs_sync() of all containers. 0 or the first errno. */
int connections_sync(struct connections *conns);

/*
 * Connect to a pool by label or UUID. 0 or a negative DER number: -DER_NONEXIST; -DER_NO_PERM; -DER_INVAL: no valid
 * label; -DER_NOTREPLICA: --svc names a rank (`*bad_rank`) that has no replica of the pool's service.
 */
int pool_connect(struct connections *conns, const char *name, struct pool **pool, uint32_t *bad_rank);

/* Where the root of the container was found first; `path` is absolute. */
void container_set_root_path(struct connections *conns, struct container *cont, const char *path);

/* Connect to a container of the pool. -DER_NOTSUPPORTED: its layout is not POSIX. Otherwise as above. */
int container_connect(struct connections *conns, struct pool *pool, const char *name, bool salted,
		      struct container **cont);

/* Size and use of a pool. 0 or errno. */
int pool_statvfs(struct pool *pool, struct statvfs *st);

#endif
