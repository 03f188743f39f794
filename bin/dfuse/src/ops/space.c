#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <daos_local.h>

#include "../attr.h"
#include "../file.h"
#include "../invalidate.h"
#include "../privs.h"

/* An unlimited number of files can be made; programs that look for room want to see some. */
#define MANY_FILES 0x7fffffff

/* Without a plain file: a hole is punched, an extending allocation sets the size, nothing else has an equivalent. */
static int fallocate_dfs(struct mount *m, struct inode *inode, dfs_obj_t *obj, int mode, off_t offset, off_t length)
{
	bool punch = mode == (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
	dfs_t *dfs = inode->cont->dfs;
	struct stat st;
	off_t size;
	int rc;

	if (mode != 0 && !punch)
		return EOPNOTSUPP;
	rc = attr_get(m, inode, &st);
	if (rc != 0)
		return rc;
	size = st.st_size;
	if (punch) {
		rc = dfs_punch(dfs, obj, (daos_off_t)offset, (daos_size_t)length);
		/* A range that reaches the end takes the end with it. */
		return rc == 0 && offset < size && length >= size - offset
			   ? dfs_punch(dfs, obj, (daos_off_t)size, DFS_MAX_FSIZE)
			   : rc;
	}
	return size < offset + length ? dfs_punch(dfs, obj, (daos_off_t)(offset + length), DFS_MAX_FSIZE) : 0;
}

void op_fallocate(fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t length, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_FALLOCATE);
	struct file *file = (struct file *)(uintptr_t)fi->fh;
	dfs_obj_t *obj;
	int fd, rc;

	(void)ino;
	rc = file_writer(file, &obj, &fd);
	if (rc == 0) {
		file->written = true;
		if (!(mode & FALLOC_FL_KEEP_SIZE))
			file_grows(file->inode, offset + length);
		if (fd < 0)
			rc = fallocate_dfs(m, file->inode, obj, mode, offset, length);
		else
			rc = fallocate(fd, mode, offset, length) == 0 ? 0 : errno;
		if (fd >= 0)
			file_tell(obj);
	}
	if (rc == 0)
		privs_content_changed(req, m, file->inode);
	fuse_reply_err(req, rc);
}

/* Where the engine has a plain file, but does not give it to read from. False: there is none, or it has lost its name.
 */
static bool seek_elsewhere(const struct inode *inode, off_t off, int whence, off_t *out, int *rc)
{
	int fd;

	if (inode->cont->plain || inode->unlinked || daos_local_array_open_lock == NULL ||
	    daos_local_array_open_lock(inode->cont->coh, inode->oid, O_RDONLY | O_CLOEXEC, &fd) != 0)
		return false;
	*out = lseek(fd, off, whence);
	*rc = *out < 0 ? errno : 0;
	close(fd);
	return true;
}

/* A file without any plain file, or on an engine that does not tell: all data, then the hole at the end. */
static int lseek_plain(struct mount *m, struct file *file, off_t off, int whence, off_t *out)
{
	struct stat st;
	int rc = attr_get(m, file->inode, &st);

	if (rc != 0)
		return rc;
	if (off < 0 || off >= st.st_size)
		return ENXIO;
	if (file->inode->cont->plain && whence == SEEK_DATA)
		return ENXIO; /* no plain file: only a hole */
	*out = whence == SEEK_DATA || file->inode->cont->plain ? off : st.st_size;
	return 0;
}

struct seek {
	fuse_req_t req;
	struct mount *m;
	struct file *file;
	off_t off;
	int whence;
};

static void seek_now(struct seek *seek)
{
	off_t out = -1;
	int fd, rc;

	file_reader(seek->file, &fd);
	if (fd >= 0) {
		out = lseek(fd, seek->off, seek->whence);
		rc = out < 0 ? errno : 0;
	} else if (!seek_elsewhere(seek->file->inode, seek->off, seek->whence, &out, &rc)) {
		rc = lseek_plain(seek->m, seek->file, seek->off, seek->whence, &out);
	}
	if (rc != 0)
		fuse_reply_err(seek->req, rc);
	else
		fuse_reply_lseek(seek->req, out);
}

static void seek_later(void *arg)
{
	seek_now(arg);
	free(arg);
}

/*
 * What the kernel has not written out yet would be taken for a hole: with write-back it has to do that first. It keeps
 * the request waiting meanwhile, and the handle with it.
 */
void op_lseek(fuse_req_t req, fuse_ino_t ino, off_t off, int whence, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_LSEEK);
	struct file *file = (struct file *)(uintptr_t)fi->fh;
	struct seek seek = {.req = req, .m = m, .file = file, .off = off, .whence = whence}, *later;

	(void)ino;
	if (whence != SEEK_DATA && whence != SEEK_HOLE) {
		fuse_reply_err(req, EINVAL);
		return;
	}
	if (!m->writeback || !file_is_written(file->inode)) {
		seek_now(&seek);
		return;
	}
	later = malloc(sizeof(*later));
	if (later != NULL)
		*later = seek;
	if (later == NULL || invalidate_then(m, file->inode, seek_later, later) != 0) {
		free(later);
		fuse_reply_err(req, ENOMEM);
	}
}

void op_copy_file_range(fuse_req_t req, fuse_ino_t ino_in, off_t off_in, struct fuse_file_info *fi_in,
			fuse_ino_t ino_out, off_t off_out, struct fuse_file_info *fi_out, size_t len, int flags)
{
	struct mount *m = op_begin(req, STAT_COPY_FILE_RANGE);
	struct file *in = (struct file *)(uintptr_t)fi_in->fh;
	struct file *out = (struct file *)(uintptr_t)fi_out->fh;
	int fd_in, fd_out, rc;
	dfs_obj_t *obj;
	ssize_t n = 0;

	(void)ino_in;
	(void)ino_out;
	file_reader(in, &fd_in);
	rc = file_writer(out, &obj, &fd_out);
	if (rc != 0) {
		fuse_reply_err(req, rc);
		return;
	}
	out->written = true;
	if (fd_out < 0) {
		fuse_reply_err(req, EOPNOTSUPP); /* the kernel reads and writes instead */
		return;
	}
	if (fd_in >= 0) {
		file_grows(out->inode, off_out + (off_t)len);
		n = copy_file_range(fd_in, &off_in, fd_out, &off_out, len, (unsigned)flags);
		file_tell(obj);
		if (n < 0) {
			fuse_reply_err(req, errno == EXDEV || errno == EINVAL ? EOPNOTSUPP : errno);
			return;
		}
	}
	privs_content_changed(req, m, out->inode);
	fuse_reply_write(req, (size_t)n);
}

void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
	struct mount *m = op_begin(req, STAT_STATFS);
	struct inode *inode = mount_inode(m, ino);
	struct statvfs st = {
	    .f_bsize = 4096,
	    .f_frsize = 4096,
	    .f_files = MANY_FILES,
	    .f_ffree = MANY_FILES,
	    .f_favail = MANY_FILES,
	    .f_namemax = DFS_MAX_NAME,
	};
	int rc = 0;

	if (inode_is_dfs(inode))
		rc = pool_statvfs(inode->cont->pool, &st);
	else if (inode->kind == INODE_POOL)
		rc = pool_statvfs(inode->pool, &st);
	if (rc != 0)
		fuse_reply_err(req, rc);
	else
		fuse_reply_statfs(req, &st);
}
