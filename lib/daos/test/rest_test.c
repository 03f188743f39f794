/*
 * Files at rest: what the table of a container says of plain files, and that it is never wrong while processes open,
 * write, truncate, remove, and die.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
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

static int open_plain(daos_obj_id_t oid, int flags)
{
	int fd = -1;

	assert_ok(daos_local_array_open(coh, oid, flags | O_CLOEXEC, &fd));
	return fd;
}

static off_t peek(daos_obj_id_t oid, bool *at_rest)
{
	struct stat st = {0};

	assert_ok(daos_local_array_peek(coh, oid, &st, at_rest));
	return st.st_size;
}

/* Ask until it is known that the file is at rest; where the host has no leases it never is. */
static void settle(daos_obj_id_t oid)
{
	bool at_rest = false;

	for (int i = 0; i < 300 && !at_rest; i++)
		peek(oid, &at_rest);
	assert_true(at_rest);
}

static void assert_at_rest(daos_obj_id_t oid, bool want)
{
	bool at_rest = !want;

	peek(oid, &at_rest);
	assert_int_equal(at_rest, want);
}

static void make(daos_obj_id_t oid, const char *s)
{
	int fd = open_plain(oid, O_RDWR | O_CREAT | O_TRUNC);

	assert_int_equal(write(fd, s, strlen(s)), strlen(s));
	close(fd);
}

static void test_at_rest(void **state)
{
	daos_obj_id_t oid = array_id(1);
	struct stat st, real;
	bool at_rest;
	int fd, ro;

	(void)state;
	make(oid, "hello");
	assert_at_rest(oid, false); /* nobody has found out yet */
	settle(oid);
	ro = open_plain(oid, O_RDONLY);
	assert_at_rest(oid, true);
	assert_ok(daos_local_array_peek(coh, oid, &st, &at_rest));
	assert_int_equal(fstat(ro, &real), 0);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_blocks, real.st_blocks);
	assert_int_equal(st.st_nlink, 1);
	assert_memory_equal(&st.st_mtim, &real.st_mtim, sizeof(st.st_mtim));
	close(ro);

	fd = open_plain(oid, O_WRONLY | O_APPEND);
	for (int i = 0; i < 200; i++)
		assert_at_rest(oid, false);
	assert_int_equal(write(fd, "!", 1), 1);
	assert_int_equal(peek(oid, &at_rest), 6);
	close(fd);
	settle(oid);
	assert_int_equal(peek(oid, &at_rest), 6);
	close(open_plain(oid, O_RDONLY | O_TRUNC));
	assert_int_equal(peek(oid, &at_rest), 0);
}

/* Where to see that a file is still at rest. */
static void test_word(void **state)
{
	const volatile uint64_t *word;
	daos_obj_id_t oid = array_id(9);
	struct stat st = {0};
	uint64_t value;
	int fd;

	(void)state;
	make(oid, "hello");
	assert_int_equal(daos_local_array_rest(coh, oid, &st, &word, &value), -DER_NONEXIST);
	settle(oid);
	assert_ok(daos_local_array_rest(coh, oid, &st, &word, &value));
	assert_int_equal(st.st_size, 5);
	assert_int_equal(*word, value);
	close(open_plain(oid, O_RDONLY));
	assert_int_equal(*word, value);
	fd = open_plain(oid, O_WRONLY);
	assert_int_not_equal(*word, value);
	assert_int_equal(daos_local_array_rest(coh, oid, &st, &word, &value), -DER_NONEXIST);
	close(fd);
}

/* A map that can be written to outlives its descriptor. */
static void test_mapped(void **state)
{
	daos_obj_id_t oid = array_id(2);
	char *p;
	int fd;

	(void)state;
	make(oid, "hello");
	fd = open_plain(oid, O_RDWR);
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	for (int i = 0; i < 200; i++)
		assert_at_rest(oid, false);
	munmap(p, 4096);
	settle(oid);
}

static void test_absent(void **state)
{
	daos_obj_id_t oid = array_id(3);
	struct stat st;
	bool at_rest;

	(void)state;
	assert_ok(daos_local_array_peek(coh, oid, &st, &at_rest));
	assert_ok(daos_local_array_peek(coh, oid, &st, &at_rest));
	assert_true(at_rest);
	assert_int_equal(st.st_nlink, 0);
	make(oid, "hi");
	assert_int_equal(peek(oid, &at_rest), 2);
}

