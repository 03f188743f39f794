/* fsync.c: fsync, fdatasync, syncfs, O_SYNC. What survives power loss is the engine's test; here: that they work. */
#include "helpers.h"

static void file(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "text", 4), 4);
	EQ(fsync(fd), 0);
	EQ(fdatasync(fd), 0);
	HAS("f", "text");
}

static void read_only(void)
{
	int fd;

	PUT("f", "x");
	fd = OK(open("f", O_RDONLY));
	EQ(fsync(fd), 0);
	EQ(fdatasync(fd), 0);
}

static void directory(void)
{
	int fd;

	OK(mkdir("d", 0755));
	fd = OK(open("d", O_RDONLY | O_DIRECTORY));
	close(MAKE("d/f"));
	EQ(fsync(fd), 0);
	EQ(fdatasync(fd), 0);
	OK(rename("d/f", "d/g"));
	EQ(fsync(fd), 0);
}

static void unlinked(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "x", 1), 1);
	OK(unlink("f"));
	EQ(fsync(fd), 0);
}

static void errors(void)
{
	int p[2];

	OK(pipe(p));
	FAILS(EBADF, fsync(-1));
	FAILS(EINVAL, fsync(p[1]));
	FAILS(EBADF, fsync(OK(open(".", O_PATH))));
}

static void whole_fs(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "x", 1), 1);
	EQ(syncfs(fd), 0);
	FAILS(EBADF, syncfs(-1));
}

static void sync_flags(void)
{
	int a = OK(open("a", O_CREAT | O_RDWR | O_SYNC, 0644)), b = OK(open("b", O_CREAT | O_WRONLY | O_DSYNC, 0644));

	for (int i = 0; i < 20; i++) {
		EQ(write(a, "sync", 4), 4);
		EQ(write(b, "dsync", 5), 5);
	}
	EQ(STAT("a").st_size, 80);
	EQ(STAT("b").st_size, 100);
	TRUE((fcntl(a, F_GETFL) & O_SYNC) == O_SYNC);
}

static void range(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "0123456789", 10), 10);
	EQ(sync_file_range(fd, 0, 10, SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER), 0);
	HAS("f", "0123456789");
}

static void times_stay(void)
{
	struct timespec times[2] = {{1000000000, 1}, {1000000000, 123456789}};
	int fd = MAKE("f");

	EQ(write(fd, "x", 1), 1);
	OK(futimens(fd, times));
	EQ(fsync(fd), 0);
	EQ(ts_cmp(FSTAT(fd).st_mtim, times[1]), 0);
}

static void sync_one(int who)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "f%d", who);
	fd = MAKE(name);
	for (int i = 0; i < 10; i++) {
		EQ(write(fd, "line\n", 5), 5);
		EQ(fsync(fd), 0);
	}
	EQ(FSTAT(fd).st_size, 50);
}

static void many_at_once(void)
{
	in_processes(4, sync_one);
	in_threads(4, sync_one);
	EQ(COUNT("."), 4);
}

static const struct ps_case cases[] = {
    {"file", "fsync and fdatasync of a file", file},
    {"read_only", "through a read-only descriptor", read_only},
    {"directory", "of a directory", directory},
    {"unlinked", "of an unlinked file", unlinked},
    {"errors", "EBADF, EINVAL for a pipe", errors},
    {"whole_fs", "syncfs", whole_fs},
    {"sync_flags", "O_SYNC, O_DSYNC", sync_flags},
    {"range", "sync_file_range", range},
    {"times_stay", "fsync leaves times that were set", times_stay},
    {"many_at_once", "fsync by processes and threads at once", many_at_once},
};
PS_GROUP(fsync);
