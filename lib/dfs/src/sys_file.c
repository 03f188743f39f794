/* Files by path: create, open, read, write, remove. */
#include <errno.h>

#include "error.h"
#include "file_io.h"
#include "mount.h"
#include "remove.h"
#include "sys.h"

/* Create `path` exclusively, and leave it closed. */
static int create(dfs_sys_t *sys, const char *path, mode_t mode, daos_oclass_id_t cid, daos_size_t chunk_size,
		  const char *value)
{
	dfs_obj_t *obj;
	struct sys_path sp;
	int rc = sys_path_get(sys, path, &sp);

	if (rc != 0)
		return rc;
	rc = sp.name[0] == '\0' ? EEXIST
				: dfs_open(sys->dfs, sp.dir->obj, sp.name, mode, O_RDWR | O_CREAT | O_EXCL, cid,
					   chunk_size, value, &obj);
	sys_path_put(sys, &sp, rc);
	return rc != 0 ? rc : dfs_release(obj);
}

int dfs_sys_mknod(dfs_sys_t *sys, const char *path, mode_t mode, daos_oclass_id_t cid, daos_size_t chunk_size)
{
	if (!S_ISREG(mode))
		return EINVAL;
	return create(sys, path, mode, cid, chunk_size, NULL);
}

int dfs_sys_symlink(dfs_sys_t *sys, const char *target, const char *path)
{
	return create(sys, path, S_IFLNK | 0777, 0, 0, target);
}

/* Open what is there, through symbolic links. */
static int open_existing(dfs_sys_t *sys, struct sys_path *sp, mode_t mode, int flags, dfs_obj_t **obj)
{
	struct lookup l;
	int rc;

	if (sp->name[0] == '\0')
		rc = lookup_walk(sys->dfs, sp->dir->obj->dir, "/", true, &l);
	else
		rc = lookup_name(sys->dfs, sp->dir->obj->dir, sp->name, true, &l);
	if (rc != 0)
		return rc;
	rc = (l.entry.mode & S_IFMT) == (mode & S_IFMT) ? 0 : S_ISDIR(mode) ? ENOTDIR : EINVAL;
	if (rc == 0)
		rc = lookup_obj(sys->dfs, &l, flags, obj);
	lookup_put(&l);
	if (rc == 0) {
		rc = obj_truncate_at_open(*obj, flags);
		if (rc != 0)
			dfs_release(*obj);
	}
	return rc;
}

int dfs_sys_open(dfs_sys_t *sys, const char *path, mode_t mode, int flags, daos_oclass_id_t cid, daos_size_t chunk_size,
		 const char *value, dfs_obj_t **obj)
{
	bool follow = !S_ISLNK(mode) && !(flags & O_NOFOLLOW) && !((flags & O_CREAT) && (flags & O_EXCL));
	struct sys_path sp;
	int rc;

	if (obj == NULL)
		return EINVAL;
	rc = sys_path_get(sys, path, &sp);
	if (rc != 0)
		return rc;
	if (follow || sp.name[0] == '\0')
		rc = open_existing(sys, &sp, mode, flags, obj);
	if (!follow || (rc == ENOENT && (flags & O_CREAT)))
		rc = sp.name[0] == '\0'
			 ? EINVAL
			 : dfs_open(sys->dfs, sp.dir->obj, sp.name, mode, flags, cid, chunk_size, value, obj);
	sys_path_put(sys, &sp, rc);
	return rc;
}

int dfs_sys_close(dfs_obj_t *obj)
{
	return dfs_release(obj);
}

/* *size: the room at `buf`; receives how many bytes were read. */
int dfs_sys_read(dfs_sys_t *sys, dfs_obj_t *obj, void *buf, daos_off_t off, daos_size_t *size, daos_event_t *ev)
{
	if (sys == NULL || obj == NULL || buf == NULL || size == NULL || obj->dfs != sys->dfs)
		return EINVAL;
	return file_read_buf(obj, buf, off, size, ev);
}

/* All *size bytes, or an error. */
int dfs_sys_write(dfs_sys_t *sys, dfs_obj_t *obj, const void *buf, daos_off_t off, daos_size_t *size, daos_event_t *ev)
{
	if (sys == NULL || obj == NULL || buf == NULL || size == NULL || obj->dfs != sys->dfs)
		return EINVAL;
	return file_write_buf(obj, buf, off, *size, ev);
}

int dfs_sys_punch(dfs_sys_t *sys, const char *path, daos_off_t off, daos_off_t len)
{
	dfs_obj_t *obj;
	int rc = dfs_sys_open(sys, path, S_IFREG, O_RDWR, 0, 0, NULL, &obj);

	if (rc != 0)
		return rc;
	rc = dfs_punch(sys->dfs, obj, off, len);
	dfs_release(obj);
	return rc;
}

int dfs_sys_remove_type(dfs_sys_t *sys, const char *path, bool force, mode_t mode, daos_obj_id_t *oid)
{
	struct sys_path sp;
	int rc = sys_path_get(sys, path, &sp);

	if (rc != 0)
		return rc;
	rc = sp.name[0] == '\0' ? EBUSY : remove_typed(sys->dfs, sp.dir->obj, sp.name, force, mode, oid);
	/* It may have been a directory on the path of cached ones. */
	if (rc == 0)
		sys_cache_drop(&sys->cache, "/");
	sys_path_put(sys, &sp, rc);
	return rc;
}

int dfs_sys_remove(dfs_sys_t *sys, const char *path, bool force, daos_obj_id_t *oid)
{
	return dfs_sys_remove_type(sys, path, force, 0, oid);
}
