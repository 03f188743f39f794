#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "post.h"

#define MAX_LINKS 40
#define ROOM	  (3 * PATH_MAX) /* links may make a path longer than a program can say */

static struct node *cwd;

struct node *path_cwd(void)
{
	return cwd;
}

void path_set_cwd(struct node *n)
{
	struct node *old = cwd;

	cwd = n == NULL ? NULL : node_ref(n);
	post_cwd(n);
	*il->cwd_inside = n != NULL;
	if (old != NULL)
		node_put(old);
}

int path_of(struct node *n, char *buf, size_t size)
{
	size_t len = n->fs->root_len;

	if (len + 1 > size)
		return ENAMETOOLONG;
	memcpy(buf, n->fs->root_path, len);
	return node_path(n, buf + len, size - len);
}

/* A walk under way. */
struct walk {
	struct place *place;
	struct node *at;
	char rest[ROOM]; /* what is still to be walked */
	int flags;
	bool entered; /* it has been in a container */
};

/* What is still to be walked is `text`, then `rest`, which may be in w->rest. */
static int prepend(struct walk *w, const char *text, const char *rest)
{
	size_t len = strlen(text), more = strlen(rest), slash = more > 0 && len > 0;

	if (len + slash + more >= ROOM)
		return ENAMETOOLONG;
	memmove(w->rest + len + slash, rest, more + 1);
	memcpy(w->rest, text, len);
	if (slash)
		w->rest[len] = '/';
	return 0;
}

static const struct il_mount *mount_at(const char *path, size_t len)
{
	for (unsigned i = 0; i < il->nr_mounts; i++)
		if (strlen(il->mounts[i].point) == len && memcmp(il->mounts[i].point, path, len) == 0)
			return &il->mounts[i];
	return NULL;
}

/* Cut the next component off: its length, *p behind it and the slashes that follow. */
static size_t component(const char **p, const char **start)
{
	size_t len;

	while (**p == '/')
		(*p)++;
	*start = *p;
	len = strcspn(*p, "/");
	*p += len;
	return len;
}

/*
 * The mount that an absolute path leads to, by text: *rest is what follows. Components before the mount point are taken
 * as they are written: what reaches a mount through links elsewhere is the kernel's.
 */
static const struct il_mount *find_mount(const char *path, const char **rest)
{
	const struct il_mount *found = NULL, *m;
	const char *p = path, *start;
	char clean[PATH_MAX + 1];
	size_t len = 0, n;
	bool up = false;

	while ((n = component(&p, &start)) > 0) {
		if (n == 1 && start[0] == '.')
			continue;
		if (n == 2 && start[0] == '.' && start[1] == '.') {
			up = true;
			while (len > 0 && clean[--len] != '/')
				;
			continue;
		}
		if (len + n + 1 > PATH_MAX)
			return NULL;
		clean[len++] = '/';
		memcpy(clean + len, start, n);
		len += n;
		m = mount_at(clean, len);
		if (m != NULL) {
			if (up && m->is_real) /* ".." behind a link is not what it looks like */
				return NULL;
			found = m;
			*rest = p;
			break;
		}
	}
	return found;
}

static bool is_dots(const char *start, size_t len, size_t dots)
{
	return len == dots && memcmp(start, "..", dots) == 0;
}

/* Names of the pool and the container, below the mount point of a pool or a system. */
struct levels {
	char name[2][DAOS_PROP_MAX_LABEL_BUF_LEN];
	int depth;
};

/*
 * Take `need` names off *rest. PATH_OUTSIDE: there are not so many; 1: ".." has led above the mount point, and *rest is
 * what follows.
 */
static int take_levels(const char **rest, int need, struct levels *levels)
{
	const char *start;
	size_t n;

	levels->depth = 0;
	while (levels->depth < need) {
		n = component(rest, &start);
		if (n == 0)
			return PATH_OUTSIDE;
		if (is_dots(start, n, 1))
			continue;
		if (is_dots(start, n, 2)) {
			if (levels->depth-- == 0)
				return 1;
			continue;
		}
		if (n >= sizeof(levels->name[0]))
			return PATH_OUTSIDE;
		snprintf(levels->name[levels->depth++], sizeof(levels->name[0]), "%.*s", (int)n, start);
	}
	return 0;
}

