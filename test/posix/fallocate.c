/* fallocate.c: fallocate(2) and its modes, posix_fallocate(3). */
#include "helpers.h"

#include <linux/falloc.h>
#include <signal.h>
#include <sys/resource.h>

static void extends(void)
{
	char buf[8];
	int fd = MAKE("f");

	EQ(write(fd, "abc", 3), 3);
	OK(fallocate(fd, 0, 0, 10000));
	EQ(FSTAT(fd).st_size, 10000);
	EQ(pread(fd, buf, 8, 0), 8);
	MEM(buf, "abc\0\0\0\0\0", 8);
}

static void inside_changes_nothing(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "0123456789", 10), 10);
	OK(fallocate(fd, 0, 2, 4));
	HAS("f", "0123456789");
}

static void with_offset(void)
{
	int fd = MAKE("f");

	OK(fallocate(fd, 0, 5 * MIB, 100));
	EQ(FSTAT(fd).st_size, 5 * MIB + 100);
}

static void allocates(void)
{
	int fd = MAKE("f");

	OK(fallocate(fd, 0, 0, 4 * MIB));
	GE(FSTAT(fd).st_blocks, 4 * MIB / 512);
}

static void keep_size(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "abc", 3), 3);
	OK(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 2 * MIB));
	EQ(FSTAT(fd).st_size, 3);
	GE(FSTAT(fd).st_blocks, 2 * MIB / 512);
	HAS("f", "abc");
}

static void marks_ctime(void)
{
	struct stat before, after;
	int fd = MAKE("f");

	before = FSTAT(fd);
	tick();
	OK(fallocate(fd, 0, 0, 10));
	after = FSTAT(fd);
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
}

static void punch(void)
{
	char *want = new_bytes(4 * MIB), *got = new_bytes(4 * MIB);
	int fd = MAKE("f");

	fill(want, 4 * MIB, 1);
	WRITE_AT(fd, want, 4 * MIB, 0);
	OK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, MIB, 2 * MIB));
	memset(want + MIB, 0, 2 * MIB);
	READ_AT(fd, got, 4 * MIB, 0);
	MEM(got, want, 4 * MIB);
	EQ(FSTAT(fd).st_size, 4 * MIB);
	EQ(lseek(fd, 0, SEEK_HOLE), MIB);
	EQ(lseek(fd, MIB, SEEK_DATA), 3 * MIB);
}

static void punch_unaligned(void)
{
	char *want = new_bytes(MIB), *got = new_bytes(MIB);
	int fd = MAKE("f");

	fill(want, MIB, 1);
	WRITE_AT(fd, want, MIB, 0);
	OK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1001, 500003));
	memset(want + 1001, 0, 500003);
	READ_AT(fd, got, MIB, 0);
	MEM(got, want, MIB);
	HAS_BYTES("f", want, MIB);
}

static void punch_frees(void)
{
	char *data = new_bytes(8 * MIB);
	int fd = MAKE("f");
	blkcnt_t before;

	fill(data, 8 * MIB, 1);
	WRITE_AT(fd, data, 8 * MIB, 0);
	OK(fsync(fd));
	before = FSTAT(fd).st_blocks;
	OK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 8 * MIB));
	LE(FSTAT(fd).st_blocks, before / 4);
	EQ(FSTAT(fd).st_size, 8 * MIB);
}

static void punch_beyond_end(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "abc", 3), 3);
	OK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1, 100000));
	OK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 200000, 100));
	HAS_BYTES("f", "a\0\0", 3);
}

static void punch_needs_keep_size(void)
{
	int fd = MAKE("f");

	FAILS(EOPNOTSUPP, fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 10));
}

static void zero_range(void)
{
	char *want = new_bytes(MIB + 1000);
	int fd = MAKE("f");

	fill(want, MIB, 1);
	WRITE_AT(fd, want, MIB, 0);
	if (fallocate(fd, FALLOC_FL_ZERO_RANGE, 12345, 300000) != 0) {
		EQ(errno, EOPNOTSUPP);
		SKIP("no FALLOC_FL_ZERO_RANGE here");
	}
	memset(want + 12345, 0, 300000);
	HAS_BYTES("f", want, MIB);
	OK(fallocate(fd, FALLOC_FL_ZERO_RANGE, MIB - 1000, 2000));
	memset(want + MIB - 1000, 0, 2000);
	HAS_BYTES("f", want, MIB + 1000);
}

static void zero_range_keep_size(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "0123456789", 10), 10);
	if (fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 8, 100) != 0) {
		EQ(errno, EOPNOTSUPP);
		SKIP("no FALLOC_FL_ZERO_RANGE here");
	}
	HAS_BYTES("f", "01234567\0\0", 10);
}

