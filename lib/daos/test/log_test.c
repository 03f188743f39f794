/*
 * The log before LMDB: transactions against a model, snapshots, several threads and processes, death at any moment,
 * folds, the format before it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <daos_errno.h>

#include "env_fixture.h"

/* Small, so that it is full often. */
static const struct env_kind kind = {.magic = "dfuse test", .version = 2, .log = 8192, .db = {"a", "b"}};
static const struct env_kind old_kind = {.magic = "dfuse test", .version = 1, .db = {"a", "b"}};

/*
 * Stands in for LMDB's: a process may die just before or after a commit, and a number of updates find the disk full.
 */
static enum { LIVE, DIE_BEFORE, DIE_AFTER } at_commit;
static int full_commits;

static bool is_update(MDB_txn *txn)
{
	MDB_envinfo info;

	return mdb_env_info(mdb_txn_env(txn), &info) == 0 && mdb_txn_id(txn) > info.me_last_txnid;
}

int mdb_txn_commit(MDB_txn *txn)
{
	int (*commit)(MDB_txn *) = (int (*)(MDB_txn *))dlsym(RTLD_NEXT, "mdb_txn_commit");
	int rc;

	if (at_commit == DIE_BEFORE)
		raise(SIGKILL);
	if (full_commits > 0 && is_update(txn)) {
		full_commits--;
		mdb_txn_abort(txn);
		return ENOSPC;
	}
	rc = commit(txn);
	if (at_commit == DIE_AFTER)
		raise(SIGKILL);
	return rc;
}

/* A table as the environment should be: values of different lengths under keys of different lengths. */
enum { KEYS = 120, DATABASES = 2, VAL_MAX = 3000 };

struct table {
	struct {
		bool there;
		unsigned seed;
		size_t len;
	} at[DATABASES][KEYS];
};

static MDB_val key_of(int n, char buf[400])
{
	int len = snprintf(buf, 400, "%03d", n);

	if (n % 5 == 0) {
		memset(buf + len, 'x', 300);
		len += 300;
	}
	return (MDB_val){len, buf};
}

static void value_of(unsigned seed, size_t len, unsigned char *buf)
{
	for (size_t i = 0; i < len; i++)
		buf[i] = seed * 31 + i;
}

static void check_value(const struct table *t, int db, int n, const MDB_val *val)
{
	unsigned char buf[VAL_MAX];

	assert_true(t->at[db][n].there);
	assert_int_equal(val->mv_size, t->at[db][n].len);
	value_of(t->at[db][n].seed, val->mv_size, buf);
	assert_memory_equal(val->mv_data, buf, val->mv_size);
}

static void change_one(struct env_txn *txn, struct table *t, unsigned *seed)
{
	int db = rand_r(seed) % DATABASES, n = rand_r(seed) % KEYS;
	unsigned char buf[VAL_MAX];
	char key[400];
	MDB_val k = key_of(n, key), v = {0, buf};

	if (rand_r(seed) % 3 == 0) {
		assert_int_equal(env_val_del(txn, db, &k), t->at[db][n].there ? 0 : MDB_NOTFOUND);
		t->at[db][n].there = false;
		return;
	}
	v.mv_size = rand_r(seed) % 20 == 0 ? rand_r(seed) % VAL_MAX : rand_r(seed) % 60;
	t->at[db][n].there = true;
	t->at[db][n].seed = rand_r(seed);
	t->at[db][n].len = v.mv_size;
	value_of(t->at[db][n].seed, v.mv_size, buf);
	if (rand_r(seed) % 2) {
		assert_int_equal(env_val_put(txn, db, &k, &v), 0);
	} else {
		assert_int_equal(env_val_reserve(txn, db, &k, &v), 0);
		memcpy(v.mv_data, buf, v.mv_size);
	}
}

static int next_there(const struct table *t, int db, int n, int step)
{
	while (n >= 0 && n < KEYS && !t->at[db][n].there)
		n += step;
	return n < 0 || n >= KEYS ? -1 : n;
}

/* What the cursor gave is key n of the table, or nothing where n is -1. */
static void check_at(const struct table *t, int db, int n, int rc, const MDB_val *key, const MDB_val *val)
{
	char buf[400];
	MDB_val wanted;

	assert_int_equal(rc, n < 0 ? MDB_NOTFOUND : 0);
	if (n < 0)
		return;
	wanted = key_of(n, buf);
	assert_int_equal(key->mv_size, wanted.mv_size);
	assert_memory_equal(key->mv_data, buf, wanted.mv_size);
	check_value(t, db, n, val);
}

