/*
 * store.h: a store for a target, in memory, with a pool, a container and a file system in it, gone when the process
 * ends.
 */
#ifndef DFUSE_FUZZ_STORE_H
#define DFUSE_FUZZ_STORE_H

#include <daos.h>
#include <daos_fs.h>

extern daos_handle_t store_poh, store_coh;
extern dfs_t *store_dfs;

void store_make(void);

#endif
