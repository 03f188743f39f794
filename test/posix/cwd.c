/* cwd.c: working directories, and directories held by descriptors. */
#include "helpers.h"

#include <limits.h>

static void change(void)
{
	char here[PATH_MAX], there[PATH_MAX];

	SOME(getcwd(here, sizeof(here)));
	OK(mkdir("d", 0755));
	OK(chdir("d"));
	SOME(getcwd(there, sizeof(there)));
	MEM(there, here, strlen(here));
	STR(there + strlen(here), "/d");
	OK(chdir(".."));
	SOME(getcwd(there, sizeof(there)));
	STR(there, here);
}

static void errors(void)
{
	char small[2];

	PUT("f", "");
	FAILS(ENOENT, chdir("none"));
	FAILS(ENOTDIR, chdir("f"));
	FAILS(ENOTDIR, fchdir(OK(open("f", O_RDONLY))));
	FAILS(EBADF, fchdir(-1));
	TRUE(getcwd(small, sizeof(small)) == NULL && errno == ERANGE);
	need_user();
	OK(mkdir("d", 0600));
	FAILS(EACCES, chdir("d"));
}

static void by_descriptor(void)
{
	int here = OK(open(".", O_RDONLY)), d;

	OK(mkdir("d", 0755));
	d = OK(open("d", O_RDONLY | O_DIRECTORY));
	OK(fchdir(d));
	PUT("f", "x");
	OK(fchdir(here));
	HAS("d/f", "x");
}

static void removed(void)
{
	char buf[PATH_MAX];
	struct stat st;

	OK(mkdir("d", 0755));
	OK(chdir("d"));
	OK(rmdir("../d"));
	TRUE(getcwd(buf, sizeof(buf)) == NULL && errno == ENOENT);
	OK(stat(".", &st));
	FAILS(ENOENT, open("f", O_CREAT | O_RDWR, 0644));
	FAILS(ENOENT, mkdir("e", 0755));
	FAILS(ENOENT, open("f", O_RDONLY));
	OK(chdir(".."));
	EQ(COUNT("."), 0);
}

static void removed_and_made_again(void)
{
	OK(mkdir("d", 0755));
	OK(chdir("d"));
	OK(rmdir("../d"));
	OK(mkdir("../d", 0755));
	FAILS(ENOENT, open("f", O_CREAT | O_RDWR, 0644));
	EQ(COUNT("../d"), 0);
	OK(chdir("../d"));
	PUT("f", "x");
}

static void renamed(void)
{
	char buf[PATH_MAX];

	OK(mkdir("d", 0755));
	OK(mkdir("to", 0755));
	OK(chdir("d"));
	PUT("f", "x");
	OK(rename("../d", "../to/e"));
	SOME(getcwd(buf, sizeof(buf)));
	STR(buf + strlen(buf) - 5, "/to/e");
	HAS("f", "x");
	PUT("g", "y");
	HAS("../../to/e/g", "y");
	EQ(STAT("..").st_ino, STAT("../../to").st_ino);
}

static void descriptor_follows_rename(void)
{
	int d;

	OK(mkdir("d", 0755));
	d = OK(open("d", O_RDONLY | O_DIRECTORY));
	OK(rename("d", "e"));
	close(OK(openat(d, "f", O_CREAT | O_RDWR, 0644)));
	OK(access("e/f", F_OK));
	OK(mkdirat(d, "sub", 0755));
	OK(unlinkat(d, "f", 0));
	EQ(COUNT("e"), 1);
}

static void at_family(void)
{
	struct timespec times[2] = {{1000, 0}, {2000, 5}};
	struct stat st;
	char buf[8];
	int d;

	OK(mkdir("d", 0755));
	d = OK(open("d", O_PATH | O_DIRECTORY));
	close(OK(openat(d, "f", O_CREAT | O_RDWR, 0644)));
	OK(mkdirat(d, "sub", 0755));
	OK(symlinkat("f", d, "l"));
	EQ(readlinkat(d, "l", buf, 8), 1);
	OK(fstatat(d, "l", &st, AT_SYMLINK_NOFOLLOW));
	TRUE(S_ISLNK(st.st_mode));
	OK(fstatat(d, "l", &st, 0));
	TRUE(S_ISREG(st.st_mode));
	OK(fchmodat(d, "f", 0600, 0));
	OK(fchownat(d, "f", geteuid(), getegid(), 0));
	OK(utimensat(d, "f", times, 0));
	OK(faccessat(d, "f", R_OK, 0));
	OK(renameat(d, "f", d, "sub/g"));
	OK(fstatat(d, "sub/g", &st, 0));
	EQ(st.st_mode, S_IFREG | 0600);
	EQ(ts_cmp(st.st_mtim, times[1]), 0);
	OK(unlinkat(d, "sub/g", 0));
	OK(unlinkat(d, "sub", AT_REMOVEDIR));
	OK(unlinkat(d, "l", 0));
	EQ(COUNT("d"), 0);
}

static void empty_path_flag(void)
{
	struct stat st;
	int fd = MAKE("f"), d = OK(open(".", O_PATH));

	OK(fstatat(fd, "", &st, AT_EMPTY_PATH));
	EQ(st.st_ino, STAT("f").st_ino);
	OK(fstatat(d, "", &st, AT_EMPTY_PATH));
	EQ(st.st_ino, STAT(".").st_ino);
	FAILS(ENOENT, fstatat(fd, "", &st, 0));
}

static void real_path(void)
{
	char a[PATH_MAX], b[PATH_MAX];

	OK(mkdir("d", 0755));
	PUT("d/f", "");
	OK(symlink("d", "l"));
	OK(symlink("l/f", "m"));
	SOME(realpath("m", a));
	SOME(realpath("./d/../l/f", b));
	STR(a, b);
	TRUE(realpath("none", a) == NULL && errno == ENOENT);
}

static void child_has_own(void)
{
	pid_t pid;

	OK(mkdir("d", 0755));
	pid = FORK();
	if (pid == 0) {
		OK(chdir("d"));
		PUT("f", "x");
		_exit(0);
	}
	JOIN(pid);
	HAS("d/f", "x");
	FAILS(ENOENT, access("f", F_OK));
}

static void deep_up_and_down(void)
{
	ino_t here = STAT(".").st_ino;

	for (int i = 0; i < 40; i++) {
		OK(mkdir("d", 0755));
		OK(chdir("d"));
	}
	for (int i = 0; i < 40; i++) {
		OK(chdir(".."));
		OK(rmdir("d"));
	}
	EQ(STAT(".").st_ino, here);
}

static const struct ps_case cases[] = {
    {"change", "chdir and getcwd", change},
    {"errors", "ENOENT, ENOTDIR, EBADF, ERANGE, EACCES", errors},
    {"by_descriptor", "fchdir", by_descriptor},
    {"removed", "a removed working directory: ENOENT for all but leaving it", removed},
    {"removed_and_made_again", "a new directory of the same name is not the working directory", removed_and_made_again},
    {"renamed", "the working directory follows its rename", renamed},
    {"descriptor_follows_rename", "a directory's descriptor follows its rename", descriptor_follows_rename},
    {"at_family", "every ...at() call relative to an O_PATH descriptor", at_family},
    {"empty_path_flag", "AT_EMPTY_PATH", empty_path_flag},
    {"real_path", "realpath through links", real_path},
    {"child_has_own", "a child's chdir is its own", child_has_own},
    {"deep_up_and_down", "40 levels down, and up while removing them", deep_up_and_down},
};
PS_GROUP(cwd);
