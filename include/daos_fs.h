/*
 * daos_fs.h: DFS: a POSIX file system in a container.
 *
 *	dfs_init();
 *	dfs_connect("tank", NULL, "home", O_RDWR, NULL, &dfs);
 *	dfs_open(dfs, NULL, "notes", S_IFREG | 0644, O_RDWR | O_CREAT, 0, 0, NULL, &file);
 *	dfs_write(dfs, file, &sgl, 0, NULL);
 *	dfs_release(file);
 *	dfs_disconnect(dfs);
 *	dfs_fini();
 *
 * Rules that hold for all functions here, unless one says otherwise:
 *
 * - They return 0 or a positive errno value: EINVAL for arguments that cannot be, EPERM for a change through what is
 *   open or mounted for reading, ENOENT for names that are not there, EIO for what should not happen.
 * - With an event (the last argument, or NULL), the call returns 0 when it has been started, and the event's ev_error
 *   tells the result as a negative DER number: see daos_event.h. Arguments must stay as they are until then.
 * - They are thread safe, also for one dfs_t or dfs_obj_t, as long as nobody is releasing it.
 * - A `name` is one component: 1 to DFS_MAX_NAME bytes without '/', not "." or "..". A `parent` is an open directory,
 *   NULL for the root.
 * - Nobody is asked for permission beyond what pool and container demand: mode bits are stored, and checked by
 *   dfs_access() only.
 *
 * There are directories, regular files and symbolic links; no hard links, devices, pipes or sockets.
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

/* Limits: bytes of a name, of a path with its NUL, of a file; and of an extended attribute's name and value. */
#define DFS_MAX_NAME	   255
#define DFS_MAX_PATH	   4096
#define DFS_MAX_FSIZE	   (~0ULL)
#define DFS_MAX_XATTR_NAME 255
#define DFS_MAX_XATTR_LEN  65536

/* Bytes of a chunk, the part of a file that lies together, unless another size is chosen. */
#define DFS_DEFAULT_CHUNK_SIZE 0x100000

/* What statfs(2) gives as the type of a mounted DFS. */
#define DAOS_SUPER_MAGIC 0xda05ad10

/*
 * How a file system keeps itself consistent, chosen when it is made. Relaxed: a change of several entries, as a rename,
 * may be seen half done by others. Balanced: such changes are transactions.
 */
#define DFS_RELAXED  0
#define DFS_BALANCED 4

#define DFS_RDONLY   0
#define DFS_RDWR     2

/* A mounted file system, and an open file, directory or symbolic link of it. */
typedef struct dfs dfs_t;
typedef struct dfs_obj dfs_obj_t;

/* What a file system is made with. All zero: the defaults. */
typedef struct {
	uint64_t da_id;			    /* for the application; not used */
	daos_size_t da_chunk_size;	    /* 0: DFS_DEFAULT_CHUNK_SIZE */
	daos_oclass_id_t da_oclass_id;	    /* class of everything; 0: automatic */
	daos_prop_t *da_props;		    /* properties of the container, or NULL */
	uint32_t da_mode;		    /* DFS_RELAXED or DFS_BALANCED */
	daos_oclass_id_t da_dir_oclass_id;  /* class of directories; 0: da_oclass_id */
	daos_oclass_id_t da_file_oclass_id; /* class of files; 0: da_oclass_id */
	char da_hints[128];		    /* for automatic classes: "file:max,dir:single", or "" */
} dfs_attr_t;

/*
 * The library
 */

/* Start to use libdfs; starts libdaos too. May be called any number of times, each needs its dfs_fini(). */
int dfs_init(void);

int dfs_fini(void);

/*
 * Making, mounting, unmounting
 */

/*
 * Connect to a pool, open a container and mount its file system, in one call. `sys`: name of the system, NULL for the
 * default one. `flags`: O_RDONLY or O_RDWR; with O_CREAT, make the container if it is not there, as `attr` says (NULL:
 * the defaults). The handles of pool and container belong to the mount.
 *
 * ENOENT: no such pool or container. EINVAL: the container has no file system.
 */
