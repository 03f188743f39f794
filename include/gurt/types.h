/*
 * gurt/types.h: Buffers, buffer lists, ranks.
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

typedef uint32_t d_rank_t;
typedef char *d_string_t;
typedef const char *d_const_string_t;

struct d_uuid {
	uuid_t uuid;
};

typedef struct {
	void *iov_buf;
	size_t iov_buf_len;
	size_t iov_len;
} d_iov_t;

typedef struct {
	d_rank_t *rl_ranks;
	uint32_t rl_nr;
} d_rank_list_t;

typedef d_rank_list_t *d_rank_list_ptr_t;

typedef struct {
	d_rank_t lo;
	d_rank_t hi;
} d_rank_range_t;

typedef struct {
	d_rank_range_t *rrl_ranges;
	uint32_t rrl_nr;
} d_rank_range_list_t;

typedef struct {
	uint32_t sg_nr;
	uint32_t sg_nr_out;
	d_iov_t *sg_iovs;
} d_sg_list_t;
struct d_string_buffer_t {
	int status;
	size_t str_size;
	size_t buf_size;
	char *str;
};

/* Describe `size` bytes at `buf`, all of them in use. */
static inline void d_iov_set(d_iov_t *iov, void *buf, size_t size)
{
	iov->iov_buf     = buf;
	iov->iov_buf_len = size;
	iov->iov_len     = size;
}

#ifdef __cplusplus
}
#endif

#endif
