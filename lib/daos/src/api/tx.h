/*
 * tx.h: transactions, inside the library.
 *
 * A transaction collects updates, and remembers for everything that was read in it what it looked like. Committing is
 * one LMDB transaction: if something that was read looks different now, or a condition does not hold any more, nothing
 * is done and the answer is -DER_TX_RESTART; otherwise all updates are applied in their order. Reads in a transaction
 * see what is committed, not its own updates (as in DAOS). The bytes of arrays are not part of transactions; destroying
 * one is.
 */
#ifndef DFUSE_TX_H
#define DFUSE_TX_H

#include <daos_types.h>

#include "obj_op.h"

struct tx;

/* What was read. */
enum tx_read {
	TX_READ_DKEY,	/* one dkey and its akeys */
	TX_READ_OBJECT, /* which dkeys there are */
};

/*
 * The transaction of an open handle, with a reference that tx_put() drops. -DER_NO_HDL. For DAOS_TX_NONE *out is NULL
 * and the answer 0.
 */
int tx_get(daos_handle_t th, struct tx **out);
void tx_put(daos_handle_t th);

/* Add an update (copied). -DER_NO_PERM: read-only or not open any more; -DER_EXIST, -DER_NONEXIST: its condition fails.
 */
int tx_add(struct tx *tx, const struct obj_op *op);

/* Remember what a read saw, inside the LMDB transaction that read. `dkey`: for TX_READ_DKEY. */
int tx_saw(struct tx *tx, struct env_txn *txn, struct cont *cont, daos_obj_id_t oid, enum tx_read what,
	   const daos_key_t *dkey);

/* Do one update outside of any transaction. */
int tx_run_alone(struct cont *cont, const struct obj_op *op);

#endif