int dfs_connect(const char *pool, const char *sys, const char *cont, int flags, dfs_attr_t *attr, dfs_t **dfs);

/* The same for a snapshot, read-only: by `epoch` or, if that is 0, by `name`. */
int dfs_connect_snap(const char *pool, const char *sys, const char *cont, int flags, daos_epoch_t epoch,
		     const char *name, dfs_t **dfs);

/* End what dfs_connect() began. */
int dfs_disconnect(dfs_t *dfs);

/* Destroy a container, by names. EBUSY: it is open, and `force` is 0. */
int dfs_destroy(const char *pool, const char *sys, const char *cont, int force, daos_event_t *ev);

/*
 * Make a container with a file system as `attr` says (NULL: the defaults). `uuid`, `coh` and `dfs`, where not NULL,
 * receive its UUID, a handle that is open for writing, and its file system, mounted through that handle.
 *
 * EEXIST: the label is taken. EINVAL: `dfs` without `coh`, which has to be closed after the mount.
 */
int dfs_cont_create(daos_handle_t poh, uuid_t *uuid, dfs_attr_t *attr, daos_handle_t *coh, dfs_t **dfs);

int dfs_cont_create_with_label(daos_handle_t poh, const char *label, dfs_attr_t *attr, uuid_t *uuid, daos_handle_t *coh,
			       dfs_t **dfs);

/*
 * Mount the file system of an open container. `flags`: O_RDONLY or O_RDWR. The handles must stay open.
 *
 * EINVAL: the container has no file system, or one of a version that is not known.
 */
int dfs_mount(daos_handle_t poh, daos_handle_t coh, int flags, dfs_t **dfs);

/* The same for a snapshot, read-only: by `epoch` or, if that is 0, by `name`. */
int dfs_mount_snap(daos_handle_t poh, daos_handle_t coh, int flags, daos_epoch_t epoch, const char *name, dfs_t **dfs);

/* End what dfs_mount() began. EBUSY: something that was opened in it has not been released. */
int dfs_umount(dfs_t *dfs);

/* The handles that a mount uses; give each back with _put. They must not be closed by the caller. */
int dfs_pool_get(dfs_t *dfs, daos_handle_t *poh);
int dfs_pool_put(dfs_t *dfs, daos_handle_t poh);
int dfs_cont_get(dfs_t *dfs, daos_handle_t *coh);
int dfs_cont_put(dfs_t *dfs, daos_handle_t coh);

/* What the file system was made with. da_props is NULL. */
int dfs_query(dfs_t *dfs, dfs_attr_t *attr);

/*
 * Make all paths begin with `prefix`, which is taken off before they are looked up; a path that does not is EINVAL.
 * NULL: no prefix any more.
 */
int dfs_set_prefix(dfs_t *dfs, const char *prefix);

/* Make all changes of names and attributes up to now survive power loss. (Bytes of files: see daos_local.h.) */
int dfs_sync(dfs_t *dfs);

/*
 * Passing on to other processes
 *
 * The local2global functions turn something into bytes: with glob->iov_buf NULL they only set iov_buf_len to the size
 * that it takes; otherwise iov_buf_len is the room, and iov_len is set. The global2local functions make something of
 * the bytes in another process. EOVERFLOW: not enough room. EINVAL: not such bytes.
 */

/* A mount; the other process has opened pool and container itself. */
int dfs_local2global(dfs_t *dfs, d_iov_t *glob);
int dfs_global2local(daos_handle_t poh, daos_handle_t coh, int flags, d_iov_t glob, dfs_t **dfs);

/* A mount with its pool and container. */
int dfs_local2global_all(dfs_t *dfs, d_iov_t *glob);
int dfs_global2local_all(int flags, d_iov_t glob, dfs_t **dfs);

