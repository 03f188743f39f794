#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "acl_file.h"
#include "attrs.h"
#include "cont_info.h"
#include "error.h"
#include "prop_table.h"
#include "value.h"

/* The most that options other than --properties add: label, layout type, owner group, ACL. */
#define SPARE_PROPS 4

static bool has_prop(const daos_prop_t *prop, uint32_t type)
{
	for (uint32_t i = 0; i < prop->dpp_nr; i++)
		if (prop->dpp_entries[i].dpe_type == type)
			return true;
	return false;
}

/* Words after the pool make the label, so that a label with a blank in it is refused as what it is. */
static int join_label(struct context *ctx, char *label, size_t size)
{
	size_t len = 0;

	label[0] = '\0';
	for (int i = 1; i < ctx->nargs && len < size; i++)
		len += snprintf(label + len, size - len, "%s%s", i > 1 ? " " : "", arg(ctx, i));
	if (label[0] != '\0' && !daos_label_is_valid(label))
		return fail(ctx, "invalid label \"%s\"", label);
	return 0;
}

static struct daos_prop_entry *next_entry(daos_prop_t *prop, uint32_t type)
{
	struct daos_prop_entry *e = &prop->dpp_entries[prop->dpp_nr++];

	e->dpe_type = type;
	return e;
}

/* A path that is taken is found before anything is made; link_path() would notice it too, but later. */
static int check_path(struct context *ctx)
{
	const char *path = ctx->opt[OPT_PATH];
	struct stat st;

	if (path == NULL || lstat(path, &st) != 0)
		return 0;
	return fail_errno(ctx, EEXIST, "failed to create container at path \"%s\"", path);
}

/* Everything that makes the container what it is, but the file system's own attributes. */
static int collect_props(struct context *ctx, const char *label, uint16_t layout, daos_prop_t **result)
{
	daos_prop_t *prop;
	char why[512];
	int rc = 0;

	if (cont_props_parse(ctx->opt[OPT_PROPERTIES], PROP_AT_CREATION, SPARE_PROPS, &prop, why, sizeof(why)) != 0)
		return fail(ctx, "invalid argument for flag `--properties' (expected main.CreatePropertiesFlag): %s",
			    why);
	prop->dpp_nr -= SPARE_PROPS;
	*result = prop;
	if (label[0] != '\0' && has_prop(prop, DAOS_PROP_CO_LABEL))
		return fail(ctx, "can't supply label arg and --properties label:");
	if (label[0] != '\0')
		next_entry(prop, DAOS_PROP_CO_LABEL)->dpe_str = strdup(label);
	/* libdfs adds the type of its own containers. */
	if (layout != DAOS_PROP_CO_LAYOUT_UNKNOWN && layout != DAOS_PROP_CO_LAYOUT_POSIX)
		next_entry(prop, DAOS_PROP_CO_LAYOUT_TYPE)->dpe_val = layout;
	if (has(ctx, OPT_GROUP))
		next_entry(prop, DAOS_PROP_CO_OWNER_GROUP)->dpe_str = principal_text(ctx->opt[OPT_GROUP]);
	if (has(ctx, OPT_ACL_FILE)) {
		struct daos_acl *acl;

		rc = acl_file_read(ctx, ctx->opt[OPT_ACL_FILE], &acl);
		if (rc == 0)
			next_entry(prop, DAOS_PROP_CO_ACL)->dpe_val_ptr = acl;
	}
	return rc;
}

/* The options were checked when they were read, so parsing them cannot fail any more. */
static void collect_dfs(const struct context *ctx, dfs_attr_t *attr)
{
	char why[128];

	if (has(ctx, OPT_CHUNK_SIZE))
		size_parse(ctx->opt[OPT_CHUNK_SIZE], &attr->da_chunk_size, why, sizeof(why));
	if (has(ctx, OPT_OCLASS))
		oclass_parse(ctx->opt[OPT_OCLASS], &attr->da_oclass_id, why, sizeof(why));
	if (has(ctx, OPT_DIR_OCLASS))
		oclass_parse(ctx->opt[OPT_DIR_OCLASS], &attr->da_dir_oclass_id, why, sizeof(why));
	if (has(ctx, OPT_FILE_OCLASS))
		oclass_parse(ctx->opt[OPT_FILE_OCLASS], &attr->da_file_oclass_id, why, sizeof(why));
	if (has(ctx, OPT_MODE))
		cons_mode_parse(ctx->opt[OPT_MODE], &attr->da_mode, why, sizeof(why));
	if (has(ctx, OPT_HINTS))
		snprintf(attr->da_hints, sizeof(attr->da_hints), "%s", ctx->opt[OPT_HINTS]);
}

