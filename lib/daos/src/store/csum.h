/*
 * csum.h: byte arrays with checksums, in containers that have the property DAOS_PROP_CO_CSUM.
 *
 * What holds: bytes that are read have the checksum that they were written with, or reading them is -DER_CSUM. Writing
 * to a part of a chunk reads and checks the rest of it first, so that damage is not given a new checksum; a chunk that
 * is written as a whole is good again. Checking and making checksums needs to see every write, so the descriptor of a
 * plain file is not given away (daos_local_array_fd()).
 *
 * When a process dies: a chunk that it was writing to is marked (CSUM_WRITING), and gets a new checksum from whoever
 * comes to it next, and so do all chunks of an array that was being cut (CSUM_BUSY). When power fails: chunks of arrays
 * that were written to in the lost era (csum_era.h) and not synced since get new ones. So neither makes good bytes
 * unreadable. An array whose file of checksums is missing gets a new one, too.
 *
 * Bytes of removed arrays that are still open are not checked.
 *
 * `fd` is the plain file; offsets and lengths are in bytes. All are thread safe.
 */
#ifndef DFUSE_STORE_CSUM_H
#define DFUSE_STORE_CSUM_H

#include "array.h"
#include "sgl.h"

/* What the container's properties say: cont->csum. */
int csum_load(struct cont *cont);

static inline bool csum_is_on(const struct cont *cont)
{
	return cont->csum.type != 0;
}

/* As array_io_*() and ftruncate(2). */
int csum_read(struct array *a, int fd, struct sgl_cursor *c, int64_t at, size_t len, size_t *got);
int csum_write(struct array *a, int fd, struct sgl_cursor *c, int64_t at, size_t len);
int csum_punch(struct array *a, int fd, int64_t at, uint64_t len);
int csum_resize(struct array *a, int fd, int64_t size);

/* fdatasync(2) of the bytes and the checksums. `names`: and of the file's place. */
int csum_sync(struct array *a, int fd, bool names);

/* Check all chunks. -DER_CSUM: one does not have its checksum. */
int csum_verify(struct array *a, int fd);

#endif
