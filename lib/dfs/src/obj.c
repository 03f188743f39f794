#include "obj.h"

#include <stdlib.h>

#include "error.h"
#include "mount.h"

int obj_open_array(struct dfs *dfs, daos_obj_id_t oid, daos_size_t chunk_size, int flags, daos_handle_t *oh)
{
	bool ro = dfs->amode == O_RDONLY || (flags & O_ACCMODE) == O_RDONLY;

	if (chunk_size == 0)
		chunk_size = dfs->attr.da_chunk_size;
	return der_to_errno(
	    daos_array_open_with_attr(dfs->coh, oid, dfs->th, ro ? DAOS_OO_RO : DAOS_OO_RW, 1, chunk_size, oh, NULL));
}

static void obj_free(struct dfs_obj *obj)
{
	dnode_put(obj->dir);
	dnode_put(obj->parent);
	free(obj->value);
	free(obj->name);
	free(obj);
}

int obj_new(struct dfs *dfs, struct dnode *parent, const char *name, const struct entry *e, const char *value,
	    int flags, struct dfs_obj **out)
{
	struct dfs_obj *obj = calloc(1, sizeof(*obj));
	int rc = ENOMEM;

	if (obj == NULL)
		return ENOMEM;
	obj->dfs = dfs;
	obj->oid = e->oid;
	obj->mode = e->mode;
	obj->flags = flags & O_ACCMODE;
	obj->oclass = e->oclass;
	obj->chunk_size = e->chunk_size;
	if (S_ISDIR(e->mode)) {
		rc = dnode_get(dfs, e->oid, parent, name, &obj->dir);
		goto out;
	}
	obj->parent = parent != NULL ? dnode_ref(parent) : NULL;
	if (name != NULL) {
		obj->name = strdup(name);
		if (obj->name == NULL)
			goto out;
	}
	if (S_ISLNK(e->mode)) {
		obj->value = strdup(value);
		rc = obj->value != NULL ? 0 : ENOMEM;
	} else {
		if (obj->chunk_size == 0)
			obj->chunk_size = dfs->attr.da_chunk_size;
		rc = obj_open_array(dfs, obj->oid, obj->chunk_size, flags, &obj->oh);
	}
out:
	if (rc != 0) {
		obj_free(obj);
		return rc;
	}
	atomic_fetch_add(&dfs->nr_open, 1);
	*out = obj;
	return 0;
}

int dfs_release(dfs_obj_t *obj)
{
	struct dfs *dfs;
	int rc = 0;

	if (obj == NULL || obj->dfs == NULL)
		return EINVAL;
	dfs = obj->dfs;
	if (obj == &dfs->root)
		return 0;
	if (S_ISREG(obj->mode))
		rc = der_to_errno(daos_array_close(obj->oh, NULL));
	obj_free(obj);
	atomic_fetch_sub(&dfs->nr_open, 1);
	return rc;
}

int obj_truncate_at_open(struct dfs_obj *obj, int flags)
{
	int rc;

	if (!(flags & O_TRUNC) || !S_ISREG(obj->mode) || obj->flags == O_RDONLY)
		return 0;
	rc = mount_check_write(obj->dfs);
	return rc != 0 ? rc : der_to_errno(daos_array_set_size(obj->oh, DAOS_TX_NONE, 0, NULL));
}

int obj_place(struct dfs_obj *obj, struct place *place)
{
	struct dfs *dfs = obj->dfs;
	int rc = ESTALE;

	if (obj->dir != NULL)
		return dnode_place(obj->dir, place);
	pthread_mutex_lock(&dfs->lock);
	if (obj->parent != NULL && obj->name != NULL) {
		place->dir = obj->parent;
		place->dir->refs++;
		place->len = strlen(obj->name);
		memcpy(place->name, obj->name, place->len + 1);
		rc = 0;
	}
	pthread_mutex_unlock(&dfs->lock);
	return rc;
}

