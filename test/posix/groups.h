/* groups.h: every table of cases, in the order in which they run. */
#ifndef POSIX_GROUPS_H
#define POSIX_GROUPS_H

#include "suite.h"

extern const struct ps_group group_open, group_readwrite, group_append, group_truncate, group_sparse, group_fallocate,
    group_rename, group_rename2, group_unlink, group_mkdir, group_rmdir, group_symlink, group_xattr, group_chmod,
    group_chown, group_utimens, group_locks, group_ofd, group_mmap, group_copy_range, group_statfs, group_fsync,
    group_names, group_readdir, group_dirstream, group_inode, group_special, group_access, group_cwd, group_fd,
    group_direct, group_concurrency, group_races, group_selftest;

#define PS_GROUPS                                                                                                      \
	&group_open, &group_readwrite, &group_append, &group_truncate, &group_sparse, &group_fallocate, &group_rename, \
	    &group_rename2, &group_unlink, &group_mkdir, &group_rmdir, &group_symlink, &group_xattr, &group_chmod,     \
	    &group_chown, &group_utimens, &group_locks, &group_ofd, &group_mmap, &group_copy_range, &group_statfs,     \
	    &group_fsync, &group_names, &group_readdir, &group_dirstream, &group_inode, &group_special, &group_access, \
	    &group_cwd, &group_fd, &group_direct, &group_concurrency, &group_races, &group_selftest

#endif
