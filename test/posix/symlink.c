/* symlink.c: symbolic links. */
#include "helpers.h"

#include <limits.h>
#include <sys/time.h>

static void make_read(void)
{
	char buf[32] = "";

	OK(symlink("some/where", "l"));
	EQ(readlink("l", buf, sizeof(buf)), 10);
	STR(buf, "some/where");
}

static void attributes(void)
{
	struct stat st;

	OK(symlink("0123456789", "l"));
	st = LSTAT("l");
	EQ(st.st_mode, S_IFLNK | 0777);
	EQ(st.st_size, 10);
	EQ(st.st_nlink, 1);
	EQ(st.st_uid, geteuid());
}

static void follow(void)
{
	PUT("f", "text");
	OK(symlink("f", "l"));
	EQ(STAT("l").st_ino, STAT("f").st_ino);
	HAS("l", "text");
	PUT("l", "through");
	HAS("f", "through");
	TRUE(S_ISLNK(LSTAT("l").st_mode));
}

static void relative_to_itself(void)
{
	OK(mkdir("d", 0755));
	PUT("d/f", "in d");
	PUT("f", "outside");
	OK(symlink("f", "d/l"));
	OK(symlink("../f", "d/up"));
	HAS("d/l", "in d");
	HAS("d/up", "outside");
}

static void absolute(void)
{
	char path[PATH_MAX];

	PUT("f", "x");
	SOME(realpath("f", path));
	OK(symlink(path, "l"));
	HAS("l", "x");
}

static void dangling(void)
{
	struct stat st;

	OK(symlink("none", "l"));
	FAILS(ENOENT, stat("l", &st));
	FAILS(ENOENT, open("l", O_RDONLY));
	OK(lstat("l", &st));
	FAILS(ENOENT, access("l", F_OK));
	PUT("none", "now");
	HAS("l", "now");
}

static void exists_already(void)
{
	PUT("f", "x");
	OK(symlink("a", "l"));
	FAILS(EEXIST, symlink("b", "f"));
	FAILS(EEXIST, symlink("b", "l"));
	FAILS(EEXIST, symlink("b", "."));
}

static void errors(void)
{
	char buf[8];

	PUT("f", "x");
	FAILS(ENOENT, symlink("a", "none/l"));
	FAILS(ENOENT, symlink("", "l"));
	FAILS(ENOENT, symlink("a", ""));
	FAILS(ENOTDIR, symlink("a", "f/l"));
	FAILS(EINVAL, readlink("f", buf, 8));
	FAILS(EINVAL, readlink(".", buf, 8));
	FAILS(ENOENT, readlink("none", buf, 8));
	FAILS2(ENOENT, ENOTDIR, symlink("a", "l/"));
}

static void readlink_cuts(void)
{
	char buf[4] = {0, 0, 0, 'x'};

	OK(symlink("0123456789", "l"));
	EQ(readlink("l", buf, 3), 3);
	MEM(buf, "012x", 4);
	FAILS(EINVAL, readlink("l", buf, 0));
}

static void longest(void)
{
	char *target = name_of(PATH_MAX - 1, 'x'), buf[PATH_MAX + 1];

	OK(symlink(target, "l"));
	EQ(readlink("l", buf, sizeof(buf)), PATH_MAX - 1);
	MEM(buf, target, PATH_MAX - 1);
	EQ(LSTAT("l").st_size, PATH_MAX - 1);
}

static void too_long(void)
{
	char *target = name_of(PATH_MAX, 'x');

	FAILS(ENAMETOOLONG, symlink(target, "l"));
	TRUE(!exists("l"));
}

static void any_bytes(void)
{
	char target[256], buf[300];

	for (int i = 0; i < 255; i++)
		target[i] = (char)(i + 1);
	target[255] = '\0';
	OK(symlink(target, "l"));
	EQ(readlink("l", buf, sizeof(buf)), 255);
	MEM(buf, target, 255);
}

static void in_the_middle(void)
{
	OK(mkdir("d", 0755));
	OK(mkdir("d/e", 0755));
	OK(symlink("d", "l"));
	OK(symlink("e", "d/m"));
	PUT("l/m/f", "x");
	HAS("d/e/f", "x");
	EQ(STAT("l/..").st_ino, STAT(".").st_ino);
}

static void trailing_slash(void)
{
	OK(mkdir("d", 0755));
	OK(symlink("d", "l"));
	TRUE(S_ISDIR(LSTAT("l/").st_mode));
	TRUE(S_ISLNK(LSTAT("l").st_mode));
}

