#include "gate.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stddef.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "arch.h"
#include "board_answer.h"
#include "cwd.h"
#include "enter.h"
#include "exec.h"
#include "fds.h"
#include "memory.h"
#include "mounts.h"
#include "report.h"
#include "thread.h"
#include "vfork.h"

_Atomic uint8_t il_kinds[IL_FD_MAX];
_Atomic int il_fd_top;
int il_fd_base = IL_FD_MAX;
_Atomic int il_cwd_inside;
_Atomic unsigned il_umask;
_Atomic unsigned il_creds_changes;
atomic_bool il_off;
int il_pid;
__thread struct il_thread il_thread;

/*
 * Programs have their paths in few places: the pages of the last ones are remembered. Who passes the address of one
 * that he has unmapped meanwhile gets a signal where the kernel would say EFAULT.
 */
static bool is_known(const char *p)
{
	uintptr_t page = (uintptr_t)p & ~(IL_PAGE - 1);

	for (unsigned i = 0; i < IL_PAGES_KNOWN; i++)
		if (il_thread.known_page[i] == page)
			return page != 0;
	if (!il_can_read_page(p))
		return false;
	il_thread.known_page[il_thread.next_page++ % IL_PAGES_KNOWN] = page;
	return true;
}

/* Whether there is a string of less than PATH_MAX bytes: 0, or what the kernel would say. */
static int check_path(const char *p, const void *sp)
{
	for (size_t n = 0; n < PATH_MAX;) {
		size_t end = n + IL_PAGE - ((uintptr_t)(p + n) & (IL_PAGE - 1)); /* of the page */

		if (!il_is_readable(p + n, sp) && !is_known(p + n))
			return -EFAULT;
		for (; n < end && n < PATH_MAX; n++)
			if (p[n] == '\0')
				return 0;
	}
	return -ENAMETOOLONG;
}

static bool is_placeholder(long fd)
{
	enum il_kind kind = il_kind_of(fd);

	return kind == IL_KIND_DIR || kind == IL_KIND_PATH || kind == IL_KIND_INTERNAL;
}

static bool concerns_fd(long fd)
{
	if ((int)fd == AT_FDCWD)
		return il_cwd_inside || il_mounts_match(".");
	return il_kind_of(fd) != IL_KIND_NONE;
}

static const char *skip(const char *path, const char *prefix)
{
	while (*prefix != '\0' && *path == *prefix) {
		path++;
		prefix++;
	}
	return *prefix == '\0' ? path : NULL;
}

