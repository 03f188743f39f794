#include <stdlib.h>
#include <string.h>

#include <daos_api.h>

#include "cont_handle.h"
#include "event.h"
#include "handle.h"
#include "hlc.h"
#include "library.h"
#include "obj_array.h"
#include "obj_handle.h"
#include "store/array.h"
#include "store/csum.h"
#include "store/kv.h"
#include "tx.h"

static void obj_destroy(void *arg)
{
	struct obj_handle *o = arg;

	handle_put(o->coh);
	free(o);
}

static int obj_open(daos_handle_t coh, daos_obj_id_t oid, unsigned mode, daos_handle_t *oh)
{
	struct obj_handle *o;
	int rc = library_check();

	if (rc != 0)
		return rc;
	if (oh == NULL || (mode & (DAOS_OO_RO | DAOS_OO_RW | DAOS_OO_EXCL)) == 0)
		return -DER_INVAL;
	o = calloc(1, sizeof(*o));
	if (o == NULL)
		return -DER_NOMEM;
	*o = (struct obj_handle){.coh = coh, .ch = handle_get(coh, DAOS_HTYPE_CO), .oid = oid, .mode = mode};
	rc = o->ch == NULL ? -DER_NO_HDL : 0;
	if (rc == 0 && (mode & DAOS_OO_EXCL) && !cont_handle_writable(o->ch))
		rc = -DER_NO_PERM;
	if (rc == 0)
		rc = handle_new(DAOS_HTYPE_OBJ, o, obj_destroy, oh);
	if (rc != 0) {
		if (o->ch != NULL)
			handle_put(coh);
		free(o);
	}
	return rc;
}

int daos_obj_open(daos_handle_t coh, daos_obj_id_t oid, unsigned int mode, daos_handle_t *oh, daos_event_t *ev)
{
	return event_complete(ev, obj_open(coh, oid, mode, oh));
}

int daos_obj_close(daos_handle_t oh, daos_event_t *ev)
{
	return event_complete(ev, handle_close(oh, DAOS_HTYPE_OBJ));
}

/* Do `op` now, or let transaction `th` have it. */
static int submit(daos_handle_t oh, daos_handle_t th, struct obj_op *op)
{
	struct obj_handle *o = handle_get(oh, DAOS_HTYPE_OBJ);
	struct tx *tx;
	int rc;

	if (o == NULL)
		return -DER_NO_HDL;
	op->oid = o->oid;
	rc = obj_handle_writable(o) ? tx_get(th, &tx) : -DER_NO_PERM;
	if (rc == 0) {
		if (obj_array_has(o->oid, op))
			rc = tx != NULL ? -DER_NOTSUPPORTED : obj_array_update(o, op);
		else
			rc = tx != NULL ? tx_add(tx, op) : tx_run_alone(o->ch->cont, op);
		tx_put(th);
	}
	handle_put(oh);
	return rc;
}

static bool iods_valid(unsigned nr, const daos_iod_t *iods)
{
	if (nr == 0 || iods == NULL)
		return false;
	for (unsigned i = 0; i < nr; i++) {
		if (iods[i].iod_type != DAOS_IOD_SINGLE && iods[i].iod_type != DAOS_IOD_ARRAY)
			return false;
		if (iods[i].iod_type == DAOS_IOD_ARRAY && iods[i].iod_nr > 0 && iods[i].iod_recxs == NULL)
			return false;
		if (iods[i].iod_name.iov_len > 0 && iods[i].iod_name.iov_buf == NULL)
			return false;
	}
	return true;
}

static bool key_valid(const daos_key_t *key)
{
	return key != NULL && key->iov_buf != NULL && key->iov_len > 0;
}

int daos_obj_update(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_key_t *dkey, unsigned int nr,
		    daos_iod_t *iods, d_sg_list_t *sgls, daos_event_t *ev)
{
	struct obj_op op = {.kind = OBJ_OP_UPDATE, .flags = flags, .dkeys = dkey, .nr = nr, .iods = iods, .sgls = sgls};

	if (!key_valid(dkey) || !iods_valid(nr, iods))
		return event_complete(ev, -DER_INVAL);
	return event_complete(ev, submit(oh, th, &op));
}

int daos_obj_punch(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_event_t *ev)
{
	struct obj_op op = {.kind = OBJ_OP_PUNCH, .flags = flags};

	return event_complete(ev, submit(oh, th, &op));
}

int daos_obj_punch_dkeys(daos_handle_t oh, daos_handle_t th, uint64_t flags, unsigned int nr, daos_key_t *dkeys,
			 daos_event_t *ev)
{
	struct obj_op op = {.kind = OBJ_OP_PUNCH_DKEYS, .flags = flags, .nr = nr, .dkeys = dkeys};

	for (unsigned i = 0; i < nr; i++)
		if (dkeys == NULL || !key_valid(&dkeys[i]))
			return event_complete(ev, -DER_INVAL);
	return event_complete(ev, nr == 0 ? -DER_INVAL : submit(oh, th, &op));
}

int daos_obj_punch_akeys(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_key_t *dkey, unsigned int nr,
			 daos_key_t *akeys, daos_event_t *ev)
{
	struct obj_op op = {.kind = OBJ_OP_PUNCH_AKEYS, .flags = flags, .nr = nr, .dkeys = dkey, .akeys = akeys};

	if (!key_valid(dkey) || nr == 0 || akeys == NULL)
		return event_complete(ev, -DER_INVAL);
	return event_complete(ev, submit(oh, th, &op));
}

