/* Rank lists of --svc. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ranks.h"

static void expect(const char *text, size_t nr, const uint32_t *want)
{
	struct ranks ranks;

	assert_int_equal(ranks_parse(text, &ranks), 0);
	assert_int_equal(ranks.nr, nr);
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(ranks.rank[i], want[i]);
	ranks_free(&ranks);
}

static void test_forms(void **state)
{
	(void)state;
	expect("0", 1, (uint32_t[]){0});
	expect("17", 1, (uint32_t[]){17});
	expect("0:1:2", 3, (uint32_t[]){0, 1, 2});
	expect("2,0", 2, (uint32_t[]){0, 2});
	expect("[0-2]", 3, (uint32_t[]){0, 1, 2});
	expect("[0-1,4]", 3, (uint32_t[]){0, 1, 4});
	expect("0-2", 3, (uint32_t[]){0, 1, 2});
	expect("4294967294", 1, (uint32_t[]){4294967294u});
}

static void test_malformed(void **state)
{
	static const char *const text[] = {
	    "",	     " ",   "a",    "0,",  ",0",	 "0,,1",	"0::1",		  "[0",
	    "0]",    "[]",  "[0-2", "-1",  "2-1",	 "0-",		"0--1",		  "0,0",
	    "0-2:1", "0 1", "0x1",  "1.5", "4294967295", "99999999999", "[0-4294967290]", "[0]x",
	    "+1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct ranks ranks;

		assert_int_equal(ranks_parse(text[i], &ranks), -EINVAL);
	}
}

static void test_within(void **state)
{
	struct ranks ranks;
	uint32_t missing = 77;

	(void)state;
	assert_int_equal(ranks_parse("[0-2]", &ranks), 0);
	assert_true(ranks_within(&ranks, (uint32_t[]){5, 2, 1, 0}, 4, &missing));
	assert_false(ranks_within(&ranks, (uint32_t[]){0, 2}, 2, &missing));
	assert_int_equal(missing, 1);
	ranks_free(&ranks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_within),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
