#include "entry.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#include "error.h"

static void put32(uint8_t *rec, size_t off, uint32_t v)
{
	v = htole32(v);
	memcpy(rec + off, &v, sizeof(v));
}

static void put64(uint8_t *rec, size_t off, uint64_t v)
{
	v = htole64(v);
	memcpy(rec + off, &v, sizeof(v));
}

static uint32_t get32(const uint8_t *rec, size_t off)
{
	uint32_t v;

	memcpy(&v, rec + off, sizeof(v));
	return le32toh(v);
}

static uint64_t get64(const uint8_t *rec, size_t off)
{
	uint64_t v;

	memcpy(&v, rec + off, sizeof(v));
	return le64toh(v);
}

void entry_encode(const struct entry *e, uint8_t rec[INODE_SIZE])
{
	put32(rec, INODE_MODE, e->mode);
	put64(rec, INODE_OID_LO, e->oid.lo);
	put64(rec, INODE_OID_HI, e->oid.hi);
	put64(rec, INODE_MTIME, e->mtime.tv_sec);
	put64(rec, INODE_CTIME, e->ctime.tv_sec);
	put64(rec, INODE_CHUNK_SIZE, e->chunk_size);
	put32(rec, INODE_OCLASS, e->oclass);
	put64(rec, INODE_MTIME_NSEC, e->mtime.tv_nsec);
	put64(rec, INODE_CTIME_NSEC, e->ctime.tv_nsec);
	put32(rec, INODE_UID, e->uid);
	put32(rec, INODE_GID, e->gid);
	put64(rec, INODE_VALUE_LEN, e->value_len);
	put64(rec, INODE_HLC, e->hlc);
}

void entry_decode(const uint8_t rec[INODE_SIZE], struct entry *e)
{
	e->mode = get32(rec, INODE_MODE);
	e->oid.lo = get64(rec, INODE_OID_LO);
	e->oid.hi = get64(rec, INODE_OID_HI);
	e->mtime.tv_sec = get64(rec, INODE_MTIME);
	e->ctime.tv_sec = get64(rec, INODE_CTIME);
	e->chunk_size = get64(rec, INODE_CHUNK_SIZE);
	e->oclass = get32(rec, INODE_OCLASS);
	e->mtime.tv_nsec = get64(rec, INODE_MTIME_NSEC);
	e->ctime.tv_nsec = get64(rec, INODE_CTIME_NSEC);
	e->uid = get32(rec, INODE_UID);
	e->gid = get32(rec, INODE_GID);
	e->value_len = get64(rec, INODE_VALUE_LEN);
	e->hlc = get64(rec, INODE_HLC);
}

int entry_name_check(const char *name, size_t *len)
{
	if (name == NULL)
		return EINVAL;
	*len = strnlen(name, DFS_MAX_NAME + 1);
	if (*len == 0 || *len > DFS_MAX_NAME || memchr(name, '/', *len) != NULL)
		return EINVAL;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return EINVAL;
	return 0;
}

static void iod_single(daos_iod_t *iod, const char *akey, size_t akey_len, daos_size_t size)
{
	memset(iod, 0, sizeof(*iod));
	d_iov_set(&iod->iod_name, (void *)akey, akey_len);
	iod->iod_type = DAOS_IOD_SINGLE;
	iod->iod_nr = 1;
	iod->iod_size = size;
}

static void iod_inode(daos_iod_t *iod, daos_recx_t *recx, uint32_t nr)
{
	memset(iod, 0, sizeof(*iod));
	d_iov_set(&iod->iod_name, (void *)INODE_AKEY, sizeof(INODE_AKEY) - 1);
	iod->iod_type = DAOS_IOD_ARRAY;
	iod->iod_nr = nr;
	iod->iod_size = 1;
	iod->iod_recxs = recx;
}

static void sgl_set(d_sg_list_t *sgl, d_iov_t *iov, void *buf, size_t len)
{
	d_iov_set(iov, buf, len);
	sgl->sg_nr = 1;
	sgl->sg_nr_out = 0;
	sgl->sg_iovs = iov;
}

