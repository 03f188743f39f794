/*
 * daos_fs.h: DFS: a POSIX file system in a container.
 */
#ifndef DFUSE_DAOS_FS_H
#define DFUSE_DAOS_FS_H

#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#include <daos.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DFS_MAX_NAME 255
#define DFS_MAX_PATH 4096
#define DFS_MAX_FSIZE (~0ULL)
#define DFS_DEFAULT_CHUNK_SIZE 0x100000
#define DFS_MAX_XATTR_NAME 255
#define DFS_MAX_XATTR_LEN 65536
#define DAOS_SUPER_MAGIC 0xda05ad10
#define DFS_BALANCED 4
#define DFS_RELAXED 0
#define DFS_RDONLY 0
#define DFS_RDWR 2
#define DFS_SET_ATTR_MODE 1
#define DFS_SET_ATTR_ATIME 2
#define DFS_SET_ATTR_MTIME 4
#define DFS_SET_ATTR_SIZE 8
#define DFS_SET_ATTR_UID 16
#define DFS_SET_ATTR_GID 32

enum {
	DFS_CHECK_PRINT = 1,
	DFS_CHECK_REMOVE = 2,
	DFS_CHECK_RELINK = 4,
	DFS_CHECK_VERIFY = 8,
	DFS_CHECK_EVICT_ALL = 16,
};

enum {
	DFS_FILTER_NAME = 2,
	DFS_FILTER_NEWER = 4,
	DFS_FILTER_INCLUDE_DIRS = 8,
};

typedef struct dfs_obj dfs_obj_t;
typedef struct dfs dfs_t;
typedef int (*dfs_filler_cb_t)(dfs_t *, dfs_obj_t *, const char *, void *);
typedef struct dfs_pipeline dfs_pipeline_t;

typedef struct {
	uint64_t da_id;
	daos_size_t da_chunk_size;
	daos_oclass_id_t da_oclass_id;
	daos_prop_t *da_props;
	uint32_t da_mode;
	daos_oclass_id_t da_dir_oclass_id;
	daos_oclass_id_t da_file_oclass_id;
	char da_hints[128];
} dfs_attr_t;

typedef struct {
	daos_size_t iod_nr;
	daos_range_t *iod_rgs;
} dfs_iod_t;

typedef struct {
	daos_oclass_id_t doi_oclass_id;
	daos_size_t doi_chunk_size;
	daos_oclass_id_t doi_dir_oclass_id;
	daos_oclass_id_t doi_file_oclass_id;
	daos_obj_id_t doi_oid;
} dfs_obj_info_t;

typedef struct {
	char dp_name[255];
	time_t dp_newer;
	size_t dp_size;
} dfs_predicate_t;

