#include "tree.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK (1024 * 1024)

struct copy {
	struct tree *src;
	struct tree *dst;
	bool skip;
	struct tree_count *count;
	char **failed;
	char *block; /* BLOCK bytes */
};

int tree_names_add(struct tree_names *names, const char *name)
{
	char **bigger = names->name;

	/* Grow at each power of two. */
	if ((names->nr & (names->nr - 1)) == 0) {
		bigger = realloc(names->name, (names->nr != 0 ? names->nr * 2 : 1) * sizeof(*bigger));
		if (bigger == NULL)
			return ENOMEM;
		names->name = bigger;
	}
	bigger[names->nr] = strdup(name);
	return bigger[names->nr++] != NULL ? 0 : ENOMEM;
}

void tree_names_free(struct tree_names *names)
{
	for (size_t i = 0; i < names->nr; i++)
		free(names->name[i]);
	free(names->name);
	names->nr = 0;
	names->name = NULL;
}

/* The first failure's path is the one to tell. */
static int failed_at(struct copy *c, int rc, const char *path)
{
	if (rc != 0 && *c->failed == NULL)
		*c->failed = strdup(path);
	return rc;
}

static bool is_zero(const char *block, size_t size)
{
	return size == 0 || (block[0] == 0 && memcmp(block, block + 1, size - 1) == 0);
}

/* Blocks of zeros are left out, so that holes stay holes; the size at the end makes up for it. */
static int copy_bytes(struct copy *c, struct tree_file *in, struct tree_file *out)
{
	uint64_t offset = 0;
	int rc;

	for (;;) {
		size_t size = BLOCK;

		rc = c->src->ops->read(c->src, in, c->block, &size, offset);
		if (rc != 0 || size == 0)
			break;
		if (!is_zero(c->block, size))
			rc = c->dst->ops->write(c->dst, out, c->block, size, offset);
		if (rc != 0)
			break;
		offset += size;
	}
	return rc == 0 ? c->dst->ops->set_size(c->dst, out, offset) : rc;
}

static int copy_file(struct copy *c, const char *from, const char *to, mode_t mode)
{
	struct tree_file in = {.fd = -1}, out = {.fd = -1};
	int rc, last;

	rc = failed_at(c, c->src->ops->open(c->src, from, &in), from);
	if (rc != 0)
		return rc;
	rc = c->dst->ops->create(c->dst, to, (mode & 0777) | S_IWUSR, &out);
	if (rc == 0) {
		rc = copy_bytes(c, &in, &out);
		last = c->dst->ops->close(c->dst, &out);
		rc = rc != 0 ? rc : last;
	}
	c->src->ops->close(c->src, &in);
	if (rc == 0)
		rc = c->dst->ops->chmod(c->dst, to, mode & 07777);
	c->count->files++;
	return failed_at(c, rc, to);
}

static int copy_link(struct copy *c, const char *from, const char *to)
{
	char value[PATH_MAX + 1];
	int rc = failed_at(c, c->src->ops->readlink(c->src, from, value, sizeof(value)), from);

	c->count->links++;
	return rc == 0 ? failed_at(c, c->dst->ops->symlink(c->dst, value, to), to) : rc;
}

static int copy_node(struct copy *c, const char *from, const char *to);

static char *join(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", name) < 0 ? NULL : path;
}

/* The names are read before anything is made, so that a copy into the directory itself ends. */
static int copy_dir(struct copy *c, const char *from, const char *to, mode_t mode)
{
	struct tree_names names = {0};
	int rc = failed_at(c, c->src->ops->list(c->src, from, &names), from);

	if (rc == 0) {
		rc = c->dst->ops->mkdir(c->dst, to, (mode & 0777) | S_IRWXU);
		rc = failed_at(c, rc == EEXIST ? 0 : rc, to);
	}
	for (size_t i = 0; rc == 0 && i < names.nr; i++) {
		char *child_from = join(from, names.name[i]);
		char *child_to = join(to, names.name[i]);

		rc = child_from != NULL && child_to != NULL ? copy_node(c, child_from, child_to) : ENOMEM;
		free(child_from);
		free(child_to);
	}
	if (rc == 0)
		rc = failed_at(c, c->dst->ops->chmod(c->dst, to, mode & 07777), to);
	tree_names_free(&names);
	c->count->dirs++;
	return rc;
}

static int copy_node(struct copy *c, const char *from, const char *to)
{
	struct stat st;
	int rc = failed_at(c, c->src->ops->stat(c->src, from, &st), from);

	if (rc != 0)
		return rc;
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		return copy_dir(c, from, to, st.st_mode);
	case S_IFREG:
		return copy_file(c, from, to, st.st_mode);
	case S_IFLNK:
		return copy_link(c, from, to);
	}
	if (!c->skip)
		return failed_at(c, ENOTSUP, from);
	c->count->skipped++;
	return 0;
}

int tree_copy(struct tree *src, const char *from, struct tree *dst, const char *to, bool skip, struct tree_count *count,
	      char **failed)
{
	struct copy c = {.src = src, .dst = dst, .skip = skip, .count = count, .failed = failed};
	int rc;

	memset(count, 0, sizeof(*count));
	*failed = NULL;
	c.block = malloc(BLOCK);
	if (c.block == NULL)
		return ENOMEM;
	rc = copy_node(&c, from, to);
	free(c.block);
	return rc;
}
