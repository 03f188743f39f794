/* xattr.c: extended attributes. */
#include "helpers.h"

#include <limits.h>
#include <sys/xattr.h>

/* Whether `name` is one of the names in a list as listxattr(2) returns it. */
static bool listed(const char *list, ssize_t len, const char *name)
{
	for (const char *at = list; at < list + len; at += strlen(at) + 1)
		if (strcmp(at, name) == 0)
			return true;
	return false;
}

static void set_get(void)
{
	char buf[16];

	PUT("f", "");
	OK(setxattr("f", "user.one", "value", 5, 0));
	EQ(getxattr("f", "user.one", buf, sizeof(buf)), 5);
	MEM(buf, "value", 5);
}

static void replace(void)
{
	char buf[32];

	PUT("f", "");
	OK(setxattr("f", "user.k", "a rather long value", 19, 0));
	OK(setxattr("f", "user.k", "short", 5, 0));
	EQ(getxattr("f", "user.k", buf, sizeof(buf)), 5);
	MEM(buf, "short", 5);
}

static void create_flag(void)
{
	char buf[8];

	PUT("f", "");
	OK(setxattr("f", "user.k", "one", 3, XATTR_CREATE));
	FAILS(EEXIST, setxattr("f", "user.k", "two", 3, XATTR_CREATE));
	EQ(getxattr("f", "user.k", buf, 8), 3);
	MEM(buf, "one", 3);
}

static void replace_flag(void)
{
	char buf[8];

	PUT("f", "");
	FAILS(ENODATA, setxattr("f", "user.k", "one", 3, XATTR_REPLACE));
	FAILS(ENODATA, getxattr("f", "user.k", buf, 8));
	OK(setxattr("f", "user.k", "one", 3, 0));
	OK(setxattr("f", "user.k", "two", 3, XATTR_REPLACE));
	EQ(getxattr("f", "user.k", buf, 8), 3);
	MEM(buf, "two", 3);
	FAILS(EINVAL, setxattr("f", "user.k", "x", 1, 0x100));
}

static void missing(void)
{
	char buf[8];

	PUT("f", "");
	FAILS(ENODATA, getxattr("f", "user.none", buf, 8));
	FAILS(ENODATA, removexattr("f", "user.none"));
	FAILS(ENOENT, getxattr("none", "user.k", buf, 8));
	FAILS(ENOENT, setxattr("none", "user.k", "x", 1, 0));
	FAILS(ENOENT, listxattr("none", buf, 8));
}

static void removal(void)
{
	char buf[8];

	PUT("f", "");
	OK(setxattr("f", "user.k", "v", 1, 0));
	OK(removexattr("f", "user.k"));
	FAILS(ENODATA, getxattr("f", "user.k", buf, 8));
	FAILS(ENODATA, removexattr("f", "user.k"));
	OK(setxattr("f", "user.k", "w", 1, XATTR_CREATE));
}

static void list(void)
{
	char buf[256];
	ssize_t len;

	PUT("f", "");
	EQ(listxattr("f", buf, sizeof(buf)), 0);
	OK(setxattr("f", "user.a", "1", 1, 0));
	OK(setxattr("f", "user.bcd", "2", 1, 0));
	OK(setxattr("f", "user.e", "3", 1, 0));
	len = OK(listxattr("f", buf, sizeof(buf)));
	EQ(len, 7 + 9 + 7);
	TRUE(listed(buf, len, "user.a") && listed(buf, len, "user.bcd") && listed(buf, len, "user.e"));
	OK(removexattr("f", "user.bcd"));
	len = OK(listxattr("f", buf, sizeof(buf)));
	EQ(len, 14);
	TRUE(!listed(buf, len, "user.bcd"));
}

static void sizes(void)
{
	char buf[16];

	PUT("f", "");
	OK(setxattr("f", "user.k", "0123456789", 10, 0));
	EQ(getxattr("f", "user.k", NULL, 0), 10);
	FAILS(ERANGE, getxattr("f", "user.k", buf, 9));
	EQ(getxattr("f", "user.k", buf, 10), 10);
	EQ(listxattr("f", NULL, 0), 7);
	FAILS(ERANGE, listxattr("f", buf, 6));
	EQ(listxattr("f", buf, 7), 7);
}

static void empty_value(void)
{
	char buf[8], list_buf[16];

	PUT("f", "");
	OK(setxattr("f", "user.k", "", 0, 0));
	EQ(getxattr("f", "user.k", buf, 8), 0);
	EQ(getxattr("f", "user.k", NULL, 0), 0);
	EQ(listxattr("f", list_buf, 16), 7);
	OK(setxattr("f", "user.k", "x", 1, XATTR_REPLACE));
	OK(setxattr("f", "user.k", NULL, 0, 0));
	EQ(getxattr("f", "user.k", buf, 8), 0);
}

