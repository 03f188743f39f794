/*
 * lock.h: a lock for use where libc cannot be: a word, and the kernel's futex when it is taken.
 */
#ifndef DFUSE_IL_LOCK_H
#define DFUSE_IL_LOCK_H

#include <stdatomic.h>
#include <stdint.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include "arch.h"

struct il_lock {
	_Atomic uint32_t word; /* 0: free, 1: taken, 2: taken, and others wait */
};

static inline void il_lock(struct il_lock *lock)
{
	uint32_t free = 0;

	if (atomic_compare_exchange_strong(&lock->word, &free, 1))
		return;
	while (atomic_exchange(&lock->word, 2) != 0)
		il_syscall(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, 2, 0);
}

static inline void il_unlock(struct il_lock *lock)
{
	if (atomic_exchange(&lock->word, 0) == 2)
		il_syscall(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1);
}

#endif
