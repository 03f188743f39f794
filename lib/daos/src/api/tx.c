#include "tx.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <daos_api.h>

#include "event.h"
#include "handle.h"
#include "hlc.h"
#include "store/kv_digest.h"

enum tx_state { TX_OPEN, TX_COMMITTED, TX_ABORTED, TX_FAILED };

struct read {
	struct read *next;
	daos_obj_id_t oid;
	enum tx_read what;
	uint64_t digest;
	size_t dkey_len;
	unsigned char dkey[];
};

struct tx {
	pthread_mutex_t lock;
	daos_handle_t coh;
	struct cont *cont;
	uint64_t flags, epoch;
	bool writable;
	enum tx_state state;
	struct obj_op *first, **last;
	struct read *reads;
	uint64_t version; /* of the container when the first read was made */
};

static void tx_clear(struct tx *tx)
{
	while (tx->first != NULL) {
		struct obj_op *op = tx->first;

		tx->first = op->next;
		obj_op_free(op);
	}
	while (tx->reads != NULL) {
		struct read *r = tx->reads;

		tx->reads = r->next;
		free(r);
	}
	tx->last = &tx->first;
}

static void tx_destroy(void *arg)
{
	struct tx *tx = arg;

	tx_clear(tx);
	pthread_mutex_destroy(&tx->lock);
	handle_put(tx->coh);
	free(tx);
}

int tx_get(daos_handle_t th, struct tx **out)
{
	*out = NULL;
	if (daos_handle_is_inval(th))
		return 0;
	*out = handle_get(th, DAOS_HTYPE_TX);
	return *out == NULL ? -DER_NO_HDL : 0;
}

void tx_put(daos_handle_t th)
{
	if (daos_handle_is_valid(th))
		handle_put(th);
}

static uint64_t digest_of(struct env_txn *txn, struct cont *cont, daos_obj_id_t oid, enum tx_read what,
			  const daos_key_t *dkey)
{
	struct kv kv;

	kv_view(&kv, cont, txn, oid);
	return what == TX_READ_DKEY ? kv_digest_dkey(&kv, dkey) : kv_digest_object(&kv);
}

int tx_saw(struct tx *tx, struct env_txn *txn, struct cont *cont, daos_obj_id_t oid, enum tx_read what,
	   const daos_key_t *dkey)
{
	size_t len = what == TX_READ_DKEY ? dkey->iov_len : 0;
	struct read *r = malloc(sizeof(*r) + len);

	if (r == NULL)
		return -DER_NOMEM;
	*r = (struct read){.oid = oid, .what = what, .dkey_len = len};
	if (len > 0)
		memcpy(r->dkey, dkey->iov_buf, len);
	r->digest = digest_of(txn, cont, oid, what, dkey);
	pthread_mutex_lock(&tx->lock);
	if (tx->reads == NULL || env_txn_version(txn) < tx->version)
		tx->version = env_txn_version(txn);
	r->next = tx->reads;
	tx->reads = r;
	pthread_mutex_unlock(&tx->lock);
	return 0;
}

int tx_add(struct tx *tx, const struct obj_op *op)
{
	struct obj_op *copy = NULL;
	struct env_txn *txn;
	int rc;

	if (tx->state != TX_OPEN || !tx->writable)
		return -DER_NO_PERM;
	rc = env_read_begin(tx->cont->env, &txn);
	if (rc != 0)
		return rc;
	rc = obj_op_check(tx->cont, txn, op);
	env_read_end(tx->cont->env, txn);
	if (rc == 0)
		rc = obj_op_dup(op, &copy);
	if (rc != 0)
		return rc;
	pthread_mutex_lock(&tx->lock);
	*tx->last = copy;
	tx->last = &copy->next;
	pthread_mutex_unlock(&tx->lock);
	return 0;
}

/* Whether everything that was read looks as it did. */
static bool still_valid(struct tx *tx, struct env_txn *txn)
{
	if (tx->reads == NULL || env_txn_version(txn) == tx->version)
		return true;
	for (struct read *r = tx->reads; r != NULL; r = r->next) {
		daos_key_t dkey = {r->dkey, r->dkey_len, r->dkey_len};

		if (digest_of(txn, tx->cont, r->oid, r->what, &dkey) != r->digest)
			return false;
	}
	return true;
}

static int apply_all(struct tx *tx, struct env_txn *txn)
{
	int rc = 0;

	for (struct obj_op *op = tx->first; rc == 0 && op != NULL; op = op->next) {
		rc = obj_op_check(tx->cont, txn, op);
		if (rc == -DER_EXIST || rc == -DER_NONEXIST)
			rc = -DER_TX_RESTART;
		if (rc == 0)
			rc = obj_op_apply(tx->cont, txn, op);
	}
	return rc;
}

static int commit(struct tx *tx)
{
	struct env_txn *txn;
	int rc;

	if (tx->first == NULL)
		return 0;
	rc = env_write_begin(tx->cont->env, &txn);
	if (rc != 0)
		return rc;
	rc = still_valid(tx, txn) ? apply_all(tx, txn) : -DER_TX_RESTART;
	if (rc != 0) {
		env_write_abort(tx->cont->env, txn);
		return rc;
	}
	rc = env_write_commit(tx->cont->env, txn);
	for (struct obj_op *op = tx->first; rc == 0 && op != NULL; op = op->next)
		obj_op_finish(tx->cont, op);
	return rc;
}