static void binary_value(void)
{
	char value[256], buf[256];

	for (int i = 0; i < 256; i++)
		value[i] = (char)i;
	PUT("f", "");
	OK(setxattr("f", "user.k", value, 256, 0));
	EQ(getxattr("f", "user.k", buf, 256), 256);
	MEM(buf, value, 256);
}

static void large_value(void)
{
	char *value = new_bytes(3500), *buf = new_bytes(3500);

	fill(value, 3500, 1);
	PUT("f", "");
	OK(setxattr("f", "user.k", value, 3500, 0));
	EQ(getxattr("f", "user.k", buf, 3500), 3500);
	MEM(buf, value, 3500);
}

static void largest_value(void)
{
	char *value = new_bytes(XATTR_SIZE_MAX + 1), *buf = new_bytes(XATTR_SIZE_MAX);

	fill(value, XATTR_SIZE_MAX, 1);
	PUT("f", "");
	FAILS(E2BIG, setxattr("f", "user.k", value, XATTR_SIZE_MAX + 1, 0));
	if (setxattr("f", "user.k", value, XATTR_SIZE_MAX, 0) != 0) {
		FAILS2(ENOSPC, E2BIG, setxattr("f", "user.k", value, XATTR_SIZE_MAX, 0));
		return;
	}
	EQ(getxattr("f", "user.k", buf, XATTR_SIZE_MAX), XATTR_SIZE_MAX);
	MEM(buf, value, XATTR_SIZE_MAX);
}

static void names(void)
{
	char name[300] = "user.", buf[8];

	PUT("f", "");
	memset(name + 5, 'n', 250);
	OK(setxattr("f", name, "v", 1, 0));
	EQ(getxattr("f", name, buf, 8), 1);
	EQ(listxattr("f", NULL, 0), 256);
	name[255] = 'n';
	FAILS(ERANGE, setxattr("f", name, "v", 1, 0));
	FAILS(ERANGE, getxattr("f", name, buf, 8));
	FAILS(ERANGE, setxattr("f", "", "v", 1, 0));
	FAILS2(EINVAL, EOPNOTSUPP, setxattr("f", "user.", "v", 1, 0));
}

static void odd_names(void)
{
	static const char *const odd[] = {"user.with space", "user.x:y", "user.a/b", "user.\xc3\xa4", "user.\xff\x01",
					  "user.A",	     "user.a",	 "user..",   "user.DFS_INODE"};
	char buf[8];

	PUT("f", "text");
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		OK(setxattr("f", odd[i], &"0123456789"[i], 1, XATTR_CREATE));
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		EQ(getxattr("f", odd[i], buf, 8), 1);
		EQ(buf[0], '0' + (int)i);
	}
	HAS("f", "text");
}

static void many(void)
{
	char name[32], buf[32], *names_buf = new_bytes(8192);
	ssize_t len;

	PUT("f", "");
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "user.number%02d", i);
		OK(setxattr("f", name, name, strlen(name), 0));
	}
	len = OK(listxattr("f", names_buf, 8192));
	EQ(len, 60 * 14);
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "user.number%02d", i);
		TRUE(listed(names_buf, len, name));
		EQ(getxattr("f", name, buf, 32), 13);
		MEM(buf, name, 13);
	}
}

static void by_descriptor(void)
{
	char buf[16];
	int fd = MAKE("f");

	OK(fsetxattr(fd, "user.k", "v", 1, 0));
	EQ(fgetxattr(fd, "user.k", buf, 16), 1);
	EQ(getxattr("f", "user.k", buf, 16), 1);
	EQ(flistxattr(fd, buf, 16), 7);
	OK(fremovexattr(fd, "user.k"));
	FAILS(ENODATA, getxattr("f", "user.k", buf, 16));
	FAILS(EBADF, fgetxattr(-1, "user.k", buf, 16));
}

static void directories(void)
{
	char buf[16];

	OK(mkdir("d", 0755));
	OK(setxattr("d", "user.k", "dir", 3, 0));
	EQ(getxattr("d", "user.k", buf, 16), 3);
	EQ(COUNT("d"), 0);
	OK(removexattr("d", "user.k"));
	EQ(listxattr("d", buf, 16), 0);
}

static void symlinks(void)
{
	char buf[16];

	PUT("f", "");
	OK(symlink("f", "l"));
	OK(setxattr("l", "user.k", "v", 1, 0));
	EQ(getxattr("f", "user.k", buf, 16), 1);
	FAILS(EPERM, lsetxattr("l", "user.k", "v", 1, 0));
	FAILS2(ENODATA, EPERM, lgetxattr("l", "user.k", buf, 16));
	EQ(llistxattr("l", buf, 16), 0);
}

static void survives_write(void)
{
	char buf[8];

	PUT("f", "one");
	OK(setxattr("f", "user.k", "v", 1, 0));
	PUT("f", "two");
	OK(truncate("f", 0));
	OK(chmod("f", 0600));
	EQ(getxattr("f", "user.k", buf, 8), 1);
}

