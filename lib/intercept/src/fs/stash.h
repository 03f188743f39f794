/*
 * stash.h: extended attributes in memory, of a file that is open and has lost its name. (DFS keeps them in the entry.)
 */
#ifndef DFUSE_IL_STASH_H
#define DFUSE_IL_STASH_H

#include <stddef.h>

#include <daos_fs.h>

struct stash;

/* Read all attributes of `obj`. NULL: there are none. */
struct stash *stash_read(dfs_t *dfs, dfs_obj_t *obj);
void stash_free(struct stash *stash);

/* As getxattr(2) and so on; 0 or an errno. *len: room at `value`, then the length. */
int stash_get(struct stash *stash, const char *name, void *value, daos_size_t *len);
int stash_set(struct stash **stash, const char *name, const void *value, size_t len);
int stash_remove(struct stash **stash, const char *name);
int stash_list(struct stash *stash, char *list, daos_size_t *len);

#endif
