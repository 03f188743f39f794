/*
 * call.c: the door of the inside: one call at a time, on a stack of the inside's own.
 *
 * The program's stack may be small (a thread's, a signal handler's); libdfs and LMDB below need more than such a one
 * has. As there is one lock, one stack is enough.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch_stack.h"
#include "inherit.h"
#include "ops.h"
#include "post.h"
#include "sys.h"

#define STACK_SIZE (512 * 1024)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *stack_top;

static op_fn *const ops[] = {
    [SYS_open] = op_open,
    [SYS_openat] = op_openat,
    [SYS_openat2] = op_openat2,
    [SYS_creat] = op_creat,
    [SYS_stat] = op_stat,
    [SYS_lstat] = op_lstat,
    [SYS_fstat] = op_fstat,
    [SYS_newfstatat] = op_newfstatat,
    [SYS_statx] = op_statx,
    [SYS_access] = op_access,
    [SYS_faccessat] = op_faccessat,
    [SYS_faccessat2] = op_faccessat2,
    [SYS_readlink] = op_readlink,
    [SYS_readlinkat] = op_readlinkat,
    [SYS_statfs] = op_statfs,
    [SYS_fstatfs] = op_fstatfs,
    [SYS_mkdir] = op_mkdir,
    [SYS_mkdirat] = op_mkdirat,
    [SYS_rmdir] = op_rmdir,
    [SYS_unlink] = op_unlink,
    [SYS_unlinkat] = op_unlinkat,
    [SYS_rename] = op_rename,
    [SYS_renameat] = op_renameat,
    [SYS_renameat2] = op_renameat2,
    [SYS_link] = op_link,
    [SYS_linkat] = op_linkat,
    [SYS_symlink] = op_symlink,
    [SYS_symlinkat] = op_symlinkat,
    [SYS_mknod] = op_mknod,
    [SYS_mknodat] = op_mknodat,
    [SYS_chmod] = op_chmod,
    [SYS_fchmod] = op_fchmod,
    [SYS_fchmodat] = op_fchmodat,
    [452] = op_fchmodat2,
    [SYS_chown] = op_chown,
    [SYS_lchown] = op_lchown,
    [SYS_fchown] = op_fchown,
    [SYS_fchownat] = op_fchownat,
    [SYS_utime] = op_utime,
    [SYS_utimes] = op_utimes,
    [SYS_futimesat] = op_futimesat,
    [SYS_utimensat] = op_utimensat,
    [SYS_truncate] = op_truncate,
    [SYS_setxattr] = op_setxattr,
    [SYS_lsetxattr] = op_lsetxattr,
    [SYS_fsetxattr] = op_fsetxattr,
    [SYS_getxattr] = op_getxattr,
    [SYS_lgetxattr] = op_lgetxattr,
    [SYS_fgetxattr] = op_fgetxattr,
    [SYS_listxattr] = op_listxattr,
    [SYS_llistxattr] = op_llistxattr,
    [SYS_flistxattr] = op_flistxattr,
    [SYS_removexattr] = op_removexattr,
    [SYS_lremovexattr] = op_lremovexattr,
    [SYS_fremovexattr] = op_fremovexattr,
    [SYS_getdents] = op_getdents,
    [SYS_getdents64] = op_getdents64,
    [SYS_chdir] = op_chdir,
    [SYS_fchdir] = op_fchdir,
    [SYS_getcwd] = op_getcwd,
    [SYS_close] = op_close,
    [SYS_close_range] = op_close_range,
    [SYS_dup] = op_dup,
    [SYS_dup2] = op_dup2,
    [SYS_dup3] = op_dup3,
    [SYS_fcntl] = op_fcntl,
    [SYS_fsync] = op_fsync,
    [SYS_fdatasync] = op_fsync,
    [SYS_syncfs] = op_syncfs,
    [SYS_flock] = op_flock,
    [SYS_execve] = op_execve,
    [SYS_execveat] = op_execveat,
    [SYS_inotify_add_watch] = op_at_path,
    [SYS_name_to_handle_at] = op_at_path,
};

#define NR_OPS ((long)(sizeof(ops) / sizeof(ops[0])))

/* A limit on the size of the program's files is none on those of the database: they would hit it. */
static bool is_limited(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

static bool all_real(const struct il_config *config)
{
	for (unsigned i = 0; i < config->nr_mounts; i++)
		if (!config->mounts[i].is_real)
			return false;
	return true;
}

/*
 * The program's limit on the size of files has hit the database. That signal was not meant for the program; signals are
 * blocked, so it is still waiting.
 */
static bool hit_limit(void)
{
	const struct timespec now = {0, 0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGXFSZ);
	return is_limited() && sigtimedwait(&set, NULL, &now) == SIGXFSZ;
}

static long answer(void *arg)
{
	struct il_call *c = arg;
	long rc;

	file_frozen = false; /* what the outside has opened is the process's, whoever calls now */
	post_enter();
	node_trim();
	if (creds_check())
		post_void_all();
	file_frozen = c->vfork != 0;
	rc = ops[c->nr](c);
	post_leave();
	if ((rc == -EIO || rc == -EFBIG || rc == -ENOSPC) && hit_limit())
		return all_real(il) ? IL_PASS : -EFBIG;
	return rc;
}

static long call(struct il_call *c)
{
	long rc;

	if (c->nr < 0 || c->nr >= NR_OPS || ops[c->nr] == NULL)
		return IL_PASS;
	pthread_mutex_lock(&lock);
	rc = arch_on_stack(stack_top, answer, c);
	pthread_mutex_unlock(&lock);
	return rc;
}

static long begin(void *arg)
{
	(void)arg;
	creds_read();
	inherit_take(il->inherit);
	return 0;
}

static int start(const struct il_config *config)
{
	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (config->abi != IL_INSIDE_ABI)
		return EINVAL;
	if (is_limited() && all_real(config))
		return EFBIG;
	if (stack == MAP_FAILED)
		return ENOMEM;
	mprotect(stack, 4096, PROT_NONE); /* what grows too far ends here */
	stack_top = stack + STACK_SIZE;
	il = config;
	if (config->environment != NULL)
		environ = config->environment;
	arch_on_stack(stack_top, begin, NULL);
	return 0;
}

static void fork_prepare(void)
{
	pthread_mutex_lock(&lock);
	atfork_prepare();
}

static void fork_parent(void)
{
	atfork_parent();
	pthread_mutex_unlock(&lock);
}

static void fork_child(void)
{
	atfork_child();
	pthread_mutex_init(&lock, NULL);
	creds_read();
}

static long inherit(char *buf, unsigned long size, const struct il_heir *heirs, unsigned nr_heirs, const char *cwd)
{
	long n;

	pthread_mutex_lock(&lock);
	file_frozen = false;
	post_enter();
	n = inherit_give(buf, size, heirs, nr_heirs, cwd);
	post_leave();
	pthread_mutex_unlock(&lock);
	return n;
}

__attribute__((visibility("default"))) extern const struct il_inside il_inside;
const struct il_inside il_inside = {
    .abi = IL_INSIDE_ABI,
    .start = start,
    .call = call,
    .fork_prepare = fork_prepare,
    .fork_parent = fork_parent,
    .fork_child = fork_child,
    .inherit = inherit,
};
