#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <daos_local.h>

#include "../attr.h"
#include "../buffer.h"
#include "../dir_list.h"
#include "../entry.h"
#include "error.h"

/* Offsets: 0 is ".", 1 is "..", 2 + n is name n of the list. An entry carries the offset of the one after it. */
#define NDOTS 2

struct dir {
	struct inode *inode;
	struct dir_list list;
};

/* A reply that is being filled. */
struct filling {
	fuse_req_t req;
	struct mount *m;
	struct inode *dir;
	bool plus;
	char *buf;
	size_t size, used;
};

static void free_dir(struct mount *m, struct dir *dir)
{
	dir_list_fini(&dir->list);
	inode_put(&m->inodes, dir->inode);
	atomic_fetch_sub(&m->open_files, 1);
	free(dir);
}

void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_OPENDIR);
	struct inode *inode = mount_inode(m, ino);
	struct dir *dir;

	if (!inode_is_dfs(inode)) {
		fuse_reply_err(req, EOPNOTSUPP); /* pools and containers cannot be listed */
		return;
	}
	dir = calloc(1, sizeof(*dir));
	if (dir == NULL) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	dir->inode = inode_ref(&m->inodes, inode);
	dir_list_init(&dir->list);
	atomic_fetch_add(&m->open_files, 1);
	fi->fh = (uintptr_t)dir;
	if (fuse_reply_open(req, fi) != 0)
		free_dir(m, dir);
}

void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino;
	free_dir(op_begin(req, STAT_RELEASEDIR), (struct dir *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

/* Whether it fitted. */
static bool put(struct filling *f, const char *name, const struct fuse_entry_param *e, off_t next)
{
	size_t room = f->size - f->used, n;

	if (f->plus)
		n = fuse_add_direntry_plus(f->req, f->buf + f->used, room, name, e, next);
	else
		n = fuse_add_direntry(f->req, f->buf + f->used, room, name, &e->attr, next);
	if (n > room)
		return false;
	f->used += n;
	return true;
}

static bool put_dot(struct filling *f, off_t off)
{
	struct fuse_entry_param e = {.attr.st_mode = S_IFDIR};

	e.attr.st_ino = off == 0 ? inode_number(f->dir) : inode_parent_number(&f->m->inodes, f->dir);
	return put(f, off == 0 ? "." : "..", &e, off + 1);
}

/* An entry whose attributes cannot be had is still there. */
static bool put_bare(struct filling *f, const char *name, off_t next)
{
	struct fuse_entry_param e = {.attr.st_ino = UINT32_MAX};

	return put(f, name, &e, next);
}

static bool put_name(struct filling *f, const char *name, off_t next)
{
	struct fuse_entry_param e;
	struct inode *inode;
	struct stat st;
	bool fitted;
	int rc;

	rc = entry_lookup(f->m, f->dir, name, &inode, &st);
	if (rc == ENOENT)
		return true; /* removed since the list was read */
	if (rc != 0)
		return put_bare(f, name, next);
	op_fill_entry(f->m, inode, &st, &e);
	if (f->plus)
		inode_remember(&f->m->inodes, inode);
	fitted = put(f, name, &e, next);
	if (f->plus && !fitted)
		inode_forget(&f->m->inodes, inode, 1);
	inode_put(&f->m->inodes, inode);
	return fitted;
}

static int fill(struct filling *f, struct dir *dir, off_t off)
{
	const char *name;
	dfs_obj_t *obj;
	int rc = 0;

	if (off == 0)
		dir_list_rewind(&dir->list);
	while (off < NDOTS && put_dot(f, off))
		off++;
	if (off < NDOTS)
		return 0;
	rc = entry_dir(f->m, f->dir, &obj);
	if (rc != 0)
		return rc == ENOENT ? 0 : rc; /* a removed directory is empty */
	for (;; off++) {
		rc = dir_list_name(&dir->list, f->dir->cont->dfs, obj, (size_t)(off - NDOTS), &name);
		if (rc != 0 || name == NULL || !put_name(f, name, off + 1))
			break;
	}
	return f->used > 0 ? 0 : rc;
}

static void list(fuse_req_t req, size_t size, off_t off, struct fuse_file_info *fi, bool plus)
{
	struct mount *m = op_begin(req, STAT_READDIR);
	struct dir *dir = (struct dir *)(uintptr_t)fi->fh;
	struct filling f = {.req = req, .m = m, .dir = dir->inode, .plus = plus, .buf = buffer_get(size), .size = size};
	struct container *cont;
	int rc;

	if (f.buf == NULL) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	pthread_mutex_lock(&dir->list.lock);
	cont = op_lock(dir->inode);
	rc = fill(&f, dir, off);
	pthread_mutex_unlock(&dir->list.lock);
	if (rc != 0)
		fuse_reply_err(req, rc);
	else
		fuse_reply_buf(req, f.buf, f.used);
	stats_bytes(rc == 0 ? f.used : 0);
	op_unlock(cont);
}

void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi)
{
	(void)ino;
	list(req, size, off, fi, false);
}

void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi)
{
	(void)ino;
	list(req, size, off, fi, true);
}

void op_fsyncdir(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
	struct mount *m = op_begin(req, STAT_FSYNCDIR);
	struct inode *inode = mount_inode(m, ino);
	int rc = 0;

	(void)datasync;
	(void)fi;
	if (inode->cont->read_only)
		rc = 0;
	else if (daos_local_cont_sync != NULL)
		rc = der_to_errno(daos_local_cont_sync(inode->cont->coh));
	else
		rc = dfs_sync(inode->cont->dfs);
	fuse_reply_err(req, rc);
}
