/*
 * arch.h: what the library needs of a processor. Each has a folder (x86_64/) that provides this.
 *
 * A *site* is where libc or ld.so enters the kernel. Rewritten, it comes to il_gate() instead, with the registers of
 * the call, and goes on at the system call instruction, or behind it if il_gate() has answered.
 */
#ifndef DFUSE_IL_ARCH_H
#define DFUSE_IL_ARCH_H

#include <stdbool.h>
#include <stddef.h>

/* As the entry in assembler lays them down. */
struct il_regs {
	long nr; /* in: the number; out: the answer */
	long arg[6];
	char *ip; /* of the system call instruction, where the thread goes on */
};

/* The call has been answered: do not make it. */
static inline void il_regs_answer(struct il_regs *regs, long answer);

/*
 * Rewrite libc and ld.so. Only while the process has one thread. The number of sites, or 0: this cannot be done here,
 * and nothing has been changed.
 */
unsigned il_arch_rewrite(void);

/* Whether the call comes from ld.so: it may be in the middle of loading something. */
bool il_arch_is_loader(const struct il_regs *regs);

/* How much il_arch_call() needs at `vector`, which must be aligned to 64 bytes, and zeroed before its first use. */
size_t il_arch_vector_size(void);

/* fn(arg) on another stack, with the registers that functions may change but system calls may not saved in `vector`. */
void il_arch_call(void (*fn)(void *), void *arg, void *stack_top, void *vector);

/*
 * Where sites lead to. On the program's stack, in the middle of anything: nothing but general registers, no libc. It
 * may change `regs`.
 */
void il_gate(struct il_regs *regs);

#if defined(__x86_64__) && defined(__LP64__)
#include "x86_64/regs.h"
#else
#error "no folder for this processor"
#endif

#endif
