#include "uns_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME "daos://"

/* Prefix, type, UUIDs: "DAOS.POSIX://<pool>/<container>" */
#define ATTR_PREFIX "DAOS."
#define UUID_LEN    (DAOS_UUID_STR_SIZE - 1)

static const char *const layouts[] = {NULL, "POSIX", "HDF5", "PYTHON", "SPARK", "DATABASE", "ROOT", "SEISMIC", "METEO"};

#define LAYOUTS (sizeof(layouts) / sizeof(layouts[0]))

int uns_layout_parse(const char *word, daos_cont_layout_t *layout)
{
	for (size_t i = 1; i < LAYOUTS; i++) {
		if (strcasecmp(word, layouts[i]) == 0) {
			*layout = i;
			return 0;
		}
	}
	return EINVAL;
}

const char *uns_layout_name(daos_cont_layout_t layout)
{
	return layout < LAYOUTS ? layouts[layout] : NULL;
}

bool uns_name_is_valid(const char *name, size_t len)
{
	char text[DAOS_PROP_MAX_LABEL_BUF_LEN];

	if (len == 0 || len >= sizeof(text))
		return false;
	memcpy(text, name, len);
	text[len] = '\0';
	return daos_label_is_valid(text) || daos_is_valid_uuid_string(text, UUID_SST_NONE);
}

/* A component of the path as a name; the UUID as well if it is one. */
static int take_name(const char *text, size_t len, char *name, uuid_t uuid)
{
	if (!uns_name_is_valid(text, len))
		return EINVAL;
	memcpy(name, text, len);
	name[len] = '\0';
	if (uuid_parse(name, uuid) != 0)
		uuid_clear(uuid);
	return 0;
}

int uns_direct_parse(const char *path, struct duns_attr_t *attr)
{
	bool bare = (attr->da_flags & DUNS_NO_PREFIX) != 0 || attr->da_no_prefix;
	size_t len;
	int rc;

	if (strncasecmp(path, SCHEME, strlen(SCHEME)) == 0)
		path += strlen(SCHEME);
	else if (!bare)
		return ENODATA;
	path += strspn(path, "/");
	len = strcspn(path, "/");
	rc = take_name(path, len, attr->da_pool, attr->da_puuid);
	if (rc != 0)
		return rc;
	path += len;
	path += strspn(path, "/");
	attr->da_cont[0] = '\0';
	uuid_clear(attr->da_cuuid);
	if (*path == '\0')
		return 0;
	len = strcspn(path, "/");
	rc = take_name(path, len, attr->da_cont, attr->da_cuuid);
	if (rc != 0)
		return rc;
	path += len;
	if (path[strspn(path, "/")] == '\0')
		return 0;
	attr->da_rel_path = strdup(path);
	return attr->da_rel_path != NULL ? 0 : ENOMEM;
}

/* `str` need not end with a NUL: extended attributes do not. */
int duns_parse_attr(char *str, daos_size_t len, struct duns_attr_t *attr)
{
	char text[DUNS_MAX_XATTR_LEN + 1];
	char *type, *uuids;

	if (str == NULL || attr == NULL)
		return EINVAL;
	len = strnlen(str, len);
	if (len >= sizeof(text))
		return EINVAL;
	memcpy(text, str, len);
	text[len] = '\0';
	uuids = strstr(text, "://");
	if (strncmp(text, ATTR_PREFIX, strlen(ATTR_PREFIX)) != 0 || uuids == NULL)
		return EINVAL;
	type = text + strlen(ATTR_PREFIX);
	*uuids = '\0';
	uuids += strlen("://");
	if (strlen(uuids) != 2 * UUID_LEN + 1 || uuids[UUID_LEN] != '/')
		return EINVAL;
	uuids[UUID_LEN] = '\0';
	if (uns_layout_parse(type, &attr->da_type) != 0 || uuid_parse(uuids, attr->da_puuid) != 0 ||
	    uuid_parse(uuids + UUID_LEN + 1, attr->da_cuuid) != 0)
		return EINVAL;
	strcpy(attr->da_pool, uuids);
	strcpy(attr->da_cont, uuids + UUID_LEN + 1);
	return 0;
}
