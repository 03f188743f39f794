/*
 * csum_sum.h: the checksums of the property DAOS_PROP_CO_CSUM, computed by ISA-L and Nettle.
 */
#ifndef DFUSE_STORE_CSUM_SUM_H
#define DFUSE_STORE_CSUM_SUM_H

#include <stddef.h>
#include <stdint.h>

#define CSUM_SUM_MAX 64

/* Bytes of a checksum of type DAOS_PROP_CO_CSUM_*; 0: no such type, or off. */
size_t csum_sum_size(uint32_t type);

/* The checksum of `len` bytes, csum_sum_size(type) of them to `out`; the numbers among them little-endian. */
void csum_sum(uint32_t type, const void *buf, size_t len, uint8_t *out);

#endif
