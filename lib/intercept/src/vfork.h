/*
 * vfork.h: children that run in their parent's memory.
 *
 * Such a child has the parent's memory, thread-local too, and descriptors of its own. Before vfork() (and what
 * posix_spawn() makes of clone()) the thread is marked; a marked thread asks the kernel who it is. Once the parent goes
 * on it finds itself, and takes the mark away.
 */
#ifndef DFUSE_IL_VFORK_H
#define DFUSE_IL_VFORK_H

#include <stdbool.h>

bool il_in_vfork_child(void);

#endif
