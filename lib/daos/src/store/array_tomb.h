/*
 * array_tomb.h: arrays on their way out.
 *
 * A tomb (CONT_DB_ARRAY: 't', object id) is put by the transaction that removes an object which has a plain file. The
 * file is unlinked only when a checkpoint has made that transaction stable: a power failure may take the container back
 * to the checkpoint before, where the object is still there. So a file that is replaced by rename(2) has its old
 * content or its new.
 *
 * Tombs are cleared by the process that makes the checkpoints (whoever put them), and when the container is opened or
 * closed. An object with a tomb does not exist for those who look it up, though its file still does.
 */
#ifndef DFUSE_STORE_ARRAY_TOMB_H
#define DFUSE_STORE_ARRAY_TOMB_H

#include "cont.h"

int array_tomb_put(struct env_txn *txn, daos_obj_id_t oid);
int array_tomb_remove(struct env_txn *txn, daos_obj_id_t oid);

/* In a transaction of its own. */
int array_tomb_find(struct cont *cont, daos_obj_id_t oid, bool *found);

/* What env_reaper is made of: see env.h. */
void *array_tomb_collect(void *cont);
void array_tomb_reap(void *cont, void *collected, bool stable);

/* Make a checkpoint and clear all tombs there are. */
int array_exhume(struct cont *cont);

#endif
