#include "cwd.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "enter.h"
#include "calls.h"
#include "gate.h"
#include "mounts.h"
#include "vfork.h"

#define FD_NAME	     "/proc/self/fd/"
#define FD_NAME_SIZE 32

static void fd_name(char *name, unsigned fd)
{
	const char *prefix = FD_NAME;
	char digits[16];
	unsigned n = 0;

	while (*prefix != '\0')
		*name++ = *prefix++;
	do
		digits[n++] = '0' + fd % 10;
	while ((fd /= 10) != 0);
	while (n > 0)
		*name++ = digits[--n];
	*name = '\0';
}

int il_path_absolute(int dirfd, const char *path, char *buf, size_t size)
{
	char name[FD_NAME_SIZE];
	long len;

	if (dirfd == AT_FDCWD) {
		len = il_syscall(SYS_getcwd, buf, size) - 1;
	} else if (dirfd < 0) {
		return -1;
	} else {
		fd_name(name, dirfd);
		len = il_syscall(SYS_readlink, name, buf, size - 1);
	}
	if (len < 1 || buf[0] != '/')
		return -1;
	if (len > 1)
		buf[len++] = '/';
	while ((size_t)len < size && (buf[len] = *path++) != '\0')
		len++;
	return (size_t)len < size ? 0 : -1;
}

static void change(struct il_room *room)
{
	bool ask = room->concerned != 0 || il_cwd_inside ||
		   (room->desc->fd != 0 && il_kind_of(room->regs->arg[0]) != IL_KIND_NONE);
	long rc = IL_PASS;

	if (ask) {
		if (!il_cwd_inside && room->concerned != 0 && *(const char *)room->call.arg[0] != '/' &&
		    il_path_absolute(AT_FDCWD, (const char *)room->call.arg[0], room->absolute[0], PATH_MAX) == 0)
			room->call.arg[0] = (long)room->absolute[0];
		rc = il_ask_inside(&room->call);
	}
	if (rc == IL_PASS) {
		rc = il_syscall(room->call.nr, room->call.arg[0]);
		if (rc == 0 && !il_in_vfork_child())
			il_cwd_inside = 0;
	}
	if (rc == 0 && !il_in_vfork_child())
		il_mounts_cwd_changed();
	room->answer = rc;
}

void il_gate_chdir(struct il_regs *regs, const struct il_desc *desc, unsigned concerned)
{
	il_enter(regs, desc, concerned, change);
}
