#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <daos_local.h>
#include <daos_uns.h>

#include "ino.h"
#include "post.h"
#include "stash.h"

#define BUCKETS	  4096
#define MAX_NODES 32768
#define PEEKS	  1

static struct node *table[BUCKETS];
static unsigned nr_nodes;
static uint64_t last_id;
static struct node *graveyard;

static uint32_t hash_name(const struct node *parent, const char *name)
{
	uint64_t h = (uintptr_t)parent * 0x9e3779b97f4a7c15ULL;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3ULL;
	return (uint32_t)(h >> 24);
}

static struct node *by_id[BUCKETS];

static void number(struct node *n)
{
	n->id = ++last_id;
	n->next_id = by_id[n->id % BUCKETS];
	by_id[n->id % BUCKETS] = n;
}

static void forget_number(struct node *n)
{
	struct node **at = &by_id[n->id % BUCKETS];

	while (*at != n)
		at = &(*at)->next_id;
	*at = n->next_id;
}

struct node *node_by_id(uint64_t id)
{
	struct node *n = by_id[id % BUCKETS];

	while (n != NULL && n->id != id)
		n = n->next_id;
	return n;
}

struct node *node_ref(struct node *n)
{
	n->refs++;
	return n;
}

static void unlist(struct node *n)
{
	struct node **at = &table[n->hash % BUCKETS];

	if (!n->listed)
		return;
	while (*at != n)
		at = &(*at)->next;
	*at = n->next;
	n->listed = false;
	nr_nodes--;
	node_put(n);
}

static void list(struct node *n)
{
	n->hash = hash_name(n->parent, n->name);
	n->next = table[n->hash % BUCKETS];
	table[n->hash % BUCKETS] = n;
	n->listed = true;
	nr_nodes++;
	node_ref(n);
}

static void set_parent(struct node *n, struct node *parent)
{
	if (parent != NULL) {
		node_ref(parent);
		parent->children++;
	}
	if (n->parent != NULL) {
		n->parent->children--;
		node_put(n->parent);
	}
	n->parent = parent;
}

/* Freed by the next call: whoever found it in this one may go on using it. */
void node_put(struct node *n)
{
	if (n == NULL || --n->refs > 0 || n->buried)
		return;
	n->buried = true;
	n->next = graveyard;
	graveyard = n;
}

static void bury(void)
{
	struct node *n;

	while ((n = graveyard) != NULL) {
		graveyard = n->next;
		if (n->refs > 0) { /* it is needed after all */
			n->buried = false;
			continue;
		}
		set_parent(n, NULL);
		if (n->dir != NULL)
			dfs_release(n->dir);
		post_drop(n);
		forget_number(n);
		stash_free(n->stash);
		free(n->target);
		free(n->name);
		free(n);
	}
}

/* A node that nobody references yet but the table. */
static struct node *add(struct fs *fs, struct node *parent, const char *name)
{
	struct node *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->name = strdup(name);
	if (n->name == NULL) {
		free(n);
		return NULL;
	}
	n->fs = fs;
	number(n);
	set_parent(n, parent);
	list(n);
	return n;
}

static struct node *find(const struct node *parent, const char *name)
{
	struct node *n = table[hash_name(parent, name) % BUCKETS];

	while (n != NULL && (n->parent != parent || strcmp(n->name, name) != 0))
		n = n->next;
	return n;
}

void node_trim(void)
{
	bool again = nr_nodes > MAX_NODES;

	bury();
	while (again) {
		again = false;
		for (unsigned i = 0; i < BUCKETS; i++)
			for (struct node *n = table[i], *next; n != NULL; n = next) {
				next = n->next;
				if (n->refs == 1 && n->children == 0) {
					again = again || n->parent->children == 1;
					unlist(n);
				}
			}
	}
}

/* Its name leads to something else now, or to nothing. */
static void lose(struct node *n)
{
	node_reshaped(n);
	n->gone = true;
	unlist(n);
}

static void note_plain(struct node *n, const struct stat *st)
{
	n->plain_size = st->st_size;
	n->plain_blocks = st->st_blocks;
	n->plain_mtime = st->st_mtim;
}

/*
 * What the array says. Finding out whether its file is at rest costs as much as asking several times, and must not be
 * tried while the program may have locks on it: see daos_local.h.
 */
static bool peek(struct node *n, struct stat *st)
{
	bool at_rest = false, find_out = n->open_files == 0 && ++n->peeks > PEEKS;
	int rc = -1;

	if (daos_local_array_peek == NULL)
		return false;
	/* The first time that somebody asks is too early for the engine. */
	for (int i = 0; i < (find_out ? 2 : 1) && !at_rest; i++)
		rc = daos_local_array_peek(n->fs->coh, n->oid, st, find_out ? &at_rest : NULL);
	return rc == 0;
}

static bool plain_is_same(struct node *n)
{
	struct stat st;

	return peek(n, &st) && st.st_size == n->plain_size && st.st_blocks == n->plain_blocks &&
	       st.st_mtim.tv_sec == n->plain_mtime.tv_sec && st.st_mtim.tv_nsec == n->plain_mtime.tv_nsec;
}

