/* Making a container that holds a file system. */
#include <errno.h>

#include "error.h"
#include "mount.h"
#include "oid.h"
#include "superblock.h"

/* A number that the caller's properties give, or `value`. */
static uint64_t prop_number(daos_prop_t *prop, uint32_t type, uint64_t value)
{
	struct daos_prop_entry *e = prop != NULL ? daos_prop_entry_get(prop, type) : NULL;

	return e != NULL ? e->dpe_val : value;
}

/* The attributes for the superblock from what the caller asked for. */
static int complete_attr(const dfs_attr_t *ask, dfs_attr_t *attr)
{
	daos_oclass_hints_t dir, file;
	int rc;

	memset(attr, 0, sizeof(*attr));
	if (ask != NULL)
		*attr = *ask;
	if (memchr(attr->da_hints, '\0', sizeof(attr->da_hints)) == NULL)
		return EINVAL;
	if (attr->da_mode != DFS_RELAXED && attr->da_mode != DFS_BALANCED)
		return EINVAL;
	rc = oid_parse_hints(attr->da_hints, &dir, &file);
	if (rc != 0)
		return rc;
	if (attr->da_chunk_size == 0)
		attr->da_chunk_size = DFS_DEFAULT_CHUNK_SIZE;
	if (attr->da_dir_oclass_id == 0)
		attr->da_dir_oclass_id = attr->da_oclass_id;
	if (attr->da_file_oclass_id == 0)
		attr->da_file_oclass_id = attr->da_oclass_id;
	return 0;
}

/* The caller's properties with what makes the container a POSIX one. */
static int make_prop(const struct superblock *sb, daos_prop_t *user, daos_prop_t **out)
{
	struct daos_prop_co_roots roots = {.cr_oids = {sb->super_oid, sb->root_oid}};
	daos_prop_t *prop = daos_prop_alloc(2);
	int rc;

	if (prop == NULL)
		return ENOMEM;
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_LAYOUT_TYPE;
	prop->dpp_entries[0].dpe_val = DAOS_PROP_CO_LAYOUT_POSIX;
	prop->dpp_entries[1].dpe_type = DAOS_PROP_CO_ROOTS;
	rc = der_to_errno(daos_prop_entry_set_ptr(&prop->dpp_entries[1], &roots, sizeof(roots)));
	if (rc != 0) {
		daos_prop_free(prop);
		return rc;
	}
	if (user == NULL) {
		*out = prop;
		return 0;
	}
	*out = daos_prop_merge(user, prop);
	daos_prop_free(prop);
	return *out != NULL ? 0 : ENOMEM;
}

/* Create the container and its superblock. Without a superblock the container is of no use, so it goes again. */
static int create(daos_handle_t poh, const char *label, const dfs_attr_t *ask, uuid_t *uuid, daos_handle_t *coh)
{
	char name[DAOS_UUID_STR_SIZE];
	daos_prop_t *prop = NULL;
	struct superblock sb = {0};
	uint64_t layout, rf;
	int rc;

	rc = complete_attr(ask, &sb.attr);
	if (rc != 0)
		return rc;
	layout = prop_number(sb.attr.da_props, DAOS_PROP_CO_LAYOUT_TYPE, DAOS_PROP_CO_LAYOUT_POSIX);
	if (layout != DAOS_PROP_CO_LAYOUT_POSIX)
		return EINVAL;
	rf = prop_number(sb.attr.da_props, DAOS_PROP_CO_REDUN_FAC, 0);
	sb.super_oid = oid_reserved(0, sb.attr.da_dir_oclass_id, rf);
	sb.root_oid = oid_reserved(1, sb.attr.da_dir_oclass_id, rf);
	rc = make_prop(&sb, sb.attr.da_props, &prop);
	if (rc != 0)
		return rc;
	if (label != NULL)
		rc = daos_cont_create_with_label(poh, label, prop, uuid, NULL);
	else
		rc = daos_cont_create(poh, uuid, prop, NULL);
	daos_prop_free(prop);
	if (rc != 0)
		return der_to_errno(rc);

	uuid_unparse_lower(*uuid, name);
	rc = der_to_errno(daos_cont_open(poh, name, DAOS_COO_RW, coh, NULL, NULL));
	if (rc == 0) {
		rc = superblock_write(*coh, &sb);
		if (rc != 0)
			daos_cont_close(*coh, NULL);
	}
	if (rc != 0)
		daos_cont_destroy(poh, name, 1, NULL);
	return rc;
}

