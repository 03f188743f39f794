/* rename.c: rename(2), renameat(2): names move, files stay what they are. */
#include "helpers.h"

#include <sys/xattr.h>

static void simple(void)
{
	ino_t ino;

	PUT("a", "text");
	ino = STAT("a").st_ino;
	OK(rename("a", "b"));
	FAILS(ENOENT, access("a", F_OK));
	EQ(STAT("b").st_ino, ino);
	HAS("b", "text");
	EQ(COUNT("."), 1);
}

static void over_file(void)
{
	ino_t ino;

	PUT("a", "new");
	PUT("b", "old content");
	ino = STAT("a").st_ino;
	OK(rename("a", "b"));
	TRUE(!exists("a"));
	HAS("b", "new");
	EQ(STAT("b").st_ino, ino);
	EQ(COUNT("."), 1);
}

static void replaced_stays_open(void)
{
	char buf[8];
	int fd;

	PUT("a", "new");
	PUT("b", "old");
	fd = OK(open("b", O_RDWR));
	OK(rename("a", "b"));
	EQ(FSTAT(fd).st_nlink, 0);
	EQ(pread(fd, buf, 8, 0), 3);
	MEM(buf, "old", 3);
	EQ(pwrite(fd, "OLDER", 5, 0), 5);
	HAS("b", "new");
}

static void moved_stays_open(void)
{
	int fd;

	OK(mkdir("d", 0755));
	PUT("a", "text");
	fd = OK(open("a", O_RDWR));
	OK(rename("a", "d/b"));
	EQ(pwrite(fd, "TEXT", 4, 0), 4);
	HAS("d/b", "TEXT");
	EQ(FSTAT(fd).st_ino, STAT("d/b").st_ino);
	EQ(FSTAT(fd).st_nlink, 1);
}

static void written_after_move(void)
{
	int fd = MAKE("a");

	EQ(write(fd, "one ", 4), 4);
	OK(rename("a", "b"));
	EQ(write(fd, "two", 3), 3);
	OK(close(fd));
	HAS("b", "one two");
	TRUE(!exists("a"));
}

static void same_file(void)
{
	PUT("a", "text");
	OK(rename("a", "a"));
	OK(rename("a", "./a"));
	HAS("a", "text");
}

static void directory(void)
{
	OK(mkdir("a", 0755));
	PUT("a/f", "x");
	OK(mkdir("a/sub", 0755));
	OK(rename("a", "b"));
	TRUE(!exists("a"));
	HAS("b/f", "x");
	OK(access("b/sub", F_OK));
}

static void directory_over_empty(void)
{
	ino_t ino;

	OK(mkdir("a", 0755));
	PUT("a/f", "x");
	OK(mkdir("b", 0755));
	ino = STAT("a").st_ino;
	OK(rename("a", "b"));
	EQ(STAT("b").st_ino, ino);
	HAS("b/f", "x");
	TRUE(!exists("a"));
}

static void directory_over_full(void)
{
	OK(mkdir("a", 0755));
	OK(mkdir("b", 0755));
	PUT("b/f", "x");
	FAILS2(ENOTEMPTY, EEXIST, rename("a", "b"));
	OK(access("a", F_OK));
	HAS("b/f", "x");
}

static void kinds(void)
{
	OK(mkdir("d", 0755));
	PUT("f", "x");
	FAILS(ENOTDIR, rename("d", "f"));
	FAILS(EISDIR, rename("f", "d"));
	HAS("f", "x");
	OK(access("d", F_OK));
}

static void into_itself(void)
{
	OK(mkdir("a", 0755));
	OK(mkdir("a/b", 0755));
	FAILS(EINVAL, rename("a", "a/c"));
	FAILS(EINVAL, rename("a", "a/b/c"));
	FAILS2(ENOTEMPTY, EEXIST, rename("a/b", "a"));
	OK(access("a/b", F_OK));
}

static void missing(void)
{
	PUT("f", "x");
	FAILS(ENOENT, rename("none", "b"));
	FAILS(ENOENT, rename("f", "none/b"));
	FAILS(ENOENT, rename("", "b"));
	FAILS(ENOENT, rename("f", ""));
	FAILS(ENOTDIR, rename("f/x", "b"));
	FAILS(ENOTDIR, rename("f", "f/x"));
	HAS("f", "x");
}

