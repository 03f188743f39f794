#include "pool_info.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "json_build.h"
#include "value.h"

int pool_info_get(struct context *ctx, struct target *t, uint64_t bits, struct pool_info *pi)
{
	daos_prop_t *prop = daos_prop_alloc(1);
	int rc;

	if (prop == NULL)
		return fail_der(ctx, -DER_NOMEM, "failed to query pool %s", t->name);
	prop->dpp_entries[0].dpe_type = DAOS_PROP_PO_LABEL;
	pi->info.pi_bits = bits;
	rc = daos_pool_query(t->poh, bits & (DPI_ENGINES_ENABLED | DPI_ENGINES_DISABLED) ? &pi->ranks : NULL, &pi->info,
			     prop, NULL);
	if (rc == 0) {
		const char *label = prop->dpp_entries[0].dpe_str;

		if (label != NULL && strcmp(label, DAOS_PROP_NO_PO_LABEL) != 0)
			snprintf(pi->label, sizeof(pi->label), "%s", label);
		pi->known = true;
	} else {
		fail_der(ctx, rc, "failed to query pool %s", t->name);
	}
	daos_prop_free(prop);
	return rc;
}

void pool_info_fini(struct pool_info *pi)
{
	if (pi->ranks != NULL)
		free(pi->ranks->rl_ranks);
	free(pi->ranks);
	pi->ranks = NULL;
}

uint64_t pool_info_total(const struct pool_info *pi)
{
	const uint64_t *total = pi->info.pi_space.ps_space.s_total;

	return total[DAOS_MEDIA_SCM] + total[DAOS_MEDIA_NVME];
}

uint64_t pool_info_free(const struct pool_info *pi)
{
	const uint64_t *room = pi->info.pi_space.ps_space.s_free;

	return room[DAOS_MEDIA_SCM] + room[DAOS_MEDIA_NVME];
}

/* How far apart the fullest and the emptiest target are, in parts of what a target has. */
unsigned int pool_info_imbalance(const struct pool_info *pi, int media)
{
	const struct daos_pool_space *space = &pi->info.pi_space;
	uint32_t targets = pi->info.pi_ntargets - pi->info.pi_ndisabled;
	uint64_t spread = space->ps_free_max[media] - space->ps_free_min[media];

	if (space->ps_space.s_total[media] == 0 || targets == 0)
		return 0;
	return (unsigned int)((double)spread * 100 * targets / space->ps_space.s_total[media]);
}

const char *pool_info_state(const struct pool_info *pi)
{
	if (!pi->known)
		return "Unknown";
	return pi->info.pi_ndisabled > 0 ? "TargetsExcluded" : "Ready";
}

const char *pool_info_rebuild(const struct pool_info *pi)
{
	const struct daos_rebuild_status *st = &pi->info.pi_rebuild_st;

	if (st->rs_version == 0)
		return "idle";
	return st->rs_state == DRS_COMPLETED ? "done" : "busy";
}

const char *pool_info_ranks(const d_rank_list_t *ranks, char *buf, size_t size)
{
	size_t len = 0;
	uint32_t i = 0;

	buf[0] = '\0';
	while (ranks != NULL && i < ranks->rl_nr && len < size) {
		uint32_t first = i;

		while (i + 1 < ranks->rl_nr && ranks->rl_ranks[i + 1] == ranks->rl_ranks[i] + 1)
			i++;
		len += snprintf(buf + len, size - len, "%s%u", len > 0 ? "," : "", ranks->rl_ranks[first]);
		if (i > first && len < size)
			len += snprintf(buf + len, size - len, "-%u", ranks->rl_ranks[i]);
		i++;
	}
	return buf;
}

static void print_tier(const struct context *ctx, const struct pool_info *pi, int media)
{
	static const char *const name[] = {"SCM", "NVME"};
	const struct daos_pool_space *space = &pi->info.pi_space;
	char total[SIZE_TEXT_LEN], room[SIZE_TEXT_LEN], min[SIZE_TEXT_LEN], max[SIZE_TEXT_LEN], mean[SIZE_TEXT_LEN];

	out(ctx, "- Storage tier %d (%s):\n  Total size: %s\n  Free: %s, min:%s, max:%s, mean:%s\n", media, name[media],
	    size_text(space->ps_space.s_total[media], total), size_text(space->ps_space.s_free[media], room),
	    size_text(space->ps_free_min[media], min), size_text(space->ps_free_max[media], max),
	    size_text(space->ps_free_mean[media], mean));
}

void pool_info_print(const struct context *ctx, const struct pool_info *pi, uint64_t bits)
{
	const daos_pool_info_t *info = &pi->info;
	const struct daos_rebuild_status *st = &info->pi_rebuild_st;
	char text[256];

	uuid_unparse_lower(info->pi_uuid, text);
	out(ctx, "Pool %s, ntarget=%u, disabled=%u, leader=%u, version=%u, state=%s\n", text, info->pi_ntargets,
	    info->pi_ndisabled, info->pi_leader, info->pi_map_ver, pool_info_state(pi));
	out(ctx, "Pool health info:\n");
	if (bits & DPI_ENGINES_ENABLED)
		out(ctx, "- Enabled ranks: %s\n", pool_info_ranks(pi->ranks, text, sizeof(text)));
	if (st->rs_errno != 0)
		out(ctx, "- Rebuild failed, status=%d\n", st->rs_errno);
	else
		out(ctx, "- Rebuild %s, %" PRIu64 " objs, %" PRIu64 " recs\n", pool_info_rebuild(pi), st->rs_obj_nr,
		    st->rs_rec_nr);
	out(ctx, "- Data redundancy: %s\n", st->rs_flags & DAOS_RSF_DEGRADED ? "degraded" : "normal");
	if (!(bits & DPI_SPACE))
		return;
	out(ctx, "Pool space info:\n- Target count:%u\n", info->pi_ntargets - info->pi_ndisabled);
	print_tier(ctx, pi, DAOS_MEDIA_SCM);
	print_tier(ctx, pi, DAOS_MEDIA_NVME);
}

