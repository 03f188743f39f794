/*
 * powerloss: loses power at many moments of a workload, and sees whether the store keeps its promises.
 *
 *	powerloss [-s SEED] [-n IMAGES] [-o OPERATIONS] [-b nosync|nopin|norecover] [-r RECORD [-i IMAGE]] SHIM WORKLOAD
 *
 * -b takes a protection away: then the number of images in which that was found is printed, and 0 is returned if there
 * is one. Otherwise 0 is returned if none is wrong. What a seed gives depends on the time that the engine's thread runs
 *at; so when images are wrong the record is kept, and -r RECORD -s SEED -i IMAGE makes the same image of it again.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "disk.h"
#include "expect.h"
#include "inspect.h"

#define INSPECTORS    2
#define TIME_LIMIT    120 /* seconds for one image: one that takes longer hangs */
#define SHOWN_WRONG   5
#define SHIM_WAS_LOST "the workload recorded nothing: is the shim loaded?"

struct options {
	uint64_t seed;
	unsigned images, operations, only;
	const char *broken, *record, *shim, *workload;
};

/* A record file, with the place of each record. */
struct records {
	const unsigned char *bytes;
	size_t size, nr;
	const struct record **at;
};

struct inspector {
	pid_t pid;
	unsigned image;
	char dir[128];
};

struct run {
	struct options o;
	char dir[64], record[96];
	struct records records;
	struct expect *expect;
	uint64_t root;
	struct inspector inspector[INSPECTORS];
	unsigned wrong, by_kind[IMAGE_KINDS];
};

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "powerloss: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The workload */

static void run_workload(struct run *r)
{
	char store[96], seed[32], operations[32];
	struct stat st;
	int status;
	pid_t pid;

	snprintf(store, sizeof(store), "%s/store", r->dir);
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)r->o.seed);
	snprintf(operations, sizeof(operations), "%u", r->o.operations);
	if (mkdir(store, 0700) != 0 || stat(store, &st) != 0)
		die(store);
	r->root = st.st_ino;
	pid = fork();
	if (pid == 0) {
		setenv("DAOS_LOCAL_ROOT", store, 1);
		setenv("LD_PRELOAD", r->o.shim, 1);
		setenv(RECORD_ENV, r->record, 1);
		if (r->o.broken != NULL)
			setenv(RECORD_BREAK, r->o.broken, 1);
		execl(r->o.workload, r->o.workload, seed, operations, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("workload");
	remove_tree(store);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "powerloss: the workload ended with status %#x\n", status);
		exit(2);
	}
}

/* The root's inode number is in the first record: it is the system's directory that is made there first. */
static void read_records(struct run *r)
{
	int fd = open(r->record, O_RDONLY | O_CLOEXEC);
	struct records *all = &r->records;
	size_t at = 0, room = 0;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		die(r->record);
	all->size = (size_t)st.st_size;
	all->bytes = mmap(NULL, all->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (all->size == 0 || all->bytes == MAP_FAILED)
		die(SHIM_WAS_LOST);
	close(fd);
	while (at + sizeof(struct record) <= all->size) {
		const struct record *rec = (const void *)(all->bytes + at);

		if (all->nr == room)
			all->at = realloc(all->at, (room = room * 2 + 1024) * sizeof(*all->at));
		all->at[all->nr++] = rec;
		at += sizeof(*rec) + (rec->len + 7) / 8 * 8;
	}
	if (r->root == 0)
		r->root = all->at[0]->a;
}

static void read_marks(struct run *r)
{
	r->expect = expect_new();
	for (size_t i = 0; i < r->records.nr; i++) {
		const struct record *rec = r->records.at[i];

		if (rec->type == RECORD_MARK && !expect_mark(r->expect, i, (const char *)(rec + 1), rec->len)) {
			fprintf(stderr, "powerloss: record %zu: mark not understood: %.*s\n", i, (int)rec->len,
				(const char *)(rec + 1));
			exit(2);
		}
	}
	expect_names(r->expect, 0, "", &(char *){NULL}); /* so that it is not computed in every child */
}

/* Images */

/* norecover: every environment says that it was closed cleanly. */
static int call_clean(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	int fd;

	(void)st;
	if (type != FTW_F || strcmp(path + ftw->base, "state") != 0)
		return 0;
	fd = open(path, O_WRONLY | O_TRUNC);
	if (fd < 0 || write(fd, "clean\n", 6) != 6)
		return -1;
	return close(fd);
}

static void finish(struct run *r, struct inspector *in)
{
	int status;

	if (in->pid == 0)
		return;
	if (waitpid(in->pid, &status, 0) != in->pid)
		die("waitpid");
	in->pid = 0;
	remove_tree(in->dir);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	r->wrong++;
	if (r->o.broken == NULL && WIFSIGNALED(status))
		printf("image %u: ended by signal %d%s\n", in->image, WTERMSIG(status),
		       WTERMSIG(status) == SIGALRM ? ": it hangs" : "");
}

static void start(struct run *r, struct disk *disk, size_t moment, unsigned image)
{
	struct inspector *in = &r->inspector[image % INSPECTORS];
	uint64_t random = r->o.seed * 1000003 + image;
	enum image_kind kind = (enum image_kind)(image % 20 == 0   ? IMAGE_NOTHING
						 : image % 20 == 1 ? IMAGE_ALL
						 : image % 20 < 5  ? IMAGE_PREFIX
						 : image % 20 < 12 ? IMAGE_JOURNAL
								   : IMAGE_ANY);

	finish(r, in);
	snprintf(in->dir, sizeof(in->dir), "%s/image%u", r->dir, image);
	if (mkdir(in->dir, 0700) != 0 || !disk_image(disk, kind, &random, in->dir))
		die(in->dir);
	if (r->o.broken != NULL && strcmp(r->o.broken, "norecover") == 0)
		nftw(in->dir, call_clean, 16, FTW_PHYS);
	in->image = image;
	r->by_kind[kind]++;
	fflush(NULL);
	in->pid = fork();
	if (in->pid < 0)
		die("fork");
	if (in->pid == 0) {
		bool quiet = r->o.broken != NULL || r->wrong >= SHOWN_WRONG;
		char head[96];
		int n = snprintf(head, sizeof(head), "image %u (%s, after record %zu): ", image, image_kind_name[kind],
				 moment);
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);
		FILE *before = stderr;

		alarm(TIME_LIMIT);
		setenv("DAOS_LOCAL_ROOT", in->dir, 1);
		stderr = out;
		if (inspect(r->expect, moment))
			_exit(0);
		fflush(out);
		stderr = before;
		if (!quiet)
			fprintf(stderr, "%.*s%s", n, head, text);
		_exit(1);
	}
}

