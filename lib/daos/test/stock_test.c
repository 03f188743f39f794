/*
 * The stock of empty plain files: arrays get their files from it, and those of removed arrays go there, but never one
 * that anybody still has open.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <daos_local.h>

#include "store_fixture.h"

static daos_handle_t coh;
static uuid_t cont_uuid;

static int setup(void **state)
{
	pool_size = 1 << 30;
	if (store_setup(state) != 0 || pool_setup(state) != 0)
		return 1;
	coh = cont_make("c", cont_uuid);
	return 0;
}

static int teardown(void **state)
{
	cont_close(coh);
	return pool_teardown(state) || store_teardown(state);
}

static daos_obj_id_t array_id(uint64_t lo)
{
	daos_obj_id_t oid = {.lo = lo};

	assert_ok(daos_obj_generate_oid(coh, &oid, DAOS_OT_ARRAY_BYTE, 0, 0, 0));
	return oid;
}

static int open_plain(uint64_t lo, int flags)
{
	int fd = -1;

	assert_ok(daos_local_array_open(coh, array_id(lo), flags | O_CLOEXEC, &fd));
	return fd;
}

static int destroy(uint64_t lo)
{
	daos_handle_t oh;
	int rc = daos_array_open_with_attr(coh, array_id(lo), DAOS_TX_NONE, DAOS_OO_RW, 1, 1 << 20, &oh, NULL);

	if (rc == 0)
		rc = daos_array_destroy(oh, DAOS_TX_NONE, NULL);
	if (rc == 0)
		rc = daos_array_close(oh, NULL);
	return rc;
}

/* Whether a file of this number is in the stock; 0: how many are there. */
static unsigned in_stock(ino_t ino)
{
	char path[600], *dir = cont_dir(cont_uuid);
	struct dirent *de;
	unsigned n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s/stock", dir);
	free(dir);
	d = opendir(path);
	while (d != NULL && (de = readdir(d)) != NULL)
		if (de->d_name[0] != '.' && (ino == 0 || de->d_ino == ino))
			n++;
	if (d != NULL)
		closedir(d);
	return n;
}

/* Have the stock opened by a need for it, and wait until it is at work. */
static void await_stock(unsigned least)
{
	for (int i = 0; i < 150 && in_stock(0) < least; i++) {
		close(open_plain(100000 + (unsigned)i, O_RDWR | O_CREAT));
		destroy(1); /* something has to change */
		usleep(100000);
	}
	assert_true(in_stock(0) >= least);
}

static void test_new_files(void **state)
{
	unsigned before;
	struct stat st;
	int fd;

	(void)state;
	await_stock(64);
	before = in_stock(0);
	fd = open_plain(1, O_RDWR | O_CREAT);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(st.st_mtim.tv_sec, 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1);
	close(fd);
	assert_true(in_stock(0) < before + 64);
	fd = open_plain(2, O_RDWR | O_CREAT | O_TRUNC); /* which is a change of the file's time */
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(st.st_mtim.tv_sec > 0);
	close(fd);
}

static bool is_gone(uint64_t lo)
{
	char path[700], name[64], *dir = cont_dir(cont_uuid);
	daos_obj_id_t oid = array_id(lo);
	unsigned spread = (oid.hi ^ (oid.hi >> 8) ^ oid.lo) & 0xff;

	snprintf(name, sizeof(name), "%02x/%016llx%016llx", spread, (unsigned long long)oid.hi,
		 (unsigned long long)oid.lo);
	snprintf(path, sizeof(path), "%s/data/%s", dir, name);
	free(dir);
	return access(path, F_OK) != 0;
}

static void await_gone(uint64_t lo)
{
	for (int i = 0; i < 100 && !is_gone(lo); i++)
		usleep(100000);
	assert_true(is_gone(lo));
}

