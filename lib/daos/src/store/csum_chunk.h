/*
 * csum_chunk.h: one chunk of an array with checksums. Private to csum*.c.
 *
 * The caller holds the lock that each says, of csum_file.h. `buf` has room for a chunk; `n` are the bytes that the
 * plain file has of it, which is less than a chunk at its end.
 */
#ifndef DFUSE_STORE_CSUM_CHUNK_H
#define DFUSE_STORE_CSUM_CHUNK_H

#include "csum_file.h"

/* Read the bytes of a chunk. The chunk's lock. */
int csum_chunk_load(const struct csum_file *f, int fd, uint64_t chunk, uint8_t *buf, size_t *n);

/* Whether bytes are what a record says. */
bool csum_chunk_holds(const struct csum_file *f, const struct csum_record *rec, const uint8_t *buf, size_t n);

/* Read and check. -DER_CSUM: they are not; -DER_AGAIN: the record does not count. The chunk's lock. */
int csum_chunk_check(struct csum_file *f, int fd, uint64_t chunk, uint8_t *buf, size_t *n);

/* Make the record anew, from the bytes that are there. The chunk's lock, exclusively. */
int csum_chunk_sum(struct csum_file *f, int fd, uint64_t chunk, uint8_t *buf);

/* Make all records anew, but for the header. The header's lock, exclusively. */
int csum_chunk_sum_all(struct csum_file *f, int fd, uint8_t *buf);

#endif
