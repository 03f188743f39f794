/*
 * remove.h: what removing a name and replacing it by a rename have in common.
 *
 * An entry and the object that it names go in one transaction, with what must be true at that moment checked in it. So
 * nobody sees an entry without its object, and a crash leaves both or neither. What others have open of a removed file
 * stays readable for them as far as the engine allows it.
 */
#ifndef DFS_REMOVE_H
#define DFS_REMOVE_H

#include "entry.h"
#include "obj.h"

/*
 * dfs_remove() of a name that must be of `type` (S_IFMT bits; 0: any). ENOTDIR: a directory is wanted and it is none;
 * EISDIR: it is a directory and should be something else; EINVAL: another mismatch.
 */
int remove_typed(struct dfs *dfs, dfs_obj_t *parent, const char *name, bool force, mode_t type, daos_obj_id_t *oid);

/*
 * In a transaction: ENOTEMPTY if `e` is a directory with entries. Together with what the transaction then does this is
 * safe against a concurrent creation in the directory.
 */
int remove_check_empty(struct dfs *dfs, daos_handle_t th, const struct entry *e);

/* In a transaction: destroy what an entry names: a file's bytes, a directory's (empty) object. */
int remove_object(struct dfs *dfs, daos_handle_t th, const struct entry *e);

#endif
