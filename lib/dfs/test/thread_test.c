/*
 * Many threads on one mount.
 */
#include <pthread.h>
#include <sys/xattr.h>

#include "fixture.h"

enum { THREADS = 4, ROUNDS = 60 };

static dfs_obj_t *shared;
static int winners[ROUNDS];
static int errors;

#define check(cond)                                                                \
	do {                                                                       \
		if (!(cond)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			__atomic_add_fetch(&errors, 1, __ATOMIC_RELAXED);          \
		}                                                                  \
	} while (0)

static void run(void *(*fn)(void *))
{
	pthread_t t[THREADS];

	errors = 0;
	for (long i = 0; i < THREADS; i++)
		assert_ok(pthread_create(&t[i], NULL, fn, (void *)i));
	for (int i = 0; i < THREADS; i++)
		assert_ok(pthread_join(t[i], NULL));
	assert_int_equal(errors, 0);
}

/* Each thread creates, writes, renames and removes names of its own in one directory. */
static void *own_names(void *arg)
{
	long me = (long)arg;
	struct stat st;
	char a[32], b[32];
	dfs_obj_t *f;

	for (int i = 0; i < ROUNDS; i++) {
		snprintf(a, sizeof(a), "a%ld-%d", me, i);
		snprintf(b, sizeof(b), "b%ld-%d", me, i);
		check(dfs_open(dfs, shared, a, S_IFREG | 0600, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &f) == 0);
		check(write_at(f, a, strlen(a), 0) == 0);
		check(dfs_move(dfs, shared, a, shared, b, NULL) == 0);
		check(dfs_update_parent(f, f, b) == 0);
		check(dfs_ostat(dfs, f, &st) == 0 && (size_t)st.st_size == strlen(a));
		check(dfs_setxattr(dfs, f, "user.x", "1", 1, XATTR_CREATE) == 0);
		check(dfs_release(f) == 0);
		if (i % 2 == 0)
			check(dfs_remove(dfs, shared, b, false, NULL) == 0);
	}
	return NULL;
}

static void names_of_their_own(void **state)
{
	(void)state;
	shared = make_dir(NULL, "d");
	run(own_names);
	dfs_release(shared);
}

/* All threads want the same name; one gets it. */
static void *same_name(void *arg)
{
	char name[32];
	dfs_obj_t *f;

	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		int rc;

		snprintf(name, sizeof(name), "n%d", i);
		rc = dfs_open(dfs, shared, name, S_IFREG | 0600, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &f);
		check(rc == 0 || rc == EEXIST);
		if (rc == 0) {
			__atomic_add_fetch(&winners[i], 1, __ATOMIC_RELAXED);
			check(dfs_release(f) == 0);
		}
	}
	return NULL;
}

static void one_gets_a_name(void **state)
{
	(void)state;
	shared = make_dir(NULL, "d");
	run(same_name);
	for (int i = 0; i < ROUNDS; i++)
		assert_int_equal(winners[i], 1);
	dfs_release(shared);
}

/* Renames of one file over and over: it is always there, under one of its names. */
static void *to_and_fro(void *arg)
{
	long me = (long)arg;
	char to[16];

	snprintf(to, sizeof(to), "n%ld", me);
	for (int i = 0; i < ROUNDS; i++) {
		for (long from = 0; from < THREADS; from++) {
			char name[16];
			int rc;

			snprintf(name, sizeof(name), "n%ld", from);
			rc = dfs_move(dfs, shared, name, shared, to, NULL);
			check(rc == 0 || rc == ENOENT);
		}
	}
	return NULL;
}

static void one_file_is_renamed_by_all(void **state)
{
	char name[16];

	(void)state;
	shared = make_dir(NULL, "d");
	make_file(shared, "n0", "content");
	run(to_and_fro);
	snprintf(name, sizeof(name), "%s", list_names(shared));
	assert_int_equal(strlen(name), 2);
	assert_true(file_is(shared, name, "content"));
	dfs_release(shared);
}

/*
 * Half of the threads create in a directory, the others remove it and make it anew. A removal that succeeds has removed
 * an empty directory: nothing that was created before it and not removed can be lost.
 */
static void *remove_or_create(void *arg)
{
	long me = (long)arg;
	char path[32];
	dfs_obj_t *d, *f;

	for (int i = 0; i < ROUNDS; i++) {
		if (me % 2 == 0) {
			int rc = dfs_remove(dfs, shared, "victim", false, NULL);

			check(rc == 0 || rc == ENOENT || rc == ENOTEMPTY);
			rc = dfs_mkdir(dfs, shared, "victim", 0755, 0);
			check(rc == 0 || rc == EEXIST);
			continue;
		}
		if (dfs_open(dfs, shared, "victim", S_IFDIR, O_RDWR, 0, 0, NULL, &d) != 0)
			continue;
		snprintf(path, sizeof(path), "f%ld", me);
		if (dfs_open(dfs, d, path, S_IFREG | 0600, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &f) == 0) {
			check(dfs_release(f) == 0);
			check(dfs_remove(dfs, d, path, false, NULL) == 0);
		}
		check(dfs_release(d) == 0);
	}
	return NULL;
}

static void a_directory_is_removed_while_others_create(void **state)
{
	(void)state;
	shared = make_dir(NULL, "d");
	run(remove_or_create);
	dfs_release(shared);
}

/* Attributes of one file. */
static void *attributes(void *arg)
{
	long me = (long)arg;
	char name[32], value[32], back[32];
	struct stat st;

	snprintf(name, sizeof(name), "user.t%ld", me);
	for (int i = 0; i < ROUNDS; i++) {
		daos_size_t n = sizeof(back);

		snprintf(value, sizeof(value), "%d", i);
		check(dfs_setxattr(dfs, shared, name, value, strlen(value), 0) == 0);
		check(dfs_getxattr(dfs, shared, name, back, &n) == 0);
		check(n == strlen(value) && memcmp(back, value, n) == 0);
		st.st_mode = 0600 | (i & 077);
		check(dfs_osetattr(dfs, shared, &st, DFS_SET_ATTR_MODE) == 0);
		check(dfs_ostat(dfs, shared, &st) == 0);
	}
	return NULL;
}

static void one_file_has_its_attributes_set(void **state)
{
	daos_size_t n = 0;

	(void)state;
	make_file(NULL, "f", "x");
	shared = open_file(NULL, "f", O_RDWR);
	run(attributes);
	assert_ok(dfs_listxattr(dfs, shared, NULL, &n));
	assert_int_equal(n, THREADS * sizeof("user.t0"));
	dfs_release(shared);
}

static dfs_sys_t *sys;

static void *by_path(void *arg)
{
	long me = (long)arg;
	struct stat st;
	char path[64];

	for (int i = 0; i < ROUNDS; i++) {
		snprintf(path, sizeof(path), "/s/%d/t%ld", i % 7, me);
		check(dfs_sys_mkdir_p(sys, path, 0755, 0) == 0);
		check(dfs_sys_stat(sys, path, 0, &st) == 0);
		check(dfs_sys_remove(sys, path, false, NULL) == 0);
	}
	return NULL;
}

static void paths(void **state)
{
	(void)state;
	assert_ok(dfs_sys_connect(POOL, NULL, cont, O_RDWR, 0, NULL, &sys));
	run(by_path);
	assert_ok(dfs_sys_disconnect(sys));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(names_of_their_own),
	    TEST(one_gets_a_name),
	    TEST(one_file_is_renamed_by_all),
	    TEST(a_directory_is_removed_while_others_create),
	    TEST(one_file_has_its_attributes_set),
	    TEST(paths),
	};

	return RUN_GROUP(tests);
}
