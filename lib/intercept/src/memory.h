/*
 * memory.h: may this memory of the program be touched?
 *
 * The kernel answers EFAULT where a library would crash, and with signals blocked a fault cannot be caught. The
 * cheapest system call that reads (writes) memory and does nothing else is rt_sigprocmask(): with an impossible first
 * argument it copies eight bytes in and fails; without a new mask it copies the old one out. (getrandom(2) writes
 * less.)
 *
 * Most paths lie where nothing needs to be asked: in what was loaded at start, on the main thread's stack, or in the
 * heap that grows by brk(). The outside knows these.
 *
 * Both parts of the library use this. Another thread may unmap memory behind the check: then the program crashes, as it
 * deserves.
 */
#ifndef DFUSE_IL_MEMORY_H
#define DFUSE_IL_MEMORY_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>

#include "arch.h"

#define IL_PAGE	     4096UL
#define IL_MASK_SIZE 8 /* of the kernel's signal mask */

/* Whether the page of `p` can be read. */
static inline bool il_can_read_page(const void *p)
{
	uintptr_t page = (uintptr_t)p & ~(IL_PAGE - 1);

	return page != 0 && il_syscall(SYS_rt_sigprocmask, -1, page, 0, IL_MASK_SIZE) != -EFAULT;
}

/* The outside's: whether `p` is surely readable (up to the end of its page). `sp`: where the thread's stack is. */
bool il_is_readable(const void *p, const void *sp);

/* The outside's: il_write_probe(), for what is not known to be writable. */
bool il_can_write(void *p, size_t size, const void *sp);

/* At start. */
void il_memory_init(void);

/* Zeroed memory of the process's own, in whole pages; NULL: there is none. */
static inline void *il_map(size_t size)
{
	long at =
	    il_syscall(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);

	return (unsigned long)at >= -IL_PAGE ? NULL : (void *)at;
}

/*
 * Whether `size` bytes at `p` can be written, asked of the kernel, which writes there: only where something is to be
 * written next. Some of it may have been changed if not all of it can, as by a system call that fails with EFAULT.
 */
static inline bool il_write_probe(void *p, size_t size)
{
	uintptr_t at = (uintptr_t)p, last = at + size - IL_MASK_SIZE;

	if (size < IL_MASK_SIZE)
		return size == 0 || il_syscall(SYS_getrandom, p, size, GRND_NONBLOCK | GRND_INSECURE) == (long)size;
	if (last < at)
		return false;
	for (; at < last; at = (at & ~(IL_PAGE - 1)) + IL_PAGE)
		if (il_syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, at, IL_MASK_SIZE) != 0)
			return false;
	return il_syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, last, IL_MASK_SIZE) == 0;
}

static inline bool il_can_read(const void *p, size_t size)
{
	uintptr_t at = (uintptr_t)p & ~(IL_PAGE - 1), end = (uintptr_t)p + size;

	if (end < (uintptr_t)p)
		return false;
	for (; at < end; at += IL_PAGE)
		if (!il_can_read_page((const void *)at))
			return false;
	return true;
}

#endif
