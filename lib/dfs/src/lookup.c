#include "lookup.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "mount.h"
#include "prefix.h"
#include "stat.h"

enum {
	LINKS_MAX = 40,
	/* A path and what a link adds to it. */
	WALK_MAX = 2 * DFS_MAX_PATH,
};

/*
 * State of a walk. `dir` is the directory that has been reached (a reference is held), `rest` what is still to go, in
 * the buffer `text`, which a link's target is put into in front of the rest.
 */
struct walk {
	struct dfs *dfs;
	struct dnode *dir;
	char *text;
	char *rest;
	unsigned links;
	bool follow;
};

static void walk_enter(struct walk *w, struct dnode *dir)
{
	dnode_put(w->dir);
	w->dir = dir;
}

static int walk_up(struct walk *w)
{
	struct dnode *up = dnode_parent(w->dir);

	if (up == NULL)
		return ESTALE;
	walk_enter(w, up);
	return 0;
}

/* Put a link's target in front of the rest. `rest` has its leading '/', or is empty. */
static int walk_expand(struct walk *w, const char *target)
{
	size_t target_len = strlen(target), rest_len = strlen(w->rest);

	if (++w->links > LINKS_MAX)
		return ELOOP;
	if (target_len + rest_len >= WALK_MAX)
		return ENAMETOOLONG;
	memmove(w->text + target_len, w->rest, rest_len + 1);
	memcpy(w->text, target, target_len);
	w->rest = w->text;
	if (target[0] == '/')
		walk_enter(w, dnode_ref(w->dfs->root.dir));
	return 0;
}

/* The walk ends at a directory that it is in: "/", or after "..". Its own entry lies in its parent. */
static int walk_end_here(struct walk *w, struct lookup *l)
{
	int rc = dnode_place(w->dir, &l->place);

	if (rc != 0)
		return rc;
	rc = entry_fetch(l->place.dir->oh, w->dfs->th, l->place.name, l->place.len, &l->entry, NULL);
	if (rc == 0 && !oid_equal(l->entry.oid, w->dir->oid))
		rc = ENOENT;
	if (rc != 0)
		place_put(&l->place);
	return rc;
}

/* One component of `len` bytes at `name`; w->rest is behind it. Sets *done when it was the last one. */
static int walk_step(struct walk *w, const char *name, size_t len, struct lookup *l, bool *done)
{
	bool last = w->rest[strspn(w->rest, "/")] == '\0';
	struct dnode *next;
	int rc;

	place_set(&l->place, w->dir, name, len);
	rc = entry_fetch(w->dir->oh, w->dfs->th, name, len, &l->entry, l->value);
	if (rc != 0)
		goto out;
	if (S_ISLNK(l->entry.mode) && (!last || w->follow || *w->rest != '\0')) {
		rc = walk_expand(w, l->value);
	} else if (last) {
		*done = true;
		return 0;
	} else if (!S_ISDIR(l->entry.mode)) {
		rc = ENOENT;
	} else {
		rc = dnode_get(w->dfs, l->entry.oid, w->dir, l->place.name, &next);
		if (rc == 0)
			walk_enter(w, next);
	}
out:
	place_put(&l->place);
	return rc;
}

static int walk_run(struct walk *w, struct lookup *l)
{
	bool done = false;
	int rc = 0;

	while (rc == 0 && !done) {
		char *name;
		size_t len;

		w->rest += strspn(w->rest, "/");
		name = w->rest;
		len = strcspn(name, "/");
		w->rest += len;
		if (len == 0)
			return walk_end_here(w, l);
		if (len > DFS_MAX_NAME)
			rc = EINVAL;
		else if (len == 1 && name[0] == '.')
			continue;
		else if (len == 2 && name[0] == '.' && name[1] == '.')
			rc = walk_up(w);
		else
			rc = walk_step(w, name, len, l, &done);
	}
	return rc;
}