/* An open file, in a mount of the same file system. `flags`: O_RDONLY or O_RDWR, 0 for those of the original. */
int dfs_obj_local2global(dfs_t *dfs, dfs_obj_t *obj, d_iov_t *glob);
int dfs_obj_global2local(dfs_t *dfs, int flags, d_iov_t glob, dfs_obj_t **obj);

/*
 * Opening
 */

/*
 * Open what an absolute path leads to, through symbolic links, the last one too unless `flags` has O_NOFOLLOW. `flags`:
 * O_RDONLY, O_WRONLY or O_RDWR, and O_TRUNC. `mode` and `stbuf`, where not NULL, receive its mode and attributes;
 * st_blksize is 0.
 *
 * ENOENT: nothing is there. ELOOP: too many links. EOPNOTSUPP: "." or ".." in the path (in a link they are followed).
 */
int dfs_lookup(dfs_t *dfs, const char *path, int flags, dfs_obj_t **obj, mode_t *mode, struct stat *stbuf);

/* The same for one name in a directory. */
int dfs_lookup_rel(dfs_t *dfs, dfs_obj_t *parent, const char *name, int flags, dfs_obj_t **obj, mode_t *mode,
		   struct stat *stbuf);

/*
 * Open or create a name in a directory. It is not followed if it is a symbolic link.
 *
 * `mode`: S_IFREG, S_IFDIR or S_IFLNK, and the mode bits of what is created. `flags`: O_RDONLY, O_WRONLY or O_RDWR,
 * O_CREAT, O_EXCL, O_TRUNC. `cid` and `chunk_size`: class of what is created, chunk size of files in it; 0 for those of
 * the directory or, if it has none, of the file system. `value`: the target of a symbolic link that is created.
 *
 * ENOENT, EEXIST. ENOTDIR, EINVAL: what is there has another type. ENOTDIR: `parent` is no directory.
 */
int dfs_open(dfs_t *dfs, dfs_obj_t *parent, const char *name, mode_t mode, int flags, daos_oclass_id_t cid,
	     daos_size_t chunk_size, const char *value, dfs_obj_t **obj);

/* Open it once more. `flags`: O_RDONLY, O_WRONLY or O_RDWR. */
int dfs_dup(dfs_t *dfs, dfs_obj_t *obj, int flags, dfs_obj_t **new_obj);

/* Close what was opened. A file that was removed is gone for good then. */
int dfs_release(dfs_obj_t *obj);

/* Create a directory. EEXIST: the name is taken. */
int dfs_mkdir(dfs_t *dfs, dfs_obj_t *parent, const char *name, mode_t mode, daos_oclass_id_t cid);

/*
 * Reading and writing files
 */

/* Ranges of a file, for readx and writex. */
typedef struct {
	daos_size_t iod_nr;
	daos_range_t *iod_rgs;
} dfs_iod_t;

/*
 * Read from byte `off` on into the buffers of `sgl`. *read_size receives how many bytes there were: fewer than fit mean
 * the end of the file. Holes read as zeros.
 */
int dfs_read(dfs_t *dfs, dfs_obj_t *obj, d_sg_list_t *sgl, daos_off_t off, daos_size_t *read_size, daos_event_t *ev);

/* Read ranges. EINVAL: ranges and buffers are not equally long. */
int dfs_readx(dfs_t *dfs, dfs_obj_t *obj, dfs_iod_t *iod, d_sg_list_t *sgl, daos_size_t *read_size, daos_event_t *ev);

/* Write the buffers of `sgl` from byte `off` on, all of them. */
int dfs_write(dfs_t *dfs, dfs_obj_t *obj, d_sg_list_t *sgl, daos_off_t off, daos_event_t *ev);

/* Write ranges. EINVAL: ranges and buffers are not equally long. */
int dfs_writex(dfs_t *dfs, dfs_obj_t *obj, dfs_iod_t *iod, d_sg_list_t *sgl, daos_event_t *ev);

