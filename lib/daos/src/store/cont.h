/*
 * cont.h: containers of the store.
 *
 * A container is the directory <pool>/<container UUID>:
 *
 *	db …		its LMDB environment (env.h) with the databases below
 *	data/XX/…	the plain files of its byte arrays (array.h)
 *	sums/…		their checksums, if it has any (csum.h)
 *	users		who has it open (users.h)
 *
 * A container that a process has open is one `struct cont` there, shared by all its handles.
 *
 * Destroying one by force leaves handles that are open somewhere to what they still hold: what they read and write goes
 * nowhere, and what they would have to open is not there.
 */
#ifndef DFUSE_STORE_CONT_H
#define DFUSE_STORE_CONT_H

#include <uuid/uuid.h>

#include <daos_cont.h>

#include "env.h"
#include "pool.h"

/* The databases of a container's environment; names and record formats are in doc/store-format.md. */
enum cont_db {
	CONT_DB_META,	/* properties, the object id counter, times, totals: env_get() and env_put() with "name" keys */
	CONT_DB_ATTR,	/* user attributes */
	CONT_DB_DKEY,	/* (object id, dkey): the dkey's small akeys (kv.h) */
	CONT_DB_AKEY,	/* (dkey number, akey): akeys too large for the above */
	CONT_DB_EXTENT, /* (akey number, record index): extents of those */
	CONT_DB_ARRAY,	/* object id: cell size, chunk size, space of a byte array */
};

#define CONT_PARKED 64

struct cont_csum {
	uint32_t type;	/* DAOS_PROP_CO_CSUM_* */
	uint32_t chunk; /* bytes that have a checksum each */
	/* the file sums/state of a process that writes, and its era (csum_era.h); with the lock of array tables */
	int fd;
	pid_t pid;
	uint64_t era;
};

struct cont {
	struct env *env;
	uuid_t uuid;
	int data_fd;		 /* the directory data/; opened O_PATH */
	void *arrays;		 /* table of open arrays, owned by array.c */
	_Atomic(void *) rest;	 /* mapping of the file `rest`, owned by rest_table.c */
	_Atomic(void *) changes; /* struct changes_here, owned by changes_map.c */
	char *path;		 /* absolute */
	struct cont_csum csum;	 /* checksums of the bytes of arrays, owned by csum*.c */
	int parked[CONT_PARKED]; /* fd + 1, or 0; owned by stock.c, of the thread that makes checkpoints */
	/* private to cont.c below */
	unsigned refs;
	atomic_bool miscounted; /* a process died with it open: what its arrays take is to be counted anew */
	struct cont *next;
};

/* What a container handle (DAOS_HTYPE_CO) is. */
struct cont_handle {
	struct cont *cont;
	struct pool *pool;
	unsigned flags; /* DAOS_COO_* it was opened with */
	/* private to cont.c and api/cont*.c below */
	int users; /* who we are in the file `users` */
	struct pool_handle *via;
};

/* Whether updates are allowed through it. */
static inline bool cont_handle_writable(const struct cont_handle *h)
{
	return h->flags & (DAOS_COO_RW | DAOS_COO_EX);
}

/* Make a container. `prop` may be NULL; a label in it counts where `label` is NULL. */
int cont_create(struct pool *pool, const char *label, const daos_prop_t *prop, uuid_t uuid);

/* Without `force`: -DER_BUSY while someone has it open. */
int cont_destroy(struct pool *pool, const char *name, bool force);

/*
 * Open the container that `name` (label or UUID) means, with DAOS_COO_* flags. -DER_BUSY: someone has it open, and one
 * of them or this one with DAOS_COO_EX.
 */
int cont_open(struct pool *pool, const char *name, unsigned flags, struct cont_handle **out);

/* Of a handle's type for the handle table. */
void cont_handle_destroy(void *handle);

/* Metadata of the container changed (attributes, properties): its time of change is now. */
void cont_touch(struct cont_handle *h);

/* What daos_cont_open() and daos_cont_query() tell. */
int cont_info(struct cont_handle *h, daos_cont_info_t *info);

/* The same of a container that is not open. */
int cont_info_closed(struct pool *pool, const uuid_t uuid, daos_cont_info_t *info);

/* Bytes on disk of a container of this pool. `here`: it is open in this process, so that the answer is of now. */
uint64_t cont_usage(struct pool *pool, const uuid_t uuid, bool *here);

/* The same of all containers of the pool that are open in this process. */
uint64_t cont_usage_open(struct pool *pool);

/* Counts every time that this process begins or ends to have a container open. */
uint64_t cont_generation(void);

/* Fill `entry`, whose type is set. */
int cont_prop_get(struct cont_handle *h, struct daos_prop_entry *entry);

/* Set properties that props_check() has seen. -DER_EXIST: the label is taken. */
int cont_prop_set(struct cont_handle *h, const daos_prop_t *prop);

/* Of a new container: begin to count object ids. */
int cont_oids_init(struct env *env, struct env_txn *txn);

/* Reserve `count` object ids (their lower 64 bits) that nobody was or will be given. *first: the first of them. */
int cont_oids_alloc(struct cont_handle *h, uint64_t count, uint64_t *first);

#endif