int entry_fetch(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, struct entry *e, char *value)
{
	uint8_t rec[INODE_SIZE] = {0};
	daos_recx_t recx = {0, INODE_SIZE};
	daos_iod_t iod[2];
	d_sg_list_t sgl[2];
	d_iov_t iov[2];
	daos_key_t dkey;
	int rc;

	d_iov_set(&dkey, (void *)name, len);
	iod_inode(&iod[0], &recx, 1);
	sgl_set(&sgl[0], &iov[0], rec, sizeof(rec));
	iod_single(&iod[1], SYMLINK_AKEY, sizeof(SYMLINK_AKEY) - 1, DAOS_REC_ANY);
	if (value != NULL)
		sgl_set(&sgl[1], &iov[1], value, DFS_MAX_PATH - 1);

	rc = daos_obj_fetch(oh, th, 0, &dkey, value != NULL ? 2 : 1, iod, sgl, NULL, NULL);
	if (rc == -DER_REC2BIG)
		return ENAMETOOLONG;
	if (rc != 0)
		return der_to_errno(rc);
	if (iod[0].iod_size == 0)
		return ENOENT;
	entry_decode(rec, e);
	if (!S_ISREG(e->mode) && !S_ISDIR(e->mode) && !S_ISLNK(e->mode))
		return EINVAL;
	if (value != NULL && S_ISLNK(e->mode)) {
		if (iod[1].iod_size == 0 || iod[1].iod_size >= DFS_MAX_PATH)
			return EIO;
		/* Some writers count a terminating NUL into the value; the target ends at the first one. */
		value[iod[1].iod_size] = '\0';
		e->value_len = strlen(value);
	}
	return 0;
}

int entry_insert(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, const struct entry *e,
		 const char *value)
{
	uint8_t rec[INODE_SIZE];
	daos_recx_t recx = {0, INODE_SIZE};
	unsigned nr = 1;
	daos_iod_t iod[2];
	d_sg_list_t sgl[2];
	d_iov_t iov[2];
	daos_key_t dkey;

	entry_encode(e, rec);
	d_iov_set(&dkey, (void *)name, len);
	iod_inode(&iod[0], &recx, 1);
	sgl_set(&sgl[0], &iov[0], rec, sizeof(rec));
	if (S_ISLNK(e->mode)) {
		iod_single(&iod[1], SYMLINK_AKEY, sizeof(SYMLINK_AKEY) - 1, e->value_len);
		sgl_set(&sgl[1], &iov[1], (void *)value, e->value_len);
		nr = 2;
	}
	return der_to_errno(daos_obj_update(oh, th, DAOS_COND_DKEY_INSERT, &dkey, nr, iod, sgl, NULL));
}

int entry_set(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, const struct entry *e, unsigned fields)
{
	static const struct {
		unsigned field;
		uint8_t off;
		uint8_t len;
	} part[] = {
	    {ENTRY_MODE, INODE_MODE, 4},     {ENTRY_MTIME, INODE_MTIME, 8}, {ENTRY_MTIME, INODE_MTIME_NSEC, 8},
	    {ENTRY_MTIME, INODE_HLC, 8},     {ENTRY_CTIME, INODE_CTIME, 8}, {ENTRY_CTIME, INODE_CTIME_NSEC, 8},
	    {ENTRY_OWNER, INODE_UID, 4},     {ENTRY_OWNER, INODE_GID, 4},   {ENTRY_CHUNK_SIZE, INODE_CHUNK_SIZE, 8},
	    {ENTRY_OCLASS, INODE_OCLASS, 4},
	};
	enum { PARTS = sizeof(part) / sizeof(part[0]) };
	uint8_t rec[INODE_SIZE];
	daos_recx_t recx[PARTS];
	d_iov_t iov[PARTS];
	d_sg_list_t sgl = {.sg_iovs = iov};
	daos_iod_t iod;
	daos_key_t dkey;
	uint32_t nr = 0;

	entry_encode(e, rec);
	for (size_t i = 0; i < PARTS; i++) {
		if (!(fields & part[i].field))
			continue;
		recx[nr].rx_idx = part[i].off;
		recx[nr].rx_nr = part[i].len;
		d_iov_set(&iov[nr], rec + part[i].off, part[i].len);
		nr++;
	}
	if (nr == 0)
		return 0;
	sgl.sg_nr = nr;
	iod_inode(&iod, recx, nr);
	d_iov_set(&dkey, (void *)name, len);
	return der_to_errno(daos_obj_update(oh, th, DAOS_COND_DKEY_UPDATE, &dkey, 1, &iod, &sgl, NULL));
}

int entry_remove(daos_handle_t oh, daos_handle_t th, const char *name, size_t len)
{
	daos_key_t dkey;

	d_iov_set(&dkey, (void *)name, len);
	return der_to_errno(daos_obj_punch_dkeys(oh, th, DAOS_COND_PUNCH, 1, &dkey, NULL));
}

void entry_akeys_free(struct entry_akeys *akeys)
{
	for (size_t i = 0; i < akeys->nr; i++) {
		free(akeys->akey[i].name);
		free(akeys->akey[i].value);
	}
	free(akeys->akey);
	akeys->akey = NULL;
	akeys->nr = 0;
}

static int akeys_add(struct entry_akeys *akeys, const char *name, size_t len)
{
	struct entry_akey *a = realloc(akeys->akey, (akeys->nr + 1) * sizeof(*a));

	if (a == NULL)
		return ENOMEM;
	akeys->akey = a;
	a += akeys->nr;
	memset(a, 0, sizeof(*a));
	a->name = malloc(len);
	if (a->name == NULL)
		return ENOMEM;
	memcpy(a->name, name, len);
	a->name_len = len;
	akeys->nr++;
	return 0;
}

