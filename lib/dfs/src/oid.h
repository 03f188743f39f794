/*
 * oid.h: new object ids, object classes and their hints.
 */
#ifndef DFS_OID_H
#define DFS_OID_H

#include <daos.h>
#include <daos_fs.h>

/*
 * A new object id for a file (S_IFREG), directory or symbolic link. `oclass` 0: what the mount's hints and the
 * container's redundancy ask for. Returns 0 or a positive errno.
 */
int oid_new(struct dfs *dfs, mode_t type, daos_oclass_id_t oclass, daos_obj_id_t *oid);

/* The class that oid_new() would give. 0 if it cannot be told. */
daos_oclass_id_t oid_class(struct dfs *dfs, mode_t type, daos_oclass_id_t oclass);

/*
 * Parse hints like "file:max,dir:single" (parts may be missing, NULL or empty: none). EINVAL: not of this form.
 */
int oid_parse_hints(const char *hints, daos_oclass_hints_t *dir, daos_oclass_hints_t *file);

/*
 * The id of the superblock (hi = 0) or the root (hi = 1) with its class, as needed before there is a container to ask.
 * `oclass` 0: one shard, as many copies as redundancy factor `rf` demands.
 */
daos_obj_id_t oid_reserved(uint64_t hi, daos_oclass_id_t oclass, uint64_t rf);

#endif
