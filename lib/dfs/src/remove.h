/*
 * remove.h: what removing a name and replacing it by a rename have in common.
 *
 * The entry goes first, with what must be true at that moment checked in the same transaction; the object's content goes
 * after it. A crash in between leaves an object that no entry names, which costs space until dfs_cont_check() finds it, and
 * never an entry without its object.
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
 * In a transaction: ENOTEMPTY if `e` is a directory with entries. Together with what the transaction then does to the entry
 * this is safe against a concurrent creation in the directory.
 */
int remove_check_empty(struct dfs *dfs, daos_handle_t th, const struct entry *e);

/* Destroy what an entry that is gone has named: a file's bytes, a directory's (empty) object. */
int remove_object(struct dfs *dfs, const struct entry *e);

#endif
