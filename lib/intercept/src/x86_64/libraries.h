/*
 * libraries.h: the loaded libraries that enter the kernel for others: libc, ld.so, and libpthread where it is one of
 * its own.
 */
#ifndef DFUSE_IL_LIBRARIES_H
#define DFUSE_IL_LIBRARIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IL_LIBRARIES_MAX 3
#define IL_BUILD_ID_MAX	 20

struct il_library {
	const uint8_t *base;
	const uint8_t *text;
	size_t size;
	bool is_loader;
	uint8_t build_id[IL_BUILD_ID_MAX]; /* all zero: it has none */
};

/* How many were found. */
unsigned il_libraries(struct il_library found[IL_LIBRARIES_MAX]);

#endif
