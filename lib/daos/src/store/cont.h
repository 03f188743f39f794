/*
 * cont.h: containers of the store.
 *
 * A container is the directory <pool>/<container UUID>:
 *
 *	db …		its LMDB environment (env.h) with the databases below
 *	data/XX/…	the plain files of its byte arrays (array.h)
 *
 * A container that a process has open is one `struct cont` there, shared by all its handles.
 */
#ifndef DFUSE_STORE_CONT_H
#define DFUSE_STORE_CONT_H

#include <uuid/uuid.h>

#include <daos_cont.h>

#include "env.h"

/* The databases of a container's environment; names and record formats are in doc/store-format.md. */
enum cont_db {
	CONT_DB_META,	/* properties, the object id counter, times, totals: env_get() and env_put() with "name" keys */
	CONT_DB_ATTR,	/* user attributes */
	CONT_DB_DKEY,	/* (object id, dkey): the dkey's small akeys (kv.h) */
	CONT_DB_AKEY,	/* (dkey number, akey): akeys too large for the above */
	CONT_DB_EXTENT, /* (akey number, record index): extents of those */
	CONT_DB_ARRAY,	/* object id: cell size, chunk size, space of a byte array */
};

struct cont {
	struct env *env;
	uuid_t uuid;
	int data_fd;  /* the directory data/; opened O_PATH */
	void *arrays; /* table of open arrays, owned by array.c */
	/* private to cont.c below */
	char *path;
	unsigned refs;
	struct cont *next;
};

struct pool;

/* What a container handle (DAOS_HTYPE_CO) is. */
struct cont_handle {
	struct cont *cont;
	struct pool *pool;
	unsigned flags; /* DAOS_COO_* it was opened with */
};

/* Whether updates are allowed through it. */
static inline bool cont_handle_writable(const struct cont_handle *h)
{
	return h->flags & (DAOS_COO_RW | DAOS_COO_EX);
}

#endif
