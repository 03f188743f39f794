/*
 * From a path to a container.
 *
 * A path leads to a container when it, or a directory above it, has the extended attribute user.daos; what follows in
 * the path is a path inside. A path that does not exist (yet) is looked for from the nearest directory that does.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "uns_text.h"

/* ENODATA: the path exists, or may, and is not the place. */
static int check_path(const char *path, struct duns_attr_t *attr)
{
	char value[DUNS_MAX_XATTR_LEN];
	ssize_t len = lgetxattr(path, DUNS_XATTR_NAME, value, sizeof(value));

	if (len >= 0)
		return duns_parse_attr(value, len, attr);
	switch (errno) {
	case ENODATA:
	case ENOTSUP:
		return ENODATA;
	case ERANGE:
		return EINVAL;
	default:
		return errno;
	}
}

/* The path without its last component; false: there is none above. */
static bool cut_last(char *path)
{
	char *slash;
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || len <= 1)
		return false;
	if (slash == path)
		slash[1] = '\0';
	else
		*slash = '\0';
	return true;
}

/*
 * The path without symbolic links as far as it exists; the rest is appended as it is. Memory for the caller, or NULL
 * with errno.
 */
static char *real_path(const char *path)
{
	char *above = NULL, *whole = NULL, *head = realpath(path, NULL);
	size_t len = strlen(path), head_len;

	if (head != NULL || errno != ENOENT)
		return head;
	/* Not there: ask for the directory it would be in. */
	above = strdup(path);
	while (above != NULL && len > 1 && above[len - 1] == '/')
		above[--len] = '\0';
	if (above == NULL)
		return NULL;
	char *name = strrchr(above, '/');

	if (name == NULL) {
		head = realpath(".", NULL);
		name = above;
	} else {
		*name++ = '\0';
		head = real_path(*above == '\0' ? "/" : above);
	}
	if (head != NULL) {
		head_len = strlen(head);
		whole = malloc(head_len + strlen(name) + 2);
		if (whole != NULL) {
			memcpy(whole, head, head_len);
			if (head_len == 0 || head[head_len - 1] != '/')
				whole[head_len++] = '/';
			strcpy(whole + head_len, name);
		}
	}
	free(head);
	free(above);
	return whole;
}

/* Walk up from the path. */
static int resolve_above(const char *path, struct duns_attr_t *attr)
{
	char *whole = real_path(path);
	char *here = whole != NULL ? strdup(whole) : NULL;
	size_t len;
	int rc;

	if (here == NULL) {
		rc = whole == NULL ? errno : ENOMEM;
		goto out;
	}
	do {
		rc = check_path(here, attr);
	} while ((rc == ENODATA || rc == ENOENT) && cut_last(here));
	if (rc == ENOENT)
		rc = ENODATA;
	len = strlen(here);
	if (rc == 0 && whole[len] == '/' && whole[len + 1] != '\0') {
		attr->da_rel_path = strdup(whole + len);
		rc = attr->da_rel_path != NULL ? 0 : ENOMEM;
	}
out:
	free(here);
	free(whole);
	return rc;
}

int duns_resolve_path(const char *path, struct duns_attr_t *attr)
{
	int rc;

	if (path == NULL || attr == NULL || *path == '\0')
		return EINVAL;
	if (strlen(path) >= PATH_MAX)
		return ENAMETOOLONG;
	free(attr->da_rel_path);
	attr->da_rel_path = NULL;
	rc = uns_direct_parse(path, attr);
	if (rc != ENODATA)
		return rc;
	if (attr->da_flags & DUNS_NO_CHECK_PATH)
		return ENODATA;
	if (attr->da_flags & DUNS_NO_REVERSE_LOOKUP)
		return check_path(path, attr);
	return resolve_above(path, attr);
}

int duns_set_sys_name(struct duns_attr_t *attr, const char *sys)
{
	char *copy;

	if (attr == NULL || sys == NULL)
		return EINVAL;
	copy = strdup(sys);
	if (copy == NULL)
		return ENOMEM;
	free(attr->da_sys);
	attr->da_sys = copy;
	return 0;
}

void duns_destroy_attr(struct duns_attr_t *attr)
{
	if (attr == NULL)
		return;
	free(attr->da_rel_path);
	free(attr->da_sys);
	attr->da_rel_path = NULL;
	attr->da_sys = NULL;
}
