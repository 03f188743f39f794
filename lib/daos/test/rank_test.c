#include "test.h"

#include <daos_api.h>
#include <gurt/common.h>

static void check(const char *str, const char *sep, uint32_t nr, const d_rank_t *ranks)
{
	d_rank_list_t *list = daos_rank_list_parse(str, sep);

	assert_non_null(list);
	assert_int_equal(list->rl_nr, nr);
	assert_memory_equal(list->rl_ranks, ranks, nr * sizeof(*ranks));
	d_rank_list_free(list);
}

static void good(void **state)
{
	(void)state;
	check("0", ":", 1, (d_rank_t[]){0});
	check("0:1:2", ":", 3, (d_rank_t[]){0, 1, 2});
	check("7_3", "_", 2, (d_rank_t[]){7, 3});
	check("0,2", ":", 2, (d_rank_t[]){0, 2});
	check("[0-2]", ":", 3, (d_rank_t[]){0, 1, 2});
	check("[0,4-5,9]", ":", 4, (d_rank_t[]){0, 4, 5, 9});
	check("4294967294", ":", 1, (d_rank_t[]){4294967294});
}

static void malformed(void **state)
{
	static const char *const bad[] = {"",	 ":",	 "0:",	    ":0",  "0::1",	 "a",
					  "0a",	 "-1",	 "1-",	    "2-1", "[0",	 "0]",
					  "[]",	 "[0]x", " 0",	    "0 ",  "4294967295", "99999999999999999999",
					  "0;1", "+1",	 "0-999999"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (daos_rank_list_parse(bad[i], ":") != NULL)
			fail_msg("'%s' was taken for a rank list", bad[i]);
	assert_null(daos_rank_list_parse(NULL, ":"));
	d_rank_list_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good),
	    cmocka_unit_test(malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