static daos_handle_t handle_of(daos_obj_id_t oid, unsigned mode)
{
	daos_handle_t oh;

	assert_ok(daos_array_open_with_attr(coh, oid, DAOS_TX_NONE, mode, 1, 1 << 20, &oh, NULL));
	return oh;
}

static void array_io(daos_handle_t oh, char *buf, bool write)
{
	daos_range_t rg = {0, 5};
	daos_array_iod_t iod = {.arr_nr = 1, .arr_rgs = &rg};
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	d_iov_set(&iov, buf, 5);
	assert_ok(write ? daos_array_write(oh, DAOS_TX_NONE, &iod, &sgl, NULL)
			: daos_array_read(oh, DAOS_TX_NONE, &iod, &sgl, NULL));
}

/* The engine's own handles: one that reads does not keep the file from being at rest; one that has written does. */
static void test_handles(void **state)
{
	daos_obj_id_t oid = array_id(4);
	daos_handle_t ro, rw;
	char buf[8] = "";
	struct stat st;
	int fd;

	(void)state;
	make(oid, "hello");
	ro = handle_of(oid, DAOS_OO_RO);
	rw = handle_of(oid, DAOS_OO_RW);
	array_io(ro, buf, false);
	array_io(rw, buf, false);
	assert_string_equal(buf, "hello");
	settle(oid);
	assert_ok(daos_local_array_stat(ro, &st));
	assert_int_equal(st.st_size, 5);
	assert_ok(daos_array_set_size(rw, DAOS_TX_NONE, 77, NULL));
	assert_ok(daos_local_array_stat(ro, &st));
	assert_int_equal(st.st_size, 77);
	assert_at_rest(oid, false);
	array_io(rw, "world", true);
	array_io(ro, buf, false);
	assert_string_equal(buf, "world");
	assert_ok(daos_local_array_fd(rw, 0, &fd));
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	assert_ok(daos_local_array_fd(ro, 0, &fd));
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_ok(daos_array_close(rw, NULL));
	settle(oid);
	rw = handle_of(oid, DAOS_OO_RW);
	assert_ok(daos_array_destroy(rw, DAOS_TX_NONE, NULL));
	array_io(ro, buf, false);
	assert_ok(daos_array_set_size(rw, DAOS_TX_NONE, 3, NULL));
	assert_ok(daos_local_array_stat(ro, &st));
	assert_int_equal(st.st_size, 3);
	assert_ok(daos_array_close(rw, NULL));
	assert_ok(daos_array_close(ro, NULL));
}

/* A sole writer's file is known to be at rest when it says so, and not if anybody else has come. */
static void test_settled(void **state)
{
	static const char text[] = "0123456789";
	daos_obj_id_t oid = array_id(7001), shared = array_id(7002), again = array_id(7003);
	daos_handle_t oh, other;
	bool at_rest;
	int fd, more;

	(void)state;
	/* Made by this one. */
	oh = handle_of(oid, DAOS_OO_RW);
	assert_ok(daos_local_array_fd(oh, DAOS_LOCAL_CREATE, &fd));
	assert_int_equal(write(fd, text, 10), 10);
	assert_ok(daos_local_array_settled(oh));
	assert_int_equal(peek(oid, &at_rest), 10);
	assert_true(at_rest);
	/* The next writer: it was at rest before, so it is known again. The first descriptor was closed. */
	assert_ok(daos_local_array_fd(oh, DAOS_LOCAL_CREATE, &fd));
	assert_int_equal(peek(oid, &at_rest), 10);
	assert_false(at_rest);
	assert_int_equal(pwrite(fd, text, 10, 10), 10);
	assert_ok(daos_local_array_settled(oh));
	assert_int_equal(peek(oid, &at_rest), 20);
	assert_true(at_rest);
	assert_ok(daos_array_close(oh, NULL));

	/* Somebody else opens it for writing meanwhile, and has it open still. */
	oh = handle_of(shared, DAOS_OO_RW);
	assert_ok(daos_local_array_fd(oh, DAOS_LOCAL_CREATE, &fd));
	more = open_plain(shared, O_RDWR);
	assert_ok(daos_local_array_settled(oh));
	assert_int_equal(peek(shared, &at_rest), 0);
	assert_false(at_rest);
	assert_int_equal(write(more, text, 10), 10);
	assert_int_equal(peek(shared, &at_rest), 10);
	/* And had it open before: then it was not at rest. */
	assert_ok(daos_local_array_fd(oh, DAOS_LOCAL_CREATE, &fd));
	assert_ok(daos_local_array_settled(oh));
	assert_int_equal(write(more, text, 10), 10);
	assert_int_equal(peek(shared, &at_rest), 20);
	assert_false(at_rest);
	close(more);
	assert_ok(daos_array_close(oh, NULL));

	/* Another handle of this process shares the descriptor: nothing is settled as long as it is there. */
	oh = handle_of(again, DAOS_OO_RW);
	assert_ok(daos_local_array_fd(oh, DAOS_LOCAL_CREATE, &fd));
	other = handle_of(again, DAOS_OO_RW);
	assert_ok(daos_local_array_settled(oh));
	assert_int_equal(write(fd, text, 10), 10);
	assert_int_equal(peek(again, &at_rest), 10);
	assert_false(at_rest);
	assert_ok(daos_array_close(other, NULL));
	assert_ok(daos_local_array_settled(oh));
	assert_int_equal(peek(again, &at_rest), 10);
	assert_true(at_rest);
	assert_ok(daos_array_close(oh, NULL));
}

