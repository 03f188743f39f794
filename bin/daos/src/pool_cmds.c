#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "json_build.h"
#include "pool_info.h"
#include "table.h"
#include "value.h"

struct pool_list {
	daos_size_t nr;
	daos_mgmt_pool_info_t *pool;
};

static void list_free(struct pool_list *list)
{
	for (daos_size_t i = 0; i < list->nr; i++) {
		free(list->pool[i].mgpi_label);
		if (list->pool[i].mgpi_svc != NULL)
			free(list->pool[i].mgpi_svc->rl_ranks);
		free(list->pool[i].mgpi_svc);
	}
	free(list->pool);
	list->nr = 0;
	list->pool = NULL;
}

/* Every pool of the system. More may come between the two questions; then they are asked again. */
static int list_get(struct context *ctx, struct pool_list *list)
{
	daos_size_t room = 0;
	int rc;

	list->nr = 0;
	list->pool = NULL;
	rc = daos_mgmt_list_pools(ctx->sys, &room, NULL, NULL);
	for (int tries = 0; rc == 0 && tries < 8; tries++) {
		daos_size_t nr = room;

		free(list->pool);
		list->pool = calloc(room + 1, sizeof(*list->pool));
		if (list->pool == NULL)
			return fail_der(ctx, -DER_NOMEM, "failed to list pools");
		if (room == 0)
			return 0;
		rc = daos_mgmt_list_pools(ctx->sys, &nr, list->pool, NULL);
		room = nr;
		if (rc != -DER_TRUNC) {
			list->nr = rc == 0 ? nr : 0;
			break;
		}
		rc = 0;
	}
	if (rc != 0) {
		list_free(list);
		fail_der(ctx, rc, "failed to list pools");
	}
	return rc;
}

/* The service ranks of the pool, from the list; the list must outlive them. */
static d_rank_list_t *find_svc(const struct pool_list *list, const uuid_t uuid)
{
	for (daos_size_t i = 0; i < list->nr; i++)
		if (uuid_compare(list->pool[i].mgpi_uuid, uuid) == 0)
			return list->pool[i].mgpi_svc;
	return NULL;
}

/* One pool of the list. A pool that cannot be asked is listed with what is known of it. */
static void query_listed(struct context *ctx, const daos_mgmt_pool_info_t *pool, struct pool_info *pi)
{
	struct target t = {0};

	memset(pi, 0, sizeof(*pi));
	uuid_copy(pi->info.pi_uuid, pool->mgpi_uuid);
	if (pool->mgpi_label != NULL && strcmp(pool->mgpi_label, DAOS_PROP_NO_PO_LABEL) != 0)
		snprintf(pi->label, sizeof(pi->label), "%s", pool->mgpi_label);
	pi->svc = pool->mgpi_svc;
	uuid_unparse_lower(pool->mgpi_uuid, t.pool);
	t.name = t.pool;
	if (has(ctx, OPT_NO_QUERY))
		return;
	if (target_connect(ctx, &t, DAOS_PC_RO) != 0 ||
	    pool_info_get(ctx, &t, DPI_SPACE | DPI_REBUILD_STATUS, pi) != 0) {
		fprintf(stderr, "%s: pool %s: %s\n", ctx->program, pi->label[0] != '\0' ? pi->label : t.pool,
			ctx->error);
		free(ctx->error);
		ctx->error = NULL;
	}
	target_close(&t);
}

/* What a pool without a label is called: the first part of its UUID. */
static const char *short_name(const struct pool_info *pi, char *buf)
{
	if (pi->label[0] != '\0')
		return pi->label;
	uuid_unparse_lower(pi->info.pi_uuid, buf);
	buf[8] = '\0';
	return buf;
}

static void add_row(struct table *t, const struct pool_info *pi)
{
	char name[DAOS_UUID_STR_SIZE], size[SIZE_TEXT_LEN], used[32], imbalance[32], disabled[32];
	uint64_t total = pool_info_total(pi);
	unsigned int max = pool_info_imbalance(pi, DAOS_MEDIA_SCM);

	if (pool_info_imbalance(pi, DAOS_MEDIA_NVME) > max)
		max = pool_info_imbalance(pi, DAOS_MEDIA_NVME);
	snprintf(used, sizeof(used), "%u%%",
		 total > 0 ? (unsigned int)((double)(total - pool_info_free(pi)) * 100 / total) : 0);
	snprintf(imbalance, sizeof(imbalance), "%u%%", max);
	snprintf(disabled, sizeof(disabled), "%u/%u", pi->info.pi_ndisabled, pi->info.pi_ntargets);
	table_row(t, short_name(pi, name), size_text(total, size), pool_info_state(pi), used, imbalance, disabled);
}

