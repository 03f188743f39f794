/*
 * What a watcher says about itself: the arrays whose bytes it caches, and what it wants to be told of; with watchers in
 * processes of their own, which may be slow or dead.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <daos_local.h>

#include "store_fixture.h"

#define ROOT "/mnt/tank"

static daos_handle_t coh;

static int setup(void **state)
{
	pool_size = 1 << 30;
	if (store_setup(state) != 0 || pool_setup(state) != 0)
		return 1;
	coh = cont_make("c", NULL);
	return 0;
}

static int teardown(void **state)
{
	cont_close(coh);
	return pool_teardown(state) || store_teardown(state);
}

static daos_obj_id_t id(uint64_t lo, enum daos_otype_t type)
{
	daos_obj_id_t oid = {.lo = lo};

	assert_ok(daos_obj_generate_oid(coh, &oid, type, 0, 0, 0));
	return oid;
}

static daos_obj_id_t array_id(uint64_t lo)
{
	return id(lo, DAOS_OT_ARRAY_BYTE);
}

static daos_obj_id_t dir_id(uint64_t lo)
{
	return id(lo, DAOS_OT_MULTI_HASHED);
}

static int open_plain(daos_obj_id_t oid, int flags)
{
	int fd = -1;

	assert_ok(daos_local_array_open(coh, oid, flags | O_CLOEXEC, &fd));
	return fd;
}

/* A process with a watch that does one thing at a time as it is told. */
struct watcher {
	pid_t pid;
	int to, from;
};

enum what { BEGIN, BEGIN_READ, BEGIN_WRITE, END, INTEREST, NEXT };

struct order {
	enum what what;
	daos_obj_id_t oid;
};

static int begin_with(struct daos_local_watch *w, daos_obj_id_t oid, int flags, int *fd)
{
	int rc = daos_local_array_open(coh, oid, flags | O_CLOEXEC, fd);

	return rc == 0 ? daos_local_array_cache_begin(w, oid, *fd) : rc;
}

static void serve(int from, int to)
{
	struct daos_local_change change;
	struct daos_local_watch w;
	struct order o;
	int fd = -1, rc = daos_local_watch_start(coh, &w);

	if (rc == 0)
		rc = daos_local_array_cache_begin(&w, array_id(1), -1) == -DER_INVAL ? 0 : -DER_MISC; /* no root yet */
	if (rc == 0)
		rc = daos_local_watch_root(&w, ROOT);
	while (write(to, &rc, sizeof(rc)) == sizeof(rc) && read(from, &o, sizeof(o)) == sizeof(o)) {
		switch (o.what) {
		case BEGIN:
			rc = daos_local_array_cache_begin(&w, o.oid, -1);
			break;
		case BEGIN_READ:
			rc = begin_with(&w, o.oid, O_RDONLY, &fd);
			break;
		case BEGIN_WRITE:
			rc = begin_with(&w, o.oid, O_RDWR, &fd);
			break;
		case END:
			close(fd);
			rc = daos_local_array_cache_end(&w, o.oid);
			break;
		case INTEREST:
			rc = daos_local_watch_interest(&w, o.oid);
			break;
		case NEXT:
			rc = daos_local_watch_next(&w, 0, &change);
			break;
		}
	}
	_exit(0);
}

static int answer(struct watcher *w)
{
	int rc = -1;

	assert_int_equal(read(w->from, &rc, sizeof(rc)), sizeof(rc));
	return rc;
}

static int tell(struct watcher *w, enum what what, daos_obj_id_t oid)
{
	struct order o = {what, oid};

	assert_int_equal(write(w->to, &o, sizeof(o)), sizeof(o));
	return answer(w);
}

