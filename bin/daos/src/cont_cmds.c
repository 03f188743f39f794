#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "cont_info.h"
#include "json_build.h"
#include "table.h"
#include "value.h"

int cont_list_get(struct context *ctx, struct target *t, struct daos_pool_cont_info **conts, daos_size_t *nr)
{
	daos_size_t room = 0;
	int rc = daos_pool_list_cont(t->poh, &room, NULL, NULL);

	*conts = NULL;
	*nr = 0;
	/* Others may make containers between the two questions. */
	for (int tries = 0; rc == 0 && room > 0 && tries < 8; tries++) {
		*nr = room;
		free(*conts);
		*conts = calloc(room, sizeof(**conts));
		if (*conts == NULL)
			return fail_der(ctx, -DER_NOMEM, "failed to list containers");
		rc = daos_pool_list_cont(t->poh, nr, *conts, NULL);
		if (rc != -DER_TRUNC)
			break;
		room = *nr;
		rc = 0;
	}
	if (rc != 0) {
		free(*conts);
		*conts = NULL;
		fail_der(ctx, rc, "failed to list containers in pool %s", t->name);
	}
	return rc;
}

/* The type of a container in the list, for people. */
static const char *listed_layout(struct context *ctx, struct target *t, const uuid_t uuid)
{
	struct target c = {.poh = t->poh};
	struct cont_info ci = {0};
	const char *name = "?";

	uuid_unparse_lower(uuid, c.cont);
	c.name = c.cont;
	if (target_open(ctx, &c, DAOS_COO_RO) == 0 && cont_info_get(ctx, &c, &ci) == 0)
		name = layout_name(ci.layout);
	if (daos_handle_is_valid(c.coh))
		daos_cont_close(c.coh, NULL);
	free(ctx->error);
	ctx->error = NULL;
	return name;
}

static void show_list(struct context *ctx, struct target *t, const struct daos_pool_cont_info *conts, daos_size_t nr)
{
	struct json_object *list = json_object_new_array();
	struct table *table;
	char uuid[DAOS_UUID_STR_SIZE];

	table = verbose(ctx) ? table_new(3, "Label", "UUID", "Layout") : table_new(2, "Label", "UUID");
	for (daos_size_t i = 0; i < nr; i++) {
		const char *layout = verbose(ctx) ? listed_layout(ctx, t, conts[i].pci_uuid) : "";
		struct json_object *o = json_object_new_object();

		uuid_unparse_lower(conts[i].pci_uuid, uuid);
		table_row(table, conts[i].pci_label, uuid, layout);
		json_add_text(o, "uuid", uuid);
		json_add_text(o, "label", conts[i].pci_label);
		if (verbose(ctx))
			json_add_text(o, "container_type", layout);
		json_object_array_add(list, o);
	}
	if (nr > 0) {
		out(ctx, "Containers in pool %s:\n", t->name);
		table_print(ctx, table, "  ");
	} else {
		out(ctx, "No containers.\n");
	}
	table_free(table);
	respond(ctx, list);
}

int cmd_cont_list(struct context *ctx)
{
	struct daos_pool_cont_info *conts = NULL;
	struct target t = {0};
	daos_size_t nr = 0;
	int rc = target_pool(ctx, &t, DAOS_PC_RO);

	if (rc == 0)
		rc = cont_list_get(ctx, &t, &conts, &nr);
	if (rc == 0)
		show_list(ctx, &t, conts, nr);
	free(conts);
	target_close(&t);
	return rc;
}

int cmd_cont_query(struct context *ctx)
{
	struct cont_info ci;
	struct target t = {0};
	int rc = target_cont(ctx, &t, DAOS_PC_RO, DAOS_COO_RO);

	if (rc == 0)
		rc = cont_info_get(ctx, &t, &ci);
	if (rc == 0) {
		cont_info_print(ctx, &ci);
		respond(ctx, cont_info_json(&ci));
	}
	target_close(&t);
	return rc;
}

int cmd_cont_destroy(struct context *ctx)
{
	struct target t = {0};
	int rc = target_name_cont(ctx, &t);

	if (rc == 0)
		rc = target_connect(ctx, &t, DAOS_PC_RW);
	/* A daos:// path is only another way to write the names. */
	if (rc == 0 && has(ctx, OPT_PATH) && t.uns.da_type != DAOS_PROP_CO_LAYOUT_UNKNOWN) {
		rc = duns_destroy_path(t.poh, t.name);
		if (rc != 0)
			rc = fail_errno(ctx, rc, "failed to destroy container at path \"%s\"", t.name);
	} else if (rc == 0) {
		rc = daos_cont_destroy(t.poh, t.cont, has(ctx, OPT_FORCE), NULL);
		if (rc != 0) {
			fail_der(ctx, rc, "failed to destroy container \"%s\"", t.cont);
			fail_prefix(ctx, "failed to destroy container %s", t.name);
		}
	}
	if (rc == 0)
		out(ctx, "Successfully destroyed container %s\n", t.name);
	target_close(&t);
	return rc;
}

/* The path is where the container gets a name, not where it is found. */
int cmd_cont_link(struct context *ctx)
{
	const char *path = ctx->opt[OPT_PATH];
	struct target t = {0};
	int rc;

	if (path == NULL)
		return fail(ctx, "--path is required");
	ctx->opt[OPT_PATH] = NULL;
	rc = target_name_cont(ctx, &t);
	if (rc == 0)
		rc = target_connect(ctx, &t, DAOS_PC_RO);
	if (rc == 0) {
		rc = duns_link_cont(t.poh, t.cont, path);
		if (rc != 0)
			rc =
			    fail_errno(ctx, rc, "failed to link container %s in the namespace at \"%s\"", t.name, path);
	}
	target_close(&t);
	return rc;
}

/* Opening with these flags ends other handles; the own one goes with the target. */
int cmd_cont_evict(struct context *ctx)
{
	struct target t = {0};
	int rc =
	    target_cont(ctx, &t, DAOS_PC_RW, DAOS_COO_RO | (has(ctx, OPT_ALL) ? DAOS_COO_EVICT_ALL : DAOS_COO_EVICT));

	target_close(&t);
	return rc;
}

int cmd_cont_rollback(struct context *ctx)
{
	struct target t = {0};
	uint64_t epoch = 0;
	char why[128];
	int rc;

	if (!has(ctx, OPT_EPC))
		return fail(ctx, "--epc is required");
	u64_parse(ctx->opt[OPT_EPC], &epoch, why, sizeof(why));
	rc = target_cont(ctx, &t, DAOS_PC_RW, DAOS_COO_RW);
	if (rc == 0) {
		rc = daos_cont_rollback(t.coh, epoch, NULL);
		if (rc != 0)
			fail_der(ctx, rc, "failed to roll back container %s", t.name);
	}
	target_close(&t);
	return rc;
}
