/* mmap.c: shared and private mappings of files. */
#include "helpers.h"

#include <linux/magic.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <sys/wait.h>

static char *map(int fd, size_t len, int prot, int flags, off_t off)
{
	char *at = mmap(NULL, len, prot, flags, fd, off);

	TRUE(at != MAP_FAILED);
	return at;
}

static char *map_shared(int fd, size_t len)
{
	return map(fd, len, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
}

static void reading(void)
{
	char *want = new_bytes(100000), *at;

	fill(want, 100000, 1);
	PUT_BYTES("f", want, 100000);
	at = map(OK(open("f", O_RDONLY)), 100000, PROT_READ, MAP_SHARED, 0);
	MEM(at, want, 100000);
}

static void store_is_read(void)
{
	char buf[5], *at;
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	at = map_shared(fd, 4096);
	memcpy(at + 2, "ABC", 3);
	EQ(pread(fd, buf, 5, 1), 5);
	MEM(buf, "1ABC5", 5);
	OK(munmap(at, 4096));
	OK(close(fd));
	HAS("f", "01ABC56789");
}

static void write_is_seen(void)
{
	char *at;
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	at = map_shared(fd, 4096);
	MEM(at, "0123456789", 10);
	EQ(pwrite(fd, "XYZ", 3, 4), 3);
	MEM(at, "0123XYZ789", 10);
}

static void alternating(void)
{
	char *at, c;
	int fd = MAKE("f");

	OK(ftruncate(fd, 8192));
	at = map_shared(fd, 8192);
	for (int i = 0; i < 200; i++) {
		off_t off = (i * 37) % 8192;

		at[off] = (char)i;
		EQ(pread(fd, &c, 1, off), 1);
		EQ(c, (char)i);
		c = (char)(i + 1);
		EQ(pwrite(fd, &c, 1, 8191 - off), 1);
		EQ(at[8191 - off], (char)(i + 1));
	}
}

static void synced(void)
{
	char *at;
	int fd = MAKE("f");

	OK(ftruncate(fd, 3 * 4096));
	at = map_shared(fd, 3 * 4096);
	memset(at, 'a', 3 * 4096);
	OK(msync(at, 3 * 4096, MS_SYNC));
	OK(msync(at, 4096, MS_ASYNC));
	OK(munmap(at, 3 * 4096));
	OK(close(fd));
	at = name_of(3 * 4096, 'a');
	HAS("f", at);
}

static void without_msync(void)
{
	char *want = new_bytes(MIB + 4096), *at;
	int fd = MAKE("f");

	fill(want, MIB + 4096, 4);
	OK(ftruncate(fd, MIB + 4096));
	at = map_shared(fd, MIB + 4096);
	OK(close(fd));
	memcpy(at, want, MIB + 4096);
	OK(munmap(at, MIB + 4096));
	HAS_BYTES("f", want, MIB + 4096);
}

static void private_stays(void)
{
	char *at;

	PUT("f", "0123456789");
	at = map(OK(open("f", O_RDONLY)), 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	memcpy(at, "private", 7);
	MEM(at, "private789", 10);
	OK(munmap(at, 4096));
	HAS("f", "0123456789");
}

static void tail_is_zero(void)
{
	struct statfs sf;
	char *at;
	int fd;

	PUT("f", "12345");
	fd = OK(open("f", O_RDWR));
	at = map_shared(fd, 4096);
	for (int i = 5; i < 4096; i++)
		EQ(at[i], 0);
	memcpy(at + 5, "beyond", 6);
	OK(msync(at, 4096, MS_SYNC));
	OK(munmap(at, 4096));
	EQ(FSTAT(fd).st_size, 5);
	OK(fstatfs(fd, &sf));
	if (sf.f_type == TMPFS_MAGIC)
		return; /* has no store but the page itself, and shows it when the file grows */
	OK(ftruncate(fd, 20));
	OK(close(fd));
	HAS_BYTES("f", "12345\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
}

static sigjmp_buf bus;

static void on_bus(int sig)
{
	(void)sig;
	siglongjmp(bus, 1);
}

/* Whether touching the byte raises SIGBUS. */
static bool faults(volatile char *at)
{
	struct sigaction sa = {.sa_handler = on_bus};

	OK(sigaction(SIGBUS, &sa, NULL));
	if (sigsetjmp(bus, 1) != 0)
		return true;
	(void)*at;
	return false;
}

static void beyond_end_faults(void)
{
	char *at;
	int fd;

	PUT("f", "12345");
	fd = OK(open("f", O_RDWR));
	at = map_shared(fd, 3 * 4096);
	TRUE(!faults(at + 4095));
	TRUE(faults(at + 4096));
	TRUE(faults(at + 2 * 4096));
	OK(ftruncate(fd, 4097));
	TRUE(!faults(at + 4096));
	TRUE(faults(at + 2 * 4096));
}

static void truncated_faults(void)
{
	char *at;
	int fd = MAKE("f");

	OK(ftruncate(fd, 4 * 4096));
	at = map_shared(fd, 4 * 4096);
	memset(at, 'x', 4 * 4096);
	OK(ftruncate(fd, 4096));
	TRUE(!faults(at + 100));
	TRUE(faults(at + 4096));
	OK(ftruncate(fd, 4 * 4096));
	EQ(at[0], 'x');
	EQ(at[4096], 0);
	EQ(at[3 * 4096], 0);
}

static void access_modes(void)
{
	int r, w;

	PUT("f", "x");
	r = OK(open("f", O_RDONLY));
	w = OK(open("f", O_WRONLY));
	TRUE(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r, 0) == MAP_FAILED && errno == EACCES);
	TRUE(mmap(NULL, 4096, PROT_READ, MAP_SHARED, w, 0) == MAP_FAILED && errno == EACCES);
	TRUE(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, r, 0) != MAP_FAILED);
	TRUE(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, w, 0) == MAP_FAILED && errno == EACCES);
}

