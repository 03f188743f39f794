/*
 * snap.h: the snapshots of a container: epochs with names, kept in its "meta" database under "snap.<epoch in hex>".
 *
 * The engine keeps one version of everything, so a snapshot is a mark in time and nothing that could be read: opening
 * one (daos_tx_open_snap()) is refused with -DER_NOTSUPPORTED.
 */
#ifndef DFUSE_STORE_SNAP_H
#define DFUSE_STORE_SNAP_H

#include <daos_types.h>

#include "env.h"

/* `name` may be NULL. -DER_EXIST: another snapshot has it; -DER_INVAL: it is too long. */
int snap_create(struct env *env, const char *name, daos_epoch_t *epoch);

/* Destroy those in the range, bounds included. -DER_NONEXIST: there is none. */
int snap_destroy(struct env *env, daos_epoch_t lo, daos_epoch_t hi);

struct snap {
	daos_epoch_t epoch;
	char name[128]; /* "" for none */
};

/* All snapshots, oldest first, to be freed. */
int snap_list(struct env *env, struct snap **snaps, uint32_t *count);

/* The number of snapshots and the newest one's epoch (0: none). */
int snap_info(struct env *env, uint32_t *count, daos_epoch_t *newest);

#endif