static int by_number(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

static void lose_power(struct run *r)
{
	size_t *moment = calloc(r->o.images, sizeof(*moment));
	uint64_t random = r->o.seed;
	struct disk *disk = disk_new(r->root);
	size_t at = 0;

	for (unsigned i = 0; i < r->o.images; i++)
		moment[i] = random_next(&random) % (r->records.nr + 1);
	qsort(moment, r->o.images, sizeof(*moment), by_number);
	for (unsigned i = 0; i < r->o.images; i++) {
		while (at < moment[i])
			disk_apply(disk, r->records.at[at++]);
		if (r->o.only == UINT32_MAX || r->o.only == i)
			start(r, disk, at, i);
	}
	for (unsigned i = 0; i < INSPECTORS; i++)
		finish(r, &r->inspector[i]);
	disk_free(disk);
	free(moment);
}

static int report(struct run *r)
{
	printf("%zu records; images:", r->records.nr);
	for (unsigned k = 0; k < IMAGE_KINDS; k++)
		printf(" %u %s%s", r->by_kind[k], image_kind_name[k], k + 1 < IMAGE_KINDS ? "," : "\n");
	if (r->o.broken != NULL) {
		printf("%s: found in %u of %u images\n", r->o.broken, r->wrong, r->o.images);
		return r->wrong == 0;
	}
	printf("%u of %u images wrong, seed %llu\n", r->wrong, r->o.images, (unsigned long long)r->o.seed);
	return r->wrong != 0;
}

static void usage(void)
{
	fprintf(stderr, "usage: powerloss [-s SEED] [-n IMAGES] [-o OPERATIONS] [-b nosync|nopin|norecover] "
			"[-r RECORD [-i IMAGE]] SHIM WORKLOAD\n");
	exit(2);
}

static struct options parse(int argc, char **argv)
{
	struct options o = {.seed = 1, .images = 1000, .operations = 400, .only = UINT32_MAX};
	int c;

	while ((c = getopt(argc, argv, "s:n:o:b:r:i:")) != -1)
		switch (c) {
		case 's':
			o.seed = strcmp(optarg, "random") == 0 ? (uint64_t)time(NULL) : strtoull(optarg, NULL, 0);
			break;
		case 'n':
			o.images = (unsigned)strtoul(optarg, NULL, 0);
			break;
		case 'o':
			o.operations = (unsigned)strtoul(optarg, NULL, 0);
			break;
		case 'b':
			o.broken = optarg;
			break;
		case 'r':
			o.record = optarg;
			break;
		case 'i':
			o.only = (unsigned)strtoul(optarg, NULL, 0);
			break;
		default:
			usage();
		}
	if (optind + 2 != argc || o.images == 0 || o.operations == 0)
		usage();
	o.shim = argv[optind];
	o.workload = argv[optind + 1];
	return o;
}

int main(int argc, char **argv)
{
	struct run r = {.o = parse(argc, argv)};
	int rc;

	printf("seed %llu\n", (unsigned long long)r.o.seed);
	fflush(stdout);
	snprintf(r.dir, sizeof(r.dir), "%s/dfuse-powerloss-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(r.dir) == NULL)
		die(r.dir);
	snprintf(r.record, sizeof(r.record), "%s", r.o.record != NULL ? r.o.record : "");
	if (r.o.record == NULL) {
		snprintf(r.record, sizeof(r.record), "%s/record", r.dir);
		run_workload(&r);
	}
	read_records(&r);
	read_marks(&r);
	lose_power(&r);
	rc = report(&r);
	if (rc != 0 && r.o.broken == NULL)
		printf("the record is kept: %s\n", r.record);
	else
		remove_tree(r.dir);
	expect_free(r.expect);
	return rc;
}
