/* chmod.c: chmod(2), fchmod(2), fchmodat(2), and when set-id bits go. */
#include "helpers.h"

static void every_bit(void)
{
	PUT("f", "");
	for (mode_t bit = 1; bit <= 04000; bit <<= 1) {
		OK(chmod("f", bit));
		EQ(STAT("f").st_mode, S_IFREG | bit);
	}
	OK(chmod("f", 07777));
	EQ(STAT("f").st_mode, S_IFREG | 07777);
	OK(chmod("f", 0));
	EQ(STAT("f").st_mode, S_IFREG);
}

static void directory(void)
{
	static const mode_t modes[] = {0700, 01777, 02755, 04755, 07777, 0};

	OK(mkdir("d", 0755));
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		OK(chmod("d", modes[i]));
		EQ(STAT("d").st_mode, S_IFDIR | modes[i]);
	}
	OK(chmod("d", 0755));
}

static void by_descriptor(void)
{
	int fd = MAKE("f");

	OK(fchmod(fd, 04751));
	EQ(FSTAT(fd).st_mode, S_IFREG | 04751);
	EQ(STAT("f").st_mode, S_IFREG | 04751);
	OK(fchmod(OK(open("f", O_RDONLY)), 0600));
	EQ(STAT("f").st_mode, S_IFREG | 0600);
	FAILS(EBADF, fchmod(-1, 0600));
}

static void at(void)
{
	int d;

	OK(mkdir("d", 0755));
	PUT("d/f", "");
	d = OK(open("d", O_RDONLY));
	OK(fchmodat(d, "f", 0640, 0));
	EQ(STAT("d/f").st_mode, S_IFREG | 0640);
	FAILS(EBADF, fchmodat(-1, "f", 0600, 0));
	FAILS(ENOTDIR, fchmodat(OK(open("d/f", O_RDONLY)), "f", 0600, 0));
}

static void errors(void)
{
	PUT("f", "");
	FAILS(ENOENT, chmod("none", 0644));
	FAILS(ENOENT, chmod("", 0644));
	FAILS(ENOTDIR, chmod("f/x", 0644));
	FAILS(ENOTDIR, chmod("f/", 0644));
	OK(symlink("none", "l"));
	FAILS(ENOENT, chmod("l", 0644));
}

static void no_umask(void)
{
	umask(077);
	PUT("f", "");
	OK(chmod("f", 0666));
	EQ(STAT("f").st_mode, S_IFREG | 0666);
}

static void marks_ctime(void)
{
	struct stat before, after;

	PUT("f", "x");
	before = STAT("f");
	tick();
	OK(chmod("f", 0600));
	after = STAT("f");
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
	EQ(ts_cmp(after.st_mtim, before.st_mtim), 0);
	EQ(after.st_size, 1);
}

static void open_fd_goes_on(void)
{
	char buf[4];
	int fd;

	PUT("f", "text");
	fd = OK(open("f", O_RDWR));
	OK(chmod("f", 0));
	EQ(pread(fd, buf, 4, 0), 4);
	EQ(pwrite(fd, "TEXT", 4, 0), 4);
	OK(fsync(fd));
	OK(chmod("f", 0644));
	HAS("f", "TEXT");
}

static void at_once(void)
{
	need_user();
	PUT("f", "x");
	for (int i = 0; i < 20; i++) {
		OK(chmod("f", 0));
		FAILS(EACCES, open("f", O_RDONLY));
		OK(chmod("f", 0400));
		close(OK(open("f", O_RDONLY)));
	}
}

static void search_permission(void)
{
	struct stat st;

	need_user();
	OK(mkdir("d", 0755));
	PUT("d/f", "x");
	STAT("d/f");
	OK(chmod("d", 0600));
	FAILS(EACCES, stat("d/f", &st));
	OK(chmod("d", 0100));
	OK(stat("d/f", &st));
	FAILS(EACCES, open("d", O_RDONLY));
	OK(chmod("d", 0755));
}

static void write_clears_setid(void)
{
	int fd;

	need_user();
	PUT("f", "x");
	OK(chmod("f", 06777));
	EQ(STAT("f").st_mode, S_IFREG | 06777);
	fd = OK(open("f", O_WRONLY));
	EQ(write(fd, "y", 1), 1);
	EQ(STAT("f").st_mode, S_IFREG | 0777);
	EQ(FSTAT(fd).st_mode, S_IFREG | 0777);
}

static void truncate_clears_setid(void)
{
	need_user();
	PUT("f", "xyz");
	OK(chmod("f", 04755));
	OK(truncate("f", 1));
	EQ(STAT("f").st_mode, S_IFREG | 0755);
}

static void root_keeps_setid(void)
{
	int fd;

	need_root();
	PUT("f", "x");
	OK(chmod("f", 04755));
	fd = OK(open("f", O_WRONLY));
	EQ(write(fd, "y", 1), 1);
	OK(close(fd));
	EQ(STAT("f").st_mode, S_IFREG | 04755);
}

static void symlink_mode_stays(void)
{
	OK(symlink("none", "l"));
	FAILS2(EOPNOTSUPP, ENOTSUP, fchmodat(AT_FDCWD, "l", 0600, AT_SYMLINK_NOFOLLOW));
	EQ(LSTAT("l").st_mode, S_IFLNK | 0777);
}

static void content_stays(void)
{
	PUT("f", "some text");
	for (mode_t m = 0; m < 0100; m++)
		OK(chmod("f", 0600 | m));
	HAS("f", "some text");
	EQ(STAT("f").st_nlink, 1);
}

static const struct ps_case cases[] = {
    {"every_bit", "each of the twelve bits alone and all together", every_bit},
    {"directory", "set-id and sticky bits of directories", directory},
    {"by_descriptor", "fchmod, also through a read-only descriptor; EBADF", by_descriptor},
    {"at", "fchmodat", at},
    {"errors", "ENOENT, ENOTDIR", errors},
    {"no_umask", "the umask does not matter", no_umask},
    {"marks_ctime", "ctime is marked, mtime and size stay", marks_ctime},
    {"open_fd_goes_on", "an open descriptor keeps its rights", open_fd_goes_on},
    {"at_once", "the new mode counts at once", at_once},
    {"search_permission", "a directory's x bit is search permission", search_permission},
    {"write_clears_setid", "a write by an ordinary user clears set-user-id and set-group-id", write_clears_setid},
    {"truncate_clears_setid", "so does truncate", truncate_clears_setid},
    {"root_keeps_setid", "a write by root keeps them", root_keeps_setid},
    {"symlink_mode_stays", "a symbolic link's own mode cannot be changed", symlink_mode_stays},
    {"content_stays", "64 changes of mode leave the content alone", content_stays},
};
PS_GROUP(chmod);