static void test_destroyed(void **state)
{
	daos_obj_id_t oid = array_id(5);
	daos_handle_t rw;
	struct stat st;
	bool at_rest;
	int rc;

	(void)state;
	make(oid, "hello");
	settle(oid);
	rw = handle_of(oid, DAOS_OO_RW);
	assert_ok(daos_array_destroy(rw, DAOS_TX_NONE, NULL));
	assert_ok(daos_array_close(rw, NULL));
	rc = daos_local_array_peek(coh, oid, &st, &at_rest);
	assert_true(rc == -DER_NONEXIST || (rc == 0 && st.st_nlink == 0));
}

static int killed_writer(void *arg)
{
	daos_obj_id_t oid = *(daos_obj_id_t *)arg;
	int fd;

	if (daos_local_array_open(coh, oid, O_WRONLY | O_APPEND, &fd) != 0 || write(fd, "x", 1) != 1)
		return 1;
	kill(getpid(), SIGKILL);
	return 1;
}

static void test_killed_writer(void **state)
{
	daos_obj_id_t oid = array_id(6);
	bool at_rest;
	int status;

	(void)state;
	make(oid, "");
	for (int i = 1; i <= 20; i++) {
		pid_t pid;

		settle(oid);
		pid = fork();
		if (pid == 0)
			_exit(killed_writer(&oid));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(peek(oid, &at_rest), i);
		settle(oid);
		assert_int_equal(peek(oid, &at_rest), i);
	}
}

static atomic_int signals;

static void count_signal(int sig)
{
	(void)sig;
	atomic_fetch_add(&signals, 1);
}

#define FILES  4
#define ROUNDS 2000

struct shared {
	atomic_int size[FILES]; /* of file i at least */
	atomic_bool stop;
};

/* Appends one byte, says so, and closes; now and then with O_NONBLOCK. */
static int appender(struct shared *sh, unsigned seed)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned f = (i + seed) % FILES;
		int fd;

		if (daos_local_array_open(coh, array_id(100 + f), O_WRONLY | O_APPEND | (i & 8 ? O_NONBLOCK : 0),
					  &fd) != 0)
			return 1;
		if (write(fd, "y", 1) != 1)
			return 2;
		atomic_fetch_add(&sh->size[f], 1);
		close(fd);
	}
	return atomic_load(&signals) == 0 ? 0 : 3;
}

/*
 * What is told must not be less than what was there before the question. Who comes late to it finds files at rest when
 * the appenders are done.
 */
static int watcher(struct shared *sh)
{
	unsigned rests = 0, more = 10000;
	struct stat st;
	bool at_rest;

	for (unsigned i = 0; !atomic_load(&sh->stop) || (rests == 0 && more-- > 0); i++) {
		unsigned f = i / 8 % FILES;
		int least = atomic_load(&sh->size[f]);

		if (daos_local_array_peek(coh, array_id(100 + f), &st, &at_rest) != 0)
			return 1;
		if (st.st_size < least)
			return 2;
		rests += at_rest;
	}
	if (atomic_load(&signals) != 0)
		return 3;
	return rests > 0 ? 0 : 4;
}

