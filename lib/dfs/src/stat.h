/*
 * stat.h: struct stat of what an entry says and of what its object says.
 *
 * A file's size is its byte array's. Its mtime is the entry's or the time of the array's newest epoch, whichever is
 * newer; an mtime set by hand stands until the array moves past the epoch that was recorded with it. A directory's
 * mtime moves on in the same way with its newest epoch. ctime is never older than data. There is no atime: mtime is
 * shown.
 *
 * Directories have size STAT_DIR_SIZE and link count 1 (their subdirectories are not counted), as in every other DFS.
 */
#ifndef DFS_STAT_H
#define DFS_STAT_H

#include <sys/stat.h>

#include "dnode.h"
#include "entry.h"

#define STAT_DIR_SIZE 104

/*
 * `oh`: the open array of a file or object of a directory; an invalid handle: it is opened for this. `st` is zeroed
 * first.
 */
int stat_entry(struct dfs *dfs, const struct entry *e, daos_handle_t oh, struct stat *st);

/* The newest epoch of a file's or directory's object, as is recorded with an mtime set by hand. */
int stat_epoch(struct dfs *dfs, const struct entry *e, daos_handle_t oh, daos_epoch_t *epoch);

#endif
