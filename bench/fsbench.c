/*
 * fsbench: how fast a directory is. Knows nothing of dfuse; bench/run compares its figures for several directories.
 *
 *	fsbench meta DIR THREADS FILES     each thread: FILES small files in a directory of its own
 *	fsbench data DIR THREADS MBYTES    each thread: a file of MBYTES, written for the first time, and read
 *	fsbench blocks DIR THREADS MBYTES  each thread: a file of MBYTES that is there, in blocks of 4 KiB to 1 MiB,
 *	                                   buffered, direct, mapped
 *	fsbench grow DIR MAX               one directory that grows to MAX entries, rates at 10^3, 10^4, ... MAX
 *	fsbench start TIMES PROGRAM...     a program's start to its end; FSBENCH_PRELOAD is what it preloads
 *
 * Prints lines `WHAT RATE`: operations (entries for readdir, blocks for random access; for start, milliseconds) or MiB
 * per second, over all threads, from the moment that all start until the last one is done. What it makes in DIR it
 * removes, except that `grow` leaves its directory DIR/grow, so that the caller can look at the memory that its entries
 * cost.
 *
 * The page cache is warm, in all directories that are compared: this measures the way to the data, not the disk. What
 * is called `first` begins with a kernel that has forgotten names and attributes (not pages). Only root may have that,
 * and what is dirty cannot be forgotten, so FSBENCH_DISK is a directory of the disk below, to be synced. Without both
 * the line is missing.
 */
#include "fsbench.h"

#include <pthread.h>
#include <time.h>

static struct worker workers[THREADS_MAX];
static pthread_barrier_t barrier;

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

void file_path(char *path, size_t size, const char *dir, const char *prefix, long n)
{
	if (snprintf(path, size, "%s/%s%07ld", dir, prefix, n) >= (int)size)
		errx(1, "%s: path too long", dir);
}

void make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);

	if (fd < 0 || close(fd) != 0)
		err(1, "create %s", path);
}

int forget_names(void)
{
	const char *disk = getenv("FSBENCH_DISK");
	int fd, ok;

	if (disk == NULL)
		return 0;
	fd = open(disk, O_RDONLY);
	if (fd < 0 || syncfs(fd) != 0)
		err(1, "sync the disk of %s", disk);
	close(fd);
	fd = open("/proc/sys/vm/drop_caches", O_WRONLY);
	ok = fd >= 0 && write(fd, "2", 1) == 1;
	if (fd >= 0)
		close(fd);
	return ok;
}

static void *thread_main(void *arg)
{
	struct worker *w = arg;

	pthread_barrier_wait(&barrier);
	w->done = w->phase->fn(w);
	return NULL;
}

static void run_phase(const struct phase *phase, int threads)
{
	pthread_t ids[THREADS_MAX];
	double begin, done = 0;

	if (phase->forget && !forget_names())
		return;
	pthread_barrier_init(&barrier, NULL, (unsigned int)threads + 1);
	for (int i = 0; i < threads; i++) {
		workers[i].phase = phase;
		if (pthread_create(&ids[i], NULL, thread_main, &workers[i]) != 0)
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
		if (posix_memalign((void **)&w->buf, SMALL, BLOCK) != 0)
			errx(1, "posix_memalign");
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

void run_phases(const struct phase *phases, size_t n, const char *dir, int threads, long amount)
{
	setup_workers(dir, threads, amount);
	for (size_t i = 0; i < n; i++)
		run_phase(&phases[i], threads);
	remove_workers(threads);
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
	static const struct {
		const char *name;
		void (*run)(const char *dir, int threads, long amount);
		long unit, max;
	} kinds[] = {{"meta", run_meta, 1, 10000000},
		     {"data", run_data, BLOCK, 1 << 20},
		     {"blocks", run_blocks, BLOCK, 1 << 20}};

	for (size_t i = 0; argc == 5 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		kinds[i].run(argv[2], (int)number(argv[3], THREADS_MAX), number(argv[4], kinds[i].max) * kinds[i].unit);
		return 0;
	}
	if (argc == 4 && strcmp(argv[1], "grow") == 0)
		run_grow(argv[2], number(argv[3], 10000000));
	else if (argc >= 4 && strcmp(argv[1], "start") == 0)
		run_start(number(argv[2], 1000000), argv + 3);
	else
		errx(2, "usage: fsbench meta DIR THREADS FILES | data DIR THREADS MBYTES | blocks DIR THREADS MBYTES | "
			"grow DIR MAX | start TIMES PROGRAM...");
	return 0;
}
