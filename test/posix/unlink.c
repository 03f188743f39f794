/* unlink.c: unlink(2), and the life of a file whose name is gone. */
#include "helpers.h"

#include <sys/mman.h>
#include <sys/xattr.h>

static void removes(void)
{
	PUT("f", "x");
	OK(unlink("f"));
	FAILS(ENOENT, access("f", F_OK));
	FAILS(ENOENT, open("f", O_RDONLY));
	FAILS(ENOENT, unlink("f"));
	EQ(COUNT("."), 0);
}

static void errors(void)
{
	PUT("f", "");
	OK(mkdir("d", 0755));
	FAILS(ENOENT, unlink("none"));
	FAILS(ENOENT, unlink(""));
	FAILS(ENOENT, unlink("none/x"));
	FAILS(ENOTDIR, unlink("f/x"));
	FAILS(ENOTDIR, unlink("f/"));
	FAILS2(EISDIR, EPERM, unlink("d"));
	FAILS2(EISDIR, EPERM, unlink("."));
	OK(access("d", F_OK));
}

static void open_lives(void)
{
	char buf[16];
	int fd;

	PUT("f", "before");
	fd = OK(open("f", O_RDWR));
	OK(unlink("f"));
	EQ(FSTAT(fd).st_nlink, 0);
	EQ(FSTAT(fd).st_size, 6);
	EQ(pread(fd, buf, 16, 0), 6);
	MEM(buf, "before", 6);
	EQ(pwrite(fd, " and after", 10, 6), 10);
	EQ(pread(fd, buf, 16, 0), 16);
	MEM(buf, "before and after", 16);
	EQ(FSTAT(fd).st_size, 16);
	OK(close(fd));
}

static void open_written_late(void)
{
	char buf[8];
	int fd = MAKE("f");

	OK(unlink("f"));
	EQ(write(fd, "late", 4), 4);
	OK(fsync(fd));
	EQ(pread(fd, buf, 8, 0), 4);
	MEM(buf, "late", 4);
}

static void open_attributes(void)
{
	struct timespec times[2] = {{1000, 1}, {2000, 2}};
	char buf[8];
	int fd = MAKE("f");

	OK(unlink("f"));
	OK(fchmod(fd, 0600));
	EQ(FSTAT(fd).st_mode, S_IFREG | 0600);
	OK(futimens(fd, times));
	EQ(ts_cmp(FSTAT(fd).st_mtim, times[1]), 0);
	OK(fchown(fd, geteuid(), getegid()));
	OK(fallocate(fd, 0, 0, 100));
	EQ(FSTAT(fd).st_size, 100);
	FAILS(ENODATA, fgetxattr(fd, "user.none", buf, 8));
}

static void open_xattrs(void)
{
	char buf[8];
	int fd = MAKE("f");

	OK(fsetxattr(fd, "user.k", "before", 6, 0));
	OK(unlink("f"));
	EQ(fgetxattr(fd, "user.k", buf, 8), 6);
	MEM(buf, "before", 6);
	OK(fsetxattr(fd, "user.k", "after", 5, 0));
	EQ(fgetxattr(fd, "user.k", buf, 8), 5);
	FAILS(EEXIST, fsetxattr(fd, "user.k", "x", 1, XATTR_CREATE));
	OK(fsetxattr(fd, "user.m", "more", 4, XATTR_CREATE));
	EQ(flistxattr(fd, NULL, 0), 14);
	OK(fremovexattr(fd, "user.k"));
	FAILS(ENODATA, fgetxattr(fd, "user.k", buf, 8));
	EQ(flistxattr(fd, buf, 8), 7);
}

static void replaced_xattrs(void)
{
	char buf[8];
	int fd = MAKE("f");

	OK(fsetxattr(fd, "user.k", "old", 3, 0));
	PUT("g", "");
	OK(setxattr("g", "user.k", "new", 3, 0));
	OK(rename("g", "f"));
	EQ(fgetxattr(fd, "user.k", buf, 8), 3);
	MEM(buf, "old", 3);
	EQ(getxattr("f", "user.k", buf, 8), 3);
	MEM(buf, "new", 3);
}

static void name_is_free(void)
{
	char buf[8];
	int old, fresh;

	PUT("f", "old");
	old = OK(open("f", O_RDWR));
	OK(unlink("f"));
	PUT("f", "fresh");
	fresh = OK(open("f", O_RDONLY));
	NE(FSTAT(old).st_ino, FSTAT(fresh).st_ino);
	EQ(pread(old, buf, 8, 0), 3);
	MEM(buf, "old", 3);
	EQ(pwrite(old, "OLD!", 4, 0), 4);
	HAS("f", "fresh");
	EQ(FSTAT(fresh).st_nlink, 1);
}

static void several_opens(void)
{
	char buf[8];
	int a, b;

	PUT("f", "text");
	a = OK(open("f", O_RDWR));
	b = OK(open("f", O_RDONLY));
	OK(unlink("f"));
	EQ(pwrite(a, "TE", 2, 0), 2);
	OK(close(a));
	EQ(pread(b, buf, 8, 0), 4);
	MEM(buf, "TExt", 4);
}

static void mapped(void)
{
	char *map;
	int fd;

	PUT("f", "mapped text");
	fd = OK(open("f", O_RDWR));
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	TRUE(map != MAP_FAILED);
	OK(close(fd));
	OK(unlink("f"));
	MEM(map, "mapped text", 11);
	memcpy(map, "MAPPED", 6);
	MEM(map, "MAPPED text", 11);
	OK(munmap(map, 4096));
}

