/*
 * prefix.h: dfs_set_prefix(): the part of an absolute path that belongs to the mount point.
 */
#ifndef DFS_PREFIX_H
#define DFS_PREFIX_H

struct dfs;

/* Let *path begin after the mount's prefix. EINVAL: not an absolute path, or not below the prefix. */
int prefix_strip(struct dfs *dfs, const char **path);

#endif
