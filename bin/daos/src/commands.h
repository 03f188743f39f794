/*
 * commands.h: the tool's commands; daos_commands.c and dmg_commands.c say which words and options lead to them.
 *
 * Each does one run: it reads its options from the context, prints its text or leaves its answer there, and returns 0
 * or the status of a failure that it described.
 */
#ifndef DAOS_TOOL_COMMANDS_H
#define DAOS_TOOL_COMMANDS_H

#include <daos.h>

#include "cmdline.h"
#include "target.h"

extern const struct cmd daos_root;
extern const struct cmd dmg_root;

int cmd_pool_create(struct context *ctx);
int cmd_pool_destroy(struct context *ctx);
int cmd_pool_list(struct context *ctx);
int cmd_pool_query(struct context *ctx);
int cmd_pool_query_targets(struct context *ctx);
int cmd_pool_list_attrs(struct context *ctx);
int cmd_pool_get_attr(struct context *ctx);
int cmd_pool_set_attr(struct context *ctx);
int cmd_pool_del_attr(struct context *ctx);

int cmd_cont_create(struct context *ctx);
int cmd_cont_destroy(struct context *ctx);
int cmd_cont_list(struct context *ctx);
int cmd_cont_query(struct context *ctx);
int cmd_cont_link(struct context *ctx);
int cmd_cont_evict(struct context *ctx);
int cmd_cont_rollback(struct context *ctx);
int cmd_cont_clone(struct context *ctx);
int cmd_cont_get_prop(struct context *ctx);
int cmd_cont_set_prop(struct context *ctx);
int cmd_cont_list_attrs(struct context *ctx);
int cmd_cont_get_attr(struct context *ctx);
int cmd_cont_set_attr(struct context *ctx);
int cmd_cont_del_attr(struct context *ctx);
int cmd_cont_get_acl(struct context *ctx);
int cmd_cont_overwrite_acl(struct context *ctx);
int cmd_cont_update_acl(struct context *ctx);
int cmd_cont_delete_acl(struct context *ctx);
int cmd_cont_set_owner(struct context *ctx);
int cmd_cont_create_snap(struct context *ctx);
int cmd_cont_list_snaps(struct context *ctx);
int cmd_cont_destroy_snap(struct context *ctx);
int cmd_cont_check(struct context *ctx);
int cmd_cont_list_objects(struct context *ctx);

int cmd_fs_get_attr(struct context *ctx);
int cmd_fs_set_attr(struct context *ctx);
int cmd_fs_reset_attr(struct context *ctx);
int cmd_fs_reset_chunk_size(struct context *ctx);
int cmd_fs_reset_oclass(struct context *ctx);
int cmd_fs_chmod(struct context *ctx);
int cmd_fs_check(struct context *ctx);
int cmd_fs_scan(struct context *ctx);
int cmd_fs_query(struct context *ctx);
int cmd_fs_evict(struct context *ctx);
int cmd_fs_copy(struct context *ctx);

int cmd_obj_query(struct context *ctx);
int cmd_system_query(struct context *ctx);
int cmd_health_check(struct context *ctx);
int cmd_version(struct context *ctx);
int cmd_server_version(struct context *ctx);

/* A command that DAOS has and this tool knows no honest way to carry out. */
int cmd_unsupported(struct context *ctx);

/* The containers of a connected pool, in memory that the caller frees. */
int cont_list_get(struct context *ctx, struct target *t, struct daos_pool_cont_info **conts, daos_size_t *nr);

#endif
