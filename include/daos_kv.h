/*
 * daos_kv.h: Key-value objects: one value per string key.
 */
#ifndef DFUSE_DAOS_KV_H
#define DFUSE_DAOS_KV_H

#include <daos_types.h>
#include <daos_obj.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAOS_COND_KEY_INSERT 2
#define DAOS_COND_KEY_UPDATE 4
#define DAOS_COND_KEY_GET 8
#define DAOS_COND_KEY_REMOVE 1

int daos_kv_open(daos_handle_t, daos_obj_id_t, unsigned int, daos_handle_t *, daos_event_t *);
int daos_kv_close(daos_handle_t, daos_event_t *);
int daos_kv_destroy(daos_handle_t, daos_handle_t, daos_event_t *);
int daos_kv_put(daos_handle_t, daos_handle_t, uint64_t, const char *, daos_size_t, const void *, daos_event_t *);
int daos_kv_get(daos_handle_t, daos_handle_t, uint64_t, const char *, daos_size_t *, void *, daos_event_t *);
int daos_kv_remove(daos_handle_t, daos_handle_t, uint64_t, const char *, daos_event_t *);
int daos_kv_list(daos_handle_t, daos_handle_t, uint32_t *, daos_key_desc_t *, d_sg_list_t *, daos_anchor_t *, daos_event_t *);

#ifdef __cplusplus
}
#endif

#endif
