/* append.c: O_APPEND. */
#include "helpers.h"

#include <sys/uio.h>

static void at_end(void)
{
	int fd;

	PUT("f", "one");
	fd = OK(open("f", O_WRONLY | O_APPEND));
	EQ(write(fd, "two", 3), 3);
	EQ(lseek(fd, 0, SEEK_CUR), 6);
	EQ(lseek(fd, 0, SEEK_SET), 0);
	EQ(write(fd, "three", 5), 5);
	HAS("f", "onetwothree");
}

static void read_starts_at_zero(void)
{
	char buf[8];
	int fd;

	PUT("f", "text");
	fd = OK(open("f", O_RDWR | O_APPEND));
	EQ(lseek(fd, 0, SEEK_CUR), 0);
	EQ(read(fd, buf, 8), 4);
	MEM(buf, "text", 4);
}

static void after_others(void)
{
	int a = OK(open("f", O_CREAT | O_WRONLY | O_APPEND, 0644)), b = OK(open("f", O_WRONLY | O_APPEND));

	EQ(write(a, "a1 ", 3), 3);
	EQ(write(b, "b1 ", 3), 3);
	EQ(write(a, "a2 ", 3), 3);
	EQ(write(b, "b2", 2), 2);
	HAS("f", "a1 b1 a2 b2");
}

static void after_plain_writer(void)
{
	int a = OK(open("f", O_CREAT | O_WRONLY | O_APPEND, 0644)), b = OK(open("f", O_WRONLY));

	EQ(pwrite(b, "12345", 5, 0), 5);
	EQ(write(a, "a", 1), 1);
	EQ(pwrite(b, "xyz", 3, 10), 3);
	EQ(write(a, "b", 1), 1);
	HAS_BYTES("f", "12345a\0\0\0\0xyzb", 14);
}

static void after_truncate(void)
{
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_WRONLY | O_APPEND));
	OK(truncate("f", 3));
	EQ(write(fd, "X", 1), 1);
	OK(ftruncate(fd, 6));
	EQ(write(fd, "Y", 1), 1);
	HAS_BYTES("f", "012X\0\0Y", 7);
}

static void with_trunc(void)
{
	int fd;

	PUT("f", "old");
	fd = OK(open("f", O_WRONLY | O_APPEND | O_TRUNC));
	EQ(write(fd, "new", 3), 3);
	HAS("f", "new");
}

static void set_and_clear(void)
{
	int fd;

	PUT("f", "0123");
	fd = OK(open("f", O_RDWR));
	OK(fcntl(fd, F_SETFL, O_APPEND));
	TRUE(fcntl(fd, F_GETFL) & O_APPEND);
	EQ(write(fd, "4", 1), 1);
	OK(fcntl(fd, F_SETFL, 0));
	TRUE(!(fcntl(fd, F_GETFL) & O_APPEND));
	EQ(lseek(fd, 0, SEEK_SET), 0);
	EQ(write(fd, "A", 1), 1);
	HAS("f", "A1234");
}

static void pwrite_appends(void)
{
	int fd;

	PUT("f", "0123");
	fd = OK(open("f", O_WRONLY | O_APPEND));
	EQ(pwrite(fd, "X", 1, 0), 1);
	HAS("f", "0123X");
}

static void rwf_append(void)
{
	struct iovec iov = {(void *)"X", 1};
	int fd;

	PUT("f", "0123");
	fd = OK(open("f", O_WRONLY));
	EQ(pwritev2(fd, &iov, 1, 0, RWF_APPEND), 1);
	HAS("f", "0123X");
}

static void vector(void)
{
	struct iovec iov[2] = {{(void *)"ab", 2}, {(void *)"cd", 2}};
	int fd;

	PUT("f", "x");
	fd = OK(open("f", O_WRONLY | O_APPEND));
	EQ(writev(fd, iov, 2), 4);
	HAS("f", "xabcd");
}

static void append_lines(int who)
{
	int fd = OK(open("log", O_CREAT | O_WRONLY | O_APPEND, 0644));
	char line[64];

	for (int i = 0; i < 300; i++) {
		int len = snprintf(line, sizeof(line), "writer %d line %04d %.*s\n", who, i, i % 40,
				   "........................................");

		EQ(write(fd, line, (size_t)len), len);
	}
	OK(close(fd));
}

static void check_lines(int writers)
{
	FILE *f = SOME(fopen("log", "r"));
	int next[8] = {0}, who, i, total = 0;
	char line[128];

	while (fgets(line, sizeof(line), f) != NULL) {
		EQ(sscanf(line, "writer %d line %d ", &who, &i), 2);
		EQ(i, next[who]);
		EQ(strlen(line), 20 + (size_t)(i % 40));
		next[who]++;
		total++;
	}
	EQ(total, 300 * writers);
	fclose(f);
}

static void processes(void)
{
	in_processes(3, append_lines);
	check_lines(3);
}

static void threads(void)
{
	in_threads(3, append_lines);
	check_lines(3);
}

static void stdio(void)
{
	FILE *f = SOME(fopen("f", "a"));

	TRUE(fputs("one ", f) >= 0);
	EQ(fclose(f), 0);
	f = SOME(fopen("f", "a"));
	TRUE(fputs("two", f) >= 0);
	EQ(fclose(f), 0);
	HAS("f", "one two");
}

static void inherited(void)
{
	int fd = OK(open("f", O_CREAT | O_WRONLY | O_APPEND, 0644));
	pid_t pid;

	EQ(write(fd, "parent ", 7), 7);
	pid = FORK();
	if (pid == 0) {
		EQ(write(fd, "child ", 6), 6);
		_exit(0);
	}
	JOIN(pid);
	EQ(write(fd, "parent", 6), 6);
	HAS("f", "parent child parent");
}

static const struct ps_case cases[] = {
    {"at_end", "every write goes to the end and leaves the offset there", at_end},
    {"read_starts_at_zero", "reading starts at offset 0", read_starts_at_zero},
    {"after_others", "two appending descriptors take turns", after_others},
    {"after_plain_writer", "the end is that which another writer has set", after_plain_writer},
    {"after_truncate", "the end is that which truncate has set", after_truncate},
    {"with_trunc", "O_TRUNC and O_APPEND together", with_trunc},
    {"set_and_clear", "F_SETFL sets and clears O_APPEND", set_and_clear},
    {"pwrite_appends", "pwrite appends, too, as Linux has it", pwrite_appends},
    {"rwf_append", "RWF_APPEND appends through an ordinary descriptor", rwf_append},
    {"vector", "writev appends as one write", vector},
    {"processes", "appends of several processes are whole, in order, and none is lost", processes},
    {"threads", "appends of several threads through own descriptors are whole", threads},
    {"stdio", "fopen \"a\"", stdio},
    {"inherited", "parent and child append through one open file", inherited},
};
PS_GROUP(append);
