#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../attr.h"
#include "../entry.h"
#include "../file.h"
#include "../watch.h"

/* How often a name may come and go while it is being opened. */
#define MAX_TRIES 100

/*
 * The kernel checks once more whether the caller may open what it has just made. Without this it would ask for the
 * attributes, where they are not to be kept; its own writes make it ask anyway.
 */
#define CREATED_TIMEOUT 0.1

/*
 * Make a new object of any type; its inode (referenced) and attributes. The object stays open in `*obj`. On success
 * op_lock(dir) is held, for the reply.
 */
static int make(fuse_req_t req, struct mount *m, struct inode *dir, const char *name, mode_t mode, const char *target,
		dfs_obj_t **obj, struct inode **inode, struct stat *st)
{
	dfs_obj_t *parent;
	int rc;

	rc = op_check_change(dir);
	if (rc == 0 && strlen(name) > DFS_MAX_NAME)
		rc = ENAMETOOLONG;
	if (rc == 0)
		rc = entry_dir(m, dir, &parent);
	if (rc == 0)
		rc = dfs_open(dir->cont->dfs, parent, name, op_new_mode(dir, mode), O_CREAT | O_EXCL | O_RDWR, 0, 0,
			      target, obj);
	if (rc != 0)
		return rc;
	rc = op_set_owner(req, m, dir, *obj, op_new_mode(dir, mode));
	op_lock(dir);
	watch_interest(dir->cont->watch, dir);
	if (rc == 0)
		rc = entry_adopt(m, dir, name, *obj, inode, st);
	if (rc != 0) {
		op_unlock(dir->cont);
		dfs_release(*obj);
	}
	return rc;
}

/* For requests that only want the entry. */
static void make_and_reply(fuse_req_t req, struct mount *m, fuse_ino_t parent, const char *name, mode_t mode,
			   const char *target)
{
	struct inode *dir = mount_inode(m, parent);
	struct container *cont = dir->cont;
	struct inode *inode;
	dfs_obj_t *obj;
	struct stat st;
	int rc;

	rc = make(req, m, dir, name, mode, target, &obj, &inode, &st);
	if (rc != 0) {
		fuse_reply_err(req, rc);
		return;
	}
	dfs_release(obj);
	op_reply_entry(req, m, inode, &st);
	op_unlock(cont);
}

void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev)
{
	struct mount *m = op_begin(req, STAT_MKNOD);

	(void)rdev;
	if (S_ISREG(mode))
		make_and_reply(req, m, parent, name, mode, NULL);
	else
		fuse_reply_err(req, EPERM); /* mknod(2): the file system does not support the type of node requested */
}

void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	make_and_reply(req, op_begin(req, STAT_MKDIR), parent, name, S_IFDIR | (mode & 07777), NULL);
}

void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
	make_and_reply(req, op_begin(req, STAT_SYMLINK), parent, name, S_IFLNK | 0777, target);
}

void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t newparent, const char *newname)
{
	(void)ino;
	(void)newparent;
	(void)newname;
	fuse_reply_err(req, EPERM); /* link(2): the file system does not support the creation of hard links */
}

static void reply_create(fuse_req_t req, struct mount *m, struct inode *inode, const struct stat *st, struct file *file,
			 struct fuse_file_info *fi, bool made)
{
	struct fuse_entry_param e;
	double keep = inode->cont->times.attr;

	fi->fh = (uintptr_t)file;
	op_set_open_flags(m, file, fi);
	op_fill_entry(m, inode, st, &e);
	if (made && e.attr_timeout < CREATED_TIMEOUT)
		e.attr_timeout = keep < CREATED_TIMEOUT ? keep : CREATED_TIMEOUT;
	inode_remember(&m->inodes, inode);
	if (fuse_reply_create(req, &e, fi) != 0) {
		file_close(m, file);
		inode_forget(&m->inodes, inode, 1);
	}
	inode_put(&m->inodes, inode);
}

/* The name appeared between the kernel's look-up and now. On success op_lock(dir) is held, for the reply. */
static int open_existing(fuse_req_t req, struct mount *m, struct inode *dir, const char *name, int flags,
			 struct inode **inode, struct stat *st, struct file **file)
{
	int rc = entry_lookup(m, dir, name, inode, st);

	if (rc != 0)
		return rc;
	if (S_ISREG(st->st_mode))
		rc = op_open_inode(req, m, *inode, flags, file);
	else
		rc = S_ISDIR(st->st_mode) ? EISDIR : ELOOP;
	if (rc == 0) {
		op_lock(dir);
		rc = attr_get_own(m, *inode, st);
		if (rc == 0)
			return 0;
		op_unlock(dir->cont);
		file_close(m, *file);
	}
	inode_put(&m->inodes, *inode);
	return rc;
}

/* A new file, open; on success op_lock(dir) is held, for the reply. */
static int create_new(fuse_req_t req, struct mount *m, struct inode *dir, const char *name, mode_t mode,
		      struct inode **inode, struct stat *st, struct file **file)
{
	dfs_obj_t *obj;
	int rc = make(req, m, dir, name, S_IFREG | (mode & 07777), NULL, &obj, inode, st);

	if (rc != 0)
		return rc;
	rc = file_adopt(m, *inode, obj, file);
	if (rc != 0) {
		dfs_release(obj);
		inode_put(&m->inodes, *inode);
		op_unlock(dir->cont);
	}
	return rc;
}

void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_CREATE);
	struct inode *dir = mount_inode(m, parent);
	struct container *cont = dir->cont;
	struct inode *inode;
	struct file *file;
	struct stat st;
	int rc, tries = 0;
	bool made;

	do {
		rc = create_new(req, m, dir, name, mode, &inode, &st, &file);
		made = rc == 0;
		if (rc != EEXIST || (fi->flags & O_EXCL))
			break;
		rc = open_existing(req, m, dir, name, fi->flags, &inode, &st, &file);
	} while ((rc == ENOENT || rc == ESTALE) && ++tries < MAX_TRIES); /* and has gone again, or is another file */
	if (rc == ELOOP && !(fi->flags & O_NOFOLLOW))
		rc = ESTALE; /* the kernel looks the name up again, and follows the link */
	if (rc != 0) {
		fuse_reply_err(req, rc);
		return;
	}
	reply_create(req, m, inode, &st, file, fi, made);
	op_unlock(cont);
}

void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
	struct mount *m = op_begin(req, STAT_READLINK);
	struct inode *inode = mount_inode(m, ino);
	char target[DFS_MAX_PATH + 1];
	daos_size_t len = sizeof(target);
	struct entry entry;
	int rc;

	rc = entry_open(m, inode, O_RDONLY, &entry, NULL);
	if (rc == 0) {
		rc = dfs_get_symlink_value(entry.obj, target, &len);
		entry_close(&entry);
	}
	if (rc != 0) {
		fuse_reply_err(req, rc);
		return;
	}
	target[sizeof(target) - 1] = '\0';
	fuse_reply_readlink(req, target);
}
