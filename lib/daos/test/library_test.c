/* Start and stop, and the names of errors. */
#include "test.h"

#include <daos.h>

#include "api/library.h"

static void counts_users(void **state)
{
	(void)state;
	assert_int_equal(library_check(), -DER_UNINIT);
	assert_int_equal(daos_fini(), -DER_UNINIT);
	assert_int_equal(daos_reinit(), -DER_UNINIT);
	assert_int_equal(daos_init(), 0);
	assert_int_equal(daos_init(), 0);
	assert_int_equal(daos_fini(), 0);
	assert_int_equal(library_check(), 0);
	assert_int_equal(daos_reinit(), 0);
	assert_int_equal(daos_fini(), 0);
	assert_int_equal(library_check(), -DER_UNINIT);
	assert_int_equal(daos_fini(), -DER_UNINIT);
}

static void names_of_errors(void **state)
{
	(void)state;
	assert_string_equal(d_errstr(-1005), "DER_NONEXIST");
	assert_string_equal(d_errstr(1005), "DER_NONEXIST");
	assert_string_equal(d_errstr(0), "DER_SUCCESS");
	assert_string_equal(d_errstr(-DER_LAST_VALID), "DER_UNKNOWN");
	assert_string_equal(d_errstr(INT32_MIN), "DER_UNKNOWN");
	assert_string_equal(d_errdesc(-DER_NONEXIST), "The specified entity does not exist");
	assert_string_equal(d_errdesc(-DER_EXIST), "Entity already exists");
	assert_string_equal(d_errdesc(-DER_NOSYS), "Function not implemented");
	assert_string_equal(d_errdesc(-DER_MISC), "Miscellaneous error");
}

/* Every number between the bases has a name and a text. */
static void none_is_missing(void **state)
{
	(void)state;
	for (int e = DER_ERR_GURT_BASE + 1; e <= DER_QUOTA_LIMIT; e++)
		assert_string_not_equal(d_errstr(-e), "DER_UNKNOWN");
	for (int e = DER_ERR_DAOS_BASE + 1; e < DER_LAST_VALID; e++) {
		assert_string_not_equal(d_errstr(-e), "DER_UNKNOWN");
		assert_true(strlen(d_errdesc(-e)) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_users),
	    cmocka_unit_test(names_of_errors),
	    cmocka_unit_test(none_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
