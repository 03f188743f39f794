/*
 * pool.h: pools of the store.
 *
 * A pool is the directory <system>/<pool UUID>:
 *
 *	db …	its LMDB environment (env.h): properties and size, user attributes, the registry of its containers
 *	users	who is connected (users.h)
 *	<UUID>/	its containers (cont.h)
 *
 * struct pool is one opening of it; counted, because container handles outlive neither it nor need its handle.
 */
#ifndef DFUSE_STORE_POOL_H
#define DFUSE_STORE_POOL_H

#include <pthread.h>
#include <stdatomic.h>

#include <uuid/uuid.h>

#include <daos_pool.h>

#include "env.h"
#include "registry.h"
#include "system.h"

enum pool_db {
	POOL_DB_META,  /* "size", properties */
	POOL_DB_ATTR,  /* user attributes */
	POOL_DB_CONT,  /* the registry of containers */
	POOL_DB_LABEL, /* and their labels */
};

struct pool {
	struct env *env;
	struct registry conts;
	uuid_t uuid;
	char *path;
	char *sys_path;
	char sys_name[DAOS_SYS_NAME_MAX + 1];
	uint64_t size; /* bytes; 0: all of the host file system */
	int users;     /* who we are in the file `users` */
	/* private to pool.c and space.c below */
	atomic_uint refs;
	struct {
		pthread_mutex_t lock; /* only ever tried: a child of fork() may find it taken for ever */
		uint64_t version, time, used;
	} others;
};

/* What a pool handle (DAOS_HTYPE_POOL) is. */
struct pool_handle {
	struct pool *pool;
	unsigned flags;	   /* DAOS_PC_* */
	atomic_uint conts; /* open container handles */
};

static inline bool pool_handle_writable(const struct pool_handle *h)
{
	return h->flags & (DAOS_PC_RW | DAOS_PC_EX);
}

/* Make a pool. `prop` may be NULL; a label in it counts where `label` is NULL. */
int pool_create(struct system *sys, const char *label, uint64_t size, const daos_prop_t *prop, uuid_t uuid);

/* Without `force`: -DER_BUSY while it has containers or is connected. */
int pool_destroy(struct system *sys, const char *name, bool force);

/* Open the pool that `name` (label or UUID) means, as one more user of it. */
int pool_open(struct system *sys, const char *name, bool exclusive, struct pool **out);
struct pool *pool_get(struct pool *pool);
void pool_put(struct pool *pool);

/* The ranks of the pool's service: one engine, rank 0. To be freed; NULL if there is no memory. */
d_rank_list_t *pool_svc_ranks(void);

/* Fill `entry`, whose type is set. */
int pool_prop_get(struct pool *pool, struct daos_prop_entry *entry);

/* Total and free bytes of the pool, now. */
int pool_space(struct pool *pool, uint64_t *total, uint64_t *avail);

#endif