static void collapse_range(void)
{
	char *want = new_bytes(3 * MIB);
	int fd = MAKE("f");

	fill(want, 3 * MIB, 1);
	WRITE_AT(fd, want, 3 * MIB, 0);
	if (fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, MIB, MIB) != 0) {
		EQ(errno, EOPNOTSUPP);
		HAS_BYTES("f", want, 3 * MIB);
		return;
	}
	memmove(want + MIB, want + 2 * MIB, MIB);
	HAS_BYTES("f", want, 2 * MIB);
}

static void insert_range(void)
{
	char *want = new_bytes(3 * MIB);
	int fd = MAKE("f");

	fill(want, 2 * MIB, 1);
	WRITE_AT(fd, want, 2 * MIB, 0);
	if (fallocate(fd, FALLOC_FL_INSERT_RANGE, MIB, MIB) != 0) {
		EQ(errno, EOPNOTSUPP);
		HAS_BYTES("f", want, 2 * MIB);
		return;
	}
	memmove(want + 2 * MIB, want + MIB, MIB);
	memset(want + MIB, 0, MIB);
	HAS_BYTES("f", want, 3 * MIB);
}

static void errors(void)
{
	int fd = MAKE("f"), p[2];

	FAILS(EINVAL, fallocate(fd, 0, 0, 0));
	FAILS(EINVAL, fallocate(fd, 0, -1, 10));
	FAILS(EINVAL, fallocate(fd, 0, 0, -1));
	FAILS2(EFBIG, EINVAL, fallocate(fd, 0, INT64_MAX - 10, 100));
	FAILS(EBADF, fallocate(OK(open("f", O_RDONLY)), 0, 0, 10));
	FAILS(EBADF, fallocate(-1, 0, 0, 10));
	FAILS2(EISDIR, EBADF, fallocate(OK(open(".", O_RDONLY)), 0, 0, 10));
	OK(pipe(p));
	FAILS(ESPIPE, fallocate(p[1], 0, 0, 10));
	EQ(FSTAT(fd).st_size, 0);
}

static void posix(void)
{
	int fd = MAKE("f");

	EQ(posix_fallocate(fd, 100, 100), 0);
	EQ(FSTAT(fd).st_size, 200);
	EQ(posix_fallocate(fd, 0, 50), 0);
	EQ(FSTAT(fd).st_size, 200);
	EQ(posix_fallocate(fd, 0, 0), EINVAL);
	EQ(posix_fallocate(-1, 0, 10), EBADF);
}

static void limit(void)
{
	struct rlimit lim = {1000, 1000};
	int fd = MAKE("f");

	signal(SIGXFSZ, SIG_IGN);
	OK(setrlimit(RLIMIT_FSIZE, &lim));
	OK(fallocate(fd, 0, 0, 1000));
	FAILS(EFBIG, fallocate(fd, 0, 0, 1001));
	EQ(FSTAT(fd).st_size, 1000);
}

static void write_into(void)
{
	int fd = MAKE("f");
	char buf[4];

	OK(fallocate(fd, 0, 0, MIB));
	EQ(pwrite(fd, "data", 4, 5000), 4);
	OK(fsync(fd));
	EQ(pread(fd, buf, 4, 5000), 4);
	MEM(buf, "data", 4);
	EQ(FSTAT(fd).st_size, MIB);
}

static const struct ps_case cases[] = {
    {"extends", "mode 0 extends the file with zeros and keeps its bytes", extends},
    {"inside_changes_nothing", "mode 0 inside the file changes nothing", inside_changes_nothing},
    {"with_offset", "the new size is offset + length", with_offset},
    {"allocates", "space is allocated (st_blocks)", allocates},
    {"keep_size", "KEEP_SIZE allocates behind the end", keep_size},
    {"marks_ctime", "fallocate marks ctime", marks_ctime},
    {"punch", "PUNCH_HOLE zeroes a range and leaves a hole", punch},
    {"punch_unaligned", "PUNCH_HOLE zeroes exactly the range given", punch_unaligned},
    {"punch_frees", "PUNCH_HOLE gives space back", punch_frees},
    {"punch_beyond_end", "PUNCH_HOLE does not change the size", punch_beyond_end},
    {"punch_needs_keep_size", "EOPNOTSUPP for PUNCH_HOLE without KEEP_SIZE", punch_needs_keep_size},
    {"zero_range", "ZERO_RANGE zeroes, and extends", zero_range},
    {"zero_range_keep_size", "ZERO_RANGE with KEEP_SIZE does not extend", zero_range_keep_size},
    {"collapse_range", "COLLAPSE_RANGE works or is EOPNOTSUPP and changes nothing", collapse_range},
    {"insert_range", "INSERT_RANGE works or is EOPNOTSUPP and changes nothing", insert_range},
    {"errors", "EINVAL, EBADF, EFBIG, ESPIPE", errors},
    {"posix", "posix_fallocate", posix},
    {"limit", "RLIMIT_FSIZE: EFBIG", limit},
    {"write_into", "what is written into allocated space is read", write_into},
};
PS_GROUP(fallocate);
