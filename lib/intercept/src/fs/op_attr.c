/* op_attr.c: changing attributes: mode, owner, times, size. */
#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include <daos_local.h>

#include "error.h"

/* The node behind a descriptor, as a place. NULL: not ours. */
static struct node *of_fd(struct il_call *c, struct place *p)
{
	struct file *f = file_get((int)c->arg[0]);

	if (f == NULL)
		return NULL;
	memset(p, 0, sizeof(*p));
	p->fd = (int)c->arg[0];
	p->node = f->node;
	p->fs = f->node->fs;
	fs_check(p->fs);
	return f->node;
}

static int change(struct place *p, struct stat *want, int flags)
{
	struct node *n = p->node;
	dfs_obj_t *obj;
	int rc;

	if (n->gone) {
		if (flags & DFS_SET_ATTR_MODE)
			n->st.st_mode = want->st_mode;
		if (flags & DFS_SET_ATTR_MTIME) {
			struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, want->st_mtim};

			n->st.st_mtim = want->st_mtim;
			if (p->fd >= 0 && S_ISREG(n->st.st_mode))
				futimens(p->fd, times);
		}
		return 0;
	}
	rc = node_open(n, O_RDWR, &obj);
	if (rc != 0)
		return rc;
	rc = dfs_osetattr(n->fs->dfs, obj, want, flags);
	node_close(n, obj);
	if (rc == 0)
		fs_changed(n->fs);
	node_reshaped(n);
	return rc;
}

/* What must hold before the owner's own attributes are changed. */
static int check_owner(struct place *p, struct stat *st)
{
	int rc = node_mode(p->node, st);

	if (rc == 0 && p->fs->read_only)
		rc = EROFS;
	return rc == 0 && !owner_or_root(st) ? EPERM : rc;
}

static bool in_group(gid_t gid)
{
	if (il_creds.euid == 0 || gid == il_creds.egid)
		return true;
	for (int i = 0; i < il_creds.nr_groups; i++)
		if (il_creds.groups[i] == gid)
			return true;
	return false;
}

static int set_mode(struct place *p, mode_t mode)
{
	struct stat st;
	int rc = check_owner(p, &st);

	if (rc != 0)
		return rc;
	if (S_ISLNK(st.st_mode))
		return EOPNOTSUPP;
	if ((mode & S_ISGID) && !in_group(st.st_gid))
		mode &= ~(mode_t)S_ISGID;
	st.st_mode = (st.st_mode & S_IFMT) | (mode & 07777);
	return change(p, &st, DFS_SET_ATTR_MODE);
}