int dfs_get_size(dfs_t *dfs, dfs_obj_t *obj, daos_size_t *size);

/* The size of a file by its object id; `chunk_size` is the file's. */
int dfs_get_size_by_oid(dfs_t *dfs, daos_obj_id_t oid, daos_size_t chunk_size, daos_size_t *size);

/*
 * Make `len` bytes from `offset` a hole. With DFS_MAX_FSIZE as `len`, set the size to `offset`, shorter or longer; a
 * range that reaches the end shortens the file to `offset`.
 */
int dfs_punch(dfs_t *dfs, dfs_obj_t *obj, daos_off_t offset, daos_size_t len);

/*
 * Listing directories
 *
 * `anchor` tells where to begin and where to go on: see daos_types.h. "." and ".." are not listed. What is created,
 * removed or renamed meanwhile may be listed or not, everything else exactly once.
 */

/*
 * List names. *nr is the room in `dirs`, and becomes the number listed, which may be 0 before the end. Only d_name is
 * set (d_type is DT_UNKNOWN).
 */
int dfs_readdir(dfs_t *dfs, dfs_obj_t *obj, daos_anchor_t *anchor, uint32_t *nr, struct dirent *dirs);

/* The same with the attributes of each, in `stbufs`. */
int dfs_readdirplus(dfs_t *dfs, dfs_obj_t *obj, daos_anchor_t *anchor, uint32_t *nr, struct dirent *dirs,
		    struct stat *stbufs);

/* Called with each name. Anything but 0 ends the iteration. */
typedef int (*dfs_filler_cb_t)(dfs_t *dfs, dfs_obj_t *obj, const char *name, void *arg);

/*
 * Call `op` with up to *nr names, which are fetched into buffers of `size` bytes; *nr becomes how many it was called
 * with. Returns what `op` returned if that was not 0; names that were fetched and not given to it are skipped then.
 */
int dfs_iterate(dfs_t *dfs, dfs_obj_t *obj, daos_anchor_t *anchor, uint32_t *nr, size_t size, dfs_filler_cb_t op,
		void *arg);

/* Set an anchor so that a listing goes on behind `name`, whether that is still there or not. */
int dfs_dir_anchor_set(dfs_obj_t *obj, const char *name, daos_anchor_t *anchor);

/* Divide a listing among threads: see daos_obj_anchor_split() and daos_obj_anchor_set(). */
int dfs_obj_anchor_split(dfs_obj_t *obj, uint32_t *nr, daos_anchor_t *anchors);
int dfs_obj_anchor_set(dfs_obj_t *obj, uint32_t index, daos_anchor_t *anchor);

/*
 * Removing and renaming
 *
 * `oid`, where there is one and it is not NULL, receives the object id of what has been removed.
 */

/* Remove a name. `force`: a directory with all that is in it; else ENOTEMPTY for one that is not empty. */
int dfs_remove(dfs_t *dfs, dfs_obj_t *parent, const char *name, bool force, daos_obj_id_t *oid);

/*
 * Rename, as rename(2): what the new name stands for is replaced, if it may be. `oid` is set to 0 if nothing was.
 *
 * ENOTEMPTY, ENOTDIR, EISDIR: what is there cannot be replaced. EINVAL: a directory below itself.
 */
int dfs_move(dfs_t *dfs, dfs_obj_t *parent, const char *name, dfs_obj_t *new_parent, const char *new_name,
	     daos_obj_id_t *oid);

/* Exchange two names. EINVAL: one of them is not there. */
int dfs_exchange(dfs_t *dfs, dfs_obj_t *parent1, const char *name1, dfs_obj_t *parent2, const char *name2);

/*
 * After a rename by others: `obj` is now in the directory that `src_obj` is in, under `name` or, if that is NULL, under
 * the name that `src_obj` has.
 */
