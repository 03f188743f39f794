/* op_xattr.c: extended attributes. */
#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <daos_uns.h>

#include "stash.h"

/* Where the call's target is: a path that is followed or not, or a descriptor. */
enum target { FOLLOWED, LINK, FD };

/* 0, errno, or PATH_OUTSIDE. */
static int find(struct il_call *c, enum target target, struct place *p)
{
	struct file *f;

	if (target != FD)
		return op_walk(c, NO_DIR, 0, target == FOLLOWED ? PATH_FOLLOW : 0, p);
	f = file_get((int)c->arg[0]);
	if (f == NULL)
		return PATH_OUTSIDE;
	if (f->kind == IL_KIND_PATH)
		return EBADF;
	memset(p, 0, sizeof(*p));
	p->node = f->node;
	p->fs = f->node->fs;
	p->fd = (int)c->arg[0];
	p->outside = c->path;
	fs_check(p->fs);
	return 0;
}

/* Names that the mount itself answers. */
static bool is_virtual(struct place *p, const char *name)
{
	return strncmp(name, "user.dfuse.", strlen("user.dfuse.")) == 0 ||
	       (strcmp(name, DUNS_XATTR_NAME) == 0 && p->node->parent == NULL);
}

static long kernel(struct il_call *c, enum target target, struct place *p)
{
	char path[PATH_MAX];
	long rc;

	if (target != FD)
		return op_kernel(c, NO_DIR, 0, p, EOPNOTSUPP);
	if (!p->fs->mount->is_real || path_of(p->node, path, sizeof(path)) != 0)
		return op_answer(c, EOPNOTSUPP);
	/* f*xattr: the same by path */
	strcpy(c->path, path);
	c->arg[0] = (long)c->path;
	c->nr -= 2; /* fsetxattr - 2 = setxattr, and so on: see the table of numbers */
	rc = IL_PASS;
	return rc;
}

static int check_name(long pointer)
{
	const char *name = (const char *)pointer;
	size_t len;

	if (op_bad_string(pointer))
		return EFAULT;
	len = strnlen(name, XATTR_NAME_MAX + 1);
	return len == 0 || len > XATTR_NAME_MAX ? ERANGE : 0;
}

/* What the kernel's and dfuse's checks say to a name. `change`: it is to be set or removed. */
static int check(struct place *p, const char *name, bool change)
{
	struct stat st;
	int rc = node_mode(p->node, &st);

	if (rc != 0)
		return rc;
	if (change && p->fs->read_only)
		return EROFS;
	if (strncmp(name, "trusted.", 8) == 0 && il_creds.euid != 0)
		return change ? EPERM : ENODATA;
	if (strncmp(name, "user.", 5) == 0) {
		if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
			return change ? EPERM : ENODATA;
		if (S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) && change && !owner_or_root(&st))
			return EPERM;
		rc = may(&st, change ? W_OK : R_OK, false);
		if (rc != 0)
			return rc;
		if (name[5] == '\0')
			return EINVAL;
		return strlen(name) > DFS_MAX_XATTR_NAME ? (change ? ERANGE : ENODATA) : 0;
	}
	return EOPNOTSUPP;
}

static int get(struct node *n, const char *name, void *value, daos_size_t *len)
{
	daos_size_t room = *len;
	dfs_obj_t *obj;
	int rc;

	if (n->gone)
		return stash_get(n->stash, name, value, len);
	rc = node_open(n, O_RDONLY, &obj);
	if (rc != 0)
		return rc;
	rc = dfs_getxattr(n->fs->dfs, obj, name, room == 0 ? NULL : value, len);
	node_close(n, obj);
	if (rc == E2BIG || (rc == 0 && room != 0 && *len > room))
		rc = ERANGE;
	return rc == ENOENT ? ENODATA : rc;
}

static long get_xattr(struct il_call *c, enum target target)
{
	const char *name = (const char *)c->arg[1];
	daos_size_t len = (daos_size_t)c->arg[3];
	void *value = NULL;
	struct place p;
	int rc = check_name(c->arg[1]);

	if (rc == 0)
		rc = find(c, target, &p);
	if (rc == 0 && p.fs->mount->is_real && is_virtual(&p, name))
		return kernel(c, target, &p);
	if (rc == 0)
		rc = check(&p, name, false);
	if (rc == 0 && len > DFS_MAX_XATTR_LEN)
		len = DFS_MAX_XATTR_LEN;
	if (rc == 0 && len > 0 && (value = malloc(len)) == NULL)
		rc = ENOMEM;
	if (rc == 0)
		rc = get(p.node, name, value, &len);
	if (rc == 0 && value != NULL)
		rc = op_give(c->arg[2], value, len);
	free(value);
	if (rc != 0)
		return op_answer(c, rc == EINVAL || rc == EPERM ? ENODATA : rc);
	c->carried = 1;
	return (long)len;
}