uint64_t node_ino(const struct node *n)
{
	return ino_from_oid(n->oid) ^ n->fs->salt;
}

/* What DFS leaves open. */
static void complete(struct node *n, struct stat *st)
{
	st->st_ino = node_ino(n);
	st->st_dev = n->fs->mount->dev;
	if (st->st_nlink == 0)
		st->st_nlink = 1;
	if (st->st_blksize == 0)
		st->st_blksize = DFS_DEFAULT_CHUNK_SIZE;
}

static void remember(struct node *n, const struct stat *st)
{
	struct stat plain;

	n->st = *st;
	complete(n, &n->st);
	n->checked = now_gen(n->fs);
	if (S_ISREG(st->st_mode) && peek(n, &plain))
		note_plain(n, &plain);
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
		remember(n, st);
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
		n = add(fs, dir, name);
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
		remember(n, &st);
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
	n = find(dir, name);
	if (n == NULL || n->checked != now_gen(dir->fs))
		return fetch(dir, name, n, out);
	if (n->absent)
		return ENOENT;
	*out = n;
	return 0;
}

struct node *node_absent(struct node *dir, const char *name)
{
	struct node *n = find(dir, name);

	return n != NULL && n->absent && n->checked == now_gen(dir->fs) ? n : NULL;
}

int node_created(struct node *dir, const char *name, dfs_obj_t *obj, struct node **out)
{
	struct node *n = find(dir, name);
	struct stat st;
	int rc;

	if (n != NULL && !n->absent) {
		lose(n);
		n = NULL;
	}
	if (n == NULL)
		n = add(dir->fs, dir, name);
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
	number(n);
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
		remember(n, &st);
	return rc;
}

/* Is it still where it was? Its attributes are then those of this generation. */
static int refresh(struct node *n)
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

	return rc == 0 ? refresh(n) : rc;
}

int node_mode(struct node *n, struct stat *st)
{
	int rc = refresh(n);

	if (rc == 0)
		*st = n->st;
	return rc;
}

/* One that has lost its name: what it was, and what its plain file says. */
static void recall(struct node *n, int fd, struct stat *st)
{
	struct stat plain;
	bool known = fd >= 0 && fstat(fd, &plain) == 0 && S_ISREG(plain.st_mode);
	bool there = peek(n, &n->st) && n->st.st_nlink > 0;

	*st = n->st;
	complete(n, st);
	st->st_nlink = S_ISREG(st->st_mode) && there && !n->removed ? 1 : 0;
	if (S_ISREG(st->st_mode) && known) {
		st->st_size = plain.st_size;
		st->st_blocks = plain.st_blocks;
		if (plain.st_mtim.tv_sec > st->st_mtim.tv_sec ||
		    (plain.st_mtim.tv_sec == st->st_mtim.tv_sec && plain.st_mtim.tv_nsec > st->st_mtim.tv_nsec))
			st->st_mtim = plain.st_mtim;
	}
}

/*
 * While a mount caches the bytes, the kernel there may know of some that the plain file does not have yet: it is asked
 * for what depends on them.
 */
static void add_cached(struct node *n, struct stat *st)
{
	char path[PATH_MAX + 1];
	struct stat there;
	size_t len;

	if (daos_local_array_cached == NULL || !S_ISREG(st->st_mode) ||
	    daos_local_array_cached(n->fs->coh, n->oid, path, sizeof(path)) != 0)
		return;
	len = strlen(path);
	if (node_path(n, path + len, sizeof(path) - len) != 0 ||
	    fstatat(AT_FDCWD, path, &there, AT_SYMLINK_NOFOLLOW) != 0 ||
	    (there.st_mode & S_IFMT) != (st->st_mode & S_IFMT))
		return;
	st->st_size = there.st_size;
	st->st_blocks = there.st_blocks;
	st->st_mtim = there.st_mtim;
	st->st_ctim = there.st_ctim;
}

int node_stat(struct node *n, int fd, struct stat *st)
{
	int rc = refresh(n);

	if (rc == 0 && !n->gone && S_ISREG(n->st.st_mode) && !plain_is_same(n)) {
		n->checked = 0; /* its bytes have changed: size and times are DFS's to say */
		rc = refresh(n);
	}
	if (rc != 0)
		return rc;
	if (n->gone)
		recall(n, fd, st);
	else
		*st = n->st;
	if (!n->gone)
		add_cached(n, st);
	st->st_atim = n->has_atime ? n->atime : st->st_mtim;
	return 0;
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
	struct node *n = find(dir, name);

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
	struct node *old = find(dir, name);
	char *copy = strdup(name);

	node_touched(n->parent);
	node_touched(dir);
	node_ref(n);
	if (old != NULL && old != n) {
		old->removed = true;
		lose(old);
	}
	unlist(n);
	if (copy != NULL) {
		free(n->name);
		n->name = copy;
		set_parent(n, dir);
		node_reshaped(n);
		list(n);
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
	unlist(a);
	unlist(b);
	a->name = b->name;
	b->name = name;
	set_parent(a, b->parent);
	set_parent(b, parent);
	node_reshaped(a);
	node_reshaped(b);
	list(a);
	list(b);
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
