/* Opening and creating by name. */
#include <errno.h>
#include <unistd.h>

#include "error.h"
#include "mount.h"
#include "oid.h"

/* What is to be created. */
struct creation {
	struct dnode *dir;
	const char *name;
	size_t len;
	daos_oclass_id_t parent_oclass;
	daos_size_t parent_chunk_size;
};

/* The class and chunk size of a new entry: asked for, else the parent's default, else the container's. */
static void choose_layout(struct dfs *dfs, const struct creation *c, daos_oclass_id_t ask_oclass, daos_size_t ask_chunk,
			  mode_t mode, daos_oclass_id_t *oclass, daos_size_t *chunk)
{
	*oclass = ask_oclass != 0 ? ask_oclass : c->parent_oclass;
	if (*oclass == 0)
		*oclass = S_ISREG(mode) ? dfs->attr.da_file_oclass_id : dfs->attr.da_dir_oclass_id;
	*chunk = ask_chunk != 0 ? ask_chunk : c->parent_chunk_size;
	if (*chunk == 0)
		*chunk = dfs->attr.da_chunk_size;
}

/*
 * Add an entry with a new object id (a symbolic link has one for its inode number; nothing is stored there). The object
 * itself needs no creation. EEXIST: the name is taken.
 */
static int create_entry(struct dfs *dfs, const struct creation *c, mode_t mode, daos_oclass_id_t ask_oclass,
			daos_size_t ask_chunk, const char *value, struct entry *e)
{
	daos_oclass_id_t oclass;
	daos_size_t chunk;
	int rc;

	choose_layout(dfs, c, ask_oclass, ask_chunk, mode, &oclass, &chunk);
	memset(e, 0, sizeof(*e));
	rc = oid_new(dfs, mode & S_IFMT, oclass, &e->oid);
	if (rc != 0)
		return rc;
	e->mode = mode;
	e->uid = geteuid();
	e->gid = getegid();
	entry_now(&e->mtime);
	e->ctime = e->mtime;
	switch (mode & S_IFMT) {
	case S_IFREG:
		e->chunk_size = chunk;
		break;
	case S_IFDIR:
		/* What is created in it inherits what was asked for it or its parent. */
		e->oclass = ask_oclass != 0 ? ask_oclass : c->parent_oclass;
		e->chunk_size = ask_chunk != 0 ? ask_chunk : c->parent_chunk_size;
		break;
	default:
		e->value_len = strlen(value);
	}
	return entry_insert(c->dir->oh, DAOS_TX_NONE, c->name, c->len, e, value);
}

static int creation_init(struct dfs *dfs, dfs_obj_t *parent, const char *name, struct creation *c)
{
	int rc;

	if (dfs == NULL)
		return EINVAL;
	if (parent == NULL)
		parent = &dfs->root;
	rc = obj_directory(dfs, parent, &c->dir);
	if (rc != 0)
		return rc;
	c->name = name;
	c->parent_oclass = parent->oclass;
	c->parent_chunk_size = parent->chunk_size;
	return entry_name_check(name, &c->len);
}

/* Whether what was found may be opened as `type`. */
static int check_type(mode_t found, mode_t type)
{
	if ((found & S_IFMT) == (type & S_IFMT))
		return 0;
	return S_ISDIR(type) ? ENOTDIR : EINVAL;
}

static int open_check(struct dfs *dfs, mode_t mode, int flags, const char *value)
{
	if ((flags & O_CREAT) || (flags & O_TRUNC)) {
		int rc = mount_check_write(dfs);

		if (rc != 0)
			return rc;
	}
	if (S_ISREG(mode) || S_ISDIR(mode))
		return 0;
	/* A symbolic link is only ever created here; dfs_lookup_rel() with O_NOFOLLOW opens one. */
	if (!S_ISLNK(mode) || !(flags & O_CREAT) || value == NULL || value[0] == '\0')
		return EINVAL;
	return strnlen(value, DFS_MAX_PATH) == DFS_MAX_PATH ? ENAMETOOLONG : 0;
}

int dfs_open(dfs_t *dfs, dfs_obj_t *parent, const char *name, mode_t mode, int flags, daos_oclass_id_t cid,
	     daos_size_t chunk_size, const char *value, dfs_obj_t **obj)
{
	bool created = false;
	entry_value_t found;
	struct creation c;
	struct entry e;
	int rc;

	if (obj == NULL)
		return EINVAL;
	rc = creation_init(dfs, parent, name, &c);
	if (rc == 0)
		rc = open_check(dfs, mode, flags, value);
	if (rc != 0)
		return rc;

	if (flags & O_CREAT) {
		rc = create_entry(dfs, &c, mode, cid, chunk_size, value, &e);
		created = rc == 0;
		if (rc != 0 && (rc != EEXIST || (flags & O_EXCL)))
			return rc;
	}
	if (!created) {
		rc = entry_fetch(c.dir->oh, dfs->th, name, c.len, &e, found);
		if (rc == 0)
			rc = check_type(e.mode, mode);
		if (rc != 0)
			return rc;
		value = found;
	}
	rc = obj_new(dfs, c.dir, name, &e, value, flags, obj);
	if (rc == 0 && !created) {
		rc = obj_truncate_at_open(*obj, flags);
		if (rc != 0)
			dfs_release(*obj);
	}
	return rc;
}

int dfs_mkdir(dfs_t *dfs, dfs_obj_t *parent, const char *name, mode_t mode, daos_oclass_id_t cid)
{
	struct creation c;
	struct entry e;
	int rc;

	rc = creation_init(dfs, parent, name, &c);
	if (rc == 0)
		rc = mount_check_write(dfs);
	if (rc != 0)
		return rc;
	return create_entry(dfs, &c, S_IFDIR | (mode & ~S_IFMT), cid, 0, NULL, &e);
}
