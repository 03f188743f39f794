/* op_open.c: open, openat, openat2, creat. */
#include "ops.h"
#include "post.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_TRIES 20000 /* of which nearly all wait */
#define RETRY	  (IL_PASS + 1)

/* open(2)'s arguments, wherever the call has them. */
struct opening {
	struct il_call *c;
	int dir_arg, path_arg;
	int flags;
	mode_t mode;
};

static bool writes(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);
}

static int mask_of(int flags)
{
	int mask = 0;

	if ((flags & O_ACCMODE) != O_WRONLY)
		mask |= R_OK;
	if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC))
		mask |= W_OK;
	return mask;
}

/* The object has just been made. */
static int set_group(struct node *dir, dfs_obj_t *obj)
{
	struct stat st = {.st_gid = dir->st.st_gid};

	if (!(dir->st.st_mode & S_ISGID) || dir->st.st_gid == il_creds.egid)
		return 0;
	return dfs_osetattr(dir->fs->dfs, obj, &st, DFS_SET_ATTR_GID);
}

/* ESTALE: it was made, and somebody else has removed it at once. */
static int create(struct place *p, mode_t mode)
{
	struct fs *fs = p->fs;
	dfs_obj_t *parent, *obj;
	int rc;

	if (p->slash)
		return EISDIR;
	rc = op_may_change(p);
	if (rc == 0)
		rc = node_dir(p->dir, &parent);
	if (rc == 0)
		rc = dfs_open(fs->dfs, parent, p->name, S_IFREG | (mode & 07777 & ~op_umask()),
			      O_CREAT | O_EXCL | O_RDWR, 0, 0, NULL, &obj);
	if (rc != 0)
		return rc;
	rc = set_group(p->dir, obj);
	fs_changed(fs);
	if (rc == 0)
		rc = node_created(p->dir, p->name, obj, &p->node);
	return rc == ENOENT ? ESTALE : rc;
}

static int check_existing(struct node *n, int flags, bool slash)
{
	struct stat st;
	int rc = node_mode(n, &st);

	if (rc != 0)
		return rc;
	if (S_ISLNK(st.st_mode)) /* only with O_NOFOLLOW */
		return flags & O_DIRECTORY ? ENOTDIR : ELOOP;
	if ((slash || (flags & O_DIRECTORY)) && !S_ISDIR(st.st_mode))
		return ENOTDIR;
	if (S_ISDIR(st.st_mode) && (writes(flags) || (flags & O_CREAT)))
		return EISDIR;
	rc = may(&st, mask_of(flags), false);
	if (rc == 0 && writes(flags) && n->fs->read_only)
		rc = EROFS;
	if (rc == 0 && (flags & O_NOATIME) && !owner_or_root(&st))
		rc = EPERM;
	return rc;
}

static long open_placeholder(struct node *n, int flags)
{
	int fd = file_placeholder(flags), rc;

	if (fd < 0)
		return fd;
	rc = file_put(fd, flags & O_PATH ? IL_KIND_PATH : IL_KIND_DIR, flags, n);
	return rc != 0 ? -rc : fd;
}

/*
 * Clearing set-id bits on the first write is more than an open file can do here: the kernel's mount does it. Where
 * there is none, they go when the file is opened for writing.
 */
static bool loses_setid(struct node *n, int flags)
{
	return (n->st.st_mode & (S_ISUID | S_ISGID)) && writes(flags) && il_creds.euid != 0;
}

/*
 * A file that is open here, by its descriptor: it may have no name. Who writes to one that has must be known to the
 * engine, or its size would stay what it was.
 */
static long reopen(struct place *p, int flags)
{
	struct file *f = file_get(p->fd);
	char path[64];
	long fd;
	int rc;

	if (f == NULL || f->kind != IL_KIND_FILE || (writes(flags) && !p->node->gone))
		return file_open_plain(p->node, flags);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", p->fd);
	fd = syscall(SYS_openat, AT_FDCWD, path, flags);
	if (fd < 0)
		return -errno;
	rc = file_put((int)fd, IL_KIND_FILE, flags, p->node);
	return rc != 0 ? -rc : fd;
}

static long open_node(struct opening *o, struct place *p, bool created)
{
	struct node *n = p->node;
	long fd;

	if (S_ISDIR(n->st.st_mode))
		return open_placeholder(n, o->flags);
	if (!created && loses_setid(n, o->flags) && n->fs->mount->is_real)
		return op_kernel(o->c, o->dir_arg, o->path_arg, p, ENOTSUP);
	if (p->fd >= 0) /* /proc/self/fd/N */
		return reopen(p, o->flags);
	fd = file_open_plain(n, created ? o->flags & ~O_TRUNC : o->flags);
	if (fd >= 0 && !created && loses_setid(n, o->flags))
		op_drop_privs(n);
	return fd;
}

