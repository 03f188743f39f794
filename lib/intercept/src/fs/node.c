#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <daos_uns.h>

#include "node_private.h"
#include "post.h"

/* Its name leads to something else now, or to nothing. */
static void lose(struct node *n)
{
	node_reshaped(n);
	n->gone = true;
	node_unlist(n);
}

static int read_target(struct node *n, dfs_obj_t *obj)
{
	char target[DFS_MAX_PATH + 1];
	daos_size_t len = sizeof(target);
	int rc = dfs_get_symlink_value(obj, target, &len);

	if (rc != 0)
		return rc;
	target[sizeof(target) - 1] = '\0';
	free(n->target);
	n->target = strdup(target);
	return n->target == NULL ? ENOMEM : 0;
}

static bool stands_for_container(struct node *n, dfs_obj_t *obj)
{
	daos_size_t len = 0;

	return dfs_getxattr(n->fs->dfs, obj, DUNS_XATTR_NAME, NULL, &len) == 0 && len > 0;
}

/* Fill a node from what was found under its name. Takes `obj` over. */
static int adopt(struct node *n, dfs_obj_t *obj, const struct stat *st)
{
	int rc = dfs_obj2id(obj, &n->oid);

	post_drop(n);
	n->absent = false;
	if (rc == 0)
		node_remember(n, st);
	if (rc == 0 && S_ISLNK(st->st_mode))
		rc = read_target(n, obj);
	if (rc == 0 && S_ISDIR(st->st_mode)) {
		n->linked = stands_for_container(n, obj);
		n->dir = obj;
		return 0;
	}
	dfs_release(obj);
	return rc;
}

static int fetch(struct node *dir, const char *name, struct node *n, struct node **out)
{
	struct fs *fs = dir->fs;
	daos_obj_id_t oid;
	dfs_obj_t *obj, *parent;
	struct stat st;
	int rc = node_dir(dir, &parent);

	if (rc == 0)
		rc = dfs_lookup_rel(fs->dfs, parent, name, (fs->read_only ? O_RDONLY : O_RDWR) | O_NOFOLLOW, &obj, NULL,
				    &st);
	if (rc != 0 && rc != ENOENT)
		return rc;
	if (n != NULL && !n->absent &&
	    (rc == ENOENT || dfs_obj2id(obj, &oid) != 0 || oid.lo != n->oid.lo || oid.hi != n->oid.hi)) {
		lose(n);
		n = NULL;
	}
	if (n == NULL)
		n = node_add(fs, dir, name);
	if (n == NULL) {
		if (rc == 0)
			dfs_release(obj);
		return ENOMEM;
	}
	if (rc == ENOENT) {
		n->absent = true;
		n->checked = now_gen(fs);
		return ENOENT;
	}
	if (n->dir != NULL) { /* the same directory as before */
		dfs_release(obj);
		node_remember(n, &st);
		n->linked = stands_for_container(n, n->dir);
	} else {
		rc = adopt(n, obj, &st);
	}
	if (rc != 0) {
		lose(n);
		return rc;
	}
	*out = n;
	return 0;
}

int node_lookup(struct node *dir, const char *name, struct node **out)
{
	struct node *n;

	*out = NULL;
	if (strlen(name) > DFS_MAX_NAME)
		return ENAMETOOLONG;
	if (dir->gone)
		return ENOENT;
	n = node_find(dir, name);
	if (n == NULL || n->checked != now_gen(dir->fs))
		return fetch(dir, name, n, out);
	if (n->absent)
		return ENOENT;
	*out = n;
	return 0;
}

struct node *node_absent(struct node *dir, const char *name)
{
	struct node *n = node_find(dir, name);

	return n != NULL && n->absent && n->checked == now_gen(dir->fs) ? n : NULL;
}

int node_created(struct node *dir, const char *name, dfs_obj_t *obj, struct node **out)
{
	struct node *n = node_find(dir, name);
	struct stat st;
	int rc;

	if (n != NULL && !n->absent) {
		lose(n);
		n = NULL;
	}
	if (n == NULL)
		n = node_add(dir->fs, dir, name);
	rc = n == NULL ? ENOMEM : dfs_ostat(dir->fs->dfs, obj, &st);
	if (rc != 0)
		dfs_release(obj);
	else
		rc = adopt(n, obj, &st);
	if (rc != 0 && n != NULL)
		lose(n);
	node_touched(dir);
	*out = rc == 0 ? n : NULL;
	return rc;
}

int node_new_root(struct fs *fs, struct node **out)
{
	struct node *n = calloc(1, sizeof(*n));
	dfs_obj_t *obj;
	int rc;

	if (n == NULL)
		return ENOMEM;
	n->fs = fs;
	node_number(n);
	n->refs = 1;
	n->name = strdup("");
	rc = n->name == NULL ? ENOMEM : dfs_lookup(fs->dfs, "/", fs->read_only ? O_RDONLY : O_RDWR, &obj, NULL, NULL);
	if (rc == 0)
		rc = dfs_obj2id(obj, &n->oid);
	if (rc != 0) {
		node_put(n);
		return rc;
	}
	n->dir = obj;
	*out = n;
	return 0;
}

