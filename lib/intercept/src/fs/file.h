/*
 * file.h: what descriptors stand for.
 *
 * The table follows what the program does with its descriptors (dup, close, ...); the outside sees its shadow, the
 * kinds. An open file of it is shared by dup'ed descriptors.
 */
#ifndef DFUSE_IL_FILE_H
#define DFUSE_IL_FILE_H

#include <sys/uio.h>

#include "dirlist.h"
#include "node.h"

struct file {
	unsigned refs;
	enum il_kind kind;
	int flags; /* of open(2) */
	struct node *node;
	struct dirlist *list; /* of a directory that is being read */
};

/* NULL: not ours. */
struct file *file_get(int fd);

/* `fd`, which the kernel has opened, stands for `n` now. Closes it on errors. */
int file_put(int fd, enum il_kind kind, int flags, struct node *n);

/* The call comes from a child of vfork(): what it does with descriptors is not this process's. */
extern bool file_frozen;

/* `fd` now stands for what `f` does (NULL: for nothing of ours). */
void file_set(int fd, struct file *f);

/* A placeholder descriptor: of nothing, with the flags of open(2) that matter. Or -errno. */
int file_placeholder(int flags);

/* Open the plain file of a regular file. The descriptor or -errno. Of a container that has them (fs->plain). */
int file_open_plain(struct node *n, int flags);

/*
 * Set the size of a regular file. Closing any descriptor of a file ends the fcntl(2) locks that the process has on it,
 * so while the program has it open, a descriptor that was needed for this stays open as well.
 */
int file_truncate(struct node *n, off_t size);

/* A descriptor of the inside's own: high, and known to the outside. Closes `fd`. */
int file_hide(int fd);

/* The next descriptor from `fd` on that is ours, or -1. */
int file_next(int fd);

#endif
