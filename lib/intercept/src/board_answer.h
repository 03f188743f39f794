/*
 * board_answer.h: calls that the board answers.
 */
#ifndef DFUSE_IL_BOARD_ANSWER_H
#define DFUSE_IL_BOARD_ANSWER_H

#include <stdbool.h>

#include "arch.h"

struct board;

/* NULL until there is an inside that posts. */
extern struct board *_Atomic il_board;

/*
 * True: the call has been answered. Its path is known to be readable. As il_gate(): general registers, little stack, no
 * libc.
 */
bool il_board_answers(struct il_regs *regs);

/*
 * The descriptor is about to be closed. True: it was opened by the outside, the inside has not heard of it, and it is
 * nothing of ours any more.
 */
bool il_board_forgets(long fd);

#endif
