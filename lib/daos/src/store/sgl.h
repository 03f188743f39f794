/*
 * sgl.h: walking the buffers of a d_sg_list_t.
 *
 * A cursor moves over the bytes that the list describes: iov_len of each buffer for what is written to the store, and
 * iov_buf_len for what is read from it.
 */
#ifndef DFUSE_STORE_SGL_H
#define DFUSE_STORE_SGL_H

#include <sys/uio.h>

#include <daos_types.h>

struct sgl_cursor {
	d_sg_list_t *sgl;
	bool fill; /* the list is read into */
	uint32_t i;
	size_t off;
};

/* Bytes that the list describes. */
size_t sgl_total(const d_sg_list_t *sgl, bool fill);

void sgl_start(struct sgl_cursor *c, d_sg_list_t *sgl, bool fill);

/* Copy `len` bytes and move on. The caller has made sure that they are there. */
void sgl_read(struct sgl_cursor *c, void *out, size_t len);
void sgl_write(struct sgl_cursor *c, const void *in, size_t len);
void sgl_skip(struct sgl_cursor *c, size_t len);

/* The next `len` bytes in one piece, if they are; NULL otherwise. Moves on if not NULL. */
void *sgl_piece(struct sgl_cursor *c, size_t len);

/* Up to `max` pieces of the next `len` bytes, for preadv(2) and pwritev(2); moves on. Returns pieces, *bytes in them.
 */
int sgl_iovec(struct sgl_cursor *c, size_t len, struct iovec *vec, int max, size_t *bytes);

/* Set iov_len of each buffer, and sg_nr_out, to say that the first `len` bytes are valid. */
void sgl_set_length(d_sg_list_t *sgl, size_t len);

#endif
