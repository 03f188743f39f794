/* mkdir.c: mkdir(2), mkdirat(2). */
#include "helpers.h"

static void mode(void)
{
	umask(022);
	OK(mkdir("a", 0777));
	EQ(STAT("a").st_mode, S_IFDIR | 0755);
	umask(077);
	OK(mkdir("b", 0777));
	EQ(STAT("b").st_mode, S_IFDIR | 0700);
	umask(0);
	OK(mkdir("c", 01777));
	EQ(STAT("c").st_mode, S_IFDIR | 01777);
}

static void attributes(void)
{
	struct stat st;

	OK(mkdir("d", 0755));
	st = STAT("d");
	EQ(st.st_uid, geteuid());
	EQ(st.st_gid, getegid());
	GE(st.st_nlink, 1);
	EQ(COUNT("d"), 0);
}

static void exists_already(void)
{
	OK(mkdir("d", 0755));
	PUT("f", "");
	OK(symlink("none", "l"));
	FAILS(EEXIST, mkdir("d", 0755));
	FAILS(EEXIST, mkdir("f", 0755));
	FAILS(EEXIST, mkdir("l", 0755));
	FAILS(EEXIST, mkdir(".", 0755));
	FAILS(EEXIST, mkdir("..", 0755));
	TRUE(!exists("none"));
}

static void errors(void)
{
	PUT("f", "");
	FAILS(ENOENT, mkdir("none/d", 0755));
	FAILS(ENOENT, mkdir("", 0755));
	FAILS(ENOTDIR, mkdir("f/d", 0755));
	OK(symlink("b", "a"));
	OK(symlink("a", "b"));
	FAILS(ELOOP, mkdir("a/d", 0755));
}

static void trailing_slash(void)
{
	OK(mkdir("d/", 0755));
	OK(mkdir("d/e///", 0755));
	TRUE(S_ISDIR(STAT("d/e").st_mode));
}

static void permission(void)
{
	need_user();
	OK(mkdir("d", 0500));
	FAILS(EACCES, mkdir("d/e", 0755));
	OK(chmod("d", 0600));
	FAILS(EACCES, mkdir("d/e", 0755));
}

static void marks_parent(void)
{
	struct stat before = STAT(".");

	tick();
	OK(mkdir("d", 0755));
	TRUE(ts_cmp(STAT(".").st_mtim, before.st_mtim) > 0);
	TRUE(ts_cmp(STAT(".").st_ctim, before.st_ctim) > 0);
}

static void setgid_inherited(void)
{
	OK(mkdir("d", 0755));
	OK(chmod("d", 02755));
	OK(mkdir("d/sub", 0755));
	EQ(STAT("d/sub").st_mode, S_IFDIR | 02755);
	close(MAKE("d/f"));
	EQ(STAT("d/f").st_gid, STAT("d").st_gid);
}

static void at(void)
{
	int d;

	OK(mkdir("d", 0755));
	d = OK(open("d", O_RDONLY));
	OK(mkdirat(d, "e", 0755));
	TRUE(S_ISDIR(STAT("d/e").st_mode));
	FAILS(EBADF, mkdirat(-1, "e", 0755));
	OK(mkdirat(AT_FDCWD, "g", 0755));
}

static void deep(void)
{
	char path[600] = "";

	for (int i = 0; i < 100; i++) {
		strcat(path, i ? "/d" : "d");
		OK(mkdir(path, 0755));
	}
	strcat(path, "/f");
	PUT(path, "deep");
	HAS(path, "deep");
}

static void links_of_parent(void)
{
	nlink_t before;

	if (ON_DFUSE)
		SKIP("dfuse does not count a directory's subdirectories");
	before = STAT(".").st_nlink;
	OK(mkdir("d", 0755));
	EQ(STAT(".").st_nlink, before + 1);
	OK(rmdir("d"));
	EQ(STAT(".").st_nlink, before);
}

static void many(void)
{
	char name[16];

	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		OK(mkdir(name, 0755));
	}
	EQ(COUNT("."), 500);
}

static const struct ps_case cases[] = {
    {"mode", "a new directory has the mode given, less the umask", mode},
    {"attributes", "owner, group, links; it is empty", attributes},
    {"exists_already", "EEXIST for anything of that name", exists_already},
    {"errors", "ENOENT, ENOTDIR, ELOOP", errors},
    {"trailing_slash", "trailing slashes are allowed", trailing_slash},
    {"permission", "EACCES without write or search permission", permission},
    {"marks_parent", "the parent's mtime and ctime are marked", marks_parent},
    {"setgid_inherited", "a set-group-id directory hands bit and group down", setgid_inherited},
    {"at", "mkdirat", at},
    {"deep", "100 levels", deep},
    {"links_of_parent", "a subdirectory is a link of its parent", links_of_parent},
    {"many", "500 directories in one", many},
};
PS_GROUP(mkdir);
