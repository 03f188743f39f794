/*
 * cwd.h: the working directory, and paths that begin there.
 */
#ifndef DFUSE_IL_CWD_H
#define DFUSE_IL_CWD_H

#include <stddef.h>

#include "arch.h"

struct il_desc;

/* chdir(), fchdir(). */
void il_gate_chdir(struct il_regs *regs, const struct il_desc *desc, unsigned concerned);

/*
 * A relative path of room->call in an outside directory, which the inside knows nothing of, becomes absolute: for all
 * that are concerned.
 */
struct il_room;
void il_room_absolute(struct il_room *room);

/*
 * `path`, relative to the directory `dirfd` (or AT_FDCWD: the kernel's working directory), as an absolute one. 0 or -1:
 * it is too long, or nobody knows where that directory is. No libc.
 */
int il_path_absolute(int dirfd, const char *path, char *buf, size_t size);

#endif
