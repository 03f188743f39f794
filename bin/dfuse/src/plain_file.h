/*
 * plain_file.h: the plain file behind an open file, on the embedded engine.
 *
 * With inode_lock() held where an open file is given.
 */
#ifndef DFUSE_PLAIN_FILE_H
#define DFUSE_PLAIN_FILE_H

#include "file.h"

/*
 * The descriptor behind `obj`, or -1, and what went wrong, if anything. `flags`: of daos_local_array_fd(). ENOENT: it
 * was to be made, but the array was destroyed.
 */
int plain_file_fd(dfs_obj_t *obj, int flags, int *err);

/*
 * Make the plain file of a file that is open for writing, if it has none: its descriptor is `writer_fd` then. `keep`:
 * nothing is written now, so the file is to keep its modification time. If somebody else has removed the file before
 * anything was written, an anonymous one stands in for as long as it is open. 0 or errno.
 */
int plain_file_make(struct inode *inode, struct open_file *open, bool keep);

/* There is a plain file now, or the open file goes: it counts no longer as one to be made. */
void plain_file_made(struct inode *inode, struct open_file *open);

/* Give it the modification time that the inode has. */
void plain_file_set_mtime(const struct inode *inode, int fd);

#endif
