#include "fds.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>

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

void il_gate_fd(struct il_regs *regs, const struct il_desc *desc)
{
	enum il_kind kind = il_kind_of(regs->arg[0]);
	enum il_kind target = regs->nr == SYS_dup2 || regs->nr == SYS_dup3 ? il_kind_of(regs->arg[1]) : IL_KIND_NONE;

	if (kind == IL_KIND_NONE && target == IL_KIND_NONE)
		return;
	if (kind == IL_KIND_INTERNAL || target == IL_KIND_INTERNAL)
		il_regs_answer(regs, -EBADF);
	else if (!il_in_vfork_child() && !(is_kernels(regs) && kind == IL_KIND_FILE))
		il_enter(regs, desc, 0, ask);
}

static long kernel_range(unsigned first, unsigned last, long flags)
{
	return first > last ? 0 : il_syscall(SYS_close_range, first, last, flags);
}

/* The kernel closes everything but what is internal; the inside has been told of the others. */
static void close_all(struct il_room *room)
{
	unsigned first = room->regs->arg[0], last = room->regs->arg[1], from = first;
	long rc = 0;

	for (unsigned fd = first; fd <= last && fd < IL_FD_MAX && rc == 0; fd++) {
		enum il_kind kind = il_kind_of(fd);

		if (kind == IL_KIND_NONE)
			continue;
		if (kind != IL_KIND_INTERNAL) {
			room->call = (struct il_call){.nr = SYS_close, .arg = {fd}};
			room->call.path = room->path[0];
			room->call.path2 = room->path[1];
			if (il_ask_inside(&room->call) != IL_PASS)
				continue;
		} else if (fd > from) {
			rc = kernel_range(from, fd - 1, room->regs->arg[2]);
		}
		if (kind == IL_KIND_INTERNAL)
			from = fd + 1;
	}
	if (rc == 0)
		rc = kernel_range(from, last, room->regs->arg[2]);
	room->answer = rc;
}

static bool has_any(unsigned first, unsigned last)
{
	for (unsigned fd = first; fd <= last && fd < IL_FD_MAX; fd++)
		if (il_kind_of(fd) != IL_KIND_NONE)
			return true;
	return false;
}

void il_gate_close_range(struct il_regs *regs, const struct il_desc *desc)
{
	unsigned first = regs->arg[0], last = regs->arg[1];

	if ((regs->arg[2] & CLOSE_RANGE_CLOEXEC) || first > last || !il_inside_started() || il_in_vfork_child())
		return;
	if (has_any(first, last))
		il_enter(regs, desc, 0, close_all);
}
