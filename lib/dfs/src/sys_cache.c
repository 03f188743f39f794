#include "sys_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include <daos_local.h>

#include "lookup.h"
#include "mount.h"

static void cache_lock(struct sys_cache *c)
{
	if (c->locked)
		pthread_mutex_lock(&c->dfs->lock);
}

static void cache_unlock(struct sys_cache *c)
{
	if (c->locked)
		pthread_mutex_unlock(&c->dfs->lock);
}

void sys_cache_init(struct sys_cache *c, struct dfs *dfs, bool enabled, bool locked)
{
	c->dfs = dfs;
	c->enabled = enabled;
	c->locked = locked;
	c->nr = 0;
	TAILQ_INIT(&c->dirs);
}

static void dir_free(struct sys_dir *dir)
{
	if (dir->obj != NULL)
		dfs_release(dir->obj);
	free(dir->path);
	free(dir);
}

/* Take it out of the list; returns it if nobody uses it any more. With the lock. */
static struct sys_dir *unlist(struct sys_cache *c, struct sys_dir *dir)
{
	TAILQ_REMOVE(&c->dirs, dir, by_use);
	c->nr--;
	return --dir->refs == 0 ? dir : NULL;
}

/* A number that differs when a cached directory may be out of date. */
static uint64_t check_number(struct sys_cache *c)
{
	struct timespec now;
	uint64_t version;

	if (daos_local_cont_version != NULL && daos_local_cont_version(c->dfs->coh, &version) == 0)
		return version;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec / SYS_CACHE_SECONDS;
}

static struct sys_dir *find_listed(struct sys_cache *c, const char *path)
{
	struct sys_dir *dir;

	TAILQ_FOREACH(dir, &c->dirs, by_use)
	if (strcmp(dir->path, path) == 0)
		break;
	return dir;
}

static int dir_open(struct sys_cache *c, const char *path, uint64_t checked, struct sys_dir **out)
{
	struct sys_dir *dir = calloc(1, sizeof(*dir));
	struct lookup l;
	int rc = ENOMEM;

	if (dir == NULL)
		return ENOMEM;
	dir->refs = 1;
	dir->checked = checked;
	dir->path = strdup(path);
	if (dir->path == NULL)
		goto out;
	rc = lookup_walk(c->dfs, NULL, path, true, &l);
	if (rc != 0)
		goto out;
	rc = S_ISDIR(l.entry.mode) ? lookup_obj(c->dfs, &l, O_RDWR, &dir->obj) : ENOTDIR;
	lookup_put(&l);
out:
	if (rc != 0) {
		dir_free(dir);
		return rc;
	}
	*out = dir;
	return 0;
}

/* Put a fresh directory in the place of whatever is known under its path. */
static void list_fresh(struct sys_cache *c, struct sys_dir *fresh)
{
	struct sys_dir *gone[2] = {NULL, NULL};
	struct sys_dir *old;

	cache_lock(c);
	old = find_listed(c, fresh->path);
	if (old != NULL)
		gone[0] = unlist(c, old);
	else if (c->nr >= SYS_CACHE_DIRS)
		gone[1] = unlist(c, TAILQ_LAST(&c->dirs, dir_list));
	TAILQ_INSERT_HEAD(&c->dirs, fresh, by_use);
	fresh->refs++;
	c->nr++;
	cache_unlock(c);
	for (int i = 0; i < 2; i++)
		if (gone[i] != NULL)
			dir_free(gone[i]);
}

int sys_cache_get(struct sys_cache *c, const char *path, struct sys_dir **out)
{
	struct sys_dir *dir;
	uint64_t now = 0;
	int rc;

	if (!c->enabled)
		return dir_open(c, path, 0, out);
	now = check_number(c);
	cache_lock(c);
	dir = find_listed(c, path);
	if (dir != NULL && dir->checked == now) {
		TAILQ_REMOVE(&c->dirs, dir, by_use);
		TAILQ_INSERT_HEAD(&c->dirs, dir, by_use);
		dir->refs++;
	} else {
		dir = NULL;
	}
	cache_unlock(c);
	if (dir == NULL) {
		rc = dir_open(c, path, now, &dir);
		if (rc != 0) {
			sys_cache_drop(c, path);
			return rc;
		}
		list_fresh(c, dir);
	}
	*out = dir;
	return 0;
}

void sys_cache_put(struct sys_cache *c, struct sys_dir *dir)
{
	bool last;

	cache_lock(c);
	last = --dir->refs == 0;
	cache_unlock(c);
	if (last)
		dir_free(dir);
}

static bool is_at_or_below(const char *path, const char *top)
{
	size_t len = strlen(top);

	if (len == 1)
		return true;
	return strncmp(path, top, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

void sys_cache_drop(struct sys_cache *c, const char *path)
{
	struct sys_dir *dir, *next, *gone = NULL;

	do {
		gone = NULL;
		cache_lock(c);
		for (dir = TAILQ_FIRST(&c->dirs); dir != NULL && gone == NULL; dir = next) {
			next = TAILQ_NEXT(dir, by_use);
			if (is_at_or_below(dir->path, path))
				gone = unlist(c, dir);
		}
		cache_unlock(c);
		if (gone != NULL)
			dir_free(gone);
	} while (gone != NULL);
}
