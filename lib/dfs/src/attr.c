/* Attributes: stat, chmod, chown, access, size and times. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "attr.h"
#include "error.h"
#include "mount.h"
#include "stat.h"
#include "tx.h"

#define SET_ATTR_ALL                                                                                          \
	(DFS_SET_ATTR_MODE | DFS_SET_ATTR_ATIME | DFS_SET_ATTR_MTIME | DFS_SET_ATTR_SIZE | DFS_SET_ATTR_UID | \
	 DFS_SET_ATTR_GID)

static daos_handle_t obj_handle(const struct dfs_obj *obj)
{
	return obj->dir != NULL ? obj->dir->oh : obj->oh;
}

int dfs_ostat(dfs_t *dfs, dfs_obj_t *obj, struct stat *stbuf)
{
	struct place place;
	struct entry e;
	int rc;

	if (dfs == NULL || obj == NULL || stbuf == NULL || obj->dfs != dfs)
		return EINVAL;
	rc = obj_place(obj, &place);
	if (rc != 0)
		return rc;
	rc = obj_fetch_entry(obj, dfs->th, &place, &e);
	if (rc == 0)
		rc = stat_entry(dfs, &e, obj_handle(obj), stbuf);
	place_put(&place);
	return rc;
}

int dfs_stat(dfs_t *dfs, dfs_obj_t *parent, const char *name, struct stat *stbuf)
{
	struct dnode *dir;
	struct entry e;
	size_t len;
	int rc;

	if (dfs == NULL || stbuf == NULL)
		return EINVAL;
	if (name == NULL)
		return dfs_ostat(dfs, parent != NULL ? parent : &dfs->root, stbuf);
	rc = obj_directory(dfs, parent, &dir);
	if (rc == 0)
		rc = entry_name_check(name, &len);
	if (rc == 0)
		rc = entry_fetch(dir->oh, dfs->th, name, len, &e, NULL);
	return rc != 0 ? rc : stat_entry(dfs, &e, DAOS_HDL_INVAL, stbuf);
}

/* A change of attributes as a transaction. `oid` and `oh` say whose they are, `place` where its entry lies. */
struct set_attr {
	const struct place *place;
	daos_obj_id_t oid;
	daos_handle_t oh;
	const struct stat *ask;
	int flags;
	struct entry entry; /* out */
};

static int apply(struct dfs *dfs, struct set_attr *sa, unsigned *fields)
{
	struct entry *e = &sa->entry;
	const struct stat *st = sa->ask;

	*fields = ENTRY_CTIME;
	entry_now(&e->ctime);
	if (sa->flags & DFS_SET_ATTR_MODE) {
		if ((st->st_mode & S_IFMT) != 0 && (st->st_mode & S_IFMT) != (e->mode & S_IFMT))
			return EINVAL;
		e->mode = (e->mode & S_IFMT) | (st->st_mode & ~S_IFMT);
		*fields |= ENTRY_MODE;
	}
	if (sa->flags & DFS_SET_ATTR_UID)
		e->uid = st->st_uid;
	if (sa->flags & DFS_SET_ATTR_GID)
		e->gid = st->st_gid;
	if (sa->flags & (DFS_SET_ATTR_UID | DFS_SET_ATTR_GID))
		*fields |= ENTRY_OWNER;
	if (sa->flags & DFS_SET_ATTR_MTIME) {
		e->mtime = st->st_mtim;
		*fields |= ENTRY_MTIME;
		return stat_epoch(dfs, e, sa->oh, &e->hlc);
	}
	return 0;
}

static int set_attr_body(struct dfs *dfs, daos_handle_t th, void *arg)
{
	struct set_attr *sa = arg;
	const struct place *p = sa->place;
	unsigned fields;
	int rc;

	rc = entry_fetch(p->dir->oh, th, p->name, p->len, &sa->entry, NULL);
	if (rc == 0 && !oid_equal(sa->entry.oid, sa->oid))
		rc = ENOENT;
	if (rc == 0)
		rc = apply(dfs, sa, &fields);
	if (rc == 0)
		rc = entry_set(p->dir->oh, th, p->name, p->len, &sa->entry, fields);
	return rc;
}

static int set_size(struct dfs *dfs, const struct entry *e, daos_handle_t oh, bool writable, daos_size_t size)
{
	daos_handle_t own;
	int rc;

	if (writable)
		return der_to_errno(daos_array_set_size(oh, DAOS_TX_NONE, size, NULL));
	rc = obj_open_array(dfs, e->oid, e->chunk_size, O_RDWR, &own);
	if (rc != 0)
		return rc;
	rc = der_to_errno(daos_array_set_size(own, DAOS_TX_NONE, size, NULL));
	daos_array_close(own, NULL);
	return rc;
}

/*
 * Set what `flags` says in the entry at `place`, which must be `e`'s. `oh`: its open array or object, or none.
 * The size comes first: an mtime that is set at the same time has to stand against it.
 */
static int set_attr(struct dfs *dfs, const struct place *place, const struct entry *e, daos_handle_t oh, bool writable,
		    struct stat *stbuf, int flags)
{
	struct set_attr sa = {.place = place, .oid = e->oid, .oh = oh, .ask = stbuf, .flags = flags};
	int rc = mount_check_write(dfs);

