/*
 * hlc.h: DAOS's clock, in which epochs are counted.
 *
 * A value is nanoseconds since 2021-01-01 00:00:00 UTC, shifted left by four bits. The four bits (and, where a clock is
 * coarser than a nanosecond, some more) tell events of the same moment apart. 64 bits last until 2057.
 *
 * Thread safe. daos_hlc2timespec() and daos_hlc2timestamp() (daos_api.h) are the way back.
 */
#ifndef DFUSE_HLC_H
#define DFUSE_HLC_H

#include <stdint.h>
#include <time.h>

/* The first value of the moment `ts` (CLOCK_REALTIME). Moments outside the clock's range give 0 or UINT64_MAX. */
uint64_t hlc_from_timespec(const struct timespec *ts);

/* Now. Within a process every call returns a greater value than the one before, in whichever thread that was. */
uint64_t hlc_now(void);

#endif
