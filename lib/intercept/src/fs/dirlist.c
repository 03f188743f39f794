#include "dirlist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BATCH	    512
#define BATCH_BYTES (BATCH * (DFS_MAX_NAME + 1))

struct dirlist {
	daos_anchor_t anchor;
	bool complete;
	char *text;
	size_t text_len, text_room;
	size_t *start;
	size_t count, room;
};

struct dirlist *dirlist_new(void)
{
	return calloc(1, sizeof(struct dirlist));
}

void dirlist_free(struct dirlist *list)
{
	if (list == NULL)
		return;
	free(list->text);
	free(list->start);
	free(list);
}

void dirlist_rewind(struct dirlist *list)
{
	memset(&list->anchor, 0, sizeof(list->anchor));
	list->complete = false;
	list->text_len = 0;
	list->count = 0;
}

static void *grow(void *array, size_t *room, size_t want, size_t size)
{
	size_t more = *room == 0 ? 64 : *room * 2;
	void *bigger;

	while (more < want)
		more *= 2;
	bigger = realloc(array, more * size);
	if (bigger != NULL)
		*room = more;
	return bigger;
}

static int add(dfs_t *dfs, dfs_obj_t *dir, const char *name, void *arg)
{
	struct dirlist *list = arg;
	size_t len = strlen(name) + 1;
	void *bigger;

	(void)dfs;
	(void)dir;
	if (list->count == list->room) {
		bigger = grow(list->start, &list->room, list->count + 1, sizeof(*list->start));
		if (bigger == NULL)
			return ENOMEM;
		list->start = bigger;
	}
	if (list->text_len + len > list->text_room) {
		bigger = grow(list->text, &list->text_room, list->text_len + len, 1);
		if (bigger == NULL)
			return ENOMEM;
		list->text = bigger;
	}
	memcpy(list->text + list->text_len, name, len);
	list->start[list->count++] = list->text_len;
	list->text_len += len;
	return 0;
}

int dirlist_name(struct dirlist *list, struct node *dir, size_t i, const char **name)
{
	dfs_obj_t *obj;
	uint32_t nr;
	int rc;

	*name = NULL;
	while (i >= list->count && !list->complete) {
		rc = node_dir(dir, &obj);
		if (rc != 0)
			return rc == ENOENT ? 0 : rc; /* a removed directory is empty */
		nr = BATCH;
		rc = dfs_iterate(dir->fs->dfs, obj, &list->anchor, &nr, BATCH_BYTES, add, list);
		if (rc != 0)
			return rc;
		list->complete = daos_anchor_is_eof(&list->anchor);
	}
	if (i < list->count)
		*name = list->text + list->start[i];
	return 0;
}