/* Every key, forwards, backwards, and steps here and there. */
static void check_table(struct env_txn *txn, const struct table *t, unsigned *seed)
{
	struct env_cursor *c;
	MDB_val key, val;
	char buf[400];
	int n, last, rc;

	for (int db = 0; db < DATABASES; db++) {
		for (n = 0; n < KEYS; n++) {
			key = key_of(n, buf);
			rc = env_val_get(txn, db, &key, &val);
			assert_int_equal(rc, t->at[db][n].there ? 0 : MDB_NOTFOUND);
			if (rc == 0)
				check_value(t, db, n, &val);
		}
		assert_int_equal(env_cursor_open(txn, db, &c), 0);
		for (n = next_there(t, db, 0, 1); n >= 0; n = next_there(t, db, n + 1, 1))
			check_at(t, db, n, env_cursor_get(c, &key, &val, MDB_NEXT), &key, &val);
		check_at(t, db, -1, env_cursor_get(c, &key, &val, MDB_NEXT), &key, &val);
		n = next_there(t, db, KEYS - 1, -1);
		check_at(t, db, n, env_cursor_get(c, &key, &val, MDB_LAST), &key, &val);
		while (n >= 0) {
			n = next_there(t, db, n - 1, -1);
			check_at(t, db, n, env_cursor_get(c, &key, &val, MDB_PREV), &key, &val);
		}
		last = -1;
		for (int i = 0; i < 30; i++) {
			int how = last < 0 ? 2 : rand_r(seed) % 3;

			n = how == 0 ? last + 1 : how == 1 ? last - 1 : (int)(rand_r(seed) % KEYS);
			key = key_of(n < 0 || n >= KEYS ? 0 : n, buf);
			n = next_there(t, db, n, how == 1 ? -1 : 1);
			rc = env_cursor_get(c, &key, &val, how == 0 ? MDB_NEXT : how == 1 ? MDB_PREV : MDB_SET_RANGE);
			check_at(t, db, n, rc, &key, &val);
			last = n >= 0 ? n : last;
		}
		env_cursor_close(c);
	}
}

/* Take away every second key of a walk, as it goes; and put something behind it now and then. */
static void walk_and_change(struct env_txn *txn, struct table *t, unsigned *seed)
{
	int db = rand_r(seed) % DATABASES, n = next_there(t, db, 0, 1);
	struct env_cursor *c;
	MDB_val key, val;
	char buf[400];

	assert_int_equal(env_cursor_open(txn, db, &c), 0);
	for (int i = 0; n >= 0; i++) {
		check_at(t, db, n, env_cursor_get(c, &key, &val, MDB_NEXT), &key, &val);
		if (i % 2) {
			assert_int_equal(env_cursor_del(c), 0);
			t->at[db][n].there = false;
		}
		if (i % 7 == 0 && n + 1 < KEYS) {
			key = key_of(n + 1, buf);
			val = (MDB_val){0, NULL};
			assert_int_equal(env_val_put(txn, db, &key, &val), 0);
			t->at[db][n + 1].there = true;
			t->at[db][n + 1].len = 0;
		}
		n = next_there(t, db, n + 1, 1);
	}
	assert_int_equal(env_cursor_get(c, &key, &val, MDB_NEXT), MDB_NOTFOUND);
	env_cursor_close(c);
}

