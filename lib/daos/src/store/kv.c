#include "kv.h"

#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>

#include "kv_extent.h"

#define NUMBER_KEY "kv.number"

void kv_view(struct kv *kv, struct cont *cont, struct env_txn *txn, daos_obj_id_t oid)
{
	*kv = (struct kv){.env = cont->env,
			  .txn = txn,
			  .oid = oid,
			  .int_dkey = daos_is_dkey_uint64(oid),
			  .int_akey = daos_is_akey_uint64(oid)};
}

int kv_number(struct kv *kv, uint64_t *number)
{
	uint64_t last = 0;
	void *val;
	size_t len;
	int rc = env_get(kv->env, kv->txn, CONT_DB_META, NUMBER_KEY, &val, &len);

	if (rc == 0 && len == sizeof(last))
		memcpy(&last, val, sizeof(last));
	else if (rc != -DER_NONEXIST)
		return rc == 0 ? -DER_DF_INVAL : rc;
	*number = last + 1;
	return env_put(kv->env, kv->txn, CONT_DB_META, NUMBER_KEY, number, sizeof(*number));
}

int kv_dkey_load(struct kv *kv, const daos_key_t *dkey, struct kv_dkey *d)
{
	MDB_val key, val;
	int rc;

	if (dkey == NULL || dkey->iov_buf == NULL || dkey->iov_len == 0)
		return -DER_INVAL;
	*d = (struct kv_dkey){.kv = kv, .name = dkey};
	kv_enc_oid(&d->enc, kv->oid);
	kv_enc_key(&d->enc, dkey, kv->int_dkey);
	key = (MDB_val){d->enc.len, d->enc.buf};
	rc = env_val_get(kv->txn, CONT_DB_DKEY, &key, &val);
	if (rc == MDB_NOTFOUND) {
		if (kv_enc_is_cut(d->enc.len - KV_OID_LEN)) {
			d->rec.name = dkey->iov_buf;
			d->rec.name_len = dkey->iov_len;
		}
		return 0;
	}
	if (rc != 0)
		return env_error(rc);
	rc = kv_record_load(&val, &d->rec);
	if (rc == 0 && d->rec.name != NULL &&
	    (d->rec.name_len != dkey->iov_len || memcmp(d->rec.name, dkey->iov_buf, dkey->iov_len) != 0))
		rc = -DER_MISC; /* two long keys with one hash */
	d->exists = rc == 0;
	return rc;
}

static void outer_key(struct kv_dkey *d, const daos_key_t *akey, struct kv_enc *enc)
{
	kv_enc_number(enc, d->rec.number);
	kv_enc_key(enc, akey, d->kv->int_akey);
}

int kv_akey_load(struct kv_dkey *d, const daos_key_t *akey, struct kv_akey *a)
{
	struct kv_enc enc;
	MDB_val key, val;
	int rc;

	*a = (struct kv_akey){0};
	if (!d->exists)
		return 0;
	a->exists = kv_record_find(&d->rec, akey->iov_buf, akey->iov_len, &a->v);
	if (a->exists || d->rec.number == 0)
		return 0;
	outer_key(d, akey, &enc);
	key = (MDB_val){enc.len, enc.buf};
	rc = env_val_get(d->kv->txn, CONT_DB_AKEY, &key, &val);
	if (rc != 0)
		return rc == MDB_NOTFOUND ? 0 : env_error(rc);
	if (val.mv_size < sizeof(a->outer))
		return -DER_DF_INVAL;
	memcpy(&a->outer, val.mv_data, sizeof(a->outer));
	if (a->outer.name_len > val.mv_size - sizeof(a->outer))
		return -DER_DF_INVAL;
	a->exists = a->outside = true;
	a->v.type = a->outer.type;
	a->v.size = a->outer.size;
	a->v.data = (unsigned char *)val.mv_data + sizeof(a->outer) + a->outer.name_len;
	a->v.len = val.mv_size - sizeof(a->outer) - a->outer.name_len;
	return 0;
}

