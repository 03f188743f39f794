/*
 * target.h: the pool and the container that a command works on.
 *
 * Named by the first arguments (POOL, or POOL CONT), or by --path. Handles are open until target_close(), which may be
 * called on a target that was only zeroed.
 */
#ifndef DAOS_TOOL_TARGET_H
#define DAOS_TOOL_TARGET_H

#include <daos.h>
#include <daos_uns.h>

#include "context.h"

struct target {
	char pool[DAOS_PROP_MAX_LABEL_BUF_LEN];
	char cont[DAOS_PROP_MAX_LABEL_BUF_LEN];
	const char *name;	/* what the user called the pool or container */
	int next;		/* first argument that is not part of the name */
	struct duns_attr_t uns; /* with --path: where it leads; da_rel_path is the rest of the path */
	daos_handle_t poh;
	daos_handle_t coh;
	daos_pool_info_t pool_info;
	daos_cont_info_t cont_info;
};

/* Who is meant, without connecting. With --path: both from the path. */
int target_name_pool(struct context *ctx, struct target *t);
int target_name_cont(struct context *ctx, struct target *t);

/* Connect (DAOS_PC_*), after naming. The failure says only what failed; callers put the name in front. */
int target_connect(struct context *ctx, struct target *t, unsigned int flags);

/* Open the container (DAOS_COO_*), after connecting. */
int target_open(struct context *ctx, struct target *t, unsigned int flags);

/* Name, connect and open in one. */
int target_pool(struct context *ctx, struct target *t, unsigned int pool_flags);
int target_cont(struct context *ctx, struct target *t, unsigned int pool_flags, unsigned int cont_flags);

void target_close(struct target *t);

#endif