/* Options that only a file system has a use for. */
static int check_options(struct context *ctx, uint16_t layout)
{
	static const enum option_id posix_only[] = {OPT_CHUNK_SIZE,  OPT_OCLASS, OPT_DIR_OCLASS,
						    OPT_FILE_OCLASS, OPT_HINTS,	 OPT_MODE};

	if (layout == DAOS_PROP_CO_LAYOUT_POSIX)
		return 0;
	for (size_t i = 0; i < sizeof(posix_only) / sizeof(posix_only[0]); i++)
		if (has(ctx, posix_only[i]))
			return fail(ctx, "--%s can only be used with --type=POSIX", option_defs[posix_only[i]].word);
	if (has(ctx, OPT_PATH) && layout != DAOS_PROP_CO_LAYOUT_HDF5)
		return fail(ctx, "--path can only be used with --type=POSIX or --type=HDF5");
	return 0;
}

/* A file system is made by libdfs, anything else is only a container. */
static int create(struct context *ctx, struct target *t, uint16_t layout, dfs_attr_t *dfs)
{
	uuid_t uuid;
	int rc;

	if (layout == DAOS_PROP_CO_LAYOUT_POSIX)
		rc = der_from_errno(dfs_cont_create(t->poh, &uuid, dfs, NULL, NULL));
	else
		rc = daos_cont_create(t->poh, &uuid, dfs->da_props, NULL);
	if (rc != 0)
		return fail_der(ctx, rc, "failed to create container");
	uuid_unparse_lower(uuid, t->cont);
	t->name = t->cont;
	return 0;
}

/* Give the new container a path; it does not stay if that fails. */
static int link_path(struct context *ctx, struct target *t)
{
	const char *path = ctx->opt[OPT_PATH];
	int rc = duns_link_cont(t->poh, t->cont, path);

	if (rc == 0)
		return 0;
	daos_cont_destroy(t->poh, t->cont, 1, NULL);
	return fail_errno(ctx, rc, "failed to create container at path \"%s\"", path);
}

/* Attributes that came with the command, then what the container has become. */
static int finish(struct context *ctx, struct target *t)
{
	struct cont_info ci;
	int rc = target_open(ctx, t, DAOS_COO_RW);

	if (rc == 0 && has(ctx, OPT_ATTRS)) {
		struct attr_owner owner = attr_owner_cont(t);

		rc = attrs_set(ctx, &owner, ctx->opt[OPT_ATTRS]);
	}
	if (rc == 0)
		rc = cont_info_get(ctx, t, &ci);
	if (rc != 0)
		return rc;
	cont_info_print_created(ctx, &ci);
	respond(ctx, cont_info_json(&ci));
	return 0;
}

int cmd_cont_create(struct context *ctx)
{
	struct target t = {0};
	dfs_attr_t dfs = {0};
	uint16_t layout = DAOS_PROP_CO_LAYOUT_UNKNOWN;
	char label[256], why[128];
	int rc;

	if (has(ctx, OPT_TYPE))
		layout_parse(ctx->opt[OPT_TYPE], &layout, why, sizeof(why));
	if (arg(ctx, 0) == NULL)
		return fail(ctx, "no pool UUID or label supplied");
	rc = join_label(ctx, label, sizeof(label));
	if (rc == 0)
		rc = check_options(ctx, layout);
	if (rc == 0)
		rc = check_path(ctx);
	if (rc == 0)
		rc = collect_props(ctx, label, layout, &dfs.da_props);
	collect_dfs(ctx, &dfs);
	if (rc == 0)
		rc = target_name_pool(ctx, &t);
	if (rc == 0)
		rc = target_connect(ctx, &t, DAOS_PC_RW);
	if (rc == 0)
		rc = create(ctx, &t, layout, &dfs);
	if (rc == 0 && has(ctx, OPT_PATH))
		rc = link_path(ctx, &t);
	if (rc == 0)
		rc = finish(ctx, &t);
	daos_prop_free(dfs.da_props);
	target_close(&t);
	return rc;
}
