/* truncate.c: truncate(2), ftruncate(2). */
#include "helpers.h"

#include <signal.h>
#include <sys/resource.h>

static void shrink(void)
{
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	OK(ftruncate(fd, 4));
	EQ(FSTAT(fd).st_size, 4);
	EQ(STAT("f").st_size, 4);
	HAS("f", "0123");
}

static void grow(void)
{
	PUT("f", "ab");
	OK(truncate("f", 5));
	HAS_BYTES("f", "ab\0\0\0", 5);
}

static void by_path(void)
{
	PUT("f", "0123456789");
	OK(truncate("f", 2));
	HAS("f", "01");
	OK(truncate("f", 0));
	HAS("f", "");
}

static void no_stale_bytes(void)
{
	static const off_t cuts[] = {1, 4095, 4096, 4097, 65537, MIB - 1, MIB + 1, 2 * MIB + 77};
	size_t len = 3 * MIB;
	char *want = new_bytes(len), *got = new_bytes(len);

	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		int fd = MAKE("f");

		fill(want, len, (unsigned int)i);
		WRITE_AT(fd, want, len, 0);
		OK(ftruncate(fd, cuts[i]));
		OK(ftruncate(fd, (off_t)len));
		memset(want + cuts[i], 0, len - (size_t)cuts[i]);
		READ_AT(fd, got, len, 0);
		MEM(got, want, len);
		OK(close(fd));
		HAS_BYTES("f", want, len);
	}
}

static void write_after_shrink(void)
{
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	OK(ftruncate(fd, 2));
	EQ(pwrite(fd, "X", 1, 6), 1);
	HAS_BYTES("f", "01\0\0\0\0X", 7);
}

static void offset_stays(void)
{
	char c;
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	EQ(lseek(fd, 8, SEEK_SET), 8);
	OK(ftruncate(fd, 3));
	EQ(lseek(fd, 0, SEEK_CUR), 8);
	EQ(read(fd, &c, 1), 0);
	EQ(write(fd, "X", 1), 1);
	EQ(FSTAT(fd).st_size, 9);
}

static void marks_times(void)
{
	struct stat before, after;

	PUT("f", "0123456789");
	before = STAT("f");
	tick();
	OK(truncate("f", 5));
	after = STAT("f");
	TRUE(ts_cmp(after.st_mtim, before.st_mtim) > 0);
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
}

static void ftruncate_marks_times(void)
{
	struct stat before, after;
	int fd = MAKE("f");

	before = FSTAT(fd);
	tick();
	OK(ftruncate(fd, 5));
	after = FSTAT(fd);
	TRUE(ts_cmp(after.st_mtim, before.st_mtim) > 0);
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
}

static void seen_by_others(void)
{
	char buf[16];
	int a, b;

	PUT("f", "0123456789");
	a = OK(open("f", O_RDWR));
	b = OK(open("f", O_RDONLY));
	EQ(pread(b, buf, 16, 0), 10);
	OK(ftruncate(a, 3));
	EQ(pread(b, buf, 16, 0), 3);
	EQ(FSTAT(b).st_size, 3);
	OK(truncate("f", 12));
	EQ(pread(b, buf, 16, 0), 12);
	MEM(buf, "012\0\0\0\0\0\0\0\0\0", 12);
}

static void errors(void)
{
	int fd;

	PUT("f", "x");
	OK(mkdir("d", 0755));
	FAILS(ENOENT, truncate("none", 0));
	FAILS(ENOENT, truncate("", 0));
	FAILS(ENOTDIR, truncate("f/x", 0));
	FAILS(ENOTDIR, truncate("f/", 0));
	FAILS(EISDIR, truncate("d", 0));
	FAILS(EINVAL, truncate("f", -1));
	fd = OK(open("f", O_RDONLY));
	FAILS2(EINVAL, EBADF, ftruncate(fd, 0));
	fd = OK(open("d", O_RDONLY));
	FAILS2(EINVAL, EBADF, ftruncate(fd, 0));
	FAILS(EBADF, ftruncate(-1, 0));
	HAS("f", "x");
}

static void loop(void)
{
	OK(symlink("b", "a"));
	OK(symlink("a", "b"));
	FAILS(ELOOP, truncate("a", 0));
}

