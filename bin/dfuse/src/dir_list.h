/*
 * dir_list.h: the names in an open directory, in the order in which they are read.
 *
 * An offset that a program was given (telldir) is the number of the next name in this list. Names are read from DFS in
 * batches when first wanted and stay in the list while the directory is open, so an offset means the same place however
 * the directory changes; rewinding reads it anew. 10 to 20 bytes per name, only while a program has the directory open.
 */
#ifndef DFUSE_DIR_LIST_H
#define DFUSE_DIR_LIST_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <daos_fs.h>

struct dir_list {
	pthread_mutex_t lock; /* protects the rest */
	daos_anchor_t anchor;
	bool complete;
	char *text; /* the names, each terminated */
	size_t text_len, text_room;
	size_t *start; /* of each name in `text` */
	size_t count, room;
};

void dir_list_init(struct dir_list *list);
void dir_list_fini(struct dir_list *list);

/* Forget everything: the next dir_list_name() reads from the start. With the lock held. */
void dir_list_rewind(struct dir_list *list);

/* Name number `i`, valid until the lock is let go; NULL in `*name`: the end. 0 or errno. With the lock held. */
int dir_list_name(struct dir_list *list, dfs_t *dfs, dfs_obj_t *dir, size_t i, const char **name);

#endif
