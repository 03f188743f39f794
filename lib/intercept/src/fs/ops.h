/*
 * ops.h: the system calls that the inside answers, one function each.
 *
 * They return the kernel's value (-errno), or IL_PASS. A file has the calls that belong together.
 */
#ifndef DFUSE_IL_OPS_H
#define DFUSE_IL_OPS_H

#include "file.h"
#include "path.h"

/* No argument is a directory's descriptor. */
#define NO_DIR (-1)

/*
 * Walk the path in argument `path_arg`, from the descriptor in `dir_arg`. As path_walk(); for PATH_OUTSIDE the call has
 * been made fit for the kernel. `second`: it is the second path of the call.
 */
int op_walk(struct il_call *c, int dir_arg, int path_arg, int flags, struct place *place);
int op_walk_second(struct il_call *c, int dir_arg, int path_arg, int flags, struct place *place);

/* 0, an errno or PATH_OUTSIDE as an answer. */
long op_answer(struct il_call *c, int rc);

/* The kernel is to do it with what is in the mount; `without` is the errno where there is none. */
long op_kernel(struct il_call *c, int dir_arg, int path_arg, struct place *place, int without);

/* Whether the program's memory cannot be read: `size` bytes, or a string up to its end or PATH_MAX. */
bool op_bad(long pointer, size_t size);
bool op_bad_string(long pointer);

/* Copy an answer to the program. EFAULT. */
int op_give(long pointer, const void *from, size_t size);

/* May something be made in, or taken away from, the place's directory? */
int op_may_change(struct place *place);

/* Open it in the mount. The descriptor or -errno. */
int op_open_real(struct node *n, int flags);

/* A placeholder becomes the directory of the mount. False: there is none. */
bool op_make_real(int fd);

/* The same in a child of vfork(), where what the table has as `from` is `fd`. */
bool op_make_real_as(int fd, int from);

mode_t op_umask(void);

/* The content has been changed by somebody other than root: set-id bits go. */
void op_drop_privs(struct node *n);

/* Keep what goes with the entry, for a file that is open here. */
void op_before_loss(struct node *n);

typedef long op_fn(struct il_call *c);

op_fn op_open, op_openat, op_openat2, op_creat;
op_fn op_stat, op_lstat, op_fstat, op_newfstatat, op_statx, op_access, op_faccessat, op_faccessat2, op_readlink,
    op_readlinkat, op_statfs, op_fstatfs;
op_fn op_mkdir, op_mkdirat, op_rmdir, op_unlink, op_unlinkat, op_rename, op_renameat, op_renameat2, op_link, op_linkat,
    op_symlink, op_symlinkat, op_mknod, op_mknodat;
op_fn op_chmod, op_fchmod, op_fchmodat, op_fchmodat2, op_chown, op_lchown, op_fchown, op_fchownat, op_utime, op_utimes,
    op_futimesat, op_utimensat, op_truncate;
op_fn op_setxattr, op_lsetxattr, op_fsetxattr, op_getxattr, op_lgetxattr, op_fgetxattr, op_listxattr, op_llistxattr,
    op_flistxattr, op_removexattr, op_lremovexattr, op_fremovexattr;
op_fn op_getdents, op_getdents64, op_chdir, op_fchdir, op_getcwd;
op_fn op_close, op_close_range, op_dup, op_dup2, op_dup3, op_fcntl, op_fsync, op_syncfs, op_flock;
op_fn op_execve, op_execveat, op_at_path, op_first_path;

#endif
