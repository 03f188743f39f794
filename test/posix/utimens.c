/* utimens.c: utimensat(2), futimens(3): setting times. The DFS format stores no access time, so only plain file systems
 * keep it. */
#include "helpers.h"

#include <sys/time.h>
#include <utime.h>

static const struct timespec past = {1000000000, 123456789};
static const struct timespec other = {1234567890, 999999999};

static void set_mtime(const char *path, struct timespec mtime)
{
	struct timespec times[2] = {past, mtime};

	OK(utimensat(AT_FDCWD, path, times, 0));
}

static void check_atime(const char *path, struct timespec want)
{
	if (!ON_DFUSE)
		EQ(ts_cmp(STAT(path).st_atim, want), 0);
}

static void nanoseconds(void)
{
	struct timespec times[2] = {past, other};

	PUT("f", "x");
	OK(utimensat(AT_FDCWD, "f", times, 0));
	EQ(STAT("f").st_mtim.tv_sec, other.tv_sec);
	EQ(STAT("f").st_mtim.tv_nsec, other.tv_nsec);
	check_atime("f", past);
}

static void directory(void)
{
	OK(mkdir("d", 0755));
	set_mtime("d", other);
	EQ(ts_cmp(STAT("d").st_mtim, other), 0);
	tick();
	close(MAKE("d/f"));
	TRUE(ts_cmp(STAT("d").st_mtim, other) > 0);
}

static void by_descriptor(void)
{
	struct timespec times[2] = {past, other};
	int fd = MAKE("f");

	OK(futimens(fd, times));
	EQ(ts_cmp(FSTAT(fd).st_mtim, other), 0);
	EQ(ts_cmp(STAT("f").st_mtim, other), 0);
	times[1] = past;
	OK(futimens(OK(open("f", O_RDONLY)), times));
	EQ(ts_cmp(FSTAT(fd).st_mtim, past), 0);
	FAILS(EBADF, futimens(-1, times));
}

static void now(void)
{
	struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}}, before, after;

	PUT("f", "x");
	set_mtime("f", past);
	clock_gettime(CLOCK_REALTIME, &before);
	tick();
	OK(utimensat(AT_FDCWD, "f", times, 0));
	tick();
	clock_gettime(CLOCK_REALTIME, &after);
	TRUE(ts_cmp(STAT("f").st_mtim, before) > 0 && ts_cmp(STAT("f").st_mtim, after) < 0);
	set_mtime("f", past);
	OK(utimensat(AT_FDCWD, "f", NULL, 0));
	TRUE(ts_cmp(STAT("f").st_mtim, before) > 0);
}

static void omit_mtime(void)
{
	struct timespec times[2] = {other, {0, UTIME_OMIT}};

	PUT("f", "x");
	set_mtime("f", past);
	OK(utimensat(AT_FDCWD, "f", times, 0));
	EQ(ts_cmp(STAT("f").st_mtim, past), 0);
	check_atime("f", other);
}

static void omit_atime(void)
{
	struct timespec times[2] = {{0, UTIME_OMIT}, other};

	PUT("f", "x");
	set_mtime("f", past);
	OK(utimensat(AT_FDCWD, "f", times, 0));
	EQ(ts_cmp(STAT("f").st_mtim, other), 0);
	check_atime("f", past);
}

static void omit_both(void)
{
	struct timespec times[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
	struct stat before;

	PUT("f", "x");
	set_mtime("f", past);
	before = STAT("f");
	tick();
	OK(utimensat(AT_FDCWD, "f", times, 0));
	EQ(ts_cmp(STAT("f").st_mtim, past), 0);
	EQ(ts_cmp(STAT("f").st_ctim, before.st_ctim), 0);
}

static void marks_ctime(void)
{
	struct stat before;

	PUT("f", "x");
	before = STAT("f");
	tick();
	set_mtime("f", past);
	TRUE(ts_cmp(STAT("f").st_ctim, before.st_ctim) > 0);
}

static void range(void)
{
	static const struct timespec all[] = {
	    {0, 0},	     {0, 1},	     {1, 0}, {-1, 0}, {-86400 * 365, 5}, {2147483647, 999999999},
	    {2147483648, 0}, {4102444800, 7}};

	PUT("f", "x");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		set_mtime("f", all[i]);
		EQ(STAT("f").st_mtim.tv_sec, all[i].tv_sec);
		EQ(STAT("f").st_mtim.tv_nsec, all[i].tv_nsec);
	}
}

static void errors(void)
{
	struct timespec bad[2] = {{0, 1000000000}, {0, 0}}, good[2] = {past, past};

	PUT("f", "x");
	FAILS(EINVAL, utimensat(AT_FDCWD, "f", bad, 0));
	FAILS(ENOENT, utimensat(AT_FDCWD, "none", good, 0));
	FAILS(ENOTDIR, utimensat(AT_FDCWD, "f/x", good, 0));
	FAILS(EINVAL, utimensat(AT_FDCWD, "f", good, 0x8000));
	FAILS(EBADF, utimensat(-1, "f", good, 0));
}

