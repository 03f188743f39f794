/*
 * Questions about which keys and records there are: the highest and lowest, and the runs of an array akey.
 */
#include <endian.h>
#include <string.h>

#include <daos_api.h>

#include "event.h"
#include "handle.h"
#include "obj_array.h"
#include "obj_handle.h"
#include "store/kv.h"
#include "store/kv_extent.h"

/* The first or last records of one akey. -DER_NONEXIST: it has none. */
static int edge_recx(struct kv_dkey *d, const daos_key_t *akey, bool max, daos_recx_t *recx)
{
	struct kv_akey a;
	struct kv_run run;
	int rc = kv_akey_load(d, akey, &a);

	if (rc != 0)
		return rc;
	if (!a.exists || a.v.type != DAOS_IOD_ARRAY)
		return -DER_NONEXIST;
	if (!a.outside)
		run = (struct kv_run){a.v.start, a.v.len / a.v.size, a.v.data};
	else if (max)
		rc = kv_extent_last(d->kv, a.outer.number, a.v.size, &run);
	else
		rc = kv_extent_next(d->kv, a.outer.number, a.v.size, 0, &run);
	if (rc == 0)
		*recx = (daos_recx_t){run.start, run.nr};
	return rc;
}

static uint64_t akey_number(const struct kv_value *v)
{
	uint64_t n;

	memcpy(&n, v->akey, sizeof(n));
	return le64toh(n);
}

/* The highest or lowest integer akey inside the record and outside. */
static int edge_akey(struct kv_dkey *d, bool max, uint64_t *akey)
{
	const unsigned char *pos = NULL;
	struct kv_value v;
	struct kv_enc enc;
	struct env_cursor *cur;
	MDB_val key, val;
	bool found = false;
	int m;

	while (kv_record_next(&d->rec, &pos, &v)) {
		if (v.akey_len != sizeof(*akey))
			continue;
		if (!found || (max ? akey_number(&v) > *akey : akey_number(&v) < *akey))
			*akey = akey_number(&v);
		found = true;
	}
	if (d->rec.number == 0)
		return found ? 0 : -DER_NONEXIST;
	m = env_cursor_open(d->kv->txn, CONT_DB_AKEY, &cur);
	if (m != 0)
		return env_error(m);
	kv_enc_number(&enc, max ? d->rec.number + 1 : d->rec.number);
	key = (MDB_val){enc.len, enc.buf};
	m = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
	if (max)
		m = env_cursor_get(cur, &key, &val, m == 0 ? MDB_PREV : MDB_LAST);
	if (m == 0 && key.mv_size == 16 && kv_get_be64(key.mv_data) == d->rec.number) {
		uint64_t n = kv_get_be64((unsigned char *)key.mv_data + 8);

		if (!found || (max ? n > *akey : n < *akey))
			*akey = n;
		found = true;
	}
	env_cursor_close(cur);
	return found ? 0 : -DER_NONEXIST;
}

/* What one question asks, and where its answers go. */
struct question {
	uint64_t flags;
	daos_key_t *dkey, *akey;
	daos_recx_t *recx;
};

static void put_number(daos_key_t *key, uint64_t n)
{
	n = htole64(n);
	memcpy(key->iov_buf, &n, sizeof(n));
	key->iov_len = sizeof(n);
}

/* Answer what is below the dkey. */
static int ask_dkey(struct kv *kv, const struct question *q)
{
	bool max = q->flags & DAOS_GET_MAX;
	struct kv_dkey d;
	uint64_t n = 0;
	int rc = kv_dkey_load(kv, q->dkey, &d);

	if (rc != 0 || !d.exists)
		return rc == 0 ? -DER_NONEXIST : rc;
	if (q->flags & DAOS_GET_AKEY) {
		rc = edge_akey(&d, max, &n);
		if (rc != 0)
			return rc;
		put_number(q->akey, n);
	}
	return q->flags & DAOS_GET_RECX ? edge_recx(&d, q->akey, max, q->recx) : 0;
}

