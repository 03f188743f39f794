#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "../attr.h"
#include "../entry.h"
#include "../file.h"
#include "../privs.h"
#include "../size.h"

/* Where the kernel has the size of an open file from itself, it is put right first. */
static void reply(fuse_req_t req, struct mount *m, struct inode *inode, const struct stat *st, bool by_handle)
{
	if (!size_is_telling(req, m) && !size_is_known(m, inode, st->st_size) &&
	    size_tell(req, m, inode, by_handle) == 0)
		return;
	fuse_reply_attr(req, st, attr_times(m, inode).attr);
}

void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_GETATTR);
	struct inode *inode = mount_inode(m, ino);
	struct container *cont;
	struct stat st;
	int rc;

	cont = op_lock(inode);
	rc = attr_get(m, inode, &st);
	if (rc == 0)
		reply(req, m, inode, &st, fi != NULL);
	else
		fuse_reply_err(req, rc);
	op_unlock(cont);
}

/* Size of a file that is open for writing: on its plain file, as it may have no entry any more. */
static int set_size_open(struct mount *m, struct inode *inode, off_t size, bool *done)
{
	struct file file;
	dfs_obj_t *obj;
	int fd, rc;

	*done = false;
	if (!file_borrow(m, inode, true, &file))
		return 0;
	rc = file_writer(&file, &obj, &fd);
	if (rc == 0 && fd >= 0) {
		*done = true;
		rc = ftruncate(fd, size) == 0 ? 0 : errno;
		file_tell(obj);
	} else if (rc == 0 && inode->unlinked) {
		*done = true;
		rc = dfs_punch(inode->cont->dfs, obj, (daos_off_t)size, DFS_MAX_FSIZE);
	}
	file_return(m, &file);
	return rc;
}

/* chown(2) to who owns it already is what cp -a, tar and rsync do; one owner is all that there is otherwise. */
static int check_owner(struct mount *m, struct inode *inode, const struct stat *want, int to_set)
{
	bool uid = (to_set & FUSE_SET_ATTR_UID) && want->st_uid != inode->attr.uid;
	bool gid = (to_set & FUSE_SET_ATTR_GID) && want->st_gid != inode->attr.gid;

	return (uid || gid) && !m->opt->multi_user ? EPERM : 0;
}

static void set_times(struct stat *st, const struct stat *want, int to_set)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now); /* the kernel's, as for what it stamps itself */
	st->st_mtim = to_set & FUSE_SET_ATTR_MTIME_NOW ? now : want->st_mtim;
	st->st_atim = to_set & FUSE_SET_ATTR_ATIME_NOW ? now : want->st_atim;
}

/* What DFS is to change, and the values. */
static int dfs_changes(struct mount *m, struct inode *inode, const struct stat *want, int to_set, struct stat *st)
{
	int flags = 0;

	*st = *want;
	set_times(st, want, to_set);
	if (to_set & FUSE_SET_ATTR_MODE) {
		st->st_mode = (inode->attr.mode & S_IFMT) | (want->st_mode & 07777);
		flags |= DFS_SET_ATTR_MODE;
	}
	if ((to_set & FUSE_SET_ATTR_UID) && want->st_uid != inode->attr.uid)
		flags |= DFS_SET_ATTR_UID;
	if ((to_set & FUSE_SET_ATTR_GID) && want->st_gid != inode->attr.gid)
		flags |= DFS_SET_ATTR_GID;
	if ((to_set & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) && !(to_set & FUSE_SET_ATTR_MODE)) {
		/* Also where the owner stays the same: that marks ctime. */
		st->st_mode = m->killpriv ? privs_drop(inode->attr.mode) : inode->attr.mode;
		flags |= DFS_SET_ATTR_MODE;
	}
	if (to_set & FUSE_SET_ATTR_SIZE)
		flags |= DFS_SET_ATTR_SIZE;
	if (to_set & (FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_MTIME_NOW))
		flags |= DFS_SET_ATTR_MTIME;
	if (to_set & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_ATIME_NOW))
		flags |= DFS_SET_ATTR_ATIME;
	return flags;
}

/* Changes to an inode without an entry live as long as it does. */
static void change_unlinked(struct inode *inode, const struct stat *st, int flags)
{
	if (flags & DFS_SET_ATTR_MODE)
		inode->attr.mode = st->st_mode;
	if (flags & DFS_SET_ATTR_MTIME) {
		inode->attr.mtime = attr_ns(st->st_mtim);
		file_set_mtime(inode);
	}
	if (flags & DFS_SET_ATTR_UID)
		inode->attr.uid = st->st_uid;
	if (flags & DFS_SET_ATTR_GID)
		inode->attr.gid = st->st_gid;
}

/*
 * The file has lost its name. If somebody else did that it may only have been renamed, so that just the time of the
 * last write can be let go: it is what the kernel writes back when it likes, and an error would come up at some later
 * fsync(2) or close(2).
 */
static bool is_lost(const struct inode *inode, int flags, int rc)
{
	if (rc != ENOENT && rc != ESTALE)
		return false;
	return inode->unlinked || flags == DFS_SET_ATTR_MTIME;
}

static int apply(struct mount *m, struct inode *inode, struct stat *st, int flags)
{
	struct entry entry;
	int rc;

	if (flags == 0)
		return 0;
	if (inode->unlinked) {
		change_unlinked(inode, st, flags);
		return 0;
	}
	rc = entry_open(m, inode, O_RDWR, &entry, NULL);
	if (rc == 0) {
		rc = dfs_osetattr(inode->cont->dfs, entry.obj, st, flags);
		entry_close(&entry);
	}
	if (is_lost(inode, flags, rc)) {
		change_unlinked(inode, st, flags);
		rc = 0;
	}
	return rc;
}

static int change(struct mount *m, struct inode *inode, const struct stat *want, int to_set)
{
	struct timespec atime;
	struct stat st;
	bool done;
	int rc, flags;

	rc = op_check_change(inode);
	if (rc == 0)
		rc = check_owner(m, inode, want, to_set);
	if (rc != 0)
		return rc;
	flags = dfs_changes(m, inode, want, to_set, &st);
	atime = st.st_atim;
	if (flags & DFS_SET_ATTR_SIZE) {
		rc = set_size_open(m, inode, want->st_size, &done);
		if (rc != 0)
			return rc;
		if (done)
			flags &= ~DFS_SET_ATTR_SIZE;
		else if (inode->unlinked)
			return ENOENT;
	}
	rc = apply(m, inode, &st, flags);
	if (rc == 0 && (flags & DFS_SET_ATTR_ATIME))
		inode->attr.atime = attr_ns(atime);
	return rc;
}

void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_SETATTR);
	struct inode *inode = mount_inode(m, ino);
	struct container *cont;
	struct stat st;
	int rc = 0;

	(void)fi;
	if (to_set & FUSE_SET_ATTR_SIZE)
		file_grows(inode, attr->st_size);
	if (!size_is_telling(req, m))
		rc = change(m, inode, attr, to_set);
	if (rc == 0 && (to_set & FUSE_SET_ATTR_SIZE))
		privs_content_changed(req, m, inode);
	cont = op_lock(inode);
	if (rc == 0)
		rc = attr_get_own(m, inode, &st);
	if (rc == 0 && (to_set & FUSE_SET_ATTR_SIZE))
		file_set_told(inode, st.st_size);
	if (rc == 0)
		fuse_reply_attr(req, &st, attr_times(m, inode).attr);
	else
		fuse_reply_err(req, rc);
	op_unlock(cont);
}
