/*
 * Byte arrays: their plain files, what several users see, removal, space; and the watch of changes.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static daos_handle_t array_open(uint64_t lo, uint64_t chunk)
{
	daos_handle_t oh;

	assert_ok(daos_array_open_with_attr(coh, array_id(lo), DAOS_TX_NONE, DAOS_OO_RW, 1, chunk, &oh, NULL));
	return oh;
}

struct io {
	daos_array_iod_t iod;
	daos_range_t rg;
	d_iov_t iov;
	d_sg_list_t sgl;
};

static void io_set(struct io *io, void *buf, size_t len, uint64_t at)
{
	io->rg = (daos_range_t){at, len};
	io->iod = (daos_array_iod_t){.arr_nr = 1, .arr_rgs = &io->rg};
	d_iov_set(&io->iov, buf, len);
	io->sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &io->iov};
}

static void write_at(daos_handle_t oh, const char *s, uint64_t at)
{
	struct io io;

	io_set(&io, (void *)s, strlen(s), at);
	assert_ok(daos_array_write(oh, DAOS_TX_NONE, &io.iod, &io.sgl, NULL));
}

static size_t read_at(daos_handle_t oh, char *buf, size_t len, uint64_t at)
{
	struct io io;

	memset(buf, '.', len);
	io_set(&io, buf, len, at);
	assert_ok(daos_array_read(oh, DAOS_TX_NONE, &io.iod, &io.sgl, NULL));
	assert_int_equal(io.iod.arr_nr_read + io.iod.arr_nr_short_read, len);
	return io.iod.arr_nr_read;
}

static unsigned files_in(const char *dir)
{
	char cmd[600], line[16] = "";
	FILE *p;

	snprintf(cmd, sizeof(cmd), "find %s/data -type f | wc -l", dir);
	p = popen(cmd, "r");
	assert_non_null(fgets(line, sizeof(line), p));
	pclose(p);
	return atoi(line);
}

/* Plain files below data/. */
static unsigned plain_files(void)
{
	char *dir = cont_dir(cont_uuid);
	unsigned n = files_in(dir);

	free(dir);
	return n;
}

/* Files of removed objects go with the next checkpoint. */
static void assert_plain_files(unsigned want)
{
	for (int i = 0; i < 100 && plain_files() != want; i++)
		usleep(100000);
	assert_int_equal(plain_files(), want);
}

static void test_bytes(void **state)
{
	daos_handle_t oh = array_open(1, 1 << 20);
	daos_size_t size;
	char buf[64];

	(void)state;
	assert_int_equal(plain_files(), 0);
	assert_int_equal(read_at(oh, buf, 10, 0), 0);
	write_at(oh, "hello", 100);
	assert_int_equal(plain_files(), 1);
	assert_ok(daos_array_get_size(oh, DAOS_TX_NONE, &size, NULL));
	assert_int_equal(size, 105);
	assert_int_equal(read_at(oh, buf, 10, 98), 7);
	assert_memory_equal(buf, "\0\0hello...", 10);
	assert_ok(daos_array_set_size(oh, DAOS_TX_NONE, 102, NULL));
	assert_int_equal(read_at(oh, buf, 10, 98), 4);
	assert_ok(daos_array_close(oh, NULL));
}

static void test_readers_must_not_write(void **state)
{
	daos_handle_t oh;
	struct io io;
	int fd;

	(void)state;
	assert_ok(daos_array_open_with_attr(coh, array_id(2), DAOS_TX_NONE, DAOS_OO_RO, 1, 4096, &oh, NULL));
	io_set(&io, "x", 1, 0);
	assert_der(daos_array_write(oh, DAOS_TX_NONE, &io.iod, &io.sgl, NULL), -DER_NO_PERM);
	assert_der(daos_array_set_size(oh, DAOS_TX_NONE, 1, NULL), -DER_NO_PERM);
	assert_der(daos_local_array_fd(oh, DAOS_LOCAL_CREATE, &fd), -DER_NO_PERM);
	assert_der(daos_local_array_fd(oh, 0, &fd), -DER_NONEXIST);
	assert_ok(daos_array_close(oh, NULL));
}

/* An array that is destroyed while open keeps its bytes for those who have it open; others find a new, empty one. */
static void test_destroyed_while_open(void **state)
{
	daos_handle_t with = array_open(3, 4096), without = array_open(4, 4096), again;
	daos_size_t size;
	unsigned before;
	char buf[8];

	(void)state;
	write_at(with, "kept", 0);
	before = plain_files();
	assert_ok(daos_array_destroy(with, DAOS_TX_NONE, NULL));
	assert_ok(daos_array_destroy(without, DAOS_TX_NONE, NULL));
	assert_der(daos_array_open(coh, array_id(3), DAOS_TX_NONE, DAOS_OO_RW, &size, &size, &again, NULL), -DER_INVAL);
	again = array_open(3, 4096);
	assert_int_equal(read_at(again, buf, 4, 0), 0); /* gone at once, whether the file is or not */
	assert_ok(daos_array_close(again, NULL));
	assert_plain_files(before - 1);
	assert_int_equal(read_at(with, buf, 4, 0), 4);
	assert_memory_equal(buf, "kept", 4);
	write_at(with, "more", 4);
	write_at(without, "late", 0);
	assert_int_equal(read_at(without, buf, 4, 0), 4);
	assert_plain_files(before - 1);
	again = array_open(3, 4096);
	assert_int_equal(read_at(again, buf, 4, 0), 0);
	write_at(again, "new", 0);
	assert_int_equal(read_at(with, buf, 4, 0), 4);
	assert_memory_equal(buf, "kept", 4);
	assert_plain_files(before);
	assert_ok(daos_array_close(with, NULL));
	assert_ok(daos_array_close(without, NULL));
	assert_int_equal(read_at(again, buf, 4, 0), 3);
	assert_ok(daos_array_close(again, NULL));
}