struct json_object *pool_info_ranks_json(const d_rank_list_t *ranks)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t i = 0; ranks != NULL && i < ranks->rl_nr; i++)
		json_object_array_add(list, json_object_new_uint64(ranks->rl_ranks[i]));
	return list;
}

static struct json_object *rebuild_json(const struct pool_info *pi)
{
	const struct daos_rebuild_status *st = &pi->info.pi_rebuild_st;
	struct json_object *o = json_object_new_object();

	json_add(o, "status", json_object_new_int(st->rs_errno));
	json_add_text(o, "state", pool_info_rebuild(pi));
	json_add_text(o, "derived_state", pool_info_rebuild(pi));
	json_add_number(o, "objects", st->rs_obj_nr);
	json_add_number(o, "records", st->rs_rec_nr);
	json_add_number(o, "total_objects", st->rs_toberb_obj_nr);
	json_add_bool(o, "degraded", st->rs_flags & DAOS_RSF_DEGRADED);
	return o;
}

static struct json_object *tiers_json(const struct pool_info *pi)
{
	static const char *const name[] = {"scm", "nvme"};
	const struct daos_pool_space *space = &pi->info.pi_space;
	struct json_object *list = json_object_new_array();

	for (int m = 0; m < DAOS_MEDIA_MAX; m++) {
		struct json_object *o = json_object_new_object();

		json_add_number(o, "total", space->ps_space.s_total[m]);
		json_add_number(o, "free", space->ps_space.s_free[m]);
		json_add_number(o, "min", space->ps_free_min[m]);
		json_add_number(o, "max", space->ps_free_max[m]);
		json_add_number(o, "mean", space->ps_free_mean[m]);
		json_add_text(o, "media_type", name[m]);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *usage_json(const struct pool_info *pi)
{
	static const char *const name[] = {"SCM", "NVME"};
	const struct daos_space *space = &pi->info.pi_space.ps_space;
	struct json_object *list = json_object_new_array();

	for (int m = 0; m < DAOS_MEDIA_MAX; m++) {
		struct json_object *o = json_object_new_object();

		json_add_text(o, "tier_name", name[m]);
		json_add_number(o, "size", space->s_total[m]);
		json_add_number(o, "free", space->s_free[m]);
		json_add_number(o, "imbalance", pool_info_imbalance(pi, m));
		json_object_array_add(list, o);
	}
	return list;
}

static const char *query_mask(uint64_t bits, char *buf, size_t size)
{
	snprintf(buf, size, "disabled_engines%s,rebuild%s", bits & DPI_ENGINES_ENABLED ? ",enabled_engines" : "",
		 bits & DPI_SPACE ? ",space" : "");
	return buf;
}

/* The fields that a query of the space fills in; a storage format that dmg knows and daos is not told. */
static void add_space(const struct context *ctx, struct json_object *o, const struct pool_info *pi)
{
	bool dmg = strcmp(ctx->program, "dmg") == 0;
	int version = dmg ? 4 : 0;

	json_add_number(o, "pool_layout_ver", version);
	json_add_number(o, "upgrade_layout_ver", version);
	json_add_number(o, "mem_file_bytes", dmg ? pi->info.pi_space.ps_space.s_total[DAOS_MEDIA_SCM] : 0);
	json_add_bool(o, "md_on_ssd_active", false);
	json_add_text(o, "self_heal_policy", "");
	json_add(o, "usage", usage_json(pi));
}

struct json_object *pool_info_json(const struct context *ctx, const struct pool_info *pi, uint64_t bits, bool listed)
{
	const daos_pool_info_t *info = &pi->info;
	struct json_object *o = json_object_new_object();
	char text[128];

	json_add_text(o, "query_mask", query_mask(bits, text, sizeof(text)));
	json_add_text(o, "state", pool_info_state(pi));
	uuid_unparse_lower(info->pi_uuid, text);
	json_add_text(o, "uuid", text);
	if (pi->label[0] != '\0')
		json_add_text(o, "label", pi->label);
	json_add_number(o, "total_targets", info->pi_ntargets);
	json_add_number(o, "active_targets", info->pi_ntargets - info->pi_ndisabled);
	json_add_number(o, "total_engines", info->pi_nnodes);
	json_add_number(o, "disabled_targets", info->pi_ndisabled);
	json_add_number(o, "version", info->pi_map_ver);
	json_add_number(o, "svc_ldr", info->pi_leader);
	json_add(o, "svc_reps", pool_info_ranks_json(pi->svc));
	json_add(o, "rebuild", rebuild_json(pi));
	if (bits & DPI_SPACE)
		json_add(o, "tier_stats", tiers_json(pi));
	if (bits & DPI_ENGINES_ENABLED)
		json_add(o, "enabled_ranks", pool_info_ranks_json(pi->ranks));
	if (!listed || strcmp(ctx->program, "dmg") == 0)
		json_add(o, "disabled_ranks", json_object_new_array());
	if (bits & DPI_SPACE)
		add_space(ctx, o, pi);
	return o;
}
