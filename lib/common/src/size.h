/*
 * size.h: numbers of bytes as people write them.
 */
#ifndef DFUSE_SIZE_H
#define DFUSE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * "4096", "64K", "1.5GB", "32 KiB": a decimal number and a unit in any case, with or without a space between and with
 * or without its B. K, M, G, T, P are powers of 1000; Ki … Pi powers of 1024. False for anything else, for negative
 * sizes and for what does not fit; *size is untouched then. A fraction of a byte is dropped.
 */
bool size_from_str(const char *str, uint64_t *size);

#endif
