#include "calls.h"

#include <stddef.h>
#include <sys/syscall.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

/* clang-format off */
const struct il_desc il_descs[] = {
	{SYS_open, "open", .path = {1}},
	{SYS_openat, "openat", .dirfd = {1}, .path = {2}},
	{SYS_openat2, "openat2", .dirfd = {1}, .path = {2}},
	{SYS_creat, "creat", .path = {1}},
	{SYS_name_to_handle_at, "name_to_handle_at", .dirfd = {1}, .path = {2}, .flags = 5},

	{SYS_stat, "stat", .path = {1}},
	{SYS_lstat, "lstat", .path = {1}},
	{SYS_fstat, "fstat", .fd = 1},
	{SYS_newfstatat, "newfstatat", .dirfd = {1}, .path = {2}, .flags = 4},
	{SYS_statx, "statx", .dirfd = {1}, .path = {2}, .flags = 3},
	{SYS_access, "access", .path = {1}},
	{SYS_faccessat, "faccessat", .dirfd = {1}, .path = {2}},
	{SYS_faccessat2, "faccessat2", .dirfd = {1}, .path = {2}, .flags = 4},
	{SYS_readlink, "readlink", .path = {1}},
	{SYS_readlinkat, "readlinkat", .dirfd = {1}, .path = {2}, .empty_path = 1},
	{SYS_statfs, "statfs", .path = {1}},
	{SYS_fstatfs, "fstatfs", .fd = 1},

	{SYS_mkdir, "mkdir", .path = {1}},
	{SYS_mkdirat, "mkdirat", .dirfd = {1}, .path = {2}},
	{SYS_rmdir, "rmdir", .path = {1}},
	{SYS_unlink, "unlink", .path = {1}},
	{SYS_unlinkat, "unlinkat", .dirfd = {1}, .path = {2}},
	{SYS_rename, "rename", .path = {1, 2}},
	{SYS_renameat, "renameat", .dirfd = {1, 3}, .path = {2, 4}},
	{SYS_renameat2, "renameat2", .dirfd = {1, 3}, .path = {2, 4}},
	{SYS_link, "link", .path = {1, 2}},
	{SYS_linkat, "linkat", .dirfd = {1, 3}, .path = {2, 4}, .flags = 5},
	{SYS_symlink, "symlink", .path = {2}},
	{SYS_symlinkat, "symlinkat", .dirfd = {2}, .path = {3}},
	{SYS_mknod, "mknod", .path = {1}},
	{SYS_mknodat, "mknodat", .dirfd = {1}, .path = {2}},

	{SYS_chmod, "chmod", .path = {1}},
	{SYS_fchmod, "fchmod", .fd = 1},
	{SYS_fchmodat, "fchmodat", .dirfd = {1}, .path = {2}},
	{SYS_fchmodat2, "fchmodat2", .dirfd = {1}, .path = {2}, .flags = 4},
	{SYS_chown, "chown", .path = {1}},
	{SYS_lchown, "lchown", .path = {1}},
	{SYS_fchown, "fchown", .fd = 1},
	{SYS_fchownat, "fchownat", .dirfd = {1}, .path = {2}, .flags = 5},
	{SYS_utime, "utime", .path = {1}},
	{SYS_utimes, "utimes", .path = {1}},
	{SYS_futimesat, "futimesat", .dirfd = {1}, .path = {2}, .null_path = 1},
	{SYS_utimensat, "utimensat", .dirfd = {1}, .path = {2}, .flags = 4, .null_path = 1},
	{SYS_truncate, "truncate", .path = {1}},

	{SYS_getxattr, "getxattr", .path = {1}},
	{SYS_lgetxattr, "lgetxattr", .path = {1}},
	{SYS_fgetxattr, "fgetxattr", .fd = 1},
	{SYS_setxattr, "setxattr", .path = {1}},
	{SYS_lsetxattr, "lsetxattr", .path = {1}},
	{SYS_fsetxattr, "fsetxattr", .fd = 1},
	{SYS_listxattr, "listxattr", .path = {1}},
	{SYS_llistxattr, "llistxattr", .path = {1}},
	{SYS_flistxattr, "flistxattr", .fd = 1},
	{SYS_removexattr, "removexattr", .path = {1}},
	{SYS_lremovexattr, "lremovexattr", .path = {1}},
	{SYS_fremovexattr, "fremovexattr", .fd = 1},

	{SYS_getdents, "getdents", .fd = 1},
	{SYS_getdents64, "getdents64", .fd = 1},
	{SYS_fsync, "fsync", .fd = 1},
	{SYS_fdatasync, "fdatasync", .fd = 1},
	{SYS_syncfs, "syncfs", .fd = 1},
	{SYS_inotify_add_watch, "inotify_add_watch", .path = {2}},

	{SYS_chdir, "chdir", .path = {1}, .special = IL_CHDIR},
	{SYS_fchdir, "fchdir", .fd = 1, .special = IL_CHDIR},
	{SYS_umask, "umask", .special = IL_UMASK},
	{SYS_setuid, "setuid", .special = IL_CREDS},
	{SYS_setgid, "setgid", .special = IL_CREDS},
	{SYS_setreuid, "setreuid", .special = IL_CREDS},
	{SYS_setregid, "setregid", .special = IL_CREDS},
	{SYS_setresuid, "setresuid", .special = IL_CREDS},
	{SYS_setresgid, "setresgid", .special = IL_CREDS},
	{SYS_setfsuid, "setfsuid", .special = IL_CREDS},
	{SYS_setfsgid, "setfsgid", .special = IL_CREDS},
	{SYS_setgroups, "setgroups", .special = IL_CREDS},
	{SYS_unshare, "unshare", .special = IL_CREDS},
	{SYS_setns, "setns", .special = IL_CREDS},
	{SYS_bind, "bind", .special = IL_SOCKADDR},
	{SYS_connect, "connect", .special = IL_SOCKADDR},
	{SYS_getcwd, "getcwd", .special = IL_GETCWD},

	{SYS_close, "close", .fd = 1, .special = IL_CLOSE},
	{SYS_close_range, "close_range", .special = IL_CLOSE_RANGE},
	{SYS_dup, "dup", .fd = 1, .special = IL_DUP},
	{SYS_dup2, "dup2", .fd = 1, .special = IL_DUP},
	{SYS_dup3, "dup3", .fd = 1, .special = IL_DUP},
	{SYS_fcntl, "fcntl", .fd = 1, .special = IL_FCNTL},

	{SYS_execve, "execve", .path = {1}, .special = IL_EXEC},
	{SYS_execveat, "execveat", .dirfd = {1}, .path = {2}, .flags = 5, .special = IL_EXEC},
	{SYS_vfork, "vfork", .special = IL_CLONE},
	{SYS_clone, "clone", .special = IL_CLONE},
	{SYS_clone3, "clone3", .special = IL_CLONE},
	{SYS_prctl, "prctl", .special = IL_PRCTL},
	{SYS_seccomp, "seccomp", .special = IL_SECCOMP},
	{SYS_exit_group, "exit_group", .special = IL_EXIT},
};
/* clang-format on */

const unsigned il_ndescs = sizeof(il_descs) / sizeof(il_descs[0]);

static uint8_t index_of[IL_NR_MAX]; /* in il_descs, counted from 1 */

void il_calls_init(void)
{
	for (unsigned i = 0; i < il_ndescs; i++)
		index_of[il_descs[i].nr] = i + 1;
}

const struct il_desc *il_call_find(long nr)
{
	if ((unsigned long)nr >= IL_NR_MAX || index_of[nr] == 0)
		return NULL;
	return &il_descs[index_of[nr] - 1];
}

int il_call_wanted(long nr)
{
	return nr < 0 || il_call_find(nr) != NULL;
}