static void against_model(const char *dir, unsigned seed)
{
	static struct table now, before, snapshot;
	struct env *env = open_env(dir, &kind, seed == 1 ? ENV_CREATE : 0);
	struct env_txn *txn, *reader = NULL;
	uint64_t version = env_version(env);

	if (seed == 1)
		memset(&now, 0, sizeof(now));
	for (int round = 0; round < 150; round++) {
		before = now;
		assert_int_equal(env_write_begin(env, &txn), 0);
		for (int i = rand_r(&seed) % 12; i > 0; i--)
			change_one(txn, &now, &seed);
		if (rand_r(&seed) % 10 == 0)
			walk_and_change(txn, &now, &seed);
		if (rand_r(&seed) % 4 == 0)
			check_table(txn, &now, &seed);
		if (rand_r(&seed) % 5 == 0) {
			env_write_abort(env, txn);
			now = before;
		} else {
			assert_int_equal(env_write_commit(env, txn), 0);
		}
		assert_true(env_version(env) >= version);
		version = env_version(env);
		if (reader != NULL && rand_r(&seed) % 4 == 0) {
			check_table(reader, &snapshot, &seed);
			env_read_end(env, reader);
			reader = NULL;
		}
		if (reader == NULL && rand_r(&seed) % 4 == 0) {
			assert_int_equal(env_read_begin(env, &reader), 0);
			snapshot = now;
		}
		if (rand_r(&seed) % 15 == 0)
			assert_int_equal(env_checkpoint(env), 0);
	}
	if (reader != NULL)
		env_read_end(env, reader);
	assert_int_equal(env_read_begin(env, &txn), 0);
	check_table(txn, &now, &seed);
	env_read_end(env, txn);
	env_close(env);
}

static void test_model(void **state)
{
	for (unsigned seed = 1; seed <= 12; seed++)
		against_model(*state, seed);
}

/* More than the log holds, in one value and in many; then small ones again. */
static void test_large_transactions(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	size_t len = 3 << 20;
	char *big = malloc(len), key[16];
	struct env_txn *txn;
	void *val;

	memset(big, 'b', len);
	put_number(env, "small", 1);
	assert_int_equal(env_write_begin(env, &txn), 0);
	assert_int_equal(env_put(env, txn, 0, "big", big, len), 0);
	for (uint64_t i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "many%u", (unsigned)i);
		assert_int_equal(env_put(env, txn, 1, key, &i, sizeof(i)), 0);
	}
	assert_int_equal(env_write_commit(env, txn), 0);
	put_number(env, "small", 2);
	assert_int_equal(env_read_begin(env, &txn), 0);
	assert_int_equal(number_in(env, txn, "small"), 2);
	assert_int_equal(env_get(env, txn, 0, "big", &val, &len), 0);
	assert_int_equal(len, 3 << 20);
	assert_memory_equal(val, big, len);
	assert_int_equal(env_get(env, txn, 1, "many4999", &val, &len), 0);
	env_read_end(env, txn);
	free(big);
	env_close(env);
}

/* What is put and removed again leaves nothing to fold, and the log empty. */
static void test_nothing_to_fold(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	struct env_txn *txn;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 500; i++) {
			put_number(env, "here", i);
			assert_int_equal(env_write_begin(env, &txn), 0);
			assert_int_equal(env_del(env, txn, 0, "here"), 0);
			assert_int_equal(env_write_commit(env, txn), 0);
		}
		assert_int_equal(env_checkpoint(env), 0);
		assert_int_equal(get_number(env, "here"), UINT64_MAX);
	}
	env_close(env);
}

/* Failed transactions do not fill memory for ever: their remains go when there are many. */
static void test_aborted_over_and_over(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	static char val[100000];
	struct env_txn *txn;

	put_number(env, "n", 7);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(env_write_begin(env, &txn), 0);
		assert_int_equal(number_in(env, txn, "n"), 7);
		assert_int_equal(env_put(env, txn, 0, "n", val, sizeof(val)), 0);
		env_write_abort(env, txn);
		assert_int_equal(get_number(env, "n"), 7);
	}
	env_close(env);
}

/* For threads and children, in which cmocka's assertions say nothing. */
#define must(what)                                                                         \
	do {                                                                               \
		if (!(what)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
			abort();                                                           \
		}                                                                          \
	} while (0)

/*
 * Each of the ACTORS adds one to its own number and to that of all, in one transaction. So the sum is the number of
 * all, in every snapshot.
 */
enum { ACTORS = 3, ADDITIONS = 400 };

static void add_one(struct env *env, int actor, bool large)
{
	static const char filler[10000];
	struct env_txn *txn;
	char key[16];
	uint64_t n;

	snprintf(key, sizeof(key), "actor%d", actor);
	must(env_write_begin(env, &txn) == 0);
	n = number_in(env, txn, key) + 1; /* UINT64_MAX is none */
	must(env_put(env, txn, 0, key, &n, sizeof(n)) == 0);
	if (large)
		must(env_put(env, txn, 1, key, filler, sizeof(filler)) == 0);
	n = number_in(env, txn, "all") + 1;
	must(env_put(env, txn, 0, "all", &n, sizeof(n)) == 0);
	must(env_write_commit(env, txn) == 0);
}

