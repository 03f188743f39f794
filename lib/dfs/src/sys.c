#include "sys.h"

#include <errno.h>
#include <stdlib.h>

#include "mount.h"
#include "prefix.h"

static int sys_new(dfs_t *dfs, int sflags, bool connected, dfs_sys_t **out)
{
	struct dfs_sys *sys = calloc(1, sizeof(*sys));

	if (sys == NULL)
		return ENOMEM;
	sys->dfs = dfs;
	sys->sflags = sflags;
	sys->connected = connected;
	sys_cache_init(&sys->cache, dfs, !(sflags & DFS_SYS_NO_CACHE), !(sflags & DFS_SYS_NO_LOCK));
	*out = sys;
	return 0;
}

static int check_sflags(int sflags, dfs_sys_t **out)
{
	return out == NULL || (sflags & ~(DFS_SYS_NO_CACHE | DFS_SYS_NO_LOCK)) != 0 ? EINVAL : 0;
}

/* End the mount `dfs`, which is not in a dfs_sys_t (yet, or any more). */
static int end_mount(dfs_t *dfs, bool connected)
{
	return connected ? dfs_disconnect(dfs) : dfs_umount(dfs);
}

/* What all ways to get a dfs_sys_t end with: `rc` and `dfs` come from the dfs_* function of that way. */
static int wrap(int rc, dfs_t *dfs, int sflags, bool connected, dfs_sys_t **out)
{
	if (rc != 0)
		return rc;
	rc = sys_new(dfs, sflags, connected, out);
	if (rc != 0)
		end_mount(dfs, connected);
	return rc;
}

int dfs_sys_connect(const char *pool, const char *sys, const char *cont, int mflags, int sflags, dfs_attr_t *attr,
		    dfs_sys_t **out)
{
	dfs_t *dfs = NULL;
	int rc = check_sflags(sflags, out);

	if (rc == 0)
		rc = dfs_connect(pool, sys, cont, mflags, attr, &dfs);
	return wrap(rc, dfs, sflags, true, out);
}

int dfs_sys_mount(daos_handle_t poh, daos_handle_t coh, int mflags, int sflags, dfs_sys_t **out)
{
	dfs_t *dfs = NULL;
	int rc = check_sflags(sflags, out);

	if (rc == 0)
		rc = dfs_mount(poh, coh, mflags, &dfs);
	return wrap(rc, dfs, sflags, false, out);
}

int dfs_sys_global2local_all(int mflags, int sflags, d_iov_t glob, dfs_sys_t **out)
{
	dfs_t *dfs = NULL;
	int rc = check_sflags(sflags, out);

	if (rc == 0)
		rc = dfs_global2local_all(mflags, glob, &dfs);
	return wrap(rc, dfs, sflags, true, out);
}

int dfs_sys_global2local(daos_handle_t poh, daos_handle_t coh, int mflags, int sflags, d_iov_t glob, dfs_sys_t **out)
{
	dfs_t *dfs = NULL;
	int rc = check_sflags(sflags, out);

	if (rc == 0)
		rc = dfs_global2local(poh, coh, mflags, glob, &dfs);
	return wrap(rc, dfs, sflags, false, out);
}

static int sys_end(dfs_sys_t *sys, bool connected)
{
	dfs_t *dfs;

	if (sys == NULL || sys->connected != connected)
		return EINVAL;
	dfs = sys->dfs;
	sys_cache_drop(&sys->cache, "/"); /* what it holds open does not count */
	if (mount_busy(dfs))
		return EBUSY;
	free(sys);
	return end_mount(dfs, connected);
}

int dfs_sys_disconnect(dfs_sys_t *sys)
{
	return sys_end(sys, true);
}

int dfs_sys_umount(dfs_sys_t *sys)
{
	return sys_end(sys, false);
}

int dfs_sys_local2global(dfs_sys_t *sys, d_iov_t *glob)
{
	return sys == NULL ? EINVAL : dfs_local2global(sys->dfs, glob);
}

int dfs_sys_local2global_all(dfs_sys_t *sys, d_iov_t *glob)
{
	return sys == NULL ? EINVAL : dfs_local2global_all(sys->dfs, glob);
}

int dfs_sys_set_prefix(dfs_sys_t *sys, const char *prefix)
{
	return sys == NULL ? EINVAL : dfs_set_prefix(sys->dfs, prefix);
}

int dfs_sys2base(dfs_sys_t *sys, dfs_t **dfs)
{
	if (sys == NULL || dfs == NULL)
		return EINVAL;
	*dfs = sys->dfs;
	return 0;
}

/* Copy `path` without repeated and trailing slashes: "/a/b", "/". */
static int normalise(const char *path, char out[DFS_MAX_PATH])
{
	size_t len = 0;

	if (strnlen(path, DFS_MAX_PATH) == DFS_MAX_PATH)
		return ENAMETOOLONG;
	for (; *path != '\0'; path++)
		if (*path != '/' || len == 0 || out[len - 1] != '/')
			out[len++] = *path;
	if (len > 1 && out[len - 1] == '/')
		len--;
	out[len] = '\0';
	return 0;
}

int sys_path_get(struct dfs_sys *sys, const char *path, struct sys_path *sp)
{
	char text[DFS_MAX_PATH];
	char *name;
	int rc;

	if (sys == NULL || path == NULL)
		return EINVAL;
	rc = prefix_strip(sys->dfs, &path);
	if (rc == 0 && lookup_has_dots(path))
		rc = EOPNOTSUPP;
	if (rc == 0)
		rc = normalise(path, text);
	if (rc != 0)
		return rc;
	name = strrchr(text, '/') + 1;
	if (strlen(name) > DFS_MAX_NAME)
		return EINVAL;
	strcpy(sp->name, name);
	name[name - text > 1 ? -1 : 0] = '\0';
	return sys_cache_get(&sys->cache, text, &sp->dir);
}

void sys_path_put(struct dfs_sys *sys, struct sys_path *sp, int rc)
{
	if (rc == ENOENT || rc == ESTALE)
		sys_cache_drop(&sys->cache, sp->dir->path);
	sys_cache_put(&sys->cache, sp->dir);
}

int sys_lookup(struct dfs_sys *sys, const char *path, int flags, struct lookup *l)
{
	struct sys_path sp;
	struct dnode *dir;
	int rc;

	rc = sys_path_get(sys, path, &sp);
	if (rc != 0)
		return rc;
	dir = sp.dir->obj->dir;
	if (sp.name[0] == '\0')
		rc = lookup_walk(sys->dfs, dir, "/", true, l);
	else
		rc = lookup_name(sys->dfs, dir, sp.name, !(flags & O_NOFOLLOW), l);
	sys_path_put(sys, &sp, rc);
	return rc;
}