int obj_fetch_entry(struct dfs_obj *obj, daos_handle_t th, const struct place *place, struct entry *e)
{
	int rc = entry_fetch(place->dir->oh, th, place->name, place->len, e, NULL);

	if (rc == 0 && !oid_equal(e->oid, obj->oid))
		rc = ENOENT;
	return rc;
}

int obj_directory(struct dfs *dfs, struct dfs_obj *parent, struct dnode **dir)
{
	if (dfs == NULL)
		return EINVAL;
	if (parent == NULL)
		parent = &dfs->root;
	if (parent->dfs != dfs)
		return EINVAL;
	if (parent->dir == NULL)
		return ENOTDIR;
	*dir = parent->dir;
	return 0;
}

int dfs_dup(dfs_t *dfs, dfs_obj_t *obj, int flags, dfs_obj_t **new_obj)
{
	struct entry e = {0};
	struct place place;
	int rc;

	if (dfs == NULL || obj == NULL || new_obj == NULL || obj->dfs != dfs)
		return EINVAL;
	e.oid = obj->oid;
	e.mode = obj->mode;
	e.oclass = obj->oclass;
	e.chunk_size = obj->chunk_size;
	rc = obj_place(obj, &place);
	if (rc == ESTALE)
		return obj_new(dfs, NULL, NULL, &e, obj->value, flags, new_obj);
	if (rc != 0)
		return rc;
	rc = obj_new(dfs, place.dir, place.name, &e, obj->value, flags, new_obj);
	place_put(&place);
	return rc;
}

int dfs_update_parent(dfs_obj_t *obj, dfs_obj_t *src_obj, const char *name)
{
	struct dfs *dfs;
	struct dnode *old;
	struct place place;
	char *copy, *old_name;
	size_t len;
	int rc;

	if (obj == NULL || src_obj == NULL || obj->dfs != src_obj->dfs)
		return EINVAL;
	dfs = obj->dfs;
	if (name != NULL) {
		rc = entry_name_check(name, &len);
		if (rc != 0)
			return rc;
	}
	rc = obj_place(src_obj, &place);
	if (rc != 0)
		return rc;
	copy = strdup(name != NULL ? name : place.name);
	if (copy == NULL) {
		rc = ENOMEM;
	} else if (obj->dir != NULL) {
		dnode_moved(dfs, obj->oid, place.dir, copy);
		free(copy);
	} else {
		pthread_mutex_lock(&dfs->lock);
		old = obj->parent;
		old_name = obj->name;
		obj->parent = place.dir;
		obj->name = copy;
		pthread_mutex_unlock(&dfs->lock);
		place.dir = old;
		free(old_name);
	}
	place_put(&place);
	return rc;
}

int dfs_obj2id(dfs_obj_t *obj, daos_obj_id_t *oid)
{
	if (obj == NULL || oid == NULL)
		return EINVAL;
	*oid = obj->oid;
	return 0;
}

int dfs_get_mode(dfs_obj_t *obj, mode_t *mode)
{
	if (obj == NULL || mode == NULL)
		return EINVAL;
	*mode = obj->mode;
	return 0;
}

int dfs_get_file_oh(dfs_obj_t *obj, daos_handle_t *oh)
{
	if (obj == NULL || oh == NULL || !S_ISREG(obj->mode))
		return EINVAL;
	*oh = obj->oh;
	return 0;
}

int dfs_get_chunk_size(dfs_obj_t *obj, daos_size_t *chunk_size)
{
	if (obj == NULL || chunk_size == NULL || !S_ISREG(obj->mode))
		return EINVAL;
	*chunk_size = obj->chunk_size;
	return 0;
}

int dfs_get_symlink_value(dfs_obj_t *obj, char *buf, daos_size_t *size)
{
	size_t need, take;

	if (obj == NULL || size == NULL || !S_ISLNK(obj->mode))
		return EINVAL;
	need = strlen(obj->value) + 1;
	if (buf != NULL && *size > 0) {
		take = *size < need ? *size : need;
		memcpy(buf, obj->value, take - 1);
		buf[take - 1] = '\0';
	}
	*size = need;
	return 0;
}
