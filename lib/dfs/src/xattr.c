/* Extended attributes: single values under the akeys "x:NAME" of an entry. */
#include <errno.h>
#include <stdlib.h>
#include <sys/xattr.h>

#include "error.h"
#include "mount.h"
#include "tx.h"

struct xattr_akey {
	char text[XATTR_PREFIX_LEN + DFS_MAX_XATTR_NAME + 1];
	daos_key_t key;
};

static int akey_set(struct xattr_akey *akey, const char *name)
{
	size_t len;

	if (name == NULL)
		return EINVAL;
	len = strnlen(name, DFS_MAX_XATTR_NAME + 1);
	if (len == 0 || len > DFS_MAX_XATTR_NAME)
		return EINVAL;
	memcpy(akey->text, XATTR_PREFIX, XATTR_PREFIX_LEN);
	memcpy(akey->text + XATTR_PREFIX_LEN, name, len + 1);
	d_iov_set(&akey->key, akey->text, XATTR_PREFIX_LEN + len);
	return 0;
}

/* What all calls do first: check the arguments, find the entry. */
static int begin(struct dfs *dfs, struct dfs_obj *obj, const char *name, struct xattr_akey *akey, struct place *place)
{
	int rc;

	if (dfs == NULL || obj == NULL || obj->dfs != dfs)
		return EINVAL;
	rc = akey_set(akey, name);
	return rc != 0 ? rc : obj_place(obj, place);
}

/*
 * Fetch into `sgl` (NULL: the size only). ENODATA: there is no such attribute. An empty value has size 0 and is told
 * from a missing one by the condition.
 */
static int fetch(daos_handle_t th, const struct place *place, const struct xattr_akey *akey, d_sg_list_t *sgl,
		 daos_size_t *size)
{
	daos_iod_t iod = {.iod_name = akey->key, .iod_type = DAOS_IOD_SINGLE, .iod_nr = 1, .iod_size = DAOS_REC_ANY};
	daos_key_t dkey;
	int rc;

	d_iov_set(&dkey, (void *)place->name, place->len);
	rc = daos_obj_fetch(place->dir->oh, th, DAOS_COND_AKEY_FETCH, &dkey, 1, &iod, sgl, NULL, NULL);
	*size = iod.iod_size;
	if (rc == -DER_NONEXIST)
		return ENODATA;
	if (rc == -DER_REC2BIG)
		return ERANGE;
	return der_to_errno(rc);
}

struct xattr_change {
	struct dfs_obj *obj;
	const struct place *place;
	const struct xattr_akey *akey;
	const void *value; /* with size; not for a removal */
	daos_size_t size;
	int flags;
};

static int touch(const struct xattr_change *x, daos_handle_t th, struct entry *e)
{
	entry_now(&e->ctime);
	return entry_set(x->place->dir->oh, th, x->place->name, x->place->len, e, ENTRY_CTIME);
}

static int set_body(struct dfs *dfs, daos_handle_t th, void *arg)
{
	const struct xattr_change *x = arg;
	daos_iod_t iod = {.iod_name = x->akey->key, .iod_type = DAOS_IOD_SINGLE, .iod_nr = 1, .iod_size = x->size};
	daos_size_t had;
	struct entry e;
	d_sg_list_t sgl;
	d_iov_t iov;
	daos_key_t dkey;
	int rc;

	(void)dfs;
	rc = obj_fetch_entry(x->obj, th, x->place, &e);
	if (rc == 0 && x->flags != 0) {
		rc = fetch(th, x->place, x->akey, NULL, &had);
		if (rc == 0 && (x->flags & XATTR_CREATE))
			rc = EEXIST;
		else if (rc == ENODATA && (x->flags & XATTR_CREATE))
			rc = 0;
	}
	if (rc != 0)
		return rc;
	d_iov_set(&dkey, (void *)x->place->name, x->place->len);
	d_iov_set(&iov, (void *)x->value, x->size);
	sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
	rc = daos_obj_update(x->place->dir->oh, th, DAOS_COND_DKEY_UPDATE, &dkey, 1, &iod, &sgl, NULL);
	return rc != 0 ? der_to_errno(rc) : touch(x, th, &e);
}

int dfs_setxattr(dfs_t *dfs, dfs_obj_t *obj, const char *name, const void *value, daos_size_t size, int flags)
{
	struct xattr_akey akey;
	struct place place;
	struct xattr_change x = {
	    .obj = obj, .place = &place, .akey = &akey, .value = value, .size = size, .flags = flags};
	int rc;

	if (size > DFS_MAX_XATTR_LEN || (value == NULL && size != 0))
		return EINVAL;
	if ((flags & ~(XATTR_CREATE | XATTR_REPLACE)) != 0 || flags == (XATTR_CREATE | XATTR_REPLACE))
		return EINVAL;
	rc = dfs != NULL ? mount_check_write(dfs) : EINVAL;
	if (rc == 0)
		rc = begin(dfs, obj, name, &akey, &place);
	if (rc != 0)
		return rc;
	rc = tx_run(dfs, set_body, &x);
	place_put(&place);
	return rc;
}