static void dots(void)
{
	OK(mkdir("d", 0755));
	FAILS2(EBUSY, EINVAL, rename("d/.", "e"));
	FAILS2(EBUSY, EINVAL, rename("d/..", "e"));
	FAILS2(EBUSY, EINVAL, rename("d", "d/."));
}

static void trailing_slash(void)
{
	PUT("f", "x");
	OK(mkdir("d", 0755));
	OK(rename("d/", "e/"));
	OK(access("e", F_OK));
	FAILS(ENOTDIR, rename("f/", "g"));
	FAILS(ENOTDIR, rename("f", "g/"));
	HAS("f", "x");
}

static void across_directories(void)
{
	OK(mkdir("a", 0755));
	OK(mkdir("b", 0755));
	PUT("a/f", "x");
	OK(rename("a/f", "b/g"));
	EQ(COUNT("a"), 0);
	EQ(COUNT("b"), 1);
	HAS("b/g", "x");
}

static void dotdot_moves(void)
{
	OK(mkdir("a", 0755));
	OK(mkdir("b", 0755));
	OK(mkdir("a/d", 0755));
	EQ(STAT("a/d/..").st_ino, STAT("a").st_ino);
	OK(rename("a/d", "b/d"));
	EQ(STAT("b/d/..").st_ino, STAT("b").st_ino);
}

static void deep_paths_follow(void)
{
	OK(mkdir("a", 0755));
	OK(mkdir("a/b", 0755));
	OK(mkdir("a/b/c", 0755));
	PUT("a/b/c/f", "x");
	OK(rename("a", "z"));
	HAS("z/b/c/f", "x");
	FAILS(ENOENT, access("a/b/c/f", F_OK));
	OK(mkdir("a", 0755));
	FAILS(ENOENT, access("a/b", F_OK));
}

static void keeps_attributes(void)
{
	struct timespec times[2] = {{.tv_sec = 1000000000, .tv_nsec = 1}, {.tv_sec = 1100000000, .tv_nsec = 123456789}};
	struct stat st;
	char buf[8];

	PUT("a", "text");
	OK(chmod("a", 04711));
	OK(setxattr("a", "user.k", "value", 5, 0));
	OK(utimensat(AT_FDCWD, "a", times, 0));
	OK(rename("a", "b"));
	st = STAT("b");
	EQ(st.st_mode, S_IFREG | 04711);
	EQ(ts_cmp(st.st_mtim, times[1]), 0);
	EQ(st.st_size, 4);
	EQ(getxattr("b", "user.k", buf, 8), 5);
	MEM(buf, "value", 5);
}

static void target_attributes_go(void)
{
	char buf[8];

	PUT("a", "x");
	PUT("b", "y");
	OK(setxattr("b", "user.old", "v", 1, 0));
	OK(rename("a", "b"));
	FAILS(ENODATA, getxattr("b", "user.old", buf, 8));
}

static void marks_directories(void)
{
	struct stat a, b;

	OK(mkdir("a", 0755));
	OK(mkdir("b", 0755));
	PUT("a/f", "x");
	a = STAT("a");
	b = STAT("b");
	tick();
	OK(rename("a/f", "b/f"));
	TRUE(ts_cmp(STAT("a").st_mtim, a.st_mtim) > 0);
	TRUE(ts_cmp(STAT("b").st_mtim, b.st_mtim) > 0);
}

static void symlink_itself(void)
{
	PUT("f", "x");
	OK(symlink("f", "l"));
	OK(rename("l", "m"));
	TRUE(S_ISLNK(LSTAT("m").st_mode));
	HAS("f", "x");
	HAS("m", "x");
}

static void over_symlink(void)
{
	PUT("target", "old");
	OK(symlink("target", "l"));
	PUT("f", "new");
	OK(rename("f", "l"));
	TRUE(S_ISREG(LSTAT("l").st_mode));
	HAS("l", "new");
	HAS("target", "old");
}

static void symlink_over_file(void)
{
	char buf[8];

	PUT("f", "x");
	OK(symlink("where", "l"));
	OK(rename("l", "f"));
	EQ(readlink("f", buf, 8), 5);
	TRUE(!exists("l"));
}

