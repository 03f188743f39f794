/*
 * Environments: durability, several processes, fork, refusal of what is damaged or foreign.
 */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <daos_errno.h>

#include "store/env.h"
#include "test.h"

#define PAGE 4096

static const struct env_kind kind = {.magic = "dfuse test", .version = 1, .features = 1, .db = {"a", "b"}};

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int setup(void **state)
{
	char *dir = strdup("/tmp/dfuse-env-XXXXXX");

	*state = mkdtemp(dir);
	return *state == NULL;
}

static int teardown(void **state)
{
	int rc = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return rc;
}

static struct env *open_env(const char *dir, int flags)
{
	struct env *env = NULL;

	assert_int_equal(env_open(dir, &kind, flags, &env), 0);
	return env;
}

static void put_number(struct env *env, const char *key, uint64_t n)
{
	struct env_txn *txn;

	assert_int_equal(env_write_begin(env, &txn), 0);
	assert_int_equal(env_put(env, txn, 0, key, &n, sizeof(n)), 0);
	assert_int_equal(env_write_commit(env, txn), 0);
}

/* The number under `key`, or UINT64_MAX. */
static uint64_t get_number(struct env *env, const char *key)
{
	uint64_t n = UINT64_MAX;
	struct env_txn *txn;
	size_t len;
	void *val;

	assert_int_equal(env_read_begin(env, &txn), 0);
	if (env_get(env, txn, 0, key, &val, &len) == 0) {
		assert_int_equal(len, sizeof(n));
		memcpy(&n, val, sizeof(n));
	}
	env_read_end(env, txn);
	return n;
}

static void test_create_and_reopen(void **state)
{
	struct env *env = open_env(*state, ENV_CREATE), *again;

	put_number(env, "x", 7);
	assert_int_equal(env_open(*state, &kind, ENV_CREATE, &again), -DER_EXIST);
	again = open_env(*state, 0);
	assert_ptr_equal(again, env);
	env_close(again);
	env_close(env);
	assert_int_equal(env_open(*state, &kind, ENV_CREATE, &again), -DER_EXIST);
	env = open_env(*state, 0);
	assert_int_equal(get_number(env, "x"), 7);
	assert_int_equal(get_number(env, "y"), UINT64_MAX);
	env_close(env);
}

static void test_version_counts_changes(void **state)
{
	struct env *env = open_env(*state, ENV_CREATE);
	uint64_t before = env_version(env);

	get_number(env, "x");
	assert_int_equal(env_version(env), before);
	put_number(env, "x", 1);
	assert_true(env_version(env) > before);
	env_close(env);
}

/* Whose changes they are, and where the number is in memory. */
static void test_own_changes(void **state)
{
	struct env *env = open_env(*state, ENV_CREATE);
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
	assert_int_equal(*word, env_version(env));
	assert_true(env_own_since(env, before, &now));
	assert_int_equal(now, env_version(env));
	assert_false(env_own_since(env, now, &now));
	assert_int_equal(env_write_begin(env, &txn), 0);
	assert_int_equal(env_write_commit(env, txn), 0); /* of nothing */
	assert_int_equal(*word, now);
	before = now;
	pid = fork();
	if (pid == 0) {
		uint64_t seen = *word;

		put_number(env, "child", 2);
		_exit(seen == before && *word == before + 1 && env_own_since(env, before, &now) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(*word, before + 1);
	assert_false(env_own_since(env, before, &now));
	put_number(env, "x", 3);
	assert_false(env_own_since(env, before, &now));
	assert_true(env_own_since(env, before + 1, &now));
	assert_int_equal(get_number(env, "child"), 2);
	env_close(env);
	env = open_env(*state, 0);
	assert_int_equal(*env_version_word(env), before + 2);
	env_close(env);
}

static void test_child_uses_it_after_fork(void **state)
{
	struct env *env = open_env(*state, ENV_CREATE);
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
	struct env *env = open_env(*state, ENV_CREATE);

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

/* Write, sync, write on in many transactions; then as if power had failed. */
static void power_failure(const char *dir, unsigned seed)
{
	char live[200], synced[200], image[200], from[250], to[250], key[32];
	struct env *env;
	unsigned n = 50 + seed % 200;

	snprintf(live, sizeof(live), "%s/live%u", dir, seed);
	snprintf(synced, sizeof(synced), "%s/synced%u", dir, seed);
	snprintf(image, sizeof(image), "%s/image%u", dir, seed);
	assert_int_equal(mkdir(live, 0700), 0);
	assert_int_equal(mkdir(image, 0700), 0);
	env = open_env(live, ENV_CREATE);
	for (unsigned i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "key%u", i * 7919 % n);
		put_number(env, key, i);
	}
	assert_int_equal(env_checkpoint(env), 0);
	snprintf(from, sizeof(from), "%s/db", live);
	copy_file(from, synced);
	snprintf(from, sizeof(from), "%s/checkpoint", live);
	snprintf(to, sizeof(to), "%s/checkpoint", image);
	copy_file(from, to);
	for (unsigned i = 0; i < 300; i++) {
		snprintf(key, sizeof(key), "key%u", i * 104729 % (2 * n));
		put_number(env, key, 1000000 + i);
	}
	snprintf(from, sizeof(from), "%s/db", live);
	snprintf(to, sizeof(to), "%s/db", image);
	make_crash_image(synced, from, to, seed);
	snprintf(to, sizeof(to), "%s/state", image);
	write_text(to, "open another-boot\n");
	env_close(env);

	env = open_env(image, 0);
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

/* Another process takes over the checkpoint's pin when its holder is gone. */
/* More processes than LMDB has places for readers end without closing anything; one keeps the environment open. */
static void test_many_die(void **state)
{
	struct env *env = open_env(*state, ENV_CREATE), *other;
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

static void test_pinner_dies(void **state)
{
	struct env *env = open_env(*state, ENV_CREATE);
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

static void test_foreign_and_damaged(void **state)
{
	struct env_kind other = kind, newer = kind, poorer = kind;
	struct env *env = open_env(*state, ENV_CREATE);
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
	env = open_env(*state, ENV_CREATE);
	env_close(env);
	assert_int_equal(chown(*state, 65534, 65534), 0);
	assert_int_equal(env_open(*state, &kind, 0, &env), -DER_NO_PERM);
	assert_int_equal(chown(*state, 0, 0), 0);
	env = open_env(*state, 0);
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
	env = open_env(*state, ENV_CREATE);
	env_close(env);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_create_and_reopen, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_version_counts_changes, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_own_changes, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_child_uses_it_after_fork, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_killed_writer, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_power_failure, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_many_die, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_pinner_dies, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_foreign_and_damaged, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_another_users, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_network_file_system, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
