/* copy_range.c: copy_file_range(2). */
#include "helpers.h"

static char *source(const char *name, size_t len)
{
	char *data = new_bytes(len);

	fill(data, len, 11);
	PUT_BYTES(name, data, len);
	return data;
}

static void whole(void)
{
	char *data = source("in", 300000);
	int in = OK(open("in", O_RDONLY)), out = MAKE("out");
	ssize_t n, total = 0;

	while ((n = OK(copy_file_range(in, NULL, out, NULL, 1 << 20, 0))) > 0)
		total += n;
	EQ(total, 300000);
	EQ(lseek(in, 0, SEEK_CUR), 300000);
	EQ(lseek(out, 0, SEEK_CUR), 300000);
	HAS_BYTES("out", data, 300000);
}

static void offsets(void)
{
	char *data = source("in", 100000), *want = new_bytes(70000);
	int in = OK(open("in", O_RDONLY)), out = MAKE("out");
	off_t from = 12345, to = 20000;

	while (to < 70000)
		TRUE(OK(copy_file_range(in, &from, out, &to, (size_t)(70000 - to), 0)) > 0);
	EQ(from, 62345);
	EQ(lseek(in, 0, SEEK_CUR), 0);
	EQ(lseek(out, 0, SEEK_CUR), 0);
	memcpy(want + 20000, data + 12345, 50000);
	HAS_BYTES("out", want, 70000);
}

static void overwrites_middle(void)
{
	char *data = source("in", 10000), *want = name_of(30000, 'z');
	int in = OK(open("in", O_RDONLY)), out;
	off_t from = 0, to = 5000;

	PUT("out", want);
	out = OK(open("out", O_WRONLY));
	EQ(copy_file_range(in, &from, out, &to, 10000, 0), 10000);
	memcpy(want + 5000, data, 10000);
	HAS_BYTES("out", want, 30000);
}

static void at_end(void)
{
	int in, out = MAKE("out");
	off_t from = 3;

	PUT("in", "0123456789");
	in = OK(open("in", O_RDONLY));
	EQ(copy_file_range(in, &from, out, NULL, 100, 0), 7);
	from = 10;
	EQ(copy_file_range(in, &from, out, NULL, 100, 0), 0);
	from = 1000;
	EQ(copy_file_range(in, &from, out, NULL, 100, 0), 0);
	HAS("out", "3456789");
}

static void same_file(void)
{
	char *data = source("f", 20000), *want = new_bytes(40000);
	int fd = OK(open("f", O_RDWR));
	off_t from = 0, to = 20000;

	EQ(copy_file_range(fd, &from, fd, &to, 20000, 0), 20000);
	memcpy(want, data, 20000);
	memcpy(want + 20000, data, 20000);
	HAS_BYTES("f", want, 40000);
}

static void overlap(void)
{
	off_t from = 0, to = 100;
	int fd;

	source("f", 1000);
	fd = OK(open("f", O_RDWR));
	FAILS(EINVAL, copy_file_range(fd, &from, fd, &to, 200, 0));
}

static void errors(void)
{
	int in, out, p[2];

	PUT("in", "text");
	in = OK(open("in", O_RDONLY));
	out = MAKE("out");
	FAILS(EBADF, copy_file_range(out, NULL, in, NULL, 4, 0));
	FAILS(EBADF, copy_file_range(OK(open("in", O_WRONLY)), NULL, out, NULL, 4, 0));
	FAILS(EBADF, copy_file_range(in, NULL, OK(open("out", O_WRONLY | O_APPEND)), NULL, 4, 0));
	FAILS(EBADF, copy_file_range(-1, NULL, out, NULL, 4, 0));
	FAILS(EINVAL, copy_file_range(in, NULL, out, NULL, 4, 1));
	FAILS(EISDIR, copy_file_range(OK(open(".", O_RDONLY)), NULL, out, NULL, 4, 0));
	OK(pipe(p));
	FAILS(EINVAL, copy_file_range(in, NULL, p[1], NULL, 4, 0));
	EQ(FSTAT(out).st_size, 0);
}

static void fresh_source(void)
{
	int in = MAKE("in"), out = MAKE("out");
	off_t from = 0;

	EQ(write(in, "just written", 12), 12);
	EQ(copy_file_range(in, &from, out, NULL, 100, 0), 12);
	HAS("out", "just written");
}

static void large(void)
{
	char *data = source("in", 9 * MIB + 321);
	int in = OK(open("in", O_RDONLY)), out = MAKE("out");
	size_t total = 0;
	ssize_t n;

	while ((n = OK(copy_file_range(in, NULL, out, NULL, 64 * MIB, 0))) > 0)
		total += (size_t)n;
	EQ(total, 9 * MIB + 321);
	HAS_BYTES("out", data, total);
}

static void marks_times(void)
{
	struct stat before;
	int in, out = MAKE("out");

	PUT("in", "text");
	in = OK(open("in", O_RDONLY));
	before = FSTAT(out);
	tick();
	EQ(copy_file_range(in, NULL, out, NULL, 4, 0), 4);
	TRUE(ts_cmp(FSTAT(out).st_mtim, before.st_mtim) > 0);
}

static void cached_target(void)
{
	char buf[16];
	int in, out;

	PUT("in", "new content");
	PUT("out", "old content");
	HAS("out", "old content");
	in = OK(open("in", O_RDONLY));
	out = OK(open("out", O_RDWR));
	EQ(pread(out, buf, 16, 0), 11);
	EQ(copy_file_range(in, NULL, out, NULL, 11, 0), 11);
	EQ(pread(out, buf, 16, 0), 11);
	MEM(buf, "new content", 11);
}

static const struct ps_case cases[] = {
    {"whole", "a whole file by the offsets of the descriptors", whole},
    {"offsets", "offsets given move, those of the descriptors stay", offsets},
    {"overwrites_middle", "only the range is overwritten", overwrites_middle},
    {"at_end", "short at the end of the source, 0 behind it", at_end},
    {"same_file", "within one file", same_file},
    {"overlap", "EINVAL for ranges of one file that overlap", overlap},
    {"errors", "EBADF, EINVAL, EISDIR", errors},
    {"fresh_source", "what was just written is copied", fresh_source},
    {"large", "9 MiB and a bit", large},
    {"marks_times", "the target's mtime is marked", marks_times},
    {"cached_target", "readers of the target see the copy", cached_target},
};
PS_GROUP(copy_range);
