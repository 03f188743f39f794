#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <daos_fs_local.h>

#include "../entry.h"
#include "../file.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE	 2
#endif

/* One end of a rename. */
struct end {
	struct inode *dir;
	dfs_obj_t *obj;
	const char *name;
	bool exists;
	mode_t mode;
	daos_obj_id_t oid;
};

static bool same(daos_obj_id_t a, daos_obj_id_t b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

static int look(struct mount *m, struct end *end)
{
	dfs_obj_t *obj;
	int rc;

	rc = entry_dir(m, end->dir, &end->obj);
	if (rc == 0)
		rc = dfs_lookup_rel(end->dir->cont->dfs, end->obj, end->name, O_RDONLY | O_NOFOLLOW, &obj, &end->mode,
				    NULL);
	if (rc != 0)
		return rc;
	end->exists = true;
	rc = dfs_obj2id(obj, &end->oid);
	dfs_release(obj);
	return rc;
}

/* The kernel has checked this for what it knew; somebody else may have changed it since. */
static int check_types(const struct end *from, const struct end *to)
{
	if (!to->exists || S_ISDIR(from->mode) == S_ISDIR(to->mode))
		return 0;
	return S_ISDIR(to->mode) ? EISDIR : ENOTDIR;
}

static void moved(struct mount *m, const struct end *what, const struct end *where)
{
	struct inode *inode = inode_find(&m->inodes, what->dir->cont, what->oid);

	if (inode == NULL)
		return;
	inode_move(&m->inodes, inode, where->dir, where->name);
	inode_put(&m->inodes, inode);
}

static int exchange(struct mount *m, struct end *from, struct end *to)
{
	int rc;

	if (!to->exists)
		return ENOENT;
	rc = dfs_exchange(from->dir->cont->dfs, from->obj, from->name, to->obj, to->name);
	if (rc == EINVAL && !S_ISDIR(from->mode) && !S_ISDIR(to->mode))
		return ENOENT; /* DFS's way of saying that one of them has gone meanwhile */
	if (rc == 0) {
		moved(m, from, to);
		moved(m, to, from);
	}
	return rc;
}

static int move_new(struct mount *m, struct end *from, struct end *to)
{
	int rc = dfs_local_move_new(from->dir->cont->dfs, from->obj, from->name, to->obj, to->name);

	if (rc == 0)
		moved(m, from, to);
	return rc;
}

static int replace(struct mount *m, struct end *from, struct end *to)
{
	struct inode *old = NULL;
	int rc;

	rc = check_types(from, to);
	if (rc != 0)
		return rc;
	if (to->exists) {
		old = inode_find(&m->inodes, to->dir->cont, to->oid);
		if (old != NULL && !same(to->oid, from->oid))
			file_keep(m, old);
	}
	rc = dfs_move(from->dir->cont->dfs, from->obj, from->name, to->obj, to->name, NULL);
	if (rc == 0) {
		if (old != NULL && !same(to->oid, from->oid)) {
			old->unlinked = true;
			inode_detach(&m->inodes, old);
		}
		moved(m, from, to);
	} else if (old != NULL) {
		file_unkeep(old);
	}
	inode_put(&m->inodes, old);
	return rc;
}

static int move(struct mount *m, struct end *from, struct end *to, unsigned int flags)
{
	int rc;

	if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) || flags == (RENAME_NOREPLACE | RENAME_EXCHANGE))
		return EINVAL;
	rc = op_check_change(from->dir);
	if (rc == 0)
		rc = op_check_change(to->dir);
	if (rc == 0 && from->dir->cont != to->dir->cont)
		rc = EXDEV;
	if (rc == 0 && strlen(to->name) > DFS_MAX_NAME)
		rc = ENAMETOOLONG;
	if (rc == 0)
		rc = look(m, from);
	if (rc == 0) {
		rc = look(m, to);
		if (rc == ENOENT && !to->dir->unlinked)
			rc = 0;
	}
	if (rc != 0)
		return rc;
	if (flags & RENAME_EXCHANGE)
		return exchange(m, from, to);
	return flags & RENAME_NOREPLACE ? move_new(m, from, to) : replace(m, from, to);
}

void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent, const char *newname,
	       unsigned int flags)
{
	struct mount *m = op_begin(req, STAT_RENAME);
	struct end from = {.dir = mount_inode(m, parent), .name = name};
	struct end to = {.dir = mount_inode(m, newparent), .name = newname};
	int rc;

	pthread_rwlock_wrlock(&m->rename_lock);
	atomic_fetch_add(&m->renames, 1);
	rc = move(m, &from, &to, flags);
	atomic_fetch_add(&m->renames, 1);
	pthread_rwlock_unlock(&m->rename_lock);
	fuse_reply_err(req, rc);
}
