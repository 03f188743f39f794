#include "vfork.h"

#include <sys/syscall.h>

#include "arch.h"
#include "gate.h"
#include "thread.h"

bool il_in_vfork_child(void)
{
	if (!il_thread.may_vfork)
		return false;
	if (il_syscall(SYS_getpid) != il_pid)
		return true;
	il_thread.may_vfork = false;
	if (il_thread.exec_env != NULL)
		il_syscall(SYS_munmap, il_thread.exec_env, il_thread.exec_env_size);
	il_thread.exec_env = NULL;
	return false;
}
