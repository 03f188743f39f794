/*
 * owner.h: who owns a new pool or container: "user@" and "group@" of the process, where its creator names nobody else.
 */
#ifndef DFUSE_STORE_OWNER_H
#define DFUSE_STORE_OWNER_H

#include "props.h"

/* Store the owner properties that `prop` (may be NULL) does not have. */
int owner_put(struct env *env, struct env_txn *txn, int db, enum props_of of, const daos_prop_t *prop);

#endif