int dfs_init(void);
int dfs_fini(void);
int dfs_connect(const char *, const char *, const char *, int, dfs_attr_t *, dfs_t **);
int dfs_connect_snap(const char *, const char *, const char *, int, daos_epoch_t, const char *, dfs_t **);
int dfs_disconnect(dfs_t *);
int dfs_destroy(const char *, const char *, const char *, int, daos_event_t *);
int dfs_cont_create(daos_handle_t, uuid_t *, dfs_attr_t *, daos_handle_t *, dfs_t **);
int dfs_cont_create_with_label(daos_handle_t, const char *, dfs_attr_t *, uuid_t *, daos_handle_t *, dfs_t **);
int dfs_mount(daos_handle_t, daos_handle_t, int, dfs_t **);
int dfs_mount_snap(daos_handle_t, daos_handle_t, int, daos_epoch_t, const char *, dfs_t **);
int dfs_umount(dfs_t *);
int dfs_pool_get(dfs_t *, daos_handle_t *);
int dfs_pool_put(dfs_t *, daos_handle_t);
int dfs_cont_get(dfs_t *, daos_handle_t *);
int dfs_cont_put(dfs_t *, daos_handle_t);
int dfs_query(dfs_t *, dfs_attr_t *);
int dfs_local2global(dfs_t *, d_iov_t *);
int dfs_global2local(daos_handle_t, daos_handle_t, int, d_iov_t, dfs_t **);
int dfs_local2global_all(dfs_t *, d_iov_t *);
int dfs_global2local_all(int, d_iov_t, dfs_t **);
int dfs_set_prefix(dfs_t *, const char *);
int dfs_obj2id(dfs_obj_t *, daos_obj_id_t *);
int dfs_lookup(dfs_t *, const char *, int, dfs_obj_t **, mode_t *, struct stat *);
int dfs_lookup_rel(dfs_t *, dfs_obj_t *, const char *, int, dfs_obj_t **, mode_t *, struct stat *);
int dfs_suggest_oclass(dfs_t *, const char *, daos_oclass_id_t *);
int dfs_open(dfs_t *, dfs_obj_t *, const char *, mode_t, int, daos_oclass_id_t, daos_size_t, const char *, dfs_obj_t **);
int dfs_dup(dfs_t *, dfs_obj_t *, int, dfs_obj_t **);
int dfs_obj_local2global(dfs_t *, dfs_obj_t *, d_iov_t *);
int dfs_obj_global2local(dfs_t *, int, d_iov_t, dfs_obj_t **);
int dfs_release(dfs_obj_t *);
int dfs_read(dfs_t *, dfs_obj_t *, d_sg_list_t *, daos_off_t, daos_size_t *, daos_event_t *);
int dfs_readx(dfs_t *, dfs_obj_t *, dfs_iod_t *, d_sg_list_t *, daos_size_t *, daos_event_t *);
int dfs_write(dfs_t *, dfs_obj_t *, d_sg_list_t *, daos_off_t, daos_event_t *);
int dfs_writex(dfs_t *, dfs_obj_t *, dfs_iod_t *, d_sg_list_t *, daos_event_t *);
int dfs_get_size(dfs_t *, dfs_obj_t *, daos_size_t *);
int dfs_punch(dfs_t *, dfs_obj_t *, daos_off_t, daos_size_t);
int dfs_readdir(dfs_t *, dfs_obj_t *, daos_anchor_t *, uint32_t *, struct dirent *);
int dfs_readdirplus(dfs_t *, dfs_obj_t *, daos_anchor_t *, uint32_t *, struct dirent *, struct stat *);
int dfs_iterate(dfs_t *, dfs_obj_t *, daos_anchor_t *, uint32_t *, size_t, dfs_filler_cb_t, void *);
int dfs_dir_anchor_set(dfs_obj_t *, const char *, daos_anchor_t *);
int dfs_obj_anchor_split(dfs_obj_t *, uint32_t *, daos_anchor_t *);
int dfs_obj_anchor_set(dfs_obj_t *, uint32_t, daos_anchor_t *);
int dfs_mkdir(dfs_t *, dfs_obj_t *, const char *, mode_t, daos_oclass_id_t);
int dfs_remove(dfs_t *, dfs_obj_t *, const char *, bool, daos_obj_id_t *);
int dfs_move(dfs_t *, dfs_obj_t *, const char *, dfs_obj_t *, const char *, daos_obj_id_t *);
int dfs_exchange(dfs_t *, dfs_obj_t *, const char *, dfs_obj_t *, const char *);
int dfs_get_mode(dfs_obj_t *, mode_t *);
int dfs_obj_get_info(dfs_t *, dfs_obj_t *, dfs_obj_info_t *);
int dfs_obj_set_oclass(dfs_t *, dfs_obj_t *, int, daos_oclass_id_t);
int dfs_obj_set_chunk_size(dfs_t *, dfs_obj_t *, int, daos_size_t);
int dfs_get_file_oh(dfs_obj_t *, daos_handle_t *);
int dfs_get_chunk_size(dfs_obj_t *, daos_size_t *);
int dfs_get_symlink_value(dfs_obj_t *, char *, daos_size_t *);
int dfs_update_parent(dfs_obj_t *, dfs_obj_t *, const char *);
int dfs_stat(dfs_t *, dfs_obj_t *, const char *, struct stat *);
int dfs_ostat(dfs_t *, dfs_obj_t *, struct stat *);
int dfs_osetattr(dfs_t *, dfs_obj_t *, struct stat *, int);
int dfs_access(dfs_t *, dfs_obj_t *, const char *, int);
int dfs_chmod(dfs_t *, dfs_obj_t *, const char *, mode_t);
int dfs_chown(dfs_t *, dfs_obj_t *, const char *, uid_t, gid_t, int);
int dfs_sync(dfs_t *);
int dfs_setxattr(dfs_t *, dfs_obj_t *, const char *, const void *, daos_size_t, int);
int dfs_getxattr(dfs_t *, dfs_obj_t *, const char *, void *, daos_size_t *);
int dfs_removexattr(dfs_t *, dfs_obj_t *, const char *);
int dfs_listxattr(dfs_t *, dfs_obj_t *, char *, daos_size_t *);
int dfs_cont_check(daos_handle_t, const char *, uint64_t, const char *);
int dfs_cont_set_owner(daos_handle_t, d_string_t, uid_t, d_string_t, gid_t);
int dfs_get_size_by_oid(dfs_t *, daos_obj_id_t, daos_size_t, daos_size_t *);
int dfs_pipeline_create(dfs_t *, dfs_predicate_t, uint64_t, dfs_pipeline_t **);
int dfs_pipeline_destroy(dfs_pipeline_t *);
int dfs_readdir_with_filter(dfs_t *, dfs_obj_t *, dfs_pipeline_t *, daos_anchor_t *, uint32_t *, struct dirent *, daos_obj_id_t *, daos_size_t *, uint64_t *);
int dfs_cont_scan(daos_handle_t, const char *, uint64_t, const char *);

#ifdef __cplusplus
}
#endif

#endif
