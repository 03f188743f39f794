/*
 * The workload: works on a container of its own by libdfs and says in marks what it does and what was acknowledged.
 *
 *	workload SEED OPERATIONS	with DAOS_LOCAL_ROOT an empty directory
 *
 * POWERLOSS_PROPERTIES: of the container, as `daos container create --properties` takes them.
 *
 * One thread makes the changes; the engine's own thread makes checkpoints, and fills and empties the stock.
 */
#include "workload.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_local.h>

#define DIRS  4
#define NAMES 8
#define CELLS 400 /* of a file, at most */

void powerloss_mark(const char *fmt, ...) __attribute__((weak, format(printf, 1, 2)));

static daos_handle_t poh, coh;
static dfs_t *dfs;
static unsigned number, version;
static uint64_t state;

#define MUST(call)                                                         \
	do {                                                               \
		int rc_ = (call);                                          \
		if (rc_ != 0) {                                            \
			fprintf(stderr, "workload: %s: %d\n", #call, rc_); \
			exit(1);                                           \
		}                                                          \
	} while (0)

static unsigned any(unsigned below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(state >> 33) % below;
}

/* A directory of the file system: 0 the root, the others /d1, /d2, … which may not be there. */
static dfs_obj_t *open_dir(unsigned d)
{
	dfs_obj_t *obj = NULL;
	char path[16];

	snprintf(path, sizeof(path), "/d%u", d);
	if (d != 0 && dfs_lookup(dfs, path, O_RDWR, &obj, NULL, NULL) != 0)
		return NULL;
	return obj;
}

static void close_dir(dfs_obj_t *dir)
{
	if (dir != NULL)
		dfs_release(dir);
}

static void path_of(unsigned d, const char *name, char path[64])
{
	if (d == 0)
		snprintf(path, 64, "/%s", name);
	else
		snprintf(path, 64, "/d%u/%s", d, name);
}

static void done(daos_obj_id_t oid)
{
	powerloss_mark("done %u %llu %llu", number++, (unsigned long long)oid.hi, (unsigned long long)oid.lo);
}

static void write_cells(dfs_obj_t *file, daos_obj_id_t oid, unsigned first, unsigned nr)
{
	char *buf = malloc((size_t)nr * CELL + 1);
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	version++;
	for (unsigned i = 0; i < nr; i++)
		snprintf(buf + (size_t)i * CELL, CELL + 1, CELL_FORMAT, (unsigned long long)oid.hi,
			 (unsigned long long)oid.lo, first + i, version);
	d_iov_set(&iov, buf, (size_t)nr * CELL);
	powerloss_mark("write %llu %llu %u %u %u", (unsigned long long)oid.hi, (unsigned long long)oid.lo, version,
		       first * CELL, nr * CELL);
	MUST(dfs_write(dfs, file, &sgl, (daos_off_t)first * CELL, NULL));
	free(buf);
}

static void cut(dfs_obj_t *file, daos_obj_id_t oid, unsigned cells)
{
	version++;
	powerloss_mark("size %llu %llu %u %u", (unsigned long long)oid.hi, (unsigned long long)oid.lo, version,
		       cells * CELL);
	MUST(dfs_punch(dfs, file, (daos_off_t)cells * CELL, DFS_MAX_FSIZE));
}

static void sync_file(dfs_obj_t *file, daos_obj_id_t oid)
{
	daos_handle_t oh;

	MUST(dfs_get_file_oh(file, &oh));
	powerloss_mark("fsync %llu %llu", (unsigned long long)oid.hi, (unsigned long long)oid.lo);
	MUST(daos_local_array_sync(oh));
	powerloss_mark("synced %llu %llu", (unsigned long long)oid.hi, (unsigned long long)oid.lo);
}

static void sync_names(void)
{
	powerloss_mark("sync");
	MUST(daos_local_cont_sync(coh));
	powerloss_mark("stable");
}

/* Open the file, or make it. NULL: neither, as its directory is not there or something else has the name. */
static dfs_obj_t *get_file(unsigned d, const char *name, daos_obj_id_t *oid)
{
	dfs_obj_t *dir = open_dir(d), *file = NULL;
	struct stat st;
	char path[64];

	if (d != 0 && dir == NULL)
		return NULL;
	path_of(d, name, path);
	if (dfs_stat(dfs, dir, name, &st) == 0) {
		if (S_ISREG(st.st_mode))
			MUST(dfs_open(dfs, dir, name, S_IFREG, O_RDWR, 0, 0, NULL, &file));
	} else {
		powerloss_mark("begin %u create %s", number, path);
		MUST(dfs_open(dfs, dir, name, S_IFREG | 0644, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &file));
		MUST(dfs_obj2id(file, oid));
		done(*oid);
	}
	if (file != NULL)
		MUST(dfs_obj2id(file, oid));
	close_dir(dir);
	return file;
}

static void change_file(unsigned d, const char *name)
{
	daos_obj_id_t oid;
	dfs_obj_t *file = get_file(d, name, &oid);

	if (file == NULL)
		return;
	if (any(6) == 0)
		cut(file, oid, any(20));
	for (unsigned i = any(3); i > 0; i--)
		write_cells(file, oid, any(40), 1 + any(any(4) == 0 ? CELLS - 40 : 30));
	if (any(4) == 0)
		sync_file(file, oid);
	dfs_release(file);
}

/* What editors do: a new file, synced, takes the place of the old one. */
static void replace_file(unsigned d, const char *name)
{
	static const daos_obj_id_t none;
	daos_obj_id_t oid;
	dfs_obj_t *dir, *file = get_file(d, "tmp", &oid);
	char from[64], to[64];
	struct stat st;

	if (file == NULL)
		return;
	write_cells(file, oid, 0, 1 + any(60));
	if (any(4) != 0)
		sync_file(file, oid);
	dfs_release(file);
	dir = open_dir(d);
	path_of(d, "tmp", from);
	path_of(d, name, to);
	if (dfs_stat(dfs, dir, name, &st) != 0 || S_ISREG(st.st_mode)) {
		powerloss_mark("begin %u rename %s %s", number, from, to);
		MUST(dfs_move(dfs, dir, (char *)"tmp", dir, (char *)name, NULL));
		done(none);
	}
	close_dir(dir);
}

static void move_file(unsigned d, const char *name, unsigned to_d, const char *to)
{
	static const daos_obj_id_t none;
	dfs_obj_t *dir = open_dir(d), *to_dir = open_dir(to_d);
	char from_path[64], to_path[64];
	struct stat st, to_st;

	path_of(d, name, from_path);
	path_of(to_d, to, to_path);
	if ((d == 0 || dir != NULL) && (to_d == 0 || to_dir != NULL) && strcmp(from_path, to_path) != 0 &&
	    dfs_stat(dfs, dir, name, &st) == 0 && dfs_stat(dfs, to_dir, to, &to_st) != 0) {
		powerloss_mark("begin %u rename %s %s", number, from_path, to_path);
		MUST(dfs_move(dfs, dir, (char *)name, to_dir, (char *)to, NULL));
		done(none);
	}
	close_dir(dir);
	close_dir(to_dir);
}

static void remove_file(unsigned d, const char *name)
{
	static const daos_obj_id_t none;
	dfs_obj_t *dir = open_dir(d);
	char path[64];
	struct stat st;

	path_of(d, name, path);
	if ((d == 0 || dir != NULL) && dfs_stat(dfs, dir, name, &st) == 0) {
		powerloss_mark("begin %u remove %s", number, path);
		MUST(dfs_remove(dfs, dir, name, false, NULL));
		done(none);
	}
	close_dir(dir);
}

static void change_dir(unsigned d)
{
	static const daos_obj_id_t none;
	daos_obj_id_t oid;
	dfs_obj_t *obj;
	char path[16];
	int rc;

	snprintf(path, sizeof(path), "/d%u", d);
	obj = open_dir(d);
	if (obj != NULL) {
		dfs_release(obj);
		powerloss_mark("begin %u remove %s", number, path);
		rc = dfs_remove(dfs, NULL, path + 1, false, NULL);
		if (rc == 0)
			done(none);
		return; /* else it is not empty, and the next one begins with the same number */
	}
	powerloss_mark("begin %u mkdir %s", number, path);
	MUST(dfs_open(dfs, NULL, path + 1, S_IFDIR | 0755, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &obj));
	MUST(dfs_obj2id(obj, &oid));
	dfs_release(obj);
	done(oid);
}

static void make_link(unsigned d, const char *name)
{
	static const daos_obj_id_t none;
	dfs_obj_t *dir = open_dir(d), *obj;
	char path[64];
	struct stat st;

	path_of(d, name, path);
	if ((d == 0 || dir != NULL) && dfs_stat(dfs, dir, name, &st) != 0) {
		powerloss_mark("begin %u symlink %s target-%u", number, path, number);
		snprintf(path, sizeof(path), "target-%u", number);
		MUST(dfs_open(dfs, dir, name, S_IFLNK | 0777, O_RDWR | O_CREAT | O_EXCL, 0, 0, path, &obj));
		dfs_release(obj);
		done(none);
	}
	close_dir(dir);
}

static void open_cont(void)
{
	MUST(daos_cont_open(poh, WORKLOAD_CONT, DAOS_COO_RW, &coh, NULL, NULL));
	MUST(dfs_mount(poh, coh, O_RDWR, &dfs));
}

static void close_cont(void)
{
	MUST(dfs_umount(dfs));
	MUST(daos_cont_close(coh, NULL));
}

static void other_container(void)
{
	uuid_t uuid;

	MUST(dfs_cont_create_with_label(poh, "other", NULL, &uuid, NULL, NULL));
	MUST(daos_cont_destroy(poh, "other", 1, NULL));
}

static void step(void)
{
	unsigned d = any(DIRS), what = any(100);
	char name[8], to[8];

	snprintf(name, sizeof(name), "f%u", any(NAMES));
	snprintf(to, sizeof(to), "f%u", any(NAMES));
	if (what < 40)
		change_file(d, name);
	else if (what < 55)
		replace_file(d, name);
	else if (what < 65)
		move_file(d, name, any(DIRS), to);
	else if (what < 80)
		remove_file(d, name);
	else if (what < 87)
		change_dir(1 + any(DIRS - 1));
	else if (what < 93)
		make_link(d, name);
	else
		sync_names();
}

static void make_cont(void)
{
	const char *text = getenv("POWERLOSS_PROPERTIES");
	dfs_attr_t attr = {0};
	uuid_t uuid;

	if (text != NULL)
		MUST(daos_prop_from_str(text, strlen(text), &attr.da_props));
	MUST(dfs_cont_create_with_label(poh, WORKLOAD_CONT, &attr, &uuid, NULL, NULL));
	daos_prop_free(attr.da_props);
}

int main(int argc, char **argv)
{
	const struct timespec timer = {2, 300000000}; /* a checkpoint by the timer, with all that follows one */
	unsigned operations;

	if (argc != 3 || powerloss_mark == NULL) {
		fprintf(stderr, "usage: LD_PRELOAD=shim workload SEED OPERATIONS\n");
		return 2;
	}
	state = strtoull(argv[1], NULL, 0);
	operations = (unsigned)strtoul(argv[2], NULL, 0);
	MUST(daos_init());
	MUST(dfs_init());
	MUST(daos_local_pool_create(NULL, WORKLOAD_POOL, 0, NULL, NULL));
	MUST(daos_pool_connect(WORKLOAD_POOL, NULL, DAOS_PC_RW, &poh, NULL, NULL));
	make_cont();
	powerloss_mark("ready");
	open_cont();
	for (unsigned i = 0; i < operations; i++) {
		step();
		if (i % (operations / 4 + 1) == operations / 5)
			nanosleep(&timer, NULL);
		if (i == operations / 3 || i == operations / 2) {
			close_cont();
			if (i == operations / 2)
				other_container();
			open_cont();
		}
	}
	close_cont();
	MUST(daos_pool_disconnect(poh, NULL));
	MUST(dfs_fini());
	MUST(daos_fini());
	return 0;
}
