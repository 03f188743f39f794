/* The inode table, without any storage behind it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "container.h"
#include "inode.h"

static struct container cont;
static struct inode_table table;

static int setup(void **state)
{
	struct inode root = {.kind = INODE_ROOT, .cont = &cont, .oid = {.hi = 1}, .attr.mode = S_IFDIR};

	(void)state;
	assert_int_equal(inode_table_init(&table), 0);
	return inode_table_set_root(&table, &root) == NULL;
}

static int teardown(void **state)
{
	(void)state;
	inode_table_fini(&table);
	return 0;
}

static struct inode *get(uint64_t lo, struct inode *parent, const char *name)
{
	struct inode model = {.kind = INODE_ENTRY, .cont = &cont, .oid = {.lo = lo}, .attr.mode = S_IFREG};

	return inode_get(&table, &model, parent, name);
}

static void test_same_object_same_inode(void **state)
{
	struct inode *a = get(1, table.root, "a"), *b = get(1, table.root, "b"), *parent;
	char name[DFS_MAX_NAME + 1];

	(void)state;
	assert_ptr_equal(a, b);
	assert_int_equal(inode_place(&table, a, &parent, name), 0);
	assert_string_equal(name, "b");
	assert_ptr_equal(parent, table.root);
	inode_put(&table, parent);
	assert_ptr_not_equal(a, get(2, table.root, "c"));
	assert_int_equal(inode_table_count(&table), 3);
}

static void test_goes_with_last_reference(void **state)
{
	struct inode *dir = get(1, table.root, "d"), *child = get(2, dir, "c");

	(void)state;
	inode_remember(&table, child);
	inode_remember(&table, child);
	inode_put(&table, child);
	inode_put(&table, dir); /* kept by its child */
	assert_int_equal(inode_table_count(&table), 3);
	inode_forget(&table, child, 1);
	assert_int_equal(inode_table_count(&table), 3);
	inode_forget(&table, child, 1);
	assert_int_equal(inode_table_count(&table), 1);
}

static void test_move_and_path(void **state)
{
	struct inode *dir = get(1, table.root, "d"), *child = get(2, dir, "c");
	char path[64];

	(void)state;
	assert_int_equal(inode_path(&table, child, path, sizeof(path)), 0);
	assert_string_equal(path, "/d/c");
	assert_int_equal(inode_path(&table, child, path, 4), -ENAMETOOLONG);
	assert_int_equal(inode_path(&table, table.root, path, sizeof(path)), 0);
	assert_string_equal(path, "/");
	assert_int_equal(inode_move(&table, child, table.root, "x"), 0);
	assert_int_equal(inode_path(&table, child, path, sizeof(path)), 0);
	assert_string_equal(path, "/x");
	inode_put(&table, dir);
	assert_int_equal(inode_table_count(&table), 2);
}

static void test_unlinked_and_detached(void **state)
{
	struct inode *a = get(1, table.root, "a"), *again, *parent;
	char name[DFS_MAX_NAME + 1];

	(void)state;
	a->unlinked = true;
	inode_detach(&table, a);
	assert_int_equal(inode_place(&table, a, &parent, name), -ENOENT);
	assert_null(inode_find(&table, &cont, a->oid));
	again = get(1, table.root, "a");
	assert_ptr_not_equal(a, again);
	inode_put(&table, a);
	inode_put(&table, again);
	assert_int_equal(inode_table_count(&table), 1);
}

static void test_many(void **state)
{
	static struct inode *inode[100000];
	char name[16];

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "f%zu", i);
		inode[i] = get(i + 1, table.root, name);
	}
	assert_int_equal(inode_table_count(&table), 100001);
	assert_true(table.nbuckets >= 65536);
	for (size_t i = 0; i < 100000; i++) {
		struct inode *found = inode_find(&table, &cont, (daos_obj_id_t){.lo = i + 1});

		assert_ptr_equal(found, inode[i]);
		inode_put(&table, found);
	}
	for (size_t i = 0; i < 100000; i++)
		inode_put(&table, inode[i]);
	assert_int_equal(inode_table_count(&table), 1);
	assert_true(table.nbuckets <= 8192);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_same_object_same_inode, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_goes_with_last_reference, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_move_and_path, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_unlinked_and_detached, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_many, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
