/*
 * fds.h: closing and duplicating descriptors.
 *
 * The inside is told what happens to those it has given to the program, and makes these calls itself. Its own
 * descriptors are not there for the program: EBADF. In a child of vfork(), whose descriptors are its own while the
 * memory is its parent's, the kernel does everything.
 */
#ifndef DFUSE_IL_FDS_H
#define DFUSE_IL_FDS_H

#include "arch.h"

struct il_desc;

/* close(), dup(), dup2(), dup3(), fcntl(). */
void il_gate_fd(struct il_regs *regs, const struct il_desc *desc);

/* Wait for the inside, and have it take over what the outside has opened. */
void il_gate_tell(int fd);

/* The next descriptor from `fd` on that is of any kind; -1. */
long il_kind_next(long fd);

void il_gate_close_range(struct il_regs *regs, const struct il_desc *desc);

#endif