/* Removing must be possible on a full disk. */
static bool makes_room(const struct obj_op *op)
{
	return op->kind != OBJ_OP_UPDATE;
}

static bool any_makes_room(const struct obj_op *op)
{
	while (op != NULL && !makes_room(op))
		op = op->next;
	return op != NULL;
}

static int run_alone(struct cont *cont, const struct obj_op *op)
{
	struct env_txn *txn;
	int rc = env_write_begin(cont->env, &txn);

	if (rc != 0)
		return rc;
	rc = obj_op_check(cont, txn, op);
	if (rc == 0)
		rc = obj_op_apply(cont, txn, op);
	if (rc != 0) {
		env_write_abort(cont->env, txn);
		return rc;
	}
	rc = env_write_commit(cont->env, txn);
	if (rc == 0)
		obj_op_finish(cont, op);
	return rc;
}

int tx_run_alone(struct cont *cont, const struct obj_op *op)
{
	int rc = run_alone(cont, op);

	return rc == -DER_NOSPACE && makes_room(op) && env_make_room(cont->env) ? run_alone(cont, op) : rc;
}

static int open_tx(daos_handle_t coh, daos_handle_t *th, uint64_t flags)
{
	struct cont_handle *ch;
	struct tx *tx;
	int rc;

	if (th == NULL || (flags & ~(uint64_t)(DAOS_TF_RDONLY | DAOS_TF_ZERO_COPY)))
		return -DER_INVAL;
	ch = handle_get(coh, DAOS_HTYPE_CO);
	if (ch == NULL)
		return -DER_NO_HDL;
	tx = calloc(1, sizeof(*tx));
	rc = tx == NULL ? -DER_NOMEM : 0;
	if (rc == 0) {
		pthread_mutex_init(&tx->lock, NULL);
		tx->coh = coh;
		tx->cont = ch->cont;
		tx->flags = flags;
		tx->writable = !(flags & DAOS_TF_RDONLY) && cont_handle_writable(ch);
		tx->epoch = hlc_now();
		tx->last = &tx->first;
		rc = handle_new(DAOS_HTYPE_TX, tx, tx_destroy, th);
	}
	if (rc != 0) {
		free(tx);
		handle_put(coh);
	}
	return rc;
}

int daos_tx_open(daos_handle_t coh, daos_handle_t *th, uint64_t flags, daos_event_t *ev)
{
	return event_complete(ev, open_tx(coh, th, flags));
}

/* The embedded engine keeps no old versions of values. */
int daos_tx_open_snap(daos_handle_t coh, daos_epoch_t epoch, daos_handle_t *th, daos_event_t *ev)
{
	(void)coh;
	(void)epoch;
	(void)th;
	return event_complete(ev, -DER_NOTSUPPORTED);
}

static int end_tx(daos_handle_t th, int (*end)(struct tx *))
{
	struct tx *tx = handle_get(th, DAOS_HTYPE_TX);
	int rc;

	if (tx == NULL)
		return -DER_NO_HDL;
	pthread_mutex_lock(&tx->lock);
	rc = end(tx);
	pthread_mutex_unlock(&tx->lock);
	handle_put(th);
	return rc;
}

static int end_commit(struct tx *tx)
{
	int rc;

	if (tx->state == TX_COMMITTED)
		return -DER_ALREADY;
	if (tx->state == TX_ABORTED)
		return -DER_NO_PERM;
	if (tx->state == TX_FAILED)
		return -DER_TX_RESTART;
	rc = commit(tx);
	if (rc == -DER_NOSPACE && any_makes_room(tx->first) && env_make_room(tx->cont->env))
		rc = commit(tx);
	tx->state = rc == 0 ? TX_COMMITTED : TX_FAILED;
	tx_clear(tx);
	return rc;
}

static int end_abort(struct tx *tx)
{
	if (tx->state == TX_COMMITTED)
		return -DER_NO_PERM;
	if (tx->state == TX_ABORTED)
		return -DER_ALREADY;
	tx->state = TX_ABORTED;
	tx_clear(tx);
	return 0;
}

static int end_restart(struct tx *tx)
{
	if (tx->state != TX_FAILED && tx->state != TX_OPEN)
		return -DER_NO_PERM;
	tx_clear(tx);
	tx->state = TX_OPEN;
	tx->epoch = hlc_now();
	return 0;
}

int daos_tx_commit(daos_handle_t th, daos_event_t *ev)
{
	return event_complete(ev, end_tx(th, end_commit));
}

int daos_tx_abort(daos_handle_t th, daos_event_t *ev)
{
	return event_complete(ev, end_tx(th, end_abort));
}

int daos_tx_restart(daos_handle_t th, daos_event_t *ev)
{
	return event_complete(ev, end_tx(th, end_restart));
}

int daos_tx_close(daos_handle_t th, daos_event_t *ev)
{
	return event_complete(ev, handle_close(th, DAOS_HTYPE_TX));
}

int daos_tx_hdl2epoch(daos_handle_t th, daos_epoch_t *epoch)
{
	struct tx *tx = handle_get(th, DAOS_HTYPE_TX);

	if (tx == NULL)
		return -DER_NO_HDL;
	*epoch = tx->epoch;
	handle_put(th);
	return 0;
}
