/* The container attributes that say how long the kernel may cache. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cache_time.h"

static int set(struct cache_times *times, const char *name, const char *value)
{
	return cache_times_set(times, name, value, strlen(value));
}

static void test_times(void **state)
{
	static const struct {
		const char *text;
		double seconds;
	} good[] = {{"0", 0}, {"1", 1}, {"1s", 1}, {"5m", 300}, {"1h", 3600}, {"2d", 172800}, {"10S", 10}};
	static const char *const bad[] = {"", "s", "-1", "1x", "1sm", "1 s", "x1"};
	struct cache_times times;

	(void)state;
	cache_times_default(&times);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(set(&times, "dfuse-attr-time", good[i].text), 0);
		assert_true(times.attr == good[i].seconds);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(set(&times, "dfuse-attr-time", bad[i]), -EINVAL);
	assert_int_equal(cache_times_set(&times, "dfuse-ndentry-time", "7", 2), 0); /* with its NUL */
	assert_true(times.ndentry == 7);
	assert_int_equal(set(&times, "dfuse-other", "1"), -ENOENT);
}

static void test_directories(void **state)
{
	struct cache_times times;

	(void)state;
	cache_times_default(&times);
	assert_int_equal(set(&times, "dfuse-dentry-time", "3s"), 0);
	assert_true(times.dentry == 3 && times.dentry_dir == 3);
	assert_int_equal(set(&times, "dfuse-dentry-dir-time", "9"), 0);
	assert_int_equal(set(&times, "dfuse-dentry-time", "4"), 0);
	assert_true(times.dentry == 4 && times.dentry_dir == 9);
}

static void test_data(void **state)
{
	struct cache_times times;

	(void)state;
	cache_times_default(&times);
	assert_true(times.data && !times.direct_io);
	assert_int_equal(set(&times, "dfuse-data-cache", "off"), 0);
	assert_true(!times.data && times.direct_io);
	assert_int_equal(set(&times, "dfuse-direct-io-disable", "on"), 0);
	assert_false(times.direct_io);
	assert_int_equal(set(&times, "dfuse-data-cache", "otoc"), 0);
	assert_true(!times.data && !times.direct_io);
	assert_int_equal(set(&times, "dfuse-data-cache", "on"), 0);
	assert_true(times.data);
	assert_int_equal(set(&times, "dfuse-data-cache", "maybe"), -EINVAL);
	cache_times_off(&times);
	assert_false(times.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_directories),
	    cmocka_unit_test(test_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
