/* rmdir.c: rmdir(2), and directories that are removed while in use. */
#include "helpers.h"

static void empty(void)
{
	OK(mkdir("d", 0755));
	OK(rmdir("d"));
	FAILS(ENOENT, access("d", F_OK));
	FAILS(ENOENT, rmdir("d"));
	EQ(COUNT("."), 0);
}

static void not_empty(void)
{
	OK(mkdir("d", 0755));
	PUT("d/f", "");
	FAILS2(ENOTEMPTY, EEXIST, rmdir("d"));
	OK(unlink("d/f"));
	OK(mkdir("d/e", 0755));
	FAILS2(ENOTEMPTY, EEXIST, rmdir("d"));
	OK(rmdir("d/e"));
	OK(symlink("x", "d/l"));
	FAILS2(ENOTEMPTY, EEXIST, rmdir("d"));
	OK(unlink("d/l"));
	OK(rmdir("d"));
}

static void errors(void)
{
	PUT("f", "");
	OK(mkdir("d", 0755));
	OK(symlink("d", "l"));
	FAILS(ENOENT, rmdir("none"));
	FAILS(ENOENT, rmdir(""));
	FAILS(ENOTDIR, rmdir("f"));
	FAILS(ENOTDIR, rmdir("f/x"));
	FAILS(ENOTDIR, rmdir("l"));
	FAILS(ENOTDIR, rmdir("l/"));
	OK(access("d", F_OK));
}

static void dots(void)
{
	OK(mkdir("d", 0755));
	OK(mkdir("d/e", 0755));
	FAILS(EINVAL, rmdir("d/e/."));
	FAILS2(ENOTEMPTY, EEXIST, rmdir("d/e/.."));
}

static void trailing_slash(void)
{
	OK(mkdir("d", 0755));
	OK(rmdir("d/"));
	TRUE(!exists("d"));
}

static void open_directory(void)
{
	int d;

	OK(mkdir("d", 0755));
	d = OK(open("d", O_RDONLY | O_DIRECTORY));
	OK(rmdir("d"));
	TRUE(S_ISDIR(FSTAT(d).st_mode));
	FAILS(ENOENT, openat(d, "f", O_CREAT | O_RDWR, 0644));
	FAILS(ENOENT, mkdirat(d, "e", 0755));
	FAILS(ENOENT, symlinkat("x", d, "l"));
	FAILS(ENOENT, openat(d, "f", O_RDONLY));
}

static void open_directory_links(void)
{
	int d;

	OK(mkdir("d", 0755));
	d = OK(open("d", O_RDONLY | O_DIRECTORY));
	OK(rmdir("d"));
	EQ(FSTAT(d).st_nlink, 0);
}

static void listing_removed(void)
{
	struct dirent *de;
	DIR *dir;

	OK(mkdir("d", 0755));
	dir = SOME(opendir("d"));
	OK(rmdir("d"));
	errno = 0;
	while ((de = readdir(dir)) != NULL)
		TRUE(strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0);
	TRUE(errno == 0 || errno == ENOENT);
	closedir(dir);
}

static void again(void)
{
	int old;

	OK(mkdir("d", 0700));
	old = OK(open("d", O_RDONLY));
	OK(rmdir("d"));
	OK(mkdir("d", 0755));
	EQ(STAT("d").st_mode, S_IFDIR | 0755);
	NE(STAT("d").st_ino, FSTAT(old).st_ino);
	PUT("d/f", "x");
	FAILS(ENOENT, openat(old, "f", O_RDONLY));
}

static void marks_parent(void)
{
	struct stat before;

	OK(mkdir("d", 0755));
	before = STAT(".");
	tick();
	OK(rmdir("d"));
	TRUE(ts_cmp(STAT(".").st_mtim, before.st_mtim) > 0);
}

static void permission(void)
{
	need_user();
	OK(mkdir("d", 0755));
	OK(mkdir("d/e", 0755));
	OK(chmod("d", 0500));
	FAILS(EACCES, rmdir("d/e"));
	OK(chmod("d", 0700));
	OK(chmod("d/e", 0));
	OK(rmdir("d/e"));
}

static void open_file_below(void)
{
	char buf[4];
	int fd;

	OK(mkdir("d", 0755));
	PUT("d/f", "text");
	fd = OK(open("d/f", O_RDONLY));
	OK(unlink("d/f"));
	OK(rmdir("d"));
	EQ(read(fd, buf, 4), 4);
	MEM(buf, "text", 4);
}

static void make_remove(void)
{
	for (int i = 0; i < 200; i++) {
		OK(mkdir("d", 0755));
		PUT("d/f", "x");
		OK(unlink("d/f"));
		OK(rmdir("d"));
	}
	EQ(COUNT("."), 0);
}

static const struct ps_case cases[] = {
    {"empty", "an empty directory is removed", empty},
    {"not_empty", "ENOTEMPTY with a file, directory or link in it", not_empty},
    {"errors", "ENOENT, ENOTDIR, also through a symbolic link", errors},
    {"dots", ". is EINVAL, .. is ENOTEMPTY", dots},
    {"trailing_slash", "trailing slashes are allowed", trailing_slash},
    {"open_directory", "nothing can be made or found in a removed directory", open_directory},
    {"open_directory_links", "a removed directory that is open has no link", open_directory_links},
    {"listing_removed", "a removed directory lists nothing", listing_removed},
    {"again", "another directory of the same name is another directory", again},
    {"marks_parent", "the parent's mtime is marked", marks_parent},
    {"permission", "the parent's mode decides", permission},
    {"open_file_below", "a file that was in it lives while it is open", open_file_below},
    {"make_remove", "make, use, remove, 200 times", make_remove},
};
PS_GROUP(rmdir);
