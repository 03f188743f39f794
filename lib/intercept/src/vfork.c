#include "vfork.h"

#include <limits.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "arch.h"
#include "enter.h"
#include "gate.h"
#include "memory.h"
#include "thread.h"

void il_vfork_mark(void)
{
	if (il_in_vfork_child())
		return;
	il_thread.nr_vfork_fds = 0;
	il_thread.may_vfork = true;
}

bool il_in_vfork_child(void)
{
	if (!il_thread.may_vfork)
		return false;
	if (il_syscall(SYS_getpid) != il_pid)
		return true;
	il_thread.may_vfork = false;
	if (il_thread.vfork_cwd != NULL)
		il_syscall(SYS_munmap, il_thread.vfork_cwd, PATH_MAX);
	il_thread.vfork_cwd = NULL;
	if (il_thread.exec_room != NULL)
		il_room_put(il_thread.exec_room);
	il_thread.exec_room = NULL;
	return false;
}

const char *il_vfork_cwd(void)
{
	return il_thread.vfork_cwd;
}

void il_vfork_set_cwd(const char *path)
{
	if (il_thread.vfork_cwd == NULL && (il_thread.vfork_cwd = il_map(PATH_MAX)) == NULL)
		return;
	for (unsigned i = 0; i < PATH_MAX && (il_thread.vfork_cwd[i] = path[i]) != '\0'; i++)
		;
}

int il_vfork_from(int fd)
{
	for (unsigned i = 0; i < il_thread.nr_vfork_fds; i++)
		if (il_thread.vfork_fds[i].fd == fd)
			return il_thread.vfork_fds[i].from;
	return il_kind_of(fd) == IL_KIND_NONE || il_kind_of(fd) == IL_KIND_INTERNAL ? -1 : fd;
}

/* Where there are more of them than fit, the next program does not know the last ones for ours. */
void il_vfork_set(int fd, int from)
{
	unsigned i = 0;

	while (i < il_thread.nr_vfork_fds && il_thread.vfork_fds[i].fd != fd)
		i++;
	if (i == IL_VFORK_FDS)
		return;
	if (i == il_thread.nr_vfork_fds)
		il_thread.nr_vfork_fds++;
	il_thread.vfork_fds[i] = (struct il_vfork_fd){fd, from};
}
