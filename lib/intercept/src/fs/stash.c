#include "stash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct stash {
	struct stash *next;
	size_t len;
	void *value;
	char name[];
};

void stash_free(struct stash *stash)
{
	while (stash != NULL) {
		struct stash *next = stash->next;

		free(stash->value);
		free(stash);
		stash = next;
	}
}

static struct stash **find(struct stash **at, const char *name)
{
	while (*at != NULL && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

int stash_set(struct stash **stash, const char *name, const void *value, size_t len)
{
	struct stash **at = find(stash, name), *s = *at;
	void *copy = malloc(len + 1);

	if (copy == NULL)
		return ENOMEM;
	if (len > 0)
		memcpy(copy, value, len);
	if (s == NULL) {
		s = calloc(1, sizeof(*s) + strlen(name) + 1);
		if (s == NULL) {
			free(copy);
			return ENOMEM;
		}
		strcpy(s->name, name);
		*at = s;
	}
	free(s->value);
	s->value = copy;
	s->len = len;
	return 0;
}

struct stash *stash_read(dfs_t *dfs, dfs_obj_t *obj)
{
	struct stash *stash = NULL;
	daos_size_t list_len = 0, len;
	char *list, *value;

	if (dfs_listxattr(dfs, obj, NULL, &list_len) != 0 || list_len == 0)
		return NULL;
	list = calloc(1, list_len + 1);
	value = malloc(DFS_MAX_XATTR_LEN);
	if (list != NULL && value != NULL && dfs_listxattr(dfs, obj, list, &list_len) == 0)
		for (char *name = list; name < list + list_len; name += strlen(name) + 1) {
			len = DFS_MAX_XATTR_LEN;
			if (dfs_getxattr(dfs, obj, name, value, &len) == 0)
				stash_set(&stash, name, value, len);
		}
	free(value);
	free(list);
	return stash;
}

int stash_get(struct stash *stash, const char *name, void *value, daos_size_t *len)
{
	struct stash *s = *find(&stash, name);
	daos_size_t room = *len;

	if (s == NULL)
		return ENODATA;
	*len = s->len;
	if (room != 0 && s->len > room)
		return ERANGE;
	if (room != 0 && s->len > 0)
		memcpy(value, s->value, s->len);
	return 0;
}

int stash_remove(struct stash **stash, const char *name)
{
	struct stash **at = find(stash, name), *s = *at;

	if (s == NULL)
		return ENODATA;
	*at = s->next;
	s->next = NULL;
	stash_free(s);
	return 0;
}

int stash_list(struct stash *stash, char *list, daos_size_t *len)
{
	daos_size_t room = *len;

	*len = 0;
	for (struct stash *s = stash; s != NULL; s = s->next)
		*len += strlen(s->name) + 1;
	if (room == 0)
		return 0;
	if (*len > room)
		return ERANGE;
	for (struct stash *s = stash; s != NULL; s = s->next) {
		strcpy(list, s->name);
		list += strlen(list) + 1;
	}
	return 0;
}
