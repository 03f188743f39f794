/*
 * obj_op.h: one update of an object, as data: applied at once, or kept by a transaction until it commits.
 */
#ifndef DFUSE_OBJ_OP_H
#define DFUSE_OBJ_OP_H

#include <daos_obj.h>

#include "store/cont.h"

enum obj_op_kind { OBJ_OP_UPDATE, OBJ_OP_PUNCH, OBJ_OP_PUNCH_DKEYS, OBJ_OP_PUNCH_AKEYS };

struct obj_op {
	enum obj_op_kind kind;
	daos_obj_id_t oid;
	uint64_t flags;	   /* DAOS_COND_* */
	daos_key_t *dkeys; /* UPDATE, PUNCH_AKEYS: one; PUNCH_DKEYS: nr; PUNCH: none */
	unsigned nr;	   /* of iods, dkeys or akeys */
	daos_iod_t *iods;
	d_sg_list_t *sgls;
	daos_key_t *akeys;
	struct obj_op *next; /* for whoever keeps it */
};

/* What the conditions of the operation say now: 0, -DER_EXIST, -DER_NONEXIST. */
int obj_op_check(struct cont *cont, struct env_txn *txn, const struct obj_op *op);

/* Do it inside the write transaction `txn`, without asking the conditions. */
int obj_op_apply(struct cont *cont, struct env_txn *txn, const struct obj_op *op);

/* After the transaction is committed: what cannot be part of it. */
void obj_op_finish(struct cont *cont, const struct obj_op *op);

/* A copy that shares no memory with the caller's. */
int obj_op_dup(const struct obj_op *op, struct obj_op **out);
void obj_op_free(struct obj_op *op);

/* Conditions of a fetch. */
int obj_fetch_check(struct cont *cont, struct env_txn *txn, daos_obj_id_t oid, uint64_t flags, const daos_key_t *dkey,
		    unsigned nr, const daos_iod_t *iods);

#endif