static void dirfds(void)
{
	int a, b;

	OK(mkdir("a", 0755));
	OK(mkdir("b", 0755));
	PUT("a/f", "x");
	a = OK(open("a", O_RDONLY));
	b = OK(open("b", O_RDONLY));
	OK(renameat(a, "f", b, "g"));
	HAS("b/g", "x");
	FAILS(EBADF, renameat(-1, "g", b, "h"));
}

static void permission(void)
{
	need_user();
	OK(mkdir("a", 0755));
	OK(mkdir("b", 0755));
	PUT("a/f", "x");
	OK(chmod("b", 0500));
	FAILS(EACCES, rename("a/f", "b/f"));
	OK(chmod("b", 0700));
	OK(chmod("a", 0500));
	FAILS(EACCES, rename("a/f", "b/f"));
	HAS("a/f", "x");
}

static void other_file_system(void)
{
	char there[64];
	const char *base = STAT("/dev/shm").st_dev == STAT(".").st_dev ? "/tmp" : "/dev/shm";
	int fd;

	PUT("f", "x");
	snprintf(there, sizeof(there), "%s/posix-suite-XXXXXX", base);
	fd = OK(mkstemp(there));
	close(fd);
	errno = 0;
	fd = rename("f", there);
	unlink(there);
	FAILS(EXDEV, fd);
	HAS("f", "x");
}

static void again_and_again(void)
{
	char a[16], b[16];
	ino_t ino;

	PUT("n0", "x");
	ino = STAT("n0").st_ino;
	for (int i = 0; i < 200; i++) {
		snprintf(a, sizeof(a), "n%d", i);
		snprintf(b, sizeof(b), "n%d", i + 1);
		OK(rename(a, b));
		TRUE(!exists(a));
	}
	EQ(STAT("n200").st_ino, ino);
	EQ(COUNT("."), 1);
}

static void save_by_rename(void)
{
	char text[32];

	for (int i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "version %d", i);
		PUT("f.tmp", text);
		OK(rename("f.tmp", "f"));
		HAS("f", text);
	}
	EQ(COUNT("."), 1);
}

static const struct ps_case cases[] = {
    {"simple", "the name moves, the file stays", simple},
    {"over_file", "an existing target is replaced", over_file},
    {"replaced_stays_open", "a replaced file lives as long as it is open, with no link", replaced_stays_open},
    {"moved_stays_open", "an open file follows its new name", moved_stays_open},
    {"written_after_move", "what is written after the move is in the new name", written_after_move},
    {"same_file", "renaming to the same name does nothing", same_file},
    {"directory", "a directory moves with all below it", directory},
    {"directory_over_empty", "a directory replaces an empty one", directory_over_empty},
    {"directory_over_full", "ENOTEMPTY for a directory that is not empty", directory_over_full},
    {"kinds", "ENOTDIR and EISDIR where the kinds do not fit", kinds},
    {"into_itself", "EINVAL for a directory into itself", into_itself},
    {"missing", "ENOENT and ENOTDIR in either path", missing},
    {"dots", ". and .. cannot be renamed", dots},
    {"trailing_slash", "trailing slashes: directories only", trailing_slash},
    {"across_directories", "from one directory to another", across_directories},
    {"dotdot_moves", ".. of a moved directory is its new parent", dotdot_moves},
    {"deep_paths_follow", "paths through a renamed directory work at the new name only", deep_paths_follow},
    {"keeps_attributes", "mode, mtime, size and extended attributes move along", keeps_attributes},
    {"target_attributes_go", "nothing of the replaced target is left", target_attributes_go},
    {"marks_directories", "both directories' mtime is marked", marks_directories},
    {"symlink_itself", "the link is renamed, not its target", symlink_itself},
    {"over_symlink", "the link is replaced, not its target", over_symlink},
    {"symlink_over_file", "a symbolic link replaces a file", symlink_over_file},
    {"dirfds", "renameat with two directories", dirfds},
    {"permission", "EACCES without write permission on either directory", permission},
    {"other_file_system", "EXDEV to another file system", other_file_system},
    {"again_and_again", "200 renames in a row", again_and_again},
    {"save_by_rename", "write a temporary file, rename it over: always the newest content", save_by_rename},
};
PS_GROUP(rename);
