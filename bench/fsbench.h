/* fsbench.h: what the measurements share. */
#ifndef FSBENCH_H
#define FSBENCH_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK	    (1 << 20)
#define SMALL	    4096
#define THREADS_MAX 64

struct phase;

/* One thread's share of a phase. A phase returns how many operations or bytes it did. */
struct worker {
	int id;
	long amount; /* files, or bytes */
	const struct phase *phase;
	char dir[3072];
	char *buf; /* BLOCK bytes, for direct I/O, too */
	uint64_t seed;
	double done;
};

struct phase {
	const char *name;
	double (*fn)(struct worker *w);
	double unit; /* divide by this for what is printed */
	size_t block;
	int flags; /* of open(2) */
	int write;
	int forget; /* the kernel's memory of names and attributes before it, or it is left out */
};

double now(void);

/* Has the kernel forget names and attributes that nobody uses; 0 if it cannot be had. */
int forget_names(void);

/* A small generator of our own: the same sequence in every run and for both directories. */
uint64_t next_random(uint64_t *seed);

void file_path(char *path, size_t size, const char *dir, const char *prefix, long n);

void make_file(const char *path);

/* Each thread has a directory of its own below `dir`; it is removed afterwards, with its data file. */
void run_phases(const struct phase *phases, size_t n, const char *dir, int threads, long amount);

void run_meta(const char *dir, int threads, long files);
void run_data(const char *dir, int threads, long bytes);
void run_blocks(const char *dir, int threads, long bytes);
void run_grow(const char *dir, long max);
void run_start(long times, char **argv);

#endif
