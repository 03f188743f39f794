/* grow.c: one directory that becomes large. */
#include "fsbench.h"

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
void run_grow(const char *parent, long max)
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
