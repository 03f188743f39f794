/*
 * arch_stack.h: calling a function on another stack.
 */
#ifndef DFUSE_ARCH_STACK_H
#define DFUSE_ARCH_STACK_H

/* fn(arg) with the stack pointer at `top`, which is aligned to 16 bytes; its value. */
long arch_on_stack(void *top, long (*fn)(void *arg), void *arg);

#endif