int dfs_update_parent(dfs_obj_t *obj, dfs_obj_t *src_obj, const char *name);

/*
 * Questions to what is open
 */

/* The object id, which is the file's name in its container and stays for good. */
int dfs_obj2id(dfs_obj_t *obj, daos_obj_id_t *oid);

/* Type and mode bits, as they were when it was opened. */
int dfs_get_mode(dfs_obj_t *obj, mode_t *mode);

/* The open array behind a file. It belongs to `obj`. */
int dfs_get_file_oh(dfs_obj_t *obj, daos_handle_t *oh);

/* The chunk size of a file. */
int dfs_get_chunk_size(dfs_obj_t *obj, daos_size_t *chunk_size);

/*
 * The target of a symbolic link. *size is the room in `buf`, and becomes the target's length with its NUL; what does
 * not fit is cut off. With `buf` NULL, only the length is found out.
 */
int dfs_get_symlink_value(dfs_obj_t *obj, char *buf, daos_size_t *size);

/* Class and chunk size of an object and, for a directory, the classes of what is created in it. */
typedef struct {
	daos_oclass_id_t doi_oclass_id;
	daos_size_t doi_chunk_size;
	daos_oclass_id_t doi_dir_oclass_id;  /* 0 if it is no directory */
	daos_oclass_id_t doi_file_oclass_id; /* the same */
	daos_obj_id_t doi_oid;
} dfs_obj_info_t;

int dfs_obj_get_info(dfs_t *dfs, dfs_obj_t *obj, dfs_obj_info_t *info);

/* Set the class of what is created in a directory from now on; 0: automatic. `flags` is reserved. */
int dfs_obj_set_oclass(dfs_t *dfs, dfs_obj_t *obj, int flags, daos_oclass_id_t cid);

/*
 * Set the chunk size of what is created in a directory from now on, or of a file that is empty (EINVAL: it is not).
 * `flags` is reserved.
 */
int dfs_obj_set_chunk_size(dfs_t *dfs, dfs_obj_t *obj, int flags, daos_size_t csize);

/* The class that a hint ("file:max", "dir:single") would choose. EINVAL: it is not one hint. */
int dfs_suggest_oclass(dfs_t *dfs, const char *hint, daos_oclass_id_t *cid);

/*
 * Attributes
 *
 * A directory's size is that of what it stores of itself; st_nlink is always 1; st_ino is made of the object id. There
 * is no access time: st_atim is st_mtim.
 */

/* Attributes of a name (which is not followed), or of `parent` itself for NULL; of what is open. */
int dfs_stat(dfs_t *dfs, dfs_obj_t *parent, const char *name, struct stat *stbuf);
int dfs_ostat(dfs_t *dfs, dfs_obj_t *obj, struct stat *stbuf);

/* Which fields dfs_osetattr() takes. */
#define DFS_SET_ATTR_MODE  1
#define DFS_SET_ATTR_ATIME 2 /* accepted, without effect */
#define DFS_SET_ATTR_MTIME 4
#define DFS_SET_ATTR_SIZE  8
#define DFS_SET_ATTR_UID   16
#define DFS_SET_ATTR_GID   32

/* Set attributes of what is open: the fields of `stbuf` that `flags` names. `stbuf` receives all of them afterwards. */
int dfs_osetattr(dfs_t *dfs, dfs_obj_t *obj, struct stat *stbuf, int flags);

/*
 * Whether the mode bits of a name, which is followed, allow `mask` (F_OK, or of R_OK, W_OK, X_OK) to the calling
 * process. EACCES: they do not.
 */
int dfs_access(dfs_t *dfs, dfs_obj_t *parent, const char *name, int mask);

/* Set the mode bits of a name, which is followed. */
int dfs_chmod(dfs_t *dfs, dfs_obj_t *parent, const char *name, mode_t mode);