static void test_many_processes(void **state)
{
	struct shared *sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid[4];
	bool at_rest;
	int status;

	(void)state;
	signal(SIGIO, count_signal);
	signal(SIGURG, count_signal);
	for (unsigned f = 0; f < FILES; f++)
		make(array_id(100 + f), "");
	for (unsigned i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(i < 2 ? appender(sh, i) : watcher(sh));
	}
	for (unsigned i = 0; i < 4; i++) {
		if (i == 2)
			atomic_store(&sh->stop, true);
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	for (unsigned f = 0; f < FILES; f++)
		assert_int_equal(peek(array_id(100 + f), &at_rest), 2 * ROUNDS / FILES);
	signal(SIGIO, SIG_DFL);
	signal(SIGURG, SIG_DFL);
	munmap(sh, sizeof(*sh));
}

static void *peek_thread(void *arg)
{
	atomic_bool *stop = arg;
	struct stat st;
	bool at_rest;

	while (!atomic_load(stop))
		for (unsigned f = 0; f < 8; f++)
			daos_local_array_peek(coh, array_id(200 + f), &st, &at_rest);
	return NULL;
}

static void test_threads(void **state)
{
	atomic_bool stop = false;
	pthread_t t[2];
	bool at_rest;

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, peek_thread, &stop), 0);
	for (int i = 1; i < 500; i++) {
		daos_obj_id_t oid = array_id(200 + i % 8);
		int fd = open_plain(oid, O_WRONLY | O_CREAT);

		assert_int_equal(pwrite(fd, "z", 1, i), 1);
		assert_int_equal(peek(oid, &at_rest), i + 1);
		assert_false(at_rest);
		close(fd);
		assert_int_equal(peek(oid, &at_rest), i + 1);
	}
	atomic_store(&stop, true);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
}

static int damage(off_t at, size_t len, int byte)
{
	char path[600], buf[4096], *dir = cont_dir(cont_uuid);
	int fd;

	snprintf(path, sizeof(path), "%s/rest", dir);
	free(dir);
	memset(buf, byte, sizeof(buf));
	fd = open(path, O_WRONLY);
	for (size_t done = 0; done < len; done += sizeof(buf))
		if (pwrite(fd, buf, len - done < sizeof(buf) ? len - done : sizeof(buf), at + done) < 0)
			return -1;
	return close(fd);
}

/* A table full of rubbish says nothing, and one of another boot is begun anew. */
static void test_damage(void **state)
{
	daos_obj_id_t oid = array_id(7);
	bool at_rest;

	(void)state;
	make(oid, "hello");
	settle(oid);
	for (int byte = 0; byte < 256; byte += 85) {
		assert_int_equal(damage(2 * 4096, 32768UL * 4096, byte), 0);
		assert_int_equal(peek(oid, &at_rest), 5);
		assert_false(at_rest);
		settle(oid);
	}
	cont_close(coh);
	assert_int_equal(damage(32, 8, 'x'), 0); /* the boot id */
	coh = cont_open_label("c", DAOS_COO_RW);
	assert_at_rest(oid, false);
	settle(oid);
	assert_int_equal(peek(oid, &at_rest), 5);
}

static double peek_ns(unsigned files, unsigned rounds)
{
	struct timespec a, b;
	struct stat st;
	bool at_rest;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (unsigned r = 0; r < rounds; r++)
		for (unsigned f = 0; f < files; f++)
			daos_local_array_peek(coh, array_id(1000 + f), &st, &at_rest);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / rounds / files;
}

/* Neighbours share pages of the table, and all of them fit. */
static void test_many_files(void **state)
{
	const unsigned files = 2000;
	unsigned missing = 0;
	double first, second, third;
	bool at_rest;

	(void)state;
	for (unsigned f = 0; f < files; f++)
		make(array_id(1000 + f), "m");
	first = peek_ns(files, 1);
	second = peek_ns(files, 1);
	third = peek_ns(files, 20);
	print_message("          peek: %.0f ns first, %.0f ns second, %.0f ns at rest\n", first, second, third);
	for (unsigned f = 0; f < files; f++) {
		peek(array_id(1000 + f), &at_rest);
		missing += !at_rest;
	}
	assert_true(missing <= files / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_word),	  cmocka_unit_test(test_at_rest),
	    cmocka_unit_test(test_mapped),	  cmocka_unit_test(test_absent),
	    cmocka_unit_test(test_handles),	  cmocka_unit_test(test_destroyed),
	    cmocka_unit_test(test_killed_writer), cmocka_unit_test(test_many_processes),
	    cmocka_unit_test(test_threads),	  cmocka_unit_test(test_damage),
	    cmocka_unit_test(test_many_files),	  cmocka_unit_test(test_settled),
	};

	if (!host_has_leases()) {
		puts("the host's file system has no leases");
		return 77;
	}
	return cmocka_run_group_tests(tests, setup, teardown);
}
