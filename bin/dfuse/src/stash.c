#include "stash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

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

/* Where the attributes of an open inode are, with its lock held; or NULL. */
static struct stash **lock(struct inode *inode)
{
	pthread_mutex_lock(inode_lock(inode));
	return S_ISREG(inode->attr.mode) && inode->open_file != NULL ? &inode->open_file->stash : NULL;
}

static void unlock(struct inode *inode)
{
	pthread_mutex_unlock(inode_lock(inode));
}

/* The link that leads to the attribute, or the last one. */
static struct stash **find(struct stash **at, const char *name)
{
	while (*at != NULL && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

static int put(struct stash **at, const char *name, const void *value, size_t len)
{
	void *copy = malloc(len + 1);
	struct stash *new;

	if (copy == NULL)
		return ENOMEM;
	if (len > 0)
		memcpy(copy, value, len);
	at = find(at, name);
	if (*at == NULL) {
		new = calloc(1, sizeof(*new) + strlen(name) + 1);
		if (new == NULL) {
			free(copy);
			return ENOMEM;
		}
		strcpy(new->name, name);
		*at = new;
	}
	free((*at)->value);
	(*at)->value = copy;
	(*at)->len = len;
	return 0;
}

static void copy_all(dfs_t *dfs, dfs_obj_t *obj, const char *list, daos_size_t list_len, struct stash **to)
{
	char *value = malloc(DFS_MAX_XATTR_LEN);
	daos_size_t len;

	for (const char *name = list; value != NULL && name < list + list_len; name += strlen(name) + 1) {
		len = DFS_MAX_XATTR_LEN;
		if (dfs_getxattr(dfs, obj, name, value, &len) == 0)
			put(to, name, value, len);
	}
	free(value);
}

void stash_take(struct inode *inode, dfs_obj_t *obj)
{
	dfs_t *dfs = inode->cont->dfs;
	struct stash *stash = NULL, **slot;
	daos_size_t len = 0;
	char *list;

	if (!file_is_open(inode) || dfs_listxattr(dfs, obj, NULL, &len) != 0 || len == 0)
		return;
	list = calloc(1, len + 1);
	if (list != NULL && dfs_listxattr(dfs, obj, list, &len) == 0)
		copy_all(dfs, obj, list, len, &stash);
	free(list);
	slot = lock(inode);
	if (slot != NULL) {
		stash_free(*slot);
		*slot = stash;
		stash = NULL;
	}
	unlock(inode);
	stash_free(stash);
}

int stash_get(struct inode *inode, const char *name, void *value, daos_size_t *len)
{
	struct stash **at = lock(inode);
	daos_size_t room = *len;
	int rc = ENODATA;

	if (at != NULL && *(at = find(at, name)) != NULL) {
		*len = (*at)->len;
		rc = room != 0 && *len > room ? ERANGE : 0;
		if (rc == 0 && room != 0 && *len > 0)
			memcpy(value, (*at)->value, *len);
	}
	unlock(inode);
	return rc;
}

int stash_set(struct inode *inode, const char *name, const void *value, size_t len)
{
	struct stash **at = lock(inode);
	int rc = at == NULL ? ENOENT : put(at, name, value, len);

	unlock(inode);
	return rc;
}

int stash_remove(struct inode *inode, const char *name)
{
	struct stash **at = lock(inode), *found = NULL;

	if (at != NULL) {
		at = find(at, name);
		found = *at;
		if (found != NULL) {
			*at = found->next;
			found->next = NULL;
		}
	}
	unlock(inode);
	stash_free(found);
	return found == NULL ? ENODATA : 0;
}

int stash_list(struct inode *inode, char **list, daos_size_t *len)
{
	struct stash **at = lock(inode);
	size_t room = 0;
	int rc = 0;

	*list = NULL;
	*len = 0;
	for (struct stash *s = at == NULL ? NULL : *at; s != NULL; s = s->next)
		room += strlen(s->name) + 1;
	if (room > 0) {
		*list = malloc(room);
		rc = *list == NULL ? ENOMEM : 0;
		for (struct stash *s = *at; rc == 0 && s != NULL; s = s->next)
			*len += strlen(strcpy(*list + *len, s->name)) + 1;
	}
	unlock(inode);
	return rc;
}
