/*
 * enter.h: the way into the inside.
 *
 * A thread enters with all signals blocked, in a *room*: a stack of its own, space for the vector registers, and
 * buffers for paths. The inside may so use as much stack as it likes, whatever the program has left, and no signal
 * handler runs there. Rooms are kept for reuse; there are as many as threads were ever inside at once.
 *
 * Nobody is inside while the process forks: il_enter_init() sees to that.
 */
#ifndef DFUSE_IL_ENTER_H
#define DFUSE_IL_ENTER_H

#include <stdbool.h>

#include "arch.h"
#include "inside.h"

struct il_desc;

struct il_room {
	struct il_room *next;
	void *stack_top;
	void *vector;
	void (*fn)(struct il_room *room);
	struct il_regs *regs;
	const struct il_desc *desc;
	unsigned concerned; /* which of the call's paths may lead to a container, as bits */
	struct il_call call;
	long answer; /* IL_PASS: for the kernel */
	void *env;   /* a mapping that goes with the room's next use; NULL */
	size_t env_size;
	char path[2][PATH_MAX];
	char absolute[2][PATH_MAX]; /* what a path from an outside directory becomes */
};

/* At start, with libc. 0 or an errno. */
int il_enter_init(void);

/*
 * Runs fn in a room. What fn leaves in room->answer, if it is not IL_PASS, is the answer to the call; otherwise the
 * call as it stands in room->call is made. No libc outside of fn.
 */
void il_enter(struct il_regs *regs, const struct il_desc *desc, unsigned concerned, void (*fn)(struct il_room *room));

/* For fn: what the inside answers to room->call; IL_PASS if there is no inside. */
long il_ask_inside(struct il_call *call);

/* Whether the inside has been started. */
bool il_inside_started(void);

/* For fn: NULL if it cannot be had. */
const struct il_inside *il_inside_get(void);

/* Has the inside at once, while the program is alone and in nothing that could be called again. */
void il_inside_ready(void);

/* From which number on the descriptors of the library's own are, as the limit now is. */
int il_fd_reserved(void);

/* Back to the others. */
void il_room_put(struct il_room *room);

#endif