static void loops(void)
{
	struct stat st;

	OK(symlink("self", "self"));
	OK(symlink("b", "a"));
	OK(symlink("a", "b"));
	FAILS(ELOOP, stat("self", &st));
	FAILS(ELOOP, open("a", O_RDONLY));
	FAILS(ELOOP, open("a/x", O_RDONLY));
	OK(lstat("self", &st));
}

static void chain(void)
{
	char from[16], to[16];

	PUT("l0", "x");
	for (int i = 1; i <= 41; i++) {
		snprintf(from, sizeof(from), "l%d", i - 1);
		snprintf(to, sizeof(to), "l%d", i);
		OK(symlink(from, to));
	}
	HAS("l40", "x");
	FAILS(ELOOP, open("l41", O_RDONLY));
}

static void at(void)
{
	char buf[8];
	int d;

	OK(mkdir("d", 0755));
	d = OK(open("d", O_RDONLY));
	OK(symlinkat("target", d, "l"));
	EQ(readlinkat(d, "l", buf, 8), 6);
	MEM(buf, "target", 6);
	FAILS(EBADF, symlinkat("t", -1, "l"));
	FAILS(EBADF, readlinkat(-1, "l", buf, 8));
}

static void o_path(void)
{
	char buf[8];
	int fd;

	OK(symlink("target", "l"));
	fd = OK(open("l", O_PATH | O_NOFOLLOW));
	TRUE(S_ISLNK(FSTAT(fd).st_mode));
	EQ(readlinkat(fd, "", buf, 8), 6);
	MEM(buf, "target", 6);
}

static void own_times(void)
{
	struct timespec times[2] = {{1000000000, 5}, {1000000001, 123456789}};
	struct stat before;

	PUT("f", "x");
	OK(symlink("f", "l"));
	before = STAT("f");
	OK(utimensat(AT_FDCWD, "l", times, AT_SYMLINK_NOFOLLOW));
	EQ(ts_cmp(LSTAT("l").st_mtim, times[1]), 0);
	EQ(ts_cmp(STAT("f").st_mtim, before.st_mtim), 0);
}

static void chmod_follows(void)
{
	PUT("f", "x");
	OK(symlink("f", "l"));
	OK(chmod("l", 0600));
	EQ(STAT("f").st_mode, S_IFREG | 0600);
	EQ(LSTAT("l").st_mode, S_IFLNK | 0777);
}

static void lchown_self(void)
{
	OK(symlink("none", "l"));
	OK(lchown("l", geteuid(), getegid()));
	FAILS(ENOENT, chown("l", geteuid(), getegid()));
}

static void retarget(void)
{
	PUT("one", "1");
	PUT("two", "2");
	OK(symlink("one", "l"));
	HAS("l", "1");
	OK(symlink("two", "m"));
	OK(rename("m", "l"));
	HAS("l", "2");
	OK(unlink("l"));
	OK(symlink("one", "l"));
	HAS("l", "1");
}

static const struct ps_case cases[] = {
    {"make_read", "readlink returns what symlink was given", make_read},
    {"attributes", "size is the target's length, mode 0777", attributes},
    {"follow", "stat, read and write go to the target", follow},
    {"relative_to_itself", "a relative target starts at the link's directory", relative_to_itself},
    {"absolute", "an absolute target", absolute},
    {"dangling", "a dangling link: ENOENT, until the target exists", dangling},
    {"exists_already", "EEXIST", exists_already},
    {"errors", "ENOENT, ENOTDIR, EINVAL", errors},
    {"readlink_cuts", "readlink cuts silently and adds no NUL", readlink_cuts},
    {"longest", "a target of PATH_MAX - 1 bytes", longest},
    {"too_long", "ENAMETOOLONG for PATH_MAX bytes", too_long},
    {"any_bytes", "any byte but NUL in a target", any_bytes},
    {"in_the_middle", "links in the middle of a path", in_the_middle},
    {"trailing_slash", "a trailing slash follows the link", trailing_slash},
    {"loops", "ELOOP", loops},
    {"chain", "40 links are followed, 41 are ELOOP", chain},
    {"at", "symlinkat, readlinkat", at},
    {"o_path", "O_PATH|O_NOFOLLOW opens the link, readlinkat(\"\") reads it", o_path},
    {"own_times", "AT_SYMLINK_NOFOLLOW sets the link's own times", own_times},
    {"chmod_follows", "chmod changes the target", chmod_follows},
    {"lchown_self", "lchown to its owner succeeds", lchown_self},
    {"retarget", "a replaced link points to its new target at once", retarget},
};
PS_GROUP(symlink);
