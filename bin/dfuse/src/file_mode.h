/*
 * file_mode.h: how the data of an open file travel: enum file_mode of file.h is decided here, and undone.
 */
#ifndef DFUSE_FILE_MODE_H
#define DFUSE_FILE_MODE_H

#include "file.h"

/* The first handle is being opened; `open` has one descriptor at most. With the inode's lock held. */
void file_mode_begin(struct inode *inode, struct open_file *open);

/* The last one is gone, and the kernel has written out what it had. With the inode's lock held. */
void file_mode_end(struct inode *inode, struct open_file *open);

#endif
