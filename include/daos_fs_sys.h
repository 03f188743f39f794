/*
 * daos_fs_sys.h: DFS by path: what daos_fs.h does with open directories and names, for absolute paths.
 *
 * A dfs_sys_t is a mount with a cache of the directories that paths have led through. Everything returns 0 or a
 * positive errno value; see daos_fs.h for what the calls have in common. `oflags` and `flags`: O_NOFOLLOW to work on a
 * symbolic link itself.
 */
#ifndef DFUSE_DAOS_FS_SYS_H
#define DFUSE_DAOS_FS_SYS_H

#include <daos_fs.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dfs_sys dfs_sys_t;

/* sflags of the calls that mount. */
#define DFS_SYS_NO_CACHE 1 /* look every directory up again */
#define DFS_SYS_NO_LOCK	 2 /* only one thread at a time will use the dfs_sys_t */

/*
 * Mounting: as the functions of daos_fs.h with the same names; `mflags` are their flags.
 */
int dfs_sys_connect(const char *pool, const char *sys, const char *cont, int mflags, int sflags, dfs_attr_t *attr,
		    dfs_sys_t **dfs_sys);
int dfs_sys_disconnect(dfs_sys_t *dfs_sys);
int dfs_sys_mount(daos_handle_t poh, daos_handle_t coh, int mflags, int sflags, dfs_sys_t **dfs_sys);
int dfs_sys_umount(dfs_sys_t *dfs_sys);

int dfs_sys_local2global_all(dfs_sys_t *dfs_sys, d_iov_t *glob);
int dfs_sys_global2local_all(int mflags, int sflags, d_iov_t glob, dfs_sys_t **dfs_sys);
int dfs_sys_local2global(dfs_sys_t *dfs_sys, d_iov_t *glob);
int dfs_sys_global2local(daos_handle_t poh, daos_handle_t coh, int mflags, int sflags, d_iov_t glob,
			 dfs_sys_t **dfs_sys);

int dfs_sys_set_prefix(dfs_sys_t *dfs_sys, const char *prefix);

/* The mount itself, for the calls of daos_fs.h. It belongs to `dfs_sys`. */
int dfs_sys2base(dfs_sys_t *dfs_sys, dfs_t **dfs);

/*
 * Attributes
 */

/* As dfs_access(). */
int dfs_sys_access(dfs_sys_t *dfs_sys, const char *path, int mask, int flags);

/* Set mode bits; a link is followed. */
int dfs_sys_chmod(dfs_sys_t *dfs_sys, const char *path, mode_t mode);

/* Set owner and group, -1 to leave one. */
int dfs_sys_chown(dfs_sys_t *dfs_sys, const char *path, uid_t uid, gid_t gid, int flags);

/* As dfs_osetattr(); `flags` are DFS_SET_ATTR_*, `sflags` may be O_NOFOLLOW. */
int dfs_sys_setattr(dfs_sys_t *dfs_sys, const char *path, struct stat *stbuf, int flags, int sflags);

/* Set access (without effect) and modification time, as utimensat(2): UTIME_NOW, UTIME_OMIT, NULL for now. */
int dfs_sys_utimens(dfs_sys_t *dfs_sys, const char *path, const struct timespec *times, int flags);

int dfs_sys_stat(dfs_sys_t *dfs_sys, const char *path, int flags, struct stat *buf);

/*
 * Extended attributes: as the functions of daos_fs.h.
 */
int dfs_sys_listxattr(dfs_sys_t *dfs_sys, const char *path, char *list, daos_size_t *size, int flags);
int dfs_sys_getxattr(dfs_sys_t *dfs_sys, const char *path, const char *name, void *value, daos_size_t *size, int flags);

/* `flags`: XATTR_CREATE or XATTR_REPLACE; `oflags`: O_NOFOLLOW. */
int dfs_sys_setxattr(dfs_sys_t *dfs_sys, const char *path, const char *name, const void *value, daos_size_t size,
		     int flags, int oflags);
int dfs_sys_removexattr(dfs_sys_t *dfs_sys, const char *path, const char *name, int flags);

/*
 * Files and links
 */

/* Create a regular file or directory, without opening it. EEXIST: the name is taken. */
int dfs_sys_mknod(dfs_sys_t *dfs_sys, const char *path, mode_t mode, daos_oclass_id_t cid, daos_size_t chunk_size);

/* Create a symbolic link `path` that says `target`. */
int dfs_sys_symlink(dfs_sys_t *dfs_sys, const char *target, const char *path);

/* As dfs_get_symlink_value(). */
int dfs_sys_readlink(dfs_sys_t *dfs_sys, const char *path, char *buf, daos_size_t *size);

/* As dfs_open(), but a symbolic link is followed, unless a link is asked for or `flags` has O_NOFOLLOW or O_EXCL. */
int dfs_sys_open(dfs_sys_t *dfs_sys, const char *path, mode_t mode, int flags, daos_oclass_id_t cid,
		 daos_size_t chunk_size, const char *value, dfs_obj_t **obj);

int dfs_sys_close(dfs_obj_t *obj);

/* Read up to *size bytes from byte `off` on; *size becomes the number read. */
int dfs_sys_read(dfs_sys_t *dfs_sys, dfs_obj_t *obj, void *buf, daos_off_t off, daos_size_t *size, daos_event_t *ev);

/* Write *size bytes from byte `off` on. */
int dfs_sys_write(dfs_sys_t *dfs_sys, dfs_obj_t *obj, const void *buf, daos_off_t off, daos_size_t *size,
		  daos_event_t *ev);

/* As dfs_punch(). */
int dfs_sys_punch(dfs_sys_t *dfs_sys, const char *path, daos_off_t offset, daos_off_t len);

/* As dfs_remove(). The path is not followed. */
int dfs_sys_remove(dfs_sys_t *dfs_sys, const char *path, bool force, daos_obj_id_t *oid);

/* The same, if it is of the type that `mode` says (S_IFREG, S_IFDIR, S_IFLNK; 0: any). ENOTDIR, EISDIR, …: it is not.
 */
int dfs_sys_remove_type(dfs_sys_t *dfs_sys, const char *path, bool force, mode_t mode, daos_obj_id_t *oid);

/*
 * Directories
 */

int dfs_sys_mkdir(dfs_sys_t *dfs_sys, const char *path, mode_t mode, daos_oclass_id_t cid);

/* Create a directory and those above it, as far as they are not there. */
int dfs_sys_mkdir_p(dfs_sys_t *dfs_sys, const char *path, mode_t mode, daos_oclass_id_t cid);

/* A stream of a directory's entries. It is no stream of libc: only the next two functions can use it. */
int dfs_sys_opendir(dfs_sys_t *dfs_sys, const char *path, int flags, DIR **dirp);
int dfs_sys_closedir(DIR *dirp);

/* The next entry, valid until the next call; NULL at the end. Only d_name is set. */
int dfs_sys_readdir(dfs_sys_t *dfs_sys, DIR *dirp, struct dirent **entry);

#ifdef __cplusplus
}
#endif

#endif