/* Write the dkey's record with `v` set (or removed), and load it again. */
static int record_write(struct kv_dkey *d, const struct kv_value *v, bool remove)
{
	MDB_val key = {d->enc.len, d->enc.buf}, val;
	unsigned char stack[KV_INLINE_TOTAL + 256], *buf = stack;
	size_t room = kv_record_len(&d->rec, remove ? NULL : v);
	int rc;

	if (room > sizeof(stack)) {
		buf = malloc(room);
		if (buf == NULL)
			return -DER_NOMEM;
	}
	val.mv_data = buf;
	val.mv_size = kv_record_store(&d->rec, v, remove, buf);
	rc = env_error(env_val_put(d->kv->txn, CONT_DB_DKEY, &key, &val));
	if (buf != stack)
		free(buf);
	return rc == 0 ? kv_dkey_load(d->kv, d->name, d) : rc;
}

int kv_dkey_set(struct kv_dkey *d, const struct kv_value *v)
{
	return record_write(d, v, false);
}

/* Whether any akey of the dkey is outside its record. */
static int has_outer(struct kv_dkey *d, bool *has)
{
	struct kv_enc enc;
	MDB_val key, val;
	struct env_cursor *cur;
	int rc;

	*has = false;
	if (d->rec.number == 0)
		return 0;
	rc = env_cursor_open(d->kv->txn, CONT_DB_AKEY, &cur);
	if (rc != 0)
		return env_error(rc);
	kv_enc_number(&enc, d->rec.number);
	key = (MDB_val){enc.len, enc.buf};
	rc = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
	env_cursor_close(cur);
	if (rc == 0)
		*has = kv_get_be64(key.mv_data) == d->rec.number;
	return rc == MDB_NOTFOUND ? 0 : env_error(rc);
}

/* A dkey without akeys does not exist. */
static int drop_if_empty(struct kv_dkey *d)
{
	MDB_val key = {d->enc.len, d->enc.buf};
	bool has;
	int rc;

	if (d->rec.nr != 0)
		return 0;
	rc = has_outer(d, &has);
	if (rc != 0 || has)
		return rc;
	d->exists = false;
	return env_error(env_val_del(d->kv->txn, CONT_DB_DKEY, &key));
}

static int outer_remove(struct kv_dkey *d, const daos_key_t *akey, const struct kv_akey *a)
{
	struct kv_enc enc;
	MDB_val key;
	int rc = a->outer.number == 0 ? 0 : kv_extent_remove_all(d->kv, a->outer.number);

	if (rc != 0)
		return rc;
	outer_key(d, akey, &enc);
	key = (MDB_val){enc.len, enc.buf};
	return env_error(env_val_del(d->kv->txn, CONT_DB_AKEY, &key));
}

int kv_akey_remove(struct kv_dkey *d, const daos_key_t *akey, const struct kv_akey *a)
{
	struct kv_value v = {.akey = akey->iov_buf, .akey_len = akey->iov_len};
	int rc;

	if (!a->exists)
		return 0;
	rc = a->outside ? outer_remove(d, akey, a) : record_write(d, &v, true);
	return rc == 0 ? drop_if_empty(d) : rc;
}

/* Remove the akeys of dkey `number` that are outside its record. */
static int outer_remove_all(struct kv *kv, uint64_t number)
{
	struct kv_outer outer;
	struct kv_enc enc;
	MDB_val key, val;
	struct env_cursor *cur;
	int rc = env_cursor_open(kv->txn, CONT_DB_AKEY, &cur);

	if (rc != 0)
		return env_error(rc);
	kv_enc_number(&enc, number);
	key = (MDB_val){enc.len, enc.buf};
	rc = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
	while (rc == 0 && kv_get_be64(key.mv_data) == number) {
		memcpy(&outer, val.mv_data, sizeof(outer));
		if (outer.number != 0 && kv_extent_remove_all(kv, outer.number) != 0) {
			rc = MDB_CORRUPTED;
			break;
		}
		rc = env_cursor_del(cur);
		if (rc == 0)
			rc = env_cursor_get(cur, &key, &val, MDB_NEXT);
	}
	env_cursor_close(cur);
	return rc == MDB_NOTFOUND ? 0 : env_error(rc);
}