/* The number of all, which is the sum. Numbers count from -1. */
static uint64_t check_sum(struct env *env)
{
	uint64_t sum = 0, all;
	struct env_txn *txn;
	char key[16];

	must(env_read_begin(env, &txn) == 0);
	for (int i = 0; i < ACTORS; i++) {
		snprintf(key, sizeof(key), "actor%d", i);
		sum += number_in(env, txn, key) + 1;
	}
	all = number_in(env, txn, "all") + 1;
	must(sum == all);
	env_read_end(env, txn);
	return all;
}

static void act(struct env *env, int actor)
{
	uint64_t seen = 0, version, now;

	for (int i = 0; i < ADDITIONS; i++) {
		version = env_version(env);
		add_one(env, actor, i % 50 == actor);
		must(env_version(env) > version);
		now = check_sum(env);
		must(now > seen);
		seen = now;
		if (i % 100 == 99)
			must(env_checkpoint(env) == 0);
	}
}

static void test_processes(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	pid_t pid[ACTORS];

	for (int i = 0; i < ACTORS; i++) {
		pid[i] = fork();
		assert_true(pid[i] >= 0);
		if (pid[i] == 0) {
			act(env, i);
			_exit(0);
		}
	}
	for (int i = 0; i < 300; i++)
		check_sum(env);
	for (int i = 0; i < ACTORS; i++)
		assert_int_equal(wait_for(pid[i]), 0);
	assert_int_equal(check_sum(env), ACTORS * ADDITIONS);
	env_close(env);
	env = open_env(*state, &kind, 0);
	assert_int_equal(check_sum(env), ACTORS * ADDITIONS);
	env_close(env);
}

struct actor {
	struct env *env;
	int number;
	atomic_bool *stop;
};

static void *act_in_thread(void *arg)
{
	struct actor *a = arg;

	act(a->env, a->number);
	return NULL;
}

static void *read_in_thread(void *arg)
{
	struct actor *a = arg;

	while (!atomic_load(a->stop))
		check_sum(a->env);
	return NULL;
}

static void test_threads(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	struct actor actor[ACTORS];
	pthread_t thread[ACTORS], reader;
	atomic_bool stop = false;

	for (int i = 0; i < ACTORS; i++) {
		actor[i] = (struct actor){env, i, &stop};
		assert_int_equal(pthread_create(&thread[i], NULL, act_in_thread, &actor[i]), 0);
	}
	assert_int_equal(pthread_create(&reader, NULL, read_in_thread, &actor[0]), 0);
	for (int i = 0; i < ACTORS; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_int_equal(check_sum(env), ACTORS * ADDITIONS);
	env_close(env);
}

/* Processes are killed at any moment: what they were told to be done is done, and nothing is done by halves. */
static void test_killed(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	_Atomic uint64_t *told = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned seed = 4711;

	assert_ptr_not_equal(told, MAP_FAILED);
	for (int round = 0; round < 60; round++) {
		struct timespec ts = {.tv_nsec = 1000000 + rand_r(&seed) % 8000000};
		uint64_t least;
		pid_t pid;

		atomic_store(told, check_sum(env));
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			for (int i = 0;; i++) {
				add_one(env, round % ACTORS, rand_r(&seed) % 10 == 0);
				atomic_fetch_add(told, 1);
				if (i % 16 == 15)
					env_checkpoint(env);
			}
		}
		nanosleep(&ts, NULL);
		kill(pid, SIGKILL);
		wait_for(pid);
		least = atomic_load(told);
		assert_in_range(check_sum(env), least, least + 1);
		/* LMDB may find out only now that the last one was committed. */
		add_one(env, (round + 1) % ACTORS, round % 7 == 0);
		assert_in_range(check_sum(env), least + 1, least + 2);
	}
	munmap((void *)told, 4096);
	env_close(env);
	env = open_env(*state, &kind, 0);
	check_sum(env);
	env_close(env);
}

