/*
 * exec.h: the next program.
 *
 * It is intercepted if the environment says so (LD_PRELOAD), as any. If the process has descriptors of ours, or its
 * working directory is in a container, the environment gets one more entry, D_IL_INHERIT, which this library takes out
 * of it again when it starts there.
 */
#ifndef DFUSE_IL_EXEC_H
#define DFUSE_IL_EXEC_H

#include "arch.h"

struct il_desc;

/* execve(), execveat(). */
void il_gate_exec(struct il_regs *regs, const struct il_desc *desc, unsigned concerned);

/* At start: takes D_IL_INHERIT out of the environment. */
void il_inherit_init(void);

/* What it said; NULL. */
const char *il_inherited(void);

#endif