static void marks_ctime(void)
{
	struct stat before, after;

	PUT("f", "");
	before = STAT("f");
	tick();
	OK(setxattr("f", "user.k", "v", 1, 0));
	after = STAT("f");
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
	EQ(ts_cmp(after.st_mtim, before.st_mtim), 0);
	tick();
	OK(removexattr("f", "user.k"));
	TRUE(ts_cmp(STAT("f").st_ctim, after.st_ctim) > 0);
}

static void unknown_namespace(void)
{
	char buf[8];

	PUT("f", "");
	FAILS(EOPNOTSUPP, setxattr("f", "nonsense.k", "v", 1, 0));
	FAILS(EOPNOTSUPP, setxattr("f", "k", "v", 1, 0));
	FAILS(EOPNOTSUPP, getxattr("f", "nonsense.k", buf, 8));
	FAILS(EOPNOTSUPP, removexattr("f", "nonsense.k"));
	EQ(listxattr("f", buf, 8), 0);
}

static void trusted(void)
{
	char buf[8];

	need_user();
	PUT("f", "");
	FAILS(EPERM, setxattr("f", "trusted.k", "v", 1, 0));
	FAILS(ENODATA, getxattr("f", "trusted.k", buf, 8));
}

static void trusted_root(void)
{
	char buf[8];

	need_root();
	PUT("f", "");
	if (setxattr("f", "trusted.k", "v", 1, 0) != 0) {
		FAILS2(EOPNOTSUPP, EPERM, setxattr("f", "trusted.k", "v", 1, 0));
		return;
	}
	EQ(getxattr("f", "trusted.k", buf, 8), 1);
	OK(removexattr("f", "trusted.k"));
}

static void permission(void)
{
	char buf[8];

	need_user();
	PUT("f", "");
	OK(setxattr("f", "user.k", "v", 1, 0));
	OK(chmod("f", 0200));
	FAILS(EACCES, getxattr("f", "user.k", buf, 8));
	OK(chmod("f", 0400));
	FAILS(EACCES, setxattr("f", "user.k", "w", 1, 0));
	FAILS(EACCES, removexattr("f", "user.k"));
	EQ(getxattr("f", "user.k", buf, 8), 1);
}

static void seen_by_others(void)
{
	struct gate ready;
	pid_t pid;

	gate_init(&ready);
	PUT("f", "");
	pid = FORK();
	if (pid == 0) {
		char buf[8];

		gate_wait(&ready);
		EQ(getxattr("f", "user.k", buf, 8), 3);
		MEM(buf, "now", 3);
		_exit(0);
	}
	OK(setxattr("f", "user.k", "now", 3, 0));
	gate_open(&ready);
	JOIN(pid);
}

static const struct ps_case cases[] = {
    {"set_get", "an attribute is read as it was set", set_get},
    {"replace", "setting again replaces the whole value", replace},
    {"create_flag", "XATTR_CREATE: EEXIST for one that exists", create_flag},
    {"replace_flag", "XATTR_REPLACE: ENODATA for one that does not; EINVAL for other flags", replace_flag},
    {"missing", "ENODATA for the attribute, ENOENT for the file", missing},
    {"removal", "a removed attribute is gone", removal},
    {"list", "listxattr names all and only what is there", list},
    {"sizes", "size 0 asks for the length; ERANGE for too small a buffer", sizes},
    {"empty_value", "a value of no bytes", empty_value},
    {"binary_value", "any byte in a value", binary_value},
    {"large_value", "a value of 3500 bytes", large_value},
    {"largest_value", "64 KiB or ENOSPC or E2BIG; E2BIG above", largest_value},
    {"names", "names of 255 bytes; ERANGE above and for none", names},
    {"odd_names", "any byte in a name", odd_names},
    {"many", "60 attributes on one file", many},
    {"by_descriptor", "fsetxattr, fgetxattr, flistxattr, fremovexattr", by_descriptor},
    {"directories", "attributes of directories; they are no entries", directories},
    {"symlinks", "followed; user.* on the link itself is EPERM", symlinks},
    {"survives_write", "attributes outlive write, truncate, chmod", survives_write},
    {"marks_ctime", "setting and removing mark ctime, not mtime", marks_ctime},
    {"unknown_namespace", "EOPNOTSUPP for a name outside the known name spaces", unknown_namespace},
    {"trusted", "trusted.* is root's: EPERM to set, ENODATA to get", trusted},
    {"trusted_root", "trusted.* works for root or is EOPNOTSUPP or EPERM", trusted_root},
    {"permission", "EACCES by the file's mode", permission},
    {"seen_by_others", "another process sees a new attribute at once", seen_by_others},
};
PS_GROUP(xattr);