static long chmod_path(struct il_call *c, int dir_arg, int path_arg, mode_t mode, long at_flags)
{
	struct place p;
	int rc;

	if (at_flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return op_answer(c, EINVAL);
	rc = op_walk(c, dir_arg, path_arg,
		     (at_flags & AT_SYMLINK_NOFOLLOW ? 0 : PATH_FOLLOW) | (at_flags & AT_EMPTY_PATH ? PATH_EMPTY : 0),
		     &p);
	return op_answer(c, rc == 0 ? set_mode(&p, mode) : rc);
}

long op_chmod(struct il_call *c)
{
	return chmod_path(c, NO_DIR, 0, (mode_t)c->arg[1], 0);
}

long op_fchmodat(struct il_call *c)
{
	return chmod_path(c, 0, 1, (mode_t)c->arg[2], 0);
}

long op_fchmodat2(struct il_call *c)
{
	return chmod_path(c, 0, 1, (mode_t)c->arg[2], c->arg[3]);
}

long op_fchmod(struct il_call *c)
{
	struct place p;
	struct node *n = of_fd(c, &p);

	if (n == NULL)
		return IL_PASS;
	return op_answer(c, file_get(p.fd)->kind == IL_KIND_PATH ? EBADF : set_mode(&p, (mode_t)c->arg[1]));
}

/* To who owns it already, which cp -a, tar and rsync do. */
static int set_owner(struct place *p, uid_t uid, gid_t gid)
{
	struct stat st;
	int rc = node_mode(p->node, &st);

	if (rc == 0 && p->fs->read_only)
		rc = EROFS;
	if (rc != 0)
		return rc;
	if ((uid != (uid_t)-1 && uid != st.st_uid) || (gid != (gid_t)-1 && gid != st.st_gid))
		return EPERM;
	if ((uid != (uid_t)-1 || gid != (gid_t)-1) && !owner_or_root(&st))
		return EPERM;
	if (S_ISREG(st.st_mode)) {
		st.st_mode &= ~(mode_t)S_ISUID;
		if (st.st_mode & S_IXGRP)
			st.st_mode &= ~(mode_t)S_ISGID;
	}
	return uid == (uid_t)-1 && gid == (gid_t)-1 ? 0 : change(p, &st, DFS_SET_ATTR_MODE);
}

static long chown_path(struct il_call *c, int dir_arg, int path_arg, int flags)
{
	struct place p;
	int rc = op_walk(c, dir_arg, path_arg, flags, &p);

	return op_answer(c, rc == 0 ? set_owner(&p, (uid_t)c->arg[path_arg + 1], (gid_t)c->arg[path_arg + 2]) : rc);
}

long op_chown(struct il_call *c)
{
	return chown_path(c, NO_DIR, 0, PATH_FOLLOW);
}

long op_lchown(struct il_call *c)
{
	return chown_path(c, NO_DIR, 0, 0);
}

long op_fchownat(struct il_call *c)
{
	long flags = c->arg[4];

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return op_answer(c, EINVAL);
	return chown_path(c, 0, 1,
			  (flags & AT_SYMLINK_NOFOLLOW ? 0 : PATH_FOLLOW) | (flags & AT_EMPTY_PATH ? PATH_EMPTY : 0));
}

long op_fchown(struct il_call *c)
{
	struct place p;
	struct node *n = of_fd(c, &p);

	if (n == NULL)
		return IL_PASS;
	return op_answer(c, file_get(p.fd)->kind == IL_KIND_PATH ? EBADF
								 : set_owner(&p, (uid_t)c->arg[1], (gid_t)c->arg[2]));
}

static bool valid(const struct timespec *ts)
{
	return ts->tv_nsec == UTIME_NOW || ts->tv_nsec == UTIME_OMIT || (ts->tv_nsec >= 0 && ts->tv_nsec < 1000000000);
}

/* Resolve UTIME_NOW. */
static void settle(struct timespec *ts)
{
	if (ts->tv_nsec == UTIME_NOW)
		clock_gettime(CLOCK_REALTIME_COARSE, ts);
}

static int set_times(struct place *p, const struct timespec *given)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
	struct stat st;
	int rc = node_mode(p->node, &st);

	if (rc == 0 && p->fs->read_only)
		rc = EROFS;
	if (rc != 0)
		return rc;
	if (given != NULL)
		memcpy(times, given, sizeof(times));
	if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
		return 0;
	if (!owner_or_root(&st)) {
		if (times[0].tv_nsec != UTIME_NOW || times[1].tv_nsec != UTIME_NOW)
			return EPERM;
		rc = may(&st, W_OK, false);
		if (rc != 0)
			return rc;
	}
	if (times[0].tv_nsec != UTIME_OMIT) {
		settle(&times[0]);
		p->node->atime = times[0];
		p->node->has_atime = true;
	}
	settle(&times[1]);
	if (times[1].tv_nsec == UTIME_OMIT) /* ctime moves all the same */
		return change(p, &st, DFS_SET_ATTR_MODE);
	st.st_mtim = st.st_atim = times[1];
	return change(p, &st, DFS_SET_ATTR_MTIME);
}

