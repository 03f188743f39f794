/* direct.c: O_DIRECT, alone and together with buffered and mapped access. */
#include "helpers.h"

#include <sys/mman.h>

enum { ALIGN = 4096 };

static int open_direct(const char *path, int flags)
{
	int fd = open(path, flags | O_DIRECT, 0644);

	if (fd < 0 && errno == EINVAL)
		SKIP("no O_DIRECT here");
	return (int)OK(fd);
}

static char *aligned(size_t len)
{
	return memset(SOME(aligned_alloc(ALIGN, len)), 0, len);
}

static void write_read(void)
{
	char *out = aligned(64 * KIB), *in = aligned(64 * KIB);
	int fd = open_direct("f", O_CREAT | O_RDWR);

	fill(out, 64 * KIB, 1);
	EQ(pwrite(fd, out, 64 * KIB, 0), 64 * KIB);
	EQ(pread(fd, in, 64 * KIB, 0), 64 * KIB);
	MEM(in, out, 64 * KIB);
	EQ(pread(fd, in, ALIGN, 64 * KIB), 0);
	HAS_BYTES("f", out, 64 * KIB);
}

static void across_chunks(void)
{
	size_t len = 3 * MIB;
	char *out = aligned(len), *in = aligned(len);
	int fd = open_direct("f", O_CREAT | O_RDWR);

	fill(out, len, 2);
	for (size_t at = 0; at < len; at += 768 * KIB)
		EQ(pwrite(fd, out + at, 768 * KIB, (off_t)at), 768 * KIB);
	EQ(pread(fd, in, len, 0), len);
	MEM(in, out, len);
}

static void buffered_then_direct(void)
{
	char *buf = aligned(ALIGN);
	int b = MAKE("f"), d = open_direct("f", O_RDWR);

	for (int i = 0; i < 20; i++) {
		char *page = name_of(ALIGN, (char)('a' + i));

		EQ(pwrite(b, page, ALIGN, 0), ALIGN);
		EQ(pread(d, buf, ALIGN, 0), ALIGN);
		MEM(buf, page, ALIGN);
		free(page);
	}
}

static void direct_then_buffered(void)
{
	char *page = aligned(ALIGN), buf[ALIGN];
	int b = MAKE("f"), d = open_direct("f", O_RDWR);

	for (int i = 0; i < 20; i++) {
		memset(page, 'A' + i, ALIGN);
		EQ(pwrite(d, page, ALIGN, 0), ALIGN);
		EQ(pread(b, buf, ALIGN, 0), ALIGN);
		MEM(buf, page, ALIGN);
	}
}

static void direct_then_mapped(void)
{
	char *page = aligned(ALIGN), *map;
	int b = MAKE("f"), d = open_direct("f", O_RDWR);

	OK(ftruncate(b, ALIGN));
	map = mmap(NULL, ALIGN, PROT_READ | PROT_WRITE, MAP_SHARED, b, 0);
	TRUE(map != MAP_FAILED);
	EQ(map[0], 0);
	memset(page, 'd', ALIGN);
	EQ(pwrite(d, page, ALIGN, 0), ALIGN);
	EQ(map[0], 'd');
	EQ(map[ALIGN - 1], 'd');
	map[1] = 'm';
	OK(msync(map, ALIGN, MS_SYNC));
	EQ(pread(d, page, ALIGN, 0), ALIGN);
	EQ(page[1], 'm');
}

static void size_and_tail(void)
{
	char *page = aligned(ALIGN), *in = aligned(2 * ALIGN);
	int fd = open_direct("f", O_CREAT | O_RDWR);

	memset(page, 'x', ALIGN);
	EQ(pwrite(fd, page, ALIGN, ALIGN), ALIGN);
	EQ(FSTAT(fd).st_size, 2 * ALIGN);
	OK(ftruncate(fd, ALIGN + 100));
	EQ(pread(fd, in, 2 * ALIGN, 0), ALIGN + 100);
	EQ(in[ALIGN - 1], 0);
	EQ(in[ALIGN + 99], 'x');
}

static void appended(void)
{
	char *page = aligned(ALIGN);
	int fd = open_direct("f", O_CREAT | O_WRONLY | O_APPEND);

	for (int i = 0; i < 10; i++) {
		memset(page, '0' + i, ALIGN);
		EQ(write(fd, page, ALIGN), ALIGN);
	}
	EQ(FSTAT(fd).st_size, 10 * ALIGN);
}

static void switched_on(void)
{
	char *page = aligned(ALIGN), *in = aligned(ALIGN);
	int fd = MAKE("f");

	memset(page, 's', ALIGN);
	EQ(pwrite(fd, page, ALIGN, 0), ALIGN);
	if (fcntl(fd, F_SETFL, O_DIRECT) != 0) {
		EQ(errno, EINVAL);
		SKIP("O_DIRECT cannot be switched on here");
	}
	EQ(pread(fd, in, ALIGN, 0), ALIGN);
	MEM(in, page, ALIGN);
	memset(page, 't', ALIGN);
	EQ(pwrite(fd, page, ALIGN, ALIGN), ALIGN);
	OK(fcntl(fd, F_SETFL, 0));
	EQ(pread(fd, in, ALIGN, ALIGN), ALIGN);
	MEM(in, page, ALIGN);
}

static void unaligned(void)
{
	char *page = aligned(2 * ALIGN);
	int fd = open_direct("f", O_CREAT | O_RDWR);
	ssize_t n;

	memset(page, 'u', 2 * ALIGN);
	n = pwrite(fd, page + 1, 100, 3);
	if (n < 0) {
		EQ(errno, EINVAL);
		EQ(FSTAT(fd).st_size, 0);
		return;
	}
	EQ(n, 100);
	EQ(FSTAT(fd).st_size, 103);
}

static void write_one(int who)
{
	char *page = aligned(ALIGN);
	int fd = open_direct("f", O_RDWR);

	for (int i = 0; i < 50; i++) {
		memset(page, 'a' + who, ALIGN);
		EQ(pwrite(fd, page, ALIGN, (off_t)(i * 4 + who) * ALIGN), ALIGN);
	}
	free(page);
	OK(close(fd));
}

static void threads(void)
{
	char *all = new_bytes(200 * ALIGN);

	close(MAKE("f"));
	in_threads(4, write_one);
	for (int i = 0; i < 200; i++)
		memset(all + i * ALIGN, 'a' + i % 4, ALIGN);
	HAS_BYTES("f", all, 200 * ALIGN);
}

static const struct ps_case cases[] = {
    {"write_read", "what is written directly is read directly and buffered", write_read},
    {"across_chunks", "large direct transfers", across_chunks},
    {"buffered_then_direct", "a direct read sees buffered writes", buffered_then_direct},
    {"direct_then_buffered", "a buffered read sees direct writes", direct_then_buffered},
    {"direct_then_mapped", "a mapping and direct access agree", direct_then_mapped},
    {"size_and_tail", "holes, size and a tail that is no whole block", size_and_tail},
    {"appended", "O_DIRECT with O_APPEND", appended},
    {"switched_on", "O_DIRECT by F_SETFL, on and off", switched_on},
    {"unaligned", "an unaligned transfer works or is EINVAL", unaligned},
    {"threads", "direct writes by four threads", threads},
};
PS_GROUP(direct);
