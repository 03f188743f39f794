/*
 * superblock.h: the superblock object of a container.
 *
 * dkey DFS_SB_METADATA holds one single value per property of the file system; dkey "/" is the root directory's entry.
 * Both are written in one transaction and never change afterwards (but for the owner and times in the root's entry), so
 * a container either has a whole superblock or none.
 */
#ifndef DFS_SUPERBLOCK_H
#define DFS_SUPERBLOCK_H

#include <daos.h>
#include <daos_fs.h>

#define SB_MAGIC	  0xda05df50da05df50ULL
#define SB_VERSION	  2
#define SB_LAYOUT_VERSION 3

struct superblock {
	daos_obj_id_t super_oid;
	daos_obj_id_t root_oid;
	dfs_attr_t attr;
};

/*
 * Read it. The two object ids are known from the container's properties. ENOENT: there is none. EINVAL: damaged, or of
 * a version that this library does not know.
 */
int superblock_read(daos_handle_t coh, daos_handle_t th, struct superblock *sb);

/* Write it, with the entry of a root directory of mode 0755 that belongs to the caller. EEXIST: there is one. */
int superblock_write(daos_handle_t coh, const struct superblock *sb);

#endif