/* A process dies as it commits to LMDB: a large transaction, or a fold for a checkpoint. */
static void die_at_commit(const char *dir, bool before, bool large)
{
	struct env *env = open_env(dir, &kind, 0);
	uint64_t version, was = check_sum(env), now;
	pid_t pid;

	add_one(env, 0, false);
	version = env_version(env);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		add_one(env, 1, false);
		at_commit = before ? DIE_BEFORE : DIE_AFTER;
		if (large)
			add_one(env, 1, true);
		else
			env_checkpoint(env);
		_exit(1);
	}
	assert_true(WIFSIGNALED(wait_for(pid)));
	now = check_sum(env);
	assert_int_equal(now, was + 2 + (large && !before));
	assert_true(env_version(env) > version);
	version = env_version(env);
	add_one(env, 2, false);
	assert_int_equal(check_sum(env), now + 1);
	assert_true(env_version(env) > version);
	assert_int_equal(env_checkpoint(env), 0);
	assert_int_equal(check_sum(env), now + 1);
	env_close(env);
}

static void test_die_at_commit(void **state)
{
	env_close(open_env(*state, &kind, ENV_CREATE));
	for (int i = 0; i < 16; i++)
		die_at_commit(*state, i & 1, i & 2);
}

/* All who had it open are killed; the next one finds everything. */
static void test_all_killed(void **state)
{
	pid_t pid;
	struct env *env;

	env_close(open_env(*state, &kind, ENV_CREATE));
	for (uint64_t round = 1; round <= 5; round++) {
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			env = open_env(*state, &kind, 0);
			for (int i = 0; i < 37; i++)
				add_one(env, 0, false);
			raise(SIGKILL);
		}
		wait_for(pid);
		env = open_env(*state, &kind, 0);
		assert_int_equal(check_sum(env), round * 37);
		env_close(env);
	}
}

/* A child can do nothing with its parent's transactions. */
static void test_fork_within(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	struct env_txn *txn, *reader;
	uint64_t n = 5;
	pid_t pid;

#ifdef __SANITIZE_THREAD__
	env_close(env); /* it warns that fork takes locks within a transaction, which others take outside */
	skip();
#endif
	put_number(env, "n", 4);
	assert_int_equal(env_read_begin(env, &reader), 0);
	assert_int_equal(env_write_begin(env, &txn), 0);
	assert_int_equal(env_put(env, txn, 0, "n", &n, sizeof(n)), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (env_write_commit(env, txn) == 0)
			_exit(1);
		env_write_abort(env, txn);
		env_read_end(env, reader);
		_exit(get_number(env, "n") == 4 ? 0 : 2);
	}
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(env_write_commit(env, txn), 0);
	assert_int_equal(number_in(env, reader, "n"), 4);
	env_read_end(env, reader);
	assert_int_equal(get_number(env, "n"), 5);
	env_close(env);
}

/* Room that is kept in advance must not go beyond the limit on file sizes, which would be the end of the process. */
static void test_file_size_limit(void **state)
{
	struct rlimit limit = {1 << 20, 1 << 20};
	struct env *env;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setrlimit(RLIMIT_FSIZE, &limit);
		env = open_env(*state, &kind, ENV_CREATE);
		for (int i = 0; i < 1000; i++)
			add_one(env, 0, false);
		env_close(env);
		_exit(0);
	}
	assert_int_equal(wait_for(pid), 0);
	env = open_env(*state, &kind, 0);
	assert_int_equal(check_sum(env), 1000);
	env_close(env);
}

/* An environment without a log gets one, unless somebody has it open who knows nothing of it. */
static void test_upgrade(void **state)
{
	struct env *env = open_env(*state, &old_kind, ENV_CREATE);
	int ready[2], done[2];
	char c;
	pid_t pid;

	put_number(env, "n", 3);
	env_close(env);
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(done), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(done[1]);
		env = open_env(*state, &old_kind, 0);
		put_number(env, "m", 1);
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		if (read(done[0], &c, 1) != 0)
			_exit(2);
		env_close(env);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(env_open(*state, &kind, 0, &env), -DER_BUSY);
	close(done[1]);
	assert_int_equal(wait_for(pid), 0);
	env = open_env(*state, &kind, 0);
	assert_int_equal(get_number(env, "n"), 3);
	assert_int_equal(get_number(env, "m"), 1);
	put_number(env, "n", 4);
	env_close(env);
	assert_int_equal(env_open(*state, &old_kind, 0, &env), -DER_DF_INCOMPT);
	env = open_env(*state, &kind, 0);
	assert_int_equal(get_number(env, "n"), 4);
	env_close(env);
}

