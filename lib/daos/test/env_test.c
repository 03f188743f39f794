/*
 * Environments: durability, several processes, fork, refusal of what is damaged or foreign.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <daos_errno.h>

#include "env_fixture.h"

#define PAGE 4096

static const struct env_kind kind = {.magic = "dfuse test", .version = 2, .features = 1, .log = 2048, .db = {"a", "b"}};

static void test_create_and_reopen(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE), *again;

	put_number(env, "x", 7);
	assert_int_equal(env_open(*state, &kind, ENV_CREATE, &again), -DER_EXIST);
	again = open_env(*state, &kind, 0);
	assert_ptr_equal(again, env);
	env_close(again);
	env_close(env);
	assert_int_equal(env_open(*state, &kind, ENV_CREATE, &again), -DER_EXIST);
	env = open_env(*state, &kind, 0);
	assert_int_equal(get_number(env, "x"), 7);
	assert_int_equal(get_number(env, "y"), UINT64_MAX);
	env_close(env);
}

static void test_version_counts_changes(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	uint64_t before = env_version(env);

	get_number(env, "x");
	assert_int_equal(env_version(env), before);
	put_number(env, "x", 1);
	assert_true(env_version(env) > before);
	env_close(env);
}

/* Whether the changes since are this process's own, once the thread that makes checkpoints is not at it just now. */
static bool own_since(struct env *env, uint64_t since)
{
	uint64_t now;

	for (int i = 0; i < 6000; i++) {
		if (env_own_since(env, since, &now))
			return true;
		if (i > 0)
			usleep(10000);
	}
	return false;
}

/* Whose changes they are, and where the number is in memory. */
static void test_own_changes(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	const volatile uint64_t *word = env_version_word(env);
	uint64_t before = env_version(env), now;
	struct env_txn *txn;
	int status;
	pid_t pid;

	assert_non_null(word);
	assert_int_equal(*word, before);
	assert_false(env_own_since(env, before, &now));
	put_number(env, "x", 1);
	put_number(env, "x", 2);
	assert_true(*word > before);
	assert_true(own_since(env, before));
	assert_false(env_own_since(env, UINT64_MAX, &now));
	assert_int_equal(env_write_begin(env, &txn), 0);
	assert_int_equal(env_write_commit(env, txn), 0); /* of nothing */
	assert_true(own_since(env, before));
	before = env_version(env);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 100; i++) { /* the parent may make a checkpoint in between */
			uint64_t seen = env_version(env);

			put_number(env, "child", 2);
			if (seen < before || *word <= seen)
				_exit(1);
			if (env_own_since(env, seen, &now))
				_exit(0);
			usleep(10000);
		}
		_exit(2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(*word > before);
	assert_false(env_own_since(env, before, &now));
	now = env_version(env);
	put_number(env, "x", 3);
	assert_false(env_own_since(env, before, &before));
	assert_true(own_since(env, now));
	assert_int_equal(get_number(env, "child"), 2);
	env_close(env);
	env = open_env(*state, &kind, 0);
	assert_true(*env_version_word(env) > now);
	env_close(env);
}

