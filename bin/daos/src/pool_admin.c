#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include <daos_local.h>

#include "json_build.h"
#include "pool_info.h"
#include "table.h"
#include "value.h"

/*
 * Pools are made by the engine itself where it is the embedded one. A DAOS system makes them by its control plane,
 * which only its own dmg reaches.
 */
static int need_local_engine(struct context *ctx, bool there)
{
	return there ? 0 : fail(ctx, "this DAOS system's pools are managed by its own dmg, not by this program");
}

/* The room that the pools share: 100% of it is a pool without a limit of its own. */
static int parse_size(struct context *ctx, uint64_t *size)
{
	static const enum option_id names[] = {OPT_SIZE, OPT_SCM_SIZE, OPT_NVME_SIZE, OPT_META_SIZE, OPT_DATA_SIZE};
	uint64_t part;
	char why[128];

	*size = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text = ctx->opt[names[i]];

		if (text == NULL)
			continue;
		if (names[i] != OPT_SIZE && has(ctx, OPT_SIZE))
			return fail(ctx, "--size may not be mixed with --%s", option_defs[names[i]].word);
		if (strchr(text, '%') != NULL) {
			if (strcmp(text, "100%") != 0)
				return fail(ctx, "a size of %s needs a DAOS system; give bytes, or 100%%", text);
			return 0;
		}
		if (size_parse(text, &part, why, sizeof(why)) != 0)
			return fail(ctx, "%s", why);
		*size += part;
	}
	if (*size == 0)
		return fail(ctx, "either --size or --scm-size must be supplied");
	return 0;
}

/* One engine, one rank. */
static int check_ranks(struct context *ctx)
{
	const char *ranks = ctx->opt[OPT_RANKS];
	uint64_t n;
	char why[128];

	if (has(ctx, OPT_NRANKS) && u64_parse(ctx->opt[OPT_NRANKS], &n, why, sizeof(why)) == 0 && n != 1)
		return fail(ctx, "--nranks=%s: this system has 1 rank", ctx->opt[OPT_NRANKS]);
	if (ranks != NULL && strcmp(ranks, "0") != 0 && strcmp(ranks, "[0]") != 0)
		return fail(ctx, "--ranks=%s: this system has rank 0 only", ranks);
	if (has(ctx, OPT_NSVC) && u64_parse(ctx->opt[OPT_NSVC], &n, why, sizeof(why)) == 0 && n != 1)
		return fail(ctx, "--nsvc=%s: this system can have 1 service replica", ctx->opt[OPT_NSVC]);
	return 0;
}

/* What this engine's pools have no room for is refused, not forgotten. */
static int check_unsupported(struct context *ctx)
{
	static const enum option_id names[] = {OPT_POOL_PROPERTIES, OPT_POOL_ACL_FILE, OPT_POOL_USER, OPT_POOL_GROUP};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (has(ctx, names[i]))
			return fail(ctx, "--%s is not supported for pools of the embedded engine",
				    option_defs[names[i]].word);
	return 0;
}

static int query_new(struct context *ctx, const uuid_t uuid, struct pool_info *pi)
{
	struct target t = {0};
	int rc;

	uuid_unparse_lower(uuid, t.pool);
	t.name = t.pool;
	rc = target_connect(ctx, &t, DAOS_PC_RO);
	if (rc == 0)
		rc = pool_info_get(ctx, &t, DPI_SPACE | DPI_REBUILD_STATUS, pi);
	target_close(&t);
	return rc;
}

static void add_tier(struct fields *f, const char *name, uint64_t size)
{
	char text[SIZE_TEXT_LEN];

	size_text(size, text);
	fields_add(f, name, "%s (%s / rank)", text, text);
}

static void show_created(struct context *ctx, const struct pool_info *pi)
{
	const uint64_t *total = pi->info.pi_space.ps_space.s_total;
	struct fields *f = fields_new();
	struct json_object *o = json_object_new_object();
	struct json_object *tier = json_object_new_array();
	d_rank_t rank = pi->info.pi_leader;
	d_rank_list_t ranks = {.rl_ranks = &rank, .rl_nr = 1};
	char uuid[DAOS_UUID_STR_SIZE], size[SIZE_TEXT_LEN];

	uuid_unparse_lower(pi->info.pi_uuid, uuid);
	fields_add(f, "UUID", "%s", uuid);
	fields_add(f, "Service Leader", "%u", rank);
	fields_add(f, "Service Ranks", "%u", rank);
	fields_add(f, "Storage Ranks", "%u", rank);
	fields_add(f, "Total Size", "%s", size_text(pool_info_total(pi), size));
	add_tier(f, "Storage tier 0 (SCM)", total[DAOS_MEDIA_SCM]);
	add_tier(f, "Storage tier 1 (NVME)", total[DAOS_MEDIA_NVME]);
	/* Only now: a command that fails prints nothing but the reason. */
	out(ctx, "Creating DAOS pool with %s storage allocation: %s total\n",
	    has(ctx, OPT_SIZE) ? "automatic" : "manual", size_text(pool_info_total(pi), size));
	out(ctx, "Pool created with 100.00%% storage tier ratio\n---------------------------------------------\n");
	fields_print(ctx, f, 22);
	out(ctx, "\n");
	fields_free(f);

	json_add_text(o, "uuid", uuid);
	json_add_text(o, "label", pi->label);
	json_add_number(o, "svc_ldr", rank);
	json_add(o, "svc_reps", pool_info_ranks_json(&ranks));
	json_add(o, "tgt_ranks", pool_info_ranks_json(&ranks));
	json_object_array_add(tier, json_object_new_uint64(total[DAOS_MEDIA_SCM]));
	json_object_array_add(tier, json_object_new_uint64(total[DAOS_MEDIA_NVME]));
	json_add(o, "tier_bytes", tier);
	json_add_number(o, "mem_file_bytes", total[DAOS_MEDIA_SCM]);
	json_add_bool(o, "md_on_ssd_active", false);
	respond(ctx, o);
}