static void other_process_holds(void)
{
	struct gate opened, removed;
	pid_t pid;

	gate_init(&opened);
	gate_init(&removed);
	PUT("f", "text");
	pid = FORK();
	if (pid == 0) {
		int fd = OK(open("f", O_RDONLY));
		char buf[8];

		gate_open(&opened);
		gate_wait(&removed);
		EQ(read(fd, buf, 8), 4);
		MEM(buf, "text", 4);
		EQ(FSTAT(fd).st_nlink, 0);
		_exit(0);
	}
	gate_wait(&opened);
	OK(unlink("f"));
	gate_open(&removed);
	JOIN(pid);
}

static void reopen_by_proc(void)
{
	char path[64], buf[8];
	int fd, again;

	PUT("f", "text");
	fd = OK(open("f", O_RDWR));
	OK(unlink("f"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = OK(open(path, O_RDONLY));
	EQ(read(again, buf, 8), 4);
	MEM(buf, "text", 4);
}

static void link_not_target(void)
{
	PUT("f", "x");
	OK(symlink("f", "l"));
	OK(symlink("none", "dangling"));
	OK(unlink("l"));
	OK(unlink("dangling"));
	HAS("f", "x");
	EQ(COUNT("."), 1);
}

static void marks_directory(void)
{
	struct stat before;

	PUT("f", "");
	before = STAT(".");
	tick();
	OK(unlink("f"));
	TRUE(ts_cmp(STAT(".").st_mtim, before.st_mtim) > 0);
	TRUE(ts_cmp(STAT(".").st_ctim, before.st_ctim) > 0);
}

static void marks_open_file(void)
{
	struct stat before;
	int fd = MAKE("f");

	before = FSTAT(fd);
	tick();
	OK(unlink("f"));
	EQ(ts_cmp(FSTAT(fd).st_mtim, before.st_mtim), 0);
}

static void at(void)
{
	int d;

	OK(mkdir("d", 0755));
	PUT("d/f", "");
	OK(mkdir("d/sub", 0755));
	d = OK(open("d", O_RDONLY));
	FAILS(ENOTDIR, unlinkat(d, "f", AT_REMOVEDIR));
	FAILS2(EISDIR, EPERM, unlinkat(d, "sub", 0));
	OK(unlinkat(d, "f", 0));
	OK(unlinkat(d, "sub", AT_REMOVEDIR));
	FAILS(EINVAL, unlinkat(d, "f", 0x8000));
	FAILS(EBADF, unlinkat(-1, "f", 0));
	EQ(COUNT("d"), 0);
}

static void permission(void)
{
	need_user();
	OK(mkdir("d", 0755));
	PUT("d/f", "");
	OK(chmod("d/f", 0));
	OK(chmod("d", 0500));
	FAILS(EACCES, unlink("d/f"));
	OK(chmod("d", 0300));
	OK(unlink("d/f"));
}

static void recreate_many(void)
{
	char text[32];

	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "%d", i);
		PUT("f", text);
		HAS("f", text);
		OK(unlink("f"));
		TRUE(!exists("f"));
	}
}

static void recreated_is_clean(void)
{
	char buf[8];

	PUT("f", "long old content");
	OK(chmod("f", 0600));
	OK(setxattr("f", "user.k", "v", 1, 0));
	OK(unlink("f"));
	close(MAKE("f"));
	EQ(STAT("f").st_size, 0);
	EQ(STAT("f").st_mode, S_IFREG | 0644);
	FAILS(ENODATA, getxattr("f", "user.k", buf, 8));
	HAS("f", "");
}

static void tmpfile_pattern(void)
{
	FILE *f;
	char name[] = "tXXXXXX", text[16];
	int fd = OK(mkstemp(name));

	OK(unlink(name));
	f = SOME(fdopen(fd, "w+"));
	TRUE(fprintf(f, "%s", "scratch") > 0);
	rewind(f);
	SOME(fgets(text, sizeof(text), f));
	STR(text, "scratch");
	EQ(fclose(f), 0);
	EQ(COUNT("."), 0);
}

static const struct ps_case cases[] = {
    {"removes", "the name is gone", removes},
    {"errors", "ENOENT, ENOTDIR, EISDIR", errors},
    {"open_lives", "an open file without a name reads, writes and grows", open_lives},
    {"open_written_late", "a file first written after unlink", open_written_late},
    {"open_attributes", "fchmod, futimens, fchown, fallocate after unlink", open_attributes},
    {"open_xattrs", "extended attributes of an unlinked open file", open_xattrs},
    {"replaced_xattrs", "and of one that a rename replaced", replaced_xattrs},
    {"name_is_free", "the name is free for another file at once", name_is_free},
    {"several_opens", "the file lives until the last descriptor closes", several_opens},
    {"mapped", "a mapping keeps the file alive", mapped},
    {"other_process_holds", "another process's descriptor keeps the file alive", other_process_holds},
    {"reopen_by_proc", "/proc/self/fd opens an unlinked file again", reopen_by_proc},
    {"link_not_target", "a symbolic link is removed, its target stays", link_not_target},
    {"marks_directory", "the directory's mtime and ctime are marked", marks_directory},
    {"marks_open_file", "the file's mtime stays", marks_open_file},
    {"at", "unlinkat, AT_REMOVEDIR, EINVAL, EBADF", at},
    {"permission", "the directory's mode decides, not the file's", permission},
    {"recreate_many", "create, read, unlink, 200 times", recreate_many},
    {"recreated_is_clean", "a file of the same name inherits nothing", recreated_is_clean},
    {"tmpfile_pattern", "create, unlink, use through stdio", tmpfile_pattern},
};
PS_GROUP(unlink);
