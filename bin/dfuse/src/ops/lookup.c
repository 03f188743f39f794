#include "ops.h"

#include <errno.h>
#include <string.h>

#include "../attr.h"
#include "../entry.h"
#include "../link.h"
#include "error.h"

/* What a look-up says when a pool or container cannot be had. */
static int level_errno(int der)
{
	switch (-der) {
	case DER_INVAL: /* cannot be a label: so there is none */
	case DER_NOTREPLICA:
	case DER_CONT_NONEXIST:
		return ENOENT;
	default:
		return der_to_errno(der);
	}
}

static int find_pool(struct mount *m, struct inode *dir, const char *name, struct inode **inode, struct stat *st)
{
	struct inode model = {.kind = INODE_POOL, .attr.mode = S_IFDIR};
	uint32_t bad_rank;
	int rc;

	rc = pool_connect(&m->conns, name, &model.pool, &bad_rank);
	if (rc != 0)
		return level_errno(rc);
	*inode = inode_get(&m->inodes, &model, dir, name);
	if (*inode == NULL)
		return ENOMEM;
	attr_synthetic(m, *inode, st);
	return 0;
}

static int find_container(struct mount *m, struct inode *dir, const char *name, struct inode **inode, struct stat *st)
{
	struct container *cont;
	int rc;

	rc = container_connect(&m->conns, dir->pool, name, true, &cont);
	return rc != 0 ? level_errno(rc) : link_root(m, dir, name, cont, inode, st);
}

int op_find(struct mount *m, struct inode *dir, const char *name, struct inode **inode, struct stat *st)
{
	switch (dir->kind) {
	case INODE_SYSTEM:
		return find_pool(m, dir, name, inode, st);
	case INODE_POOL:
		return find_container(m, dir, name, inode, st);
	default:
		return strlen(name) > DFS_MAX_NAME ? ENAMETOOLONG : entry_lookup(m, dir, name, inode, st);
	}
}

void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct mount *m = op_begin(req, STAT_LOOKUP);
	struct inode *dir = mount_inode(m, parent);
	struct fuse_entry_param e = {0};
	struct container *cont;
	struct inode *inode;
	struct stat st;
	int rc;

	cont = op_lock(dir);
	rc = op_find(m, dir, name, &inode, &st);
	if (rc == 0) {
		op_reply_entry(req, m, inode, &st);
	} else if (rc == ENOENT && inode_is_dfs(dir) && dir->cont->times.ndentry > 0 && !dir->unlinked) {
		e.entry_timeout =
		    dir->cont->times.ndentry; /* node id 0: there is no such name, and you may remember it */
		fuse_reply_entry(req, &e);
	} else {
		fuse_reply_err(req, rc);
	}
	op_unlock(cont);
}

void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t nlookup)
{
	struct mount *m = fuse_req_userdata(req);

	inode_forget(&m->inodes, mount_inode(m, ino), nlookup);
	fuse_reply_none(req);
}

void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
	struct mount *m = fuse_req_userdata(req);

	for (size_t i = 0; i < count; i++)
		inode_forget(&m->inodes, mount_inode(m, forgets[i].ino), forgets[i].nlookup);
	fuse_reply_none(req);
}
