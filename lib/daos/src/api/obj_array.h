/*
 * obj_array.h: the bytes of an array object through the object API.
 *
 * In DAOS byte b of an array with chunk size C is record b % C of akey "0" under the integer dkey b / C + 1. Here that
 * reaches the array's plain file. Other dkeys and akeys of an array object (its metadata under dkey 0) are ordinary
 * ones.
 */
#ifndef DFUSE_OBJ_ARRAY_H
#define DFUSE_OBJ_ARRAY_H

#include "obj_handle.h"
#include "obj_op.h"

/* Whether the dkey names a chunk of an array. */
bool obj_array_has_dkey(daos_obj_id_t oid, const daos_key_t *dkey);

/* Whether the operation is about chunks of an array. */
bool obj_array_has(daos_obj_id_t oid, const struct obj_op *op);

int obj_array_update(struct obj_handle *o, const struct obj_op *op);
int obj_array_fetch(struct obj_handle *o, const daos_key_t *dkey, unsigned nr, daos_iod_t *iods, d_sg_list_t *sgls);

/* The first chunk (as its dkey) with data that is > `after`. -DER_NONEXIST: none. */
int obj_array_next_chunk(struct obj_handle *o, uint64_t after, uint64_t *dkey);

/* The last chunk with data, and the end of what is in it. -DER_NONEXIST: none. */
int obj_array_last_chunk(struct obj_handle *o, uint64_t *dkey, uint64_t *end);

#endif
