#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <daos_local.h>

#include "error.h"
#include "path.h"
#include "post.h"
#include "sys.h"

/* What of open(2)'s flags a plain file is opened with. */
#define PLAIN_FLAGS \
	(O_ACCMODE | O_APPEND | O_DIRECT | O_SYNC | O_DSYNC | O_NONBLOCK | O_CLOEXEC | O_NOATIME | O_TRUNC | O_ASYNC)

static struct file *table[IL_FD_MAX];
bool file_frozen;
static int highest = -1;
static int empty_dir = -1; /* a directory that was removed: nothing can be found in it */

struct file *file_get(int fd)
{
	return fd < 0 || fd >= IL_FD_MAX ? NULL : table[fd];
}

static void unref(struct file *f)
{
	if (f == NULL || --f->refs > 0)
		return;
	dirlist_free(f->list);
	if (f->kind == IL_KIND_FILE && --f->node->open_files == 0 && f->node->kept_fd != 0) {
		close(f->node->kept_fd - 1);
		f->node->kept_fd = 0;
	}
	node_put(f->node);
	free(f);
}

void file_set(int fd, struct file *f)
{
	struct file *old;

	if (fd < 0 || fd >= IL_FD_MAX || file_frozen)
		return;
	if (f != NULL)
		f->refs++;
	old = table[fd];
	table[fd] = f;
	post_fd(fd, f == NULL ? NULL : f->node);
	il->kinds[fd] = (uint8_t)(f == NULL ? IL_KIND_NONE : f->kind);
	if (f != NULL && fd > highest)
		highest = fd;
	unref(old);
}

int file_put(int fd, enum il_kind kind, int flags, struct node *n)
{
	struct file *f = fd < IL_FD_MAX ? calloc(1, sizeof(*f)) : NULL;

	if (f == NULL) {
		close_raw(fd);
		return ENOMEM;
	}
	f->kind = kind;
	f->flags = flags;
	f->node = node_ref(n);
	n->open_files += kind == IL_KIND_FILE;
	f->refs = 1;
	file_set(fd, f);
	unref(f);
	return 0;
}

int file_next(int fd)
{
	for (; fd <= highest; fd++)
		if (table[fd] != NULL)
			return fd;
	return -1;
}

int file_hide(int fd)
{
	int high;

	if (fd < 0 || fd >= il->fd_base)
		high = fd;
	else
		high = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, il->fd_base);
	if (high < 0)
		high = fd; /* no room up there: it works where it is */
	else if (high != fd)
		syscall(SYS_close, fd);
	if (high >= 0 && high < IL_FD_MAX)
		il->kinds[high] = IL_KIND_INTERNAL;
	return high;
}

static int make_empty_dir(void)
{
	const char *bases[] = {getenv("XDG_RUNTIME_DIR"), "/dev/shm", getenv("TMPDIR"), "/tmp", "/var/tmp"};
	char path[PATH_MAX];

	for (size_t i = 0; empty_dir < 0 && i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (bases[i] == NULL || snprintf(path, sizeof(path), "%s/.dfuse-XXXXXX", bases[i]) >= PATH_MAX)
			continue;
		if (mkdtemp(path) == NULL)
			continue;
		empty_dir = file_hide((int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
		rmdir(path);
	}
	return empty_dir < 0 ? -EMFILE : 0;
}

int file_placeholder(int flags)
{
	int rc = empty_dir >= 0 ? 0 : make_empty_dir();
	long fd;

	if (rc != 0)
		return rc;
	fd = syscall(SYS_openat, empty_dir, ".", O_RDONLY | (flags & (O_PATH | O_CLOEXEC | O_NONBLOCK)));
	return fd < 0 ? -errno : (int)fd;
}

/* The file through the mount that caches it; -ENOENT: there is none. */
static int open_cached(struct node *n, int flags)
{
	char path[PATH_MAX + 1];
	size_t len;
	long fd;

	if (daos_local_array_cached == NULL || daos_local_array_cached(n->fs->coh, n->oid, path, sizeof(path)) != 0)
		return -ENOENT;
	len = strlen(path);
	if (node_path(n, path + len, sizeof(path) - len) != 0)
		return -ENOENT;
	fd = syscall(SYS_openat, AT_FDCWD, path, flags & ~(O_CREAT | O_EXCL));
	return fd < 0 ? -ENOENT : (int)fd;
}

/* That the process has no descriptor left has no name among DAOS's errors. */
static int open_errno(int rc)
{
	int err = der_to_errno(rc), fd = syscall(SYS_openat, AT_FDCWD, "/", O_PATH | O_CLOEXEC);

	if (fd >= 0)
		close_raw(fd);
	return fd < 0 && (errno == EMFILE || errno == ENFILE) ? errno : err;
}

int file_open_plain(struct node *n, int flags)
{
	int plain = flags & PLAIN_FLAGS & ~O_TRUNC, fd, rc, cached;

	hide_begin(false);
	rc = daos_local_array_open(n->fs->coh, n->oid, n->fs->read_only ? plain : plain | O_CREAT, &fd);
	hide_begin(true);
	if (rc != 0)
		return -open_errno(rc);
	cached = open_cached(n, flags);
	if (cached >= 0) {
		/* The number that a program expects is the lowest. */
		if (cached > fd && syscall(SYS_dup3, cached, fd, flags & O_CLOEXEC) >= 0) {
			close_raw(cached);
			return fd;
		}
		close_raw(fd);
		return cached;
	}
	rc = file_put(fd, IL_KIND_FILE, flags, n);
	if (rc == 0 && (flags & O_TRUNC) && (rc = file_truncate(n, 0)) != 0) {
		file_set(fd, NULL);
		close_raw(fd);
	}
	return rc != 0 ? -rc : fd;
}

/* A descriptor of the program's that the file can be written by, or -1. */
static int writable_fd(struct node *n)
{
	for (int fd = file_next(0); fd >= 0; fd = file_next(fd + 1))
		if (table[fd]->node == n && table[fd]->kind == IL_KIND_FILE &&
		    (table[fd]->flags & O_ACCMODE) != O_RDONLY)
			return fd;
	return -1;
}

int file_truncate(struct node *n, off_t size)
{
	int fd = n->open_files > 0 ? writable_fd(n) : -1, rc;

	if (fd < 0 && n->kept_fd != 0)
		fd = n->kept_fd - 1;
	if (fd >= 0)
		return ftruncate(fd, size) == 0 ? 0 : errno;
	rc = der_to_errno(daos_local_array_open(n->fs->coh, n->oid, O_WRONLY | O_CREAT | O_CLOEXEC, &fd));
	if (rc != 0)
		return rc;
	rc = ftruncate(fd, size) == 0 ? 0 : errno;
	if (n->open_files > 0)
		n->kept_fd = fd + 1;
	else
		close(fd);
	return rc;
}
