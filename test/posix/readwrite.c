/* readwrite.c: read, write, pread, pwrite, their vectors, lseek, and what others see of it. */
#include "helpers.h"

#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

static void write_read(void)
{
	int fd = MAKE("f");
	char buf[16];

	EQ(write(fd, "hello ", 6), 6);
	EQ(write(fd, "world", 5), 5);
	EQ(lseek(fd, 0, SEEK_SET), 0);
	EQ(read(fd, buf, sizeof(buf)), 11);
	MEM(buf, "hello world", 11);
	EQ(read(fd, buf, sizeof(buf)), 0);
	EQ(FSTAT(fd).st_size, 11);
}

static void read_short_at_end(void)
{
	char buf[16];
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDONLY));
	EQ(pread(fd, buf, 16, 8), 2);
	MEM(buf, "89", 2);
	EQ(pread(fd, buf, 16, 10), 0);
	EQ(pread(fd, buf, 16, 1000), 0);
}

static void zero_length(void)
{
	struct stat before, after;
	char c;
	int fd;

	PUT("f", "x");
	fd = OK(open("f", O_RDWR));
	before = FSTAT(fd);
	tick();
	EQ(write(fd, "", 0), 0);
	EQ(pwrite(fd, "", 0, 100), 0);
	EQ(read(fd, &c, 0), 0);
	after = FSTAT(fd);
	EQ(after.st_size, 1);
	EQ(ts_cmp(after.st_mtim, before.st_mtim), 0);
}

static void pread_keeps_offset(void)
{
	char buf[4];
	int fd;

	PUT("f", "abcdef");
	fd = OK(open("f", O_RDWR));
	EQ(lseek(fd, 2, SEEK_SET), 2);
	EQ(pread(fd, buf, 2, 4), 2);
	EQ(pwrite(fd, "X", 1, 0), 1);
	EQ(lseek(fd, 0, SEEK_CUR), 2);
	EQ(read(fd, buf, 2), 2);
	MEM(buf, "cd", 2);
	HAS("f", "Xbcdef");
}

static void vectors(void)
{
	char a[3], b[4];
	struct iovec out[2] = {{(void *)"abc", 3}, {(void *)"defg", 4}}, in[2] = {{a, 3}, {b, 4}};
	int fd = MAKE("f");

	EQ(writev(fd, out, 2), 7);
	EQ(lseek(fd, 0, SEEK_SET), 0);
	EQ(readv(fd, in, 2), 7);
	MEM(a, "abc", 3);
	MEM(b, "defg", 4);
	EQ(pwritev(fd, out, 2, 100), 7);
	EQ(preadv(fd, in, 2, 1), 7);
	MEM(a, "bcd", 3);
	EQ(lseek(fd, 0, SEEK_CUR), 7);
	EQ(FSTAT(fd).st_size, 107);
	EQ(preadv2(fd, in, 2, 100, 0), 7);
	MEM(a, "abc", 3);
}

static void vector_max(void)
{
	struct iovec *iov = new_bytes(IOV_MAX * sizeof(*iov));
	char *data = new_bytes(IOV_MAX * 7);
	int fd = MAKE("f");

	fill(data, IOV_MAX * 7, 1);
	for (int i = 0; i < IOV_MAX; i++)
		iov[i] = (struct iovec){data + i * 7, 7};
	EQ(writev(fd, iov, IOV_MAX), IOV_MAX * 7);
	HAS_BYTES("f", data, IOV_MAX * 7);
	FAILS(EINVAL, writev(fd, iov, IOV_MAX + 1));
}

static void seek(void)
{
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	EQ(lseek(fd, 3, SEEK_SET), 3);
	EQ(lseek(fd, 2, SEEK_CUR), 5);
	EQ(lseek(fd, -4, SEEK_END), 6);
	EQ(lseek(fd, 90, SEEK_END), 100);
	EQ(FSTAT(fd).st_size, 10);
	FAILS(EINVAL, lseek(fd, -1, SEEK_SET));
	FAILS(EINVAL, lseek(fd, -11, SEEK_END));
	FAILS(EINVAL, lseek(fd, 0, 99));
	EQ(lseek(fd, 0, SEEK_CUR), 100);
}

