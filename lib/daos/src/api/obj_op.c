#include "obj_op.h"

#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>

#include "hlc.h"
#include "store/array.h"
#include "store/changes.h"
#include "store/kv.h"

/* With both conditions a caller says that it does not care. */
static int judge(bool exists, uint64_t flags, uint64_t insert, uint64_t update)
{
	if ((flags & insert) && !(flags & update) && exists)
		return -DER_EXIST;
	if ((flags & update) && !(flags & insert) && !exists)
		return -DER_NONEXIST;
	return 0;
}

static int check_update(struct kv *kv, const struct obj_op *op)
{
	struct kv_dkey d;
	struct kv_akey a;
	int rc = kv_dkey_load(kv, op->dkeys, &d);

	if (rc == 0)
		rc = judge(d.exists, op->flags, DAOS_COND_DKEY_INSERT, DAOS_COND_DKEY_UPDATE);
	for (unsigned i = 0; rc == 0 && i < op->nr; i++) {
		uint64_t flags = op->flags & DAOS_COND_PER_AKEY ? op->iods[i].iod_flags : op->flags;

		if (!(flags & (DAOS_COND_AKEY_INSERT | DAOS_COND_AKEY_UPDATE)))
			continue;
		rc = kv_akey_load(&d, &op->iods[i].iod_name, &a);
		if (rc == 0)
			rc = judge(a.exists, flags, DAOS_COND_AKEY_INSERT, DAOS_COND_AKEY_UPDATE);
	}
	return rc;
}

static int check_punch_keys(struct kv *kv, const struct obj_op *op)
{
	struct kv_dkey d;
	struct kv_akey a;
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < op->nr; i++) {
		bool exists;

		rc = kv_dkey_load(kv, op->kind == OBJ_OP_PUNCH_DKEYS ? &op->dkeys[i] : op->dkeys, &d);
		exists = rc == 0 && d.exists;
		if (exists && op->kind == OBJ_OP_PUNCH_AKEYS) {
			rc = kv_akey_load(&d, &op->akeys[i], &a);
			exists = a.exists;
		}
		if (rc == 0 && !exists)
			rc = -DER_NONEXIST;
	}
	return rc;
}

int obj_op_check(struct cont *cont, struct env_txn *txn, const struct obj_op *op)
{
	struct kv kv;
	bool exists;
	int rc;

	if (!(op->flags & DAOS_COND_MASK))
		return 0;
	kv_view(&kv, cont, txn, op->oid);
	if (op->kind == OBJ_OP_UPDATE)
		return check_update(&kv, op);
	if (!(op->flags & DAOS_COND_PUNCH))
		return 0;
	if (op->kind != OBJ_OP_PUNCH)
		return check_punch_keys(&kv, op);
	rc = kv_object_exists(&kv, &exists);
	if (rc == 0 && !exists && !(daos_is_array(op->oid) && array_exists(cont, op->oid)))
		rc = -DER_NONEXIST;
	return rc;
}

int obj_fetch_check(struct cont *cont, struct env_txn *txn, daos_obj_id_t oid, uint64_t flags, const daos_key_t *dkey,
		    unsigned nr, const daos_iod_t *iods)
{
	struct kv_dkey d;
	struct kv_akey a;
	struct kv kv;
	int rc;

	if (!(flags & (DAOS_COND_DKEY_FETCH | DAOS_COND_AKEY_FETCH | DAOS_COND_PER_AKEY)))
		return 0;
	kv_view(&kv, cont, txn, oid);
	rc = kv_dkey_load(&kv, dkey, &d);
	if (rc == 0 && !d.exists && (flags & DAOS_COND_DKEY_FETCH))
		rc = -DER_NONEXIST;
	for (unsigned i = 0; rc == 0 && i < nr; i++) {
		if (!((flags & DAOS_COND_PER_AKEY ? iods[i].iod_flags : flags) & DAOS_COND_AKEY_FETCH))
			continue;
		rc = kv_akey_load(&d, &iods[i].iod_name, &a);
		if (rc == 0 && !a.exists)
			rc = -DER_NONEXIST;
	}
	return rc;
}

/* A dkey that appeared or went is what an object's epoch tells. */
static int note_change(struct kv *kv, bool before, bool after)
{
	return before == after ? 0 : kv_epoch_put(kv, hlc_now());
}

static int apply_update(struct kv *kv, const struct obj_op *op)
{
	struct kv_dkey d;
	bool before;
	int rc = kv_dkey_load(kv, op->dkeys, &d);

	before = d.exists;
	for (unsigned i = 0; rc == 0 && i < op->nr; i++)
		rc = kv_update(&d, &op->iods[i], op->sgls == NULL ? NULL : &op->sgls[i]);
	return rc == 0 ? note_change(kv, before, d.exists) : rc;
}