static void start(struct watcher *w)
{
	int to[2], from[2];

	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	w->pid = fork();
	if (w->pid == 0) {
		close(to[1]);
		close(from[0]);
		serve(to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	w->to = to[1];
	w->from = from[0];
	assert_ok(answer(w));
}

static void stop(struct watcher *w, int sig)
{
	if (sig != 0)
		kill(w->pid, sig);
	close(w->to);
	assert_int_equal(waitpid(w->pid, NULL, 0), w->pid);
	close(w->from);
}

static void assert_cached(daos_obj_id_t oid, bool want)
{
	char root[64] = "";

	assert_der(daos_local_array_cached(coh, oid, root, sizeof(root)), want ? 0 : -DER_NONEXIST);
	assert_string_equal(root, want ? ROOT : "");
}

static void test_cached(void **state)
{
	daos_obj_id_t oid = array_id(10);
	struct watcher w;
	char tiny[4];
	int fd;

	(void)state;
	assert_cached(oid, false);
	start(&w);
	assert_ok(tell(&w, BEGIN, oid)); /* there is no plain file yet */
	assert_cached(oid, true);
	assert_cached(array_id(11), false);
	assert_der(daos_local_array_cached(coh, oid, tiny, sizeof(tiny)), -DER_TRUNC);
	assert_ok(tell(&w, END, oid));
	assert_cached(oid, false);

	fd = open_plain(oid, O_RDWR | O_CREAT);
	assert_der(tell(&w, BEGIN, oid), -DER_BUSY);
	assert_der(tell(&w, BEGIN_READ, oid), -DER_BUSY);
	assert_cached(oid, false);
	close(fd);
	fd = open_plain(oid, O_RDONLY);
	assert_der(tell(&w, BEGIN, oid), -DER_BUSY);
	close(fd);
	stop(&w, 0);

	start(&w);
	assert_ok(tell(&w, BEGIN_READ, oid));
	assert_ok(tell(&w, END, oid));
	assert_ok(tell(&w, BEGIN_WRITE, oid));
	assert_cached(oid, true);
	assert_ok(tell(&w, END, oid));
	assert_cached(oid, false);
	stop(&w, 0);
}

/* What a dead process cached is void, and its line is clean for the next one. */
static void test_dead_watcher(void **state)
{
	daos_obj_id_t oid = array_id(20);
	struct watcher w;

	(void)state;
	close(open_plain(oid, O_RDWR | O_CREAT));
	for (unsigned i = 0; i < 20; i++) { /* more than there are lines */
		start(&w);
		assert_cached(oid, false);
		assert_ok(tell(&w, BEGIN_WRITE, oid));
		assert_cached(oid, true);
		stop(&w, SIGKILL);
		assert_cached(oid, false);
	}
}

static void test_own_cache_is_no_obstacle(void **state)
{
	daos_obj_id_t oid = array_id(30);
	struct daos_local_watch w;
	int fd = open_plain(oid, O_RDWR | O_CREAT);
	char root[64];

	(void)state;
	assert_ok(daos_local_watch_start(coh, &w));
	assert_der(daos_local_watch_root(&w, "relative"), -DER_INVAL);
	assert_ok(daos_local_watch_root(&w, ROOT));
	assert_der(daos_local_watch_root(&w, "/other"), -DER_ALREADY);
	assert_ok(daos_local_array_cache_begin(&w, oid, fd));
	assert_der(daos_local_array_cached(coh, oid, root, sizeof(root)), -DER_NONEXIST);
	assert_ok(daos_local_array_cache_end(&w, oid));
	assert_ok(daos_local_watch_stop(&w));
	assert_der(daos_local_array_cache_begin(&w, oid, fd), -DER_CANCELED);
	close(fd);
}

struct shared {
	atomic_int caching, open;  /* who is in there */
	atomic_int cached, opened; /* how often */
	atomic_bool stop, wrong;
};

#define RACE 41

static void cache_loop(struct shared *sh)
{
	daos_obj_id_t oid = array_id(RACE);
	struct daos_local_watch w;

	if (daos_local_watch_start(coh, &w) != 0 || daos_local_watch_root(&w, ROOT) != 0)
		_exit(1);
	while (!atomic_load(&sh->stop)) {
		if (daos_local_array_cache_begin(&w, oid, -1) == 0) {
			atomic_store(&sh->caching, 1);
			if (atomic_load(&sh->open))
				atomic_store(&sh->wrong, true);
			atomic_fetch_add(&sh->cached, 1);
			atomic_store(&sh->caching, 0);
			daos_local_array_cache_end(&w, oid);
		}
		sched_yield();
	}
	_exit(0);
}

static void open_loop(struct shared *sh)
{
	daos_obj_id_t oid = array_id(RACE);
	char root[64];
	int fd;

	while (!atomic_load(&sh->stop)) {
		if (daos_local_array_open(coh, oid, O_RDWR | O_CLOEXEC, &fd) != 0)
			_exit(1);
		if (daos_local_array_cached(coh, oid, root, sizeof(root)) == -DER_NONEXIST) {
			atomic_store(&sh->open, 1);
			if (atomic_load(&sh->caching))
				atomic_store(&sh->wrong, true);
			atomic_fetch_add(&sh->opened, 1);
			atomic_store(&sh->open, 0);
		}
		close(fd);
		sched_yield();
	}
	_exit(0);
}

/* Never is a file cached by one and used by another at the same time. */
static void test_race(void **state)
{
	struct shared *sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, turns = 0;
	pid_t pid[2];

	(void)state;
	close(open_plain(array_id(RACE), O_RDWR | O_CREAT));
	for (unsigned i = 0; i < 2; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			(i == 0 ? cache_loop : open_loop)(sh);
	}
	while (turns++ < 3000 && (atomic_load(&sh->cached) < 300 || atomic_load(&sh->opened) < 300))
		usleep(1000);
	atomic_store(&sh->stop, true);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	assert_false(atomic_load(&sh->wrong));
	assert_true(atomic_load(&sh->cached) > 0 && atomic_load(&sh->opened) > 0);
	munmap(sh, sizeof(*sh));
}

/* Milliseconds that it takes to change an entry of a directory. */
static double change_entry(uint64_t dir)
{
	static uint64_t value;
	struct timespec a, b;
	daos_handle_t oh;
	daos_key_t dkey;
	daos_iod_t iod = {.iod_type = DAOS_IOD_SINGLE, .iod_size = sizeof(value), .iod_nr = 1};
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	value++;
	d_iov_set(&dkey, "name", 4);
	d_iov_set(&iod.iod_name, "a", 1);
	d_iov_set(&iov, &value, sizeof(value));
	assert_ok(daos_obj_open(coh, dir_id(dir), DAOS_OO_RW, &oh, NULL));
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_ok(daos_obj_update(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL));
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_ok(daos_obj_close(oh, NULL));
	return (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
}

static double quickest(uint64_t dir)
{
	double least = change_entry(dir);

	for (unsigned i = 0; i < 5; i++) {
		double ms = change_entry(dir);

		least = ms < least ? ms : least;
	}
	return least;
}

static void test_interest(void **state)
{
	struct watcher w;
	int fd;

	(void)state;
	start(&w);
	assert_true(change_entry(51) > 10); /* it has not said what it wants, and is not asking */
	assert_ok(tell(&w, NEXT, dir_id(51)));
	assert_ok(tell(&w, INTEREST, dir_id(51)));
	assert_true(change_entry(51) > 10);
	assert_ok(tell(&w, NEXT, dir_id(51)));
	assert_true(quickest(52) < 5);
	assert_der(tell(&w, NEXT, dir_id(52)), -DER_TIMEDOUT); /* it is not even told */

	/* bytes of arrays go by the array's own id */
	close(open_plain(array_id(53), O_RDWR | O_CREAT));
	assert_der(tell(&w, NEXT, dir_id(0)), -DER_TIMEDOUT);
	assert_ok(tell(&w, INTEREST, array_id(53)));
	fd = open_plain(array_id(53), O_WRONLY);
	assert_ok(tell(&w, NEXT, dir_id(0)));
	close(fd);

	/* the dead are not waited for */
	stop(&w, SIGKILL);
	change_entry(51);
	assert_true(quickest(51) < 5);

	/* and the next one in the line begins with everything */
	start(&w);
	assert_true(change_entry(52) > 10);
	stop(&w, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cached),
	    cmocka_unit_test(test_dead_watcher),
	    cmocka_unit_test(test_own_cache_is_no_obstacle),
	    cmocka_unit_test(test_race),
	    cmocka_unit_test(test_interest),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
