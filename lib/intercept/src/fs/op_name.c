/* op_name.c: making, removing and renaming. */
#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <daos_fs_local.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE	 2
#endif

/* Of two paths one is in a container: what the kernel says to the other one, before it says EXDEV. */
static int check_other(struct il_call *c, int dir_arg, int path_arg, bool must_exist)
{
	int dirfd = dir_arg == NO_DIR ? AT_FDCWD : (int)c->arg[dir_arg];
	const char *path = (const char *)c->arg[path_arg];
	struct stat st;

	if (path[0] != '/' && dirfd != AT_FDCWD && fcntl(dirfd, F_GETFD) < 0)
		return EBADF;
	if (must_exist && fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno;
	return EXDEV;
}

/* For mkdir and its like: the place must have a name, which must be free. */
static int new_name(struct il_call *c, int dir_arg, int path_arg, struct place *p)
{
	int rc = op_walk(c, dir_arg, path_arg, PATH_NEW, p);

	if (rc == 0 && p->node != NULL)
		rc = EEXIST;
	return rc;
}

/* It must not be named as a directory, and its own directory must allow it. */
static int new_file(struct il_call *c, int dir_arg, int path_arg, struct place *p)
{
	int rc = new_name(c, dir_arg, path_arg, p);

	if (rc == 0 && p->slash)
		rc = ENOENT;
	return rc == 0 ? op_may_change(p) : rc;
}

static int make(struct place *p, mode_t mode, const char *target)
{
	dfs_obj_t *parent, *obj;
	struct stat st = {0};
	int rc;

	if (S_ISDIR(mode) && (p->dir->st.st_mode & S_ISGID))
		mode |= S_ISGID;
	rc = node_dir(p->dir, &parent);
	if (rc == 0)
		rc = dfs_open(p->fs->dfs, parent, p->name, mode, O_CREAT | O_EXCL | O_RDWR, 0, 0, target, &obj);
	if (rc == EEXIST)
		node_added(p->dir, p->name);
	if (rc != 0)
		return rc;
	fs_changed(p->fs);
	st.st_gid = p->dir->st.st_gid;
	if ((p->dir->st.st_mode & S_ISGID) && st.st_gid != il_creds.egid)
		rc = dfs_osetattr(p->fs->dfs, obj, &st, DFS_SET_ATTR_GID);
	dfs_release(obj);
	node_added(p->dir, p->name);
	return rc;
}

static long make_dir(struct il_call *c, int dir_arg, int path_arg)
{
	mode_t mode = (mode_t)c->arg[path_arg + 1];
	struct place p;
	int rc = new_name(c, dir_arg, path_arg, &p);

	if (rc == 0)
		rc = op_may_change(&p);
	if (rc == 0)
		rc = make(&p, S_IFDIR | (mode & 01777 & ~op_umask()), NULL);
	return op_answer(c, rc);
}

long op_mkdir(struct il_call *c)
{
	return make_dir(c, NO_DIR, 0);
}

long op_mkdirat(struct il_call *c)
{
	return make_dir(c, 0, 1);
}

static long make_link(struct il_call *c, int dir_arg, int path_arg)
{
	const char *target = (const char *)c->arg[0];
	struct place p;
	int rc;

	if (op_bad_string(c->arg[0]))
		return op_answer(c, EFAULT);
	if (target[0] == '\0')
		return op_answer(c, ENOENT);
	if (strlen(target) >= PATH_MAX)
		return op_answer(c, ENAMETOOLONG);
	rc = new_file(c, dir_arg, path_arg, &p);
	if (rc == 0)
		rc = make(&p, S_IFLNK | 0777, target);
	return op_answer(c, rc);
}

long op_symlink(struct il_call *c)
{
	return make_link(c, NO_DIR, 1);
}

long op_symlinkat(struct il_call *c)
{
	return make_link(c, 1, 2);
}

static long make_node(struct il_call *c, int dir_arg, int path_arg)
{
	mode_t mode = (mode_t)c->arg[path_arg + 1];
	struct place p;
	int rc;

	if (S_ISDIR(mode))
		return op_answer(c, EPERM);
	rc = new_file(c, dir_arg, path_arg, &p);
	if (rc == 0 && (mode & S_IFMT) != 0 && !S_ISREG(mode))
		rc = S_ISFIFO(mode) || S_ISSOCK(mode) || S_ISCHR(mode) || S_ISBLK(mode) ? EPERM : EINVAL;
	if (rc == 0)
		rc = make(&p, S_IFREG | (mode & 07777 & ~op_umask()), NULL);
	return op_answer(c, rc);
}

long op_mknod(struct il_call *c)
{
	return make_node(c, NO_DIR, 0);
}

long op_mknodat(struct il_call *c)
{
	return make_node(c, 0, 1);
}

/* There are no hard links. */
static long hard_link(struct il_call *c, int old_dir, int old_path, int new_dir, int new_path, long at_flags)
{
	struct place from, to;
	int rc, out,
	    flags = (at_flags & AT_SYMLINK_FOLLOW ? PATH_FOLLOW : 0) | (at_flags & AT_EMPTY_PATH ? PATH_EMPTY : 0);

	if (at_flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return op_answer(c, EINVAL);
	rc = op_walk(c, old_dir, old_path, flags, &from);
	if (rc != 0 && rc != PATH_OUTSIDE)
		return op_answer(c, rc);
	out = rc;
	rc = op_walk_second(c, new_dir, new_path, PATH_NEW, &to);
	if (rc == PATH_OUTSIDE && out == PATH_OUTSIDE)
		return IL_PASS;
	if (rc == PATH_OUTSIDE)
		return op_kernel(c, old_dir, old_path, &from, EXDEV);
	if (rc == 0 && out == PATH_OUTSIDE)
		return op_kernel(c, new_dir, new_path, &to, EXDEV);
	if (rc == 0 && to.node != NULL)
		rc = EEXIST;
	if (rc == 0 && to.slash)
		rc = ENOENT;
	if (rc == 0 && from.fs != to.fs)
		rc = EXDEV;
	if (rc == 0)
		rc = op_may_change(&to);
	return op_answer(c, rc == 0 ? EPERM : rc);
}

long op_link(struct il_call *c)
{
	return hard_link(c, NO_DIR, 0, NO_DIR, 1, 0);
}

long op_linkat(struct il_call *c)
{
	return hard_link(c, 0, 1, 2, 3, c->arg[4]);
}

/* The sticky bit: only its owner, and the directory's, may take a name away. */
static int check_sticky(struct place *p)
{
	const struct stat *dir = &p->dir->st, *st = &p->node->st;

	if (!(dir->st_mode & S_ISVTX) || il_creds.euid == 0 || il_creds.euid == dir->st_uid ||
	    il_creds.euid == st->st_uid)
		return 0;
	return EPERM;
}

static int remove_node(struct place *p)
{
	dfs_obj_t *parent;
	int rc = op_may_change(p);

	if (rc == 0)
		rc = check_sticky(p);
	if (rc == 0)
		rc = node_dir(p->dir, &parent);
	if (rc != 0)
		return rc;
	op_before_loss(p->node);
	rc = dfs_remove(p->fs->dfs, parent, p->name, false, NULL);
	if (rc == 0) {
		fs_changed(p->fs);
		node_removed(p->node);
	}
	return rc;
}

static long remove_file(struct il_call *c, int dir_arg, int path_arg)
{
	struct place p;
	int rc = op_walk(c, dir_arg, path_arg, PATH_NEW, &p);

	if (rc == 0 && p.dir == NULL)
		rc = EISDIR;
	if (rc == 0 && p.node == NULL)
		rc = ENOENT;
	if (rc == 0 && p.slash)
		rc = S_ISDIR(p.node->st.st_mode) ? EISDIR : ENOTDIR;
	if (rc == 0 && S_ISDIR(p.node->st.st_mode)) {
		rc = op_may_change(&p);
		rc = rc == 0 ? EISDIR : rc;
	}
	return op_answer(c, rc == 0 ? remove_node(&p) : rc);
}

static long remove_dir(struct il_call *c, int dir_arg, int path_arg)
{
	struct place p;
	int rc = op_walk(c, dir_arg, path_arg, PATH_NEW, &p);

	if (rc == 0 && p.dir == NULL)
		rc = p.last_dot == 1 ? EINVAL : p.last_dot == 2 ? ENOTEMPTY : EBUSY;
	if (rc == 0 && p.node == NULL)
		rc = ENOENT;
	if (rc == 0 && !S_ISDIR(p.node->st.st_mode)) {
		rc = op_may_change(&p);
		rc = rc == 0 ? ENOTDIR : rc;
	}
	return op_answer(c, rc == 0 ? remove_node(&p) : rc);
}

long op_unlink(struct il_call *c)
{
	return remove_file(c, NO_DIR, 0);
}

long op_rmdir(struct il_call *c)
{
	return remove_dir(c, NO_DIR, 0);
}

long op_unlinkat(struct il_call *c)
{
	if (c->arg[2] & ~AT_REMOVEDIR)
		return op_answer(c, EINVAL);
	return c->arg[2] & AT_REMOVEDIR ? remove_dir(c, 0, 1) : remove_file(c, 0, 1);
}

static int check_one(struct place *p)
{
	struct stat st;
	int rc = op_may_change(p);

	if (rc == 0 && p->node != NULL) {
		rc = node_mode(p->node, &st);
		if (rc == 0)
			rc = check_sticky(p);
	}
	return rc;
}

/* A directory that moves gets another "..". */
static int check_dir_move(struct place *from, struct place *to)
{
	if (!S_ISDIR(from->node->st.st_mode) || from->dir == to->dir)
		return 0;
	return may(&from->node->st, W_OK, false);
}

static int check_replace(struct place *from, struct place *to, unsigned flags)
{
	bool from_dir = S_ISDIR(from->node->st.st_mode), to_dir;

	if (to->node == NULL)
		return 0;
	to_dir = S_ISDIR(to->node->st.st_mode);
	if (flags & RENAME_EXCHANGE)
		return 0;
	if (from_dir != to_dir)
		return to_dir ? EISDIR : ENOTDIR;
	return 0;
}

static int check_rename(struct place *from, struct place *to, unsigned flags)
{
	int rc;

	if (from->node == NULL)
		return ENOENT;
	if (to->node != NULL && (flags & RENAME_NOREPLACE))
		return EEXIST;
	if (to->node == NULL && (flags & RENAME_EXCHANGE))
		return ENOENT;
	if (!S_ISDIR(from->node->st.st_mode) && (from->slash || (!(flags & RENAME_EXCHANGE) && to->slash)))
		return ENOTDIR;
	if ((flags & RENAME_EXCHANGE) && to->slash && !S_ISDIR(to->node->st.st_mode))
		return ENOTDIR;
	if (node_is_below(to->dir, from->node))
		return EINVAL;
	if (to->node != NULL && node_is_below(from->dir, to->node))
		return flags & RENAME_EXCHANGE ? EINVAL : ENOTEMPTY;
	if (from->node == to->node)
		return 0;
	rc = check_one(from);
	if (rc == 0)
		rc = check_one(to);
	if (rc == 0)
		rc = check_replace(from, to, flags);
	if (rc == 0)
		rc = check_dir_move(from, to);
	if (rc == 0 && (flags & RENAME_EXCHANGE))
		rc = check_dir_move(to, from);
	return rc;
}

static int do_rename(struct place *from, struct place *to, unsigned flags)
{
	struct node *a = from->node, *b = to->node;
	dfs_obj_t *old_dir, *new_dir;
	int rc = node_dir(from->dir, &old_dir);

	if (rc == 0)
		rc = node_dir(to->dir, &new_dir);
	if (rc != 0 || a == b)
		return rc;
	if (flags & RENAME_EXCHANGE) {
		rc = dfs_exchange(from->fs->dfs, old_dir, from->name, new_dir, to->name);
		if (rc == EINVAL && !S_ISDIR(a->st.st_mode) && !S_ISDIR(b->st.st_mode))
			rc = ENOENT; /* DFS's way of saying that one of them has gone meanwhile */
		if (rc == 0) {
			fs_changed(from->fs);
			node_swapped(a, b);
		}
		return rc;
	}
	op_before_loss(b);
	if (flags & RENAME_NOREPLACE)
		rc = dfs_local_move_new(from->fs->dfs, old_dir, from->name, new_dir, to->name);
	else
		rc = dfs_move(from->fs->dfs, old_dir, from->name, new_dir, to->name, NULL);
	if (rc == 0) {
		fs_changed(from->fs);
		node_moved(a, to->dir, to->name);
	}
	return rc;
}

static long rename_paths(struct il_call *c, int old_dir, int old_path, int new_dir, int new_path, unsigned flags)
{
	struct place from, to;
	int rc, other;

	if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) || flags == (RENAME_NOREPLACE | RENAME_EXCHANGE))
		return op_answer(c, EINVAL);
	rc = op_walk(c, old_dir, old_path, PATH_NEW, &from);
	if (rc != 0 && rc != PATH_OUTSIDE)
		return op_answer(c, rc);
	other = op_walk_second(c, new_dir, new_path, PATH_NEW, &to);
	if (other != 0 && other != PATH_OUTSIDE)
		return op_answer(c, other);
	if (rc == PATH_OUTSIDE && other == PATH_OUTSIDE)
		return IL_PASS;
	if (rc == PATH_OUTSIDE)
		return op_kernel(c, new_dir, new_path, &to, check_other(c, old_dir, old_path, true));
	if (other == PATH_OUTSIDE)
		return op_kernel(c, old_dir, old_path, &from,
				 from.node == NULL ? ENOENT : check_other(c, new_dir, new_path, false));
	if (from.fs != to.fs)
		return op_answer(c, EXDEV);
	if (from.dir == NULL || to.dir == NULL)
		return op_answer(c, EBUSY);
	rc = check_rename(&from, &to, flags);
	return op_answer(c, rc == 0 ? do_rename(&from, &to, flags) : rc);
}

long op_rename(struct il_call *c)
{
	return rename_paths(c, NO_DIR, 0, NO_DIR, 1, 0);
}

long op_renameat(struct il_call *c)
{
	return rename_paths(c, 0, 1, 2, 3, 0);
}

long op_renameat2(struct il_call *c)
{
	return rename_paths(c, 0, 1, 2, 3, (unsigned)c->arg[4]);
}