/* Names of the single values. Other akeys than DFS's own do not belong to the entry. */
static int akeys_list(daos_handle_t oh, daos_handle_t th, daos_key_t *dkey, struct entry_akeys *akeys)
{
	enum { BATCH = 32 };
	char buf[BATCH * (XATTR_PREFIX_LEN + DFS_MAX_XATTR_NAME)];
	daos_anchor_t anchor = {0};
	daos_key_desc_t kd[BATCH];
	d_sg_list_t sgl;
	d_iov_t iov;

	while (!daos_anchor_is_eof(&anchor)) {
		uint32_t nr = BATCH;
		char *p = buf;
		int rc;

		sgl_set(&sgl, &iov, buf, sizeof(buf));
		rc = der_to_errno(daos_obj_list_akey(oh, th, dkey, &nr, kd, &sgl, &anchor, NULL));
		for (uint32_t i = 0; rc == 0 && i < nr; i++) {
			size_t len = kd[i].kd_key_len;

			if ((len > XATTR_PREFIX_LEN && memcmp(p, XATTR_PREFIX, XATTR_PREFIX_LEN) == 0) ||
			    (len == sizeof(SYMLINK_AKEY) - 1 && memcmp(p, SYMLINK_AKEY, len) == 0))
				rc = akeys_add(akeys, p, len);
			p += len;
		}
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int akey_fetch_value(daos_handle_t oh, daos_handle_t th, daos_key_t *dkey, struct entry_akey *a)
{
	daos_iod_t iod;
	d_sg_list_t sgl;
	d_iov_t iov;
	int rc;

	iod_single(&iod, a->name, a->name_len, DAOS_REC_ANY);
	rc = daos_obj_fetch(oh, th, 0, dkey, 1, &iod, NULL, NULL, NULL);
	if (rc != 0 || iod.iod_size == 0)
		return der_to_errno(rc);
	a->value_len = iod.iod_size;
	a->value = malloc(a->value_len);
	if (a->value == NULL)
		return ENOMEM;
	sgl_set(&sgl, &iov, a->value, a->value_len);
	return der_to_errno(daos_obj_fetch(oh, th, 0, dkey, 1, &iod, &sgl, NULL, NULL));
}

int entry_akeys_fetch(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, struct entry_akeys *akeys)
{
	daos_key_t dkey;
	int rc;

	akeys->akey = NULL;
	akeys->nr = 0;
	d_iov_set(&dkey, (void *)name, len);
	rc = akeys_list(oh, th, &dkey, akeys);
	for (size_t i = 0; rc == 0 && i < akeys->nr; i++)
		rc = akey_fetch_value(oh, th, &dkey, &akeys->akey[i]);
	if (rc != 0)
		entry_akeys_free(akeys);
	return rc;
}

int entry_put(daos_handle_t oh, daos_handle_t th, const char *name, size_t len, const struct entry *e,
	      const struct entry_akeys *akeys)
{
	uint8_t rec[INODE_SIZE];
	daos_recx_t recx = {0, INODE_SIZE};
	size_t nr = akeys->nr + 1;
	daos_iod_t *iod = calloc(nr, sizeof(*iod));
	d_sg_list_t *sgl = calloc(nr, sizeof(*sgl));
	d_iov_t *iov = calloc(nr, sizeof(*iov));
	daos_key_t dkey;
	int rc = ENOMEM;

	if (iod == NULL || sgl == NULL || iov == NULL)
		goto out;
	entry_encode(e, rec);
	d_iov_set(&dkey, (void *)name, len);
	iod_inode(&iod[0], &recx, 1);
	sgl_set(&sgl[0], &iov[0], rec, sizeof(rec));
	for (size_t i = 1; i < nr; i++) {
		const struct entry_akey *a = &akeys->akey[i - 1];

		iod_single(&iod[i], a->name, a->name_len, a->value_len);
		sgl_set(&sgl[i], &iov[i], a->value, a->value_len);
	}
	rc = der_to_errno(daos_obj_update(oh, th, 0, &dkey, nr, iod, sgl, NULL));
out:
	free(iod);
	free(sgl);
	free(iov);
	return rc;
}

int entry_dir_empty(daos_handle_t oh, daos_handle_t th, bool *empty)
{
	daos_anchor_t anchor = {0};
	char buf[DFS_MAX_NAME];
	daos_key_desc_t kd;
	d_sg_list_t sgl;
	d_iov_t iov;

	*empty = true;
	while (*empty && !daos_anchor_is_eof(&anchor)) {
		uint32_t nr = 1;
		int rc;

		sgl_set(&sgl, &iov, buf, sizeof(buf));
		rc = daos_obj_list_dkey(oh, th, &nr, &kd, &sgl, &anchor, NULL);
		if (rc != 0)
			return der_to_errno(rc);
		*empty = nr == 0;
	}
	return 0;
}