static void errors(void)
{
	int fd;

	PUT("f", "x");
	fd = OK(open("f", O_RDWR));
	TRUE(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 100) == MAP_FAILED && errno == EINVAL);
	TRUE(mmap(NULL, 0, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EINVAL);
	TRUE(mmap(NULL, 4096, PROT_READ, MAP_SHARED, -1, 0) == MAP_FAILED && errno == EBADF);
	fd = OK(open(".", O_RDONLY));
	TRUE(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENODEV);
}

static void offset(void)
{
	char *want = new_bytes(5 * 4096), *at;
	int fd;

	fill(want, 5 * 4096, 2);
	PUT_BYTES("f", want, 5 * 4096);
	fd = OK(open("f", O_RDWR));
	at = map(fd, 2 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 2 * 4096);
	MEM(at, want + 2 * 4096, 2 * 4096);
	at[1] = 'Q';
	want[2 * 4096 + 1] = 'Q';
	OK(munmap(at, 2 * 4096));
	HAS_BYTES("f", want, 5 * 4096);
}

static void two_processes(void)
{
	struct gate there, back;
	int fd = MAKE("f");
	char *at;
	pid_t pid;

	gate_init(&there);
	gate_init(&back);
	OK(ftruncate(fd, 4096));
	pid = FORK();
	if (pid == 0) {
		at = map_shared(OK(open("f", O_RDWR)), 4096);
		gate_wait(&there);
		STR(at, "from parent");
		strcpy(at, "from child");
		gate_open(&back);
		_exit(0);
	}
	at = map_shared(fd, 4096);
	strcpy(at, "from parent");
	gate_open(&there);
	gate_wait(&back);
	STR(at, "from child");
	JOIN(pid);
}

static void add_in_map(int who)
{
	int fd = OK(open("counter", O_RDWR));
	atomic_int *n = (atomic_int *)(void *)map_shared(fd, 4096);

	(void)who;
	for (int i = 0; i < 10000; i++)
		atomic_fetch_add(n, 1);
	OK(munmap((void *)n, 4096));
}

static void atomic_counter(void)
{
	int fd = MAKE("counter"), n;

	OK(ftruncate(fd, 4096));
	in_processes(3, add_in_map);
	in_threads(3, add_in_map);
	EQ(pread(fd, &n, sizeof(n), 0), sizeof(n));
	EQ(n, 60000);
}

static void outlives_fd_and_name(void)
{
	char *at;
	int fd;

	PUT("f", "text");
	fd = OK(open("f", O_RDWR));
	at = map_shared(fd, 4096);
	OK(close(fd));
	OK(rename("f", "g"));
	at[0] = 'T';
	HAS("g", "Text");
	OK(unlink("g"));
	at[1] = 'E';
	MEM(at, "TExt", 4);
}