static void read_only_file(void)
{
	PUT("f", "x");
	OK(chmod("f", 0400));
	set_mtime("f", past);
	EQ(ts_cmp(STAT("f").st_mtim, past), 0);
	OK(chmod("f", 0));
	set_mtime("f", other);
	EQ(ts_cmp(STAT("f").st_mtim, other), 0);
}

static void write_moves_on(void)
{
	struct timespec before;
	int fd;

	PUT("f", "x");
	clock_gettime(CLOCK_REALTIME, &before);
	tick();
	set_mtime("f", past);
	fd = OK(open("f", O_WRONLY));
	EQ(ts_cmp(STAT("f").st_mtim, past), 0);
	EQ(write(fd, "y", 1), 1);
	TRUE(ts_cmp(FSTAT(fd).st_mtim, before) > 0);
	OK(close(fd));
	TRUE(ts_cmp(STAT("f").st_mtim, before) > 0);
}

static void future_then_write(void)
{
	struct timespec future = {4102444800, 0};
	int fd;

	PUT("f", "x");
	set_mtime("f", future);
	EQ(ts_cmp(STAT("f").st_mtim, future), 0);
	tick();
	fd = OK(open("f", O_WRONLY));
	EQ(write(fd, "y", 1), 1);
	OK(close(fd));
	TRUE(ts_cmp(STAT("f").st_mtim, future) < 0);
}

/* What cp -p, tar and rsync do: write, set the times through the descriptor, close. */
static void after_write_before_close(void)
{
	struct timespec times[2] = {past, other};
	int fd = MAKE("f");
	char data[10000] = "";

	EQ(write(fd, data, sizeof(data)), sizeof(data));
	OK(futimens(fd, times));
	EQ(ts_cmp(FSTAT(fd).st_mtim, other), 0);
	OK(close(fd));
	EQ(ts_cmp(STAT("f").st_mtim, other), 0);
	tick();
	EQ(ts_cmp(STAT("f").st_mtim, other), 0);
	fd = OK(open("f", O_RDONLY));
	OK(fsync(fd));
	OK(close(fd));
	EQ(ts_cmp(STAT("f").st_mtim, other), 0);
	EQ(STAT("f").st_size, sizeof(data));
}

static void by_path_while_open(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "abc", 3), 3);
	set_mtime("f", other);
	EQ(ts_cmp(FSTAT(fd).st_mtim, other), 0);
	OK(close(fd));
	EQ(ts_cmp(STAT("f").st_mtim, other), 0);
}

static void after_truncate(void)
{
	int fd = MAKE("f");
	struct timespec times[2] = {past, other};

	OK(ftruncate(fd, 100));
	OK(futimens(fd, times));
	OK(close(fd));
	EQ(ts_cmp(STAT("f").st_mtim, other), 0);
}

static void reading_keeps(void)
{
	PUT("f", "text");
	set_mtime("f", past);
	HAS("f", "text");
	EQ(ts_cmp(STAT("f").st_mtim, past), 0);
}

static void older_interfaces(void)
{
	struct timeval tv[2] = {{1000000000, 1}, {1100000000, 654321}};
	struct utimbuf ub = {900000000, 950000000};

	PUT("f", "x");
	OK(utimes("f", tv));
	EQ(STAT("f").st_mtim.tv_sec, 1100000000);
	EQ(STAT("f").st_mtim.tv_nsec, 654321000);
	OK(utime("f", &ub));
	EQ(STAT("f").st_mtim.tv_sec, 950000000);
	EQ(STAT("f").st_mtim.tv_nsec, 0);
}

static void many_files(void)
{
	char name[16];

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		PUT(name, "x");
		set_mtime(name, (struct timespec){1000000000 + i, i});
	}
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		EQ(STAT(name).st_mtim.tv_sec, 1000000000 + i);
		EQ(STAT(name).st_mtim.tv_nsec, i);
	}
}

static const struct ps_case cases[] = {
    {"nanoseconds", "times are kept to the nanosecond", nanoseconds},
    {"directory", "a directory's times; a new entry moves them on", directory},
    {"by_descriptor", "futimens, also through a read-only descriptor", by_descriptor},
    {"now", "UTIME_NOW and a null pointer", now},
    {"omit_mtime", "UTIME_OMIT leaves mtime", omit_mtime},
    {"omit_atime", "UTIME_OMIT leaves atime", omit_atime},
    {"omit_both", "both omitted: nothing changes, ctime neither", omit_both},
    {"marks_ctime", "setting times marks ctime", marks_ctime},
    {"range", "before 1970, beyond 2038", range},
    {"errors", "EINVAL, ENOENT, ENOTDIR, EBADF", errors},
    {"read_only_file", "the owner may set the times of a file without write permission", read_only_file},
    {"write_moves_on", "a write after setting moves mtime to now", write_moves_on},
    {"future_then_write", "a write moves mtime back from the future", future_then_write},
    {"after_write_before_close", "times set after a write stay through close", after_write_before_close},
    {"by_path_while_open", "times set by path while a writer has the file open", by_path_while_open},
    {"after_truncate", "times set after truncate stay", after_truncate},
    {"reading_keeps", "reading leaves mtime", reading_keeps},
    {"older_interfaces", "utimes and utime", older_interfaces},
    {"many_files", "100 files, each with a time of its own", many_files},
};
PS_GROUP(utimens);
