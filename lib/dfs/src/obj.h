/*
 * obj.h: open objects: what dfs_obj_t is.
 *
 * An object may be used by many threads. It must be released once, after the last use, and before its mount goes.
 */
#ifndef DFS_OBJ_H
#define DFS_OBJ_H

#include <errno.h>
#include <sys/stat.h>

#include <daos.h>
#include <daos_fs.h>

#include "dnode.h"
#include "entry.h"

struct dfs_obj {
	struct dfs *dfs;
	daos_obj_id_t oid;
	mode_t mode; /* as of opening */
	int flags;   /* O_ACCMODE part of what it was opened with */
	daos_oclass_id_t oclass;
	daos_size_t chunk_size; /* 0 for a directory without a default of its own */
	struct dnode *dir;	/* directory: itself; its place is there */
	daos_handle_t oh;	/* regular file: the byte array */
	char *value;		/* symbolic link: the target */
	struct dnode *parent;	/* not a directory: where its entry lies, */
	char *name;		/* and under which name; both under the mount's lock */
};

/* What dfs_open() and dfs_lookup() make of an entry. `value`: a symbolic link's target. */
int obj_new(struct dfs *dfs, struct dnode *parent, const char *name, const struct entry *e, const char *value,
	    int flags, struct dfs_obj **out);

/* What O_TRUNC in `flags` asks for when `obj` was opened with them. EPERM: the mount is read-only. */
int obj_truncate_at_open(struct dfs_obj *obj, int flags);

/* Where the object's entry lies. ESTALE: not known. */
int obj_place(struct dfs_obj *obj, struct place *place);

/*
 * Fetch the object's entry. ENOENT: the object was removed, or moved by somebody else.
 */
int obj_fetch_entry(struct dfs_obj *obj, daos_handle_t th, const struct place *place, struct entry *e);

/* The directory that `parent` is (NULL: the root). EINVAL: no mount or another mount's; ENOTDIR. */
int obj_directory(struct dfs *dfs, struct dfs_obj *parent, struct dnode **dir);

/* The byte array of a regular file. `flags`: O_ACCMODE. */
int obj_open_array(struct dfs *dfs, daos_obj_id_t oid, daos_size_t chunk_size, int flags, daos_handle_t *oh);

/* 0 if `obj` is a regular file of `dfs`, else EINVAL. */
static inline int obj_check_file(const struct dfs *dfs, const struct dfs_obj *obj)
{
	return dfs == NULL || obj == NULL || obj->dfs != dfs || !S_ISREG(obj->mode) ? EINVAL : 0;
}

#endif
