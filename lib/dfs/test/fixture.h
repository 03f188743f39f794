/*
 * fixture.h: a store, a pool and a fresh container for each test, and short names for what tests do all the time.
 *
 * Tests run in a store of their own in a temporary directory, which is removed at the end.
 */
#ifndef DFS_TEST_FIXTURE_H
#define DFS_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_fs_sys.h>

#define POOL "tank"

/* Of the running test. */
extern dfs_t *dfs;
extern char cont[64];

/* Group: dfs_init(), the store, the pool. */
int group_setup(void **state);
int group_teardown(void **state);

/* Test: a new container, mounted as `dfs`. */
int test_setup(void **state);
int test_teardown(void **state);

#define TEST(fn)		     cmocka_unit_test_setup_teardown(fn, test_setup, test_teardown)
#define RUN_GROUP(tests)	     cmocka_run_group_tests(tests, group_setup, group_teardown)
#define assert_ok(call)		     assert_int_equal(call, 0)
#define assert_errno(call, expected) assert_int_equal(call, expected)

/* Open or create; fails the test if it cannot. `parent` NULL: the root. */
dfs_obj_t *open_file(dfs_obj_t *parent, const char *name, int flags);
dfs_obj_t *open_dir(dfs_obj_t *parent, const char *name);
dfs_obj_t *make_dir(dfs_obj_t *parent, const char *name);
void make_link(dfs_obj_t *parent, const char *name, const char *target);

/* An empty file, or one with `text` in it. */
void make_file(dfs_obj_t *parent, const char *name, const char *text);

int write_at(dfs_obj_t *obj, const void *buf, size_t len, daos_off_t off);

/* How many bytes were read; fails the test on an error. */
size_t read_at(dfs_obj_t *obj, void *buf, size_t len, daos_off_t off);

/* Whether the file holds `text` and nothing else. */
bool file_is(dfs_obj_t *parent, const char *name, const char *text);

daos_obj_id_t oid_of(dfs_obj_t *parent, const char *name);

/* Names of a directory, sorted, separated by one space each, in a buffer of the function. */
const char *list_names(dfs_obj_t *dir);

#endif
