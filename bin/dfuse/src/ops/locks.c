#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "../file.h"
#include "../lock_wait.h"

/* How long a refused lock is tried for if it is a handle being closed that is in the way. */
#define PATIENCE_MS 50

void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_FLUSH);
	struct file *file = (struct file *)(uintptr_t)fi->fh;

	(void)ino;
	file_arrived(file);
	file_tell_closed(file);
	locks_flush(m, file, fi->lock_owner);
	fuse_reply_err(req, 0);
}

/* The kernel has made whence SEEK_SET and the length positive; 0 is the rest of the file. */
static struct lock_request request_of(struct mount *m, fuse_ino_t ino, const struct fuse_file_info *fi,
				      const struct flock *lock)
{
	struct lock_request want = {
	    .inode = mount_inode(m, ino),
	    .file = (struct file *)(uintptr_t)fi->fh,
	    .owner = fi->lock_owner,
	    .range = {.start = lock->l_start, .end = LOCK_END, .type = lock->l_type, .pid = lock->l_pid},
	};

	if (lock->l_len != 0)
		want.range.end = lock->l_start + lock->l_len - 1;
	return want;
}

void op_getlk(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct flock *lock)
{
	struct mount *m = op_begin(req, STAT_GETLK);
	struct lock_request want = request_of(m, ino, fi, lock);
	struct lock_range holder;
	struct flock answer;
	int rc;

	rc = locks_test(m, &want, &holder);
	if (rc != 0) {
		fuse_reply_err(req, rc);
		return;
	}
	answer = (struct flock){.l_type = holder.type, .l_whence = SEEK_SET, .l_start = holder.start};
	answer.l_pid = holder.pid;
	answer.l_len = holder.end == LOCK_END ? 0 : holder.end - holder.start + 1;
	fuse_reply_lock(req, &answer);
}

static void set(fuse_req_t req, struct mount *m, const struct lock_request *want, bool wait)
{
	int rc = locks_try(m, want);

	if (rc == EAGAIN) {
		rc = lock_wait_start(m, req, want, wait ? 0 : PATIENCE_MS);
		if (rc == 0)
			return; /* answered by that thread */
	}
	fuse_reply_err(req, rc);
}

void op_setlk(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct flock *lock, int sleep)
{
	struct mount *m = op_begin(req, STAT_SETLK);
	struct lock_request want = request_of(m, ino, fi, lock);

	set(req, m, &want, sleep);
}

void op_flock(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, int op)
{
	struct mount *m = op_begin(req, STAT_SETLK);
	struct flock all = {.l_whence = SEEK_SET};
	struct lock_request want;

	all.l_type = op & LOCK_UN ? F_UNLCK : op & LOCK_EX ? F_WRLCK : F_RDLCK;
	want = request_of(m, ino, fi, &all);
	want.flock = true;
	set(req, m, &want, !(op & LOCK_NB));
}
