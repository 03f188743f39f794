/*
 * buffer.h: one I/O buffer per thread, made when first needed and freed with the thread.
 */
#ifndef DFUSE_BUFFER_H
#define DFUSE_BUFFER_H

#include <stddef.h>

/* At least `size` bytes, page aligned, this thread's until its next call; NULL: no memory. */
void *buffer_get(size_t size);

#endif
