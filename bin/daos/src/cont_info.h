/*
 * cont_info.h: what there is to say about an open container.
 */
#ifndef DAOS_TOOL_CONT_INFO_H
#define DAOS_TOOL_CONT_INFO_H

#include <daos_fs.h>

#include "target.h"

struct cont_info {
	char label[DAOS_PROP_MAX_LABEL_BUF_LEN]; /* "" if it has none */
	uint64_t redun_fac;
	uint16_t layout;
	bool healthy;
	bool is_dfs; /* `dfs` holds a file system's attributes */
	dfs_attr_t dfs;
	daos_cont_info_t info;
	uuid_t pool;
};

int cont_info_get(struct context *ctx, struct target *t, struct cont_info *ci);

/* The answer to `container query`, and that of `container create`. */
void cont_info_print(const struct context *ctx, const struct cont_info *ci);
void cont_info_print_created(const struct context *ctx, const struct cont_info *ci);
struct json_object *cont_info_json(const struct cont_info *ci);

#endif
