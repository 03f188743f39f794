/*
 * fsbench: how fast a directory is. Knows nothing of dfuse; bench/run compares its figures for two directories.
 *
 *	fsbench meta DIR THREADS FILES    each thread: FILES small files in a directory of its own
 *	fsbench data DIR THREADS MBYTES   each thread: a file of MBYTES
 *	fsbench grow DIR MAX              one directory that grows to MAX entries, rates at 10^3, 10^4, ... MAX
 *
 * Prints lines `WHAT RATE`: operations (entries for readdir, 4 KiB blocks for random access) or MiB per second, over
 *all threads, from the moment that all start until the last one is done. What it makes in DIR it removes, except that
 *`grow` leaves its directory DIR/grow, so that the caller can look at the memory that its entries cost.
 *
 * The page cache is warm, in both directories that are compared: this measures the way to the data, not the disk.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BLOCK	    (1 << 20)
#define SMALL	    4096
#define THREADS_MAX 64

/* One thread's share of a phase. A phase returns how many operations or bytes it did. */
struct worker {
	int id;
	long amount; /* files, or bytes */
	char dir[3072];
	char *buf; /* BLOCK bytes */
	uint64_t seed;
	double done;
};

typedef double (*phase_fn)(struct worker *w);

struct phase {
	const char *name;
	phase_fn fn;
	double unit; /* divide by this for what is printed */
};

static struct worker workers[THREADS_MAX];
static pthread_barrier_t barrier;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* A small generator of our own: the same sequence in every run and for both directories. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void file_path(char *path, size_t size, const char *dir, const char *prefix, long n)
{
	if (snprintf(path, size, "%s/%s%07ld", dir, prefix, n) >= (int)size)
		errx(1, "%s: path too long", dir);
}

static void make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);

	if (fd < 0 || close(fd) != 0)
		err(1, "create %s", path);
}

static double do_create(struct worker *w)
{
	char path[4096];

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "f", i);
		make_file(path);
	}
	return (double)w->amount;
}

static double do_stat(struct worker *w)
{
	char path[4096];
	struct stat st;

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "f", (long)(next_random(&w->seed) % (uint64_t)w->amount));
		if (stat(path, &st) != 0)
			err(1, "stat %s", path);
	}
	return (double)w->amount;
}

static double do_open(struct worker *w)
{
	char path[4096];
	int fd;

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "f", (long)(next_random(&w->seed) % (uint64_t)w->amount));
		fd = open(path, O_RDONLY);
		if (fd < 0 || close(fd) != 0)
			err(1, "open %s", path);
	}
	return (double)w->amount;
}

static double do_readdir(struct worker *w)
{
	double entries = 0;

	for (int round = 0; round < 5; round++) {
		DIR *dir = opendir(w->dir);

		if (dir == NULL)
			err(1, "opendir %s", w->dir);
		while (readdir(dir) != NULL)
			entries++;
		closedir(dir);
	}
	return entries;
}

static double do_rename(struct worker *w)
{
	char from[4096], to[4096];

	for (long i = 0; i < w->amount; i++) {
		file_path(from, sizeof(from), w->dir, "f", i);
		file_path(to, sizeof(to), w->dir, "g", i);
		if (rename(from, to) != 0)
			err(1, "rename %s", from);
	}
	return (double)w->amount;
}

static double do_unlink(struct worker *w)
{
	char path[4096];

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "g", i);
		if (unlink(path) != 0)
			err(1, "unlink %s", path);
	}
	return (double)w->amount;
}

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

static const struct phase meta_phases[] = {
    {"create", do_create, 1},	{"stat", do_stat, 1},	  {"open", do_open, 1},
    {"readdir", do_readdir, 1}, {"rename", do_rename, 1}, {"unlink", do_unlink, 1},
};

static const struct phase data_phases[] = {
    {"seq-write", do_seq_write, BLOCK},
    {"seq-read", do_seq_read, BLOCK},
    {"rand-write", do_rand_write, SMALL},
    {"rand-read", do_rand_read, SMALL},
};

struct start {
	struct worker *worker;
	phase_fn fn;
};

static void *thread_main(void *arg)
{
	struct start *start = arg;

	pthread_barrier_wait(&barrier);
	start->worker->done = start->fn(start->worker);
	return NULL;
}

static void run_phase(const struct phase *phase, int threads)
{
	pthread_t ids[THREADS_MAX];
	struct start starts[THREADS_MAX];
	double begin, done = 0;

	pthread_barrier_init(&barrier, NULL, (unsigned int)threads + 1);
	for (int i = 0; i < threads; i++) {
		starts[i] = (struct start){.worker = &workers[i], .fn = phase->fn};
		if (pthread_create(&ids[i], NULL, thread_main, &starts[i]) != 0)
			errx(1, "pthread_create");
	}
	begin = now();
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < threads; i++) {
		pthread_join(ids[i], NULL);
		done += workers[i].done;
	}
	printf("%s %.1f\n", phase->name, done / phase->unit / (now() - begin));
	pthread_barrier_destroy(&barrier);
}

