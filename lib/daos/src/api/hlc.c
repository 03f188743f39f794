#include "hlc.h"

#include <stdatomic.h>

#include <daos_api.h>

#define HLC_EPOCH_START 1609459200LL /* 2021-01-01 00:00:00 UTC as time_t */
#define HLC_SHIFT	4
#define NSEC_PER_SEC	1000000000LL

uint64_t hlc_from_timespec(const struct timespec *ts)
{
	uint64_t ns, hlc;

	if (ts->tv_sec < HLC_EPOCH_START)
		return 0;
	if (__builtin_mul_overflow((uint64_t)(ts->tv_sec - HLC_EPOCH_START), (uint64_t)NSEC_PER_SEC, &ns) ||
	    __builtin_add_overflow(ns, (uint64_t)ts->tv_nsec, &ns) ||
	    __builtin_mul_overflow(ns, (uint64_t)1 << HLC_SHIFT, &hlc))
		return UINT64_MAX;
	return hlc;
}

uint64_t hlc_now(void)
{
	static _Atomic uint64_t latest;
	struct timespec ts;
	uint64_t prev, next;

	clock_gettime(CLOCK_REALTIME_COARSE, &ts); /* the clock with which the kernel stamps files */
	prev = atomic_load_explicit(&latest, memory_order_relaxed);
	do {
		next = hlc_from_timespec(&ts);
		if (next <= prev)
			next = prev + (1 << HLC_SHIFT); /* a nanosecond, so that it shows in a time, too */
	} while (
	    !atomic_compare_exchange_weak_explicit(&latest, &prev, next, memory_order_relaxed, memory_order_relaxed));
	return next;
}

int daos_hlc2timespec(uint64_t hlc, struct timespec *ts)
{
	uint64_t ns = hlc >> HLC_SHIFT;

	if (ts == NULL)
		return -DER_INVAL;
	ts->tv_sec = (time_t)(HLC_EPOCH_START + (int64_t)(ns / NSEC_PER_SEC));
	ts->tv_nsec = (long)(ns % NSEC_PER_SEC);
	return 0;
}

int daos_hlc2timestamp(uint64_t hlc, time_t *ts)
{
	struct timespec spec;

	if (ts == NULL)
		return -DER_INVAL;
	daos_hlc2timespec(hlc, &spec);
	*ts = spec.tv_sec;
	return 0;
}