/* Go from one end of the object's dkeys to the first that can answer the rest of the question. */
static int ask_edge_dkey(struct kv *kv, const struct question *q)
{
	bool max = q->flags & DAOS_GET_MAX;
	struct kv_enc oid, end;
	struct env_cursor *cur;
	MDB_val key, val;
	int rc = -DER_NONEXIST, m = env_cursor_open(kv->txn, CONT_DB_DKEY, &cur);

	if (m != 0)
		return env_error(m);
	kv_enc_oid(&oid, kv->oid);
	if (max) {
		end = oid;
		memset(end.buf + KV_OID_LEN, 0xff, KV_ENC_MAX);
		key = (MDB_val){KV_OID_LEN + KV_ENC_MAX, end.buf};
		m = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
		m = env_cursor_get(cur, &key, &val, m == 0 ? MDB_PREV : MDB_LAST);
	} else {
		m = kv_first_dkey(cur, &oid, &key, &val);
	}
	for (; m == 0 && kv_same_object(&key, &oid) && rc == -DER_NONEXIST;
	     m = rc == -DER_NONEXIST ? env_cursor_get(cur, &key, &val, max ? MDB_PREV : MDB_NEXT) : m) {
		if (key.mv_size != KV_OID_LEN + sizeof(uint64_t))
			continue;
		put_number(q->dkey, kv_get_be64((unsigned char *)key.mv_data + KV_OID_LEN));
		rc = ask_dkey(kv, q);
	}
	env_cursor_close(cur);
	return rc;
}

/* The chunks of an array: the last one's end is where the array ends. */
static int ask_chunks(struct obj_handle *o, const struct question *q)
{
	uint64_t n, end;
	int rc;

	if (q->flags & DAOS_GET_MAX) {
		rc = obj_array_last_chunk(o, &n, &end);
	} else {
		rc = obj_array_next_chunk(o, 0, &n);
		end = 1;
	}
	if (rc != 0)
		return rc;
	put_number(q->dkey, n);
	if (q->flags & DAOS_GET_RECX)
		*q->recx = (daos_recx_t){0, end};
	return 0;
}

static int query_key(struct obj_handle *o, const struct question *q)
{
	struct cont *cont = o->ch->cont;
	struct kv kv;
	struct env_txn *txn;
	int rc;

	if (daos_is_array(o->oid) && (q->flags & DAOS_GET_DKEY))
		return ask_chunks(o, q);
	if ((q->flags & DAOS_GET_DKEY) && !daos_is_dkey_uint64(o->oid))
		return -DER_INVAL;
	if ((q->flags & DAOS_GET_AKEY) && !daos_is_akey_uint64(o->oid))
		return -DER_INVAL;
	rc = env_read_begin(cont->env, &txn);
	if (rc != 0)
		return rc;
	kv_view(&kv, cont, txn, o->oid);
	rc = q->flags & DAOS_GET_DKEY ? ask_edge_dkey(&kv, q) : ask_dkey(&kv, q);
	env_read_end(cont->env, txn);
	return rc;
}

static bool has_room(const daos_key_t *key)
{
	return key != NULL && key->iov_buf != NULL && key->iov_buf_len >= sizeof(uint64_t);
}

static bool question_valid(const struct question *q)
{
	bool max = q->flags & DAOS_GET_MAX, min = q->flags & DAOS_GET_MIN;

	if (max == min || !(q->flags & (DAOS_GET_DKEY | DAOS_GET_AKEY | DAOS_GET_RECX)) || q->dkey == NULL)
		return false;
	if ((q->flags & DAOS_GET_DKEY) && !has_room(q->dkey))
		return false;
	if ((q->flags & DAOS_GET_AKEY) && !has_room(q->akey))
		return false;
	return !(q->flags & DAOS_GET_RECX) || (q->akey != NULL && q->recx != NULL);
}

