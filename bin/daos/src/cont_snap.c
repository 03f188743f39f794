#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "json_build.h"
#include "table.h"
#include "value.h"

struct snaps {
	int nr;
	daos_epoch_t *epoch;
	char **name; /* entries may be NULL: a snapshot without a name */
};

static void snaps_free(struct snaps *s)
{
	for (int i = 0; s->name != NULL && i < s->nr; i++)
		free(s->name[i]);
	free(s->name);
	free(s->epoch);
}

static int snaps_get(struct context *ctx, struct target *t, struct snaps *s)
{
	daos_anchor_t anchor = {0};
	int rc;

	memset(s, 0, sizeof(*s));
	rc = daos_cont_list_snap(t->coh, &s->nr, NULL, NULL, &anchor, NULL);
	if (rc == 0 && s->nr > 0) {
		s->epoch = calloc(s->nr, sizeof(*s->epoch));
		s->name = calloc(s->nr, sizeof(*s->name));
		for (int i = 0; s->name != NULL && i < s->nr; i++)
			s->name[i] = calloc(1, DAOS_SNAPSHOT_MAX_LEN + 1);
		memset(&anchor, 0, sizeof(anchor));
		rc = s->epoch != NULL && s->name != NULL
			 ? daos_cont_list_snap(t->coh, &s->nr, s->epoch, s->name, &anchor, NULL)
			 : -DER_NOMEM;
	}
	if (rc != 0)
		fail_der(ctx, rc, "failed to list snapshots of container %s", t->name);
	return rc;
}

int cmd_cont_list_snaps(struct context *ctx)
{
	struct json_object *list = json_object_new_array();
	struct table *table = table_new(2, "Epoch", "Name");
	struct target t = {0};
	struct snaps s = {0};
	int rc = target_cont(ctx, &t, DAOS_PC_RO, DAOS_COO_RO);

	if (rc == 0)
		rc = snaps_get(ctx, &t, &s);
	for (int i = 0; rc == 0 && i < s.nr; i++) {
		struct json_object *o = json_object_new_object();
		const char *name = s.name[i] != NULL ? s.name[i] : "";
		char epoch[32];

		snprintf(epoch, sizeof(epoch), "0x%" PRIx64, s.epoch[i]);
		table_row(table, epoch, name);
		json_add_number(o, "epoch", s.epoch[i]);
		json_add_text(o, "name", name);
		json_object_array_add(list, o);
	}
	if (rc == 0 && s.nr == 0)
		out(ctx, "No snapshots.\n");
	else if (rc == 0)
		table_print(ctx, table, "");
	respond(ctx, list);
	table_free(table);
	snaps_free(&s);
	target_close(&t);
	return rc;
}

int cmd_cont_create_snap(struct context *ctx)
{
	struct json_object *o = json_object_new_object();
	const char *name = ctx->opt[OPT_SNAP];
	daos_epoch_t epoch = 0;
	struct target t = {0};
	int rc = target_cont(ctx, &t, DAOS_PC_RW, DAOS_COO_RW);

	respond(ctx, o);
	if (rc == 0) {
		rc = daos_cont_create_snap(t.coh, &epoch, (char *)name, NULL);
		if (rc != 0)
			fail_der(ctx, rc, "failed to create snapshot of container %s", t.name);
	}
	if (rc == 0) {
		out(ctx, "snapshot/epoch 0x%" PRIx64 " has been created\n", epoch);
		json_add_number(o, "epoch", epoch);
		json_add_text(o, "name", name != NULL ? name : "");
	}
	target_close(&t);
	return rc;
}

static int find_snap(struct context *ctx, struct target *t, const char *name, daos_epoch_range_t *range)
{
	struct snaps s;
	int rc = snaps_get(ctx, t, &s);
	bool hit = false;

	for (int i = 0; rc == 0 && i < s.nr && !hit; i++) {
		hit = s.name[i] != NULL && strcmp(s.name[i], name) == 0;
		range->epr_lo = range->epr_hi = s.epoch[i];
	}
	if (rc == 0 && !hit)
		rc = fail(ctx, "snapshot \"%s\" not found", name);
	snaps_free(&s);
	return rc;
}

/* Which epochs: one of --snap, --epc, --epcrange. */
static int wanted_range(struct context *ctx, struct target *t, daos_epoch_range_t *range)
{
	char why[128];

	if (has(ctx, OPT_SNAP) + has(ctx, OPT_EPC) + has(ctx, OPT_EPCRANGE) != 1)
		return fail(ctx, "exactly one of --snap, --epc and --epcrange must be given");
	if (has(ctx, OPT_SNAP))
		return find_snap(ctx, t, ctx->opt[OPT_SNAP], range);
	if (has(ctx, OPT_EPC)) {
		u64_parse(ctx->opt[OPT_EPC], &range->epr_lo, why, sizeof(why));
		range->epr_hi = range->epr_lo;
		return 0;
	}
	if (sscanf(ctx->opt[OPT_EPCRANGE], "%" SCNu64 "-%" SCNu64, &range->epr_lo, &range->epr_hi) != 2 ||
	    range->epr_lo > range->epr_hi)
		return fail(ctx, "invalid epoch range \"%s\" (must be A-B)", ctx->opt[OPT_EPCRANGE]);
	return 0;
}

int cmd_cont_destroy_snap(struct context *ctx)
{
	daos_epoch_range_t range = {0};
	struct target t = {0};
	int rc = target_cont(ctx, &t, DAOS_PC_RW, DAOS_COO_RW);

	if (rc == 0)
		rc = wanted_range(ctx, &t, &range);
	if (rc == 0) {
		rc = daos_cont_destroy_snap(t.coh, range, NULL);
		if (rc != 0)
			fail_der(ctx, rc, "failed to destroy snapshot of container %s", t.name);
	}
	target_close(&t);
	return rc;
}
