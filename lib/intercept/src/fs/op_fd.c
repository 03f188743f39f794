/* op_fd.c: what happens to descriptors: closing and duplicating, locks, syncing. */
#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <daos_local.h>

#include "error.h"

static bool is_internal(long fd)
{
	return fd >= 0 && fd < IL_FD_MAX && il->kinds[fd] == IL_KIND_INTERNAL;
}

static long kernel(struct il_call *c)
{
	long rc = syscall(c->nr, c->arg[0], c->arg[1], c->arg[2], c->arg[3], c->arg[4], c->arg[5]);

	return rc < 0 ? -errno : rc;
}

long op_close(struct il_call *c)
{
	int fd = (int)c->arg[0];

	if (is_internal(fd))
		return -EBADF;
	if (c->vfork)
		return IL_PASS;
	file_set(fd, NULL);
	return kernel(c);
}

/* Close a range but for what is the library's. */
static long close_part(unsigned first, unsigned last, unsigned flags)
{
	long rc = 0;

	for (unsigned at = first; at <= last && rc == 0;) {
		unsigned end = at;

		while (end < IL_FD_MAX && is_internal(end))
			end++;
		at = end;
		if (at > last)
			break;
		while (end < IL_FD_MAX && end < last && !is_internal(end + 1))
			end++;
		if (end >= IL_FD_MAX)
			end = last;
		rc = syscall(SYS_close_range, at, end, flags) < 0 ? -errno : 0;
		if (end == UINT32_MAX)
			break;
		at = end + 1;
	}
	return rc;
}

long op_close_range(struct il_call *c)
{
	unsigned first = (unsigned)c->arg[0], last = (unsigned)c->arg[1], flags = (unsigned)c->arg[2];
	long rc;

	if (first > last || (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)))
		return IL_PASS;
	if (flags & CLOSE_RANGE_CLOEXEC)
		return kernel(c);
	rc = close_part(first, last, flags);
	if (rc == 0 && !c->vfork)
		for (int fd = file_next((int)(first > IL_FD_MAX ? IL_FD_MAX : first)); fd >= 0 && (unsigned)fd <= last;
		     fd = file_next(fd + 1))
			file_set(fd, NULL);
	return rc;
}

static long duplicate(struct il_call *c)
{
	struct file *f = file_get((int)c->arg[0]);
	long fd = is_internal(c->arg[0]) ? -EBADF : kernel(c);

	if (fd >= 0 && fd != (int)c->arg[0] && !c->vfork)
		file_set((int)fd, f);
	return fd;
}

long op_dup(struct il_call *c)
{
	return duplicate(c);
}

long op_dup2(struct il_call *c)
{
	return is_internal(c->arg[1]) ? -EBADF : duplicate(c);
}

long op_dup3(struct il_call *c)
{
	return op_dup2(c);
}

long op_fcntl(struct il_call *c)
{
	struct file *f = file_get((int)c->arg[0]);
	int cmd = (int)c->arg[1];
	long rc;

	if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC)
		return duplicate(c);
	if (is_internal(c->arg[0]))
		return -EBADF;
	if (f == NULL || f->kind == IL_KIND_FILE || cmd != F_GETFL)
		return IL_PASS;
	rc = kernel(c);
	return rc < 0 ? rc : rc | (f->flags & (O_DIRECTORY | O_NOFOLLOW | O_NOATIME));
}

/* Bytes, then names: an fsync that has returned has both. */
long op_fsync(struct il_call *c)
{
	struct file *f = file_get((int)c->arg[0]);
	long rc = 0;

	if (f == NULL)
		return IL_PASS;
	if (f->kind == IL_KIND_PATH)
		return op_answer(c, EBADF);
	if (f->kind == IL_KIND_FILE)
		rc = kernel(c);
	if (rc == 0 && !f->node->gone && !f->node->fs->read_only && daos_local_cont_sync != NULL)
		rc = -der_to_errno(daos_local_cont_sync(f->node->fs->coh));
	c->carried = 1;
	return rc;
}

long op_syncfs(struct il_call *c)
{
	struct file *f = file_get((int)c->arg[0]);
	long rc;

	if (f == NULL)
		return IL_PASS;
	rc = kernel(c);
	if (rc == 0 && !f->node->fs->read_only && daos_local_cont_sync != NULL)
		rc = -der_to_errno(daos_local_cont_sync(f->node->fs->coh));
	c->carried = 1;
	return rc;
}

/* All placeholders are one directory to the kernel: a lock needs the real one. */
long op_flock(struct il_call *c)
{
	op_make_real((int)c->arg[0]);
	return IL_PASS;
}
