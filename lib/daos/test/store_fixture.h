/*
 * store_fixture.h: a store of its own for a test: DAOS_LOCAL_ROOT is a new directory, removed at the end.
 */
#ifndef DFUSE_TEST_STORE_FIXTURE_H
#define DFUSE_TEST_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <daos.h>

#define POOL "tank"

/* Group fixtures: the library started, an empty store. */
int store_setup(void **state);
int store_teardown(void **state);

/* Test fixtures: the pool POOL and a read-write handle of it. */
int pool_setup(void **state);
int pool_teardown(void **state);

extern daos_handle_t poh;

/* Size of the pool that pool_setup() makes; 0: all of the file system, whose free space others change too. */
extern uint64_t pool_size;

const char *store_root(void);

/* The path of the only pool's or a container's directory, to be freed. */
char *pool_dir(void);
char *cont_dir(const uuid_t uuid);

daos_handle_t cont_make(const char *label, uuid_t uuid);
daos_handle_t cont_open_label(const char *label, unsigned flags);
void cont_close(daos_handle_t coh);

/* Whether the file system that stores are made on tells who has a file open. */
bool host_has_leases(void);

/* Run `fn` in a child process; its return value is the exit status. */
int in_child(int (*fn)(void *), void *arg);

#define assert_der(rc, want) assert_string_equal(d_errstr(rc), d_errstr(want))
#define assert_ok(rc)	     assert_der(rc, 0)

#endif