static void seek_end_follows(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDONLY));

	EQ(lseek(b, 0, SEEK_END), 0);
	EQ(write(a, "12345", 5), 5);
	EQ(lseek(b, 0, SEEK_END), 5);
	OK(ftruncate(a, 2));
	EQ(lseek(b, 0, SEEK_END), 2);
}

static void beyond_end(void)
{
	char got[110], want[110] = {0};
	int fd;

	PUT("f", "start");
	fd = OK(open("f", O_RDWR));
	EQ(pwrite(fd, "end", 3, 100), 3);
	EQ(FSTAT(fd).st_size, 103);
	memcpy(want, "start", 5);
	memcpy(want + 100, "end", 3);
	EQ(pread(fd, got, sizeof(got), 0), 103);
	MEM(got, want, 103);
}

static void overwrite(void)
{
	int fd;

	PUT("f", "aaaaaaaaaa");
	fd = OK(open("f", O_WRONLY));
	EQ(pwrite(fd, "BBB", 3, 4), 3);
	OK(close(fd));
	HAS("f", "aaaaBBBaaa");
}

/* Around 1 MiB, where DFS starts another chunk, and around pages, in sizes that fit neither. */
static void chunk_boundaries(void)
{
	static const off_t at[] = {0, 4095, 65535, MIB - 1, MIB, 2 * MIB - 4097, 3 * MIB + 1};
	char *want = new_bytes(4 * MIB + KIB), *got = new_bytes(4 * MIB + KIB);
	size_t end = 0;
	int fd = MAKE("f");

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		size_t len = 5003 + 977 * i;

		fill(want + at[i], len, (unsigned int)i);
		WRITE_AT(fd, want + at[i], len, at[i]);
		if ((size_t)at[i] + len > end)
			end = (size_t)at[i] + len;
	}
	EQ(FSTAT(fd).st_size, end);
	READ_AT(fd, got, end, 0);
	MEM(got, want, end);
	OK(close(fd));
	HAS_BYTES("f", want, end);
}

static void large_transfer(void)
{
	size_t len = 16 * MIB + 123;
	char *want = new_bytes(len);
	int fd = MAKE("f");

	fill(want, len, 7);
	EQ(write(fd, want, len), len);
	OK(close(fd));
	HAS_BYTES("f", want, len);
}

static void many_small(void)
{
	size_t len = 200 * 1000;
	char *want = new_bytes(len);
	int fd = MAKE("f");

	fill(want, len, 3);
	for (size_t i = 0; i < len; i += 20)
		EQ(write(fd, want + i, 20), 20);
	OK(close(fd));
	HAS_BYTES("f", want, len);
}

static void random_model(void)
{
	size_t size = 300 * 1000, end = 0;
	char *want = new_bytes(size), *got = new_bytes(size);
	int fd = MAKE("f");

	srand(42);
	for (int i = 0; i < 1000; i++) {
		size_t off = (size_t)rand() % size, len = (size_t)rand() % 9000;

		if (len > size - off)
			len = size - off;
		if (i % 3 != 0 && len > 0) {
			fill(want + off, len, (unsigned int)i);
			WRITE_AT(fd, want + off, len, (off_t)off);
			end = off + len > end ? off + len : end;
		} else if (off < end) {
			size_t can = end - off < len ? end - off : len;

			EQ(pread(fd, got, len, (off_t)off), can);
			MEM(got, want + off, can);
		}
	}
	HAS_BYTES("f", want, end);
}

