#include "dir_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Names read in one go; and the room that DFS may take for them. */
#define BATCH	    512
#define BATCH_BYTES (BATCH * (DFS_MAX_NAME + 1))

void dir_list_init(struct dir_list *list)
{
	memset(list, 0, sizeof(*list));
	pthread_mutex_init(&list->lock, NULL);
}

void dir_list_fini(struct dir_list *list)
{
	free(list->text);
	free(list->start);
	pthread_mutex_destroy(&list->lock);
}

void dir_list_rewind(struct dir_list *list)
{
	memset(&list->anchor, 0, sizeof(list->anchor));
	list->complete = false;
	list->text_len = 0;
	list->count = 0;
}

/* Make room for `more` elements of `size` bytes. */
static int reserve(void **array, size_t *room, size_t used, size_t more, size_t size)
{
	size_t want = *room == 0 ? 64 : *room;
	void *bigger;

	while (want < used + more)
		want *= 2;
	if (want == *room)
		return 0;
	bigger = realloc(*array, want * size);
	if (bigger == NULL)
		return ENOMEM;
	*array = bigger;
	*room = want;
	return 0;
}

static int add(dfs_t *dfs, dfs_obj_t *dir, const char *name, void *arg)
{
	struct dir_list *list = arg;
	size_t len = strlen(name) + 1;
	int rc;

	(void)dfs;
	(void)dir;
	rc = reserve((void **)&list->start, &list->room, list->count, 1, sizeof(*list->start));
	if (rc == 0)
		rc = reserve((void **)&list->text, &list->text_room, list->text_len, len, 1);
	if (rc != 0)
		return rc;
	memcpy(list->text + list->text_len, name, len);
	list->start[list->count++] = list->text_len;
	list->text_len += len;
	return 0;
}

int dir_list_name(struct dir_list *list, dfs_t *dfs, dfs_obj_t *dir, size_t i, const char **name)
{
	uint32_t nr;
	int rc;

	*name = NULL;
	while (i >= list->count && !list->complete) {
		nr = BATCH;
		rc = dfs_iterate(dfs, dir, &list->anchor, &nr, BATCH_BYTES, add, list);
		if (rc != 0)
			return rc;
		list->complete = daos_anchor_is_eof(&list->anchor);
	}
	if (i < list->count)
		*name = list->text + list->start[i];
	return 0;
}