/* /proc/self/fd/N, where N is ours. */
static bool names_fd(const char *path)
{
	const char *p = skip(path, "/proc/self/fd/");
	long fd = 0;

	if (p == NULL)
		p = skip(path, "/dev/fd/");
	if (p == NULL || *p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9' && fd < IL_FD_MAX; p++)
		fd = fd * 10 + (*p - '0');
	return il_kind_of(fd) != IL_KIND_NONE;
}

/* Whether the i-th path of a call may lead to a container. */
static bool concerns_path(const struct il_regs *regs, const struct il_desc *desc, unsigned i)
{
	const char *path = (const char *)regs->arg[desc->path[i] - 1];
	long dirfd = desc->dirfd[i] == 0 ? AT_FDCWD : regs->arg[desc->dirfd[i] - 1];
	bool empty_is_fd =
	    desc->empty_path || (desc->flags != 0 && (regs->arg[desc->flags - 1] & AT_EMPTY_PATH) && i == 0);

	if (path == NULL)
		return (empty_is_fd || desc->null_path) && concerns_fd(dirfd);
	if (check_path(path, regs) != 0)
		return false;
	if (*path == '\0')
		return empty_is_fd && concerns_fd(dirfd);
	if (*path == '/')
		return il_mounts_match(path) || names_fd(path);
	if ((int)dirfd == AT_FDCWD && il_thread.may_vfork && il_in_vfork_child() && il_vfork_cwd() != NULL)
		return *il_vfork_cwd() != '\0';
	if ((int)dirfd == AT_FDCWD)
		return il_cwd_inside || il_mounts_match(path);
	return is_placeholder(dirfd) || (il_mounts_bare && il_mounts_mention(path));
}

/* Of two paths both must be readable: a real file system's caller hears of it before either is looked at. */
static unsigned concerned(struct il_regs *regs, const struct il_desc *desc)
{
	unsigned paths = 0;
	int rc = 0;

	for (unsigned i = 0; i < 2; i++)
		if (desc->path[i] != 0 && concerns_path(regs, desc, i))
			paths |= 1U << i;
	for (unsigned i = 0; i < 2 && paths != 0 && desc->path[1] != 0 && rc == 0; i++)
		rc = check_path((const char *)regs->arg[desc->path[i] - 1], regs);
	if (rc == 0)
		return paths;
	il_regs_answer(regs, rc);
	return 0;
}

/* The room of a call that has nothing special about it. */
static void plain(struct il_room *room)
{
	il_room_absolute(room);
	room->answer = il_ask_inside(&room->call);
}

/* Whether there is an answer before it is even asked whom the call concerns. */
static bool is_known_on_board(struct il_regs *regs, const struct il_desc *desc)
{
	const char *path = desc->path[0] == 0 ? NULL : (const char *)regs->arg[desc->path[0] - 1];

	return il_board != NULL && desc->path[1] == 0 && (path == NULL || check_path(path, regs) == 0) &&
	       il_board_answers(regs);
}

static void go_plain(struct il_regs *regs, const struct il_desc *desc)
{
	enum il_kind kind = desc->fd == 0 ? IL_KIND_NONE : il_kind_of(regs->arg[desc->fd - 1]);
	unsigned paths;

	if (kind == IL_KIND_INTERNAL) {
		il_regs_answer(regs, -EBADF);
		return;
	}
	if (is_known_on_board(regs, desc))
		return;
	paths = concerned(regs, desc);
	if (paths != 0 || kind != IL_KIND_NONE)
		il_enter(regs, desc, paths, plain);
}

/* A filter may kill the process for a call that it has never heard of: from now on it hears what the program says. */
static void step_aside(void)
{
	il_off = true;
}

/* Sockets cannot be in a container, and where there is no mount the kernel would put them elsewhere. */
static void on_sockaddr(struct il_regs *regs)
{
	const struct sockaddr_un *addr = (const struct sockaddr_un *)regs->arg[1];
	size_t len = (unsigned)regs->arg[2], at = offsetof(struct sockaddr_un, sun_path);
	char path[sizeof(addr->sun_path) + 1];
	bool here;

	if (!il_mounts_bare || len <= at || len > sizeof(*addr) || !il_can_read(addr, len) ||
	    addr->sun_family != AF_UNIX)
		return;
	for (size_t i = 0; i < len - at; i++)
		path[i] = addr->sun_path[i];
	path[len - at] = '\0';
	here = path[0] != '/' && il_cwd_inside && !il_mounts_match(".");
	if (path[0] != '\0' && (here || il_mounts_match_bare(path)))
		il_regs_answer(regs, regs->nr == SYS_bind ? -EPERM : -ECONNREFUSED);
}

static void get_inside(struct il_room *room)
{
	(void)room;
	il_inside_get();
}

/* struct clone_args begins with them. */
static unsigned long clone3_flags(const uint64_t *args, const void *sp)
{
	return il_is_readable(args, sp) || il_can_read_page(args) ? *args : 0;
}

/* What the inside opens must be its process's: in a child of vfork() it would be too late to start it. */
static void on_clone(struct il_regs *regs, const struct il_desc *desc)
{
	unsigned long flags = CLONE_VM | CLONE_VFORK;

	if (regs->nr == SYS_clone)
		flags = regs->arg[0];
	else if (regs->nr == SYS_clone3 && regs->arg[0] != 0)
		flags = clone3_flags((const uint64_t *)regs->arg[0], regs);
	if (!(flags & CLONE_VM) || !(flags & CLONE_VFORK))
		return;
	if (il_mounts_bare && !il_inside_started())
		il_enter(regs, desc, 0, get_inside);
	il_vfork_mark();
}

/* Counted afterwards: who has seen the new count reads what the process is now. */
static void become(struct il_regs *regs)
{
	long rc = il_syscall(regs->nr, regs->arg[0], regs->arg[1], regs->arg[2]);

	if (!il_in_vfork_child())
		il_creds_changes++;
	il_regs_answer(regs, rc);
}

void il_gate(struct il_regs *regs)
{
	const struct il_desc *desc = il_call_find(regs->nr);

	if (desc == NULL || il_thread.busy || il_off)
		return;
	/* What would load the inside is itself loading something: it must not be called from there. */
	if (!il_inside_started() && il_arch_is_loader(regs))
		return;
	switch (desc->special) {
	case IL_PLAIN:
		go_plain(regs, desc);
		break;
	case IL_CHDIR:
		il_gate_chdir(regs, desc, concerned(regs, desc));
		break;
	case IL_GETCWD:
		if (il_cwd_inside)
			il_enter(regs, desc, 0, plain);
		break;
	case IL_CLOSE:
	case IL_DUP:
	case IL_FCNTL:
		il_gate_fd(regs, desc);
		break;
	case IL_CLOSE_RANGE:
		il_gate_close_range(regs, desc);
		break;
	case IL_EXEC:
		il_gate_exec(regs, desc, concerned(regs, desc));
		break;
	case IL_CLONE:
		on_clone(regs, desc);
		break;
	case IL_SECCOMP:
		if (regs->arg[0] == SECCOMP_SET_MODE_STRICT || regs->arg[0] == SECCOMP_SET_MODE_FILTER)
			step_aside();
		break;
	case IL_PRCTL:
		if (regs->arg[0] == PR_SET_SECCOMP)
			step_aside();
		break;
	case IL_UMASK:
		if (!il_in_vfork_child())
			il_umask = regs->arg[0] & 0777;
		break;
	case IL_CREDS:
		become(regs);
		break;
	case IL_SOCKADDR:
		on_sockaddr(regs);
		break;
	case IL_EXIT:
		il_report_exit();
		break;
	default:
		break;
	}
}
