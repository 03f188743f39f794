/*
 * Fetch and update of one akey.
 */
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>

#include "kv.h"
#include "kv_extent.h"

/* The records of one akey, wherever they are. */
static int next_run(struct kv_dkey *d, const struct kv_akey *a, uint64_t index, struct kv_run *run)
{
	if (a->outside)
		return kv_extent_next(d->kv, a->outer.number, a->v.size, index, run);
	*run = (struct kv_run){a->v.start, a->v.len / a->v.size, a->v.data};
	return run->start + run->nr > index ? 0 : -DER_NONEXIST;
}

static int fetch_single(const struct kv_akey *a, daos_iod_t *iod, d_sg_list_t *sgl)
{
	struct sgl_cursor c;

	iod->iod_size = a->v.len;
	if (sgl == NULL)
		return 0;
	if (a->v.len > sgl_total(sgl, true))
		return -DER_REC2BIG;
	sgl_start(&c, sgl, true);
	sgl_write(&c, a->v.data, a->v.len);
	sgl_set_length(sgl, a->v.len);
	return 0;
}

/* One extent of the caller: what is not there is left as it is in the buffer. *filled: bytes up to the last found. */
static int fetch_recx(struct kv_dkey *d, const struct kv_akey *a, const daos_recx_t *rx, struct sgl_cursor *c,
		      size_t *filled)
{
	uint64_t at = rx->rx_idx, end = rx->rx_idx + rx->rx_nr;
	uint32_t size = a->v.size;
	struct kv_run run;
	int rc;

	*filled = 0;
	while (at < end && (rc = next_run(d, a, at, &run)) == 0 && run.start < end) {
		uint64_t from = run.start > at ? run.start : at;
		uint64_t to = run.start + run.nr < end ? run.start + run.nr : end;

		sgl_skip(c, (from - at) * size);
		sgl_write(c, (const unsigned char *)run.data + (from - run.start) * size, (to - from) * size);
		*filled = (to - rx->rx_idx) * size;
		at = to;
	}
	if (at < end && rc != 0 && rc != -DER_NONEXIST)
		return rc;
	sgl_skip(c, (end - at) * size);
	return 0;
}

static int fetch_array(struct kv_dkey *d, const struct kv_akey *a, daos_iod_t *iod, d_sg_list_t *sgl)
{
	size_t want = 0, before = 0, filled, length = 0;
	struct sgl_cursor c;
	int rc = 0;

	iod->iod_size = a->v.size;
	if (sgl == NULL)
		return 0;
	for (uint32_t i = 0; i < iod->iod_nr; i++)
		want += iod->iod_recxs[i].rx_nr * a->v.size;
	if (want > sgl_total(sgl, true))
		return -DER_REC2BIG;
	sgl_start(&c, sgl, true);
	for (uint32_t i = 0; rc == 0 && i < iod->iod_nr; i++) {
		rc = fetch_recx(d, a, &iod->iod_recxs[i], &c, &filled);
		length = filled > 0 ? before + filled : length;
		before += iod->iod_recxs[i].rx_nr * a->v.size;
	}
	if (rc == 0)
		sgl_set_length(sgl, length);
	return rc;
}

int kv_fetch(struct kv_dkey *d, daos_iod_t *iod, d_sg_list_t *sgl)
{
	struct kv_akey a;
	int rc = kv_akey_load(d, &iod->iod_name, &a);

	if (rc != 0)
		return rc;
	if (!a.exists) {
		iod->iod_size = 0;
		return 0;
	}
	if (a.v.type != iod->iod_type)
		return -DER_NO_PERM;
	return iod->iod_type == DAOS_IOD_SINGLE ? fetch_single(&a, iod, sgl) : fetch_array(d, &a, iod, sgl);
}

static bool fits_inside(const struct kv_dkey *d, const struct kv_value *v)
{
	return v->len <= KV_INLINE_VALUE && v->akey_len <= UINT16_MAX && kv_record_len(&d->rec, v) <= KV_INLINE_TOTAL;
}

/* Give the dkey a number, so that it can have akeys outside its record. */
static int ensure_number(struct kv_dkey *d)
{
	int rc;

	if (d->rec.number != 0)
		return 0;
	rc = kv_number(d->kv, &d->rec.number);
	return rc == 0 ? kv_dkey_set(d, NULL) : rc;
}

