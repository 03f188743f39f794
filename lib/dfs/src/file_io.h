/*
 * file_io.h: reading and writing the bytes of a file, with or without an event.
 *
 * With an event the call returns as soon as the request is on its way, and ev_error (a DER number, as for every call of
 * the DAOS API), the data and the number of bytes read are there when the event completes. What the caller passes must
 * stay until then; what libdfs makes for the request lives in a struct io until then.
 */
#ifndef DFS_FILE_IO_H
#define DFS_FILE_IO_H

#include <daos.h>
#include <daos_fs.h>

/* One contiguous buffer, one range of the file: *size bytes; receives how many were read (may be NULL for a write). */
int file_read_buf(struct dfs_obj *obj, void *buf, daos_off_t off, daos_size_t *size, daos_event_t *ev);
int file_write_buf(struct dfs_obj *obj, const void *buf, daos_off_t off, daos_size_t size, daos_event_t *ev);

#endif
