/*
 * Paths that stand for containers: made, given to a container that is there already, and removed.
 *
 * A POSIX container's path is an empty directory, any other's an empty file; the extended attribute user.daos of it
 * names the container by the UUIDs, so that a new label does not break it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>

#include "error.h"
#include "uns_text.h"

static int make_node(const char *path, daos_cont_layout_t type)
{
	int fd;

	if (type == DAOS_PROP_CO_LAYOUT_POSIX)
		return mkdir(path, 0755) == 0 ? 0 : errno;
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int remove_node(const char *path, daos_cont_layout_t type)
{
	return (type == DAOS_PROP_CO_LAYOUT_POSIX ? rmdir(path) : unlink(path)) == 0 ? 0 : errno;
}

static int mark_node(const char *path, const struct duns_attr_t *attr)
{
	char pool[DAOS_UUID_STR_SIZE], cont[DAOS_UUID_STR_SIZE];
	char value[DUNS_MAX_XATTR_LEN];
	int len;

	uuid_unparse_lower(attr->da_puuid, pool);
	uuid_unparse_lower(attr->da_cuuid, cont);
	len = snprintf(value, sizeof(value), DUNS_XATTR_FMT, uns_layout_name(attr->da_type), pool, cont);
	return lsetxattr(path, DUNS_XATTR_NAME, value, len, XATTR_CREATE) == 0 ? 0 : errno;
}

static int pool_uuid(daos_handle_t poh, struct duns_attr_t *attr)
{
	daos_pool_info_t info = {0};
	int rc = daos_pool_query(poh, NULL, &info, NULL, NULL);

	if (rc != 0)
		return der_to_errno(rc);
	uuid_copy(attr->da_puuid, info.pi_uuid);
	uuid_unparse_lower(attr->da_puuid, attr->da_pool);
	return 0;
}

/* The caller's properties, and label and type where they are not among them. */
static int create_props(const struct duns_attr_t *attr, bool with_type, daos_prop_t **prop)
{
	bool label = attr->da_cont[0] != '\0';
	uint32_t nr = label + with_type;
	daos_prop_t *extra = nr > 0 ? daos_prop_alloc(nr) : NULL;
	uint32_t i = 0;

	*prop = NULL;
	if (nr == 0 && attr->da_props == NULL)
		return 0;
	if (nr > 0 && extra == NULL)
		return ENOMEM;
	if (label) {
		extra->dpp_entries[i].dpe_type = DAOS_PROP_CO_LABEL;
		extra->dpp_entries[i].dpe_str = strdup(attr->da_cont);
		if (extra->dpp_entries[i++].dpe_str == NULL) {
			daos_prop_free(extra);
			return ENOMEM;
		}
	}
	if (with_type) {
		extra->dpp_entries[i].dpe_type = DAOS_PROP_CO_LAYOUT_TYPE;
		extra->dpp_entries[i].dpe_val = attr->da_type;
	}
	if (attr->da_props == NULL || extra == NULL) {
		*prop = attr->da_props == NULL ? extra : daos_prop_merge(attr->da_props, NULL);
		return *prop != NULL ? 0 : ENOMEM;
	}
	*prop = daos_prop_merge(attr->da_props, extra);
	daos_prop_free(extra);
	return *prop != NULL ? 0 : ENOMEM;
}

static int create_cont(daos_handle_t poh, struct duns_attr_t *attr)
{
	bool posix = attr->da_type == DAOS_PROP_CO_LAYOUT_POSIX;
	daos_prop_t *prop = NULL;
	dfs_attr_t dfs = {0};
	int rc = create_props(attr, !posix, &prop);

	if (rc != 0)
		return rc;
	if (posix) {
		dfs.da_oclass_id = attr->da_oclass_id;
		dfs.da_dir_oclass_id = attr->da_dir_oclass_id;
		dfs.da_file_oclass_id = attr->da_file_oclass_id;
		dfs.da_chunk_size = attr->da_chunk_size;
		dfs.da_props = prop;
		memcpy(dfs.da_hints, attr->da_hints, sizeof(dfs.da_hints));
		rc = dfs_cont_create(poh, &attr->da_cuuid, &dfs, NULL, NULL);
	} else {
		rc = der_to_errno(daos_cont_create(poh, &attr->da_cuuid, prop, NULL));
	}
	daos_prop_free(prop);
	if (rc == 0)
		uuid_unparse_lower(attr->da_cuuid, attr->da_cont);
	return rc;
}

