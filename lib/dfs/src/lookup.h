/*
 * lookup.h: from a path to an entry.
 */
#ifndef DFS_LOOKUP_H
#define DFS_LOOKUP_H

#include "entry.h"
#include "obj.h"

/* What a path leads to. End with lookup_put(). */
struct lookup {
	struct place place;
	struct entry entry;
	entry_value_t value; /* a symbolic link's target */
};

/*
 * Walk `path` from the directory `dir`, or from the root if it is absolute: one fetch per component. Symbolic links on
 * the way are followed, and so is one at the end if `follow` or if a '/' comes after it.
 *
 * ENOENT: a component is missing, or something below one that is neither directory nor link. ELOOP: more than 40 links.
 * EINVAL: a component is too long. ENAMETOOLONG: the path becomes too long by links. ESTALE: ".." in a link, where the
 * parent of a directory is not known.
 */
int lookup_walk(struct dfs *dfs, struct dnode *dir, const char *path, bool follow, struct lookup *l);

/* The entry `name` in `dir`; a symbolic link is followed if `follow`. */
int lookup_name(struct dfs *dfs, struct dnode *dir, const char *name, bool follow, struct lookup *l);

void lookup_put(struct lookup *l);

/* Open what was found, with the access mode of `flags`. */
int lookup_obj(struct dfs *dfs, const struct lookup *l, int flags, struct dfs_obj **obj);

/* Whether "." or ".." is a component of `path`. */
bool lookup_has_dots(const char *path);

#endif
