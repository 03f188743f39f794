/*
 * kv_extent.h: the records of an array akey outside its dkey's record, as runs that do not overlap.
 */
#ifndef DFUSE_STORE_KV_EXTENT_H
#define DFUSE_STORE_KV_EXTENT_H

#include "kv.h"

struct kv_run {
	uint64_t start, nr; /* records */
	const void *data;
};

/* Put `nr` records of `size` bytes at index `start` over whatever is there. */
int kv_extent_write(struct kv *kv, uint64_t number, uint32_t size, uint64_t start, uint64_t nr, const void *data);

/* Remove the records [start, start + nr). */
int kv_extent_punch(struct kv *kv, uint64_t number, uint32_t size, uint64_t start, uint64_t nr);

/* The first run that ends behind `index`. -DER_NONEXIST: none. */
int kv_extent_next(struct kv *kv, uint64_t number, uint32_t size, uint64_t index, struct kv_run *run);

/* The run with the highest index. -DER_NONEXIST: none. */
int kv_extent_last(struct kv *kv, uint64_t number, uint32_t size, struct kv_run *run);

int kv_extent_remove_all(struct kv *kv, uint64_t number);

#endif
