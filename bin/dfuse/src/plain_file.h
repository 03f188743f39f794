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
 * The file is going to be written to through `writer_fd`: the engine is to count what it grows by. Its plain file is
 * made if it has none; `keep`: nothing is written now, so that is to have the modification time of the file. If
 * somebody else has removed the file before anything was written, an anonymous one stands in for as long as it is open.
 * 0 or errno.
 */
int plain_file_make(struct inode *inode, struct open_file *open, bool keep);

/* As plain_file_make(), for a plain file that the kernel writes to itself: no other can stand in for that. */
void plain_file_count(struct inode *inode, struct open_file *open);

/* The last handle of an open file is gone, and the kernel has nothing of it either: it is at rest, as far as we know.
 */
void plain_file_settled(struct open_file *open);

/* There is a plain file now, or the open file goes: it counts no longer as one to be made. */
void plain_file_made(struct inode *inode, struct open_file *open);

/* Give it the modification time that the inode has. */
void plain_file_set_mtime(const struct inode *inode, int fd);

#endif
