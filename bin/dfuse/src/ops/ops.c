#include "ops.h"

#include <errno.h>
#include <string.h>

#include "../attr.h"

int op_check_change(const struct inode *inode)
{
	if (!inode_is_dfs(inode))
		return EOPNOTSUPP;
	return inode->cont->read_only ? EROFS : 0;
}

void op_fill_entry(struct mount *m, struct inode *inode, const struct stat *st, struct fuse_entry_param *e)
{
	struct attr_times times = attr_times(m, inode);

	memset(e, 0, sizeof(*e));
	e->ino = mount_ino(m, inode);
	e->attr = *st;
	e->attr_timeout = times.attr;
	e->entry_timeout = times.entry;
}

void op_reply_entry(fuse_req_t req, struct mount *m, struct inode *inode, const struct stat *st)
{
	struct fuse_entry_param e;

	op_fill_entry(m, inode, st, &e);
	inode_remember(&m->inodes, inode);
	if (fuse_reply_entry(req, &e) != 0)
		inode_forget(&m->inodes, inode, 1); /* the kernel has not taken it */
	inode_put(&m->inodes, inode);
}

mode_t op_new_mode(const struct inode *dir, mode_t mode)
{
	return S_ISDIR(mode) && (dir->attr.mode & S_ISGID) ? mode | S_ISGID : mode;
}

int op_set_owner(fuse_req_t req, struct mount *m, struct inode *dir, dfs_obj_t *obj, mode_t mode)
{
	const struct fuse_ctx *ctx = fuse_req_ctx(req);
	struct stat want = {.st_uid = ctx->uid, .st_gid = ctx->gid, .st_mode = mode};
	int flags = 0;

	if (dir->attr.mode & S_ISGID)
		want.st_gid = dir->attr.gid;
	if (want.st_uid != m->uid)
		flags |= DFS_SET_ATTR_UID;
	if (want.st_gid != m->gid)
		flags |= DFS_SET_ATTR_GID;
	return flags == 0 ? 0 : dfs_osetattr(dir->cont->dfs, obj, &want, flags);
}

/* Each request's function, and then the end of its time for the statistics, which op_begin() begins. */
#define TIMED(name, params, args)       \
	static void timed_##name params \
	{                               \
		op_##name args;         \
		stats_end();            \
	}

TIMED(lookup, (fuse_req_t req, fuse_ino_t parent, const char *name), (req, parent, name))
TIMED(getattr, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi), (req, ino, fi))
TIMED(setattr, (fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set, struct fuse_file_info *fi),
      (req, ino, attr, to_set, fi))
TIMED(readlink, (fuse_req_t req, fuse_ino_t ino), (req, ino))
TIMED(mknod, (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev),
      (req, parent, name, mode, rdev))
TIMED(mkdir, (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode), (req, parent, name, mode))
TIMED(unlink, (fuse_req_t req, fuse_ino_t parent, const char *name), (req, parent, name))
TIMED(rmdir, (fuse_req_t req, fuse_ino_t parent, const char *name), (req, parent, name))
TIMED(symlink, (fuse_req_t req, const char *target, fuse_ino_t parent, const char *name), (req, target, parent, name))
TIMED(rename,
      (fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent, const char *newname,
       unsigned int flags),
      (req, parent, name, newparent, newname, flags))
TIMED(link, (fuse_req_t req, fuse_ino_t ino, fuse_ino_t newparent, const char *newname), (req, ino, newparent, newname))
TIMED(create, (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *fi),
      (req, parent, name, mode, fi))
TIMED(open, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi), (req, ino, fi))
TIMED(read, (fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi),
      (req, ino, size, off, fi))
TIMED(write_buf, (fuse_req_t req, fuse_ino_t ino, struct fuse_bufvec *in, off_t off, struct fuse_file_info *fi),
      (req, ino, in, off, fi))
TIMED(flush, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi), (req, ino, fi))
TIMED(release, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi), (req, ino, fi))
TIMED(fsync, (fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi), (req, ino, datasync, fi))
TIMED(opendir, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi), (req, ino, fi))
TIMED(readdir, (fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi),
      (req, ino, size, off, fi))
TIMED(readdirplus, (fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi),
      (req, ino, size, off, fi))
TIMED(releasedir, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi), (req, ino, fi))
TIMED(fsyncdir, (fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi), (req, ino, datasync, fi))
TIMED(statfs, (fuse_req_t req, fuse_ino_t ino), (req, ino))
TIMED(setxattr, (fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size, int flags),
      (req, ino, name, value, size, flags))
TIMED(getxattr, (fuse_req_t req, fuse_ino_t ino, const char *name, size_t size), (req, ino, name, size))
TIMED(listxattr, (fuse_req_t req, fuse_ino_t ino, size_t size), (req, ino, size))
TIMED(removexattr, (fuse_req_t req, fuse_ino_t ino, const char *name), (req, ino, name))
TIMED(fallocate, (fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t length, struct fuse_file_info *fi),
      (req, ino, mode, offset, length, fi))
TIMED(copy_file_range,
      (fuse_req_t req, fuse_ino_t ino_in, off_t off_in, struct fuse_file_info *fi_in, fuse_ino_t ino_out, off_t off_out,
       struct fuse_file_info *fi_out, size_t len, int flags),
      (req, ino_in, off_in, fi_in, ino_out, off_out, fi_out, len, flags))
TIMED(lseek, (fuse_req_t req, fuse_ino_t ino, off_t off, int whence, struct fuse_file_info *fi),
      (req, ino, off, whence, fi))
TIMED(getlk, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct flock *lock), (req, ino, fi, lock))
TIMED(setlk, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct flock *lock, int sleep),
      (req, ino, fi, lock, sleep))
TIMED(flock, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, int op), (req, ino, fi, op))
#undef TIMED

const struct fuse_lowlevel_ops ops_table = {
    .lookup = timed_lookup,
    .forget = op_forget,
    .forget_multi = op_forget_multi,
    .getattr = timed_getattr,
    .setattr = timed_setattr,
    .readlink = timed_readlink,
    .mknod = timed_mknod,
    .mkdir = timed_mkdir,
    .unlink = timed_unlink,
    .rmdir = timed_rmdir,
    .symlink = timed_symlink,
    .rename = timed_rename,
    .link = timed_link,
    .create = timed_create,
    .open = timed_open,
    .read = timed_read,
    .write_buf = timed_write_buf,
    .flush = timed_flush,
    .release = timed_release,
    .fsync = timed_fsync,
    .opendir = timed_opendir,
    .readdir = timed_readdir,
    .readdirplus = timed_readdirplus,
    .releasedir = timed_releasedir,
    .fsyncdir = timed_fsyncdir,
    .statfs = timed_statfs,
    .setxattr = timed_setxattr,
    .getxattr = timed_getxattr,
    .listxattr = timed_listxattr,
    .removexattr = timed_removexattr,
    .fallocate = timed_fallocate,
    .copy_file_range = timed_copy_file_range,
    .lseek = timed_lseek,
    .getlk = timed_getlk,
    .setlk = timed_setlk,
    .flock = timed_flock,
};
