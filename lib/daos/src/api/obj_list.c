/*
 * Enumeration of dkeys and akeys.
 *
 * An anchor holds the encoded key (kv_key.h) that was returned last, so an enumeration goes on from there whatever has
 * changed: da_buf[0] is its length, the rest its bytes; da_shard tells which of the places of akeys it is from.
 */
#include <string.h>

#include <daos_api.h>

#include "event.h"
#include "handle.h"
#include "obj_array.h"
#include "obj_handle.h"
#include "store/kv.h"
#include "tx.h"

enum place { PLACE_INSIDE, PLACE_OUTSIDE };

/* What the caller gave for the answer, and how far it is filled. */
struct answer {
	uint32_t max, nr;
	daos_key_desc_t *kds;
	struct sgl_cursor c;
	size_t room;
	daos_anchor_t *anchor;
};

static int answer_start(struct answer *a, uint32_t *nr, daos_key_desc_t *kds, d_sg_list_t *sgl, daos_anchor_t *anchor)
{
	if (nr == NULL || *nr == 0 || kds == NULL || sgl == NULL || anchor == NULL)
		return -DER_INVAL;
	*a = (struct answer){.max = *nr, .kds = kds, .anchor = anchor, .room = sgl_total(sgl, true)};
	sgl_start(&a->c, sgl, true);
	return 0;
}

static void anchor_set(daos_anchor_t *anchor, enum place place, const void *enc, size_t len)
{
	anchor->da_type = DAOS_ANCHOR_TYPE_KEY;
	anchor->da_shard = place;
	anchor->da_buf[0] = len;
	memcpy(anchor->da_buf + 1, enc, len);
}

/* Add a key. `full`: it does not fit, the answer is complete. -DER_KEY2BIG: it is the first and does not fit. */
static int answer_add(struct answer *a, const void *name, size_t len, uint32_t type, bool *full)
{
	*full = a->nr == a->max || len > a->room;
	if (*full && a->nr > 0)
		return 0;
	a->kds[a->nr].kd_key_len = len;
	a->kds[a->nr].kd_val_type = type;
	if (*full)
		return -DER_KEY2BIG;
	sgl_write(&a->c, name, len);
	a->room -= len;
	a->nr++;
	return 0;
}

/* Add a dkey as the database has it. */
static int add_dkey(struct answer *a, struct kv *kv, const MDB_val *key, const MDB_val *val, bool *full)
{
	const unsigned char *enc = (const unsigned char *)key->mv_data + KV_OID_LEN;
	size_t len = key->mv_size - KV_OID_LEN;
	unsigned char name[KV_ENC_MAX];
	struct kv_record rec;
	int rc;

	if (kv_enc_is_cut(len)) {
		rc = kv_record_load(val, &rec);
		if (rc == 0)
			rc = answer_add(a, rec.name, rec.name_len, DAOS_IOD_NONE, full);
	} else {
		kv_dec_key(enc, len, kv->int_dkey, name);
		rc = answer_add(a, name, len, DAOS_IOD_NONE, full);
	}
	if (rc == 0 && !*full)
		anchor_set(a->anchor, 0, enc, len);
	return rc;
}

/* Where the enumeration goes on: behind the anchor's key. */
static int seek_dkey(struct env_cursor *cur, const struct kv_enc *oid, const daos_anchor_t *anchor, MDB_val *key,
		     MDB_val *val)
{
	struct kv_enc from = *oid;
	int rc;

	if (anchor->da_type == DAOS_ANCHOR_TYPE_ZERO)
		return kv_first_dkey(cur, oid, key, val);
	memcpy(from.buf + KV_OID_LEN, anchor->da_buf + 1, anchor->da_buf[0]);
	from.len = KV_OID_LEN + anchor->da_buf[0];
	*key = (MDB_val){from.len, from.buf};
	rc = env_cursor_get(cur, key, val, MDB_SET_RANGE);
	if (rc == 0 && key->mv_size == from.len && memcmp(key->mv_data, from.buf, from.len) == 0)
		rc = env_cursor_get(cur, key, val, MDB_NEXT);
	return rc;
}

