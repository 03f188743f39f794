/*
 * walk.h: visiting every entry below a directory.
 */
#ifndef DFS_WALK_H
#define DFS_WALK_H

#include "entry.h"

/* A visit: `depth` is 1 for what lies in the directory where the walk began. Not 0 ends the walk with that errno. */
typedef int (*walk_visit_t)(void *arg, const char *name, const struct entry *e, unsigned depth);

/*
 * Breadth first, without recursion; what is created or removed meanwhile may be visited or not. Takes memory for every
 * directory that was found and not listed yet.
 */
int walk_tree(struct dfs *dfs, daos_obj_id_t top, walk_visit_t visit, void *arg);

#endif
