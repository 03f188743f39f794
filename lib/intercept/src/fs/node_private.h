/*
 * node_private.h: what node*.c share: node.c finds and changes nodes, node_table.c keeps them, node_stat.c knows their
 * attributes.
 */
#ifndef DFUSE_IL_NODE_PRIVATE_H
#define DFUSE_IL_NODE_PRIVATE_H

#include "node.h"

/* Give a new node its number. */
void node_number(struct node *n);

/* Into the table, by parent and name, with a reference; and out of it. */
void node_list(struct node *n);
void node_unlist(struct node *n);

void node_set_parent(struct node *n, struct node *parent);

/* A node that nobody references yet but the table. NULL: no memory. */
struct node *node_add(struct fs *fs, struct node *parent, const char *name);

/* What the table has; NULL. */
struct node *node_find(const struct node *parent, const char *name);

/* These are its attributes in this generation. */
void node_remember(struct node *n, const struct stat *st);

/* Is it still where it was? Its attributes are then those of this generation; otherwise it is `gone`. */
int node_refresh(struct node *n);

#endif