static int list_stored_dkeys(struct kv *kv, struct answer *a)
{
	struct kv_enc oid;
	struct env_cursor *cur;
	MDB_val key, val;
	bool full = false;
	int rc = env_error(env_cursor_open(kv->txn, CONT_DB_DKEY, &cur)), m;

	if (rc != 0)
		return rc;
	kv_enc_oid(&oid, kv->oid);
	m = seek_dkey(cur, &oid, a->anchor, &key, &val);
	for (; rc == 0 && m == 0 && !full && kv_same_object(&key, &oid);
	     m = full ? 0 : env_cursor_get(cur, &key, &val, MDB_NEXT))
		rc = add_dkey(a, kv, &key, &val, &full);
	if (rc == 0 && m != 0 && m != MDB_NOTFOUND)
		rc = env_error(m);
	if (rc == 0 && !full)
		a->anchor->da_type = DAOS_ANCHOR_TYPE_EOF;
	env_cursor_close(cur);
	return rc;
}

/* The chunks of an array that has data in them. Its dkey 0, if it is there, is a stored one and comes first. */
static int list_chunks(struct obj_handle *o, struct kv *kv, struct answer *a)
{
	unsigned char enc[8];
	uint64_t at = 0;
	bool full = false;
	int rc = 0;

	if (a->anchor->da_type == DAOS_ANCHOR_TYPE_ZERO) {
		rc = list_stored_dkeys(kv, a);
		if (rc != 0 || a->anchor->da_type != DAOS_ANCHOR_TYPE_EOF)
			return rc;
	} else {
		at = kv_get_be64(a->anchor->da_buf + 1);
	}
	while (rc == 0 && !full && (rc = obj_array_next_chunk(o, at, &at)) == 0) {
		rc = answer_add(a, &at, sizeof(at), DAOS_IOD_NONE, &full);
		kv_put_be64(enc, at);
		if (rc == 0 && !full)
			anchor_set(a->anchor, 0, enc, sizeof(enc));
	}
	if (rc == -DER_NONEXIST) {
		a->anchor->da_type = DAOS_ANCHOR_TYPE_EOF;
		rc = 0;
	} else if (rc == 0 && a->anchor->da_type == DAOS_ANCHOR_TYPE_EOF) {
		kv_put_be64(enc, 0); /* the stored one filled the answer */
		anchor_set(a->anchor, 0, enc, sizeof(enc));
	}
	return rc;
}

static int list_inside(struct kv_dkey *d, struct answer *a, bool *full)
{
	const unsigned char *pos = NULL;
	bool behind = a->anchor->da_type == DAOS_ANCHOR_TYPE_ZERO;
	struct kv_enc enc, last;
	struct kv_value v;
	int rc = 0;

	kv_enc_number(&enc, 0);
	kv_enc_number(&last, 0);
	if (!behind) {
		memcpy(last.buf + 8, a->anchor->da_buf + 1, a->anchor->da_buf[0]);
		last.len = 8 + a->anchor->da_buf[0];
	}
	while (rc == 0 && !*full && kv_record_next(&d->rec, &pos, &v)) {
		daos_key_t akey = {(void *)v.akey, v.akey_len, v.akey_len};

		kv_enc_key(&enc, &akey, false); /* the order inside a record is that of bytes */
		if (!behind) {
			size_t n = enc.len < last.len ? enc.len : last.len;
			int c = memcmp(enc.buf, last.buf, n);

			if (c < 0 || (c == 0 && enc.len <= last.len))
				continue;
		}
		rc = answer_add(a, v.akey, v.akey_len, v.type, full);
		if (rc == 0 && !*full)
			anchor_set(a->anchor, PLACE_INSIDE, enc.buf + 8, enc.len - 8);
	}
	return rc;
}

