/* names.c: names of files and paths. */
#include "helpers.h"

#include <limits.h>

static void longest(void)
{
	char *name = name_of(255, 'n'), *other = name_of(255, 'm');

	PUT(name, "x");
	HAS(name, "x");
	OK(rename(name, other));
	HAS(other, "x");
	OK(unlink(other));
	OK(mkdir(name, 0755));
	OK(symlink("t", other));
	EQ(COUNT("."), 2);
	OK(rmdir(name));
}

static void too_long(void)
{
	char *name = name_of(256, 'n');
	struct stat st;

	PUT("f", "x");
	FAILS(ENAMETOOLONG, open(name, O_CREAT | O_RDWR, 0644));
	FAILS(ENAMETOOLONG, open(name, O_RDONLY));
	FAILS(ENAMETOOLONG, mkdir(name, 0755));
	FAILS(ENAMETOOLONG, symlink("t", name));
	FAILS(ENAMETOOLONG, rename("f", name));
	FAILS(ENAMETOOLONG, rename(name, "g"));
	FAILS(ENAMETOOLONG, unlink(name));
	FAILS(ENAMETOOLONG, rmdir(name));
	FAILS(ENAMETOOLONG, stat(name, &st));
	FAILS(ENAMETOOLONG, truncate(name, 0));
	FAILS(ENAMETOOLONG, chmod(name, 0600));
	EQ(COUNT("."), 1);
}

/* A path of exactly `len` bytes below the working directory, made of directories with names of 200 bytes; the last name
 * is free. */
static char *long_path(size_t len)
{
	char *path = new_bytes(len + 300);
	size_t at = 0;

	while (len - at > 255) {
		memset(path + at, 'd', 200);
		at += 200;
		OK(mkdir(path, 0755));
		path[at++] = '/';
	}
	memset(path + at, 'f', len - at);
	return path;
}

static void longest_path(void)
{
	char *path = long_path(PATH_MAX - 1);

	EQ(strlen(path), 4095);
	PUT(path, "deep");
	HAS(path, "deep");
	EQ(STAT(path).st_size, 4);
	OK(unlink(path));
	OK(mkdir(path, 0755));
	OK(rmdir(path));
	OK(symlink("t", path));
}

static void path_too_long(void)
{
	char *path = long_path(PATH_MAX - 1), *longer = new_bytes(PATH_MAX + 10);
	struct stat st;

	snprintf(longer, PATH_MAX + 10, "%sx", path);
	EQ(strlen(longer), 4096);
	FAILS(ENAMETOOLONG, open(longer, O_CREAT | O_RDWR, 0644));
	FAILS(ENAMETOOLONG, stat(longer, &st));
	FAILS(ENAMETOOLONG, mkdir(longer, 0755));
	snprintf(longer, PATH_MAX + 10, ".//./%s", path);
	FAILS(ENAMETOOLONG, stat(longer, &st));
}

static void deeper_than_path_max(void)
{
	char *name = name_of(250, 'd');

	for (int i = 0; i < 30; i++) {
		OK(mkdir(name, 0755));
		OK(chdir(name));
	}
	PUT("f", "very deep");
	HAS("f", "very deep");
	for (int i = 0; i < 30; i++)
		OK(chdir(".."));
	EQ(COUNT("."), 1);
}

static void every_byte_alone(void)
{
	char name[2] = "", text[16];
	int made = 0;

	for (int b = 1; b < 256; b++) {
		name[0] = (char)b;
		if (b == '/' || b == '.')
			continue;
		snprintf(text, sizeof(text), "%d", b);
		PUT(name, text);
		made++;
	}
	EQ(COUNT("."), made);
	for (int b = 1; b < 256; b++) {
		name[0] = (char)b;
		if (b == '/' || b == '.')
			continue;
		snprintf(text, sizeof(text), "%d", b);
		HAS(name, text);
	}
}

static void every_byte_together(void)
{
	char name[255] = "", other[300];
	struct dirent *de;
	int n = 0, found = 0;
	DIR *dir;

	for (int b = 255; b > 0; b--)
		if (b != '/')
			name[n++] = (char)b;
	EQ(n, 254);
	PUT(name, "x");
	HAS(name, "x");
	dir = SOME(opendir("."));
	while ((de = readdir(dir)) != NULL)
		found += strcmp(de->d_name, name) == 0;
	closedir(dir);
	EQ(found, 1);
	snprintf(other, sizeof(other), "./%s", name);
	OK(rename(other, "plain"));
	HAS("plain", "x");
}

