/*
 * array_io.h: moving bytes between a plain file and the buffers of a caller. Offsets and lengths in bytes.
 */
#ifndef DFUSE_STORE_ARRAY_IO_H
#define DFUSE_STORE_ARRAY_IO_H

#include <stdint.h>

#include "sgl.h"

/* Read `len` bytes into the list; *got: bytes before the end of the file. What is behind it is left as it is. */
int array_io_read(int fd, struct sgl_cursor *c, int64_t at, size_t len, size_t *got);

int array_io_write(int fd, struct sgl_cursor *c, int64_t at, size_t len);

/* Make a hole; the size stays. Zeros are written where the file system knows no holes. */
int array_io_punch(int fd, int64_t at, uint64_t len);

#endif