int lookup_walk(struct dfs *dfs, struct dnode *dir, const char *path, bool follow, struct lookup *l)
{
	struct walk w = {.dfs = dfs, .follow = follow};
	size_t len = strlen(path);
	int rc;

	if (len >= WALK_MAX)
		return ENAMETOOLONG;
	w.text = malloc(WALK_MAX);
	if (w.text == NULL)
		return ENOMEM;
	memcpy(w.text, path, len + 1);
	w.rest = w.text;
	w.dir = dnode_ref(path[0] == '/' ? dfs->root.dir : dir);
	rc = walk_run(&w, l);
	dnode_put(w.dir);
	free(w.text);
	return rc;
}

int lookup_name(struct dfs *dfs, struct dnode *dir, const char *name, bool follow, struct lookup *l)
{
	size_t len;
	int rc;

	rc = entry_name_check(name, &len);
	if (rc != 0)
		return rc;
	rc = entry_fetch(dir->oh, dfs->th, name, len, &l->entry, l->value);
	if (rc != 0)
		return rc;
	if (follow && S_ISLNK(l->entry.mode))
		return lookup_walk(dfs, dir, name, true, l);
	place_set(&l->place, dir, name, len);
	return 0;
}

void lookup_put(struct lookup *l)
{
	place_put(&l->place);
}

int lookup_obj(struct dfs *dfs, const struct lookup *l, int flags, struct dfs_obj **obj)
{
	return obj_new(dfs, l->place.dir, l->place.name, &l->entry, l->value, flags, obj);
}

/* Make an object of what was found, and say what it is. Takes the lookup's reference. */
static int lookup_open(struct dfs *dfs, struct lookup *l, int flags, dfs_obj_t **obj, mode_t *mode, struct stat *stbuf)
{
	int rc;

	rc = lookup_obj(dfs, l, flags, obj);
	lookup_put(l);
	if (rc != 0)
		return rc;
	rc = obj_truncate_at_open(*obj, flags);
	if (rc == 0 && stbuf != NULL)
		rc = stat_entry(dfs, &l->entry, (*obj)->dir != NULL ? (*obj)->dir->oh : (*obj)->oh, stbuf);
	if (rc != 0) {
		dfs_release(*obj);
		*obj = NULL;
		return rc;
	}
	if (mode != NULL)
		*mode = l->entry.mode;
	return 0;
}

/* "." and ".." have a meaning in symbolic links only; callers that take paths from users resolve them themselves. */
bool lookup_has_dots(const char *path)
{
	for (; *path != '\0'; path += strcspn(path, "/")) {
		size_t len;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		if ((len == 1 && path[0] == '.') || (len == 2 && path[0] == '.' && path[1] == '.'))
			return true;
	}
	return false;
}

/* st_blksize is left 0 here, as in DAOS; dfs_lookup_rel(), dfs_stat() and dfs_ostat() fill it. */
int dfs_lookup(dfs_t *dfs, const char *path, int flags, dfs_obj_t **obj, mode_t *mode, struct stat *stbuf)
{
	struct lookup l;
	int rc;

	if (dfs == NULL || obj == NULL || path == NULL)
		return EINVAL;
	rc = prefix_strip(dfs, &path);
	if (rc != 0)
		return rc;
	if (strnlen(path, DFS_MAX_PATH) == DFS_MAX_PATH)
		return ENAMETOOLONG;
	if (lookup_has_dots(path))
		return EOPNOTSUPP;
	rc = lookup_walk(dfs, NULL, path, !(flags & O_NOFOLLOW), &l);
	if (rc != 0)
		return rc;
	rc = lookup_open(dfs, &l, flags, obj, mode, stbuf);
	if (rc == 0 && stbuf != NULL)
		stbuf->st_blksize = 0;
	return rc;
}

int dfs_lookup_rel(dfs_t *dfs, dfs_obj_t *parent, const char *name, int flags, dfs_obj_t **obj, mode_t *mode,
		   struct stat *stbuf)
{
	struct dnode *dir;
	struct lookup l;
	int rc;

	rc = obj_directory(dfs, parent, &dir);
	if (rc != 0 || obj == NULL)
		return rc != 0 ? rc : EINVAL;
	rc = lookup_name(dfs, dir, name, !(flags & O_NOFOLLOW), &l);
	if (rc != 0)
		return rc;
	return lookup_open(dfs, &l, flags, obj, mode, stbuf);
}