static const char *const odd[] = {" ",
				  "  ",
				  "...",
				  "....",
				  "-",
				  "--help",
				  "~",
				  "*",
				  "?",
				  "[a]",
				  "a b",
				  "tab\there",
				  "line\nfeed",
				  "quote'\"",
				  "back\\slash",
				  "\x01",
				  "\x7f",
				  "\xff",
				  "\xff\xfe",
				  "\xc3\xa4\xc3\xb6\xc3\xbc",
				  "\xe6\x97\xa5\xe6\x9c\xac",
				  "\xf0\x9f\x98\x80",
				  "\xc3",
				  "a\xcc\x88",
				  "\xc3\xa4",
				  ".hidden",
				  "a.",
				  "a..",
				  "%s%n",
				  "$HOME",
				  "CON",
				  "nul",
				  "DFS_INODE",
				  "DFS_SLINK",
				  "DFS_SB_METADATA",
				  "x:user",
				  "0",
				  "daos_array_metadata",
				  "lost+found",
				  "name ",
				  " name",
				  "a;b",
				  "a|b",
				  "a&b",
				  "#",
				  "!",
				  "\r",
				  "\r\n"};

static void odd_names(void)
{
	size_t n = sizeof(odd) / sizeof(odd[0]);

	for (size_t i = 0; i < n; i++)
		PUT(odd[i], odd[i]);
	for (size_t i = 0; i < n; i++)
		HAS(odd[i], odd[i]);
	EQ(COUNT("."), n);
}

static void odd_names_listed(void)
{
	size_t n = sizeof(odd) / sizeof(odd[0]), seen = 0;
	struct dirent *de;
	DIR *dir;

	for (size_t i = 0; i < n; i++)
		OK(mkdir(odd[i], 0755));
	dir = SOME(opendir("."));
	while ((de = readdir(dir)) != NULL)
		for (size_t i = 0; i < n; i++)
			seen += strcmp(de->d_name, odd[i]) == 0;
	closedir(dir);
	EQ(seen, n);
	for (size_t i = 0; i < n; i++)
		OK(rmdir(odd[i]));
	EQ(COUNT("."), 0);
}

static void case_matters(void)
{
	PUT("name", "lower");
	PUT("NAME", "upper");
	PUT("Name", "both");
	HAS("name", "lower");
	HAS("NAME", "upper");
	FAILS(ENOENT, open("nAME", O_RDONLY));
	EQ(COUNT("."), 3);
}

static void prefixes(void)
{
	char name[64] = "";

	for (int i = 0; i < 60; i++) {
		name[i] = 'p';
		PUT(name, name);
	}
	for (int i = 60; i > 0; i--) {
		name[i] = '\0';
		HAS(name, name);
		OK(unlink(name));
	}
	EQ(COUNT("."), 0);
}

static void dot_and_dotdot(void)
{
	ino_t here = STAT(".").st_ino;

	OK(mkdir("a", 0755));
	OK(mkdir("a/b", 0755));
	PUT("a/f", "x");
	HAS("a/b/../f", "x");
	HAS("a/./b/.././f", "x");
	HAS("./a//f", "x");
	HAS("a///b/..///f", "x");
	EQ(STAT("a/b/../..").st_ino, here);
	EQ(STAT("a/.").st_ino, STAT("a").st_ino);
	EQ(STAT("a/b/..").st_ino, STAT("a").st_ino);
}

static void dots_cannot_be_made(void)
{
	FAILS2(EEXIST, EISDIR, open(".", O_CREAT | O_EXCL | O_RDWR, 0644));
	FAILS2(EEXIST, EISDIR, open("..", O_CREAT | O_RDWR, 0644));
	FAILS(EEXIST, mkdir(".", 0755));
	FAILS(EEXIST, symlink("x", ".."));
	FAILS2(EINVAL, EBUSY, rmdir("."));
}

static void empty_path(void)
{
	struct stat st;

	FAILS(ENOENT, stat("", &st));
	FAILS(ENOENT, lstat("", &st));
	FAILS(ENOENT, mkdir("", 0755));
	FAILS(ENOENT, unlink(""));
	FAILS(ENOENT, rmdir(""));
	FAILS(ENOENT, chdir(""));
	FAILS(ENOENT, access("", F_OK));
	FAILS(ENOENT, chmod("", 0));
}

static const struct ps_case cases[] = {
    {"longest", "names of 255 bytes", longest},
    {"too_long", "ENAMETOOLONG for 256 bytes, in every call", too_long},
    {"longest_path", "paths of PATH_MAX - 1 bytes", longest_path},
    {"path_too_long", "ENAMETOOLONG for longer paths", path_too_long},
    {"deeper_than_path_max", "directories deeper than any path reaches", deeper_than_path_max},
    {"every_byte_alone", "every byte but / and NUL is a name", every_byte_alone},
    {"every_byte_together", "all those bytes in one name", every_byte_together},
    {"odd_names", "names that shells, encodings and the format itself could trip over", odd_names},
    {"odd_names_listed", "the same as directories, listed as they are", odd_names_listed},
    {"case_matters", "upper and lower case differ", case_matters},
    {"prefixes", "names that are prefixes of each other", prefixes},
    {"dot_and_dotdot", ". and .. and repeated slashes in paths", dot_and_dotdot},
    {"dots_cannot_be_made", ". and .. exist already", dots_cannot_be_made},
    {"empty_path", "ENOENT for the empty path", empty_path},
};
PS_GROUP(names);
