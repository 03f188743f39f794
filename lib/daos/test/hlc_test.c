#include "test.h"

#include <pthread.h>

#include <daos_api.h>

#include "api/hlc.h"

/* A moment that a DAOS system printed in both forms: 2026-11-22 16:40:35.562766336 UTC. */
#define KNOWN_HLC  0x29478eb0d2d80000ULL
#define KNOWN_SEC  1795365635
#define KNOWN_NSEC 562766336

static void known_moment(void **state)
{
	struct timespec ts = {KNOWN_SEC, KNOWN_NSEC};
	time_t sec;

	(void)state;
	assert_int_equal(hlc_from_timespec(&ts), KNOWN_HLC);
	memset(&ts, 0, sizeof(ts));
	assert_int_equal(daos_hlc2timespec(KNOWN_HLC, &ts), 0);
	assert_int_equal(ts.tv_sec, KNOWN_SEC);
	assert_int_equal(ts.tv_nsec, KNOWN_NSEC);
	assert_int_equal(daos_hlc2timestamp(KNOWN_HLC, &sec), 0);
	assert_int_equal(sec, KNOWN_SEC);
}

static void ends_of_the_range(void **state)
{
	struct timespec before = {0, 0}, start = {1609459200, 0}, after = {1609459200LL + (1LL << 33), 0};

	(void)state;
	assert_int_equal(hlc_from_timespec(&before), 0);
	assert_int_equal(hlc_from_timespec(&start), 0);
	assert_true(hlc_from_timespec(&after) == UINT64_MAX);
	assert_int_equal(daos_hlc2timespec(0, NULL), -DER_INVAL);
	assert_int_equal(daos_hlc2timestamp(0, NULL), -DER_INVAL);
}

#define THREADS 4
#define CALLS	20000

static void *take_many(void *arg)
{
	uint64_t *out = arg;

	for (int i = 0; i < CALLS; i++)
		out[i] = hlc_now();
	return NULL;
}

static int cmp_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void grows_and_never_repeats(void **state)
{
	static uint64_t taken[THREADS][CALLS];
	uint64_t *all = &taken[0][0];
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, take_many, taken[i]), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < THREADS; i++)
		for (int k = 1; k < CALLS; k++)
			assert_true(taken[i][k] > taken[i][k - 1]);
	qsort(all, THREADS * CALLS, sizeof(*all), cmp_u64);
	for (int k = 1; k < THREADS * CALLS; k++)
		assert_true(all[k] > all[k - 1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_moment),
	    cmocka_unit_test(ends_of_the_range),
	    cmocka_unit_test(grows_and_never_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
