/* op_dir.c: listing directories, and the working directory. */
#include "ops.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Positions: 0 is ".", 1 is "..", 2 + n is name n. An entry carries the position of the one after it. */
#define NDOTS 2

#define ROOM  (1 << 16) /* no more is given at once */

struct linux_dirent64 {
	uint64_t d_ino;
	int64_t d_off;
	uint16_t d_reclen;
	uint8_t d_type;
	char d_name[];
};

struct linux_dirent {
	unsigned long d_ino;
	unsigned long d_off;
	unsigned short d_reclen;
	char d_name[]; /* and the type in the last byte */
};

struct filling {
	char *buf;
	size_t size, used;
	bool old; /* struct linux_dirent */
};

static bool put(struct filling *f, const char *name, uint64_t ino, uint8_t type, off_t next)
{
	size_t len = strlen(name), n;
	char *at = f->buf + f->used;

	n = (f->old ? offsetof(struct linux_dirent, d_name) + len + 2
		    : offsetof(struct linux_dirent64, d_name) + len + 1);
	n = (n + 7) & ~7UL;
	if (f->size - f->used < n)
		return false;
	memset(at, 0, n);
	if (f->old) {
		struct linux_dirent *de = (struct linux_dirent *)at;

		de->d_ino = ino;
		de->d_off = (unsigned long)next;
		de->d_reclen = (unsigned short)n;
		memcpy(de->d_name, name, len + 1);
		at[n - 1] = (char)type;
	} else {
		struct linux_dirent64 *de = (struct linux_dirent64 *)at;

		de->d_ino = ino;
		de->d_off = next;
		de->d_reclen = (uint16_t)n;
		de->d_type = type;
		memcpy(de->d_name, name, len + 1);
	}
	f->used += n;
	return true;
}

/* *full: it did not fit. */
static int put_at(struct filling *f, struct file *file, off_t pos, bool *full, bool *end)
{
	struct node *dir = file->node, *n;
	const char *name;
	int rc;

	if (pos < NDOTS) {
		n = pos == 0 || dir->parent == NULL ? dir : dir->parent;
		*full = !put(f, pos == 0 ? "." : "..", node_ino(n), DT_DIR, pos + 1);
		return 0;
	}
	rc = dirlist_name(file->list, dir, (size_t)(pos - NDOTS), &name);
	*end = rc != 0 || name == NULL;
	if (*end)
		return rc;
	rc = node_lookup(dir, name, &n);
	if (rc == ENOENT) /* removed since the list was read */
		return 0;
	*full =
	    !put(f, name, rc == 0 ? node_ino(n) : UINT32_MAX, rc == 0 ? IFTODT(n->st.st_mode) : DT_UNKNOWN, pos + 1);
	return 0;
}

static int fill(struct filling *f, struct file *file, off_t *pos)
{
	bool full = false, end = false;
	int rc = 0;

	if (*pos == 0)
		dirlist_rewind(file->list);
	if (file->node->gone && *pos == 0)
		return ENOENT;
	while (rc == 0) {
		rc = put_at(f, file, *pos, &full, &end);
		if (rc != 0 || full || end)
			break;
		(*pos)++;
	}
	if (f->used > 0)
		return 0;
	return full ? EINVAL : rc;
}

static long get_dents(struct il_call *c, bool old)
{
	int fd = (int)c->arg[0], rc;
	struct file *file = file_get(fd);
	static char room[ROOM]; /* one call at a time */
	struct filling f = {.buf = room, .size = (size_t)(unsigned)c->arg[2], .old = old};
	struct stat st;
	off_t pos;

	if (file == NULL)
		return IL_PASS;
	if (file->kind == IL_KIND_FILE)
		return op_answer(c, ENOTDIR);
	if (file->kind != IL_KIND_DIR)
		return op_answer(c, EBADF);
	if (f.size > sizeof(room))
		f.size = sizeof(room);
	if (file->list == NULL)
		file->list = dirlist_new();
	if (file->list == NULL)
		return op_answer(c, ENOMEM);
	fs_check(file->node->fs);
	rc = node_mode(file->node, &st);
	pos = lseek(fd, 0, SEEK_CUR);
	if (rc == 0 && pos < 0)
		rc = errno;
	if (rc == 0)
		rc = fill(&f, file, &pos);
	if (rc == 0)
		rc = op_give(c->arg[1], room, f.used);
	if (rc == 0)
		lseek(fd, pos, SEEK_SET);
	c->carried = 1;
	return rc != 0 ? -rc : (long)f.used;
}

long op_getdents(struct il_call *c)
{
	return get_dents(c, true);
}

long op_getdents64(struct il_call *c)
{
	return get_dents(c, false);
}

static int go_real(struct node *n)
{
	int fd = op_open_real(n, O_PATH | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0)
		return -fd;
	rc = syscall(SYS_fchdir, fd) == 0 ? 0 : errno;
	syscall(SYS_close, fd);
	return rc;
}

/*
 * Go to a directory of a container. Where there is a mount, the kernel goes there, too: for programs that come later.
 * `path`: as the program said it, or NULL.
 */
static int go(struct node *n, const char *path)
{
	struct stat st;
	int rc = node_mode(n, &st);

	if (rc == 0 && !S_ISDIR(st.st_mode))
		rc = ENOTDIR;
	if (rc == 0 && n->gone)
		rc = ENOENT;
	if (rc == 0)
		rc = may(&st, X_OK, false);
	if (rc == 0 && n->fs->mount->is_real && (path == NULL || syscall(SYS_chdir, path) != 0))
		rc = go_real(n);
	if (rc == 0)
		path_set_cwd(n);
	return rc;
}

long op_chdir(struct il_call *c)
{
	struct place p;
	int rc = op_walk(c, NO_DIR, 0, PATH_FOLLOW, &p);

	if (c->vfork) /* its working directory is its own */
		return rc == 0 ? op_kernel(c, NO_DIR, 0, &p, ENOENT) : op_answer(c, rc);
	if (rc == 0)
		return op_answer(c, go(p.node, (const char *)c->arg[0]));
	if (rc != PATH_OUTSIDE)
		return op_answer(c, rc);
	if (syscall(SYS_chdir, c->arg[0]) != 0)
		return -errno;
	path_set_cwd(NULL);
	return 0;
}

long op_fchdir(struct il_call *c)
{
	struct file *f = file_get((int)c->arg[0]);

	if (f != NULL && !c->vfork) {
		fs_check(f->node->fs);
		return op_answer(c, f->kind == IL_KIND_FILE ? ENOTDIR : go(f->node, NULL));
	}
	if (f != NULL)
		op_make_real((int)c->arg[0]);
	if (c->vfork)
		return IL_PASS;
	if (syscall(SYS_fchdir, c->arg[0]) != 0)
		return -errno;
	path_set_cwd(NULL);
	return 0;
}

long op_getcwd(struct il_call *c)
{
	struct node *cwd = path_cwd();
	char path[PATH_MAX] = "";
	size_t len;
	int rc;

	if (cwd == NULL || path_cwd_is_lost())
		return IL_PASS;
	fs_check(cwd->fs);
	rc = node_check(cwd);
	if (rc == 0)
		rc = path_of(cwd, path, sizeof(path));
	len = strnlen(path, sizeof(path) - 1) + 1;
	if (rc == 0 && (size_t)c->arg[1] < len)
		rc = ERANGE;
	if (rc == 0)
		rc = op_give(c->arg[0], path, len);
	if (rc != 0)
		return op_answer(c, rc);
	c->carried = 1;
	return (long)len;
}