static int set(struct node *n, const char *name, const void *value, size_t size, int flags)
{
	daos_size_t len = 0;
	dfs_obj_t *obj;
	int rc;

	if (flags != 0) {
		rc = get(n, name, NULL, &len);
		if (rc == 0 && (flags & XATTR_CREATE))
			return EEXIST;
		if (rc != 0 && (rc != ENODATA || (flags & XATTR_REPLACE)))
			return rc;
	}
	if (n->gone)
		return stash_set(&n->stash, name, value, size);
	rc = node_open(n, O_RDWR, &obj);
	if (rc != 0)
		return rc;
	rc = dfs_setxattr(n->fs->dfs, obj, name, value, size, flags);
	node_close(n, obj);
	if (rc == 0)
		fs_changed(n->fs);
	node_reshaped(n);
	return rc;
}

static long set_xattr(struct il_call *c, enum target target)
{
	const char *name = (const char *)c->arg[1];
	size_t size = (size_t)c->arg[3];
	int flags = (int)c->arg[4];
	struct place p;
	int rc;

	if (flags & ~(XATTR_CREATE | XATTR_REPLACE))
		return op_answer(c, EINVAL);
	rc = check_name(c->arg[1]);
	if (rc == 0 && size > XATTR_SIZE_MAX)
		rc = E2BIG;
	if (rc == 0 && size > 0 && op_bad(c->arg[2], size))
		rc = EFAULT;
	if (rc == 0)
		rc = find(c, target, &p);
	if (rc == 0 && p.fs->mount->is_real && (is_virtual(&p, name) || strcmp(name, DUNS_XATTR_NAME) == 0))
		return kernel(c, target, &p);
	if (rc == 0)
		rc = check(&p, name, true);
	return op_answer(c, rc == 0 ? set(p.node, name, (const void *)c->arg[2], size, flags) : rc);
}

static long remove_xattr(struct il_call *c, enum target target)
{
	const char *name = (const char *)c->arg[1];
	struct place p;
	dfs_obj_t *obj;
	int rc = check_name(c->arg[1]);

	if (rc == 0)
		rc = find(c, target, &p);
	if (rc == 0)
		rc = check(&p, name, true);
	if (rc == 0 && p.node->gone)
		return op_answer(c, stash_remove(&p.node->stash, name));
	if (rc == 0)
		rc = node_open(p.node, O_RDWR, &obj);
	if (rc != 0)
		return op_answer(c, rc);
	rc = dfs_removexattr(p.fs->dfs, obj, name);
	node_close(p.node, obj);
	if (rc == 0)
		fs_changed(p.fs);
	node_reshaped(p.node);
	return op_answer(c, rc == ENOENT ? ENODATA : rc);
}

/* Drop what is not shown: names that the kernel would not accept. */
static size_t visible(char *list, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len;) {
		size_t n = strnlen(list + i, len - i) + 1;

		if (i + n <= len && strncmp(list + i, "user.", 5) == 0) {
			memmove(list + used, list + i, n);
			used += n;
		}
		i += n;
	}
	return used;
}

/* In a buffer to be freed. */
static int all_names(struct node *n, char **list, daos_size_t *len)
{
	dfs_obj_t *obj;
	int rc;

	*list = NULL;
	*len = 0;
	if (n->gone) {
		stash_list(n->stash, NULL, len);
		*list = malloc(*len + 1);
		return *list == NULL ? ENOMEM : stash_list(n->stash, *list, len);
	}
	rc = node_open(n, O_RDONLY, &obj);
	if (rc != 0)
		return rc;
	rc = dfs_listxattr(n->fs->dfs, obj, NULL, len);
	if (rc == 0 && *len > 0) {
		*len += 256;
		*list = malloc(*len);
		rc = *list == NULL ? ENOMEM : dfs_listxattr(n->fs->dfs, obj, *list, len);
	}
	node_close(n, obj);
	if (rc == 0 && *list != NULL)
		*len = visible(*list, *len);
	return rc;
}

static long list_xattr(struct il_call *c, enum target target)
{
	size_t size = (size_t)c->arg[2];
	struct place p;
	daos_size_t len = 0;
	char *list = NULL;
	int rc = find(c, target, &p);

	if (rc == 0)
		rc = all_names(p.node, &list, &len);
	if (rc == 0 && size > 0 && len > size)
		rc = ERANGE;
	if (rc == 0 && size > 0 && len > 0)
		rc = op_give(c->arg[1], list, len);
	free(list);
	if (rc != 0)
		return op_answer(c, rc);
	c->carried = 1;
	return (long)len;
}

#define THREE(name, fn)                    \
	long op_##name(struct il_call *c)  \
	{                                  \
		return fn(c, FOLLOWED);    \
	}                                  \
	long op_l##name(struct il_call *c) \
	{                                  \
		return fn(c, LINK);        \
	}                                  \
	long op_f##name(struct il_call *c) \
	{                                  \
		return fn(c, FD);          \
	}

THREE(setxattr, set_xattr)
THREE(getxattr, get_xattr)
THREE(listxattr, list_xattr)
THREE(removexattr, remove_xattr)
