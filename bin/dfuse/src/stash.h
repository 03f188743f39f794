/*
 * stash.h: the extended attributes of a file that is open and has lost its name.
 *
 * DFS keeps them in the directory's entry, which goes with the name. A program that has the file open keeps its
 * attributes all the same: they are read just before the entry goes, and live in memory from then on, as long as the
 * open file does.
 *
 * All functions take inode_lock() themselves. They return 0 or an errno; ENODATA: no such attribute, or nothing
 * stashed.
 */
#ifndef DFUSE_STASH_H
#define DFUSE_STASH_H

#include "mount.h"

struct stash;

/* Before the entry of `obj` goes: read its attributes, if the inode is open. */
void stash_take(struct inode *inode, dfs_obj_t *obj);

/* `*len` is the room at `value` (0: only the length is wanted), then the length. ERANGE: too little room. */
int stash_get(struct inode *inode, const char *name, void *value, daos_size_t *len);
int stash_set(struct inode *inode, const char *name, const void *value, size_t len);
int stash_remove(struct inode *inode, const char *name);

/* All names, each with its NUL, in a buffer to be freed (NULL if there are none). */
int stash_list(struct inode *inode, char **list, daos_size_t *len);

void stash_free(struct stash *stash);

#endif
