/* access.c: access(2), faccessat(2), and running programs. */
#include "helpers.h"

#include <sys/wait.h>

static void existence(void)
{
	PUT("f", "");
	OK(access("f", F_OK));
	FAILS(ENOENT, access("none", F_OK));
	FAILS(ENOTDIR, access("f/x", F_OK));
	OK(symlink("none", "l"));
	FAILS(ENOENT, access("l", F_OK));
	OK(faccessat(AT_FDCWD, "l", F_OK, AT_SYMLINK_NOFOLLOW));
}

static void owner_bits(void)
{
	need_user();
	PUT("f", "");
	for (mode_t m = 0; m < 8; m++) {
		OK(chmod("f", m << 6));
		for (int want = 1; want < 8; want++) {
			if (((int)m & want) == want)
				OK(access("f", want));
			else
				FAILS(EACCES, access("f", want));
		}
	}
}

static void only_owner_counts(void)
{
	need_user();
	PUT("f", "");
	OK(chmod("f", 0077));
	FAILS(EACCES, access("f", R_OK));
	FAILS(EACCES, access("f", W_OK));
	FAILS(EACCES, access("f", X_OK));
}

static void root(void)
{
	need_root();
	PUT("f", "");
	OK(chmod("f", 0));
	OK(access("f", R_OK | W_OK));
	FAILS(EACCES, access("f", X_OK));
	OK(chmod("f", 0001));
	OK(access("f", X_OK));
}

static void directories(void)
{
	OK(mkdir("d", 0755));
	OK(access("d", R_OK | W_OK | X_OK));
	need_user();
	OK(chmod("d", 0400));
	FAILS(EACCES, access("d", X_OK));
	FAILS(EACCES, access("d/x", F_OK));
}

static void errors(void)
{
	PUT("f", "");
	FAILS(EINVAL, access("f", 64));
	FAILS(EBADF, faccessat(-1, "f", F_OK, 0));
	OK(faccessat(AT_FDCWD, "f", R_OK, AT_EACCESS));
	OK(symlink("b", "a"));
	OK(symlink("a", "b"));
	FAILS(ELOOP, access("a", F_OK));
}

/* The exit status of the program, 126 and 127 as in a shell. */
static int run(const char *path)
{
	pid_t pid = FORK();
	int status;

	if (pid == 0) {
		execl(path, path, NULL);
		_exit(errno == ENOENT ? 127 : errno == EACCES ? 126 : 125);
	}
	OK(waitpid(pid, &status, 0));
	TRUE(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void script(void)
{
	PUT("s", "#!/bin/sh\nexit 42\n");
	EQ(run("./s"), 126);
	OK(chmod("s", 0755));
	EQ(run("./s"), 42);
	PUT("s", "#!/bin/sh\nexit 43\n");
	EQ(run("./s"), 43);
	EQ(run("./none"), 127);
}

static void script_beside(void)
{
	OK(mkdir("d", 0755));
	PUT("d/run", "#!/bin/sh\ncat data >out && test -s out\n");
	PUT("data", "content");
	OK(chmod("d/run", 0755));
	EQ(run("./d/run"), 0);
	HAS("out", "content");
}

static void directory_is_no_program(void)
{
	OK(mkdir("d", 0755));
	EQ(run("./d"), 126);
}

static const struct ps_case cases[] = {
    {"existence", "F_OK", existence},
    {"owner_bits", "every mode against every wish", owner_bits},
    {"only_owner_counts", "the owner's bits count, not the others'", only_owner_counts},
    {"root", "root may read and write, and execute what anybody may", root},
    {"directories", "directories", directories},
    {"errors", "EINVAL, EBADF, ELOOP; AT_EACCESS", errors},
    {"script", "a script runs, if its mode allows", script},
    {"script_beside", "a script works on files beside it", script_beside},
    {"directory_is_no_program", "EACCES for a directory", directory_is_no_program},
};
PS_GROUP(access);
