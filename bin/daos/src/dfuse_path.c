#include "dfuse_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <limits.h>
#include <linux/limits.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include <json-c/json.h>

#define FUSE_MAGIC 0x65735546

bool dfuse_path_is_mounted(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == FUSE_MAGIC;
}

int dfuse_path_ask(const char *path, const char *attr, struct json_object **answer)
{
	char *text = malloc(XATTR_SIZE_MAX + 1);
	ssize_t len = -1;
	int rc = 0;

	if (text == NULL)
		return ENOMEM;
	len = getxattr(path, attr, text, XATTR_SIZE_MAX);
	if (len < 0) {
		rc = errno;
	} else {
		text[len] = '\0';
		*answer = json_tokener_parse(text);
		if (*answer == NULL)
			rc = EPROTO;
	}
	free(text);
	return rc;
}

static const char *member(struct json_object *object, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_string(value) : NULL;
}

static int take_object(struct json_object *object, struct duns_attr_t *attr)
{
	const char *pool = member(object, "pool");
	const char *cont = member(object, "container");
	const char *path = member(object, "path");

	if (pool == NULL || cont == NULL || path == NULL || strlen(pool) >= sizeof(attr->da_pool) ||
	    strlen(cont) >= sizeof(attr->da_cont))
		return EPROTO;
	strcpy(attr->da_pool, pool);
	strcpy(attr->da_cont, cont);
	uuid_parse(pool, attr->da_puuid);
	uuid_parse(cont, attr->da_cuuid);
	attr->da_type = DAOS_PROP_CO_LAYOUT_POSIX;
	if (path[0] != '\0' && asprintf(&attr->da_rel_path, "%s%s", path[0] == '/' ? "" : "/", path) < 0) {
		attr->da_rel_path = NULL;
		return ENOMEM;
	}
	return 0;
}

int dfuse_path_resolve(const char *path, struct duns_attr_t *attr)
{
	struct json_object *object = NULL;
	int rc;

	memset(attr, 0, sizeof(*attr));
	rc = dfuse_path_ask(path, "user.dfuse.object", &object);
	if (rc == 0)
		rc = take_object(object, attr);
	else
		rc = duns_resolve_path(path, attr);
	json_object_put(object);
	return rc;
}
