/*
 * mount.h: a mounted DFS container: what dfs_t is.
 *
 * Thread safety: everything is fixed between mount and umount except what `lock` protects: the oid allocator, the table
 * of directories in use (dnode.h) with its links and names, the names of open objects, the counts of handles lent out,
 * and the prefix. No I/O is done under the lock, but for the rare allocation of object ids.
 *
 * fork(): the lock is held across it, so the child finds it free, and the child allocates object ids of its own.
 */
#ifndef DFS_MOUNT_H
#define DFS_MOUNT_H

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <daos.h>
#include <daos_fs.h>

#include "dnode.h"
#include "obj.h"

struct dfs {
	daos_handle_t poh;
	daos_handle_t coh;
	daos_handle_t th; /* what reads go through: a snapshot, or DAOS_TX_NONE */
	int amode;	  /* O_RDONLY or O_RDWR */
	bool owns_pool;	  /* dfs_disconnect() closes it */
	bool owns_cont;
	dfs_attr_t attr;
	daos_oclass_hints_t dir_hints;
	daos_oclass_hints_t file_hints;
	struct dnode *super; /* the superblock object, as the "parent directory" of the root */
	struct dfs_obj root;

	pthread_mutex_t lock;
	daos_obj_id_t next_oid; /* lo = 0: none allocated */
	struct dnode_table dirs;
	unsigned pool_lent;
	unsigned cont_lent;
	atomic_uint nr_open; /* objects that were opened and not released; not under the lock */
	char *prefix;	     /* NULL: none; else begins with '/', does not end with one */

	struct dfs *next; /* in the list of mounts; see mount.c */
};

/* The name under which the superblock object holds the root's entry. */
#define ROOT_NAME "/"

/* 0, or EPERM on a read-only mount. */
static inline int mount_check_write(const struct dfs *dfs)
{
	return dfs->amode == O_RDONLY ? EPERM : 0;
}

/* Make dfs_t from what the superblock said. `th` and the handles go over to it on success. */
struct mount_param {
	daos_handle_t poh;
	daos_handle_t coh;
	daos_handle_t th;
	int flags;
	dfs_attr_t attr;
	daos_obj_id_t super_oid;
	daos_obj_id_t root_oid;
};

/* Whether handles are lent out or objects open. */
bool mount_busy(struct dfs *dfs);

int mount_new(const struct mount_param *p, struct dfs **out);

/* 0, or EINVAL when dfs_init() was not called. */
int library_check(void);

#endif
