/*
 * daos_array.h: arrays of equally long cells.
 *
 * An array is an object whose integer dkeys each hold a chunk of consecutive cells: cell i is record i % chunk size of
 * dkey i / chunk size + 1, akey "0". Cells that were never written read as zero bytes and take no space. Sizes and
 * places below are in cells. `th` is a transaction or DAOS_TX_NONE. In the embedded engine only creating and destroying
 * arrays can be part of a transaction: cells are read and written at once, whatever `th` is.
 */
#ifndef DFUSE_DAOS_ARRAY_H
#define DFUSE_DAOS_ARRAY_H

#include <daos_types.h>
#include <daos_obj.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A program gains from gathering its ranges when it has more than so many, each shorter than so many bytes. */
#define DAOS_ARRAY_LIST_IO_LIMIT 16384
#define DAOS_ARRAY_RG_LEN_THD	 16

/* `rg_len` cells from cell `rg_idx`. */
typedef struct {
	daos_off_t rg_idx;
	daos_size_t rg_len;
} daos_range_t;

/* What to read or write: `arr_nr` ranges, in the order in which their cells lie in the buffers. */
typedef struct {
	daos_size_t arr_nr;
	daos_range_t *arr_rgs;
	daos_size_t arr_nr_short_read; /* set by reads: cells not read as they lie beyond the end */
	daos_size_t arr_nr_read;       /* set by reads: cells read */
} daos_array_iod_t;

typedef struct {
	daos_size_t st_size;	   /* cells, up to the last one written or set_size() */
	daos_epoch_t st_max_epoch; /* when it was last changed */
} daos_array_stbuf_t;

/*
 * daos_obj_generate_oid() for an array. With `add_attr`, cell and chunk size are stored with the array (DAOS_OT_ARRAY);
 * without, whoever opens it must know them (DAOS_OT_ARRAY_ATTR).
 */
static inline int daos_array_generate_oid(daos_handle_t coh, daos_obj_id_t *oid, bool add_attr, daos_oclass_id_t cid,
					  daos_oclass_hints_t hints, uint32_t args)
{
	return daos_obj_generate_oid(coh, oid, add_attr ? DAOS_OT_ARRAY : DAOS_OT_ARRAY_ATTR, cid, hints, args);
}

/*
 * Create an array of cells of `cell_size` bytes, `chunk_size` cells in a chunk, and open it for reading and writing.
 *
 * -DER_EXIST: it is there already. -DER_INVAL: a size is 0, or `oid` is not of an array type.
 */
int daos_array_create(daos_handle_t coh, daos_obj_id_t oid, daos_handle_t th, daos_size_t cell_size,
		      daos_size_t chunk_size, daos_handle_t *oh, daos_event_t *ev);

/*
 * Open an array that was created, and tell its sizes. `mode`: DAOS_OO_*.
 *
 * -DER_NONEXIST: it was not created.
 */
int daos_array_open(daos_handle_t coh, daos_obj_id_t oid, daos_handle_t th, unsigned int mode, daos_size_t *cell_size,
		    daos_size_t *chunk_size, daos_handle_t *oh, daos_event_t *ev);

/* Open an array of a type that does not store its sizes. It need not be created, and always has to be opened alike. */
int daos_array_open_with_attr(daos_handle_t coh, daos_obj_id_t oid, daos_handle_t th, unsigned int mode,
			      daos_size_t cell_size, daos_size_t chunk_size, daos_handle_t *oh, daos_event_t *ev);

/*
 * Turn a handle into bytes that another process can open. With glob->iov_buf NULL, only set iov_buf_len to the size
 * that it takes; otherwise iov_buf_len is the room, and iov_len is set. -DER_TRUNC: not enough room.
 */
int daos_array_local2global(daos_handle_t oh, d_iov_t *glob);

/* Open what daos_array_local2global() gave, in the same container. `mode`: DAOS_OO_*, or 0 for that of the original. */
int daos_array_global2local(daos_handle_t coh, d_iov_t glob, unsigned int mode, daos_handle_t *oh);

int daos_array_close(daos_handle_t oh, daos_event_t *ev);

/*
 * Read the ranges of `iod` into the buffers of `sgl`, which together are exactly as long. Cells beyond the end leave
 * the buffers as they are, and are counted in arr_nr_short_read.
 *
 * -DER_INVAL: the lengths of ranges and buffers differ.
 */
int daos_array_read(daos_handle_t oh, daos_handle_t th, daos_array_iod_t *iod, d_sg_list_t *sgl, daos_event_t *ev);

/* Write the buffers of `sgl` to the ranges of `iod`, which together are exactly as long; the array grows as needed. */
int daos_array_write(daos_handle_t oh, daos_handle_t th, daos_array_iod_t *iod, d_sg_list_t *sgl, daos_event_t *ev);

/* The number of cells, those never written before the last one included. */
int daos_array_get_size(daos_handle_t oh, daos_handle_t th, daos_size_t *size, daos_event_t *ev);

/* The size, and when the array was last changed. */
int daos_array_stat(daos_handle_t oh, daos_handle_t th, daos_array_stbuf_t *stbuf, daos_event_t *ev);

/* Cut off all cells from cell `size` on, or make the array longer without writing cells. */
int daos_array_set_size(daos_handle_t oh, daos_handle_t th, daos_size_t size, daos_event_t *ev);

/* Remove the array with its cells and sizes. The handle stays open until it is closed. */
int daos_array_destroy(daos_handle_t oh, daos_handle_t th, daos_event_t *ev);

/* Make the cells of the ranges never written. */
int daos_array_punch(daos_handle_t oh, daos_handle_t th, daos_array_iod_t *iod, daos_event_t *ev);

/* Cell and chunk size of an open array. */
int daos_array_get_attr(daos_handle_t oh, daos_size_t *chunk_size, daos_size_t *cell_size);

/*
 * Change the chunk size that an open handle goes by.
 *
 * -DER_BUSY: the array has cells already, in chunks of the old size. -DER_INVAL: the size is 0, or stored with the
 * array.
 */
int daos_array_update_chunk_size(daos_handle_t oh, daos_size_t chunk_size);

#ifdef __cplusplus
}
#endif

#endif