static void setup_workers(const char *dir, int threads, long amount)
{
	for (int i = 0; i < threads; i++) {
		struct worker *w = &workers[i];

		w->id = i;
		w->amount = amount;
		w->seed = 88172645463325252ULL + (uint64_t)i;
		w->buf = malloc(BLOCK);
		if (w->buf == NULL)
			err(1, "malloc");
		memset(w->buf, 'a' + i % 26, BLOCK);
		if (snprintf(w->dir, sizeof(w->dir), "%s/t%d", dir, i) >= (int)sizeof(w->dir))
			errx(1, "%s: path too long", dir);
		if (mkdir(w->dir, 0755) != 0)
			err(1, "mkdir %s", w->dir);
	}
}

static void remove_workers(int threads)
{
	char path[4096];

	for (int i = 0; i < threads; i++) {
		struct worker *w = &workers[i];

		file_path(path, sizeof(path), w->dir, "data", w->id);
		unlink(path);
		if (rmdir(w->dir) != 0)
			err(1, "rmdir %s", w->dir);
		free(w->buf);
	}
}

static void run_phases(const struct phase *phases, size_t n, const char *dir, int threads, long amount)
{
	setup_workers(dir, threads, amount);
	for (size_t i = 0; i < n; i++)
		run_phase(&phases[i], threads);
	remove_workers(threads);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void fill(const char *dir, long from, long to)
{
	char path[4096];

	for (long i = from; i < to; i++) {
		file_path(path, sizeof(path), dir, "f", i);
		make_file(path);
	}
}

/* Looks up `n` random names of which half do not exist, so that the kernel has to ask for those. */
static double lookups(const char *dir, long entries, long n)
{
	char path[4096];
	struct stat st;
	uint64_t seed = (uint64_t)entries;
	double begin = now();

	for (long i = 0; i < n; i++) {
		long name = (long)(next_random(&seed) % (uint64_t)entries);

		file_path(path, sizeof(path), dir, i % 2 ? "f" : "none", name);
		if ((stat(path, &st) == 0) != (i % 2))
			err(1, "stat %s", path);
	}
	return (double)n / (now() - begin);
}

/* The create rate with `level` entries is the median of five stretches of creates that follow. */
static void grow(const char *parent, long max)
{
	enum { STRETCHES = 5, LOOKUPS = 20000 };
	char dir[3072];
	double rates[STRETCHES];
	long stretch = 1500, have = 0;

	if (snprintf(dir, sizeof(dir), "%s/grow", parent) >= (int)sizeof(dir))
		errx(1, "%s: path too long", parent);
	if (mkdir(dir, 0755) != 0)
		err(1, "mkdir %s", dir);
	for (long level = 1000; level <= max; level *= 10) {
		fill(dir, have, level);
		have = level;
		for (int i = 0; i < STRETCHES; i++) {
			double begin = now();

			fill(dir, have, have + stretch);
			have += stretch;
			rates[i] = (double)stretch / (now() - begin);
		}
		qsort(rates, STRETCHES, sizeof(rates[0]), compare);
		printf("create@%ld %.1f\n", level, rates[STRETCHES / 2]);
		printf("lookup@%ld %.1f\n", level, lookups(dir, have, LOOKUPS));
		fflush(stdout);
		if (have > level * 10)
			errx(1, "stretches are too long for level %ld", level);
	}
	printf("entries %ld\n", have);
}

static long number(const char *text, long max)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n < 1 || n > max)
		errx(2, "'%s' is not a number from 1 to %ld", text, max);
	return n;
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "meta") == 0)
		run_phases(meta_phases, sizeof(meta_phases) / sizeof(meta_phases[0]), argv[2],
			   (int)number(argv[3], THREADS_MAX), number(argv[4], 10000000));
	else if (argc == 5 && strcmp(argv[1], "data") == 0)
		run_phases(data_phases, sizeof(data_phases) / sizeof(data_phases[0]), argv[2],
			   (int)number(argv[3], THREADS_MAX), number(argv[4], 1 << 20) * BLOCK);
	else if (argc == 4 && strcmp(argv[1], "grow") == 0)
		grow(argv[2], number(argv[3], 10000000));
	else
		errx(2, "usage: fsbench meta DIR THREADS FILES | data DIR THREADS MBYTES | grow DIR MAX");
	return 0;
}
