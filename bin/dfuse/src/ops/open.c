#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <daos_local.h>

#include "../backing.h"
#include "../entry.h"
#include "../file.h"
#include "../invalidate.h"
#include "../privs.h"
#include "error.h"

/* Pages that were cached before the file was opened without caching are not to be trusted afterwards. */
void op_set_open_flags(struct mount *m, struct file *file, struct fuse_file_info *fi)
{
	struct inode *inode = file->inode;

	if (file_backing(file) != 0) {
		stats_opened(&m->stats, STAT_OPEN_PASSTHROUGH);
		backing_reply(fi, file_backing(file)); /* with no other flag: the kernel refuses them together */
		return;
	}
	fi->direct_io = file_mode(inode) == FILE_DIRECT;
	if (fi->direct_io)
		inode->changed = true;
	else
		fi->keep_cache = file_may_keep(file);
	stats_opened(&m->stats, fi->direct_io ? STAT_OPEN_DIRECT : STAT_OPEN_CACHED);
	if (fi->keep_cache)
		stats_opened(&m->stats, STAT_OPEN_KEPT);
}

static int truncate_file(struct inode *inode, struct file *file)
{
	dfs_obj_t *obj;
	int fd, rc;

	file->written = true;
	rc = file_writer(file, &obj, &fd);
	if (rc != 0)
		return rc;
	file_set_told(inode, 0); /* by the kernel itself */
	if (fd >= 0) {
		rc = ftruncate(fd, 0) == 0 ? 0 : errno;
		file_tell(obj);
		return rc;
	}
	return dfs_punch(inode->cont->dfs, obj, 0, DFS_MAX_FSIZE);
}

int op_open_inode(fuse_req_t req, struct mount *m, struct inode *inode, int flags, struct file **file)
{
	bool writable = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);
	int rc;

	rc = writable ? op_check_change(inode) : 0;
	if (rc == 0 && !inode_is_dfs(inode))
		rc = EISDIR;
	if (rc == 0)
		rc = file_open(m, inode, writable, file);
	if (rc != 0)
		return rc;
	if (file_is_detached(*file))
		rc = ESTALE;
	else
		file_tell_opened(*file);
	if (rc == 0 && (flags & O_TRUNC)) {
		rc = truncate_file(inode, *file);
		if (rc == 0)
			privs_content_changed(req, m, inode);
	}
	if (rc != 0)
		file_close(m, *file);
	return rc;
}

void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_OPEN);
	struct inode *inode = mount_inode(m, ino);
	struct file *file;
	int rc;

	rc = op_open_inode(req, m, inode, fi->flags, &file);
	if (rc != 0) {
		/* Replaced or removed since it was looked up: ESTALE makes the kernel look the name up again. */
		if (rc == ENOENT)
			rc = ESTALE;
		if (rc == ESTALE)
			file_lost_race(inode->cont);
		fuse_reply_err(req, rc);
		return;
	}
	fi->fh = (uintptr_t)file;
	op_set_open_flags(m, file, fi);
	if (fuse_reply_open(req, fi) != 0)
		file_close(m, file);
}

void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_RELEASE);
	struct file *file = (struct file *)(uintptr_t)fi->fh;

	(void)ino;
	locks_release(m, file);
	file_close(m, file);
	fuse_reply_err(req, 0);
}

void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_FSYNC);
	struct inode *inode = mount_inode(m, ino);
	struct file *file = (struct file *)(uintptr_t)fi->fh;
	daos_handle_t oh;
	int fd, rc = 0;

	(void)datasync;
	if (inode->cont->read_only)
		rc = 0;
	else if (inode->unlinked) /* nothing of it outlives its last close */
		rc = 0;
	else if (daos_local_array_sync == NULL)
		rc = dfs_sync(inode->cont->dfs);
	else if (dfs_get_file_oh(file_reader(file, &fd), &oh) == 0)
		rc = der_to_errno(daos_local_array_sync(oh));
	if (m->writeback)
		invalidate_attributes(
		    m, inode); /* blocks: with write-back the kernel does not know them. It waits for nothing here */
	fuse_reply_err(req, rc);
}
