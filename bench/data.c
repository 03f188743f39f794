/* data.c: the bytes of files. */
#include "fsbench.h"

#include <sys/mman.h>

static int open_data(struct worker *w, int flags)
{
	char path[4096];
	int fd;

	file_path(path, sizeof(path), w->dir, "data", w->id);
	fd = open(path, flags, 0644);
	if (fd < 0)
		err(1, "open %s", path);
	return fd;
}

/* Moves `amount` bytes in pieces of `size`, one after the other or at random places. */
static void transfer(struct worker *w, int fd, int write, size_t size, int at_random)
{
	long pieces = w->amount / (long)size;

	for (long i = 0; i < pieces; i++) {
		long piece = at_random ? (long)(next_random(&w->seed) % (uint64_t)pieces) : i;
		off_t at = (off_t)piece * (off_t)size;
		ssize_t n = write ? pwrite(fd, w->buf, size, at) : pread(fd, w->buf, size, at);

		if (n != (ssize_t)size)
			err(1, "%s of %zu bytes at %lld: %zd", write ? "write" : "read", size, (long long)at, n);
	}
}

static double do_data(struct worker *w, int flags, int write, size_t size, int at_random)
{
	int fd = open_data(w, flags);

	transfer(w, fd, write, size, at_random);
	if (close(fd) != 0)
		err(1, "close");
	return (double)w->amount;
}

static double do_seq_write(struct worker *w)
{
	return do_data(w, O_CREAT | O_TRUNC | O_WRONLY, 1, BLOCK, 0);
}

static double do_seq_read(struct worker *w)
{
	return do_data(w, O_RDONLY, 0, BLOCK, 0);
}

static double do_rand_write(struct worker *w)
{
	return do_data(w, O_WRONLY, 1, SMALL, 1);
}

static double do_rand_read(struct worker *w)
{
	return do_data(w, O_RDONLY, 0, SMALL, 1);
}

static const struct phase data_phases[] = {
    {.name = "seq-write", .fn = do_seq_write, .unit = BLOCK},
    {.name = "seq-read", .fn = do_seq_read, .unit = BLOCK},
    {.name = "rand-write", .fn = do_rand_write, .unit = SMALL},
    {.name = "rand-read", .fn = do_rand_read, .unit = SMALL},
};

void run_data(const char *dir, int threads, long bytes)
{
	run_phases(data_phases, sizeof(data_phases) / sizeof(data_phases[0]), dir, threads, bytes);
}

static double do_fill(struct worker *w)
{
	return do_data(w, O_CREAT | O_TRUNC | O_WRONLY, 1, BLOCK, 0);
}

static double do_blocks(struct worker *w)
{
	return do_data(w, O_RDWR | w->phase->flags, w->phase->write, w->phase->block, 0);
}

static double do_random(struct worker *w)
{
	return do_data(w, O_RDWR | w->phase->flags, w->phase->write, w->phase->block, 1);
}

/* A new mapping each time: the cost of its pages is part of it. */
static double do_mapped(struct worker *w)
{
	size_t size = w->phase->block;
	int fd = open_data(w, O_RDWR);
	char *map = mmap(NULL, (size_t)w->amount, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		err(1, "mmap");
	for (long at = 0; at < w->amount; at += (long)size) {
		if (w->phase->write)
			memcpy(map + at, w->buf, size);
		else
			memcpy(w->buf, map + at, size);
	}
	if (munmap(map, (size_t)w->amount) != 0 || close(fd) != 0)
		err(1, "munmap");
	return (double)w->amount;
}

#define BLOCKS(kind, fn_, flags_, text, size)                                                                \
	{.name = kind "-write@" text, .fn = fn_, .unit = BLOCK, .block = size, .flags = flags_, .write = 1}, \
	{                                                                                                    \
		.name = kind "-read@" text, .fn = fn_, .unit = BLOCK, .block = size, .flags = flags_         \
	}
#define ALL_BLOCKS(kind, fn, flags)                                                         \
	BLOCKS(kind, fn, flags, "4k", 4096), BLOCKS(kind, fn, flags, "16k", 16384),         \
	    BLOCKS(kind, fn, flags, "64k", 65536), BLOCKS(kind, fn, flags, "256k", 262144), \
	    BLOCKS(kind, fn, flags, "1m", BLOCK)

static const struct phase block_phases[] = {
    {.name = "fill", .fn = do_fill, .unit = BLOCK},
    ALL_BLOCKS("buffered", do_blocks, 0),
    ALL_BLOCKS("direct", do_blocks, O_DIRECT),
    {.name = "direct-rand-write", .fn = do_random, .unit = SMALL, .block = SMALL, .flags = O_DIRECT, .write = 1},
    {.name = "direct-rand-read", .fn = do_random, .unit = SMALL, .block = SMALL, .flags = O_DIRECT},
    ALL_BLOCKS("mmap", do_mapped, 0),
};

void run_blocks(const char *dir, int threads, long bytes)
{
	run_phases(block_phases, sizeof(block_phases) / sizeof(block_phases[0]), dir, threads, bytes);
}