	if (rc != 0)
		return rc;
	if (flags & ~SET_ATTR_ALL)
		return EINVAL;
	if ((flags & DFS_SET_ATTR_SIZE) && (!S_ISREG(e->mode) || stbuf->st_size < 0))
		return EINVAL;
	if (flags & DFS_SET_ATTR_SIZE) {
		rc = set_size(dfs, e, oh, writable, stbuf->st_size);
		if (rc != 0)
			return rc;
	}
	/* atime is not stored. */
	if ((flags & ~DFS_SET_ATTR_ATIME) == 0)
		sa.entry = *e;
	else
		rc = tx_run(dfs, set_attr_body, &sa);
	return rc != 0 ? rc : stat_entry(dfs, &sa.entry, oh, stbuf);
}

int dfs_osetattr(dfs_t *dfs, dfs_obj_t *obj, struct stat *stbuf, int flags)
{
	struct place place;
	struct entry e;
	bool writable;
	int rc;

	if (dfs == NULL || obj == NULL || stbuf == NULL || obj->dfs != dfs)
		return EINVAL;
	rc = obj_place(obj, &place);
	if (rc != 0)
		return rc;
	rc = obj_fetch_entry(obj, dfs->th, &place, &e);
	if (rc == 0) {
		writable = S_ISREG(obj->mode) && obj->flags != O_RDONLY;
		rc = set_attr(dfs, &place, &e, obj_handle(obj), writable, stbuf, flags);
	}
	place_put(&place);
	return rc;
}

/* Find `name` in `parent`; no name: `parent` itself. */
static int find(struct dfs *dfs, dfs_obj_t *parent, const char *name, bool follow, struct lookup *l)
{
	struct dnode *dir;
	int rc;

	if (dfs == NULL)
		return EINVAL;
	if (name != NULL) {
		rc = obj_directory(dfs, parent, &dir);
		return rc != 0 ? rc : lookup_name(dfs, dir, name, follow, l);
	}
	if (parent == NULL)
		parent = &dfs->root;
	if (parent->dfs != dfs)
		return EINVAL;
	rc = obj_place(parent, &l->place);
	if (rc != 0)
		return rc;
	rc = obj_fetch_entry(parent, dfs->th, &l->place, &l->entry);
	if (rc != 0)
		lookup_put(l);
	return rc;
}

int attr_set(struct dfs *dfs, const struct lookup *l, struct stat *stbuf, int flags)
{
	return set_attr(dfs, &l->place, &l->entry, DAOS_HDL_INVAL, false, stbuf, flags);
}

static int set_by_name(struct dfs *dfs, dfs_obj_t *parent, const char *name, bool follow, struct stat *st, int flags)
{
	struct lookup l;
	int rc = dfs != NULL ? mount_check_write(dfs) : EINVAL;

	if (rc == 0)
		rc = find(dfs, parent, name, follow, &l);
	if (rc != 0)
		return rc;
	rc = attr_set(dfs, &l, st, flags);
	lookup_put(&l);
	return rc;
}

int dfs_chmod(dfs_t *dfs, dfs_obj_t *parent, const char *name, mode_t mode)
{
	struct stat st = {.st_mode = mode};

	return set_by_name(dfs, parent, name, true, &st, DFS_SET_ATTR_MODE);
}

int dfs_chown(dfs_t *dfs, dfs_obj_t *parent, const char *name, uid_t uid, gid_t gid, int flags)
{
	struct stat st = {.st_uid = uid, .st_gid = gid};
	int set = 0;

	if (uid != (uid_t)-1)
		set |= DFS_SET_ATTR_UID;
	if (gid != (gid_t)-1)
		set |= DFS_SET_ATTR_GID;
	return set_by_name(dfs, parent, name, !(flags & O_NOFOLLOW), &st, set);
}

static bool in_group(gid_t gid)
{
	gid_t *list;
	bool found = getegid() == gid;
	int nr = found ? 0 : getgroups(0, NULL);

	if (nr <= 0)
		return found;
	list = malloc(nr * sizeof(*list));
	if (list == NULL)
		return false;
	nr = getgroups(nr, list);
	for (int i = 0; i < nr && !found; i++)
		found = list[i] == gid;
	free(list);
	return found;
}

/* By the mode bits alone: nobody is above them here, root neither. */
static int check_access(const struct entry *e, int mask)
{
	unsigned bits;

	if (e->uid == geteuid())
		bits = e->mode >> 6;
	else if (in_group(e->gid))
		bits = e->mode >> 3;
	else
		bits = e->mode;
	return (mask & ~bits & 7) == 0 ? 0 : EACCES;
}

int attr_access(struct dfs *dfs, const struct entry *e, int mask)
{
	int rc = 0;

	if ((mask & ~(R_OK | W_OK | X_OK)) != 0)
		return EINVAL;
	if (mask & W_OK)
		rc = mount_check_write(dfs);
	if (rc == 0 && mask != F_OK)
		rc = check_access(e, mask);
	return rc;
}

int dfs_access(dfs_t *dfs, dfs_obj_t *parent, const char *name, int mask)
{
	struct lookup l;
	int rc;

	rc = find(dfs, parent, name, true, &l);
	if (rc != 0)
		return rc;
	rc = attr_access(dfs, &l.entry, mask);
	lookup_put(&l);
	return rc;
}
