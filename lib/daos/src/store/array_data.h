/*
 * array_data.h: the bytes of an array, with checksums where the container has them (csum.h). `fd` is its plain file.
 */
#ifndef DFUSE_STORE_ARRAY_DATA_H
#define DFUSE_STORE_ARRAY_DATA_H

#include "array.h"
#include "sgl.h"

/* As array_io_read(), array_io_write() and array_io_punch(). */
int array_data_read(struct array *a, int fd, struct sgl_cursor *c, int64_t at, size_t len, size_t *got);
int array_data_write(struct array *a, int fd, struct sgl_cursor *c, int64_t at, size_t len);
int array_data_punch(struct array *a, int fd, int64_t at, uint64_t len);

/* ftruncate(2). */
int array_data_resize(struct array *a, int fd, int64_t size);

#endif
