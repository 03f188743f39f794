#include "fds.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>

#include "board_answer.h"
#include "calls.h"
#include "enter.h"
#include "gate.h"
#include "memory.h"
#include "thread.h"
#include "vfork.h"

static void ask(struct il_room *room)
{
	room->answer = il_ask_inside(&room->call);
}

/* fcntl() commands that do not look at, or only at, the open file, which is the kernel's. */
static bool is_kernels(const struct il_regs *regs)
{
	return regs->nr == SYS_fcntl && regs->arg[1] != F_DUPFD && regs->arg[1] != F_DUPFD_CLOEXEC;
}

long il_kind_next(long fd)
{
	for (; fd < IL_FD_MAX; fd++) {
		if (fd >= il_fd_top && fd < il_fd_base)
			fd = il_fd_base;
		if (il_kind_of(fd) != IL_KIND_NONE)
			return fd;
		if (fd >= il_fd_base + IL_FD_RESERVED)
			break;
	}
	return -1;
}

/* The kernel does it; only which descriptors are ours is kept, for the exec. */
static void in_vfork_child(struct il_regs *regs)
{
	int from = regs->nr == SYS_close ? -1 : il_vfork_from(regs->arg[0]);
	long rc;

	if (is_kernels(regs))
		return;
	rc = il_syscall(regs->nr, regs->arg[0], regs->arg[1], regs->arg[2]);
	if (rc >= 0)
		il_vfork_set(regs->nr == SYS_close ? regs->arg[0] : rc, from);
	il_regs_answer(regs, rc);
}

void il_gate_fd(struct il_regs *regs, const struct il_desc *desc)
{
	bool has_target = regs->nr == SYS_dup2 || regs->nr == SYS_dup3;
	enum il_kind kind = il_kind_of(regs->arg[0]);
	enum il_kind target = has_target ? il_kind_of(regs->arg[1]) : IL_KIND_NONE;

	if (kind == IL_KIND_INTERNAL || target == IL_KIND_INTERNAL)
		il_regs_answer(regs, -EBADF);
	else if (il_thread.may_vfork && il_in_vfork_child())
		in_vfork_child(regs);
	else if (regs->nr == SYS_close && kind == IL_KIND_FILE && il_board_forgets(regs->arg[0]))
		; /* the kernel's */
	else if ((kind != IL_KIND_NONE || target != IL_KIND_NONE) && !(is_kernels(regs) && kind == IL_KIND_FILE))
		il_enter(regs, desc, 0, ask);
}

/* Any call will do. */
void il_gate_tell(int fd)
{
	struct il_regs regs = {.nr = SYS_fcntl, .arg = {fd, F_GETFD}};

	il_enter(&regs, il_call_find(SYS_fcntl), 0, ask);
}

void il_gate_close_range(struct il_regs *regs, const struct il_desc *desc)
{
	unsigned first = regs->arg[0], last = regs->arg[1];
	long fd;

	if ((regs->arg[2] & CLOSE_RANGE_CLOEXEC) || first > last || (fd = il_kind_next(first)) < 0 || fd > last)
		return;
	il_enter(regs, desc, 0, ask);
	if (!il_in_vfork_child() || regs->nr != 0)
		return;
	for (; fd >= 0 && fd <= last; fd = il_kind_next(fd + 1))
		il_vfork_set(fd, -1);
}