static void add_verbose_row(struct table *t, const struct pool_info *pi)
{
	const struct daos_space *space = &pi->info.pi_space.ps_space;
	char uuid[DAOS_UUID_STR_SIZE], svc[128], disabled[32];
	char size[2][SIZE_TEXT_LEN], used[2][SIZE_TEXT_LEN], imbalance[2][32];

	uuid_unparse_lower(pi->info.pi_uuid, uuid);
	pool_info_ranks(pi->svc, svc, sizeof(svc));
	snprintf(disabled, sizeof(disabled), "%u/%u", pi->info.pi_ndisabled, pi->info.pi_ntargets);
	for (int m = 0; m < DAOS_MEDIA_MAX; m++) {
		size_text(space->s_total[m], size[m]);
		size_text(space->s_total[m] - space->s_free[m], used[m]);
		snprintf(imbalance[m], sizeof(imbalance[m]), "%u%%", pool_info_imbalance(pi, m));
	}
	table_row(t, pi->label[0] != '\0' ? pi->label : "-", uuid, pool_info_state(pi), svc, size[0], used[0],
		  imbalance[0], size[1], used[1], imbalance[1], disabled, "None", pool_info_rebuild(pi));
}

/* A pool that was not asked: what the list itself says. */
static void add_name_row(const struct context *ctx, struct table *t, const struct pool_info *pi)
{
	char uuid[DAOS_UUID_STR_SIZE], name[DAOS_UUID_STR_SIZE], svc[128];

	uuid_unparse_lower(pi->info.pi_uuid, uuid);
	if (verbose(ctx))
		table_row(t, pi->label[0] != '\0' ? pi->label : "-", uuid, pool_info_ranks(pi->svc, svc, sizeof(svc)));
	else
		table_row(t, short_name(pi, name));
}

static struct json_object *name_json(const struct pool_info *pi)
{
	struct json_object *o = json_object_new_object();
	char uuid[DAOS_UUID_STR_SIZE];

	uuid_unparse_lower(pi->info.pi_uuid, uuid);
	json_add_text(o, "uuid", uuid);
	if (pi->label[0] != '\0')
		json_add_text(o, "label", pi->label);
	json_add(o, "svc_reps", pool_info_ranks_json(pi->svc));
	return o;
}

static void show_list(struct context *ctx, const struct pool_list *list)
{
	struct json_object *pools = json_object_new_array();
	struct json_object *response = json_object_new_object();
	bool names = has(ctx, OPT_NO_QUERY);
	struct table *t;

	if (names)
		t = verbose(ctx) ? table_new(3, "Label", "UUID", "SvcReps") : table_new(1, "Pool");
	else if (verbose(ctx))
		t = table_new(13, "Label", "UUID", "State", "SvcReps", "SCM Size", "SCM Used", "SCM Imbalance",
			      "NVME Size", "NVME Used", "NVME Imbalance", "Disabled", "UpgradeNeeded?",
			      "Rebuild State");
	else
		t = table_new(6, "Pool", "Size", "State", "Used", "Imbalance", "Disabled");
	for (daos_size_t i = 0; i < list->nr; i++) {
		struct pool_info pi;

		query_listed(ctx, &list->pool[i], &pi);
		if (names)
			add_name_row(ctx, t, &pi);
		else if (verbose(ctx))
			add_verbose_row(t, &pi);
		else
			add_row(t, &pi);
		json_object_array_add(pools, names ? name_json(&pi) : pool_info_json(ctx, &pi, DPI_SPACE, true));
		pool_info_fini(&pi);
	}
	if (list->nr > 0) {
		table_print(ctx, t, "");
		out(ctx, "\n");
	} else {
		out(ctx, "No pools in system\n");
	}
	table_free(t);
	if (strcmp(ctx->program, "dmg") == 0)
		json_add_number(response, "status", 0);
	json_add(response, "pools", pools);
	respond(ctx, response);
}