/* The way goes on from `n`, for the first time or after it led outside. */
static void begin_in(struct walk *w, struct node *n)
{
	if (w->place->start == NULL)
		w->place->start = n;
	else
		w->place->crossed = true;
	w->at = n;
	w->entered = true;
}

static int leave_above(struct walk *w, const char *point, const char *rest);

/* Enter the container of a mount; its levels above containers are the kernel's. */
static int enter(struct walk *w, const struct il_mount *m, const char *rest)
{
	int need = (m->pool == NULL) + (m->cont == NULL), rc;
	struct levels levels;
	struct fs *fs;

	rc = take_levels(&rest, need, &levels);
	if (rc == 1)
		return leave_above(w, m->point, rest);
	if (rc != 0)
		return rc;
	rc = fs_get(m, m->pool != NULL ? m->pool : levels.name[0], m->cont != NULL ? m->cont : levels.name[need - 1],
		    &fs);
	if (rc != 0)
		return m->is_real ? PATH_OUTSIDE : rc;
	fs_check(fs);
	begin_in(w, fs->root);
	return prepend(w, "", rest);
}

/* Whether `path` is above a mount point that only the library knows. */
static bool is_above_virtual(const char *path, size_t len)
{
	for (unsigned i = 0; i < il->nr_mounts; i++)
		if (!il->mounts[i].is_real && strncmp(il->mounts[i].point, path, len) == 0)
			return true;
	return false;
}

/* The kernel may not know the directories above such a mount point: take ".." behind them out of the path. */
static void clean_virtual(char *path)
{
	char out[PATH_MAX + 1];
	const char *p = path, *start;
	size_t len = 0, n;

	while ((n = component(&p, &start)) > 0) {
		if (is_dots(start, n, 1))
			continue;
		if (is_dots(start, n, 2) && is_above_virtual(out, len)) {
			while (len > 0 && out[--len] != '/')
				;
			continue;
		}
		out[len++] = '/';
		memcpy(out + len, start, n);
		len += n;
		if (!is_above_virtual(out, len))
			break;
	}
	out[len] = '\0';
	if (len + strlen(p) < PATH_MAX) {
		strcpy(out + len, p);
		strcpy(path, out[0] == '\0' ? "/" : out);
	}
}

/* Go on from an absolute path. */
static int from_top(struct walk *w, const char *path)
{
	char copy[PATH_MAX + 1];
	const struct il_mount *m;
	const char *rest = "";

	if (strlen(path) >= PATH_MAX)
		return ENAMETOOLONG;
	strcpy(copy, path);
	clean_virtual(copy);
	strcpy(w->place->outside, copy);
	m = find_mount(copy, &rest);
	return m == NULL ? PATH_OUTSIDE : enter(w, m, rest);
}

/* The path from outside on: `text` is relative to the directory above the root of the container, or absolute. */
static int leave(struct walk *w, const char *before, const char *rest)
{
	char path[ROOM];
	int n = snprintf(path, sizeof(path), "%s%s%s", before, *rest != '\0' ? "/" : "", rest);

	return n >= PATH_MAX ? ENAMETOOLONG : from_top(w, path);
}

static int leave_above(struct walk *w, const char *point, const char *rest)
{
	char above[PATH_MAX + 1];

	snprintf(above, sizeof(above), "%s", point);
	*strrchr(above, '/') = '\0';
	return leave(w, above[0] == '\0' ? "/" : above, rest);
}

static int go_up(struct walk *w, const char *rest)
{
	if (w->at->parent == NULL)
		return leave_above(w, w->at->fs->root_path, rest);
	w->at = w->at->parent;
	return 0;
}

static int follow(struct walk *w, struct node *link, const char *rest)
{
	char tail[ROOM];

	if (++w->place->links > MAX_LINKS)
		return ELOOP;
	strcpy(tail, rest);
	if (link->target[0] == '\0')
		return ENOENT;
	if (link->target[0] == '/')
		return leave(w, link->target, tail);
	return prepend(w, link->target, tail);
}

