#include "env_fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

int env_setup(void **state)
{
	char *dir = strdup("/tmp/dfuse-env-XXXXXX");

	*state = mkdtemp(dir);
	return *state == NULL;
}

int env_teardown(void **state)
{
	int rc = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return rc;
}

struct env *open_env(const char *dir, const struct env_kind *kind, int flags)
{
	struct env *env = NULL;

	assert_int_equal(env_open(dir, kind, flags, &env), 0);
	return env;
}

void put_number(struct env *env, const char *key, uint64_t n)
{
	struct env_txn *txn;

	assert_int_equal(env_write_begin(env, &txn), 0);
	assert_int_equal(env_put(env, txn, 0, key, &n, sizeof(n)), 0);
	assert_int_equal(env_write_commit(env, txn), 0);
}

uint64_t number_in(struct env *env, struct env_txn *txn, const char *key)
{
	uint64_t n = UINT64_MAX;
	size_t len;
	void *val;

	if (env_get(env, txn, 0, key, &val, &len) == 0) {
		assert_int_equal(len, sizeof(n));
		memcpy(&n, val, sizeof(n));
	}
	return n;
}

uint64_t get_number(struct env *env, const char *key)
{
	struct env_txn *txn;
	uint64_t n;

	assert_int_equal(env_read_begin(env, &txn), 0);
	n = number_in(env, txn, key);
	env_read_end(env, txn);
	return n;
}

int wait_for(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}