int cmd_pool_create(struct context *ctx)
{
	struct pool_info pi = {0};
	const char *label = arg(ctx, 0);
	uint64_t size = 0;
	uuid_t uuid;
	int rc = need_local_engine(ctx, daos_local_pool_create != NULL);

	if (rc == 0 && label == NULL)
		rc = fail(ctx, "no pool label supplied");
	if (rc == 0 && !daos_label_is_valid(label))
		rc = fail(ctx, "invalid label \"%s\"", label);
	if (rc == 0)
		rc = check_unsupported(ctx);
	if (rc == 0)
		rc = check_ranks(ctx);
	if (rc == 0)
		rc = parse_size(ctx, &size);
	if (rc != 0)
		return rc;
	rc = daos_local_pool_create(ctx->sys, label, size, NULL, uuid);
	if (rc != 0)
		return fail_der(ctx, rc, "pool create failed: pool %s", label);
	rc = query_new(ctx, uuid, &pi);
	if (rc == 0)
		show_created(ctx, &pi);
	pool_info_fini(&pi);
	return rc;
}

/* Whether somebody else has the container open. */
static int check_idle(struct context *ctx, struct target *t, const struct daos_pool_cont_info *cont)
{
	struct target c = {.poh = t->poh};
	int rc;

	uuid_unparse_lower(cont->pci_uuid, c.cont);
	c.name = c.cont;
	rc = target_open(ctx, &c, DAOS_COO_RO);
	if (rc == 0 && c.cont_info.ci_nhandles > 1)
		rc = fail_der(ctx, -DER_BUSY, "pool destroy failed: container %s is open", cont->pci_label);
	if (daos_handle_is_valid(c.coh))
		daos_cont_close(c.coh, NULL);
	return rc;
}

/* The containers go before the pool does, but none of them while one is in use. */
static int destroy_conts(struct context *ctx, struct target *t)
{
	struct daos_pool_cont_info *cont;
	char uuid[DAOS_UUID_STR_SIZE];
	daos_size_t nr;
	int rc = cont_list_get(ctx, t, &cont, &nr);

	if (rc != 0)
		return rc;
	if (nr > 0 && !has(ctx, OPT_RECURSIVE))
		rc = fail_der(ctx, -DER_BUSY, "pool destroy failed: pool %s has %u container(s), use --recursive",
			      t->name, (unsigned int)nr);
	for (daos_size_t i = 0; rc == 0 && i < nr; i++)
		rc = check_idle(ctx, t, &cont[i]);
	for (daos_size_t i = 0; rc == 0 && i < nr; i++) {
		uuid_unparse_lower(cont[i].pci_uuid, uuid);
		rc = daos_cont_destroy(t->poh, uuid, 0, NULL);
		if (rc != 0)
			fail_der(ctx, rc, "failed to destroy container %s", cont[i].pci_label);
	}
	free(cont);
	return rc;
}

int cmd_pool_destroy(struct context *ctx)
{
	struct target t = {0};
	const char *name = arg(ctx, 0);
	bool force = has(ctx, OPT_FORCE);
	int rc = need_local_engine(ctx, daos_local_pool_destroy != NULL);

	if (rc == 0)
		rc = target_name_pool(ctx, &t);
	if (rc == 0 && !force) {
		rc = target_pool(ctx, &t, DAOS_PC_RW);
		if (rc == 0)
			rc = destroy_conts(ctx, &t);
	}
	target_close(&t);
	if (rc != 0)
		return rc;
	rc = daos_local_pool_destroy(ctx->sys, name, force);
	if (rc != 0)
		return fail_der(ctx, rc, "pool destroy failed: pool %s", name);
	out(ctx, "Pool-destroy command succeeded\n");
	return 0;
}
