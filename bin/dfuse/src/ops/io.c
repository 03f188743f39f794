#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <daos_local.h>

#include "../buffer.h"
#include "../file.h"
#include "../privs.h"

/* All of it unless the file ends before. Bytes or -errno. */
static ssize_t read_plain(int fd, char *buf, size_t size, off_t off)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = pread(fd, buf + done, size - done, off + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return done > 0 ? (ssize_t)done : -errno;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static ssize_t read_dfs(dfs_t *dfs, dfs_obj_t *obj, char *buf, size_t size, off_t off)
{
	daos_size_t done = 0;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	int rc;

	d_iov_set(&iov, buf, size);
	rc = dfs_read(dfs, obj, &sgl, (daos_off_t)off, &done, NULL);
	return rc == 0 ? (ssize_t)done : -rc;
}

void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_READ);
	struct file *file = (struct file *)(uintptr_t)fi->fh;
	char *buf = buffer_get(size);
	ssize_t n = -ENOMEM;
	dfs_obj_t *obj;
	int fd;

	(void)m;
	(void)ino;
	file_arrived(file);
	if (buf != NULL) {
		obj = file_reader(file, &fd);
		if (fd >= 0)
			n = read_plain(fd, buf, size, off);
		else if (file->inode->cont->plain)
			n = 0; /* nothing was ever written */
		else
			n = read_dfs(file->inode->cont->dfs, obj, buf, size, off);
	}
	if (n > 0)
		stats_bytes((uint64_t)n);
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_buf(req, buf, (size_t)n);
}

static ssize_t write_plain(int fd, struct fuse_bufvec *in, off_t off)
{
	struct fuse_bufvec out = FUSE_BUFVEC_INIT(fuse_buf_size(in));

	out.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
	out.buf[0].fd = fd;
	out.buf[0].pos = off;
	return fuse_buf_copy(&out, in, 0);
}

/* DFS wants the bytes in memory; a pipe's are fetched first. */
static ssize_t write_dfs(dfs_t *dfs, dfs_obj_t *obj, struct fuse_bufvec *in, off_t off)
{
	size_t size = fuse_buf_size(in);
	struct fuse_bufvec mem = FUSE_BUFVEC_INIT(size);
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	ssize_t n;
	int rc;

	mem.buf[0].mem = buffer_get(size);
	if (mem.buf[0].mem == NULL)
		return -ENOMEM;
	n = fuse_buf_copy(&mem, in, 0);
	if (n <= 0)
		return n;
	d_iov_set(&iov, mem.buf[0].mem, (size_t)n);
	rc = dfs_write(dfs, obj, &sgl, (daos_off_t)off, NULL);
	return rc == 0 ? n : -rc;
}

/* At the end, wherever that is by now: the kernel's idea of it may be old while others write to the file. */
static ssize_t append_plain(int fd, struct fuse_bufvec *in)
{
	size_t size = fuse_buf_size(in);
	struct fuse_bufvec mem = FUSE_BUFVEC_INIT(size);
	struct iovec iov;
	ssize_t n;

	mem.buf[0].mem = buffer_get(size);
	if (mem.buf[0].mem == NULL)
		return -ENOMEM;
	n = fuse_buf_copy(&mem, in, 0);
	if (n <= 0)
		return n;
	iov = (struct iovec){.iov_base = mem.buf[0].mem, .iov_len = (size_t)n};
	n = pwritev2(fd, &iov, 1, 0, RWF_APPEND);
	return n < 0 ? -errno : n;
}

static bool is_append(const struct file *file, const struct fuse_file_info *fi)
{
	return (fi->flags & O_APPEND) && !fi->writepage && file_mode(file->inode) == FILE_DIRECT;
}

void op_write_buf(fuse_req_t req, fuse_ino_t ino, struct fuse_bufvec *in, off_t off, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_WRITE);
	struct file *file = (struct file *)(uintptr_t)fi->fh;
	dfs_obj_t *obj;
	ssize_t n;
	int fd, rc;

	(void)ino;
	rc = file_writer(file, &obj, &fd);
	if (rc != 0) {
		fuse_reply_err(req, rc);
		return;
	}
	file->written = true;
	file_arrived(file);
	file_grows(file->inode, off + (off_t)fuse_buf_size(in));
	if (fd < 0)
		n = write_dfs(file->inode->cont->dfs, obj, in, off);
	else
		n = is_append(file, fi) ? append_plain(fd, in) : write_plain(fd, in, off);
	if (fd >= 0)
		file_tell(obj);
	if (n >= 0 && !fi->writepage)
		privs_content_changed(req, m, file->inode);
	if (n > 0)
		stats_bytes((uint64_t)n);
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_write(req, (size_t)n);
}