static long try_open(struct opening *o, int tries)
{
	int walk = 0, flags = o->flags, rc;
	bool created = false;
	struct place p;
	long fd;

	if (flags & O_PATH)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	o->flags = flags;
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		rc = op_walk(o->c, o->dir_arg, o->path_arg, PATH_FOLLOW, &p);
		if ((flags & O_ACCMODE) == O_RDONLY)
			rc = rc == PATH_OUTSIDE ? rc : EINVAL;
		if (rc == 0)
			rc = S_ISDIR(p.node->st.st_mode) ? op_may_change(&(struct place){.fs = p.fs, .dir = p.node})
							 : ENOTDIR;
		return op_answer(o->c, rc == 0 ? EOPNOTSUPP : rc);
	}
	if ((flags & O_CREAT) && (flags & O_DIRECTORY))
		return IL_PASS; /* EINVAL, or what the kernel at hand says */
	if (!(flags & O_NOFOLLOW) && !((flags & O_CREAT) && (flags & O_EXCL)))
		walk |= PATH_FOLLOW;
	if (flags & O_CREAT)
		walk |= PATH_NEW;
	rc = op_walk(o->c, o->dir_arg, o->path_arg, walk, &p);
	if (rc == ENOENT)
		post_missing(o->c, o->path_arg, walk, &p);
	if (rc != 0)
		return op_answer(o->c, rc);
	if (p.node != NULL && (flags & O_CREAT) && (flags & O_EXCL))
		return op_answer(o->c, EEXIST);
	if (flags & O_PATH) {
		if ((flags & O_DIRECTORY) && !S_ISDIR(p.node->st.st_mode))
			return op_answer(o->c, ENOTDIR);
		fd = open_placeholder(p.node, flags);
		goto out;
	}
	/* Its bytes are reached through the mount alone. */
	if (!p.fs->plain && (p.node == NULL || S_ISREG(p.node->st.st_mode)))
		return op_kernel(o->c, o->dir_arg, o->path_arg, &p, ENOTSUP);
	if (p.node == NULL) {
		rc = create(&p, o->mode);
		created = rc == 0;
		if (rc == ESTALE && tries < MAX_TRIES)
			return RETRY;
		if (rc == EEXIST && (tries < MAX_TRIES || (flags & O_EXCL))) { /* by somebody else, just now */
			node_added(p.dir, p.name);
			return flags & O_EXCL ? op_answer(o->c, EEXIST) : RETRY;
		}
	} else {
		rc = check_existing(p.node, flags, p.slash);
	}
	if (rc != 0)
		return op_answer(o->c, rc);
	if (S_ISREG(p.node->st.st_mode))
		post_found(o->c, o->path_arg, walk, &p, NULL);
	fd = open_node(o, &p, created);
	if (fd == -ENOENT && tries < MAX_TRIES) { /* somebody else has just removed it */
		node_touched(p.node);
		fs_check(p.fs);
		return RETRY;
	}
out:
	if (fd != IL_PASS)
		o->c->carried = 1;
	return fd;
}

static long do_open(struct opening *o)
{
	long rc = RETRY;

	for (int tries = 0; rc == RETRY; tries++) {
		if (tries > 10)
			sched_yield();
		rc = try_open(o, tries);
	}
	return rc;
}

long op_openat(struct il_call *c)
{
	struct opening o = {c, 0, 1, (int)c->arg[2], (mode_t)c->arg[3]};

	return do_open(&o);
}

long op_open(struct il_call *c)
{
	struct opening o = {c, NO_DIR, 0, (int)c->arg[1], (mode_t)c->arg[2]};

	return do_open(&o);
}

long op_creat(struct il_call *c)
{
	struct opening o = {c, NO_DIR, 0, O_CREAT | O_WRONLY | O_TRUNC, (mode_t)c->arg[1]};

	return do_open(&o);
}

/* What RESOLVE_* asks for is checked by the kernel, where there is a mount for it. */
long op_openat2(struct il_call *c)
{
	const struct open_how *how = (const struct open_how *)c->arg[2];
	struct opening o = {c, 0, 1, 0, 0};

	if (c->arg[3] != sizeof(*how) || op_bad(c->arg[2], sizeof(*how)) || (how->flags >> 32) != 0 ||
	    ((how->flags & O_CREAT) == 0 && how->mode != 0 && (how->flags & O_TMPFILE) != O_TMPFILE) ||
	    how->mode & ~07777UL)
		return IL_PASS;
	if (how->resolve != 0) {
		op_make_real((int)c->arg[0]);
		return IL_PASS;
	}
	o.flags = (int)how->flags;
	o.mode = (mode_t)how->mode;
	return do_open(&o);
}
