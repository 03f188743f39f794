/*
 * daos_fs_sys.h: DFS by path: the calls of daos_fs.h for absolute paths, with a cache of looked-up directories.
 */
#ifndef DFUSE_DAOS_FS_SYS_H
#define DFUSE_DAOS_FS_SYS_H

#include <daos_fs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DFS_SYS_NO_CACHE 1
#define DFS_SYS_NO_LOCK 2

typedef struct dfs_sys dfs_sys_t;

int dfs_sys_connect(const char *, const char *, const char *, int, int, dfs_attr_t *, dfs_sys_t **);
int dfs_sys_disconnect(dfs_sys_t *);
int dfs_sys_local2global_all(dfs_sys_t *, d_iov_t *);
int dfs_sys_global2local_all(int, int, d_iov_t, dfs_sys_t **);
int dfs_sys_mount(daos_handle_t, daos_handle_t, int, int, dfs_sys_t **);
int dfs_sys_umount(dfs_sys_t *);
int dfs_sys_set_prefix(dfs_sys_t *, const char *);
int dfs_sys_local2global(dfs_sys_t *, d_iov_t *);
int dfs_sys_global2local(daos_handle_t, daos_handle_t, int, int, d_iov_t, dfs_sys_t **);
int dfs_sys2base(dfs_sys_t *, dfs_t **);
int dfs_sys_access(dfs_sys_t *, const char *, int, int);
int dfs_sys_chmod(dfs_sys_t *, const char *, mode_t);
int dfs_sys_chown(dfs_sys_t *, const char *, uid_t, gid_t, int);
int dfs_sys_setattr(dfs_sys_t *, const char *, struct stat *, int, int);
int dfs_sys_utimens(dfs_sys_t *, const char *, const struct timespec *, int);
int dfs_sys_stat(dfs_sys_t *, const char *, int, struct stat *);
int dfs_sys_mknod(dfs_sys_t *, const char *, mode_t, daos_oclass_id_t, daos_size_t);
int dfs_sys_listxattr(dfs_sys_t *, const char *, char *, daos_size_t *, int);
int dfs_sys_getxattr(dfs_sys_t *, const char *, const char *, void *, daos_size_t *, int);
int dfs_sys_setxattr(dfs_sys_t *, const char *, const char *, const void *, daos_size_t, int, int);
int dfs_sys_removexattr(dfs_sys_t *, const char *, const char *, int);
int dfs_sys_readlink(dfs_sys_t *, const char *, char *, daos_size_t *);
int dfs_sys_symlink(dfs_sys_t *, const char *, const char *);
int dfs_sys_open(dfs_sys_t *, const char *, mode_t, int, daos_oclass_id_t, daos_size_t, const char *, dfs_obj_t **);
int dfs_sys_close(dfs_obj_t *);
int dfs_sys_read(dfs_sys_t *, dfs_obj_t *, void *, daos_off_t, daos_size_t *, daos_event_t *);
int dfs_sys_write(dfs_sys_t *, dfs_obj_t *, const void *, daos_off_t, daos_size_t *, daos_event_t *);
int dfs_sys_punch(dfs_sys_t *, const char *, daos_off_t, daos_off_t);
int dfs_sys_remove(dfs_sys_t *, const char *, bool, daos_obj_id_t *);
int dfs_sys_remove_type(dfs_sys_t *, const char *, bool, mode_t, daos_obj_id_t *);
int dfs_sys_mkdir(dfs_sys_t *, const char *, mode_t, daos_oclass_id_t);
int dfs_sys_mkdir_p(dfs_sys_t *, const char *, mode_t, daos_oclass_id_t);
int dfs_sys_opendir(dfs_sys_t *, const char *, int, DIR **);
int dfs_sys_closedir(DIR *);
int dfs_sys_readdir(dfs_sys_t *, DIR *, struct dirent **);

#ifdef __cplusplus
}
#endif

#endif
