#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include <daos_version.h>

#include "json_build.h"
#include "value.h"

int cmd_system_query(struct context *ctx)
{
	struct daos_sys_info *info = NULL;
	struct json_object *ranks = json_object_new_array();
	struct json_object *o = json_object_new_object();
	int rc = daos_mgmt_get_sys_info(ctx->sys, &info);

	respond(ctx, o);
	json_add(o, "rank_uris", ranks);
	if (rc != 0)
		return fail_der(ctx, rc, "failed to query system information");
	json_add_text(o, "system_name", info->dsi_system_name);
	json_add_text(o, "fabric_provider", info->dsi_fabric_provider);
	json_add_text(o, "agent_path", info->dsi_agent_path);
	out(ctx, "connected to DAOS system:\n\tname: %s\n\tfabric provider: %s\n", info->dsi_system_name,
	    info->dsi_fabric_provider);
	out(ctx, "\tagent path: %s\n\trank URIs:\n", info->dsi_agent_path);
	for (uint32_t i = 0; i < info->dsi_nr_ranks; i++) {
		const struct daos_rank_uri *rank = &info->dsi_ranks[i];
		struct json_object *r = json_object_new_object();

		out(ctx, "\t\trank[%u]: %s\n", rank->dru_rank, rank->dru_uri != NULL ? rank->dru_uri : "");
		json_add_number(r, "rank", rank->dru_rank);
		json_add_text(r, "uri", rank->dru_uri != NULL ? rank->dru_uri : "");
		json_object_array_add(ranks, r);
	}
	daos_mgmt_put_sys_info(info);
	return 0;
}

int cmd_version(struct context *ctx)
{
	struct json_object *o = json_object_new_object();
	char text[64];

	snprintf(text, sizeof(text), "%d.%d.%d", DAOS_VERSION_MAJOR, DAOS_VERSION_MINOR, DAOS_VERSION_FIX);
	out(ctx, "%s version %s, libdaos %s\n", ctx->program, text, text);
	json_add_text(o, "name", ctx->program);
	json_add_text(o, "version", text);
	json_add_text(o, "libdaos_version", text);
	respond(ctx, o);
	return 0;
}

int cmd_server_version(struct context *ctx)
{
	struct json_object *o = json_object_new_object();
	uint32_t major = 0, minor = 0, patch = 0;
	char *tag = NULL;
	char text[64];
	int rc = dc_mgmt_srv_version(&major, &minor, &patch, &tag);

	respond(ctx, o);
	if (rc != 0)
		return fail_der(ctx, rc, "failed to query server version");
	snprintf(text, sizeof(text), "%u.%u.%u", major, minor, patch);
	out(ctx, "DAOS server version: %s%s%s\n", text, tag != NULL && *tag != '\0' ? "-" : "", tag != NULL ? tag : "");
	json_add_text(o, "version", text);
	json_add_text(o, "tag", tag != NULL ? tag : "");
	free(tag);
	return 0;
}

/* Can the system be reached, and every pool of it be asked? What cannot is said by the parts. */
int cmd_health_check(struct context *ctx)
{
	int rc;

	out(ctx, "System information\n");
	rc = cmd_system_query(ctx);
	if (rc != 0)
		return rc;
	out(ctx, "\nPools\n");
	return cmd_pool_list(ctx);
}
