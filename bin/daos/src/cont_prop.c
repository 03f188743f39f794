#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "json_build.h"
#include "pairs.h"
#include "prop_table.h"
#include "table.h"

/* All properties, or those that --properties names, in the order of the table. */
static int wanted_props(struct context *ctx, const struct prop_def **def, int *nr)
{
	struct pairs names = {0};
	char why[256];
	int rc = 0;

	*nr = 0;
	if (has(ctx, OPT_PROPERTIES) && keys_parse(ctx->opt[OPT_PROPERTIES], &names, why, sizeof(why)) != 0)
		return fail(ctx, "invalid argument for flag `--properties' (expected main.GetPropertiesFlag): %s", why);
	for (int i = 0; rc == 0 && i < names.nr; i++)
		if (cont_prop_find(names.key[i]) == NULL)
			rc = fail(ctx,
				  "invalid argument for flag `--properties' (expected main.GetPropertiesFlag): "
				  "unknown property \"%s\"",
				  names.key[i]);
	for (int i = 0; rc == 0 && i < cont_props_nr; i++) {
		bool named = names.nr == 0;

		for (int j = 0; j < names.nr; j++)
			named = named || cont_prop_find(names.key[j]) == &cont_props[i];
		if (named)
			def[(*nr)++] = &cont_props[i];
	}
	pairs_free(&names);
	return rc;
}

static void show_props(struct context *ctx, const struct target *t, const struct prop_def **def, daos_prop_t *prop)
{
	struct json_object *list = json_object_new_array();
	struct table *table = table_new(2, "Name", "Value");
	char name[160];

	for (uint32_t i = 0; i < prop->dpp_nr; i++) {
		struct json_object *o = json_object_new_object();
		char *text = cont_prop_text(def[i], &prop->dpp_entries[i]);

		snprintf(name, sizeof(name), "%s (%s)", def[i]->description, def[i]->name);
		table_row(table, name, text != NULL ? text : "");
		json_add_text(o, "value", text != NULL ? text : "");
		json_add_text(o, "name", def[i]->name);
		json_add_text(o, "description", def[i]->description);
		json_object_array_add(list, o);
		free(text);
	}
	out(ctx, "Properties for container %s\n", t->name);
	table_print(ctx, table, "");
	table_free(table);
	respond(ctx, list);
}

int cmd_cont_get_prop(struct context *ctx)
{
	const struct prop_def *def[64];
	daos_prop_t *prop = NULL;
	struct target t = {0};
	int nr;
	int rc = wanted_props(ctx, def, &nr);

	if (rc == 0)
		rc = target_cont(ctx, &t, DAOS_PC_RO, DAOS_COO_RO);
	if (rc == 0) {
		prop = daos_prop_alloc(nr);
		rc = prop != NULL ? 0 : -DER_NOMEM;
		for (int i = 0; rc == 0 && i < nr; i++)
			prop->dpp_entries[i].dpe_type = def[i]->type;
		if (rc == 0)
			rc = daos_cont_query(t.coh, NULL, prop, NULL);
		if (rc != 0)
			fail_der(ctx, rc, "failed to fetch properties for container %s", t.name);
	}
	if (rc == 0)
		show_props(ctx, &t, def, prop);
	daos_prop_free(prop);
	target_close(&t);
	return rc;
}

int cmd_cont_set_prop(struct context *ctx)
{
	daos_prop_t *prop = NULL;
	struct target t = {0};
	const char *list;
	char why[512];
	int rc = target_name_cont(ctx, &t);

	list = has(ctx, OPT_PROPERTIES) ? ctx->opt[OPT_PROPERTIES] : arg(ctx, t.next);
	if (rc == 0 && list == NULL)
		rc = fail(ctx, "at least one property must be supplied (NAME:VALUE)");
	if (rc == 0 && cont_props_parse(list, PROP_ALWAYS, 0, &prop, why, sizeof(why)) != 0)
		rc = fail(ctx, "%s", why);
	if (rc == 0)
		rc = target_connect(ctx, &t, DAOS_PC_RW);
	if (rc == 0)
		rc = target_open(ctx, &t, DAOS_COO_RW);
	if (rc == 0) {
		rc = daos_cont_set_prop(t.coh, prop, NULL);
		if (rc != 0)
			fail_der(ctx, rc, "failed to set properties on container %s", t.name);
	}
	if (rc == 0)
		out(ctx, "Properties were successfully set\n");
	daos_prop_free(prop);
	target_close(&t);
	return rc;
}