/* One fetch inside an LMDB transaction. */
static int fetch(struct cont *cont, struct env_txn *txn, daos_obj_id_t oid, daos_key_t *dkey, unsigned nr,
		 daos_iod_t *iods, d_sg_list_t *sgls)
{
	struct kv_dkey d;
	struct kv kv;
	int rc;

	kv_view(&kv, cont, txn, oid);
	rc = kv_dkey_load(&kv, dkey, &d);
	for (unsigned i = 0; rc == 0 && i < nr; i++)
		rc = kv_fetch(&d, &iods[i], sgls == NULL ? NULL : &sgls[i]);
	return rc;
}

static int obj_fetch(struct obj_handle *o, struct tx *tx, uint64_t flags, daos_key_t *dkey, unsigned nr,
		     daos_iod_t *iods, d_sg_list_t *sgls)
{
	struct cont *cont = o->ch->cont;
	struct env_txn *txn;
	int rc;

	if (obj_array_has_dkey(o->oid, dkey))
		return obj_array_fetch(o, dkey, nr, iods, sgls);
	rc = env_read_begin(cont->env, &txn);
	if (rc != 0)
		return rc;
	if (tx != NULL)
		rc = tx_saw(tx, txn, cont, o->oid, TX_READ_DKEY, dkey);
	if (rc == 0)
		rc = obj_fetch_check(cont, txn, o->oid, flags, dkey, nr, iods);
	if (rc == 0)
		rc = fetch(cont, txn, o->oid, dkey, nr, iods, sgls);
	else if (rc == -DER_NONEXIST)
		for (unsigned i = 0; i < nr; i++)
			iods[i].iod_size = 0;
	env_read_end(cont->env, txn);
	return rc;
}

int daos_obj_fetch(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_key_t *dkey, unsigned int nr,
		   daos_iod_t *iods, d_sg_list_t *sgls, daos_iom_t *ioms, daos_event_t *ev)
{
	struct obj_handle *o;
	struct tx *tx;
	int rc;

	if (!key_valid(dkey) || !iods_valid(nr, iods))
		return event_complete(ev, -DER_INVAL);
	if (ioms != NULL) /* maps of what was found are not made: daos_obj_list_recx() tells */
		return event_complete(ev, -DER_NOTSUPPORTED);
	o = handle_get(oh, DAOS_HTYPE_OBJ);
	if (o == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = tx_get(th, &tx);
	if (rc == 0) {
		rc = obj_fetch(o, tx, flags, dkey, nr, iods, sgls);
		tx_put(th);
	}
	handle_put(oh);
	return event_complete(ev, rc);
}

/* One target, one group. */
int daos_obj_query(daos_handle_t oh, struct daos_obj_attr *oa, d_rank_list_t *ranks, daos_event_t *ev)
{
	struct obj_handle *o = handle_get(oh, DAOS_HTYPE_OBJ);

	if (o == NULL)
		return event_complete(ev, -DER_NO_HDL);
	if (oa != NULL)
		oa->oa_rank = 0;
	if (ranks != NULL && ranks->rl_nr > 0 && ranks->rl_ranks != NULL) {
		ranks->rl_ranks[0] = 0;
		ranks->rl_nr = 1;
	}
	handle_put(oh);
	return event_complete(ev, 0);
}

static int max_epoch(struct obj_handle *o, daos_epoch_t *epoch)
{
	struct cont *cont = o->ch->cont;
	struct array *a;
	struct stat st;
	struct kv kv;
	struct env_txn *txn;
	int rc;

	if (daos_is_array(o->oid)) {
		rc = array_get(cont, o->oid, false, &a);
		if (rc != 0)
			return rc;
		rc = array_stat(a, false, &st);
		*epoch = st.st_mtim.tv_sec == 0 ? 0 : hlc_from_timespec(&st.st_mtim);
		array_put(a, false);
		return rc;
	}
	rc = env_read_begin(cont->env, &txn);
	if (rc != 0)
		return rc;
	kv_view(&kv, cont, txn, o->oid);
	rc = kv_epoch_get(&kv, epoch);
	env_read_end(cont->env, txn);
	return rc;
}

int daos_obj_query_max_epoch(daos_handle_t oh, daos_handle_t th, daos_epoch_t *epoch, daos_event_t *ev)
{
	struct obj_handle *o = handle_get(oh, DAOS_HTYPE_OBJ);
	int rc;

	(void)th;
	if (o == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = epoch == NULL ? -DER_INVAL : max_epoch(o, epoch);
	handle_put(oh);
	return event_complete(ev, rc);
}

/* There is one copy of everything: what can be verified of it is that bytes have their checksums. */
int daos_obj_verify(daos_handle_t coh, daos_obj_id_t oid, daos_epoch_t epoch)
{
	struct cont_handle *ch = cont_handle_get(coh);
	struct array *a;
	int fd, rc = 0;

	(void)epoch;
	if (ch == NULL)
		return -DER_NO_HDL;
	if (csum_is_on(ch->cont) && daos_is_array(oid)) {
		rc = array_get(ch->cont, oid, false, &a);
		if (rc == 0) {
			rc = array_fd(a, false, &fd);
			rc = rc == 0 ? csum_verify(a, fd) : rc == -DER_NONEXIST ? 0 : rc;
			array_put(a, false);
		}
	}
	handle_put(coh);
	return rc == -DER_CSUM ? -DER_MISMATCH : rc;
}
