/*
 * dirlist.h: the names of a directory, in the order in which they are listed, for a stream of it.
 *
 * Read as far as is needed, and kept until the stream is rewound, so that positions stay what they are while others
 * change the directory.
 */
#ifndef DFUSE_IL_DIRLIST_H
#define DFUSE_IL_DIRLIST_H

#include "node.h"

struct dirlist;

struct dirlist *dirlist_new(void);
void dirlist_free(struct dirlist *list);
void dirlist_rewind(struct dirlist *list);

/* Name `i`; NULL at the end. */
int dirlist_name(struct dirlist *list, struct node *dir, size_t i, const char **name);

#endif
