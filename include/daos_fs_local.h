/*
 * daos_fs_local.h: what this libdfs offers beyond DAOS's daos_fs.h, on any libdaos. Its users come with it.
 */
#ifndef DFUSE_DAOS_FS_LOCAL_H
#define DFUSE_DAOS_FS_LOCAL_H

#include <daos_fs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* dfs_move() that replaces nothing, as renameat2(2) with RENAME_NOREPLACE. EEXIST: the new name is taken. */
int dfs_local_move_new(dfs_t *dfs, dfs_obj_t *parent, const char *name, dfs_obj_t *new_parent, const char *new_name);

#ifdef __cplusplus
}
#endif

#endif