/* Write the head of an akey outside the record, and with it the single value `v` if that is what it is. */
static int outer_put(struct kv_dkey *d, const daos_key_t *akey, struct kv_outer *outer, const void *data, size_t len)
{
	struct kv_enc enc;
	MDB_val key, val;
	unsigned char *p;
	int rc;

	kv_enc_number(&enc, d->rec.number);
	kv_enc_key(&enc, akey, d->kv->int_akey);
	outer->name_len = kv_enc_is_cut(enc.len - enc.prefix_len) ? akey->iov_len : 0;
	key = (MDB_val){enc.len, enc.buf};
	val.mv_size = sizeof(*outer) + outer->name_len + len;
	rc = env_error(env_val_reserve(d->kv->txn, CONT_DB_AKEY, &key, &val));
	if (rc != 0)
		return rc;
	p = mempcpy(val.mv_data, outer, sizeof(*outer));
	p = mempcpy(p, akey->iov_buf, outer->name_len);
	if (len > 0)
		memcpy(p, data, len);
	return 0;
}

/* Move an array akey from inside the record to outside, or begin one there. */
static int to_outside(struct kv_dkey *d, const daos_key_t *akey, struct kv_akey *a, uint32_t size)
{
	struct kv_value v = {.akey = akey->iov_buf, .akey_len = akey->iov_len};
	struct kv_outer outer = {.type = DAOS_IOD_ARRAY, .size = size};
	unsigned char *old = NULL;
	uint64_t old_len = a->exists ? a->v.len : 0, old_start = a->v.start;
	int rc;

	if (old_len > 0) {
		old = malloc(old_len);
		if (old == NULL)
			return -DER_NOMEM;
		memcpy(old, a->v.data, old_len);
	}
	rc = ensure_number(d);
	if (rc == 0)
		rc = kv_number(d->kv, &outer.number);
	if (rc == 0)
		rc = outer_put(d, akey, &outer, NULL, 0);
	if (rc == 0 && old_len > 0)
		rc = kv_extent_write(d->kv, outer.number, size, old_start, old_len / size, old);
	if (rc == 0 && a->exists) {
		/* The record keeps existing: the akey outside does. */
		struct kv_akey inside = *a;

		inside.outside = false;
		rc = kv_akey_remove(d, akey, &inside);
	}
	free(old);
	return rc == 0 ? kv_akey_load(d, &(daos_key_t){(void *)v.akey, v.akey_len, v.akey_len}, a) : rc;
}

static int update_single(struct kv_dkey *d, const daos_key_t *akey, struct kv_akey *a, const void *data, size_t len)
{
	struct kv_value v = {.akey = akey->iov_buf,
			     .akey_len = akey->iov_len,
			     .type = DAOS_IOD_SINGLE,
			     .size = len,
			     .data = data,
			     .len = len};
	struct kv_outer outer = {.type = DAOS_IOD_SINGLE, .size = len};
	int rc;

	if (!a->outside && fits_inside(d, &v))
		return kv_dkey_set(d, &v);
	rc = ensure_number(d);
	if (rc == 0)
		rc = outer_put(d, akey, &outer, data, len);
	if (rc == 0 && a->exists && !a->outside)
		rc = kv_akey_remove(d, akey, a);
	return rc;
}

/*
 * An array that stays one unbroken run inside the record: `out` becomes the run with `data` over it. False if it would
 * not be one.
 */
static bool merge_run(const struct kv_akey *a, uint32_t size, const daos_recx_t *rx, const void *data,
		      struct kv_value *v, unsigned char out[KV_INLINE_VALUE])
{
	uint64_t start = rx->rx_idx, end = rx->rx_idx + rx->rx_nr;
	uint64_t old_start = a->v.start, old_end = a->v.start + a->v.len / size;

	if (a->exists) {
		if (start > old_end || end < old_start)
			return false;
		start = start < old_start ? start : old_start;
		end = end > old_end ? end : old_end;
	}
	if (end - start > KV_INLINE_VALUE / size)
		return false;
	if (a->exists)
		memcpy(out + (old_start - start) * size, a->v.data, a->v.len);
	memcpy(out + (rx->rx_idx - start) * size, data, rx->rx_nr * size);
	v->start = start;
	v->len = (end - start) * size;
	v->data = out;
	return true;
}

