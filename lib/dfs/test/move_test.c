/*
 * Removing, renaming, exchanging.
 */
#include "fixture.h"

#include <daos_fs_local.h>

static void removing(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d");
	daos_obj_id_t oid = {0}, before;

	(void)state;
	make_file(d, "f", "x");
	before = oid_of(d, "f");
	assert_errno(dfs_remove(dfs, NULL, "x", false, NULL), ENOENT);
	assert_errno(dfs_remove(dfs, NULL, "d", false, NULL), ENOTEMPTY);
	assert_ok(dfs_remove(dfs, d, "f", false, &oid));
	assert_memory_equal(&oid, &before, sizeof(oid));
	assert_string_equal(list_names(d), "");
	assert_ok(dfs_remove(dfs, NULL, "d", false, NULL));
	assert_errno(dfs_remove(dfs, NULL, "d", false, NULL), ENOENT);
	dfs_release(d);
}

static void removing_a_tree(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d"), *sub;
	char name[16];

	(void)state;
	for (int i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		sub = make_dir(d, name);
		for (int j = 0; j < 20; j++) {
			snprintf(name, sizeof(name), "f%d", j);
			make_file(sub, name, "x");
		}
		make_link(sub, "l", "..");
		dfs_release(make_dir(sub, "empty"));
		dfs_release(sub);
	}
	make_file(NULL, "keep", "x");
	assert_ok(dfs_remove(dfs, NULL, "d", true, NULL));
	assert_ok(dfs_lookup(dfs, "/", O_RDONLY, &sub, NULL, NULL));
	assert_string_equal(list_names(sub), "keep");
	dfs_release(sub);
	dfs_release(d);
}

static void over_other_things(void **state)
{
	dfs_obj_t *a = make_dir(NULL, "a"), *b = make_dir(NULL, "b"), *sub = make_dir(a, "sub");
	daos_obj_id_t oid = {0}, old;

	(void)state;
	make_file(a, "f", "from");
	make_file(b, "g", "to");
	make_file(sub, "deep", NULL);
	dfs_release(make_dir(b, "empty"));
	make_link(a, "l", "target");
	old = oid_of(b, "g");
	assert_errno(dfs_move(dfs, a, "x", b, "x", NULL), ENOENT);
	assert_errno(dfs_move(dfs, a, "f", b, "empty", NULL), EISDIR);
	assert_errno(dfs_move(dfs, b, "empty", a, "f", NULL), ENOTDIR);
	assert_errno(dfs_move(dfs, b, "empty", a, "sub", NULL), ENOTEMPTY);
	assert_ok(dfs_move(dfs, a, "f", b, "g", &oid));
	assert_memory_equal(&oid, &old, sizeof(oid));
	assert_true(file_is(b, "g", "from"));
	assert_ok(dfs_move(dfs, b, "g", b, "g", NULL));
	assert_true(file_is(b, "g", "from"));
	assert_ok(dfs_move(dfs, a, "sub", b, "empty", NULL));
	assert_string_equal(list_names(a), "l");
	assert_string_equal(list_names(b), "empty g");
	assert_string_equal(list_names(sub), "deep");
	assert_ok(dfs_move(dfs, a, "l", b, "g", NULL));
	assert_string_equal(list_names(b), "empty g");
	dfs_release(sub);
	dfs_release(a);
	dfs_release(b);
}

static void not_over_anything(void **state)
{
	(void)state;
	make_file(NULL, "f", "text");
	make_file(NULL, "g", "other");
	assert_errno(dfs_local_move_new(dfs, NULL, "f", NULL, "g"), EEXIST);
	assert_errno(dfs_local_move_new(dfs, NULL, "f", NULL, "f"), EEXIST);
	assert_errno(dfs_local_move_new(dfs, NULL, "none", NULL, "h"), ENOENT);
	assert_true(file_is(NULL, "g", "other"));
	assert_ok(dfs_local_move_new(dfs, NULL, "f", NULL, "h"));
	assert_true(file_is(NULL, "h", "text"));
	assert_errno(dfs_access(dfs, NULL, "f", F_OK), ENOENT);
}

