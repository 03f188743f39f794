/* readdir.c: what a directory lists. */
#include "helpers.h"

#include <ftw.h>
#include <glob.h>
#include <sys/syscall.h>

/* Make `n` empty files called e0, e1, ... in a directory. */
static void populate(const char *dir, int n)
{
	char path[PATH_MAX];

	for (int i = 0; i < n; i++) {
		EQ(snprintf(path, sizeof(path), "%s/e%d", dir, i) < PATH_MAX, true);
		close(MAKE(path));
	}
}

/* How often each e<i> is listed from where the stream stands. */
static void tally(DIR *dir, int *count, int n)
{
	struct dirent *de;
	int i;

	errno = 0;
	while ((de = readdir(dir)) != NULL)
		if (sscanf(de->d_name, "e%d", &i) == 1 && i < n)
			count[i]++;
	EQ(errno, 0);
}

static void empty(void)
{
	struct dirent *de;
	int dot = 0, dotdot = 0, others = 0;
	DIR *dir;

	OK(mkdir("d", 0755));
	dir = SOME(opendir("d"));
	while ((de = readdir(dir)) != NULL) {
		dot += strcmp(de->d_name, ".") == 0;
		dotdot += strcmp(de->d_name, "..") == 0;
		others += strspn(de->d_name, ".") != strlen(de->d_name);
	}
	EQ(dot, 1);
	EQ(dotdot, 1);
	EQ(others, 0);
	EQ(closedir(dir), 0);
}

static void all_once(int n)
{
	int *count = new_bytes((size_t)n * sizeof(int));
	DIR *dir;

	OK(mkdir("d", 0755));
	populate("d", n);
	EQ(COUNT("d"), n);
	dir = SOME(opendir("d"));
	tally(dir, count, n);
	for (int i = 0; i < n; i++)
		EQ(count[i], 1);
	closedir(dir);
}

static void small(void)
{
	all_once(10);
}

static void large(void)
{
	all_once(5000);
}

static void long_names(void)
{
	char *name = name_of(255, 'L'), tail[16];

	OK(mkdir("d", 0755));
	OK(chdir("d"));
	for (int i = 0; i < 500; i++) {
		snprintf(tail, sizeof(tail), "%03d", i);
		memcpy(name + 252, tail, 3);
		close(MAKE(name));
	}
	EQ(COUNT("."), 500);
}

static void types(void)
{
	struct dirent *de;
	int right = 0;
	DIR *dir;

	PUT("file", "");
	OK(mkdir("dir", 0755));
	OK(symlink("none", "link"));
	dir = SOME(opendir("."));
	while ((de = readdir(dir)) != NULL) {
		if (de->d_type == DT_UNKNOWN)
			continue;
		right += strcmp(de->d_name, "file") == 0 && de->d_type == DT_REG;
		right += strcmp(de->d_name, "dir") == 0 && de->d_type == DT_DIR;
		right += strcmp(de->d_name, "link") == 0 && de->d_type == DT_LNK;
		right += strspn(de->d_name, ".") == strlen(de->d_name) && de->d_type == DT_DIR;
	}
	EQ(right, 5);
}

static void inode_numbers(void)
{
	struct dirent *de;
	DIR *dir;

	OK(mkdir("d", 0755));
	PUT("d/file", "");
	OK(mkdir("d/dir", 0755));
	OK(symlink("none", "d/link"));
	dir = SOME(opendir("d"));
	OK(chdir("d"));
	while ((de = readdir(dir)) != NULL)
		if (strcmp(de->d_name, "..") != 0)
			EQ(de->d_ino, LSTAT(de->d_name).st_ino);
}

static void inode_of_dotdot(void)
{
	struct dirent *de;
	DIR *dir;

	OK(mkdir("d", 0755));
	dir = SOME(opendir("d"));
	while ((de = readdir(dir)) != NULL)
		if (strcmp(de->d_name, "..") == 0)
			EQ(de->d_ino, STAT(".").st_ino);
}

static void after_changes(void)
{
	OK(mkdir("d", 0755));
	populate("d", 20);
	EQ(COUNT("d"), 20);
	OK(unlink("d/e3"));
	EQ(COUNT("d"), 19);
	OK(rename("d/e4", "gone"));
	EQ(COUNT("d"), 18);
	OK(rename("gone", "d/back"));
	OK(rename("d/back", "d/e5"));
	EQ(COUNT("d"), 18);
	OK(mkdir("d/sub", 0755));
	OK(symlink("x", "d/link"));
	EQ(COUNT("d"), 20);
}

static void errors(void)
{
	PUT("f", "");
	TRUE(opendir("none") == NULL && errno == ENOENT);
	TRUE(opendir("f") == NULL && errno == ENOTDIR);
	TRUE(opendir("") == NULL && errno == ENOENT);
	TRUE(fdopendir(OK(open("f", O_RDONLY))) == NULL && errno == ENOTDIR);
	TRUE(fdopendir(-1) == NULL && errno == EBADF);
}

static void permission(void)
{
	need_user();
	OK(mkdir("d", 0755));
	PUT("d/f", "");
	OK(chmod("d", 0300));
	TRUE(opendir("d") == NULL && errno == EACCES);
	OK(chmod("d", 0400));
	EQ(COUNT("d"), 1);
}