int node_dir(struct node *n, dfs_obj_t **obj)
{
	if (n->dir == NULL)
		return ENOTDIR;
	*obj = n->dir;
	return n->gone ? ENOENT : 0;
}

static int refresh_root(struct node *n)
{
	struct stat st;
	int rc = dfs_stat(n->fs->dfs, NULL, NULL, &st);

	if (rc == 0)
		node_remember(n, &st);
	return rc;
}

/* Is it still where it was? Its attributes are then those of this generation. */
int node_refresh(struct node *n)
{
	struct node *same;
	int rc;

	if (n->gone || n->checked == now_gen(n->fs))
		return 0;
	if (n->parent == NULL)
		return refresh_root(n);
	rc = fetch(n->parent, n->name, n, &same);
	return rc == ENOENT ? 0 : rc; /* n->gone now */
}

int node_check(struct node *n)
{
	int rc = n->parent == NULL ? 0 : node_check(n->parent);

	return rc == 0 ? node_refresh(n) : rc;
}

int node_mode(struct node *n, struct stat *st)
{
	int rc = node_refresh(n);

	if (rc == 0)
		*st = n->st;
	return rc;
}

int node_open(struct node *n, int flags, dfs_obj_t **obj)
{
	dfs_obj_t *parent;
	int rc;

	*obj = NULL;
	if (n->gone)
		return ENOENT;
	if (n->parent == NULL) {
		*obj = n->dir;
		return 0;
	}
	rc = node_dir(n->parent, &parent);
	return rc != 0 ? rc : dfs_lookup_rel(n->fs->dfs, parent, n->name, flags | O_NOFOLLOW, obj, NULL, NULL);
}

void node_close(struct node *n, dfs_obj_t *obj)
{
	if (obj != n->dir)
		dfs_release(obj);
}

void node_touched(struct node *n)
{
	post_drop(n);
	n->checked = 0;
}

void node_reshaped(struct node *n)
{
	node_touched(n);
	if (!n->absent && !S_ISREG(n->st.st_mode))
		post_void(n->fs);
}

void node_added(struct node *dir, const char *name)
{
	struct node *n = node_find(dir, name);

	if (n != NULL)
		node_touched(n);
	node_touched(dir);
}

void node_removed(struct node *n)
{
	node_touched(n->parent);
	n->removed = true;
	lose(n);
}

void node_moved(struct node *n, struct node *dir, const char *name)
{
	struct node *old = node_find(dir, name);
	char *copy = strdup(name);

	node_touched(n->parent);
	node_touched(dir);
	node_ref(n);
	if (old != NULL && old != n) {
		old->removed = true;
		lose(old);
	}
	node_unlist(n);
	if (copy != NULL) {
		free(n->name);
		n->name = copy;
		node_set_parent(n, dir);
		node_reshaped(n);
		node_list(n);
	} else {
		n->gone = true;
	}
	node_put(n);
}

void node_swapped(struct node *a, struct node *b)
{
	struct node *parent = node_ref(a->parent);
	char *name = a->name;

	node_ref(a);
	node_ref(b);
	node_touched(a->parent);
	node_touched(b->parent);
	node_unlist(a);
	node_unlist(b);
	a->name = b->name;
	b->name = name;
	node_set_parent(a, b->parent);
	node_set_parent(b, parent);
	node_reshaped(a);
	node_reshaped(b);
	node_list(a);
	node_list(b);
	node_put(a);
	node_put(b);
	node_put(parent);
}

static int build_path(struct node *n, struct node *above, char *buf, size_t size)
{
	size_t at = size - 1;

	buf[at] = '\0';
	for (; n != above && n->parent != NULL; n = n->parent) {
		size_t len = strlen(n->name);

		if (n->gone)
			return ENOENT;
		if (at < len + 1)
			return ENAMETOOLONG;
		at -= len;
		memcpy(buf + at, n->name, len);
		buf[--at] = '/';
	}
	memmove(buf, buf + at, size - at);
	return 0;
}

int node_path(struct node *n, char *buf, size_t size)
{
	return build_path(n, NULL, buf, size);
}

int node_path_below(struct node *n, struct node *above, char *buf, size_t size)
{
	int rc = build_path(n, above, buf, size);

	if (rc == 0)
		memmove(buf, buf + 1, strlen(buf));
	return rc;
}

bool node_is_below(struct node *n, struct node *dir)
{
	while (n != NULL && n != dir)
		n = n->parent;
	return n == dir;
}
