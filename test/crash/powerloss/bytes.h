/*
 * bytes.h: what a sparse file consists of.
 */
#ifndef POWERLOSS_BYTES_H
#define POWERLOSS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint64_t size;
	unsigned char **page; /* NULL: zeros */
	size_t pages;
};

void bytes_free(struct bytes *b);
void bytes_copy(struct bytes *to, const struct bytes *from);
void bytes_write(struct bytes *b, uint64_t at, const void *data, size_t len);
void bytes_resize(struct bytes *b, uint64_t size);
void bytes_punch(struct bytes *b, uint64_t at, uint64_t len);

/* Write them into the empty file `fd`. */
bool bytes_save(const struct bytes *b, int fd);

#endif
