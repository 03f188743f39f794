/*
 * dnode.h: directories in use: one per directory object that somebody works with, with an open object handle.
 *
 * DFS stores no "..". A dnode remembers the directory that it was found in and its name there, which answers "..",
 * tells where a directory's own entry lies, and shows whether one directory lies below another, for as long as it is in
 * use. What this process renames is followed at once, what other processes rename when the directory is next looked up.
 *
 * Invariants: a dnode holds a reference to its parent. `parent`, `name` and `refs` change under the mount's lock only;
 * `oid` and `oh` never change. The superblock's dnode has no parent; the root's parent is the superblock's.
 */
#ifndef DFS_DNODE_H
#define DFS_DNODE_H

#include <stdbool.h>

#include <daos.h>
#include <daos_fs.h>

struct dnode {
	struct dfs *dfs;
	daos_obj_id_t oid;
	daos_handle_t oh;
	struct dnode *parent; /* NULL: not known */
	char *name;	      /* its name there; NULL without a parent */
	unsigned refs;
	struct dnode *next;
};

struct dnode_table {
	struct dnode **bucket;
	size_t nr_buckets; /* a power of 2 */
	size_t nr;
};

/* Where an entry lies. The directory is referenced: end with place_put(). */
struct place {
	struct dnode *dir;
	char name[DFS_MAX_NAME + 1];
	size_t len;
};

static inline bool oid_equal(daos_obj_id_t a, daos_obj_id_t b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/*
 * The directory `oid`, found under `name` in `parent` (NULL: not known; a place known before is kept). A reference is
 * the caller's, until dnode_put(). Returns 0 or a positive errno.
 */
int dnode_get(struct dfs *dfs, daos_obj_id_t oid, struct dnode *parent, const char *name, struct dnode **out);
struct dnode *dnode_ref(struct dnode *dn);
void dnode_put(struct dnode *dn);

/* ".." with a reference; the root's is the root. NULL: not known. */
struct dnode *dnode_parent(struct dnode *dn);

/* The place of its own entry. ESTALE: not known. */
int dnode_place(struct dnode *dn, struct place *place);

/* The directory `oid` is now `name` in `parent`; nothing happens if it is not in use. */
void dnode_moved(struct dfs *dfs, daos_obj_id_t oid, struct dnode *parent, const char *name);

/* Whether `dn` is the directory `oid` or, as far as is known, lies below it. */
bool dnode_is_below(struct dnode *dn, daos_obj_id_t oid);

void place_set(struct place *place, struct dnode *dir, const char *name, size_t len);
void place_put(struct place *place);

#endif