/* A chunk size that is not the usual one is found again by the object calls. */
static void test_chunks_as_dkeys(void **state)
{
	daos_handle_t oh = array_open(5, 1024), obj;
	daos_anchor_t anchor = {0};
	daos_key_desc_t kds[8];
	uint64_t keys[8];
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	uint32_t nr = 8;

	(void)state;
	write_at(oh, "ab", 3 * 1024 - 1);
	assert_ok(daos_array_close(oh, NULL));
	assert_ok(daos_obj_open(coh, array_id(5), DAOS_OO_RO, &obj, NULL));
	d_iov_set(&iov, keys, sizeof(keys));
	assert_ok(daos_obj_list_dkey(obj, DAOS_TX_NONE, &nr, kds, &sgl, &anchor, NULL));
	assert_true(nr >= 2 && daos_anchor_is_eof(&anchor));
	assert_int_equal(keys[nr - 1], 4);
	assert_int_equal(keys[nr - 2], 3);
	assert_ok(daos_obj_close(obj, NULL));
}

static uint64_t pool_free(daos_handle_t pool)
{
	daos_pool_info_t info = {.pi_bits = DPI_SPACE};

	assert_ok(daos_pool_query(pool, NULL, &info, NULL, NULL));
	return info.pi_space.ps_space.s_free[0];
}

/* In a pool smaller than what the host has free, so that others who fill the host do not matter. */
static void test_space(void **state)
{
	daos_handle_t all = coh, pool, oh;
	uint64_t before, size = 8 << 20;
	char *data = malloc(size + 1);
	uuid_t uuid;

	(void)state;
	assert_ok(daos_local_pool_create(NULL, "small", 256 << 20, NULL, uuid));
	assert_ok(daos_pool_connect("small", NULL, DAOS_PC_RW, &pool, NULL, NULL));
	assert_ok(daos_cont_create_with_label(pool, "c", NULL, NULL, NULL));
	assert_ok(daos_cont_open(pool, "c", DAOS_COO_RW, &coh, NULL, NULL));
	memset(data, 'x', size);
	data[size] = '\0';
	before = pool_free(pool);
	oh = array_open(6, 1 << 20);
	write_at(oh, data, 0);
	assert_true(before - pool_free(pool) >= size / 2); /* open, written */
	assert_ok(daos_array_close(oh, NULL));
	assert_true(before - pool_free(pool) >= size / 2);
	oh = array_open(6, 1 << 20);
	assert_ok(daos_array_destroy(oh, DAOS_TX_NONE, NULL));
	assert_ok(daos_array_close(oh, NULL));
	assert_true(before - pool_free(pool) < size / 2);
	assert_ok(daos_cont_close(coh, NULL));
	assert_ok(daos_pool_disconnect(pool, NULL));
	free(data);
	coh = all;
}

/* Remove an array and copy the container as a kill would leave it. False: the files were cleared meanwhile. */
static bool copy_with_removal(const char *dir, const char *copy, uint64_t lo)
{
	daos_handle_t oh = array_open(lo, 1 << 20);
	unsigned before;
	char cmd[1400];

	write_at(oh, "x", 0);
	before = plain_files();
	assert_ok(daos_array_destroy(oh, DAOS_TX_NONE, NULL));
	assert_ok(daos_array_close(oh, NULL));
	snprintf(cmd, sizeof(cmd), "rm -rf %s && cp -r %s %s", copy, dir, copy);
	assert_int_equal(system(cmd), 0);
	return files_in(copy) == before && plain_files() == before;
}

/* A removal that was not stable when the process died is finished by the next who opens the container. */
static void test_interrupted_removal(void **state)
{
	char *dir = cont_dir(cont_uuid), copy[600], cmd[1400];
	unsigned after, tries = 0;

	(void)state;
	snprintf(copy, sizeof(copy), "%s.crashed", dir);
	while (!copy_with_removal(dir, copy, 20 + tries))
		assert_true(++tries < 20);
	cont_close(coh);
	after = plain_files();
	snprintf(cmd, sizeof(cmd), "rm -r %s && mv %s %s", dir, copy, dir);
	assert_int_equal(system(cmd), 0);
	assert_int_equal(plain_files(), after + 1);
	coh = cont_open_label("c", DAOS_COO_RW);
	assert_int_equal(plain_files(), after);
	free(dir);
}