/*
 * On a full disk an environment without a log can be used, as it is; it gets its log when there is room, or when the
 * reserve makes some.
 */
static void test_upgrade_on_full_disk(void **state)
{
	struct env *env = open_env(*state, &old_kind, ENV_CREATE);

	put_number(env, "n", 3);
	env_close(env);
	full_commits = 2;
	env = open_env(*state, &kind, 0);
	assert_int_equal(full_commits, 0);
	assert_null(env_version_word(env));
	assert_int_equal(get_number(env, "n"), 3);
	put_number(env, "n", 4);
	env_close(env);
	env = open_env(*state, &old_kind, 0);
	assert_int_equal(get_number(env, "n"), 4);
	env_close(env);
	full_commits = 1;
	env = open_env(*state, &kind, 0);
	assert_int_equal(full_commits, 0);
	assert_non_null(env_version_word(env));
	assert_int_equal(get_number(env, "n"), 4);
	env_close(env);
}

static void killed_with_updates(const char *dir, const struct env_kind *of)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		put_number(open_env(dir, of, 0), "n", 2);
		raise(SIGKILL);
	}
	wait_for(pid);
}

/* A log that is found beside an environment of the format without one is of another. */
static void test_upgrade_beside_log(void **state)
{
	char old[200], other[200], log[220], to[220];
	struct env *env;

	snprintf(old, sizeof(old), "%s/old", (char *)*state);
	snprintf(other, sizeof(other), "%s/other", (char *)*state);
	assert_int_equal(mkdir(old, 0700), 0);
	assert_int_equal(mkdir(other, 0700), 0);
	env = open_env(other, &kind, ENV_CREATE);
	for (int i = 0; i < 30; i++) {
		put_number(env, "n", i);
		assert_int_equal(env_checkpoint(env), 0);
	}
	env_close(env);
	killed_with_updates(other, &kind);
	env_close(open_env(old, &old_kind, ENV_CREATE));
	killed_with_updates(old, &old_kind);
	snprintf(log, sizeof(log), "%s/log", other);
	snprintf(to, sizeof(to), "%s/log", old);
	assert_int_equal(rename(log, to), 0);
	env = open_env(old, &kind, 0);
	assert_int_equal(get_number(env, "n"), 2);
	put_number(env, "n", 3);
	env_close(env);
}

static void spoil(const char *dir, off_t at)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/log", dir);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "spoiled", 7, at), 7);
	close(fd);
}

/* A log that is needed and damaged is told; one that is not needed is made anew. */
static void test_damaged(void **state)
{
	struct env *env = open_env(*state, &kind, ENV_CREATE);
	struct env_txn *txn;

	put_number(env, "n", 1);
	env_close(env);
	spoil(*state, 0);
	env = open_env(*state, &kind, 0);
	assert_int_equal(get_number(env, "n"), 1);
	env_close(env);
	spoil(*state, 64);
	env = open_env(*state, &kind, 0);
	assert_int_equal(get_number(env, "n"), 1);
	put_number(env, "n", 1);
	env_close(env);

	killed_with_updates(*state, &kind);
	spoil(*state, 4096 + 40);
	env = open_env(*state, &kind, 0);
	assert_int_equal(env_read_begin(env, &txn), -DER_DF_INVAL);
	assert_int_equal(env_write_begin(env, &txn), -DER_DF_INVAL);
	env_close(env);
	spoil(*state, 0);
	assert_int_equal(env_open(*state, &kind, 0, &env), -DER_DF_INVAL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, env_setup, env_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_model),
	    TEST(test_large_transactions),
	    TEST(test_nothing_to_fold),
	    TEST(test_aborted_over_and_over),
	    TEST(test_processes),
	    TEST(test_threads),
	    TEST(test_killed),
	    TEST(test_die_at_commit),
	    TEST(test_all_killed),
	    TEST(test_fork_within),
	    TEST(test_file_size_limit),
	    TEST(test_upgrade),
	    TEST(test_upgrade_on_full_disk),
	    TEST(test_upgrade_beside_log),
	    TEST(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
