/*
 * invalidate.h: make the kernel drop what it has cached of an inode.
 *
 * The kernel writes dirty data of the inode to dfuse before it lets go of it, and some of its locks may be held by a
 * request that is just being served. So invalidation is never done by a thread that serves requests: invalidate_later()
 * hands it to a thread of its own.
 */
#ifndef DFUSE_INVALIDATE_H
#define DFUSE_INVALIDATE_H

#include "mount.h"

/* Data and attributes of one inode, now. For threads that serve no requests. */
void invalidate_now(struct mount *m, struct inode *inode);

/* Its attributes only. */
void invalidate_attributes(struct mount *m, struct inode *inode);

/* The name `name` in directory `dir`, whether it is there or known to be missing, and the directory's attributes and
 * listing. */
void invalidate_name(struct mount *m, struct inode *dir, const char *name);

/* Data, attributes, and the name by which the kernel finds it. */
void invalidate_with_name(struct mount *m, struct inode *inode);

/* All names of the mount, existing and not, as far as the kernel can (since 6.16). */
void invalidate_all_names(struct mount *m);

/* Put a byte into the kernel's copy of a file, which makes it as long as that needs. */
void invalidate_store(struct mount *m, struct inode *inode, off_t off, char byte);

/*
 * invalidate_now() from a new thread; `entry`: also the name by which the kernel finds it. 0 or errno. Does not wait.
 */
int invalidate_later(struct mount *m, struct inode *inode, bool entry);

/* Have the kernel write out the dirty data of an inode, then call `then` with `arg`. From a thread of its own; 0 or
 * errno. */
int invalidate_then(struct mount *m, struct inode *inode, void (*then)(void *arg), void *arg);

/* Wait until no such thread is left. */
void invalidate_wait(struct mount *m);

/* Have the kernel write out all dirty data of files that are open for writing. */
void invalidate_written(struct mount *m);

#endif
