/* meta.c: names and attributes. */
#include "fsbench.h"

#include <dirent.h>

static double do_create(struct worker *w)
{
	char path[4096];

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "f", i);
		make_file(path);
	}
	return (double)w->amount;
}

/* Each once, in the order in which they were made. */
static double do_stat_each(struct worker *w)
{
	char path[4096];
	struct stat st;

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "f", i);
		if (stat(path, &st) != 0)
			err(1, "stat %s", path);
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

static double do_access(struct worker *w)
{
	char path[4096];

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "f", (long)(next_random(&w->seed) % (uint64_t)w->amount));
		if (access(path, R_OK) != 0)
			err(1, "access %s", path);
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

static double list(const char *path)
{
	double entries = 0;
	DIR *dir = opendir(path);

	if (dir == NULL)
		err(1, "opendir %s", path);
	while (readdir(dir) != NULL)
		entries++;
	closedir(dir);
	return entries;
}

static double do_readdir_once(struct worker *w)
{
	return list(w->dir);
}

static double do_readdir(struct worker *w)
{
	double entries = 0;

	for (int round = 0; round < 5; round++)
		entries += list(w->dir);
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

static double do_mkdir(struct worker *w)
{
	char path[4096];

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "d", i);
		if (mkdir(path, 0755) != 0)
			err(1, "mkdir %s", path);
	}
	return (double)w->amount;
}

static double do_rmdir(struct worker *w)
{
	char path[4096];

	for (long i = 0; i < w->amount; i++) {
		file_path(path, sizeof(path), w->dir, "d", i);
		if (rmdir(path) != 0)
			err(1, "rmdir %s", path);
	}
	return (double)w->amount;
}

static const struct phase phases[] = {
    {.name = "create", .fn = do_create, .unit = 1},
    {.name = "stat-first", .fn = do_stat_each, .unit = 1, .forget = 1},
    {.name = "stat", .fn = do_stat, .unit = 1},
    {.name = "access", .fn = do_access, .unit = 1},
    {.name = "open", .fn = do_open, .unit = 1},
    {.name = "readdir-first", .fn = do_readdir_once, .unit = 1, .forget = 1},
    {.name = "readdir", .fn = do_readdir, .unit = 1},
    {.name = "rename", .fn = do_rename, .unit = 1},
    {.name = "unlink", .fn = do_unlink, .unit = 1},
    {.name = "mkdir", .fn = do_mkdir, .unit = 1},
    {.name = "rmdir", .fn = do_rmdir, .unit = 1},
};

void run_meta(const char *dir, int threads, long files)
{
	run_phases(phases, sizeof(phases) / sizeof(phases[0]), dir, threads, files);
}