static void test_child_uses_it_after_fork(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	int status;
	pid_t pid;

	put_number(env, "parent", 1);
	pid = fork();
	if (pid == 0) {
		if (get_number(env, "parent") != 1)
			_exit(1);
		put_number(env, "child", 2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(get_number(env, "child"), 2);
	put_number(env, "parent", 3);
	env_close(env);
}

/* A process killed at any time loses nothing that was committed, and blocks nobody. */
static void test_killed_writer(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);

	put_number(env, "n", 0);
	for (unsigned round = 0; round < 20; round++) {
		int pipe_fd[2], status;
		uint64_t told = 0, n;
		pid_t pid;

		assert_int_equal(pipe(pipe_fd), 0);
		pid = fork();
		if (pid == 0) {
			for (uint64_t i = get_number(env, "n") + 1;; i++) {
				put_number(env, "n", i);
				if (write(pipe_fd[1], &i, sizeof(i)) != sizeof(i))
					_exit(1);
			}
		}
		close(pipe_fd[1]);
		usleep(500 + round * 700);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		while (read(pipe_fd[0], &n, sizeof(n)) == sizeof(n))
			told = n;
		close(pipe_fd[0]);
		n = get_number(env, "n");
		assert_true(n == told || n == told + 1 || told == 0);
		put_number(env, "n", n);
	}
	env_close(env);
}

static void copy_file(const char *from, const char *to)
{
	char buf[65536];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		assert_int_equal(write(out, buf, n), n);
	close(in);
	close(out);
}

/*
 * What power failure may leave of the database: of each page either what was there at the last sync point or what was
 * written since. Pages are drawn with `seed`.
 */
static void make_crash_image(const char *synced, const char *now, const char *image, unsigned seed)
{
	int a = open(synced, O_RDONLY), b = open(now, O_RDONLY), out = open(image, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char page[PAGE];
	struct stat st;

	assert_true(a >= 0 && b >= 0 && out >= 0);
	assert_int_equal(fstat(b, &st), 0);
	for (off_t at = 0; at < st.st_size; at += PAGE) {
		ssize_t n = rand_r(&seed) % 2 ? pread(a, page, PAGE, at) : 0;

		if (n == 0)
			n = pread(b, page, PAGE, at);
		assert_int_equal(pwrite(out, page, n, at), n);
	}
	close(a);
	close(b);
	close(out);
}

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static const char *in(const char *dir, const char *name)
{
	static char path[4][256];
	static unsigned next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

/* Write, sync, write on in many transactions; then as if power had failed. */
static void power_failure(const char *dir, unsigned seed)
{
	char live[200], synced[200], image[200], key[32];
	struct env *env;
	unsigned n = 50 + seed % 200;

	snprintf(live, sizeof(live), "%s/live%u", dir, seed);
	snprintf(synced, sizeof(synced), "%s/synced%u", dir, seed);
	snprintf(image, sizeof(image), "%s/image%u", dir, seed);
	assert_int_equal(mkdir(live, 0700), 0);
	assert_int_equal(mkdir(synced, 0700), 0);
	assert_int_equal(mkdir(image, 0700), 0);
	env = open_env(live, &kind, ENV_CREATE);
	for (unsigned i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "key%u", i * 7919 % n);
		put_number(env, key, i);
	}
	assert_int_equal(env_checkpoint(env), 0);
	copy_file(in(live, "db"), in(synced, "db"));
	copy_file(in(live, "log"), in(synced, "log"));
	copy_file(in(live, "checkpoint"), in(image, "checkpoint"));
	for (unsigned i = 0; i < 300; i++) {
		snprintf(key, sizeof(key), "key%u", i * 104729 % (2 * n));
		put_number(env, key, 1000000 + i);
	}
	make_crash_image(in(synced, "db"), in(live, "db"), in(image, "db"), seed);
	make_crash_image(in(synced, "log"), in(live, "log"), in(image, "log"), seed);
	write_text(in(image, "state"), "open another-boot\n");
	env_close(env);

	env = open_env(image, &kind, 0);
	for (unsigned i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "key%u", i * 7919 % n);
		assert_true(get_number(env, key) < 1000000);
	}
	snprintf(key, sizeof(key), "key%u", n);
	assert_int_equal(get_number(env, key), UINT64_MAX);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "after%u", i);
		put_number(env, key, i);
	}
	for (unsigned i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "key%u", i);
		assert_true(get_number(env, key) < 1000000);
	}
	env_close(env);
}

static void test_power_failure(void **state)
{
	for (unsigned seed = 0; seed < 25; seed++)
		power_failure(*state, seed);
}

