/* Attributes, extended attributes and symbolic links by path. */
#include <errno.h>

#include "attr.h"
#include "mount.h"
#include "stat.h"
#include "sys.h"

int dfs_sys_access(dfs_sys_t *sys, const char *path, int mask, int flags)
{
	struct lookup l;
	int rc = sys_lookup(sys, path, flags, &l);

	if (rc != 0)
		return rc;
	/* A symbolic link's own permissions mean nothing. */
	rc = S_ISLNK(l.entry.mode) ? 0 : attr_access(sys->dfs, &l.entry, mask);
	lookup_put(&l);
	return rc;
}

static int set(dfs_sys_t *sys, const char *path, struct stat *st, int what, int flags)
{
	struct lookup l;
	int rc = sys_lookup(sys, path, flags, &l);

	if (rc != 0)
		return rc;
	rc = attr_set(sys->dfs, &l, st, what);
	lookup_put(&l);
	return rc;
}

int dfs_sys_chmod(dfs_sys_t *sys, const char *path, mode_t mode)
{
	struct stat st = {.st_mode = mode};

	return set(sys, path, &st, DFS_SET_ATTR_MODE, 0);
}

int dfs_sys_chown(dfs_sys_t *sys, const char *path, uid_t uid, gid_t gid, int flags)
{
	struct stat st = {.st_uid = uid, .st_gid = gid};
	int what = 0;

	if (uid != (uid_t)-1)
		what |= DFS_SET_ATTR_UID;
	if (gid != (gid_t)-1)
		what |= DFS_SET_ATTR_GID;
	return set(sys, path, &st, what, flags);
}

int dfs_sys_setattr(dfs_sys_t *sys, const char *path, struct stat *stbuf, int flags, int sflags)
{
	return stbuf == NULL ? EINVAL : set(sys, path, stbuf, flags, sflags);
}

/* As utimensat(): NULL or UTIME_NOW is now, UTIME_OMIT leaves a time alone. */
int dfs_sys_utimens(dfs_sys_t *sys, const char *path, const struct timespec *times, int flags)
{
	struct stat st = {0};
	struct timespec now;

	entry_now(&now);
	st.st_atim = times == NULL || times[0].tv_nsec == UTIME_NOW ? now : times[0];
	st.st_mtim = times == NULL || times[1].tv_nsec == UTIME_NOW ? now : times[1];
	if (st.st_mtim.tv_nsec == UTIME_OMIT)
		return set(sys, path, &st, 0, flags);
	if (st.st_mtim.tv_nsec < 0 || st.st_mtim.tv_nsec >= 1000000000)
		return EINVAL;
	return set(sys, path, &st, DFS_SET_ATTR_MTIME, flags);
}

int dfs_sys_stat(dfs_sys_t *sys, const char *path, int flags, struct stat *stbuf)
{
	struct lookup l;
	int rc;

	if (stbuf == NULL)
		return EINVAL;
	rc = sys_lookup(sys, path, flags, &l);
	if (rc != 0)
		return rc;
	rc = stat_entry(sys->dfs, &l.entry, DAOS_HDL_INVAL, stbuf);
	lookup_put(&l);
	return rc;
}

/* *size: the room at `buf`; receives the length with a terminating NUL. */
int dfs_sys_readlink(dfs_sys_t *sys, const char *path, char *buf, daos_size_t *size)
{
	dfs_obj_t *obj;
	struct lookup l;
	int rc;

	if (size == NULL)
		return EINVAL;
	rc = sys_lookup(sys, path, O_NOFOLLOW, &l);
	if (rc != 0)
		return rc;
	rc = lookup_obj(sys->dfs, &l, O_RDONLY, &obj);
	lookup_put(&l);
	if (rc != 0)
		return rc;
	rc = dfs_get_symlink_value(obj, buf, size);
	dfs_release(obj);
	return rc;
}

/* Open what an attribute is to be read from or set on. */
static int xattr_open(dfs_sys_t *sys, const char *path, int flags, dfs_obj_t **obj)
{
	struct lookup l;
	int rc = sys_lookup(sys, path, flags, &l);

	if (rc != 0)
		return rc;
	rc = lookup_obj(sys->dfs, &l, O_RDONLY, obj);
	lookup_put(&l);
	return rc;
}

int dfs_sys_listxattr(dfs_sys_t *sys, const char *path, char *list, daos_size_t *size, int flags)
{
	dfs_obj_t *obj;
	int rc = xattr_open(sys, path, flags, &obj);

	if (rc != 0)
		return rc;
	rc = dfs_listxattr(sys->dfs, obj, list, size);
	dfs_release(obj);
	return rc;
}

int dfs_sys_getxattr(dfs_sys_t *sys, const char *path, const char *name, void *value, daos_size_t *size, int flags)
{
	dfs_obj_t *obj;
	int rc = xattr_open(sys, path, flags, &obj);

	if (rc != 0)
		return rc;
	rc = dfs_getxattr(sys->dfs, obj, name, value, size);
	dfs_release(obj);
	return rc;
}

int dfs_sys_setxattr(dfs_sys_t *sys, const char *path, const char *name, const void *value, daos_size_t size, int flags,
		     int sflags)
{
	dfs_obj_t *obj;
	int rc = xattr_open(sys, path, sflags, &obj);

	if (rc != 0)
		return rc;
	rc = dfs_setxattr(sys->dfs, obj, name, value, size, flags);
	dfs_release(obj);
	return rc;
}

int dfs_sys_removexattr(dfs_sys_t *sys, const char *path, const char *name, int flags)
{
	dfs_obj_t *obj;
	int rc = xattr_open(sys, path, flags, &obj);

	if (rc != 0)
		return rc;
	rc = dfs_removexattr(sys->dfs, obj, name);
	dfs_release(obj);
	return rc;
}
