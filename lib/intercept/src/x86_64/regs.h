/*
 * regs.h: system calls on x86-64, made by the library itself: no errno, no libc, not intercepted.
 */
#ifndef DFUSE_IL_X86_64_REGS_H
#define DFUSE_IL_X86_64_REGS_H

#define IL_SYSCALL_LEN 2

static inline void il_regs_answer(struct il_regs *regs, long answer)
{
	regs->nr = answer;
	regs->ip += IL_SYSCALL_LEN;
}

static inline long il_syscall6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "+a"(nr)
			 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return nr;
}

#define IL_SYSCALL_(nr, a, b, c, d, e, f, ...) \
	il_syscall6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define il_syscall(...) IL_SYSCALL_(__VA_ARGS__, 0, 0, 0, 0, 0, 0)

#endif
