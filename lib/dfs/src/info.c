/* Object classes and chunk sizes of objects, and what new entries of a directory get; durability. */
#include <errno.h>

#include <daos_local.h>

#include "error.h"
#include "mount.h"
#include "oid.h"
#include "tx.h"

int dfs_obj_get_info(dfs_t *dfs, dfs_obj_t *obj, dfs_obj_info_t *info)
{
	daos_oclass_id_t dir, file;

	if (dfs == NULL || obj == NULL || info == NULL || obj->dfs != dfs)
		return EINVAL;
	memset(info, 0, sizeof(*info));
	info->doi_oid = obj->oid;
	if (S_ISLNK(obj->mode))
		return 0; /* nothing is stored in its object */
	info->doi_oclass_id = daos_obj_id2class(obj->oid);
	info->doi_chunk_size = obj->chunk_size != 0 ? obj->chunk_size : dfs->attr.da_chunk_size;
	if (S_ISDIR(obj->mode)) {
		dir = obj->oclass != 0 ? obj->oclass : dfs->attr.da_dir_oclass_id;
		file = obj->oclass != 0 ? obj->oclass : dfs->attr.da_file_oclass_id;
		info->doi_dir_oclass_id = oid_class(dfs, S_IFDIR, dir);
		info->doi_file_oclass_id = oid_class(dfs, S_IFREG, file);
	}
	return 0;
}

struct set_info {
	struct dfs_obj *obj;
	const struct place *place;
	daos_oclass_id_t oclass;
	daos_size_t chunk_size;
	unsigned field;
};

static int set_info_body(struct dfs *dfs, daos_handle_t th, void *arg)
{
	const struct set_info *s = arg;
	const struct place *p = s->place;
	struct entry e;
	int rc;

	(void)dfs;
	rc = obj_fetch_entry(s->obj, th, p, &e);
	if (rc != 0)
		return rc;
	if (s->field == ENTRY_OCLASS)
		e.oclass = s->oclass;
	else
		e.chunk_size = s->chunk_size;
	entry_now(&e.ctime);
	return entry_set(p->dir->oh, th, p->name, p->len, &e, s->field | ENTRY_CTIME);
}

static int set_info(struct dfs *dfs, struct set_info *s)
{
	struct place place;
	int rc;

	rc = obj_place(s->obj, &place);
	if (rc != 0)
		return rc;
	s->place = &place;
	rc = tx_run(dfs, set_info_body, s);
	place_put(&place);
	return rc;
}

/* The class of what is created in a directory from now on. `flags` is unused. */
int dfs_obj_set_oclass(dfs_t *dfs, dfs_obj_t *obj, int flags, daos_oclass_id_t cid)
{
	struct set_info s = {.obj = obj, .oclass = cid, .field = ENTRY_OCLASS};
	char name[MAX_OBJ_CLASS_NAME_LEN];
	int rc;

	(void)flags;
	if (dfs == NULL || obj == NULL || obj->dfs != dfs)
		return EINVAL;
	rc = mount_check_write(dfs);
	if (rc != 0)
		return rc;
	if (!S_ISDIR(obj->mode))
		return EOPNOTSUPP;
	/* A class that cannot be used must not be found out by the next creation. */
	if (cid != 0 && daos_oclass_id2name(cid, name) != 0)
		return EINVAL;
	rc = set_info(dfs, &s);
	if (rc == 0)
		obj->oclass = cid;
	return rc;
}

/*
 * The chunk size of what is created in a directory from now on, or of a file in which nothing was written yet (EINVAL:
 * it is not empty). `flags` is unused.
 */
int dfs_obj_set_chunk_size(dfs_t *dfs, dfs_obj_t *obj, int flags, daos_size_t chunk_size)
{
	struct set_info s = {.obj = obj, .chunk_size = chunk_size, .field = ENTRY_CHUNK_SIZE};
	daos_size_t size;
	int rc;

	(void)flags;
	if (dfs == NULL || obj == NULL || obj->dfs != dfs)
		return EINVAL;
	rc = mount_check_write(dfs);
	if (rc != 0)
		return rc;
	if (S_ISLNK(obj->mode))
		return EOPNOTSUPP;
	if (S_ISREG(obj->mode)) {
		if (s.chunk_size == 0)
			s.chunk_size = dfs->attr.da_chunk_size;
		rc = dfs_get_size(dfs, obj, &size);
		if (rc != 0 || size != 0)
			return rc != 0 ? rc : EINVAL;
		rc = der_to_errno(daos_array_update_chunk_size(obj->oh, s.chunk_size));
		if (rc != 0)
			return rc;
	}
	rc = set_info(dfs, &s);
	if (rc == 0)
		obj->chunk_size = s.chunk_size;
	return rc;
}

/*
 * A DAOS system makes every update durable before it returns, so there is nothing to do. The embedded engine does it
 * here for names and attributes; a file's bytes are synced through their own descriptor.
 */
int dfs_sync(dfs_t *dfs)
{
	if (dfs == NULL)
		return EINVAL;
	if (dfs->amode == O_RDONLY || daos_local_cont_sync == NULL)
		return 0;
	return der_to_errno(daos_local_cont_sync(dfs->coh));
}
