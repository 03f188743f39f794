/* Where dfuse may mount, and what it says where not. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "mountpoint.h"

static char base[] = "/tmp/dfuse-test-mountpoint-XXXXXX";
static char why[512], path[512];

static enum exit_code check(const char *name, char **real)
{
	snprintf(path, sizeof(path), "%s/%s", base, name);
	return mountpoint_check(path, real, why, sizeof(why));
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(base) == NULL || chdir(base) != 0 || mkdir("empty", 0755) != 0 || mkdir("full", 0755) != 0 ||
	       close(open("full/x", O_CREAT | O_WRONLY, 0644)) != 0 ||
	       close(open("file", O_CREAT | O_WRONLY, 0644)) != 0 || symlink("empty", "link") != 0;
}

static int teardown(void **state)
{
	(void)state;
	return unlink("full/x") | unlink("file") | unlink("link") | rmdir("full") | rmdir("empty") | chdir("/") |
	       rmdir(base);
}

static void test_good(void **state)
{
	char *real;

	(void)state;
	assert_int_equal(check("empty", &real), EXIT_DONE);
	assert_string_equal(real, path);
	free(real);
	assert_int_equal(check("link/", &real), EXIT_DONE); /* without the link */
	assert_string_equal(strrchr(real, '/'), "/empty");
	free(real);
	assert_int_equal(mountpoint_check("empty", &real, why, sizeof(why)), EXIT_DONE);
	assert_int_equal(real[0], '/');
	free(real);
}

static void test_bad(void **state)
{
	static const struct {
		const char *name;
		enum exit_code code;
		const char *text;
	} bad[] = {
	    {"missing", EXIT_NOT_FOUND, "does not exist"},
	    {"missing/deeper", EXIT_NOT_FOUND, "does not exist"},
	    {"file", EXIT_WRONG_USE, "not a directory"},
	    {"full", EXIT_BUSY, "not empty"},
	};
	char *real;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(check(bad[i].name, &real), bad[i].code);
		assert_non_null(strstr(why, bad[i].text));
		assert_non_null(strstr(why, path));
		assert_null(strchr(why, '\n'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