static void far_offset(void)
{
	off_t far = (off_t)5 << 30;
	char buf[8] = "";
	int fd = MAKE("f");

	EQ(pwrite(fd, "far", 3, far), 3);
	EQ(FSTAT(fd).st_size, far + 3);
	EQ(pread(fd, buf, 8, far - 4), 7);
	MEM(buf, "\0\0\0\0far", 7);
}

static void negative_offset(void)
{
	char c = 'x';
	int fd = MAKE("f");

	FAILS(EINVAL, pread(fd, &c, 1, -1));
	FAILS(EINVAL, pwrite(fd, &c, 1, -1));
	EQ(FSTAT(fd).st_size, 0);
}

static void too_far(void)
{
	int fd = MAKE("f");

	FAILS2(EFBIG, EINVAL, pwrite(fd, "x", 1, INT64_MAX));
	EQ(FSTAT(fd).st_size, 0);
}

static void other_fd_sees(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDONLY));
	char buf[8];

	EQ(read(b, buf, 8), 0);
	EQ(write(a, "one", 3), 3);
	EQ(read(b, buf, 8), 3);
	MEM(buf, "one", 3);
	EQ(pwrite(a, "ONE", 3, 0), 3);
	EQ(pread(b, buf, 8, 0), 3);
	MEM(buf, "ONE", 3);
	EQ(STAT("f").st_size, 3);
}

static void other_process_sees(void)
{
	struct gate written, seen;
	int fd = MAKE("f");
	pid_t pid;

	gate_init(&written);
	gate_init(&seen);
	pid = FORK();
	if (pid == 0) {
		char text[32];

		for (int i = 0; i < 50; i++) {
			gate_wait(&written);
			snprintf(text, sizeof(text), "round %d", i);
			HAS("f", text);
			gate_open(&seen);
		}
		_exit(0);
	}
	for (int i = 0; i < 50; i++) {
		char text[32];
		int len = snprintf(text, sizeof(text), "round %d", i);

		EQ(pwrite(fd, text, (size_t)len, 0), len);
		gate_open(&written);
		gate_wait(&seen);
	}
	JOIN(pid);
}

static void write_marks_times(void)
{
	struct stat before, after;
	int fd;

	PUT("f", "x");
	fd = OK(open("f", O_RDWR));
	before = STAT("f");
	tick();
	EQ(write(fd, "y", 1), 1);
	after = STAT("f");
	TRUE(ts_cmp(after.st_mtim, before.st_mtim) > 0);
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
	EQ(ts_cmp(FSTAT(fd).st_mtim, after.st_mtim), 0);
}

static void times_stand_after_close(void)
{
	struct stat open_st, closed, later;
	int fd = MAKE("f");

	EQ(write(fd, "x", 1), 1);
	open_st = FSTAT(fd);
	tick();
	OK(close(fd));
	closed = STAT("f");
	tick();
	later = STAT("f");
	EQ(ts_cmp(closed.st_mtim, open_st.st_mtim), 0);
	EQ(ts_cmp(later.st_mtim, closed.st_mtim), 0);
	EQ(ts_cmp(later.st_ctim, closed.st_ctim), 0);
}

static void read_keeps_mtime(void)
{
	struct stat before, after;

	PUT("f", "text");
	before = STAT("f");
	tick();
	HAS("f", "text");
	after = STAT("f");
	EQ(ts_cmp(after.st_mtim, before.st_mtim), 0);
	EQ(ts_cmp(after.st_ctim, before.st_ctim), 0);
}

static void write_leaves_parent(void)
{
	struct stat before, after;

	close(MAKE("f"));
	before = STAT(".");
	tick();
	PUT("f", "text");
	after = STAT(".");
	EQ(ts_cmp(after.st_mtim, before.st_mtim), 0);
}

