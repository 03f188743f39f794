/*
 * gurt/types.h: the plain types under the DAOS client API: buffers, lists of buffers, ranks.
 */
#ifndef DFUSE_GURT_TYPES_H
#define DFUSE_GURT_TYPES_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/types.h>
#include <uuid/uuid.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text that ends with a NUL byte. */
typedef char *d_string_t;
typedef const char *d_const_string_t;

/* A UUID that can be assigned and returned, which the array type uuid_t cannot. */
struct d_uuid {
	uuid_t uuid;
};

/*
 * A buffer. `iov_buf_len` is how much room there is, `iov_len` how much of it is in use. What a call is given to read
 * it takes `iov_len` bytes of; what a call fills it stores at most `iov_buf_len` bytes in, and sets `iov_len` to the
 * number of bytes stored. Keys are buffers too, of which only `iov_buf` and `iov_len` count.
 */
typedef struct {
	void *iov_buf;
	size_t iov_buf_len;
	size_t iov_len;
} d_iov_t;

/*
 * A list of buffers that are filled or emptied one after the other, as readv(2) does. The caller owns the array and the
 * buffers. `sg_nr_out`, set by calls that fill the list, is how many of the `sg_nr` buffers were touched.
 */
typedef struct {
	uint32_t sg_nr;
	uint32_t sg_nr_out;
	d_iov_t *sg_iovs;
} d_sg_list_t;

/* The number of an engine in its system. */
typedef uint32_t d_rank_t;

/* Ranks in the order in which they were given. Lists that the API returns are freed with d_rank_list_free(). */
typedef struct {
	d_rank_t *rl_ranks;
	uint32_t rl_nr;
} d_rank_list_t;

typedef d_rank_list_t *d_rank_list_ptr_t;

/* The ranks from `lo` to `hi`, both included. */
typedef struct {
	d_rank_t lo;
	d_rank_t hi;
} d_rank_range_t;

typedef struct {
	d_rank_range_t *rrl_ranges;
	uint32_t rrl_nr;
} d_rank_range_list_t;

/* A text that grows: `str_size` bytes of text in a buffer of `buf_size`; `status` is the first error met, or 0. */
struct d_string_buffer_t {
	int status;
	size_t str_size;
	size_t buf_size;
	char *str;
};

/* Describe the `size` bytes at `buf`, all of them in use. */
static inline void d_iov_set(d_iov_t *iov, void *buf, size_t size)
{
	iov->iov_buf = buf;
	iov->iov_buf_len = size;
	iov->iov_len = size;
}

#ifdef __cplusplus
}
#endif

#endif