static int apply_punch_akeys(struct kv *kv, const struct obj_op *op)
{
	struct kv_dkey d;
	struct kv_akey a;
	bool before;
	int rc = kv_dkey_load(kv, op->dkeys, &d);

	before = d.exists;
	for (unsigned i = 0; rc == 0 && i < op->nr; i++) {
		rc = kv_akey_load(&d, &op->akeys[i], &a);
		if (rc == 0)
			rc = kv_akey_remove(&d, &op->akeys[i], &a);
	}
	return rc == 0 ? note_change(kv, before, d.exists) : rc;
}

static int apply_punch_dkeys(struct kv *kv, const struct obj_op *op)
{
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < op->nr; i++)
		rc = kv_punch_dkey(kv, &op->dkeys[i]);
	return rc == 0 ? note_change(kv, true, false) : rc;
}

int obj_op_apply(struct cont *cont, struct env_txn *txn, const struct obj_op *op)
{
	struct kv kv;
	int rc;

	kv_view(&kv, cont, txn, op->oid);
	switch (op->kind) {
	case OBJ_OP_UPDATE:
		return apply_update(&kv, op);
	case OBJ_OP_PUNCH_AKEYS:
		return apply_punch_akeys(&kv, op);
	case OBJ_OP_PUNCH_DKEYS:
		return apply_punch_dkeys(&kv, op);
	case OBJ_OP_PUNCH:
		rc = kv_punch_object(&kv);
		return rc == 0 && daos_is_array(op->oid) ? array_bury(cont, txn, op->oid) : rc;
	}
	return -DER_INVAL;
}

void obj_op_finish(struct cont *cont, const struct obj_op *op)
{
	if (op->kind == OBJ_OP_PUNCH) {
		if (daos_is_array(op->oid))
			array_retire(cont, op->oid);
		changes_tell(cont, op->oid, NULL);
		return;
	}
	for (unsigned i = 0; i < (op->kind == OBJ_OP_PUNCH_DKEYS ? op->nr : 1); i++)
		changes_tell(cont, op->oid, &op->dkeys[i]);
}

/*
 * A duplicate is one block of memory: the operation, its arrays, then the bytes. A first walk with `mem` NULL counts.
 */
struct packer {
	unsigned char *mem;
	size_t used;
};

static void *pack(struct packer *p, const void *from, size_t len)
{
	void *to = p->mem == NULL ? NULL : p->mem + p->used;

	if (to != NULL && from != NULL && len > 0)
		memcpy(to, from, len);
	p->used += (len + 7) & ~(size_t)7;
	return to;
}

static void pack_keys(struct packer *p, const daos_key_t *from, unsigned nr, daos_key_t **out)
{
	daos_key_t *keys = pack(p, from, nr * sizeof(*from));

	for (unsigned i = 0; i < nr; i++) {
		void *buf = pack(p, from[i].iov_buf, from[i].iov_len);

		if (keys != NULL)
			keys[i].iov_buf = buf;
	}
	*out = keys;
}

static void pack_iods(struct packer *p, const struct obj_op *op, struct obj_op *copy)
{
	daos_iod_t *iods = pack(p, op->iods, op->nr * sizeof(*iods));

	for (unsigned i = 0; i < op->nr; i++) {
		const daos_iod_t *iod = &op->iods[i];
		void *name = pack(p, iod->iod_name.iov_buf, iod->iod_name.iov_len);
		void *recxs =
		    iod->iod_recxs == NULL ? NULL : pack(p, iod->iod_recxs, iod->iod_nr * sizeof(*iod->iod_recxs));

		if (iods != NULL) {
			iods[i].iod_name.iov_buf = name;
			iods[i].iod_recxs = recxs;
		}
	}
	copy->iods = iods;
}

static void pack_sgls(struct packer *p, const struct obj_op *op, struct obj_op *copy)
{
	d_sg_list_t *sgls = pack(p, op->sgls, op->nr * sizeof(*sgls));

	for (unsigned i = 0; i < op->nr; i++) {
		daos_key_t *iovs;

		pack_keys(p, op->sgls[i].sg_iovs, op->sgls[i].sg_nr, &iovs);
		if (sgls != NULL)
			sgls[i].sg_iovs = iovs;
	}
	copy->sgls = sgls;
}

static void pack_op(struct packer *p, const struct obj_op *op)
{
	struct obj_op dummy, *copy = pack(p, op, sizeof(*op));

	if (copy == NULL)
		copy = &dummy;
	copy->next = NULL;
	if (op->dkeys != NULL)
		pack_keys(p, op->dkeys, op->kind == OBJ_OP_PUNCH_DKEYS ? op->nr : 1, &copy->dkeys);
	if (op->akeys != NULL)
		pack_keys(p, op->akeys, op->nr, &copy->akeys);
	if (op->iods != NULL)
		pack_iods(p, op, copy);
	if (op->sgls != NULL)
		pack_sgls(p, op, copy);
}

int obj_op_dup(const struct obj_op *op, struct obj_op **out)
{
	struct packer p = {0};

	pack_op(&p, op);
	p.mem = malloc(p.used);
	if (p.mem == NULL)
		return -DER_NOMEM;
	p.used = 0;
	*out = (struct obj_op *)p.mem;
	pack_op(&p, op);
	return 0;
}

void obj_op_free(struct obj_op *op)
{
	free(op);
}
