/*
 * pool_handle.h: what the calls on pool handles share.
 */
#ifndef DFUSE_POOL_HANDLE_H
#define DFUSE_POOL_HANDLE_H

#include "handle.h"
#include "store/pool.h"

/* To be given back with handle_put(). NULL: no live pool handle. */
static inline struct pool_handle *pool_handle_get(daos_handle_t poh)
{
	return handle_get(poh, DAOS_HTYPE_POOL);
}

#endif
