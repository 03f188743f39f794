/* rename2.c: renameat2(2): RENAME_NOREPLACE, RENAME_EXCHANGE. */
#include "helpers.h"

#include <sys/xattr.h>

static int rename2(const char *from, const char *to, unsigned int flags)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
}

static void noreplace(void)
{
	PUT("a", "A");
	OK(rename2("a", "b", RENAME_NOREPLACE));
	TRUE(!exists("a"));
	HAS("b", "A");
}

static void noreplace_existing(void)
{
	PUT("a", "A");
	PUT("b", "B");
	OK(mkdir("d", 0755));
	OK(symlink("nowhere", "l"));
	FAILS(EEXIST, rename2("a", "b", RENAME_NOREPLACE));
	FAILS(EEXIST, rename2("a", "d", RENAME_NOREPLACE));
	FAILS(EEXIST, rename2("d", "a", RENAME_NOREPLACE));
	FAILS(EEXIST, rename2("a", "l", RENAME_NOREPLACE));
	HAS("a", "A");
	HAS("b", "B");
}

static void noreplace_missing(void)
{
	FAILS(ENOENT, rename2("a", "b", RENAME_NOREPLACE));
}

static void noreplace_directory(void)
{
	OK(mkdir("d", 0755));
	PUT("d/f", "x");
	OK(mkdir("to", 0755));
	OK(rename2("d", "to/e", RENAME_NOREPLACE));
	HAS("to/e/f", "x");
	TRUE(!exists("d"));
}

static void exchange_files(void)
{
	ino_t a, b;

	PUT("a", "A");
	PUT("b", "BB");
	a = STAT("a").st_ino;
	b = STAT("b").st_ino;
	OK(rename2("a", "b", RENAME_EXCHANGE));
	HAS("a", "BB");
	HAS("b", "A");
	EQ(STAT("a").st_ino, b);
	EQ(STAT("b").st_ino, a);
	EQ(COUNT("."), 2);
}

static void exchange_kinds(void)
{
	char buf[8];

	PUT("f", "F");
	OK(mkdir("d", 0755));
	PUT("d/x", "X");
	OK(symlink("where", "l"));
	OK(rename2("f", "d", RENAME_EXCHANGE));
	HAS("d", "F");
	HAS("f/x", "X");
	OK(rename2("d", "l", RENAME_EXCHANGE));
	EQ(readlink("d", buf, 8), 5);
	HAS("l", "F");
}

static void exchange_directories(void)
{
	OK(mkdir("a", 0755));
	OK(mkdir("a/in", 0755));
	OK(mkdir("b", 0755));
	PUT("a/in/x", "X");
	PUT("b/y", "Y");
	OK(rename2("a/in", "b", RENAME_EXCHANGE));
	HAS("b/x", "X");
	HAS("a/in/y", "Y");
	EQ(STAT("a/in/..").st_ino, STAT("a").st_ino);
	EQ(STAT("b/..").st_ino, STAT(".").st_ino);
}

static void exchange_attributes(void)
{
	char buf[8];

	PUT("a", "");
	PUT("b", "");
	OK(chmod("a", 0600));
	OK(chmod("b", 0711));
	OK(setxattr("a", "user.n", "a", 1, 0));
	OK(setxattr("b", "user.n", "b", 1, 0));
	OK(setxattr("b", "user.only", "b", 1, 0));
	OK(rename2("a", "b", RENAME_EXCHANGE));
	EQ(STAT("a").st_mode, S_IFREG | 0711);
	EQ(STAT("b").st_mode, S_IFREG | 0600);
	EQ(getxattr("a", "user.n", buf, 8), 1);
	EQ(buf[0], 'b');
	EQ(getxattr("b", "user.n", buf, 8), 1);
	EQ(buf[0], 'a');
	EQ(getxattr("a", "user.only", buf, 8), 1);
	FAILS(ENODATA, getxattr("b", "user.only", buf, 8));
}

static void exchange_open(void)
{
	int a, b;

	PUT("a", "A");
	PUT("b", "B");
	a = OK(open("a", O_RDWR));
	b = OK(open("b", O_RDWR));
	OK(rename2("a", "b", RENAME_EXCHANGE));
	EQ(pwrite(a, "first", 5, 0), 5);
	EQ(pwrite(b, "second", 6, 0), 6);
	HAS("b", "first");
	HAS("a", "second");
	EQ(FSTAT(a).st_nlink, 1);
}

static void exchange_errors(void)
{
	PUT("a", "A");
	OK(mkdir("d", 0755));
	OK(mkdir("d/sub", 0755));
	FAILS(ENOENT, rename2("a", "none", RENAME_EXCHANGE));
	FAILS(ENOENT, rename2("none", "a", RENAME_EXCHANGE));
	FAILS(EINVAL, rename2("d", "d/sub", RENAME_EXCHANGE));
	FAILS(EINVAL, rename2("d/sub", "d", RENAME_EXCHANGE));
	FAILS(EINVAL, rename2("a", "d", RENAME_EXCHANGE | RENAME_NOREPLACE));
	FAILS(EINVAL, rename2("a", "d", 0x8000));
	HAS("a", "A");
}

static void exchange_same(void)
{
	PUT("a", "A");
	OK(rename2("a", "a", RENAME_EXCHANGE));
	HAS("a", "A");
}

static void exchange_across(void)
{
	OK(mkdir("x", 0755));
	OK(mkdir("y", 0755));
	PUT("x/f", "one");
	PUT("y/f", "two");
	for (int i = 0; i < 11; i++)
		OK(rename2("x/f", "y/f", RENAME_EXCHANGE));
	HAS("x/f", "two");
	HAS("y/f", "one");
}

static const struct ps_case cases[] = {
    {"noreplace", "NOREPLACE renames to a free name", noreplace},
    {"noreplace_existing", "NOREPLACE: EEXIST for any target that exists", noreplace_existing},
    {"noreplace_missing", "NOREPLACE: ENOENT for a missing source", noreplace_missing},
    {"noreplace_directory", "NOREPLACE moves directories", noreplace_directory},
    {"exchange_files", "EXCHANGE swaps two files", exchange_files},
    {"exchange_kinds", "EXCHANGE swaps file, directory and link", exchange_kinds},
    {"exchange_directories", "EXCHANGE swaps directories, .. follows", exchange_directories},
    {"exchange_attributes", "EXCHANGE takes modes and extended attributes along", exchange_attributes},
    {"exchange_open", "EXCHANGE: open files follow", exchange_open},
    {"exchange_errors", "EXCHANGE: ENOENT, EINVAL", exchange_errors},
    {"exchange_same", "EXCHANGE of a name with itself does nothing", exchange_same},
    {"exchange_across", "EXCHANGE across directories, repeatedly", exchange_across},
};
PS_GROUP(rename2);
