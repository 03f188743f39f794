#include "cwd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enter.h"
#include "calls.h"
#include "gate.h"
#include "memory.h"
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

	if (dirfd == AT_FDCWD && il_in_vfork_child() && il_vfork_cwd() != NULL && *il_vfork_cwd() != '\0') {
		for (len = 0; (buf[len] = il_vfork_cwd()[len]) != '\0'; len++)
			;
	} else if (dirfd == AT_FDCWD) {
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

static void make_absolute(struct il_room *room, unsigned i)
{
	const struct il_desc *desc = room->desc;
	const char *path = (const char *)room->regs->arg[desc->path[i] - 1];
	long dirfd = desc->dirfd[i] == 0 ? AT_FDCWD : room->regs->arg[desc->dirfd[i] - 1];
	bool elsewhere = il_in_vfork_child() && il_vfork_cwd() != NULL;

	if (path == NULL || *path == '/' || *path == '\0')
		return;
	if ((int)dirfd == AT_FDCWD ? il_cwd_inside && !elsewhere : il_kind_of(dirfd) != IL_KIND_NONE)
		return;
	if (il_path_absolute(dirfd, path, room->absolute[i], PATH_MAX) != 0)
		return;
	room->call.arg[desc->path[i] - 1] = (long)room->absolute[i];
	if (desc->dirfd[i] != 0)
		room->call.arg[desc->dirfd[i] - 1] = AT_FDCWD;
}

void il_room_absolute(struct il_room *room)
{
	for (unsigned i = 0; i < 2; i++)
		if (room->concerned & (1U << i))
			make_absolute(room, i);
}

static void change(struct il_room *room)
{
	bool ask = room->concerned != 0 || il_cwd_inside ||
		   (room->desc->fd != 0 && il_kind_of(room->regs->arg[0]) != IL_KIND_NONE);
	long rc = IL_PASS;

	if (ask) {
		il_room_absolute(room);
		rc = il_ask_inside(&room->call);
	}
	if (rc == IL_PASS) {
		rc = il_syscall(room->call.nr, room->call.arg[0]);
		if (rc == 0)
			il_cwd_inside = 0;
	}
	if (rc == 0)
		il_mounts_cwd_changed();
	room->answer = rc;
}

/* Ask the inside something about a path that is not the program's call. */
static long ask_about(struct il_room *room, long nr, const char *path, long arg)
{
	room->call = (struct il_call){.nr = nr, .arg = {AT_FDCWD, (long)path, arg}};
	room->call.path = room->path[0];
	room->call.path2 = room->path[1];
	return il_ask_inside(&room->call);
}

/* Where a child of vfork() wants to go, as an absolute path. */
static int target(struct il_room *room, const char *path, char *buf)
{
	size_t len = 0;

	if (*path != '/' && il_cwd_inside && il_vfork_cwd() == NULL) {
		room->call = (struct il_call){.nr = SYS_getcwd, .arg = {(long)buf, PATH_MAX}};
		room->call.path = room->path[0];
		room->call.path2 = room->path[1];
		if (il_ask_inside(&room->call) <= 0)
			return -1;
		while (buf[len] != '\0')
			len++;
		buf[len++] = '/';
	} else if (*path != '/') {
		return il_path_absolute(AT_FDCWD, path, buf, PATH_MAX);
	}
	while (len < PATH_MAX && (buf[len] = *path++) != '\0')
		len++;
	return len < PATH_MAX ? 0 : -1;
}

/* Its parent stays where it is. Only a place that the kernel does not know is kept here. */
static void change_in_vfork_child(struct il_room *room)
{
	const char *path = (const char *)room->regs->arg[0];
	bool known = room->desc->fd == 0 && il_mounts_bare && il_can_read_page(path) &&
		     target(room, path, room->absolute[0]) == 0;
	char *to = room->absolute[0];
	struct stat st;

	if (known && il_mounts_match_bare(to))
		room->answer = ask_about(room, SYS_newfstatat, to, (long)&st);
	if (room->answer == IL_PASS) {
		/* It leads outside, as the inside may have found. */
		if (room->call.nr == SYS_newfstatat)
			path = (const char *)room->call.arg[1];
		else if (known && *path != '/')
			path = to;
		room->answer = il_syscall(room->regs->nr, path);
		if (room->answer == 0)
			il_vfork_set_cwd("");
		return;
	}
	if (room->answer == 0 && !S_ISDIR(st.st_mode))
		room->answer = -ENOTDIR;
	if (room->answer == 0)
		room->answer = ask_about(room, SYS_faccessat, to, X_OK);
	if (room->answer == 0)
		il_vfork_set_cwd(to);
	else if (room->answer == IL_PASS)
		room->answer = -ENOENT;
}

void il_gate_chdir(struct il_regs *regs, const struct il_desc *desc, unsigned concerned)
{
	il_enter(regs, desc, concerned, il_in_vfork_child() ? change_in_vfork_child : change);
}
