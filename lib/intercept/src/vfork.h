/*
 * vfork.h: children that run in their parent's memory.
 *
 * Such a child has the parent's memory, thread-local too, and descriptors of its own. Before vfork() (and what
 * posix_spawn() makes of clone()) the thread is marked; a marked thread asks the kernel who it is. Once the parent goes
 * on it finds itself, and takes the mark away.
 *
 * What the child does to descriptors of ours is kept apart from the table, which is its parent's: for the exec.
 */
#ifndef DFUSE_IL_VFORK_H
#define DFUSE_IL_VFORK_H

#include <stdbool.h>

/* The thread is about to have such a child. */
void il_vfork_mark(void);

bool il_in_vfork_child(void);

/*
 * For such a child only. Its working directory, if it has changed it: an absolute path where no kernel would find it,
 * "" where the kernel's is right. To be freed by nobody.
 */
const char *il_vfork_cwd(void);
void il_vfork_set_cwd(const char *path);

/* For such a child only. Which descriptor of the table `fd` is; -1: none. */
int il_vfork_from(int fd);
void il_vfork_set(int fd, int from);

#endif