/* Take the lock of who opens an environment alone, in a child. */
static pid_t lock_alone(const char *dir)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
	int ready[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = open(in(dir, "lock"), O_RDWR);

		if (fcntl(fd, F_SETLK, &l) == 0 && write(ready[1], "r", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

/* Whether the kernel says that the process waits for a record lock. */
static bool waits_for_lock(pid_t pid)
{
	FILE *f = fopen("/proc/locks", "r");
	char line[256];
	bool waits = false;
	int who;

	assert_non_null(f);
	while (!waits && fgets(line, sizeof(line), f) != NULL)
		waits = sscanf(line, "%*d: -> POSIX ADVISORY %*s %d", &who) == 1 && who == pid;
	fclose(f);
	return waits;
}

/*
 * Processes open an environment after a power failure while another is about to put it right, which dies: one of them
 * does it.
 */
static void test_recovery_is_killed(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	pid_t pid, opener[3];

	put_number(env, "n", 1);
	env_close(env);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		put_number(open_env(*state, &kind, 0), "n", 2); /* after a checkpoint with the first */
		raise(SIGKILL);
	}
	wait_for(pid);
	write_text(in(*state, "state"), "open another-boot\n");
	pid = lock_alone(*state);
	for (size_t i = 0; i < ARRAY_LEN(opener); i++) {
		opener[i] = fork();
		assert_true(opener[i] >= 0);
		if (opener[i] == 0)
			_exit(env_open(*state, &kind, 0, &env) == 0 && get_number(env, "n") == 1 ? 0 : 1);
	}
	for (size_t i = 0; i < ARRAY_LEN(opener); i++)
		for (int tries = 0; !waits_for_lock(opener[i]) && tries < 6000; tries++)
			usleep(10000);
	kill(pid, SIGKILL);
	wait_for(pid);
	for (size_t i = 0; i < ARRAY_LEN(opener); i++)
		assert_int_equal(wait_for(opener[i]), 0);
	env = open_env(*state, &kind, 0);
	assert_int_equal(get_number(env, "n"), 1);
	env_close(env);
}

/* More processes than LMDB has places for readers end without closing anything; one keeps the environment open. */
static void test_many_die(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE), *other;
	int status;
	pid_t pid;

	put_number(env, "n", 1);
	for (int i = 0; i < 1100; i++) {
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			_exit(env_open(*state, &kind, 0, &other) == 0 && get_number(other, "n") == 1 ? 0 : 1);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	env_close(env);
}

/* Another process takes over the checkpoint's pin when its holder is gone. */
static void test_pinner_dies(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		put_number(env, "first", 1); /* becomes the pinner */
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	put_number(env, "second", 2);
	assert_int_equal(env_checkpoint(env), 0);
	assert_int_equal(get_number(env, "first"), 1);
	env_close(env);
}

/* What a reaper is called with: how many calls there were, and whether one is going on, collect() to reap(). */
struct reaped {
	atomic_uint calls;
	atomic_bool busy;
};

static void *slow_collect(void *arg)
{
	struct reaped *r = arg;

	atomic_store(&r->busy, true);
	atomic_fetch_add(&r->calls, 1);
	usleep(50000);
	return r;
}

static void slow_reap(void *arg, void *collected, bool stable)
{
	struct reaped *r = arg;

	(void)stable;
	if (collected == arg)
		atomic_store(&r->busy, false);
}

static void wait_for_call(struct reaped *r, unsigned calls)
{
	for (int i = 0; i < 6000 && atomic_load(&r->calls) <= calls; i++)
		usleep(10000);
	assert_true(atomic_load(&r->calls) > calls);
}

/* Who takes a reaper away may free what it works with; one who is not meant goes on. */
static void test_reaper_is_cleared(void **state)
{
	static struct reaped first, second;
	struct env *env = open_env(*state, &kind, ENV_CREATE);

	env_set_reaper(env, &(struct env_reaper){slow_collect, slow_reap, NULL, &first});
	put_number(env, "n", 1); /* now there is a thread */
	wait_for_call(&first, 0);
	env_set_reaper(env, &(struct env_reaper){slow_collect, slow_reap, NULL, &second});
	env_clear_reaper(env, &first);
	assert_false(atomic_load(&first.busy));
	wait_for_call(&second, 0);
	env_clear_reaper(env, &first);
	wait_for_call(&second, atomic_load(&second.calls));
	env_clear_reaper(env, &second);
	assert_false(atomic_load(&second.busy));
	env_close(env);
}

static void test_foreign_and_damaged(void **state)
{
	struct env_kind other = kind, newer = kind, poorer = kind;
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	char path[200];

	env_close(env);
	other.magic = "something else";
	assert_int_equal(env_open(*state, &other, 0, &env), -DER_DF_INVAL);
	newer.version = 0;
	assert_int_equal(env_open(*state, &newer, 0, &env), -DER_DF_INCOMPT);
	poorer.features = 0;
	assert_int_equal(env_open(*state, &poorer, 0, &env), -DER_DF_INCOMPT);
	snprintf(path, sizeof(path), "%s/db", (char *)*state);
	assert_int_equal(truncate(path, 100), 0);
	assert_int_equal(env_open(*state, &kind, 0, &env), -DER_DF_INVAL);
	write_text(path,
		   "this is not a database, but long enough to hold what looks like one page of it ................."
		   ".................................................................................");
	assert_int_equal(env_open(*state, &kind, 0, &env), -DER_DF_INVAL);
	unlink(path);
	assert_int_equal(env_open(*state, &kind, 0, &env), -DER_NONEXIST);
}

/* Not even root: the user could not open what root would leave there. */
static void test_another_users(void **state)
{
	struct env *env;

	if (geteuid() != 0)
		skip();
	env = open_env(*state, &kind, ENV_CREATE);
	env_close(env);
	assert_int_equal(chown(*state, 65534, 65534), 0);
	assert_int_equal(env_open(*state, &kind, 0, &env), -DER_NO_PERM);
	assert_int_equal(chown(*state, 0, 0), 0);
	env = open_env(*state, &kind, 0);
	env_close(env);
}

/* Stands in for libc's: what the engine asks about a file system. 0: the truth. */
static long pretended_type;

int fstatfs(int fd, struct statfs *st)
{
	int rc = (int)syscall(SYS_fstatfs, fd, st);

	if (rc == 0 && pretended_type != 0)
		st->f_type = pretended_type;
	return rc;
}

/* There is no network file system to test on, so the kernel's answer is pretended; everything behind it is real. */
static void test_network_file_system(void **state)
{
	static const long network[] = {0x6969, 0xff534d42, 0x0bd00bd0};
	struct env *env;

	for (size_t i = 0; i < ARRAY_LEN(network); i++) {
		pretended_type = network[i];
		assert_int_equal(env_open(*state, &kind, ENV_CREATE, &env), -DER_NOTSUPPORTED);
	}
	pretended_type = 0;
	env = open_env(*state, &kind, ENV_CREATE);
	env_close(env);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_create_and_reopen, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_version_counts_changes, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_own_changes, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_child_uses_it_after_fork, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_killed_writer, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_power_failure, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_recovery_is_killed, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_many_die, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_pinner_dies, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_reaper_is_cleared, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_foreign_and_damaged, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_another_users, env_setup, env_teardown),
	    cmocka_unit_test_setup_teardown(test_network_file_system, env_setup, env_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
