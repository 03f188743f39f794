#include "entry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "attr.h"
#include "file.h"
#include "link.h"
#include "watch.h"

static bool same(daos_obj_id_t a, daos_obj_id_t b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

bool entry_begin_quiet(struct mount *m)
{
	return pthread_rwlock_rdlock(&m->rename_lock) == 0;
}

void entry_end_quiet(struct mount *m)
{
	pthread_rwlock_unlock(&m->rename_lock);
}

/* What may wait for a rename, and what may not. */
typedef int opener(struct mount *m, struct inode *inode, int flags, struct entry *entry, struct stat *st);

static int find_dir(struct mount *m, struct inode *inode, opener *open, dfs_obj_t **dir);

static int open_at_place(struct mount *m, struct inode *inode, int flags, struct entry *entry, struct stat *st,
			 opener *open)
{
	char name[DFS_MAX_NAME + 1];
	struct inode *parent;
	daos_obj_id_t oid;
	dfs_obj_t *dir;
	int rc;

	*entry = (struct entry){NULL, false};
	if (inode->kind == INODE_ROOT) {
		entry->obj = inode->cont->root;
		return st == NULL ? 0 : dfs_stat(inode->cont->dfs, NULL, NULL, st);
	}
	rc = -inode_place(&m->inodes, inode, &parent, name);
	if (rc != 0)
		return rc;
	rc = find_dir(m, parent, open, &dir);
	if (rc == 0)
		rc = dfs_lookup_rel(inode->cont->dfs, dir, name, flags | O_NOFOLLOW, &entry->obj, NULL, st);
	inode_put(&m->inodes, parent);
	if (rc != 0)
		return rc == ENOENT ? ESTALE : rc;
	entry->owned = true;
	rc = dfs_obj2id(entry->obj, &oid);
	if (rc == 0 && !same(oid, inode->oid))
		rc = ESTALE;
	if (rc != 0)
		entry_close(entry);
	return rc;
}

int entry_open_now(struct mount *m, struct inode *inode, int flags, struct entry *entry, struct stat *st)
{
	return open_at_place(m, inode, flags, entry, st, entry_open_now);
}

int entry_open(struct mount *m, struct inode *inode, int flags, struct entry *entry, struct stat *st)
{
	int rc = open_at_place(m, inode, flags, entry, st, entry_open);

	if (rc != ESTALE || !entry_begin_quiet(m))
		return rc;
	rc = open_at_place(m, inode, flags, entry, st, entry_open);
	entry_end_quiet(m);
	return rc;
}

void entry_close(struct entry *entry)
{
	if (entry->owned)
		dfs_release(entry->obj);
	*entry = (struct entry){NULL, false};
}

static int find_dir(struct mount *m, struct inode *inode, opener *open, dfs_obj_t **dir)
{
	dfs_obj_t *none = NULL;
	struct entry entry;
	int rc;

	if (inode->kind == INODE_ROOT) {
		*dir = inode->cont->root;
		return 0;
	}
	if (inode->unlinked)
		return ENOENT;
	if (inode->kind != INODE_ENTRY || !S_ISDIR(inode->attr.mode))
		return ENOTDIR;
	*dir = atomic_load(&inode->dir);
	if (*dir != NULL)
		return 0;
	rc = open(m, inode, inode->cont->read_only ? O_RDONLY : O_RDWR, &entry, NULL);
	if (rc != 0)
		return rc;
	*dir = entry.obj;
	if (!atomic_compare_exchange_strong(&inode->dir, &none, entry.obj)) {
		*dir = none; /* another thread was faster */
		entry_close(&entry);
	}
	return 0;
}

int entry_dir(struct mount *m, struct inode *inode, dfs_obj_t **dir)
{
	return find_dir(m, inode, entry_open, dir);
}

/* The inode of `obj`, found under `name`. */
static int get_inode(struct mount *m, struct inode *dir, const char *name, dfs_obj_t *obj, mode_t mode,
		     struct inode **inode)
{
	struct inode model = {.kind = INODE_ENTRY, .cont = dir->cont, .attr.mode = mode};
	int rc = dfs_obj2id(obj, &model.oid);

	if (rc != 0)
		return rc;
	*inode = inode_get(&m->inodes, &model, dir, name);
	return *inode == NULL ? ENOMEM : 0;
}

int entry_adopt(struct mount *m, struct inode *dir, const char *name, dfs_obj_t *obj, struct inode **inode,
		struct stat *st)
{
	int rc = dfs_ostat(dir->cont->dfs, obj, st);

	if (rc == 0)
		rc = get_inode(m, dir, name, obj, st->st_mode, inode);
	if (rc != 0)
		return rc;
	watch_interest(dir->cont->watch, *inode);
	attr_complete(*inode, st);
	return 0;
}

/* What was read before others knew that it will be remembered is read again. Gives up the inode if that fails. */
static int refresh(struct mount *m, dfs_obj_t *obj, struct inode *inode, struct stat *st)
{
	int rc = watch_interest(inode->cont->watch, inode) ? dfs_ostat(inode->cont->dfs, obj, st) : 0;

	if (rc != 0)
		inode_put(&m->inodes, inode);
	return rc;
}

static int lookup(struct mount *m, struct inode *dir, const char *name, struct inode **inode, struct stat *st)
{
	dfs_obj_t *parent, *obj;
	int rc;

	watch_interest(dir->cont->watch, dir);
	rc = entry_dir(m, dir, &parent);
	if (rc == 0)
		rc = dfs_lookup_rel(dir->cont->dfs, parent, name, O_RDONLY | O_NOFOLLOW, &obj, NULL, st);
	if (rc != 0)
		return rc;
	if (S_ISDIR(st->st_mode)) {
		rc = link_follow(m, dir, name, obj, inode, st);
		if (rc != ENODATA) /* it stands for another container */
			goto out;
	}
	rc = get_inode(m, dir, name, obj, st->st_mode, inode);
	if (rc == 0 && attr_changed_by_others(m, *inode, st)) {
		file_detach(m, *inode);
		inode_put(&m->inodes, *inode);
		rc = get_inode(m, dir, name, obj, st->st_mode, inode);
	}
	if (rc == 0)
		rc = refresh(m, obj, *inode, st);
	if (rc == 0)
		attr_complete(*inode, st);
out:
	dfs_release(obj);
	return rc;
}

/* The inode takes on the place where it was found, which a rename meanwhile would make the wrong one. */
int entry_lookup(struct mount *m, struct inode *dir, const char *name, struct inode **inode, struct stat *st)
{
	unsigned renames = atomic_load(&m->renames);
	int rc = lookup(m, dir, name, inode, st);

	if (atomic_load(&m->renames) == renames || (rc != 0 && rc != ENOENT) || !entry_begin_quiet(m))
		return rc;
	if (rc == 0)
		inode_put(&m->inodes, *inode);
	rc = lookup(m, dir, name, inode, st);
	entry_end_quiet(m);
	return rc;
}
