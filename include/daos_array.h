/*
 * daos_array.h: Arrays of equally long cells, stored in chunks under integer dkeys.
 */
#ifndef DFUSE_DAOS_ARRAY_H
#define DFUSE_DAOS_ARRAY_H

#include <daos_types.h>
#include <daos_obj.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAOS_ARRAY_LIST_IO_LIMIT 16384
#define DAOS_ARRAY_RG_LEN_THD 16

typedef struct {
	daos_off_t rg_idx;
	daos_size_t rg_len;
} daos_range_t;

typedef struct {
	daos_size_t arr_nr;
	daos_range_t *arr_rgs;
	daos_size_t arr_nr_short_read;
	daos_size_t arr_nr_read;
} daos_array_iod_t;

typedef struct {
	daos_size_t st_size;
	daos_epoch_t st_max_epoch;
} daos_array_stbuf_t;


/* daos_obj_generate_oid() for an array; `add_attr`: cell and chunk size are stored with it (DAOS_OT_ARRAY). */
static inline int daos_array_generate_oid(daos_handle_t coh, daos_obj_id_t *oid, bool add_attr, daos_oclass_id_t cid,
					  daos_oclass_hints_t hints, uint32_t args)
{
	return daos_obj_generate_oid(coh, oid, add_attr ? DAOS_OT_ARRAY : DAOS_OT_ARRAY_ATTR, cid, hints, args);
}

int daos_array_create(daos_handle_t, daos_obj_id_t, daos_handle_t, daos_size_t, daos_size_t, daos_handle_t *, daos_event_t *);
int daos_array_open(daos_handle_t, daos_obj_id_t, daos_handle_t, unsigned int, daos_size_t *, daos_size_t *, daos_handle_t *, daos_event_t *);
int daos_array_open_with_attr(daos_handle_t, daos_obj_id_t, daos_handle_t, unsigned int, daos_size_t, daos_size_t, daos_handle_t *, daos_event_t *);
int daos_array_local2global(daos_handle_t, d_iov_t *);
int daos_array_global2local(daos_handle_t, d_iov_t, unsigned int, daos_handle_t *);
int daos_array_close(daos_handle_t, daos_event_t *);
int daos_array_read(daos_handle_t, daos_handle_t, daos_array_iod_t *, d_sg_list_t *, daos_event_t *);
int daos_array_write(daos_handle_t, daos_handle_t, daos_array_iod_t *, d_sg_list_t *, daos_event_t *);
int daos_array_get_size(daos_handle_t, daos_handle_t, daos_size_t *, daos_event_t *);
int daos_array_stat(daos_handle_t, daos_handle_t, daos_array_stbuf_t *, daos_event_t *);
int daos_array_set_size(daos_handle_t, daos_handle_t, daos_size_t, daos_event_t *);
int daos_array_destroy(daos_handle_t, daos_handle_t, daos_event_t *);
int daos_array_punch(daos_handle_t, daos_handle_t, daos_array_iod_t *, daos_event_t *);
int daos_array_get_attr(daos_handle_t, daos_size_t *, daos_size_t *);
int daos_array_update_chunk_size(daos_handle_t, daos_size_t);

#ifdef __cplusplus
}
#endif

#endif