/*
 * The path first, so that a path that cannot be made leaves no container behind; then the container; then the mark.
 * What was made is taken back when a later step fails.
 */
int duns_create_path(daos_handle_t poh, const char *path, struct duns_attr_t *attr)
{
	int rc;

	if (path == NULL || attr == NULL || *path == '\0' || uns_layout_name(attr->da_type) == NULL)
		return EINVAL;
	if (attr->da_cont[0] != '\0' && !daos_label_is_valid(attr->da_cont))
		return EINVAL;
	rc = pool_uuid(poh, attr);
	if (rc == 0)
		rc = make_node(path, attr->da_type);
	if (rc != 0)
		return rc;
	rc = create_cont(poh, attr);
	if (rc == 0) {
		rc = mark_node(path, attr);
		if (rc != 0)
			daos_cont_destroy(poh, attr->da_cont, 1, NULL);
	}
	if (rc != 0)
		remove_node(path, attr->da_type);
	return rc;
}

/* UUID and type of a container that is there. */
static int describe_cont(daos_handle_t poh, const char *cont, struct duns_attr_t *attr)
{
	daos_handle_t coh = DAOS_HDL_INVAL;
	daos_cont_info_t info = {0};
	daos_prop_t *prop = daos_prop_alloc(1);
	int rc = prop != NULL ? 0 : -DER_NOMEM;

	if (rc == 0)
		rc = daos_cont_open(poh, cont, DAOS_COO_RO, &coh, &info, NULL);
	if (rc == 0) {
		prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_LAYOUT_TYPE;
		rc = daos_cont_query(coh, &info, prop, NULL);
	}
	if (rc == 0) {
		attr->da_type = prop->dpp_entries[0].dpe_val;
		uuid_copy(attr->da_cuuid, info.ci_uuid);
	}
	if (daos_handle_is_valid(coh))
		daos_cont_close(coh, NULL);
	daos_prop_free(prop);
	return der_to_errno(rc);
}

int duns_link_cont(daos_handle_t poh, const char *cont, const char *path)
{
	struct duns_attr_t attr = {0};
	int rc;

	if (cont == NULL || path == NULL || *path == '\0')
		return EINVAL;
	rc = pool_uuid(poh, &attr);
	if (rc == 0)
		rc = describe_cont(poh, cont, &attr);
	if (rc == 0 && uns_layout_name(attr.da_type) == NULL)
		rc = EINVAL;
	if (rc == 0)
		rc = make_node(path, attr.da_type);
	if (rc != 0)
		return rc;
	rc = mark_node(path, &attr);
	if (rc != 0)
		remove_node(path, attr.da_type);
	return rc;
}

/* The path goes first: without it the container can still be found by UUID, but a path without container leads nowhere.
 */
int duns_destroy_path(daos_handle_t poh, const char *path)
{
	struct duns_attr_t attr = {.da_flags = DUNS_NO_REVERSE_LOOKUP};
	int rc = duns_resolve_path(path, &attr);

	if (rc == 0 && attr.da_cont[0] == '\0')
		rc = EINVAL;
	/* A daos:// path names a container, but there is nothing to remove at it. */
	if (rc == 0 && uns_layout_name(attr.da_type) == NULL)
		rc = EINVAL;
	if (rc == 0)
		rc = remove_node(path, attr.da_type);
	if (rc == 0)
		rc = der_to_errno(daos_cont_destroy(poh, attr.da_cont, 1, NULL));
	duns_destroy_attr(&attr);
	return rc;
}