static void fsize_limit(void)
{
	struct rlimit lim = {10, 10};
	int fd = MAKE("f");

	signal(SIGXFSZ, SIG_IGN);
	OK(setrlimit(RLIMIT_FSIZE, &lim));
	EQ(write(fd, "123456", 6), 6);
	EQ(write(fd, "123456", 6), 4);
	FAILS(EFBIG, write(fd, "x", 1));
	EQ(FSTAT(fd).st_size, 10);
}

static void sendfile_splice(void)
{
	int in, out = MAKE("out"), p[2];
	char *want = new_bytes(100000);
	off_t off = 10;

	fill(want, 100000, 5);
	PUT_BYTES("in", want, 100000);
	in = OK(open("in", O_RDONLY));
	EQ(sendfile(out, in, &off, 50000), 50000);
	EQ(off, 50010);
	HAS_BYTES("out", want + 10, 50000);
	OK(pipe(p));
	off = 4096;
	EQ(splice(in, &off, p[1], NULL, 4096, 0), 4096);
	EQ(splice(p[0], NULL, out, NULL, 4096, 0), 4096);
	EQ(FSTAT(out).st_size, 54096);
}

static void stdio_seek(void)
{
	FILE *f = SOME(fopen("f", "w+"));
	char word[16];

	for (int i = 0; i < 5000; i++)
		TRUE(fprintf(f, "%05d\n", i) == 6);
	for (int i = 0; i < 5000; i += 777) {
		EQ(fseek(f, i * 6L, SEEK_SET), 0);
		EQ(fread(word, 1, 5, f), 5);
		EQ(atoi(word), i);
	}
	EQ(fseek(f, 0, SEEK_END), 0);
	EQ(ftell(f), 30000);
	EQ(fclose(f), 0);
	EQ(STAT("f").st_size, 30000);
}

static const struct ps_case cases[] = {
    {"write_read", "what is written is read; 0 at the end of file", write_read},
    {"read_short_at_end", "a read across the end is short, one behind it returns 0", read_short_at_end},
    {"zero_length", "zero bytes written or read change nothing", zero_length},
    {"pread_keeps_offset", "pread and pwrite leave the offset alone", pread_keeps_offset},
    {"vectors", "readv, writev, preadv, pwritev, preadv2", vectors},
    {"vector_max", "IOV_MAX elements are written, one more is EINVAL", vector_max},
    {"seek", "lseek: SET, CUR, END, beyond the end, EINVAL", seek},
    {"seek_end_follows", "SEEK_END follows what others write and truncate", seek_end_follows},
    {"beyond_end", "bytes between the old end and a write behind it are zero", beyond_end},
    {"overwrite", "a write in the middle changes its own bytes only", overwrite},
    {"chunk_boundaries", "writes across page and chunk boundaries", chunk_boundaries},
    {"large_transfer", "one write of 16 MiB is whole", large_transfer},
    {"many_small", "ten thousand small writes", many_small},
    {"random_model", "random reads and writes agree with memory", random_model},
    {"far_offset", "offsets beyond 4 GiB", far_offset},
    {"negative_offset", "EINVAL for a negative offset", negative_offset},
    {"too_far", "EFBIG or EINVAL for an offset that cannot be", too_far},
    {"other_fd_sees", "a write is seen through another descriptor at once", other_fd_sees},
    {"other_process_sees", "a write is seen by another process at once", other_process_sees},
    {"write_marks_times", "write marks mtime and ctime, by name and descriptor alike", write_marks_times},
    {"times_stand_after_close", "the times of a write do not move at close or later", times_stand_after_close},
    {"read_keeps_mtime", "read changes neither mtime nor ctime", read_keeps_mtime},
    {"write_leaves_parent", "write does not mark the directory", write_leaves_parent},
    {"fsize_limit", "RLIMIT_FSIZE: a short write, then EFBIG", fsize_limit},
    {"sendfile_splice", "sendfile from file to file, splice through a pipe", sendfile_splice},
    {"stdio_seek", "fprintf, fseek, fread, ftell", stdio_seek},
};
PS_GROUP(readwrite);