static void test_removed_files(void **state)
{
	static char bytes[100000];
	struct stat free_one, held;
	int fd, hold;

	(void)state;
	await_stock(64);
	memset(bytes, 'b', sizeof(bytes));
	fd = open_plain(10, O_RDWR | O_CREAT);
	hold = open_plain(11, O_RDWR | O_CREAT);
	assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
	assert_int_equal(write(hold, bytes, sizeof(bytes)), sizeof(bytes));
	assert_int_equal(fstat(fd, &free_one), 0);
	assert_int_equal(fstat(hold, &held), 0);
	close(fd);
	assert_ok(destroy(10));
	assert_ok(destroy(11));
	await_gone(10);
	await_gone(11);
	for (int i = 0; i < 50 && in_stock(free_one.st_ino) == 0; i++)
		usleep(10000);
	assert_int_equal(in_stock(free_one.st_ino), 1);
	assert_int_equal(in_stock(held.st_ino), 0);
	assert_int_equal(fstat(hold, &held), 0);
	assert_int_equal(held.st_size, sizeof(bytes));
	assert_int_equal(held.st_nlink, 0);
	for (unsigned i = 0; i < 1000; i++) {
		struct stat st;

		fd = open_plain(1000 + i, O_RDWR | O_CREAT);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(st.st_size, 0);
		assert_int_equal(st.st_blocks, 0);
		assert_int_not_equal(st.st_ino, held.st_ino);
		assert_int_equal(write(fd, "w", 1), 1);
		close(fd);
	}
	close(hold);
}

static int try_lock(void *arg)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};

	return fcntl(*(int *)arg, F_SETLK, &l) == 0;
}

static int destroy_in_child(void *arg)
{
	return destroy(*(uint64_t *)arg);
}

/* A program's locks on a removed file, which end when the process closes any descriptor of it, are left alone. */
static void test_locks(void **state)
{
	uint64_t lo = 20;
	int fd = open_plain(lo, O_RDWR | O_CREAT);

	(void)state;
	await_stock(64);
	assert_true(try_lock(&fd));
	assert_ok(in_child(destroy_in_child, &lo)); /* the engine's own handle would end them, too */
	await_gone(lo);
	usleep(300000);
	assert_false(in_child(try_lock, &fd));
	close(fd);
}

#define CHURN 40 /* arrays of each process */

/* Every array has its own number in it, as often as it says; they come and go. */
static void churn(unsigned who)
{
	for (uint64_t i = 0;; i++) {
		uint64_t lo = 1000000 + who * 1000 + i % CHURN + i / CHURN * 100000;
		int fd = -1;

		if (i >= CHURN && destroy(lo - 100000) != 0)
			_exit(1);
		if (daos_local_array_open(coh, array_id(lo), O_RDWR | O_CREAT | O_CLOEXEC, &fd) == 0) {
			struct stat st;
			uint64_t there = lo;

			if (fstat(fd, &st) != 0 ||
			    (st.st_size != 0 && pread(fd, &there, sizeof(there), 0) != sizeof(there)))
				_exit(2);
			if (there != lo || write(fd, &lo, sizeof(lo)) != sizeof(lo))
				_exit(3);
			close(fd);
		}
	}
}

/* Processes that die at it leave no file that two arrays have. */
static void test_killed(void **state)
{
	char cmd[700], line[32] = "", *dir = cont_dir(cont_uuid);
	FILE *p;

	(void)state;
	await_stock(64);
	for (unsigned round = 0; round < 10; round++) {
		pid_t pid[3];
		int status;

		for (unsigned i = 0; i < 3; i++) {
			pid[i] = fork();
			if (pid[i] == 0)
				churn(round * 3 + i);
		}
		usleep(50000 + round * 20000);
		for (unsigned i = 0; i < 3; i++) {
			kill(pid[i], SIGKILL);
			assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
			assert_true(WIFSIGNALED(status)); /* and did not end by finding something wrong */
		}
	}
	snprintf(cmd, sizeof(cmd), "find %s/data %s/stock -type f -links +1 | wc -l", dir, dir);
	free(dir);
	p = popen(cmd, "r");
	assert_non_null(fgets(line, sizeof(line), p));
	pclose(p);
	assert_int_equal(atoi(line), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_new_files),
	    cmocka_unit_test(test_removed_files),
	    cmocka_unit_test(test_locks),
	    cmocka_unit_test(test_killed),
	};

	if (!host_has_leases()) {
		puts("the host's file system has no leases");
		return 77;
	}
	return cmocka_run_group_tests(tests, setup, teardown);
}