static int may_search(struct node *dir)
{
	struct stat st;
	int rc = node_mode(dir, &st);

	if (rc == 0 && !S_ISDIR(st.st_mode))
		rc = ENOTDIR;
	return rc == 0 ? may(&st, X_OK, false) : rc;
}

/* A directory that stands for another container is the kernel's, which knows where it leads. */
static int leave_by_link(struct walk *w, struct node *n, const char *rest)
{
	char path[PATH_MAX + 1];
	int rc = path_of(n, path, sizeof(path));

	if (rc != 0)
		return rc;
	if (!n->fs->mount->is_real)
		return 0;
	if (snprintf(w->place->outside, PATH_MAX, "%s%s%s", path, *rest != '\0' ? "/" : "", rest) >= PATH_MAX)
		return ENAMETOOLONG;
	return PATH_OUTSIDE;
}

/* The last component: `name` in w->at. */
static int last(struct walk *w, const char *name, bool slash)
{
	struct place *p = w->place;
	struct node *n;
	int rc = node_lookup(w->at, name, &n);

	p->fs = w->at->fs;
	p->dir = w->at;
	p->slash = slash;
	p->node = n;
	strcpy(p->name, name);
	if (rc == ENOENT)
		p->missing = node_absent(w->at, name);
	if (rc == ENOENT && (w->flags & PATH_NEW) && !w->at->gone)
		return 0;
	if (rc != 0)
		return rc;
	if (n->linked)
		return leave_by_link(w, n, "");
	if (slash && !(w->flags & PATH_NEW) && !S_ISDIR(n->st.st_mode))
		return ENOTDIR;
	return 0;
}

static void at_dot(struct walk *w, char which)
{
	struct place *p = w->place;

	p->fs = w->at->fs;
	p->dir = NULL;
	p->node = w->at;
	p->slash = true;
	p->last_dot = which;
}

/* One component. *done: it was the last one. */
static int step(struct walk *w, bool *done)
{
	char name[DFS_MAX_NAME + 2], rest[ROOM];
	const char *p = w->rest, *start;
	size_t len = component(&p, &start);
	struct node *n, *before = w->at;
	bool slash, final;
	int rc;

	slash = *p == '/';
	while (*p == '/')
		p++;
	final = *p == '\0';
	strcpy(rest, p);
	if (len == 0) { /* nothing is left: the root, or a link to "/" */
		at_dot(w, 0);
		*done = true;
		return 0;
	}
	rc = may_search(w->at);
	if (rc != 0)
		return rc;
	if (len > DFS_MAX_NAME)
		return ENAMETOOLONG;
	memcpy(name, start, len);
	name[len] = '\0';
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		rc = name[1] == '.' ? go_up(w, rest) : 0;
		if (rc != 0)
			return rc;
		if (w->at->fs != before->fs || (name[1] == '.' && before->parent == NULL))
			return 0; /* it has gone round by the outside, and w->rest is new */
		if (final) {
			at_dot(w, name[1] == '.' ? 2 : 1);
			*done = true;
		}
		memmove(w->rest, rest, strlen(rest) + 1);
		return 0;
	}
	rc = node_lookup(w->at, name, &n);
	if (final && (rc == ENOENT || (!(w->flags & PATH_FOLLOW) && (!slash || (w->flags & PATH_NEW))))) {
		*done = true;
		return last(w, name, slash);
	}
	if (rc == ENOENT)
		w->place->missing = node_absent(w->at, name);
	if (rc != 0)
		return rc;
	if (n->linked && n->fs->mount->is_real)
		return leave_by_link(w, n, rest);
	if (S_ISLNK(n->st.st_mode)) {
		if (slash && final)
			strcpy(rest, ".");
		return follow(w, n, rest);
	}
	if (final) {
		*done = true;
		return last(w, name, slash);
	}
	w->at = n;
	memmove(w->rest, rest, strlen(rest) + 1);
	return 0;
}

