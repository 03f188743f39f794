/*
 * gate.h: which calls go on to the kernel at once.
 *
 * il_gate() (arch.h) runs in the middle of anything, also in signal handlers and in children of vfork(), on whatever
 * stack there is: so it and what it calls use only general registers (their files are compiled so), little stack, and
 * no libc.
 */
#ifndef DFUSE_IL_GATE_H
#define DFUSE_IL_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "calls.h"
#include "inside.h"

/* What descriptors are (struct il_config). */
extern _Atomic uint8_t il_kinds[IL_FD_MAX];

/* All descriptors of the program's that are of any kind are below; the inside's own are those from il_fd_base on. */
extern _Atomic int il_fd_top;
extern int il_fd_base;
#define IL_FD_RESERVED 128

/* The working directory is in a container (struct il_config). */
extern _Atomic int il_cwd_inside;

/* The process's umask (struct il_config). */
extern _Atomic unsigned il_umask;

/* How often the process has become somebody else (struct il_config). */
extern _Atomic unsigned il_creds_changes;

/* The library has stepped aside: everything goes to the kernel. */
extern atomic_bool il_off;

/* The process that this is; a child of vfork() is another, with the same memory. */
extern int il_pid;

/* The descriptor is of some kind. Threads that raise it at once do not lower it for each other. */
static inline void il_fd_raise(int fd)
{
	int top = il_fd_top;

	while (fd >= top && !atomic_compare_exchange_weak(&il_fd_top, &top, fd + 1))
		;
}

static inline enum il_kind il_kind_of(long fd)
{
	if ((unsigned)fd >= IL_FD_MAX)
		return IL_KIND_NONE;
	return atomic_load_explicit(&il_kinds[(unsigned)fd], memory_order_relaxed);
}

#endif