int dfs_getxattr(dfs_t *dfs, dfs_obj_t *obj, const char *name, void *value, daos_size_t *size)
{
	struct xattr_akey akey;
	struct place place;
	struct entry e;
	d_sg_list_t sgl;
	d_iov_t iov;
	daos_size_t room;
	int rc;

	if (size == NULL)
		return EINVAL;
	rc = begin(dfs, obj, name, &akey, &place);
	if (rc != 0)
		return rc;
	room = value != NULL ? *size : 0;
	d_iov_set(&iov, value, room);
	sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
	rc = obj_fetch_entry(obj, dfs->th, &place, &e);
	if (rc == 0)
		rc = fetch(dfs->th, &place, &akey, room != 0 ? &sgl : NULL, size);
	if (rc == 0 && room != 0 && *size > room)
		rc = ERANGE;
	place_put(&place);
	return rc;
}

static int remove_body(struct dfs *dfs, daos_handle_t th, void *arg)
{
	const struct xattr_change *x = arg;
	daos_key_t dkey, akey = x->akey->key;
	daos_size_t had;
	struct entry e;
	int rc;

	(void)dfs;
	rc = obj_fetch_entry(x->obj, th, x->place, &e);
	if (rc == 0)
		rc = fetch(th, x->place, x->akey, NULL, &had);
	if (rc != 0)
		return rc;
	d_iov_set(&dkey, (void *)x->place->name, x->place->len);
	rc = daos_obj_punch_akeys(x->place->dir->oh, th, 0, &dkey, 1, &akey, NULL);
	return rc != 0 ? der_to_errno(rc) : touch(x, th, &e);
}

int dfs_removexattr(dfs_t *dfs, dfs_obj_t *obj, const char *name)
{
	struct xattr_akey akey;
	struct place place;
	struct xattr_change x = {.obj = obj, .place = &place, .akey = &akey};
	int rc = dfs != NULL ? mount_check_write(dfs) : EINVAL;

	if (rc == 0)
		rc = begin(dfs, obj, name, &akey, &place);
	if (rc != 0)
		return rc;
	rc = tx_run(dfs, remove_body, &x);
	place_put(&place);
	return rc;
}

/* Append the names among `nr` akeys at `buf` to `list` as far as they fit into `room`; *need counts them all. */
static void append_names(const char *buf, const daos_key_desc_t *kd, uint32_t nr, char *list, daos_size_t room,
			 daos_size_t *need)
{
	for (uint32_t i = 0; i < nr; buf += kd[i].kd_key_len, i++) {
		size_t len = kd[i].kd_key_len;

		if (len <= XATTR_PREFIX_LEN || memcmp(buf, XATTR_PREFIX, XATTR_PREFIX_LEN) != 0)
			continue;
		len -= XATTR_PREFIX_LEN;
		if (list != NULL && *need + len + 1 <= room) {
			memcpy(list + *need, buf + XATTR_PREFIX_LEN, len);
			list[*need + len] = '\0';
		}
		*need += len + 1;
	}
}

int dfs_listxattr(dfs_t *dfs, dfs_obj_t *obj, char *list, daos_size_t *size)
{
	enum { BATCH = 32 };
	char buf[BATCH * (XATTR_PREFIX_LEN + DFS_MAX_XATTR_NAME)];
	daos_anchor_t anchor = {0};
	daos_key_desc_t kd[BATCH];
	daos_size_t need = 0, room;
	struct place place;
	struct entry e;
	daos_key_t dkey;
	int rc;

	if (dfs == NULL || obj == NULL || size == NULL || obj->dfs != dfs)
		return EINVAL;
	room = list != NULL ? *size : 0;
	rc = obj_place(obj, &place);
	if (rc != 0)
		return rc;
	rc = obj_fetch_entry(obj, dfs->th, &place, &e);
	d_iov_set(&dkey, place.name, place.len);
	while (rc == 0 && !daos_anchor_is_eof(&anchor)) {
		uint32_t nr = BATCH;
		d_sg_list_t sgl;
		d_iov_t iov;

		d_iov_set(&iov, buf, sizeof(buf));
		sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
		rc = der_to_errno(daos_obj_list_akey(place.dir->oh, dfs->th, &dkey, &nr, kd, &sgl, &anchor, NULL));
		if (rc == 0)
			append_names(buf, kd, nr, list, room, &need);
	}
	place_put(&place);
	if (rc != 0)
		return rc;
	*size = need;
	return list != NULL && room != 0 && need > room ? ERANGE : 0;
}
