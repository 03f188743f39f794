#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory.h"
#include "stash.h"

bool op_bad(long pointer, size_t size)
{
	return !il_can_read((const void *)pointer, size);
}

bool op_bad_string(long pointer)
{
	const char *p = (const char *)pointer;

	for (size_t n = 0; n < PATH_MAX; n++) {
		if ((n == 0 || ((uintptr_t)(p + n) & (IL_PAGE - 1)) == 0) && !il_can_read_page(p + n))
			return true;
		if (p[n] == '\0')
			break;
	}
	return false;
}

int op_give(long pointer, const void *from, size_t size)
{
	if (!il_write_probe((void *)pointer, size))
		return EFAULT;
	memcpy((void *)pointer, from, size);
	return 0;
}

static int walk(struct il_call *c, int dir_arg, int path_arg, int flags, struct place *place, char *outside)
{
	int dirfd = dir_arg == NO_DIR ? AT_FDCWD : (int)c->arg[dir_arg];
	const char *path = (const char *)c->arg[path_arg];
	int rc;

	place->outside = outside;
	if (path == NULL) {
		if (!(flags & PATH_EMPTY))
			return EFAULT;
		path = ""; /* since Linux 6.11 */
	}
	rc = path_walk(dirfd, path, flags, place);
	if (rc != PATH_OUTSIDE)
		return rc;
	if (outside[0] != '\0') {
		c->arg[path_arg] = (long)outside;
		if (dir_arg != NO_DIR)
			c->arg[dir_arg] = AT_FDCWD;
	}
	return rc;
}

int op_walk(struct il_call *c, int dir_arg, int path_arg, int flags, struct place *place)
{
	return walk(c, dir_arg, path_arg, flags, place, c->path);
}

int op_walk_second(struct il_call *c, int dir_arg, int path_arg, int flags, struct place *place)
{
	return walk(c, dir_arg, path_arg, flags, place, c->path2);
}

long op_answer(struct il_call *c, int rc)
{
	if (rc == PATH_OUTSIDE)
		return IL_PASS;
	c->carried = 1;
	return -rc;
}

static int place_path(struct place *p, char *buf)
{
	size_t len;
	int rc = path_of(p->dir != NULL ? p->dir : p->node, buf, PATH_MAX);

	if (rc != 0 || p->dir == NULL)
		return rc;
	len = strlen(buf);
	if (len + strlen(p->name) + 3 > PATH_MAX)
		return ENAMETOOLONG;
	buf[len++] = '/';
	strcpy(buf + len, p->name);
	if (p->slash)
		strcat(buf, "/");
	return 0;
}

long op_kernel(struct il_call *c, int dir_arg, int path_arg, struct place *place, int without)
{
	char *buf = place->outside;
	int rc = place->fs->mount->is_real ? place_path(place, buf) : without;

	if (rc == ENAMETOOLONG && place->fs->mount->is_real) { /* by the way that the program took */
		if (dir_arg != NO_DIR)
			op_make_real((int)c->arg[dir_arg]);
		return IL_PASS;
	}
	if (rc != 0)
		return op_answer(c, rc);
	c->arg[path_arg] = (long)buf;
	if (dir_arg != NO_DIR)
		c->arg[dir_arg] = AT_FDCWD;
	return IL_PASS;
}

int op_may_change(struct place *place)
{
	struct stat st;
	int rc;

	if (place->dir->gone)
		return ENOENT;
	rc = node_mode(place->dir, &st);
	if (rc == 0 && place->fs->read_only)
		rc = EROFS;
	return rc == 0 ? may(&st, W_OK | X_OK, false) : rc;
}

/* Part by part: a path may be longer than one call takes. */
int op_open_real(struct node *n, int flags)
{
	struct node *above = n;
	char path[PATH_MAX];
	long dir, fd;
	int rc = path_of(n, path, sizeof(path));

	if (rc == 0) {
		fd = syscall(SYS_openat, AT_FDCWD, path, flags);
		return fd < 0 ? -errno : (int)fd;
	}
	if (rc != ENAMETOOLONG)
		return -rc;
	for (size_t len = 0; above->parent != NULL && len < PATH_MAX / 2; above = above->parent)
		len += strlen(above->name) + 1;
	dir = op_open_real(above, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return (int)dir;
	if (node_path_below(n, above, path, sizeof(path)) == 0)
		fd = syscall(SYS_openat, dir, path, flags);
	else
		fd = -1;
	rc = fd < 0 ? -errno : (int)fd;
	syscall(SYS_close, dir);
	return rc;
}

bool op_make_real_as(int fd, int from)
{
	struct file *f = file_get(from);
	int flags, real;

	if (f == NULL || f->kind == IL_KIND_FILE || !f->node->fs->mount->is_real)
		return false;
	flags = (int)syscall(SYS_fcntl, fd, F_GETFD);
	real = op_open_real(f->node, (f->flags & ~(O_CREAT | O_EXCL | O_TRUNC)) | O_CLOEXEC);
	if (real < 0)
		return false;
	syscall(SYS_dup3, real, fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0);
	syscall(SYS_close, real);
	return true;
}

bool op_make_real(int fd)
{
	return op_make_real_as(fd, fd);
}

mode_t op_umask(void)
{
	return il->umask != NULL ? *il->umask & 0777 : 022;
}

void op_drop_privs(struct node *n)
{
	mode_t mode = n->st.st_mode & ~(mode_t)S_ISUID;
	struct stat st = {0};
	dfs_obj_t *obj;

	if (mode & S_IXGRP)
		mode &= ~(mode_t)S_ISGID;
	if (il_creds.euid == 0 || mode == n->st.st_mode || !S_ISREG(mode))
		return;
	st.st_mode = mode;
	n->st.st_mode = mode;
	if (node_open(n, O_RDWR, &obj) == 0) {
		dfs_osetattr(n->fs->dfs, obj, &st, DFS_SET_ATTR_MODE);
		node_close(n, obj);
		fs_changed(n->fs);
	}
	node_touched(n);
}

void op_before_loss(struct node *n)
{
	dfs_obj_t *obj;

	if (n == NULL || n->refs < 2 || n->gone || !S_ISREG(n->st.st_mode) || node_open(n, O_RDONLY, &obj) != 0)
		return;
	stash_free(n->stash);
	n->stash = stash_read(n->fs->dfs, obj);
	node_close(n, obj);
}
