/*
 * csum_sum.h: the checksums of the property DAOS_PROP_CO_CSUM.
 *
 * They are computed by ISA-L and Nettle, in a library of their own (csum_module.c) that is loaded for the first
 * container with checksums: programs that have none do not pay for loading those two, which is a fifth of a
 * millisecond.
 */
#ifndef DFUSE_STORE_CSUM_SUM_H
#define DFUSE_STORE_CSUM_SUM_H

#include <stddef.h>
#include <stdint.h>

#define CSUM_SUM_MAX 64

/* Bytes of a checksum of type DAOS_PROP_CO_CSUM_*; 0: no such type, or off. */
size_t csum_sum_size(uint32_t type);

/* Must have succeeded before csum_sum(). -DER_NOTSUPPORTED: the library cannot be loaded, which is logged. */
int csum_sum_load(void);

/* The checksum of `len` bytes, csum_sum_size(type) of them to `out`; the numbers among them little-endian. */
void csum_sum(uint32_t type, const void *buf, size_t len, uint8_t *out);

/* What the library has: the same, with the size of the checksum. */
typedef void csum_sum_fn(uint32_t type, const void *buf, size_t len, uint8_t *out, size_t size);

#endif
