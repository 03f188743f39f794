#include "cont_info.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "json_build.h"
#include "table.h"
#include "value.h"

/* Where `container query` puts its colons. */
#define QUERY_NAME_WIDTH 28

static void take_props(daos_prop_t *prop, struct cont_info *ci)
{
	struct daos_co_status status;

	for (uint32_t i = 0; i < prop->dpp_nr; i++) {
		struct daos_prop_entry *e = &prop->dpp_entries[i];

		if (e->dpe_flags & DAOS_PROP_ENTRY_NOT_SET)
			continue;
		switch (e->dpe_type) {
		case DAOS_PROP_CO_LABEL:
			if (e->dpe_str != NULL && strcmp(e->dpe_str, DAOS_PROP_CO_LABEL_DEFAULT) != 0)
				snprintf(ci->label, sizeof(ci->label), "%s", e->dpe_str);
			break;
		case DAOS_PROP_CO_LAYOUT_TYPE:
			ci->layout = e->dpe_val;
			break;
		case DAOS_PROP_CO_REDUN_FAC:
			ci->redun_fac = e->dpe_val;
			break;
		case DAOS_PROP_CO_STATUS:
			daos_prop_val_2_co_status(e->dpe_val, &status);
			ci->healthy = status.dcs_status == DAOS_PROP_CO_HEALTHY;
			break;
		}
	}
}

/* Classes that are automatic are shown as what the root gives to new entries. */
static void take_classes(dfs_t *dfs, dfs_attr_t *attr)
{
	dfs_obj_info_t info = {0};
	dfs_obj_t *root;

	if (dfs_lookup(dfs, "/", O_RDONLY, &root, NULL, NULL) != 0)
		return;
	if (dfs_obj_get_info(dfs, root, &info) == 0) {
		if (attr->da_dir_oclass_id == OC_UNKNOWN)
			attr->da_dir_oclass_id = info.doi_dir_oclass_id;
		if (attr->da_file_oclass_id == OC_UNKNOWN)
			attr->da_file_oclass_id = info.doi_file_oclass_id;
	}
	dfs_release(root);
}

/* A container that says POSIX but is damaged is still shown, without what its superblock would say. */
static void take_dfs(struct target *t, struct cont_info *ci)
{
	dfs_t *dfs;

	if (dfs_mount(t->poh, t->coh, DFS_RDONLY, &dfs) != 0)
		return;
	ci->is_dfs = dfs_query(dfs, &ci->dfs) == 0;
	if (ci->is_dfs)
		take_classes(dfs, &ci->dfs);
	dfs_umount(dfs);
}

int cont_info_get(struct context *ctx, struct target *t, struct cont_info *ci)
{
	static const uint32_t wanted[] = {DAOS_PROP_CO_LABEL, DAOS_PROP_CO_LAYOUT_TYPE, DAOS_PROP_CO_REDUN_FAC,
					  DAOS_PROP_CO_STATUS};
	daos_prop_t *prop = daos_prop_alloc(4);
	int rc;

	memset(ci, 0, sizeof(*ci));
	ci->healthy = true;
	uuid_copy(ci->pool, t->pool_info.pi_uuid);
	if (prop == NULL)
		return fail_der(ctx, -DER_NOMEM, "failed to query container %s", t->name);
	for (int i = 0; i < 4; i++)
		prop->dpp_entries[i].dpe_type = wanted[i];
	rc = daos_cont_query(t->coh, &ci->info, prop, NULL);
	if (rc == 0) {
		take_props(prop, ci);
		if (ci->layout == DAOS_PROP_CO_LAYOUT_POSIX)
			take_dfs(t, ci);
	} else {
		fail_der(ctx, rc, "failed to query container %s", t->name);
	}
	daos_prop_free(prop);
	return rc;
}

static void add_oclass(struct fields *f, const char *name, daos_oclass_id_t oclass)
{
	char text[MAX_OBJ_CLASS_NAME_LEN + 8] = "";

	if (oclass != OC_UNKNOWN && daos_oclass_id2name(oclass, text) == 0)
		fields_add(f, name, "%s", text);
}

static void add_identity(struct fields *f, const struct cont_info *ci)
{
	char uuid[DAOS_UUID_STR_SIZE];

	uuid_unparse_lower(ci->info.ci_uuid, uuid);
	fields_add(f, "Container UUID", "%s", uuid);
	if (ci->label[0] != '\0')
		fields_add(f, "Container Label", "%s", ci->label);
	fields_add(f, "Container Type", "%s", layout_name(ci->layout));
}

