#include "ops.h"

#include <errno.h>
#include <fcntl.h>

#include "../entry.h"
#include "../file.h"
#include "../stash.h"

/*
 * What is about to be unlinked while a program here has it open keeps what goes with the entry: a file open for writing
 * that has no plain file yet gets one, and extended attributes are stashed. Where programs race for names, what is
 * about to be opened is kept as well. Its inode, referenced, or NULL if it has none or nothing was to be done.
 */
static struct inode *back(struct mount *m, struct inode *dir, dfs_obj_t *parent, const char *name)
{
	bool raced = file_is_raced(dir->cont);
	struct inode *inode = NULL;
	daos_obj_id_t oid;
	dfs_obj_t *obj;

	if (!raced && atomic_load(&dir->cont->unbacked) == 0 && !atomic_load(&dir->cont->xattrs))
		return NULL;
	if (dfs_lookup_rel(dir->cont->dfs, parent, name, O_RDONLY | O_NOFOLLOW, &obj, NULL, NULL) != 0)
		return NULL;
	if (dfs_obj2id(obj, &oid) == 0)
		inode = inode_find(&m->inodes, dir->cont, oid);
	if (inode != NULL) {
		if (raced)
			file_keep(m, inode);
		file_back(inode);
		if (atomic_load(&dir->cont->xattrs))
			stash_take(inode, obj);
	}
	dfs_release(obj);
	return inode;
}

static void removed(struct mount *m, struct container *cont, daos_obj_id_t oid)
{
	struct inode *inode = inode_find(&m->inodes, cont, oid);

	if (inode == NULL)
		return;
	inode->unlinked = true;
	inode_detach(&m->inodes, inode);
	inode_put(&m->inodes, inode);
}

static void remove_entry(fuse_req_t req, struct mount *m, fuse_ino_t parent, const char *name)
{
	struct inode *dir = mount_inode(m, parent);
	struct inode *backed = NULL;
	daos_obj_id_t oid;
	dfs_obj_t *obj;
	int rc;

	rc = op_check_change(dir);
	if (rc == 0)
		rc = entry_dir(m, dir, &obj);
	if (rc == 0) {
		backed = back(m, dir, obj, name);
		rc = dfs_remove(dir->cont->dfs, obj, name, false, &oid);
	}
	if (rc == 0)
		removed(m, dir->cont, oid);
	else if (backed != NULL)
		file_unkeep(backed);
	inode_put(&m->inodes, backed);
	fuse_reply_err(req, rc);
}

void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	remove_entry(req, op_begin(req, STAT_UNLINK), parent, name);
}

void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	remove_entry(req, op_begin(req, STAT_UNLINK), parent, name);
}