static int add_outer(struct answer *a, struct kv *kv, const MDB_val *key, const MDB_val *val, bool *full)
{
	const unsigned char *enc = (const unsigned char *)key->mv_data + 8;
	size_t len = key->mv_size - 8;
	unsigned char name[KV_ENC_MAX];
	struct kv_outer outer;
	int rc;

	memcpy(&outer, val->mv_data, sizeof(outer));
	if (kv_enc_is_cut(len)) {
		rc = answer_add(a, (char *)val->mv_data + sizeof(outer), outer.name_len, outer.type, full);
	} else {
		kv_dec_key(enc, len, kv->int_akey, name);
		rc = answer_add(a, name, len, outer.type, full);
	}
	if (rc == 0 && !*full)
		anchor_set(a->anchor, PLACE_OUTSIDE, enc, len);
	return rc;
}

static int list_outside(struct kv_dkey *d, struct answer *a, bool *full)
{
	struct kv *kv = d->kv;
	struct kv_enc from;
	struct env_cursor *cur;
	MDB_val key, val;
	int rc = env_error(env_cursor_open(kv->txn, CONT_DB_AKEY, &cur)), m;

	if (rc != 0)
		return rc;
	kv_enc_number(&from, d->rec.number);
	if (a->anchor->da_type == DAOS_ANCHOR_TYPE_KEY && a->anchor->da_shard == PLACE_OUTSIDE) {
		memcpy(from.buf + 8, a->anchor->da_buf + 1, a->anchor->da_buf[0]);
		from.len = 8 + a->anchor->da_buf[0];
	}
	key = (MDB_val){from.len, from.buf};
	m = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
	if (m == 0 && from.len > 8 && key.mv_size == from.len && memcmp(key.mv_data, from.buf, from.len) == 0)
		m = env_cursor_get(cur, &key, &val, MDB_NEXT);
	for (; rc == 0 && m == 0 && !*full && kv_get_be64(key.mv_data) == d->rec.number;
	     m = *full ? 0 : env_cursor_get(cur, &key, &val, MDB_NEXT))
		rc = add_outer(a, kv, &key, &val, full);
	env_cursor_close(cur);
	return rc == 0 && m != 0 && m != MDB_NOTFOUND ? env_error(m) : rc;
}

static int list_akeys(struct kv *kv, const daos_key_t *dkey, struct answer *a)
{
	struct kv_dkey d;
	bool full = false;
	int rc = kv_dkey_load(kv, dkey, &d);

	if (rc == 0 && d.exists && (a->anchor->da_type == DAOS_ANCHOR_TYPE_ZERO || a->anchor->da_shard == PLACE_INSIDE))
		rc = list_inside(&d, a, &full);
	if (rc == 0 && d.exists && !full && d.rec.number != 0)
		rc = list_outside(&d, a, &full);
	if (rc == 0 && !full)
		a->anchor->da_type = DAOS_ANCHOR_TYPE_EOF;
	return rc;
}

/* A chunk of an array has one akey. */
static int list_chunk_akeys(struct answer *a)
{
	bool full;
	int rc = answer_add(a, "0", 1, DAOS_IOD_ARRAY, &full);

	if (rc == 0)
		a->anchor->da_type = DAOS_ANCHOR_TYPE_EOF;
	return rc;
}

static int list(struct obj_handle *o, struct tx *tx, const daos_key_t *dkey, struct answer *a)
{
	struct cont *cont = o->ch->cont;
	struct kv kv;
	struct env_txn *txn;
	int rc = env_read_begin(cont->env, &txn);

	if (rc != 0)
		return rc;
	kv_view(&kv, cont, txn, o->oid);
	if (tx != NULL)
		rc = tx_saw(tx, txn, cont, o->oid, dkey == NULL ? TX_READ_OBJECT : TX_READ_DKEY, dkey);
	if (rc == 0 && dkey != NULL)
		rc = obj_array_has_dkey(o->oid, dkey) ? list_chunk_akeys(a) : list_akeys(&kv, dkey, a);
	else if (rc == 0)
		rc = daos_is_array(o->oid) ? list_chunks(o, &kv, a) : list_stored_dkeys(&kv, a);
	env_read_end(cont->env, txn);
	return rc;
}

