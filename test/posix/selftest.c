/* selftest.c: cases that do not pass, for the test of the suite itself; run only when asked for by --only=selftest...
 */
#include "helpers.h"

#include <signal.h>

static void passes(void)
{
	PUT("f", "text");
	HAS("f", "text");
}

static void wrong_number(void)
{
	PUT("f", "text");
	EQ(STAT("f").st_size, 5);
}

static void wrong_content(void)
{
	PUT("f", "text");
	HAS("f", "test");
}

static void wrong_errno(void)
{
	FAILS(EACCES, open("none", O_RDONLY));
}

static void unexpected_success(void)
{
	FAILS(EEXIST, mkdir("d", 0755));
}

static void unexpected_failure(void)
{
	OK(rmdir("none"));
}

static void in_child(void)
{
	pid_t pid = FORK();

	if (pid == 0) {
		STR("got this", "wanted that");
		_exit(0);
	}
	JOIN(pid);
}

static void in_one_thread(int i)
{
	NE(i, 2);
}

static void in_thread(void)
{
	in_threads(4, in_one_thread);
}

static void crashes(void)
{
	raise(SIGSEGV);
}

static void hangs(void)
{
	pause();
}

static void skips(void)
{
	SKIP("for this reason");
}

static const struct ps_case cases[] = {
    {"passes", "passes", passes},
    {"wrong_number", "fails", wrong_number},
    {"wrong_content", "fails", wrong_content},
    {"wrong_errno", "fails", wrong_errno},
    {"unexpected_success", "fails", unexpected_success},
    {"unexpected_failure", "fails", unexpected_failure},
    {"in_child", "fails", in_child},
    {"in_thread", "fails", in_thread},
    {"crashes", "fails", crashes},
    {"hangs", "fails", hangs},
    {"skips", "skips", skips},
};
PS_GROUP(selftest);
