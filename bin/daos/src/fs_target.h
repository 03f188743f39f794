/*
 * fs_target.h: a file or directory of a container, by --path, or by POOL CONT with --dfs-prefix and --dfs-path.
 */
#ifndef DAOS_TOOL_FS_TARGET_H
#define DAOS_TOOL_FS_TARGET_H

#include <daos_fs.h>

#include "target.h"

struct fs_target {
	struct target t;
	dfs_t *dfs;
	char *path; /* in the container, absolute */
};

/* Mount the container the command names; `flags`: O_RDONLY or O_RDWR. Call fs_target_close() in every case. */
int fs_target_open(struct context *ctx, struct fs_target *ft, int flags);

void fs_target_close(struct fs_target *ft);

/* A failed libdfs call. */
int fs_fail(struct context *ctx, int err, const char *what, const char *path);

#endif