/* Until the removal is stable a power failure can take it back, so the file is there until then. */
static void test_removal_waits_for_checkpoint(void **state)
{
	daos_handle_t oh = array_open(11, 1 << 20);
	unsigned before;

	(void)state;
	write_at(oh, "x", 0);
	assert_ok(daos_local_cont_sync(coh));
	before = plain_files();
	assert_ok(daos_array_destroy(oh, DAOS_TX_NONE, NULL));
	assert_int_equal(plain_files(), before);
	assert_ok(daos_array_close(oh, NULL));
	assert_plain_files(before - 1);
}

static void put_entry(daos_handle_t oh, const char *name)
{
	daos_key_t dkey;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	daos_iod_t iod = {.iod_type = DAOS_IOD_SINGLE, .iod_size = 1, .iod_nr = 1};

	d_iov_set(&dkey, (void *)name, strlen(name));
	d_iov_set(&iod.iod_name, "a", 1);
	d_iov_set(&iov, "v", 1);
	assert_ok(daos_obj_update(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL));
}

static int change_things(void *arg)
{
	daos_handle_t *oh = arg, array = array_open(8, 4096);

	put_entry(*oh, "one");
	put_entry(*oh, "two");
	write_at(array, "x", 0);
	return 0;
}

/* What another process does is told, in order; what this process does is not. */
static void test_watch(void **state)
{
	struct daos_local_watch watch;
	struct daos_local_change c;
	daos_obj_id_t oid = {.lo = 9};
	daos_handle_t oh;

	(void)state;
	assert_ok(daos_obj_generate_oid(coh, &oid, DAOS_OT_MULTI_HASHED, 0, 0, 0));
	assert_ok(daos_obj_open(coh, oid, DAOS_OO_RW, &oh, NULL));
	assert_ok(daos_local_watch_start(coh, &watch));
	put_entry(oh, "mine");
	assert_der(daos_local_watch_next(&watch, 0, &c), -DER_TIMEDOUT);
	assert_int_equal(in_child(change_things, &oh), 0);
	assert_ok(daos_local_watch_next(&watch, 1000, &c));
	assert_int_equal(c.oid.hi, oid.hi);
	assert_int_equal(c.name_len, 3);
	assert_memory_equal(c.name, "one", 3);
	assert_ok(daos_local_watch_next(&watch, 1000, &c));
	assert_memory_equal(c.name, "two", 3);
	assert_ok(daos_local_watch_next(&watch, 1000, &c));
	assert_int_equal(c.name_len, 0);
	assert_int_equal(c.oid.hi, array_id(8).hi);
	assert_der(daos_local_watch_next(&watch, 0, &c), -DER_TIMEDOUT);
	assert_ok(daos_local_watch_stop(&watch));
	assert_der(daos_local_watch_next(&watch, 1000, &c), -DER_CANCELED);
	assert_ok(daos_obj_close(oh, NULL));
}

static int change_much(void *arg)
{
	char name[32];

	for (int i = 0; i < 6000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		put_entry(*(daos_handle_t *)arg, name);
	}
	return 0;
}

/* A watcher that does not look for long is told that it has missed something, and goes on behind it. */
static void test_watch_overflow(void **state)
{
	struct daos_local_watch idle, watch;
	struct daos_local_change c;
	daos_obj_id_t oid = {.lo = 10};
	daos_handle_t oh;
	int status, rc;
	pid_t pid;

	(void)state;
	assert_ok(daos_obj_generate_oid(coh, &oid, DAOS_OT_MULTI_HASHED, 0, 0, 0));
	assert_ok(daos_obj_open(coh, oid, DAOS_OO_RW, &oh, NULL));
	pid = fork();
	if (pid == 0) { /* dies while it watches: nobody must wait for it */
		daos_local_watch_start(coh, &idle);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_ok(daos_local_watch_start(coh, &watch));
	pid = fork();
	if (pid == 0)
		_exit(change_much(&oh));
	do {
		rc = daos_local_watch_next(&watch, 10000, &c);
	} while (rc == 0 && !(c.name_len == 4 && memcmp(c.name, "5500", 4) == 0));
	assert_ok(rc);
	kill(pid, SIGSTOP);
	watch.next -= 5000; /* as if it had been slow */
	assert_der(daos_local_watch_next(&watch, 0, &c), -DER_OVERFLOW);
	kill(pid, SIGCONT);
	do {
		rc = daos_local_watch_next(&watch, 10000, &c);
	} while (rc == 0 && !(c.name_len == 4 && memcmp(c.name, "5999", 4) == 0));
	assert_ok(rc);
	assert_ok(daos_local_watch_stop(&watch));
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_ok(daos_obj_close(oh, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_readers_must_not_write),
	    cmocka_unit_test(test_destroyed_while_open),
	    cmocka_unit_test(test_chunks_as_dkeys),
	    cmocka_unit_test(test_space),
	    cmocka_unit_test(test_watch),
	    cmocka_unit_test(test_watch_overflow),
	    cmocka_unit_test(test_interrupted_removal),
	    cmocka_unit_test(test_removal_waits_for_checkpoint),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
