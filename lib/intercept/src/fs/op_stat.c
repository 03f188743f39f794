/* op_stat.c: what is there: the stat family, access, readlink, statfs. */
#include "ops.h"
#include "post.h"
#include "statx.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FUSE_MAGIC 0x65735546
#define MANY_FILES 0x7fffffff

/* Walk, and the attributes of what is there. */
static int attributes(struct il_call *c, int dir_arg, int path_arg, int flags, struct stat *st)
{
	struct place p;
	int rc = op_walk(c, dir_arg, path_arg, flags, &p);

	if (rc == ENOENT)
		post_missing(c, path_arg, flags, &p);
	if (rc == 0)
		rc = node_stat(p.node, p.fd, st);
	if (rc == 0 && p.fd >= 0)
		post_open(c, p.node, st);
	else if (rc == 0)
		post_found(c, path_arg, flags, &p, st);
	return rc;
}

static long stat_path(struct il_call *c, int dir_arg, int path_arg, int buf_arg, int flags)
{
	struct stat st;
	int rc = attributes(c, dir_arg, path_arg, flags, &st);

	if (rc == 0)
		rc = op_give(c->arg[buf_arg], &st, sizeof(st));
	return op_answer(c, rc);
}

long op_stat(struct il_call *c)
{
	return stat_path(c, NO_DIR, 0, 1, PATH_FOLLOW);
}

long op_lstat(struct il_call *c)
{
	return stat_path(c, NO_DIR, 0, 1, 0);
}

static int walk_flags(long at_flags)
{
	return (at_flags & AT_SYMLINK_NOFOLLOW ? 0 : PATH_FOLLOW) | (at_flags & AT_EMPTY_PATH ? PATH_EMPTY : 0);
}

long op_newfstatat(struct il_call *c)
{
	if (c->arg[3] & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT))
		return op_answer(c, EINVAL);
	return stat_path(c, 0, 1, 2, walk_flags(c->arg[3]));
}

long op_fstat(struct il_call *c)
{
	int fd = (int)c->arg[0];
	struct file *f = file_get(fd);
	struct stat st;
	int rc;

	if (f == NULL)
		return IL_PASS;
	fs_check(f->node->fs);
	rc = node_stat(f->node, fd, &st);
	if (rc == 0)
		post_open(c, f->node, &st);
	if (rc == 0)
		rc = op_give(c->arg[1], &st, sizeof(st));
	return op_answer(c, rc);
}

long op_statx(struct il_call *c)
{
	struct statx x;
	struct stat st;
	int rc;

	if ((c->arg[2] & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE)) ||
	    (c->arg[2] & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE || (c->arg[3] & STATX__RESERVED))
		return op_answer(c, EINVAL);
	rc = attributes(c, 0, 1, walk_flags(c->arg[2]), &st);
	if (rc == 0) {
		statx_from_stat(&st, &x);
		rc = op_give(c->arg[4], &x, sizeof(x));
	}
	return op_answer(c, rc);
}

static long access_path(struct il_call *c, int dir_arg, int path_arg, int mode, long at_flags)
{
	struct place p;
	struct stat st;
	int rc;

	if (mode & ~(R_OK | W_OK | X_OK))
		return op_answer(c, EINVAL);
	if (at_flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return op_answer(c, EINVAL);
	rc = op_walk(c, dir_arg, path_arg, walk_flags(at_flags), &p);
	if (rc == ENOENT)
		post_missing(c, path_arg, walk_flags(at_flags), &p);
	if (rc == 0)
		rc = node_mode(p.node, &st);
	if (rc == 0)
		post_found(c, path_arg, walk_flags(at_flags), &p, NULL);
	if (rc == 0 && (mode & W_OK) && p.fs->read_only)
		rc = EROFS;
	if (rc == 0)
		rc = may(&st, mode, !(at_flags & AT_EACCESS));
	return op_answer(c, rc);
}

long op_access(struct il_call *c)
{
	return access_path(c, NO_DIR, 0, (int)c->arg[1], 0);
}

long op_faccessat(struct il_call *c)
{
	return access_path(c, 0, 1, (int)c->arg[2], 0);
}

long op_faccessat2(struct il_call *c)
{
	return access_path(c, 0, 1, (int)c->arg[2], c->arg[3]);
}

static long give_text(struct il_call *c, const char *text, int path_arg)
{
	size_t len = strlen(text), size = (size_t)c->arg[path_arg + 2];

	if (len > size)
		len = size;
	if (op_give(c->arg[path_arg + 1], text, len) != 0)
		return op_answer(c, EFAULT);
	c->carried = 1;
	return (long)len;
}

/* /proc/self/fd/N: where the program has found it. */
static long read_fd_link(struct il_call *c, int fd, int path_arg)
{
	char path[PATH_MAX + 16];
	struct node *n = file_get(fd)->node;
	int rc = path_of(n, path, PATH_MAX);

	return rc == 0 ? give_text(c, path, path_arg) : IL_PASS;
}

static long read_link(struct il_call *c, int dir_arg, int path_arg)
{
	int size = (int)c->arg[path_arg + 2], rc, fd;
	const char *rest;
	struct place p;

	if (size <= 0)
		return op_answer(c, EINVAL);
	if (c->arg[path_arg] != 0 && (fd = path_fd((const char *)c->arg[path_arg], &rest)) >= 0 && *rest == '\0')
		return read_fd_link(c, fd, path_arg);
	rc = op_walk(c, dir_arg, path_arg, dir_arg == NO_DIR ? 0 : PATH_EMPTY, &p);
	if (rc == 0 && p.node->target == NULL)
		rc = p.fd >= 0 ? ENOENT : EINVAL;
	return rc != 0 ? op_answer(c, rc) : give_text(c, p.node->target, path_arg);
}

long op_readlink(struct il_call *c)
{
	return read_link(c, NO_DIR, 0);
}

long op_readlinkat(struct il_call *c)
{
	return read_link(c, 0, 1);
}

/* Size and use of the pool, as dfuse answers it. */
static int fill_statfs(struct fs *fs, struct statfs *st)
{
	daos_pool_info_t info = {.pi_bits = DPI_SPACE};

	if (fs->mount->is_real)
		return syscall(SYS_statfs, fs->root_path, st) == 0 ? 0 : errno;
	if (daos_pool_query(fs->poh, NULL, &info, NULL, NULL) != 0)
		return EIO;
	memset(st, 0, sizeof(*st));
	st->f_type = FUSE_MAGIC;
	st->f_bsize = st->f_frsize = 4096;
	for (int i = 0; i < DAOS_MEDIA_MAX; i++) {
		st->f_blocks += info.pi_space.ps_space.s_total[i] / 4096;
		st->f_bfree += info.pi_space.ps_space.s_free[i] / 4096;
	}
	st->f_bavail = st->f_bfree;
	st->f_files = st->f_ffree = MANY_FILES;
	st->f_namelen = DFS_MAX_NAME;
	return 0;
}

static long answer_statfs(struct il_call *c, int rc, struct fs *fs)
{
	struct statfs st;

	if (rc == 0)
		rc = fill_statfs(fs, &st);
	if (rc == 0)
		rc = op_give(c->arg[1], &st, sizeof(st));
	return op_answer(c, rc);
}

long op_statfs(struct il_call *c)
{
	struct place p;
	int rc = op_walk(c, NO_DIR, 0, PATH_FOLLOW, &p);

	return answer_statfs(c, rc, p.fs);
}

long op_fstatfs(struct il_call *c)
{
	struct file *f = file_get((int)c->arg[0]);

	return f == NULL ? IL_PASS : answer_statfs(c, 0, f->node->fs);
}