int daos_obj_query_key(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_key_t *dkey, daos_key_t *akey,
		       daos_recx_t *recx, daos_event_t *ev)
{
	struct question q = {flags, dkey, akey, recx};
	struct obj_handle *o;
	int rc;

	(void)th;
	if (!question_valid(&q))
		return event_complete(ev, -DER_INVAL);
	o = handle_get(oh, DAOS_HTYPE_OBJ);
	if (o == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = query_key(o, &q);
	handle_put(oh);
	return event_complete(ev, rc);
}

/*
 * The anchor of a list of records is the index where it goes on, in da_buf: upwards everything from it, downwards
 * everything before it.
 */
static int list_up(struct kv_dkey *d, const struct kv_akey *a, uint64_t from, uint32_t max, daos_recx_t *recxs,
		   uint32_t *nr)
{
	struct kv_run run = {a->v.start, a->outside ? 0 : a->v.len / a->v.size, NULL};
	int rc = 0;

	*nr = 0;
	if (!a->outside) {
		if (run.start >= from)
			recxs[(*nr)++] = (daos_recx_t){run.start, run.nr};
		return -DER_NONEXIST;
	}
	while (*nr < max && (rc = kv_extent_next(d->kv, a->outer.number, a->v.size, from, &run)) == 0) {
		recxs[(*nr)++] = (daos_recx_t){run.start, run.nr};
		from = run.start + run.nr;
	}
	return rc;
}

static int list_down(struct kv_dkey *d, const struct kv_akey *a, uint64_t before, uint32_t max, daos_recx_t *recxs,
		     uint32_t *nr)
{
	struct kv_run run = {a->v.start, a->outside ? 0 : a->v.len / a->v.size, NULL};
	uint64_t at = 0;
	uint32_t kept = 0;

	*nr = 0;
	if (!a->outside) {
		if (run.start < before)
			recxs[(*nr)++] = (daos_recx_t){run.start, run.nr};
		return -DER_NONEXIST;
	}
	/* The runs before `before` go through recxs; the last ones stay. */
	while (kv_extent_next(d->kv, a->outer.number, a->v.size, at, &run) == 0 && run.start < before) {
		memmove(recxs + 1, recxs, (kept < max ? kept : max - 1) * sizeof(*recxs));
		recxs[0] = (daos_recx_t){run.start, run.nr};
		kept = kept < max ? kept + 1 : max;
		at = run.start + run.nr;
	}
	*nr = kept;
	return kept < max ? -DER_NONEXIST : 0;
}

struct recx_answer {
	daos_size_t *size;
	uint32_t *nr;
	daos_recx_t *recxs;
	daos_epoch_range_t *eprs;
	daos_anchor_t *anchor;
	bool up;
};

static int list_recx(struct kv_dkey *d, const daos_key_t *akey, struct recx_answer *r)
{
	uint32_t max = *r->nr;
	uint64_t from = r->up ? 0 : UINT64_MAX;
	struct kv_akey a;
	int rc = kv_akey_load(d, akey, &a);

	*r->nr = 0;
	if (rc == 0 && a.exists && a.v.type != DAOS_IOD_ARRAY)
		rc = -DER_NO_PERM;
	if (rc != 0)
		return rc;
	if (r->size != NULL)
		*r->size = a.exists ? a.v.size : 0;
	if (r->anchor->da_type != DAOS_ANCHOR_TYPE_ZERO)
		from = kv_get_be64(r->anchor->da_buf);
	rc = !a.exists ? -DER_NONEXIST
	     : r->up   ? list_up(d, &a, from, max, r->recxs, r->nr)
		       : list_down(d, &a, from, max, r->recxs, r->nr);
	for (uint32_t i = 0; r->eprs != NULL && i < *r->nr; i++)
		r->eprs[i] = (daos_epoch_range_t){0, DAOS_EPOCH_MAX};
	if (rc == -DER_NONEXIST) {
		r->anchor->da_type = DAOS_ANCHOR_TYPE_EOF;
		return 0;
	}
	if (rc == 0 && *r->nr > 0) {
		const daos_recx_t *last = &r->recxs[*r->nr - 1];

		r->anchor->da_type = DAOS_ANCHOR_TYPE_KEY;
		kv_put_be64(r->anchor->da_buf, r->up ? last->rx_idx + last->rx_nr : last->rx_idx);
	}
	return rc;
}

int daos_obj_list_recx(daos_handle_t oh, daos_handle_t th, daos_key_t *dkey, daos_key_t *akey, daos_size_t *size,
		       uint32_t *nr, daos_recx_t *recxs, daos_epoch_range_t *eprs, daos_anchor_t *anchor,
		       bool incr_order, daos_event_t *ev)
{
	struct recx_answer r = {size, nr, recxs, eprs, anchor, incr_order};
	struct obj_handle *o;
	struct kv_dkey d;
	struct kv kv;
	struct env_txn *txn;
	int rc;

	(void)th;
	if (dkey == NULL || akey == NULL || nr == NULL || *nr == 0 || recxs == NULL || anchor == NULL)
		return event_complete(ev, -DER_INVAL);
	o = handle_get(oh, DAOS_HTYPE_OBJ);
	if (o == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = env_read_begin(o->ch->cont->env, &txn);
	if (rc == 0) {
		kv_view(&kv, o->ch->cont, txn, o->oid);
		rc = obj_array_has_dkey(o->oid, dkey) ? -DER_NOTSUPPORTED : kv_dkey_load(&kv, dkey, &d);
		if (rc == 0)
			rc = list_recx(&d, akey, &r);
		env_read_end(o->ch->cont->env, txn);
	}
	handle_put(oh);
	return event_complete(ev, rc);
}