/* Set owner and group of a name, -1 to leave it; `flags`: O_NOFOLLOW for a link itself. No rights are asked for. */
int dfs_chown(dfs_t *dfs, dfs_obj_t *parent, const char *name, uid_t uid, gid_t gid, int flags);

/*
 * Extended attributes: names of 1 to DFS_MAX_XATTR_NAME bytes, values of up to DFS_MAX_XATTR_LEN, of anything that is
 * open for reading or writing.
 */

/* `flags`: XATTR_CREATE (EEXIST: it is there), XATTR_REPLACE (ENODATA: it is not). */
int dfs_setxattr(dfs_t *dfs, dfs_obj_t *obj, const char *name, const void *value, daos_size_t size, int flags);

/*
 * Read a value. *size is the room at `value`, and becomes its size. With `value` NULL or no room, only the size is
 * found out. ENODATA: there is none. ERANGE: not enough room.
 */
int dfs_getxattr(dfs_t *dfs, dfs_obj_t *obj, const char *name, void *value, daos_size_t *size);

int dfs_removexattr(dfs_t *dfs, dfs_obj_t *obj, const char *name);

/* List the names, each with its NUL. *size is the room at `list`, and becomes what they all take. ERANGE: not enough.
 */
int dfs_listxattr(dfs_t *dfs, dfs_obj_t *obj, char *list, daos_size_t *size);

/*
 * Care of a file system
 */

/* What dfs_cont_check() does. */
enum {
	DFS_CHECK_PRINT = 1,	  /* print the ids of what it finds */
	DFS_CHECK_REMOVE = 2,	  /* remove it */
	DFS_CHECK_RELINK = 4,	  /* give it a name, below /lost+found */
	DFS_CHECK_VERIFY = 8,	  /* compare the copies of every object */
	DFS_CHECK_EVICT_ALL = 16, /* first close all handles of others */
};

/*
 * Find objects that no entry names, as a crash in the middle of a removal leaves them. `name`: with DFS_CHECK_RELINK,
 * the directory in /lost+found that they go to; NULL for one named by the time.
 *
 * EBUSY: the container is in use. ENOTSUP: the engine has no table of its objects.
 */
int dfs_cont_check(daos_handle_t poh, const char *cont, uint64_t flags, const char *name);

/* Print to stdout what a file system consists of below `subdir` (NULL: the root). `flags` is reserved, 0. */
int dfs_cont_scan(daos_handle_t poh, const char *cont, uint64_t flags, const char *subdir);

/*
 * Change the owner of a container and of its file system's root. `user` and `group` are principals ("name@") of the
 * container's properties, `uid` and `gid` what the root gets; NULL or -1 to leave one.
 */
int dfs_cont_set_owner(daos_handle_t coh, d_string_t user, uid_t uid, d_string_t group, gid_t gid);

/*
 * Filtered listings, which only servers can do: ENOTSUP here.
 */
typedef struct dfs_pipeline dfs_pipeline_t;

/* What passes a filter: DFS_FILTER_* say which of the conditions hold. */
enum {
	DFS_FILTER_NAME = 2,
	DFS_FILTER_NEWER = 4,
	DFS_FILTER_INCLUDE_DIRS = 8,
};

typedef struct {
	char dp_name[255];
	time_t dp_newer;
	size_t dp_size;
} dfs_predicate_t;

int dfs_pipeline_create(dfs_t *dfs, dfs_predicate_t pred, uint64_t flags, dfs_pipeline_t **dpipe);
int dfs_pipeline_destroy(dfs_pipeline_t *dpipe);
int dfs_readdir_with_filter(dfs_t *dfs, dfs_obj_t *obj, dfs_pipeline_t *dpipe, daos_anchor_t *anchor, uint32_t *nr,
			    struct dirent *dirs, daos_obj_id_t *oids, daos_size_t *csizes, uint64_t *nr_scanned);

#ifdef __cplusplus
}
#endif

#endif
