#include "fs_target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

int fs_fail(struct context *ctx, int err, const char *what, const char *path)
{
	return fail_errno(ctx, err, "failed to %s %s", what, path);
}

/* Where in the container: the rest of --path, or prefix and path joined. */
static int choose_path(struct context *ctx, struct fs_target *ft)
{
	const char *prefix = ctx->opt[OPT_DFS_PREFIX];
	const char *path = ctx->opt[OPT_DFS_PATH];

	if (has(ctx, OPT_PATH)) {
		/* With a prefix the rest of the path does not count: DAOS's tool takes the one that was given. */
		prefix = prefix != NULL ? prefix : ft->t.uns.da_rel_path;
	}
	prefix = prefix != NULL ? prefix : "";
	path = path != NULL ? path : "";
	if (asprintf(&ft->path, "%s%s%s%s", prefix[0] == '/' ? "" : "/", prefix,
		     prefix[0] == '\0' || path[0] == '/' || path[0] == '\0' ? "" : "/",
		     path[0] == '/' && prefix[0] == '\0' ? path + 1 : path) < 0) {
		ft->path = NULL;
		return fail_der(ctx, -DER_NOMEM, "failed to open %s", ft->t.name);
	}
	return 0;
}

int fs_target_open(struct context *ctx, struct fs_target *ft, int flags)
{
	bool write = flags == O_RDWR;
	int rc = target_cont(ctx, &ft->t, write ? DAOS_PC_RW : DAOS_PC_RO, write ? DAOS_COO_RW : DAOS_COO_RO);

	if (rc == 0)
		rc = choose_path(ctx, ft);
	if (rc == 0) {
		rc = dfs_mount(ft->t.poh, ft->t.coh, flags, &ft->dfs);
		if (rc == EINVAL)
			rc = fail(ctx, "failed to mount container %s: it is not a POSIX container", ft->t.name);
		else if (rc != 0)
			rc = fs_fail(ctx, rc, "mount container", ft->t.name);
	}
	return rc;
}

void fs_target_close(struct fs_target *ft)
{
	if (ft->dfs != NULL)
		dfs_umount(ft->dfs);
	free(ft->path);
	target_close(&ft->t);
	memset(ft, 0, sizeof(*ft));
}