static void large_random(void)
{
	size_t len = 8 * MIB;
	char *want = new_bytes(len), *at;
	int fd = MAKE("f");

	OK(ftruncate(fd, (off_t)len));
	at = map_shared(fd, len);
	srand(5);
	for (int i = 0; i < 3000; i++) {
		size_t off = (size_t)rand() % (len - 100);

		fill(at + off, 100, (unsigned int)i);
		fill(want + off, 100, (unsigned int)i);
	}
	MEM(at, want, len);
	OK(munmap(at, len));
	OK(close(fd));
	HAS_BYTES("f", want, len);
}

static void marks_mtime(void)
{
	struct stat before;
	char *at;
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	at = map_shared(fd, 4096);
	before = FSTAT(fd);
	tick();
	at[0] = 'x';
	OK(msync(at, 4096, MS_SYNC));
	OK(munmap(at, 4096));
	OK(close(fd));
	TRUE(ts_cmp(STAT("f").st_mtim, before.st_mtim) > 0);
}

static void grown_under_map(void)
{
	char *at;
	int fd = MAKE("f");

	OK(ftruncate(fd, 4096));
	at = map_shared(fd, 4 * 4096);
	OK(ftruncate(fd, 4 * 4096));
	memset(at, 'g', 4 * 4096);
	OK(munmap(at, 4 * 4096));
	at = name_of(4 * 4096, 'g');
	HAS("f", at);
}

static void remapped(void)
{
	char *at;
	int fd = MAKE("f");

	OK(ftruncate(fd, 8 * 4096));
	at = map_shared(fd, 4096);
	at[0] = 'a';
	at = mremap(at, 4096, 8 * 4096, MREMAP_MAYMOVE);
	TRUE(at != MAP_FAILED);
	at[7 * 4096] = 'b';
	EQ(at[0], 'a');
	OK(munmap(at, 8 * 4096));
	at = new_bytes(8 * 4096);
	at[0] = 'a';
	at[7 * 4096] = 'b';
	HAS_BYTES("f", at, 8 * 4096);
}

static void executed(void)
{
	char buf[65536];
	int in = OK(open("/bin/true", O_RDONLY)), out = MAKE("prog");
	ssize_t n;
	pid_t pid;

	while ((n = OK(read(in, buf, sizeof(buf)))) > 0)
		EQ(write(out, buf, (size_t)n), n);
	OK(fchmod(out, 0755));
	OK(close(out));
	for (int i = 0; i < 3; i++) {
		pid = FORK();
		if (pid == 0) {
			execl("./prog", "prog", NULL);
			_exit(120);
		}
		JOIN(pid);
	}
}

static const struct ps_case cases[] = {
    {"reading", "a mapping shows the file", reading},
    {"store_is_read", "MAP_SHARED: what is stored is read by read(2)", store_is_read},
    {"write_is_seen", "MAP_SHARED: what is written by write(2) is seen", write_is_seen},
    {"alternating", "stores, reads, writes and loads in turn agree", alternating},
    {"synced", "msync", synced},
    {"without_msync", "stores reach the file without msync, also after close", without_msync},
    {"private_stays", "MAP_PRIVATE leaves the file alone", private_stays},
    {"tail_is_zero", "the last page's rest reads as zeros and is never written", tail_is_zero},
    {"beyond_end_faults", "SIGBUS behind the last page, until the file grows", beyond_end_faults},
    {"truncated_faults", "SIGBUS where truncate took the file away; zeros when it is back", truncated_faults},
    {"access_modes", "EACCES where the descriptor does not allow", access_modes},
    {"errors", "EINVAL, EBADF, ENODEV", errors},
    {"offset", "a mapping of the middle", offset},
    {"two_processes", "two processes share a mapping", two_processes},
    {"atomic_counter", "processes and threads count in a shared mapping", atomic_counter},
    {"outlives_fd_and_name", "a mapping outlives descriptor, rename and unlink", outlives_fd_and_name},
    {"large_random", "8 MiB, written at random places", large_random},
    {"marks_mtime", "a store marks mtime by msync at the latest", marks_mtime},
    {"grown_under_map", "a file that grows under its mapping", grown_under_map},
    {"remapped", "mremap", remapped},
    {"executed", "a program runs from the file system", executed},
};
PS_GROUP(mmap);