static int run(daos_handle_t oh, daos_handle_t th, const daos_key_t *dkey, uint32_t *nr, daos_key_desc_t *kds,
	       d_sg_list_t *sgl, daos_anchor_t *anchor)
{
	struct obj_handle *o;
	struct answer a;
	struct tx *tx;
	int rc = answer_start(&a, nr, kds, sgl, anchor);

	if (rc != 0)
		return rc;
	o = handle_get(oh, DAOS_HTYPE_OBJ);
	if (o == NULL)
		return -DER_NO_HDL;
	rc = tx_get(th, &tx);
	if (rc == 0) {
		if (anchor->da_type != DAOS_ANCHOR_TYPE_EOF)
			rc = list(o, tx, dkey, &a);
		tx_put(th);
	}
	handle_put(oh);
	*nr = a.nr;
	if (rc == 0)
		sgl_set_length(sgl, sgl_total(sgl, true) - a.room);
	return rc;
}

int daos_obj_list_dkey(daos_handle_t oh, daos_handle_t th, uint32_t *nr, daos_key_desc_t *kds, d_sg_list_t *sgl,
		       daos_anchor_t *anchor, daos_event_t *ev)
{
	return event_complete(ev, run(oh, th, NULL, nr, kds, sgl, anchor));
}

int daos_obj_list_akey(daos_handle_t oh, daos_handle_t th, daos_key_t *dkey, uint32_t *nr, daos_key_desc_t *kds,
		       d_sg_list_t *sgl, daos_anchor_t *anchor, daos_event_t *ev)
{
	if (dkey == NULL)
		return event_complete(ev, -DER_INVAL);
	return event_complete(ev, run(oh, th, dkey, nr, kds, sgl, anchor));
}

/* The embedded engine does not spread objects, so an enumeration is one part. */
int daos_obj_anchor_split(daos_handle_t oh, uint32_t *nr, daos_anchor_t *anchors)
{
	void *o = handle_get(oh, DAOS_HTYPE_OBJ);

	if (o == NULL)
		return -DER_NO_HDL;
	handle_put(oh);
	if (nr == NULL)
		return -DER_INVAL;
	if (anchors != NULL && *nr > 0)
		memset(anchors, 0, sizeof(anchors[0]));
	*nr = 1;
	return 0;
}

int daos_obj_anchor_set(daos_handle_t oh, uint32_t index, daos_anchor_t *anchor)
{
	void *o = handle_get(oh, DAOS_HTYPE_OBJ);

	if (o == NULL)
		return -DER_NO_HDL;
	handle_put(oh);
	if (anchor == NULL || index != 0)
		return -DER_INVAL;
	memset(anchor, 0, sizeof(*anchor));
	return 0;
}

/* An anchor from which an enumeration goes on behind the given key. */
int daos_obj_key2anchor(daos_handle_t oh, daos_handle_t th, daos_key_t *dkey, daos_key_t *akey, daos_anchor_t *anchor,
			daos_event_t *ev)
{
	struct obj_handle *o = handle_get(oh, DAOS_HTYPE_OBJ);
	const daos_key_t *key = akey != NULL ? akey : dkey;
	struct kv_enc enc;

	(void)th;
	if (o == NULL)
		return event_complete(ev, -DER_NO_HDL);
	if (anchor != NULL && key != NULL) {
		kv_enc_number(&enc, 0);
		kv_enc_key(&enc, key, akey == NULL && daos_is_dkey_uint64(o->oid));
		anchor_set(anchor, PLACE_INSIDE, enc.buf + 8, enc.len - 8);
	}
	handle_put(oh);
	return event_complete(ev, anchor == NULL || key == NULL ? -DER_INVAL : 0);
}
