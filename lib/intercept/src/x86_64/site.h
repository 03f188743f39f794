/*
 * site.h: finding the places in a library's code where it enters the kernel.
 *
 * A site is a `syscall` instruction, and the instruction before it, of five bytes or more, which makes way for a jump.
 *That other instruction is moved to the trampoline, so it must be one that does the same anywhere:
 *
 *	mov $number, %eax		b8 imm32: nearly all of libc
 *	mov $imm32, %reg32		[41] b8+r imm32: the number was loaded before
 *	mov disp8(%rsp), %reg64, or back	syscall(3), and __syscall_cancel_arch() of newer libcs: any number
 *	sub $imm32, %rsp
 *
 * The `syscall` stays where it is. So a jump to it from elsewhere in the function (a number loaded on another way) does
 * what it always did, and no jump can lead into the middle of what has been replaced, which was one instruction. When
 *the call is passed on, it is made at its old place, with the registers and the stack that it always had.
 */
#ifndef DFUSE_IL_SITE_H
#define DFUSE_IL_SITE_H

#include <stddef.h>
#include <stdint.h>

struct il_site {
	const uint8_t *insn;	/* the instruction that makes way */
	const uint8_t *syscall; /* and the one behind it */
};

#define IL_ANY_NUMBER -1
#define IL_INSN_MAX   7	 /* the longest of these instructions */
#define IL_SITE_START 64 /* no site is as near to the start of the text: what precedes it can be looked at */

/* Whether calls with this number, or IL_ANY_NUMBER, are of interest. */
typedef int il_wanted_fn(long nr);

/* The instruction before `syscall`, which must be IL_SITE_START bytes into the text, if this is a site that is wanted;
 * or NULL. */
const uint8_t *il_site_examine(const uint8_t *syscall, il_wanted_fn *wanted);

/* Up to `max` sites in `text`, into `sites`; how many. */
unsigned il_site_find(const uint8_t *text, size_t size, il_wanted_fn *wanted, struct il_site *sites, unsigned max);

#endif
