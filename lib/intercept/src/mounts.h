/*
 * mounts.h: the places in the file tree that stand for containers.
 *
 * Found once, at start, from the kernel's list of mounts and from D_IL_POOL, D_IL_CONTAINER and D_IL_MOUNT_POINT. What
 * is in a dfuse mount is asked of it when the program first goes there.
 *
 * Whether a path leads to one is judged by its text: components `.` and doubled slashes are skipped, `..` takes one
 * away. A path that goes there by a symbolic link is not seen; in a dfuse mount the kernel carries it. So "yes" means
 * "perhaps", and "no" that nobody but the kernel has to do with it.
 */
#ifndef DFUSE_IL_MOUNTS_H
#define DFUSE_IL_MOUNTS_H

#include <stdbool.h>

#include "inside.h"

#define IL_MOUNTS_MAX 64

extern struct il_mount il_mounts[IL_MOUNTS_MAX];
extern unsigned il_nmounts;

/* A mount whose point the kernel does not know is there. */
extern bool il_mounts_bare;

/* How many there are. Uses libc. */
unsigned il_mounts_find(void);

/*
 * Whether the path may lead to a mount; it begins in the kernel's working directory if not with a slash. The path must
 * be readable. No libc.
 */
bool il_mounts_match(const char *path);

/*
 * Ask the mounts that the path may lead to what they are, once: until then, and if there is no answer, they have no
 * point in il_mounts. One that hangs hangs those who go there, and nobody else. No libc.
 */
void il_mounts_ask(const char *path);

/* The same of those whose points are somewhere in a text. */
void il_mounts_ask_in(const char *text);

/* The same for those that the kernel does not know, and an absolute path. */
bool il_mounts_match_bare(const char *path);

/* The same of a path in an outside directory that is not known: whether it is worth looking closer. */
bool il_mounts_mention(const char *path);

/* The kernel's working directory is another. No libc. */
void il_mounts_cwd_changed(void);

#endif
