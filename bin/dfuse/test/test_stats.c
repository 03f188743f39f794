/* Statistics: the histogram's buckets, percentiles, and threads that count side by side and end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats.h"

#define THREADS 8
#define EACH	2000

static void test_buckets(void **state)
{
	unsigned last = 0, bucket;

	(void)state;
	for (uint64_t ns = 1; ns < 3000000000ULL; ns += ns / 50 + 1) {
		bucket = stats_bucket(ns);
		assert_true(bucket == last || bucket == last + 1);
		last = bucket;
		/* The time in the middle of the bucket is near. */
		if (ns >= 128)
			assert_in_range(stats_bucket_time(bucket) * 100, ns * 88, ns * 113);
	}
	assert_int_equal(stats_bucket(UINT64_MAX), STAT_BUCKETS - 1);
	for (unsigned i = 1; i < STAT_BUCKETS; i++)
		assert_int_equal(stats_bucket(stats_bucket_time(i)), i);
}

static void test_percentiles(void **state)
{
	struct stats_total total = {.count = 100, .timed = 100, .max = 1000000};

	(void)state;
	total.bucket[stats_bucket(1000)] = 90;
	total.bucket[stats_bucket(50000)] = 9;
	total.bucket[stats_bucket(1000000)] = 1;
	assert_in_range(stats_percentile(&total, 50), 880, 1130);
	assert_in_range(stats_percentile(&total, 90), 880, 1130);
	assert_in_range(stats_percentile(&total, 99), 44000, 56500);
	assert_in_range(stats_percentile(&total, 100), 880000, 1000000); /* never above the longest */
	memset(&total, 0, sizeof(total));
	assert_int_equal(stats_percentile(&total, 50), 0);
}

static void *serve(void *arg)
{
	struct stats *stats = arg;

	for (unsigned i = 0; i < EACH; i++) {
		stats_begin(stats, STAT_READ);
		stats_bytes(10);
		stats_end();
		stats_begin(stats, STAT_WRITE);
		stats_end();
		stats_opened(stats, STAT_OPEN_KEPT);
	}
	stats_end(); /* of nothing */
	stats_bytes(5);
	return NULL;
}

static void test_threads(void **state)
{
	struct stats_total total;
	pthread_t thread[THREADS];
	struct stats stats;

	(void)state;
	assert_int_equal(stats_init(&stats), 0);
	for (unsigned round = 1; round <= 3; round++) {
		for (unsigned i = 0; i < THREADS; i++)
			assert_int_equal(pthread_create(&thread[i], NULL, serve, &stats), 0);
		stats_get(&stats, STAT_READ, &total);
		assert_true(total.count <= (uint64_t)round * THREADS * EACH);
		for (unsigned i = 0; i < THREADS; i++)
			assert_int_equal(pthread_join(thread[i], NULL), 0);
		stats_get(&stats, STAT_READ, &total);
		assert_int_equal(total.count, round * THREADS * EACH);
		assert_int_equal(total.bytes, round * THREADS * EACH * 10);
		assert_int_equal(stats_get_opened(&stats, STAT_OPEN_KEPT), round * THREADS * EACH);
	}
	assert_in_range(total.timed, 1, total.count);
	assert_true(total.time >= total.max);
	stats_get(&stats, STAT_OPEN, &total);
	assert_int_equal(total.count, 0);
	assert_in_range(stats_records(&stats), 1, THREADS); /* those of threads that have ended were used again */
	stats_fini(&stats);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_buckets),
	    cmocka_unit_test(test_percentiles),
	    cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
