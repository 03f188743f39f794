/*
 * aside.c: libioil.so where there is no way to see a program's system calls: everything goes to the kernel.
 */
extern const char il_steps_aside[];

const char il_steps_aside[] = "no interception on this platform";
