/*
 * csum_era.h: between which power failures a file's checksums were written.
 *
 * A file's bytes and its checksums reach the disk in any order, so after a power failure the two may not match though
 * nothing is damaged. An *era* of a container begins with the first write after it was closed by all or after the
 * machine went down, and ends when the last process that wrote closes it; then everything is synced. An era that no
 * such close has ended is *lost*, once the machine has gone down. Files note the era that they were last written in
 * (csum_file.h).
 *
 * The file sums/state of the container: the number of the era, whether it is open, in which boot, and which eras were
 * lost. Each process that writes holds a read lock on it; who gets the write lock is alone, and may change it.
 */
#ifndef DFUSE_STORE_CSUM_ERA_H
#define DFUSE_STORE_CSUM_ERA_H

#include "cont.h"

/* The era that this process may write in. It is on stable storage that it has begun. */
int csum_era_begin(struct cont *cont, uint64_t *era);

/* Whether the bytes or checksums of that era may be incomplete. An error: that cannot be told now. */
int csum_era_is_lost(struct cont *cont, uint64_t era, bool *lost);

/* The container is being closed here. */
void csum_era_end(struct cont *cont);

#endif
