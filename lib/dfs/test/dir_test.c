/*
 * Listing directories.
 */
#include "fixture.h"

enum { MANY = 3000 };

static bool seen[MANY];

static void fill(dfs_obj_t *d)
{
	char name[16];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "e%04d", i);
		if (i % 10 == 0)
			make_file(d, name, "12345");
		else
			assert_ok(dfs_mkdir(dfs, d, name, 0755, 0));
	}
}

static void note(const char *name)
{
	int i = atoi(name + 1);

	assert_in_range(i, 0, MANY - 1);
	assert_false(seen[i]);
	seen[i] = true;
}

/* List with `batch` entries per call. Returns how many there were. */
static int list_all(dfs_obj_t *d, uint32_t batch)
{
	struct dirent *de = calloc(batch, sizeof(*de));
	daos_anchor_t anchor = {0};
	int nr = 0;

	memset(seen, 0, sizeof(seen));
	while (!daos_anchor_is_eof(&anchor)) {
		uint32_t n = batch;

		assert_ok(dfs_readdir(dfs, d, &anchor, &n, de));
		for (uint32_t i = 0; i < n; i++)
			note(de[i].d_name);
		nr += n;
	}
	free(de);
	return nr;
}

static int count(dfs_t *fs, dfs_obj_t *d, const char *name, void *arg)
{
	(void)fs, (void)d;
	note(name);
	return ++*(int *)arg == 1234 ? 1 : 0;
}

static void many_entries(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d");
	daos_anchor_t anchor = {0};
	struct dirent de[100];
	struct stat st[100];
	uint32_t nr = MANY, files = 0, bytes = 0;
	int calls = 0;

	(void)state;
	fill(d);
	assert_int_equal(list_all(d, 1), MANY);
	assert_int_equal(list_all(d, 77), MANY);
	assert_int_equal(list_all(d, 5000), MANY);
	while (!daos_anchor_is_eof(&anchor)) {
		uint32_t n = 100;

		assert_ok(dfs_readdirplus(dfs, d, &anchor, &n, de, st));
		for (uint32_t i = 0; i < n; i++) {
			files += S_ISREG(st[i].st_mode);
			bytes += S_ISREG(st[i].st_mode) ? st[i].st_size : 0;
			assert_int_equal(de[i].d_type, IFTODT(st[i].st_mode));
			assert_int_equal(de[i].d_ino, st[i].st_ino);
		}
	}
	assert_int_equal(files, MANY / 10);
	assert_int_equal(bytes, MANY / 10 * 5);

	memset(seen, 0, sizeof(seen));
	memset(&anchor, 0, sizeof(anchor));
	assert_int_equal(dfs_iterate(dfs, d, &anchor, &nr, 4096, count, &calls), 1);
	assert_int_equal(calls, 1234);
	assert_int_equal(nr, 1234);
	assert_errno(dfs_iterate(dfs, d, &anchor, &nr, 10, count, &calls), EINVAL);
	dfs_release(d);
}

/* What stays is listed once, whatever is created and removed meanwhile. */
static void while_it_changes(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d");
	daos_anchor_t anchor = {0};
	struct dirent de[50];
	char name[16];
	int next = 0;

	(void)state;
	fill(d);
	memset(seen, 0, sizeof(seen));
	while (!daos_anchor_is_eof(&anchor)) {
		uint32_t n = 50;

		assert_ok(dfs_readdir(dfs, d, &anchor, &n, de));
		for (uint32_t i = 0; i < n; i++)
			if (de[i].d_name[0] == 'e')
				note(de[i].d_name);
		for (int i = 0; i < 20 && next < MANY; i++, next += 2) {
			snprintf(name, sizeof(name), "e%04d", next);
			assert_ok(dfs_remove(dfs, d, name, false, NULL));
			snprintf(name, sizeof(name), "a%04d", next);
			assert_ok(dfs_mkdir(dfs, d, name, 0755, 0));
		}
	}
	for (int i = 1; i < MANY; i += 2)
		assert_true(seen[i]);
	dfs_release(d);
}

static void an_anchor_at_a_name(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d");
	daos_anchor_t anchor = {0}, at = {0};
	struct dirent all[64], rest[64];
	uint32_t nr = 64, n = 64;
	char name[16];

	(void)state;
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "e%04d", i);
		make_file(d, name, NULL);
	}
	assert_ok(dfs_readdir(dfs, d, &anchor, &nr, all));
	assert_int_equal(nr, 30);
	assert_ok(dfs_dir_anchor_set(d, all[9].d_name, &at));
	assert_ok(dfs_readdir(dfs, d, &at, &n, rest));
	assert_true(n == 20 || n == 21); /* at or behind the name */
	for (uint32_t i = 0; i < 20; i++)
		assert_string_equal(rest[n - 20 + i].d_name, all[10 + i].d_name);
	dfs_release(d);
}

static void what_is_no_directory(void **state)
{
	daos_anchor_t anchor = {0};
	struct dirent de;
	struct stat st;
	uint32_t nr = 1;
	dfs_obj_t *f;

	(void)state;
	make_file(NULL, "f", NULL);
	f = open_file(NULL, "f", O_RDONLY);
	assert_errno(dfs_readdir(dfs, f, &anchor, &nr, &de), ENOTDIR);
	assert_errno(dfs_readdirplus(dfs, f, &anchor, &nr, &de, &st), ENOTDIR);
	assert_errno(dfs_dir_anchor_set(f, "x", &anchor), ENOTDIR);
	assert_errno(dfs_readdir(dfs, NULL, &anchor, &nr, &de), EINVAL);
	dfs_release(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(many_entries),
	    TEST(while_it_changes),
	    TEST(an_anchor_at_a_name),
	    TEST(what_is_no_directory),
	};

	return RUN_GROUP(tests);
}
