/* Sizes as text, and the translation of error numbers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <daos_errno.h>

#include "error.h"
#include "size.h"

static void sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
	} good[] = {
	    {"0", 0},
	    {"4096", 4096},
	    {"64K", 64000},
	    {"64k", 64000},
	    {"64KB", 64000},
	    {"64KiB", 65536},
	    {"64Ki", 65536},
	    {"32 KiB", 32768},
	    {"1.5MiB", 1572864},
	    {"0.1GB", 100000000},
	    {"1.0000000001 GB", 1000000000},
	    {"2T", 2000000000000},
	    {"7B", 7},
	    {"1.9", 1},
	    {"18446744073709551615", UINT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint64_t size = 1;

		if (!size_from_str(good[i].text, &size) || size != good[i].size)
			fail_msg("'%s' was taken for %llu", good[i].text, (unsigned long long)size);
	}
}

static void not_sizes(void **state)
{
	static const char *const bad[] = {"",
					  "K",
					  "-1",
					  "+1",
					  " 1",
					  "1 ",
					  "1  K",
					  "1X",
					  "1KK",
					  "1.K",
					  ".5K",
					  "1e3",
					  "0x10",
					  "1iB",
					  "18446744073709551616",
					  "18446744073709552K",
					  "20000P"};
	uint64_t size = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (size_from_str(bad[i], &size))
			fail_msg("'%s' was taken for a size", bad[i]);
	assert_int_equal(size, 42);
}

static void errors(void **state)
{
	(void)state;
	assert_int_equal(der_from_errno(0), 0);
	assert_int_equal(der_to_errno(0), 0);
	assert_int_equal(der_from_errno(ENOENT), -DER_NONEXIST);
	assert_int_equal(der_to_errno(-DER_NONEXIST), ENOENT);
	assert_int_equal(der_to_errno(-DER_NO_PERM), EPERM);
	assert_int_equal(der_from_errno(EACCES), -DER_NO_PERM);
	assert_int_equal(der_to_errno(-DER_TX_RESTART), ERESTART);
	assert_int_equal(der_to_errno(-DER_TRUNC), EOVERFLOW);
	assert_int_equal(der_from_errno(99999), -DER_MISC);
	assert_int_equal(der_to_errno(-99999), EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes),
	    cmocka_unit_test(not_sizes),
	    cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
