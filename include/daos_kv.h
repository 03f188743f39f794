/*
 * daos_kv.h: key-value objects: one value of any size per key, a text.
 *
 * The object's id has one of the types DAOS_OT_KV_*. `th` is a transaction or DAOS_TX_NONE. Keys are texts that end
 * with a NUL byte, which is not part of the key, and are not empty.
 */
#ifndef DFUSE_DAOS_KV_H
#define DFUSE_DAOS_KV_H

#include <daos_types.h>
#include <daos_obj.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of the calls below. A call without them does its work whether the key is there or not. */
#define DAOS_COND_KEY_INSERT 2 /* put: -DER_EXIST if the key is there */
#define DAOS_COND_KEY_UPDATE 4 /* put: -DER_NONEXIST if it is not */
#define DAOS_COND_KEY_GET    8 /* get: the same */
#define DAOS_COND_KEY_REMOVE 1 /* remove: the same */

/*
 * Open a key-value object. There is no need to create one: it comes with its first key. `mode`: DAOS_OO_*.
 *
 * -DER_INVAL: `oid` is not of a key-value type.
 */
int daos_kv_open(daos_handle_t coh, daos_obj_id_t oid, unsigned int mode, daos_handle_t *oh, daos_event_t *ev);

int daos_kv_close(daos_handle_t oh, daos_event_t *ev);

/* Remove all keys. The handle stays open. */
int daos_kv_destroy(daos_handle_t oh, daos_handle_t th, daos_event_t *ev);

/* Store the `size` bytes at `buf` under `key`, in place of what was there. A value of no bytes is a value. */
int daos_kv_put(daos_handle_t oh, daos_handle_t th, uint64_t flags, const char *key, daos_size_t size, const void *buf,
		daos_event_t *ev);

/*
 * Read the value of `key`. *size is how many bytes `buf` has room for; it becomes the size of the value, 0 if the key
 * is not there. With `buf` NULL, only ask for the size.
 *
 * -DER_REC2BIG: there is not enough room; *size says how much it takes.
 */
int daos_kv_get(daos_handle_t oh, daos_handle_t th, uint64_t flags, const char *key, daos_size_t *size, void *buf,
		daos_event_t *ev);

/* Remove `key`. It is no error if it is not there, unless `flags` say so. */
int daos_kv_remove(daos_handle_t oh, daos_handle_t th, uint64_t flags, const char *key, daos_event_t *ev);

/*
 * List keys. *nr is how many `kds` has room for; it becomes the number listed. The keys lie in the buffers of `sgl` one
 * behind the other, without NUL bytes; kds[i].kd_key_len is the length of the i-th. `anchor` tells where to begin and
 * where to go on (daos_types.h).
 *
 * -DER_KEY2BIG: the next key alone does not fit in `sgl`; kds[0].kd_key_len says how long it is.
 */
int daos_kv_list(daos_handle_t oh, daos_handle_t th, uint32_t *nr, daos_key_desc_t *kds, d_sg_list_t *sgl,
		 daos_anchor_t *anchor, daos_event_t *ev);

#ifdef __cplusplus
}
#endif

#endif