static void permission(void)
{
	need_user();
	PUT("f", "x");
	OK(chmod("f", 0400));
	FAILS(EACCES, truncate("f", 0));
	HAS("f", "x");
}

static void fd_outlives_mode(void)
{
	int fd;

	PUT("f", "0123");
	fd = OK(open("f", O_RDWR));
	OK(chmod("f", 0));
	OK(ftruncate(fd, 2));
	EQ(FSTAT(fd).st_size, 2);
}

static void through_symlink(void)
{
	PUT("f", "0123");
	OK(symlink("f", "l"));
	OK(truncate("l", 1));
	HAS("f", "0");
}

static void huge(void)
{
	off_t tib = (off_t)1 << 40;
	char buf[4];
	int fd = MAKE("f");

	OK(ftruncate(fd, tib));
	EQ(STAT("f").st_size, tib);
	EQ(pread(fd, buf, 4, tib - 4), 4);
	MEM(buf, "\0\0\0\0", 4);
	LE(FSTAT(fd).st_blocks, 1024);
	OK(ftruncate(fd, 0));
}

static void limit(void)
{
	struct rlimit lim = {100, 100};
	int fd = MAKE("f");

	signal(SIGXFSZ, SIG_IGN);
	OK(setrlimit(RLIMIT_FSIZE, &lim));
	OK(ftruncate(fd, 100));
	FAILS(EFBIG, ftruncate(fd, 101));
	FAILS(EFBIG, truncate("f", 101));
	EQ(FSTAT(fd).st_size, 100);
}

static void unlinked(void)
{
	char buf[8];
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	OK(unlink("f"));
	OK(ftruncate(fd, 3));
	EQ(FSTAT(fd).st_size, 3);
	EQ(pread(fd, buf, 8, 0), 3);
}

static void random_model(void)
{
	size_t max = 200 * 1000, size = 0;
	char *want = new_bytes(max), *got = new_bytes(max);
	int fd = MAKE("f");

	srand(7);
	for (int i = 0; i < 300; i++) {
		size_t at = (size_t)rand() % max;

		if (i % 2 == 0) {
			OK(ftruncate(fd, (off_t)at));
			if (at < size)
				memset(want + at, 0, size - at);
			size = at;
		} else {
			size_t len = (size_t)rand() % 5000;

			if (len > max - at)
				len = max - at;
			fill(want + at, len, (unsigned int)i);
			WRITE_AT(fd, want + at, len, (off_t)at);
			if (len > 0 && at + len > size)
				size = at + len;
		}
		EQ(FSTAT(fd).st_size, size);
	}
	READ_AT(fd, got, size, 0);
	MEM(got, want, size);
	HAS_BYTES("f", want, size);
}

static const struct ps_case cases[] = {
    {"shrink", "ftruncate drops what is behind the new end", shrink},
    {"grow", "truncate beyond the end adds zeros", grow},
    {"by_path", "truncate by path, to 0 too", by_path},
    {"no_stale_bytes", "shrinking and growing again leaves zeros, at any boundary", no_stale_bytes},
    {"write_after_shrink", "a write behind a shrunk end leaves zeros between", write_after_shrink},
    {"offset_stays", "the offset stays; a read there returns 0, a write extends", offset_stays},
    {"marks_times", "truncate marks mtime and ctime", marks_times},
    {"ftruncate_marks_times", "ftruncate marks mtime and ctime", ftruncate_marks_times},
    {"seen_by_others", "other descriptors see the new size at once", seen_by_others},
    {"errors", "ENOENT, ENOTDIR, EISDIR, EINVAL, EBADF", errors},
    {"loop", "ELOOP for a loop of symbolic links", loop},
    {"permission", "EACCES without write permission", permission},
    {"fd_outlives_mode", "ftruncate works through a writable descriptor whatever the mode", fd_outlives_mode},
    {"through_symlink", "truncate follows symbolic links", through_symlink},
    {"huge", "1 TiB, sparse", huge},
    {"limit", "RLIMIT_FSIZE: EFBIG", limit},
    {"unlinked", "ftruncate of an unlinked open file", unlinked},
    {"random_model", "random truncates and writes agree with memory", random_model},
};
PS_GROUP(truncate);
