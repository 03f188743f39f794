/*
 * driver: runs a target.
 *
 *	TARGET [-n RUNS] [-s SEED] [-i RUN] [CORPUS DIRECTORY]
 *
 * The inputs of the corpus and the target's own, then RUNS changes of them, always the same for a seed. The run that is
 * under way when the process falls over is printed; -i makes that one again.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define ROOM	 16384
#define SEEDS	 256
#define PATIENCE 60 /* seconds for one input */

static struct seed {
	uint8_t *data;
	size_t size;
} seed[SEEDS];
static unsigned seeds, run;
static uint64_t state;

static unsigned any(unsigned below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(state >> 33) % below;
}

static void fell(int sig)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "fuzz: run %u: signal %d\n", run, sig);

	(void)!write(2, text, (size_t)len);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void add(const uint8_t *data, size_t size)
{
	if (seeds == SEEDS)
		return;
	seed[seeds].data = malloc(size + 1);
	memcpy(seed[seeds].data, data, size);
	seed[seeds++].size = size;
}

static void read_corpus(const char *path)
{
	static uint8_t buf[ROOM];
	DIR *dir = opendir(path);
	struct dirent *de;
	char file[512];
	FILE *f;

	while (dir != NULL && (de = readdir(dir)) != NULL) {
		snprintf(file, sizeof(file), "%s/%s", path, de->d_name);
		f = de->d_name[0] == '.' ? NULL : fopen(file, "rb");
		if (f == NULL)
			continue;
		add(buf, fread(buf, 1, sizeof(buf), f));
		fclose(f);
	}
	if (dir != NULL)
		closedir(dir);
}

/* One change in place; the new size. */
static size_t change(uint8_t *data, size_t size)
{
	static const uint64_t special[] = {0,	   1,	       0x7f,	   0xff,      0x7fff,
					   0xffff, 0x7fffffff, 0xffffffff, INT64_MAX, UINT64_MAX};
	size_t at = size > 0 ? any((unsigned)size) : 0, n = 1 + any(8);
	const struct seed *other = &seed[any(seeds)];
	uint64_t v = special[any(10)];

	switch (any(7)) {
	case 0:
		if (size > 0)
			data[at] ^= (uint8_t)(1 << any(8));
		break;
	case 1:
		if (size > 0)
			data[at] = (uint8_t)any(256);
		break;
	case 2:
		n = size - at < sizeof(v) ? size - at : sizeof(v);
		memcpy(data + at, &v, any(2) ? n : n / 2);
		break;
	case 3:
		n = n < size - at ? n : size - at;
		memmove(data + at, data + at + n, size - at - n);
		return size - n;
	case 4:
		if (size + n > ROOM)
			break;
		memmove(data + at + n, data + at, size - at);
		memset(data + at, any(3) ? any(256) : data[at], n);
		return size + n;
	case 5:
		return at;
	default:
		n = other->size < ROOM - at ? other->size : ROOM - at;
		memcpy(data + at, other->data, n);
		return at + n > size ? at + n : size;
	}
	return size;
}

static void try(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + (size == 0)); /* so that what is read behind its end shows */

	memcpy(copy, data, size);
	alarm(PATIENCE);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

int main(int argc, char **argv)
{
	unsigned runs = 20000, only = UINT32_MAX;
	static uint8_t buf[ROOM];
	uint64_t first = 1;
	size_t size;
	int c;

	while ((c = getopt(argc, argv, "n:s:i:")) != -1) {
		if (c == 'n')
			runs = (unsigned)strtoul(optarg, NULL, 0);
		else if (c == 's')
			first = strtoull(optarg, NULL, 0);
		else if (c == 'i')
			only = (unsigned)strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	signal(SIGSEGV, fell);
	signal(SIGBUS, fell);
	signal(SIGABRT, fell);
	signal(SIGFPE, fell);
	signal(SIGALRM, fell);
	LLVMFuzzerInitialize(&argc, &argv);
	if (optind < argc)
		read_corpus(argv[optind]);
	for (unsigned i = 0; (size = fuzz_seed(i, buf, sizeof(buf))) > 0; i++)
		add(buf, size);
	if (seeds == 0)
		add((const uint8_t *)"", 0);
	for (unsigned i = 0; i < seeds; i++)
		try(seed[i].data, seed[i].size);
	for (run = 0; run < runs; run++) {
		const struct seed *s = &seed[run % seeds];

		if (only != UINT32_MAX && only != run)
			continue;
		state = first * 1000003 + run;
		size = s->size;
		memcpy(buf, s->data, size);
		for (unsigned i = 1 + any(4); i > 0; i--)
			size = change(buf, size);
		try(buf, size);
	}
	printf("%u inputs, seed %llu\n", seeds + runs, (unsigned long long)first);
	return 0;
}