static int update_recx(struct kv_dkey *d, const daos_key_t *akey, uint32_t size, const daos_recx_t *rx,
		       const void *data)
{
	unsigned char merged[KV_INLINE_VALUE];
	struct kv_value v = {.akey = akey->iov_buf, .akey_len = akey->iov_len, .type = DAOS_IOD_ARRAY, .size = size};
	struct kv_akey a;
	int rc = kv_akey_load(d, akey, &a);

	if (rc != 0 || rx->rx_nr == 0)
		return rc;
	if (a.exists && a.v.size != size)
		return -DER_INVAL;
	if (!a.outside && merge_run(&a, size, rx, data, &v, merged) && fits_inside(d, &v))
		return kv_dkey_set(d, &v);
	if (!a.outside)
		rc = to_outside(d, akey, &a, size);
	return rc == 0 ? kv_extent_write(d->kv, a.outer.number, size, rx->rx_idx, rx->rx_nr, data) : rc;
}

/* Remove records of an array. */
static int punch_recx(struct kv_dkey *d, const daos_key_t *akey, const daos_recx_t *rx)
{
	uint64_t start = rx->rx_idx, end = start + rx->rx_nr < start ? UINT64_MAX : start + rx->rx_nr;
	struct kv_run run;
	struct kv_akey a;
	int rc = kv_akey_load(d, akey, &a);

	if (rc != 0 || !a.exists)
		return rc;
	if (a.v.type != DAOS_IOD_ARRAY)
		return -DER_NO_PERM;
	if (!a.outside) {
		uint64_t a_end = a.v.start + a.v.len / a.v.size;

		if (end <= a.v.start || start >= a_end)
			return 0;
		if (start <= a.v.start && end >= a_end)
			return kv_akey_remove(d, akey, &a);
		rc = to_outside(d, akey, &a, a.v.size);
	}
	if (rc == 0)
		rc = kv_extent_punch(d->kv, a.outer.number, a.v.size, start, rx->rx_nr);
	if (rc != 0)
		return rc;
	rc = kv_extent_last(d->kv, a.outer.number, a.v.size, &run);
	return rc == -DER_NONEXIST ? kv_akey_remove(d, akey, &a) : rc;
}

static int update_array(struct kv_dkey *d, const daos_iod_t *iod, struct sgl_cursor *c)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < iod->iod_nr; i++) {
		const daos_recx_t *rx = &iod->iod_recxs[i];
		size_t len = rx->rx_nr * iod->iod_size;
		void *copy = NULL, *data;

		if (iod->iod_size == 0) {
			rc = punch_recx(d, &iod->iod_name, rx);
			continue;
		}
		data = sgl_piece(c, len);
		if (data == NULL) {
			data = copy = malloc(len > 0 ? len : 1);
			if (copy == NULL)
				return -DER_NOMEM;
			sgl_read(c, copy, len);
		}
		rc = update_recx(d, &iod->iod_name, iod->iod_size, rx, data);
		free(copy);
	}
	return rc;
}

/* Bytes that an update of `iod` takes from its buffers. */
static size_t update_bytes(const daos_iod_t *iod)
{
	size_t bytes = 0;

	if (iod->iod_type == DAOS_IOD_SINGLE)
		return iod->iod_size;
	for (uint32_t i = 0; i < iod->iod_nr; i++)
		bytes += iod->iod_recxs[i].rx_nr * iod->iod_size;
	return bytes;
}

int kv_update(struct kv_dkey *d, const daos_iod_t *iod, d_sg_list_t *sgl)
{
	size_t bytes = update_bytes(iod);
	void *copy = NULL, *data = NULL;
	struct sgl_cursor c;
	struct kv_akey a;
	int rc = kv_akey_load(d, &iod->iod_name, &a);

	if (rc != 0)
		return rc;
	if (a.exists && a.v.type != iod->iod_type)
		return -DER_NO_PERM;
	if (bytes > 0 && (sgl == NULL || sgl_total(sgl, false) < bytes))
		return -DER_REC2BIG;
	if (sgl != NULL)
		sgl_start(&c, sgl, false);
	if (iod->iod_type == DAOS_IOD_ARRAY)
		return update_array(d, iod, &c);
	if (bytes == 0) /* an empty value exists: it is listed, and found by a conditional fetch */
		return update_single(d, &iod->iod_name, &a, "", 0);
	data = sgl_piece(&c, bytes);
	if (data == NULL) {
		data = copy = malloc(bytes);
		if (copy == NULL)
			return -DER_NOMEM;
		sgl_read(&c, copy, bytes);
	}
	rc = update_single(d, &iod->iod_name, &a, data, bytes);
	free(copy);
	return rc;
}