/* Where a relative path begins, when that is not in a container: as text. */
static int outside_start(struct walk *w, int dirfd, const char *path)
{
	char dir[PATH_MAX + 1], link[64];
	ssize_t n;

	if (dirfd == AT_FDCWD) {
		if (getcwd(dir, sizeof(dir)) == NULL)
			return errno;
	} else {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", dirfd);
		n = readlink(link, dir, sizeof(dir) - 1);
		if (n < 0 || dir[0] != '/') {
			w->place->outside[0] = '\0';
			return PATH_OUTSIDE;
		}
		dir[n] = '\0';
	}
	return leave(w, strcmp(dir, "/") == 0 ? "" : dir, path);
}

int path_fd(const char *path, const char **rest)
{
	const char *prefixes[] = {"/proc/self/fd/", "/dev/fd/"};
	char *end;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		const char *p = path + strlen(prefixes[i]);
		long fd;

		if (strncmp(path, prefixes[i], strlen(prefixes[i])) != 0 || *p < '0' || *p > '9')
			continue;
		fd = strtol(p, &end, 10);
		*rest = end;
		if ((*end == '\0' || *end == '/') && fd < IL_FD_MAX && file_get((int)fd) != NULL)
			return (int)fd;
	}
	return -1;
}

/* By the kernel's link for a descriptor. */
static int begin_at_fd(struct walk *w, int fd, const char *rest)
{
	struct node *n = file_get(fd)->node;

	if (*rest == '\0' && !(w->flags & PATH_FOLLOW))
		return PATH_OUTSIDE; /* the link itself */
	fs_check(n->fs);
	begin_in(w, n);
	w->place->crossed = true; /* by the name of a descriptor */
	if (*rest == '\0')
		w->place->fd = fd;
	return prepend(w, "", rest);
}

static int begin(struct walk *w, int dirfd, const char *path)
{
	const char *rest;
	struct file *f;
	int fd;

	if (path[0] == '/') {
		fd = path_fd(path, &rest);
		return fd >= 0 ? begin_at_fd(w, fd, rest) : from_top(w, path);
	}
	if (dirfd == AT_FDCWD) {
		if (path_cwd_is_lost())
			return PATH_OUTSIDE;
		w->at = cwd;
	} else {
		f = file_get(dirfd);
		w->at = f == NULL ? NULL : f->node;
	}
	if (w->at == NULL)
		return outside_start(w, dirfd, path);
	fs_check(w->at->fs);
	begin_in(w, w->at);
	return prepend(w, "", path);
}

bool path_cwd_is_lost(void)
{
	struct stat st;

	if (cwd == NULL || !cwd->fs->mount->is_real)
		return false;
	fs_check(cwd->fs);
	return node_mode(cwd, &st) == 0 && cwd->gone && !cwd->removed;
}

static int empty(int dirfd, struct place *place)
{
	struct file *f = dirfd == AT_FDCWD ? NULL : file_get(dirfd);

	place->node = f != NULL ? f->node : dirfd == AT_FDCWD ? cwd : NULL;
	if (place->node == NULL)
		return PATH_OUTSIDE;
	place->fd = dirfd;
	place->fs = place->node->fs;
	fs_check(place->fs);
	return 0;
}

int path_walk(int dirfd, const char *path, int flags, struct place *place)
{
	struct walk w;
	bool done = false;
	int rc;

	w.place = place;
	w.at = NULL;
	w.flags = flags;
	w.entered = false;

	place->dir = NULL;
	place->node = NULL;
	place->slash = false;
	place->last_dot = 0;
	place->fd = -1;
	place->start = NULL;
	place->missing = NULL;
	place->links = 0;
	place->crossed = false;
	place->outside[0] = '\0';
	if (path[0] == '\0')
		return flags & PATH_EMPTY ? empty(dirfd, place) : ENOENT;
	if (strlen(path) >= PATH_MAX)
		return ENAMETOOLONG;
	rc = begin(&w, dirfd, path);
	if (rc == 0 && place->fd >= 0) {
		at_dot(&w, 0);
		place->slash = false;
		done = true;
	}
	while (rc == 0 && !done)
		rc = step(&w, &done);
	if (rc != 0 && !w.entered) { /* never ours: as it came */
		place->outside[0] = '\0';
		return PATH_OUTSIDE;
	}
	return rc;
}
