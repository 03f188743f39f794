/* The command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"

static char why[256];

/* Parse a line of words separated by single blanks. */
static int parse(struct options *opt, const char *line)
{
	char copy[512], *argv[32], *word, *rest = copy;
	int argc = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " ")) != NULL)
		argv[argc++] = word;
	argv[argc] = NULL;
	why[0] = '\0';
	return options_parse(opt, argc, argv, why, sizeof(why));
}

static void good(const char *line, const char *mountpoint, const char *pool, const char *container)
{
	struct options opt;

	if (parse(&opt, line) != 0)
		fail_msg("'%s': %s", line, why);
	assert_string_equal(opt.mountpoint, mountpoint);
	if (pool == NULL)
		assert_null(opt.pool);
	else
		assert_string_equal(opt.pool, pool);
	if (container == NULL)
		assert_null(opt.container);
	else
		assert_string_equal(opt.container, container);
	options_free(&opt);
}

static void bad(const char *line, const char *part)
{
	struct options opt;

	if (parse(&opt, line) == 0)
		fail_msg("'%s' was accepted", line);
	if (strstr(why, part) == NULL)
		fail_msg("'%s': '%s' does not say '%s'", line, why, part);
	assert_null(strchr(why, '\n'));
	options_free(&opt);
}

static void test_shapes(void **state)
{
	(void)state;
	good("dfuse /m", "/m", NULL, NULL);
	good("dfuse /m p", "/m", "p", NULL);
	good("dfuse /m p c", "/m", "p", "c");
	good("dfuse --mountpoint=/m --pool=p --container=c --svc=0", "/m", "p", "c");
	good("dfuse -s 0 -m /m -p p -c c -G sys -f -S", "/m", "p", "c");
	good("dfuse --pool p --container c /m", "/m", "p", "c");
	good("dfuse -m m p c", "m", "p", "c");
}

static void test_flags(void **state)
{
	struct options opt;

	(void)state;
	assert_int_equal(
	    parse(&opt, "dfuse /m p c --foreground --read-only --disable-caching --multi-user --thread-count=5"), 0);
	assert_true(opt.foreground && opt.read_only && opt.disable_caching && opt.multi_user);
	assert_int_equal(opt.thread_count, 5);
	options_free(&opt);
	assert_int_equal(parse(&opt, "dfuse /m"), 0);
	assert_int_equal(opt.passthrough, CHOICE_AUTO);
	options_free(&opt);
	assert_int_equal(parse(&opt, "dfuse /m --passthrough=off"), 0);
	assert_int_equal(opt.passthrough, CHOICE_OFF);
	options_free(&opt);
	assert_int_equal(parse(&opt, "dfuse --version"), 0);
	assert_true(opt.version);
	options_free(&opt);
	assert_int_equal(parse(&opt, "dfuse -h"), 0);
	assert_true(opt.help);
	options_free(&opt);
}

static void test_mount_lists(void **state)
{
	struct options opt;

	(void)state;
	good("dfuse /m -o pool=p,container=c", "/m", "p", "c");
	good("dfuse /m -o rw,dev,suid,pool=p,container=c,_netdev,x-systemd.automount", "/m", "p", "c");
	good("dfuse p/c /m -o rw", "/m", "p", "c");
	good("dfuse daos://p/c /m -o rw", "/m", "p", "c");
	good("dfuse p /m -o rw", "/m", "p", NULL);
	good("dfuse dfuse /m -o pool=p,container=c", "/m", "p", "c");
	good("dfuse none /m -o rw", "/m", NULL, NULL);
	assert_int_equal(
	    parse(&opt, "dfuse /m p c -o ro,disable-wb-cache,thread-count=3,svc=0:1,sys-name=s,passthrough=on"), 0);
	assert_int_equal(opt.passthrough, CHOICE_ON);
	assert_true(opt.read_only && opt.disable_wb_cache);
	assert_int_equal(opt.thread_count, 3);
	assert_string_equal(opt.svc, "0:1");
	assert_string_equal(opt.sys_name, "s");
	options_free(&opt);
}

static void test_wrong(void **state)
{
	(void)state;
	bad("dfuse --bogus /m p c", "unrecognized option '--bogus'");
	bad("dfuse -x /m p c", "unrecognized option '-x'");
	bad("dfuse --pool", "needs a value");
	bad("dfuse -p p -p q /m", "more than once");
	bad("dfuse -p p /m p c", "pool given more than once");
	bad("dfuse -p p -c c /m d", "more than once");
	bad("dfuse -m /m -m /n", "more than once");
	bad("dfuse -f -f /m", "more than once");
	bad("dfuse --foreground /m -o foreground", "more than once");
	bad("dfuse --read-only /m -o ro", "more than once");
	bad("dfuse -p p /m -o pool=p", "more than once");
	bad("dfuse --pool= /m", "empty");
	bad("dfuse /m p c d", "too many");
	bad("dfuse -f", "no mount point");
	bad("dfuse --container=c /m", "without its pool");
	bad("dfuse /m -o allow_other", "--multi-user");
	bad("dfuse /m -o bogus", "unknown mount option 'bogus'");
	bad("dfuse /m -o bogus=1", "unknown mount option 'bogus'");
	bad("dfuse /m -o fsname=x", "cannot be changed");
	bad("dfuse /m --thread-count=0", "1 to");
	bad("dfuse /m --thread-count=x", "1 to");
	bad("dfuse /m --thread-count=-1", "1 to");
	bad("dfuse /m --thread-count=99999", "1 to");
	bad("dfuse /m --passthrough=yes", "want auto, on or off");
	bad("dfuse /m --passthrough=on --passthrough=on", "more than once");
	bad("dfuse /m --passthrough=on --disable-caching", "exclude");
	bad("dfuse /m -S --thread-count=2", "exclude");
	bad("dfuse /m --enable-caching --disable-caching", "exclude");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shapes),
	    cmocka_unit_test(test_flags),
	    cmocka_unit_test(test_mount_lists),
	    cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
