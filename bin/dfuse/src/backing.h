/*
 * backing.h: FUSE passthrough: the kernel reads, writes and maps a plain file itself, and dfuse sees nothing of it.
 *
 * Since Linux 6.9, for connections without write-back. The daemon registers a descriptor of the file with the
 * connection and gets an id, which it gives with the reply to an open. The kernel then has a reference to the file of
 * its own, and opens it again for each such open, in the way in which the program has opened, by the rights of the
 * daemon.
 *
 * All opens of an inode at a time must be of one kind, passthrough with one id or none: see enum file_mode in file.h.
 */
#ifndef DFUSE_BACKING_H
#define DFUSE_BACKING_H

#include <stdbool.h>
#include <stddef.h>

#include "mount.h"

#if FUSE_VERSION >= FUSE_MAKE_VERSION(3, 18)
#define BACKING_SUPPORTED 1 /* libfuse knows how to tell the kernel */
#endif

/* Whether this process may register files, and libfuse can say so to the kernel; if not, a phrase for why in `why`. */
bool backing_possible(char *why, size_t len);

/* From the init handler: ask for it. False: this kernel does not offer it. */
bool backing_begin(struct fuse_conn_info *conn);

/* Register a descriptor, which may be closed afterwards. The id, which is above 0, or -errno. */
int backing_open(struct mount *m, int fd);

/* Have the open that `fi` is the reply to read and write the registered file. */
void backing_reply(struct fuse_file_info *fi, int id);

/* No open will be answered with the id any more; those that were keep the file. */
void backing_close(struct mount *m, int id);

#endif
