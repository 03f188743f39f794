/*
 * attr.h: attributes of what a lookup has found.
 */
#ifndef DFS_ATTR_H
#define DFS_ATTR_H

#include <sys/stat.h>

#include "lookup.h"

/* dfs_osetattr() of it. EPERM: the mount is read-only. */
int attr_set(struct dfs *dfs, const struct lookup *l, struct stat *stbuf, int flags);

/* dfs_access() of it. */
int attr_access(struct dfs *dfs, const struct entry *e, int mask);

#endif
