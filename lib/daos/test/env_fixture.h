/* env_fixture.h: what tests of environments share: a directory for each test, numbers under string keys. */
#ifndef DFUSE_TEST_ENV_FIXTURE_H
#define DFUSE_TEST_ENV_FIXTURE_H

#include <stdint.h>

#include "store/env.h"
#include "test.h"

/* *state is the path of an empty directory. */
int env_setup(void **state);
int env_teardown(void **state);

struct env *open_env(const char *dir, const struct env_kind *kind, int flags);

/* In database 0, a transaction each. */
void put_number(struct env *env, const char *key, uint64_t n);

/* The number under `key`, or UINT64_MAX. */
uint64_t get_number(struct env *env, const char *key);

/* Within a transaction. */
uint64_t number_in(struct env *env, struct env_txn *txn, const char *key);

/* How the child ended, as waitpid() has it. */
int wait_for(pid_t pid);

#endif