static long times_of_path(struct il_call *c, int dir_arg, int path_arg, const struct timespec *times, int flags)
{
	struct place p;
	int rc;

	if (times != NULL && (!valid(&times[0]) || !valid(&times[1])))
		return op_answer(c, EINVAL);
	rc = op_walk(c, dir_arg, path_arg, flags, &p);
	return op_answer(c, rc == 0 ? set_times(&p, times) : rc);
}

long op_utimensat(struct il_call *c)
{
	const struct timespec *times = (const struct timespec *)c->arg[2];
	long flags = c->arg[3];
	struct place p;

	if (times != NULL && op_bad(c->arg[2], 2 * sizeof(*times)))
		return op_answer(c, EFAULT);
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return op_answer(c, EINVAL);
	if (c->arg[1] == 0) { /* futimens(3) */
		if (of_fd(c, &p) == NULL)
			return IL_PASS;
		if (times != NULL && (!valid(&times[0]) || !valid(&times[1])))
			return op_answer(c, EINVAL);
		return op_answer(c, file_get(p.fd)->kind == IL_KIND_PATH ? EBADF : set_times(&p, times));
	}
	return times_of_path(
	    c, 0, 1, times, (flags & AT_SYMLINK_NOFOLLOW ? 0 : PATH_FOLLOW) | (flags & AT_EMPTY_PATH ? PATH_EMPTY : 0));
}

static long timevals(struct il_call *c, int dir_arg, int path_arg)
{
	const struct timeval *tv = (const struct timeval *)c->arg[path_arg + 1];
	struct timespec times[2];

	if (tv == NULL)
		return times_of_path(c, dir_arg, path_arg, NULL, PATH_FOLLOW);
	if (op_bad(c->arg[path_arg + 1], 2 * sizeof(*tv)))
		return op_answer(c, EFAULT);
	for (int i = 0; i < 2; i++) {
		if (tv[i].tv_usec < 0 || tv[i].tv_usec >= 1000000)
			return op_answer(c, EINVAL);
		times[i] = (struct timespec){tv[i].tv_sec, tv[i].tv_usec * 1000};
	}
	return times_of_path(c, dir_arg, path_arg, times, PATH_FOLLOW);
}

long op_utimes(struct il_call *c)
{
	return timevals(c, NO_DIR, 0);
}

long op_futimesat(struct il_call *c)
{
	return timevals(c, 0, 1);
}

long op_utime(struct il_call *c)
{
	const struct utimbuf *buf = (const struct utimbuf *)c->arg[1];
	struct timespec times[2];

	if (buf == NULL)
		return times_of_path(c, NO_DIR, 0, NULL, PATH_FOLLOW);
	if (op_bad(c->arg[1], sizeof(*buf)))
		return op_answer(c, EFAULT);
	times[0] = (struct timespec){buf->actime, 0};
	times[1] = (struct timespec){buf->modtime, 0};
	return times_of_path(c, NO_DIR, 0, times, PATH_FOLLOW);
}

static bool is_cached(struct node *n)
{
	char root[PATH_MAX];

	return daos_local_array_cached != NULL && n->fs->mount->is_real &&
	       daos_local_array_cached(n->fs->coh, n->oid, root, sizeof(root)) == 0;
}

long op_truncate(struct il_call *c)
{
	off_t size = c->arg[1];
	struct place p;
	struct stat st;
	int rc;

	if (size < 0)
		return op_answer(c, EINVAL);
	rc = op_walk(c, NO_DIR, 0, PATH_FOLLOW, &p);
	if (rc == 0)
		rc = node_mode(p.node, &st);
	if (rc == 0 && S_ISDIR(st.st_mode))
		rc = EISDIR;
	if (rc == 0)
		rc = may(&st, W_OK, false);
	if (rc == 0 && p.fs->read_only)
		rc = EROFS;
	if (rc != 0)
		return op_answer(c, rc);
	if (!p.fs->plain || is_cached(p.node))
		return op_kernel(c, NO_DIR, 0, &p, ENOTSUP);
	rc = file_truncate(p.node, size);
	if (rc == 0)
		op_drop_privs(p.node);
	return op_answer(c, rc);
}