static void from_descriptor(void)
{
	int fd, count[5] = {0};
	DIR *dir;

	OK(mkdir("d", 0755));
	populate("d", 5);
	fd = OK(open("d", O_RDONLY | O_DIRECTORY));
	dir = SOME(fdopendir(fd));
	EQ(dirfd(dir), fd);
	tally(dir, count, 5);
	for (int i = 0; i < 5; i++)
		EQ(count[i], 1);
	OK(faccessat(dirfd(dir), "e0", F_OK, 0));
	EQ(closedir(dir), 0);
	FAILS(EBADF, fcntl(fd, F_GETFD));
}

static void two_streams(void)
{
	int a_count[300] = {0}, b_count[300] = {0};
	DIR *a, *b;

	OK(mkdir("d", 0755));
	populate("d", 300);
	a = SOME(opendir("d"));
	for (int i = 0; i < 100; i++)
		SOME(readdir(a));
	b = SOME(opendir("d"));
	tally(b, b_count, 300);
	for (int i = 0; i < 300; i++)
		EQ(b_count[i], 1);
	rewinddir(a);
	tally(a, a_count, 300);
	for (int i = 0; i < 300; i++)
		EQ(a_count[i], 1);
}

static void small_buffers(void)
{
	char buf[64], tiny[8];
	int fd, seen = 0;
	ssize_t n;

	OK(mkdir("d", 0755));
	populate("d", 50);
	fd = OK(open("d", O_RDONLY | O_DIRECTORY));
	FAILS(EINVAL, getdents64(fd, tiny, sizeof(tiny)));
	while ((n = OK(getdents64(fd, buf, sizeof(buf)))) > 0)
		for (char *at = buf; at < buf + n; at += ((struct dirent64 *)(void *)at)->d_reclen)
			seen++;
	EQ(seen, 52);
}

static void by_scandir(void)
{
	struct dirent **list;

	OK(mkdir("d", 0755));
	populate("d", 8);
	EQ(scandir("d", &list, NULL, alphasort), 10);
	STR(list[0]->d_name, ".");
	STR(list[1]->d_name, "..");
	for (int i = 0; i < 8; i++)
		EQ(list[2 + i]->d_name[1], '0' + i);
}

static void by_glob(void)
{
	glob_t found;

	OK(mkdir("d", 0755));
	populate("d", 30);
	OK(mkdir("d/sub", 0755));
	close(MAKE("d/sub/e7"));
	EQ(glob("d/e?", 0, NULL, &found), 0);
	EQ(found.gl_pathc, 10);
	EQ(glob("d/*/e7", 0, NULL, &found), 0);
	EQ(found.gl_pathc, 1);
	STR(found.gl_pathv[0], "d/sub/e7");
	EQ(glob("d/none*", 0, NULL, &found), GLOB_NOMATCH);
}

static int visited;

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path;
	(void)ftw;
	TRUE(type == FTW_F || type == FTW_D);
	TRUE(S_ISDIR(st->st_mode) == (type == FTW_D));
	visited++;
	return 0;
}

static void tree_walk(void)
{
	char path[64];

	for (int i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "d%d", i);
		OK(mkdir(path, 0755));
		populate(path, 10);
		strcat(path, "/sub");
		OK(mkdir(path, 0755));
		populate(path, 3);
	}
	EQ(nftw(".", visit, 8, FTW_PHYS), 0);
	EQ(visited, 1 + 5 * (1 + 10 + 1 + 3));
}

static void twenty_thousand(void)
{
	int n = 20000, *count = new_bytes((size_t)n * sizeof(int));
	DIR *dir;

	OK(mkdir("d", 0755));
	populate("d", n);
	dir = SOME(opendir("d"));
	tally(dir, count, n);
	for (int i = 0; i < n; i++)
		EQ(count[i], 1);
	closedir(dir);
	for (int i = 0; i < n; i += 997) {
		char path[32];

		snprintf(path, sizeof(path), "d/e%d", i);
		OK(access(path, F_OK));
		OK(unlink(path));
		FAILS(ENOENT, access(path, F_OK));
	}
	EQ(COUNT("d"), n - (n + 996) / 997);
}

static const struct ps_case cases[] = {
    {"empty", ". and .. once each, and nothing else", empty},
    {"small", "ten entries, each once", small},
    {"large", "5000 entries, each once", large},
    {"long_names", "500 names of 255 bytes", long_names},
    {"types", "d_type tells file, directory and link", types},
    {"inode_numbers", "d_ino is st_ino", inode_numbers},
    {"inode_of_dotdot", "d_ino of .. is the parent's st_ino", inode_of_dotdot},
    {"after_changes", "every change shows in the next listing", after_changes},
    {"errors", "ENOENT, ENOTDIR, EBADF", errors},
    {"permission", "read permission is needed, search is not", permission},
    {"from_descriptor", "fdopendir and dirfd", from_descriptor},
    {"two_streams", "streams of one directory are independent", two_streams},
    {"small_buffers", "getdents64 by small pieces; EINVAL for too small a buffer", small_buffers},
    {"by_scandir", "scandir, sorted", by_scandir},
    {"by_glob", "glob", by_glob},
    {"tree_walk", "nftw visits everything once", tree_walk},
    {"twenty_thousand", "20000 entries: listed, found, removed", twenty_thousand},
};
PS_GROUP(readdir);