static int create_and_mount(daos_handle_t poh, const char *label, const dfs_attr_t *attr, uuid_t *uuid,
			    daos_handle_t *coh_out, dfs_t **dfs_out)
{
	daos_handle_t coh;
	uuid_t made;
	int rc = library_check();

	/* A mount without the handle to close it after use would be of no use, and daos_init() alone is enough to
	 * create. */
	if (dfs_out != NULL && (rc != 0 || coh_out == NULL))
		return EINVAL;
	rc = create(poh, label, attr, &made, &coh);
	if (rc != 0)
		return rc;
	if (dfs_out != NULL) {
		rc = dfs_mount(poh, coh, O_RDWR, dfs_out);
		if (rc != 0) {
			daos_cont_close(coh, NULL);
			return rc;
		}
	}
	if (uuid != NULL)
		uuid_copy(*uuid, made);
	if (coh_out != NULL)
		*coh_out = coh;
	else
		rc = der_to_errno(daos_cont_close(coh, NULL));
	return rc;
}

int dfs_cont_create(daos_handle_t poh, uuid_t *uuid, dfs_attr_t *attr, daos_handle_t *coh, dfs_t **dfs)
{
	return create_and_mount(poh, NULL, attr, uuid, coh, dfs);
}

int dfs_cont_create_with_label(daos_handle_t poh, const char *label, dfs_attr_t *attr, uuid_t *uuid, daos_handle_t *coh,
			       dfs_t **dfs)
{
	if (label == NULL)
		return EINVAL;
	return create_and_mount(poh, label, attr, uuid, coh, dfs);
}

/* Give the root to a user. The container's own owner is changed with it; -1 leaves uid or gid as they are. */
int dfs_cont_set_owner(daos_handle_t coh, d_string_t user, uid_t uid, d_string_t group, gid_t gid)
{
	daos_prop_t *prop = NULL;
	struct daos_prop_co_roots *roots;
	struct daos_prop_entry *pe;
	daos_handle_t oh;
	struct entry e;
	int rc;

	prop = daos_prop_alloc(1);
	if (prop == NULL)
		return ENOMEM;
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_ROOTS;
	rc = der_to_errno(daos_cont_query(coh, NULL, prop, NULL));
	if (rc != 0)
		goto out;
	pe = daos_prop_entry_get(prop, DAOS_PROP_CO_ROOTS);
	if (pe == NULL || pe->dpe_val_ptr == NULL) {
		rc = EINVAL;
		goto out;
	}
	roots = pe->dpe_val_ptr;
	rc = der_to_errno(daos_obj_open(coh, roots->cr_oids[0], DAOS_OO_RW, &oh, NULL));
	if (rc != 0)
		goto out;
	rc = entry_fetch(oh, DAOS_TX_NONE, ROOT_NAME, sizeof(ROOT_NAME) - 1, &e, NULL);
	if (rc == 0 && (user != NULL || group != NULL))
		rc = der_to_errno(daos_cont_set_owner(coh, user, group, NULL));
	if (rc == 0) {
		if (uid != (uid_t)-1)
			e.uid = uid;
		if (gid != (gid_t)-1)
			e.gid = gid;
		entry_now(&e.ctime);
		rc = entry_set(oh, DAOS_TX_NONE, ROOT_NAME, sizeof(ROOT_NAME) - 1, &e, ENTRY_OWNER | ENTRY_CTIME);
	}
	daos_obj_close(oh, NULL);
out:
	daos_prop_free(prop);
	return rc;
}