int kv_punch_dkey(struct kv *kv, const daos_key_t *dkey)
{
	struct kv_dkey d;
	MDB_val key;
	int rc = kv_dkey_load(kv, dkey, &d);

	if (rc != 0 || !d.exists)
		return rc;
	if (d.rec.number != 0) {
		rc = outer_remove_all(kv, d.rec.number);
		if (rc != 0)
			return rc;
	}
	key = (MDB_val){d.enc.len, d.enc.buf};
	return env_error(env_val_del(kv->txn, CONT_DB_DKEY, &key));
}

int kv_first_dkey(struct env_cursor *cur, const struct kv_enc *oid, MDB_val *key, MDB_val *val)
{
	int rc;

	*key = (MDB_val){KV_OID_LEN, (void *)oid->buf};
	rc = env_cursor_get(cur, key, val, MDB_SET_RANGE);
	if (rc == 0 && key->mv_size == KV_OID_LEN && memcmp(key->mv_data, oid->buf, KV_OID_LEN) == 0)
		rc = env_cursor_get(cur, key, val, MDB_NEXT); /* the object's epoch */
	return rc;
}

bool kv_same_object(const MDB_val *key, const struct kv_enc *oid)
{
	return key->mv_size > KV_OID_LEN && memcmp(key->mv_data, oid->buf, KV_OID_LEN) == 0;
}

int kv_epoch_get(struct kv *kv, uint64_t *epoch)
{
	struct kv_enc enc;
	MDB_val key, val;
	int rc;

	kv_enc_oid(&enc, kv->oid);
	key = (MDB_val){enc.len, enc.buf};
	rc = env_val_get(kv->txn, CONT_DB_DKEY, &key, &val);
	*epoch = 0;
	if (rc == 0 && val.mv_size == sizeof(*epoch))
		memcpy(epoch, val.mv_data, sizeof(*epoch));
	return rc == MDB_NOTFOUND ? 0 : env_error(rc);
}

int kv_epoch_put(struct kv *kv, uint64_t epoch)
{
	struct kv_enc enc;
	MDB_val key, val = {sizeof(epoch), &epoch};

	kv_enc_oid(&enc, kv->oid);
	key = (MDB_val){enc.len, enc.buf};
	return env_error(env_val_put(kv->txn, CONT_DB_DKEY, &key, &val));
}

int kv_object_exists(struct kv *kv, bool *exists)
{
	struct kv_enc enc;
	MDB_val key, val;
	struct env_cursor *cur;
	int rc = env_cursor_open(kv->txn, CONT_DB_DKEY, &cur);

	*exists = false;
	if (rc != 0)
		return env_error(rc);
	kv_enc_oid(&enc, kv->oid);
	rc = kv_first_dkey(cur, &enc, &key, &val);
	env_cursor_close(cur);
	if (rc == 0)
		*exists = kv_same_object(&key, &enc);
	return rc == MDB_NOTFOUND ? 0 : env_error(rc);
}

int kv_punch_object(struct kv *kv)
{
	struct kv_record rec;
	struct kv_enc enc;
	MDB_val key, val;
	struct env_cursor *cur;
	int rc = env_cursor_open(kv->txn, CONT_DB_DKEY, &cur);

	if (rc != 0)
		return env_error(rc);
	kv_enc_oid(&enc, kv->oid);
	key = (MDB_val){enc.len, enc.buf};
	rc = env_error(env_cursor_get(cur, &key, &val, MDB_SET_RANGE));
	while (rc == 0 && key.mv_size >= KV_OID_LEN && memcmp(key.mv_data, enc.buf, KV_OID_LEN) == 0) {
		rec.number = 0;
		if (key.mv_size > KV_OID_LEN) /* not the object's epoch */
			rc = kv_record_load(&val, &rec);
		if (rc == 0 && rec.number != 0)
			rc = outer_remove_all(kv, rec.number);
		if (rc == 0)
			rc = env_error(env_cursor_del(cur));
		if (rc == 0)
			rc = env_error(env_cursor_get(cur, &key, &val, MDB_NEXT));
	}
	env_cursor_close(cur);
	return rc == -DER_NONEXIST ? 0 : rc;
}
