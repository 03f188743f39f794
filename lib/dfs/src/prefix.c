/* The part of an absolute path that belongs to the mount point and not to the container. */
#include <errno.h>
#include <stdlib.h>

#include "mount.h"
#include "prefix.h"

int dfs_set_prefix(dfs_t *dfs, const char *prefix)
{
	char *copy = NULL, *old;
	size_t len;

	if (dfs == NULL)
		return EINVAL;
	if (prefix != NULL) {
		len = strnlen(prefix, DFS_MAX_PATH);
		if (prefix[0] != '/' || len == DFS_MAX_PATH)
			return EINVAL;
		while (len > 0 && prefix[len - 1] == '/')
			len--;
		copy = len != 0 ? strndup(prefix, len) : NULL;
		if (len != 0 && copy == NULL)
			return ENOMEM;
	}
	pthread_mutex_lock(&dfs->lock);
	old = dfs->prefix;
	dfs->prefix = copy;
	pthread_mutex_unlock(&dfs->lock);
	free(old);
	return 0;
}

int prefix_strip(struct dfs *dfs, const char **path)
{
	const char *p = *path;
	size_t len;
	int rc = 0;

	if (p == NULL || p[0] != '/')
		return EINVAL;
	pthread_mutex_lock(&dfs->lock);
	if (dfs->prefix != NULL) {
		len = strlen(dfs->prefix);
		if (strncmp(p, dfs->prefix, len) == 0 && (p[len] == '/' || p[len] == '\0'))
			*path = p[len] != '\0' ? p + len : "/";
		else
			rc = EINVAL;
	}
	pthread_mutex_unlock(&dfs->lock);
	return rc;
}