int cmd_pool_list(struct context *ctx)
{
	struct pool_list list;
	int rc = list_get(ctx, &list);

	if (rc == 0) {
		show_list(ctx, &list);
		list_free(&list);
	}
	return rc;
}

int cmd_pool_query(struct context *ctx)
{
	struct pool_info pi = {0};
	struct pool_list list = {0};
	struct target t = {0};
	uint64_t bits = DPI_REBUILD_STATUS;
	int rc;

	if (!has(ctx, OPT_HEALTH_ONLY))
		bits |= DPI_SPACE;
	if (has(ctx, OPT_SHOW_ENABLED))
		bits |= DPI_ENGINES_ENABLED;
	rc = target_pool(ctx, &t, DAOS_PC_RO);
	if (rc == 0)
		rc = pool_info_get(ctx, &t, bits, &pi);
	if (rc == 0)
		rc = list_get(ctx, &list);
	if (rc == 0) {
		pi.svc = find_svc(&list, pi.info.pi_uuid);
		pool_info_print(ctx, &pi, bits);
		respond(ctx, pool_info_json(ctx, &pi, bits, false));
	}
	list_free(&list);
	pool_info_fini(&pi);
	target_close(&t);
	return rc;
}

static const char *target_state(daos_target_state_t state)
{
	static const char *const name[] = {"unknown", "down_out", "down", "up", "up_in", "new", "drain"};

	return (size_t)state < sizeof(name) / sizeof(name[0]) ? name[state] : "unknown";
}

static struct json_object *target_json(const daos_target_info_t *info)
{
	static const char *const name[] = {"scm", "nvme"};
	struct json_object *o = json_object_new_object();
	struct json_object *space = json_object_new_array();

	for (int m = 0; m < DAOS_MEDIA_MAX; m++) {
		struct json_object *tier = json_object_new_object();

		json_add_number(tier, "total", info->ta_space.s_total[m]);
		json_add_number(tier, "free", info->ta_space.s_free[m]);
		json_add_text(tier, "media_type", name[m]);
		json_object_array_add(space, tier);
	}
	json_add_text(o, "target_state", target_state(info->ta_state));
	json_add(o, "space", space);
	return o;
}

static void print_target(const struct context *ctx, unsigned int target, unsigned int rank,
			 const daos_target_info_t *info)
{
	static const char *const name[] = {"SCM", "NVME"};
	char total[SIZE_TEXT_LEN], room[SIZE_TEXT_LEN];

	out(ctx, "Target %u: rank %u, state %s\n", target, rank, target_state(info->ta_state));
	for (int m = 0; m < DAOS_MEDIA_MAX; m++)
		out(ctx, "- Storage tier %d (%s):\n  Total size: %s\n  Free: %s\n", m, name[m],
		    size_text(info->ta_space.s_total[m], total), size_text(info->ta_space.s_free[m], room));
}

/* --target-idx is a list "0,2"; without it, target 0. */
int cmd_pool_query_targets(struct context *ctx)
{
	const char *next = has(ctx, OPT_TARGETS) ? ctx->opt[OPT_TARGETS] : "0";
	struct json_object *list = json_object_new_array();
	struct target t = {0};
	uint64_t rank = 0, index;
	char why[128], *end;
	int rc = target_pool(ctx, &t, DAOS_PC_RO);

	if (has(ctx, OPT_RANK))
		u64_parse(ctx->opt[OPT_RANK], &rank, why, sizeof(why));
	while (rc == 0 && *next != '\0') {
		daos_target_info_t info = {0};

		index = strtoull(next, &end, 10);
		if (end == next || (*end != ',' && *end != '\0')) {
			rc = fail(ctx, "invalid target list \"%s\"", ctx->opt[OPT_TARGETS]);
			break;
		}
		next = *end == ',' ? end + 1 : end;
		rc = daos_pool_query_target(t.poh, index, rank, &info, NULL);
		if (rc != 0) {
			fail_der(ctx, rc, "failed to query target %" PRIu64 " of pool %s", index, t.name);
			break;
		}
		print_target(ctx, index, rank, &info);
		json_object_array_add(list, target_json(&info));
	}
	respond(ctx, list);
	target_close(&t);
	return rc;
}

int cmd_unsupported(struct context *ctx)
{
	return fail_der(ctx, -DER_NOTSUPPORTED, "%s is not supported by this tool", ctx->cmd->name);
}
