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

const struct fuse_lowlevel_ops ops_table = {
    .lookup = op_lookup,
    .forget = op_forget,
    .forget_multi = op_forget_multi,
    .getattr = op_getattr,
    .setattr = op_setattr,
    .readlink = op_readlink,
    .mknod = op_mknod,
    .mkdir = op_mkdir,
    .unlink = op_unlink,
    .rmdir = op_rmdir,
    .symlink = op_symlink,
    .rename = op_rename,
    .link = op_link,
    .create = op_create,
    .open = op_open,
    .read = op_read,
    .write_buf = op_write_buf,
    .flush = op_flush,
    .release = op_release,
    .fsync = op_fsync,
    .opendir = op_opendir,
    .readdir = op_readdir,
    .readdirplus = op_readdirplus,
    .releasedir = op_releasedir,
    .fsyncdir = op_fsyncdir,
    .statfs = op_statfs,
    .setxattr = op_setxattr,
    .getxattr = op_getxattr,
    .listxattr = op_listxattr,
    .removexattr = op_removexattr,
    .fallocate = op_fallocate,
    .copy_file_range = op_copy_file_range,
    .lseek = op_lseek,
    .getlk = op_getlk,
    .setlk = op_setlk,
    .flock = op_flock,
};