static void add_time(struct fields *f, const char *name, uint64_t hlc)
{
	char text[TIME_TEXT_LEN];

	fields_add(f, name, "%s (0x%" PRIx64 ")", hlc_text(hlc, text), hlc);
}

void cont_info_print(const struct context *ctx, const struct cont_info *ci)
{
	struct fields *f = fields_new();
	char text[DAOS_UUID_STR_SIZE];

	uuid_unparse_lower(ci->pool, text);
	add_identity(f, ci);
	fields_add(f, "Pool UUID", "%s", text);
	fields_add(f, "Container redundancy factor", "%" PRIu64, ci->redun_fac);
	fields_add(f, "Number of open handles", "%u", ci->info.ci_nhandles);
	add_time(f, "Latest open time", ci->info.ci_md_otime);
	add_time(f, "Latest close/modify time", ci->info.ci_md_mtime);
	fields_add(f, "Number of snapshots", "%u", ci->info.ci_nsnapshots);
	if (ci->info.ci_lsnapshot != 0)
		fields_add(f, "Latest Persistent Snapshot", "0x%" PRIx64, ci->info.ci_lsnapshot);
	if (ci->is_dfs) {
		add_oclass(f, "Object Class", ci->dfs.da_oclass_id);
		add_oclass(f, "Dir Object Class", ci->dfs.da_dir_oclass_id);
		add_oclass(f, "File Object Class", ci->dfs.da_file_oclass_id);
		if (ci->dfs.da_hints[0] != '\0')
			fields_add(f, "Hints", "%s", ci->dfs.da_hints);
		fields_add(f, "Chunk Size", "%s", size_text_binary(ci->dfs.da_chunk_size, text));
	}
	fields_print(ctx, f, QUERY_NAME_WIDTH);
	out(ctx, "\n");
	fields_free(f);
}

void cont_info_print_created(const struct context *ctx, const struct cont_info *ci)
{
	struct fields *f = fields_new();
	char uuid[DAOS_UUID_STR_SIZE];

	uuid_unparse_lower(ci->info.ci_uuid, uuid);
	add_identity(f, ci);
	out(ctx, "Successfully created container %s type %s\n", uuid, layout_name(ci->layout));
	fields_print(ctx, f, strlen("Container Label"));
	out(ctx, "\n");
	fields_free(f);
}

static void json_add_oclass(struct json_object *object, const char *key, daos_oclass_id_t oclass)
{
	char text[MAX_OBJ_CLASS_NAME_LEN + 8] = "";

	if (oclass != OC_UNKNOWN && daos_oclass_id2name(oclass, text) == 0)
		json_add_text(object, key, text);
}

static void json_add_dfs(struct json_object *object, const dfs_attr_t *dfs)
{
	json_add_number(object, "chunk_size", dfs->da_chunk_size);
	json_add_oclass(object, "object_class", dfs->da_oclass_id);
	json_add_oclass(object, "dir_object_class", dfs->da_dir_oclass_id);
	json_add_oclass(object, "file_object_class", dfs->da_file_oclass_id);
	if (dfs->da_mode != 0)
		json_add_number(object, "cons_mode", dfs->da_mode);
	if (dfs->da_hints[0] != '\0')
		json_add_text(object, "hints", dfs->da_hints);
}

struct json_object *cont_info_json(const struct cont_info *ci)
{
	struct json_object *o = json_object_new_object();
	char text[TIME_TEXT_LEN];

	uuid_unparse_lower(ci->pool, text);
	json_add_text(o, "pool_uuid", text);
	uuid_unparse_lower(ci->info.ci_uuid, text);
	json_add_text(o, "container_uuid", text);
	if (ci->label[0] != '\0')
		json_add_text(o, "container_label", ci->label);
	if (ci->info.ci_lsnapshot != 0)
		json_add_number(o, "latest_snapshot", ci->info.ci_lsnapshot);
	json_add_number(o, "redundancy_factor", ci->redun_fac);
	json_add_number(o, "num_handles", ci->info.ci_nhandles);
	json_add_number(o, "num_snapshots", ci->info.ci_nsnapshots);
	json_add_text(o, "container_type", layout_name(ci->layout));
	json_add_text(o, "health", ci->healthy ? "HEALTHY" : "UNCLEAN");
	if (ci->is_dfs)
		json_add_dfs(o, &ci->dfs);
	json_add_text(o, "open_time", hlc_text(ci->info.ci_md_otime, text));
	json_add_text(o, "close_modify_time", hlc_text(ci->info.ci_md_mtime, text));
	return o;
}