static void below_itself(void **state)
{
	dfs_obj_t *a = make_dir(NULL, "a"), *b = make_dir(a, "b"), *c = make_dir(b, "c"), *other = make_dir(NULL, "o"),
		  *deep;

	(void)state;
	assert_errno(dfs_move(dfs, NULL, "a", a, "x", NULL), EINVAL);
	assert_errno(dfs_move(dfs, NULL, "a", c, "x", NULL), EINVAL);
	assert_errno(dfs_move(dfs, NULL, "a", NULL, "a/x", NULL), EINVAL);
	assert_errno(dfs_exchange(dfs, NULL, "a", b, "c"), EINVAL);
	assert_errno(dfs_exchange(dfs, b, "c", NULL, "a"), EINVAL);
	assert_ok(dfs_move(dfs, a, "b", other, "b", NULL));
	/* c lies below o now, no longer below a */
	assert_errno(dfs_move(dfs, NULL, "o", c, "x", NULL), EINVAL);
	assert_ok(dfs_move(dfs, NULL, "a", c, "a", NULL));
	assert_ok(dfs_lookup(dfs, "/o/b/c/a", O_RDWR, &deep, NULL, NULL));
	assert_errno(dfs_move(dfs, NULL, "o", deep, "o", NULL), EINVAL);
	dfs_release(deep);
	dfs_release(a);
	dfs_release(b);
	dfs_release(c);
	dfs_release(other);
}

static void exchanging(void **state)
{
	dfs_obj_t *a = make_dir(NULL, "a"), *b = make_dir(NULL, "b"), *obj;
	struct stat st;
	char v[8];
	daos_size_t n = sizeof(v);

	(void)state;
	make_file(a, "f", "file");
	obj = open_file(a, "f", O_RDWR);
	assert_ok(dfs_setxattr(dfs, obj, "user.x", "v", 1, 0));
	dfs_release(obj);
	make_link(b, "l", "target");
	assert_ok(dfs_exchange(dfs, a, "f", b, "l"));
	assert_true(file_is(b, "l", "file"));
	assert_ok(dfs_stat(dfs, a, "f", &st));
	assert_true(S_ISLNK(st.st_mode));
	obj = open_file(b, "l", O_RDWR);
	assert_ok(dfs_getxattr(dfs, obj, "user.x", v, &n));
	dfs_release(obj);
	assert_errno(dfs_exchange(dfs, a, "f", b, "x"), EINVAL);
	assert_errno(dfs_exchange(dfs, a, "x", b, "l"), EINVAL);
	assert_ok(dfs_exchange(dfs, a, "f", a, "f"));
	assert_ok(dfs_exchange(dfs, NULL, "a", NULL, "b"));
	assert_string_equal(list_names(a), "f");
	assert_ok(dfs_stat(dfs, b, "l", &st));
	assert_ok(dfs_lookup(dfs, "/a/l", O_RDONLY, &obj, NULL, NULL));
	dfs_release(obj);
	dfs_release(a);
	dfs_release(b);
}

/* An object follows a rename when it is told so; a directory follows by itself. */
static void objects_after_renames(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d"), *e = make_dir(NULL, "e"), *f;
	struct stat st;

	(void)state;
	make_file(d, "f", NULL);
	f = open_file(d, "f", O_RDWR);
	assert_ok(dfs_move(dfs, d, "f", e, "g", NULL));
	assert_errno(dfs_ostat(dfs, f, &st), ENOENT);
	make_file(d, "f", NULL);
	assert_errno(dfs_ostat(dfs, f, &st), ENOENT); /* another file of the same name is not it */
	make_file(e, "h", NULL);
	{
		dfs_obj_t *h = open_file(e, "h", O_RDONLY);

		assert_ok(dfs_update_parent(f, h, "g"));
		dfs_release(h);
	}
	assert_ok(dfs_ostat(dfs, f, &st));
	assert_ok(dfs_move(dfs, NULL, "e", d, "e2", NULL));
	assert_ok(dfs_ostat(dfs, e, &st));
	assert_ok(dfs_ostat(dfs, f, &st));
	dfs_release(f);
	dfs_release(e);
	dfs_release(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(removing),	TEST(removing_a_tree), TEST(over_other_things),	    TEST(not_over_anything),
	    TEST(below_itself), TEST(exchanging),      TEST(objects_after_renames),
	};

	return RUN_GROUP(tests);
}
