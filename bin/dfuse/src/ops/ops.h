/*
 * ops.h: the FUSE requests, one file per family. Names and arguments are those of libfuse's struct fuse_lowlevel_ops,
 * which also tells which replies each may give.
 */
#ifndef DFUSE_OPS_H
#define DFUSE_OPS_H

#include "../mount.h"

struct file;

/* Count the request, whose time begins, and give its mount. */
static inline struct mount *op_begin(fuse_req_t req, enum stat_name name)
{
	struct mount *m = fuse_req_userdata(req);

	stats_begin(&m->stats, name);
	return m;
}

/* 0; EROFS; EOPNOTSUPP: a level at which nothing can be made, changed or removed. */
int op_check_change(const struct inode *inode);

/*
 * Hold this while reading what the kernel will cache, until the reply is sent; see watch.h. For op_unlock() it gives
 * the container: once a reply is sent, the kernel may forget the inode and release the handle, and neither may be
 * touched any more.
 */
static inline struct container *op_lock(struct inode *inode)
{
	if (inode->cont != NULL)
		pthread_rwlock_rdlock(&inode->cont->replying);
	return inode->cont;
}

static inline void op_unlock(struct container *cont)
{
	if (cont != NULL)
		pthread_rwlock_unlock(&cont->replying);
}

/* Answer with an entry for `inode`; the reference that the caller has is given up. */
void op_reply_entry(fuse_req_t req, struct mount *m, struct inode *inode, const struct stat *st);

/* Fill in what the kernel gets for `inode`; it counts as looked up when the reply was sent. */
void op_fill_entry(struct mount *m, struct inode *inode, const struct stat *st, struct fuse_entry_param *e);

/* Give a new object the owner and the group it must have, and set-gid where directories inherit it. 0 or errno. */
int op_set_owner(fuse_req_t req, struct mount *m, struct inode *dir, dfs_obj_t *obj, mode_t mode);

/* The mode for something new in `dir`. */
mode_t op_new_mode(const struct inode *dir, mode_t mode);

/* lookup.c */
void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t nlookup);
void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets);
/* One name at any level: its inode, with a reference, and attributes. 0 or errno. */
int op_find(struct mount *m, struct inode *dir, const char *name, struct inode **inode, struct stat *st);

/* attr.c */
void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set, struct fuse_file_info *fi);

/* create.c */
void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *fi);
void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev);
void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode);
void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name);
void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t newparent, const char *newname);
void op_readlink(fuse_req_t req, fuse_ino_t ino);

/* unlink.c */
void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name);

/* rename.c */
void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent, const char *newname,
	       unsigned int flags);

/* open.c */
void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi);
/* Open a file for a request, and empty it if O_TRUNC says so. Not under op_lock(): others are told. 0 or errno. */
int op_open_inode(fuse_req_t req, struct mount *m, struct inode *inode, int flags, struct file **file);
void op_set_open_flags(struct mount *m, struct file *file, struct fuse_file_info *fi);

/* locks.c */
void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_getlk(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct flock *lock);
void op_setlk(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct flock *lock, int sleep);
void op_flock(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, int op);

/* io.c */
void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi);
void op_write_buf(fuse_req_t req, fuse_ino_t ino, struct fuse_bufvec *in, off_t off, struct fuse_file_info *fi);

/* space.c */
void op_fallocate(fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t length, struct fuse_file_info *fi);
void op_lseek(fuse_req_t req, fuse_ino_t ino, off_t off, int whence, struct fuse_file_info *fi);
void op_copy_file_range(fuse_req_t req, fuse_ino_t ino_in, off_t off_in, struct fuse_file_info *fi_in,
			fuse_ino_t ino_out, off_t off_out, struct fuse_file_info *fi_out, size_t len, int flags);
void op_statfs(fuse_req_t req, fuse_ino_t ino);

/* dir.c */
void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi);
void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi);
void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_fsyncdir(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi);

/* xattr.c */
void op_setxattr(fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size, int flags);
void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size);
void op_listxattr(fuse_req_t req, fuse_ino_t ino, size_t size);
void op_removexattr(fuse_req_t req, fuse_ino_t ino, const char *name);

extern const struct fuse_lowlevel_ops ops_table;

#endif
