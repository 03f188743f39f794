/*
 * env_record.h: the changes of one transaction as a record of the log.
 *
 *	length of the record in bytes, a multiple of 8 (4), number of changes (4), base (8), checksum of what follows
 *(8); then per change: length of the key (2), database (1), 1 if the key is gone (1), length of the value (4), key,
 *value, zeros up to a multiple of 8
 *
 * A record that begins at unit u of the log (8 bytes each) has the position u + 1 in an overlay, so that who has seen
 * `used` units sees everything at `used` or before.
 */
#ifndef DFUSE_STORE_ENV_RECORD_H
#define DFUSE_STORE_ENV_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "overlay.h"

/* Of overlay_changed(). */
size_t env_record_len(const struct overlay *o);
void env_record_write(const struct overlay *o, uint64_t base, void *buf, size_t len);

/*
 * Add the records in `buf`, which was got by overlay_alloc(), and begins at unit `from`. *used: the end of the last one
 * that was added. -DER_NOMEM; -DER_DF_INVAL: not a record.
 */
int env_record_replay(struct overlay *o, int databases, uint64_t base, void *buf, size_t len, uint32_t from,
		      uint32_t *used);

#endif
