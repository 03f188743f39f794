/*
 * daos_kv_*: the key is the dkey, the value a single value under one akey.
 */
#include <stdlib.h>
#include <string.h>

#include <daos_api.h>
#include <daos_kv.h>

#include "event.h"
#include "handle.h"

#define VALUE_AKEY "value"

struct kv_handle {
	daos_handle_t oh;
};

static void kv_destroy(void *arg)
{
	struct kv_handle *k = arg;

	daos_obj_close(k->oh, NULL);
	free(k);
}

static int kv_open(daos_handle_t coh, daos_obj_id_t oid, unsigned mode, daos_handle_t *oh)
{
	struct kv_handle *k;
	int rc;

	if (oh == NULL || !daos_is_kv(oid))
		return -DER_INVAL;
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return -DER_NOMEM;
	rc = daos_obj_open(coh, oid, mode, &k->oh, NULL);
	if (rc != 0) {
		free(k);
		return rc;
	}
	rc = handle_new(DAOS_HTYPE_KV, k, kv_destroy, oh);
	if (rc != 0)
		kv_destroy(k);
	return rc;
}

int daos_kv_open(daos_handle_t coh, daos_obj_id_t oid, unsigned int mode, daos_handle_t *oh, daos_event_t *ev)
{
	return event_complete(ev, kv_open(coh, oid, mode, oh));
}

int daos_kv_close(daos_handle_t oh, daos_event_t *ev)
{
	return event_complete(ev, handle_close(oh, DAOS_HTYPE_KV));
}

/* The object's handle, with a reference on the kv handle that handle_put(oh) drops. */
static int object_of(daos_handle_t oh, daos_handle_t *obj)
{
	struct kv_handle *k = handle_get(oh, DAOS_HTYPE_KV);

	if (k == NULL)
		return -DER_NO_HDL;
	*obj = k->oh;
	return 0;
}

int daos_kv_destroy(daos_handle_t oh, daos_handle_t th, daos_event_t *ev)
{
	daos_handle_t obj;
	int rc = object_of(oh, &obj);

	if (rc == 0) {
		rc = daos_obj_punch(obj, th, 0, NULL);
		handle_put(oh);
	}
	return event_complete(ev, rc);
}

static void value_iod(daos_iod_t *iod, daos_size_t size)
{
	*iod = (daos_iod_t){.iod_type = DAOS_IOD_SINGLE, .iod_nr = 1, .iod_size = size};
	d_iov_set(&iod->iod_name, (void *)VALUE_AKEY, strlen(VALUE_AKEY));
}

/* Conditions on keys are, below, conditions on dkeys. */
static int flags_check(uint64_t flags, uint64_t allowed)
{
	return flags & ~allowed ? -DER_INVAL : 0;
}

static int put(daos_handle_t oh, daos_handle_t th, uint64_t flags, const char *key, daos_size_t size, const void *buf)
{
	d_iov_t iov = {(void *)buf, size, size};
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	daos_handle_t obj;
	daos_key_t dkey;
	daos_iod_t iod;
	daos_recx_t one = {0, 1};
	char empty = 0;
	int rc = flags_check(flags, DAOS_COND_KEY_INSERT | DAOS_COND_KEY_UPDATE);

	if (rc != 0 || key == NULL || (buf == NULL && size > 0))
		return -DER_INVAL;
	rc = object_of(oh, &obj);
	if (rc != 0)
		return rc;
	d_iov_set(&dkey, (void *)key, strlen(key));
	if (size == 0) { /* a key with an empty value exists, which an empty single value would not */
		value_iod(&iod, 1);
		d_iov_set(&iov, &empty, 1);
		iod.iod_type = DAOS_IOD_ARRAY;
		iod.iod_recxs = &one;
	} else {
		value_iod(&iod, size);
	}
	rc = daos_obj_update(obj, th, flags, &dkey, 1, &iod, &sgl, NULL);
	if (rc == -DER_NO_PERM) { /* empty before and not now, or the other way round */
		rc = daos_obj_punch_akeys(obj, th, 0, &dkey, 1, &iod.iod_name, NULL);
		if (rc == 0)
			rc = daos_obj_update(obj, th, 0, &dkey, 1, &iod, &sgl, NULL);
	}
	handle_put(oh);
	return rc;
}

int daos_kv_put(daos_handle_t oh, daos_handle_t th, uint64_t flags, const char *key, daos_size_t size, const void *buf,
		daos_event_t *ev)
{
	return event_complete(ev, put(oh, th, flags, key, size, buf));
}

static int get(daos_handle_t obj, daos_handle_t th, uint64_t flags, const char *key, daos_size_t *size, void *buf)
{
	d_iov_t iov = {buf, *size, *size};
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	daos_key_t dkey;
	daos_iod_t iod;
	int rc;

	d_iov_set(&dkey, (void *)key, strlen(key));
	value_iod(&iod, DAOS_REC_ANY);
	rc = daos_obj_fetch(obj, th, flags, &dkey, 1, &iod, buf == NULL || *size == 0 ? NULL : &sgl, NULL, NULL);
	if (rc == -DER_NO_PERM) { /* the mark of an empty value */
		*size = 0;
		return 0;
	}
	if (rc == 0 && buf != NULL && iod.iod_size > *size)
		rc = -DER_REC2BIG;
	if (rc == 0 || rc == -DER_REC2BIG)
		*size = iod.iod_size;
	return rc;
}

int daos_kv_get(daos_handle_t oh, daos_handle_t th, uint64_t flags, const char *key, daos_size_t *size, void *buf,
		daos_event_t *ev)
{
	daos_handle_t obj;
	int rc = flags_check(flags, DAOS_COND_KEY_GET);

	if (rc != 0 || key == NULL || size == NULL)
		return event_complete(ev, -DER_INVAL);
	rc = object_of(oh, &obj);
	if (rc == 0) {
		rc = get(obj, th, flags, key, size, buf);
		handle_put(oh);
	}
	return event_complete(ev, rc);
}

int daos_kv_remove(daos_handle_t oh, daos_handle_t th, uint64_t flags, const char *key, daos_event_t *ev)
{
	daos_handle_t obj;
	daos_key_t dkey;
	int rc = flags_check(flags, DAOS_COND_KEY_REMOVE);

	if (rc != 0 || key == NULL)
		return event_complete(ev, -DER_INVAL);
	rc = object_of(oh, &obj);
	if (rc == 0) {
		d_iov_set(&dkey, (void *)key, strlen(key));
		rc = daos_obj_punch_dkeys(obj, th, flags, 1, &dkey, NULL);
		handle_put(oh);
	}
	return event_complete(ev, rc);
}

int daos_kv_list(daos_handle_t oh, daos_handle_t th, uint32_t *nr, daos_key_desc_t *kds, d_sg_list_t *sgl,
		 daos_anchor_t *anchor, daos_event_t *ev)
{
	daos_handle_t obj;
	int rc = object_of(oh, &obj);

	if (rc == 0) {
		rc = daos_obj_list_dkey(obj, th, nr, kds, sgl, anchor, NULL);
		handle_put(oh);
	}
	return event_complete(ev, rc);
}
