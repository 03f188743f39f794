/* Stores that cannot be used: of other users, damaged, of another or a newer format. Each with one clear reason. */
#include "store_fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_local.h>

static int try_open(void)
{
	daos_handle_t coh;
	int rc = daos_cont_open(poh, "c", DAOS_COO_RW, &coh, NULL, NULL);

	if (rc == 0)
		cont_close(coh);
	return rc;
}

static char *closed_cont(void)
{
	uuid_t uuid;

	cont_close(cont_make("c", uuid));
	return cont_dir(uuid);
}

static void join(char *out, size_t size, const char *dir, const char *name)
{
	assert_true(snprintf(out, size, "%s/%s", dir, name) < (int)size);
}

static void overwritten(void **state)
{
	char *dir = closed_cont(), file[256], zero[8192] = "";
	int fd;

	(void)state;
	join(file, sizeof(file), dir, "db");
	fd = open(file, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, zero, sizeof(zero), 0), sizeof(zero));
	close(fd);
	assert_der(try_open(), -DER_DF_INVAL);
	assert_ok(daos_cont_destroy(poh, "c", 0, NULL));
	free(dir);
}

static void truncated(void **state)
{
	char *dir = closed_cont(), file[256];

	(void)state;
	join(file, sizeof(file), dir, "db");
	assert_int_equal(truncate(file, 8192), 0);
	assert_der(try_open(), -DER_DF_INVAL);
	assert_int_equal(truncate(file, 0), 0);
	assert_der(try_open(), -DER_DF_INVAL);
	assert_int_equal(unlink(file), 0);
	assert_der(try_open(), -DER_DF_INVAL);
	free(dir);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void without_its_directory(void **state)
{
	char *dir = closed_cont();

	(void)state;
	assert_int_equal(nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_der(try_open(), -DER_DF_INVAL);
	assert_der(daos_cont_create_with_label(poh, "c", NULL, NULL, NULL), -DER_EXIST);
	assert_ok(daos_cont_destroy(poh, "c", 1, NULL));
	assert_der(try_open(), -DER_NONEXIST);
	free(dir);
}

static void damaged_users_file(void **state)
{
	char *dir = closed_cont(), file[256];

	(void)state;
	join(file, sizeof(file), dir, "users");
	assert_int_equal(truncate(file, 3), 0);
	assert_der(try_open(), -DER_DF_INVAL);
	assert_int_equal(unlink(file), 0);
	assert_der(try_open(), -DER_DF_INVAL);
	assert_der(daos_cont_destroy(poh, "c", 0, NULL), -DER_DF_INVAL);
	assert_ok(daos_cont_destroy(poh, "c", 1, NULL));
	free(dir);
}

/* What is broken can still be got rid of, by force. */
static void damaged_pool(void **state)
{
	char uuid[UUID_STR_LEN], dir[160], file[200];
	daos_handle_t h;
	uuid_t id;

	(void)state;
	assert_ok(daos_local_pool_create(NULL, "broken", 0, NULL, id));
	uuid_unparse_lower(id, uuid);
	assert_true(snprintf(dir, sizeof(dir), "%s/daos_server/%s", store_root(), uuid) < (int)sizeof(dir));
	join(file, sizeof(file), dir, "db");
	assert_int_equal(truncate(file, 100), 0);
	assert_der(daos_pool_connect("broken", NULL, DAOS_PC_RO, &h, NULL, NULL), -DER_DF_INVAL);
	assert_der(daos_local_pool_destroy(NULL, "broken", 0), -DER_DF_INVAL);
	assert_ok(daos_local_pool_destroy(NULL, "broken", 1));
	assert_der(daos_pool_connect("broken", NULL, DAOS_PC_RO, &h, NULL, NULL), -DER_NONEXIST);
	assert_int_not_equal(access(dir, F_OK), 0);
}

/* The record that env.c keeps in every environment's main database. */
struct format {
	char magic[16];
	uint32_t version;
	uint32_t pad;
	uint64_t features;
};

static void change_format(const char *dir, void (*change)(struct format *))
{
	MDB_val key = {6, "format"}, val;
	struct format f;
	char file[256];
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	join(file, sizeof(file), dir, "db");
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
	assert_int_equal(mdb_env_open(env, file, MDB_NOSUBDIR, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
	assert_int_equal(mdb_get(txn, dbi, &key, &val), 0);
	assert_int_equal(val.mv_size, sizeof(f));
	memcpy(&f, val.mv_data, sizeof(f));
	change(&f);
	val = (MDB_val){sizeof(f), &f};
	assert_int_equal(mdb_put(txn, dbi, &key, &val, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void newer(struct format *f)
{
	f->version++;
}

static void unknown_feature(struct format *f)
{
	f->version--;
	f->features |= 1ULL << 63;
}

static void other_kind(struct format *f)
{
	f->features = 0;
	strcpy(f->magic, "dfuse pool");
}

static void other_formats(void **state)
{
	char *dir = closed_cont();

	(void)state;
	change_format(dir, newer);
	assert_der(try_open(), -DER_DF_INCOMPT);
	change_format(dir, unknown_feature);
	assert_der(try_open(), -DER_DF_INCOMPT);
	change_format(dir, other_kind);
	assert_der(try_open(), -DER_DF_INVAL);
	free(dir);
}

static int connect_as_nobody(void *arg)
{
	daos_handle_t h;
	int rc;

	(void)arg;
	if (setgid(65534) != 0 || setuid(65534) != 0)
		return 1;
	rc = daos_pool_connect(POOL, NULL, DAOS_PC_RO, &h, NULL, NULL);
	if (rc != -DER_NO_PERM)
		return 2;
	rc = daos_local_pool_create(NULL, "mine", 0, NULL, NULL);
	return rc == -DER_NO_PERM ? 0 : 3;
}

static void other_users(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(store_root(), 0755), 0);
	assert_int_equal(in_child(connect_as_nobody, NULL), 0);
	assert_int_equal(chmod(store_root(), 0700), 0);
	assert_int_equal(in_child(connect_as_nobody, NULL), 0);
}

static void no_store(void **state)
{
	char dir[128], file[160];
	daos_size_t n = 1;
	daos_handle_t h;
	int fd;

	(void)state;
	join(dir, sizeof(dir), store_root(), "taken");
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_ok(daos_local_pool_create("taken", "a", 0, NULL, NULL)); /* an empty directory is fine */
	join(dir, sizeof(dir), store_root(), "full");
	assert_int_equal(mkdir(dir, 0700), 0);
	join(file, sizeof(file), dir, "somebody's");
	fd = open(file, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_der(daos_pool_connect("a", "full", DAOS_PC_RO, &h, NULL, NULL), -DER_NONEXIST);
	assert_der(daos_local_pool_create("full", "a", 0, NULL, NULL), -DER_EXIST);
	assert_int_equal(access(file, F_OK), 0);
	assert_ok(daos_mgmt_list_pools("full", &n, NULL, NULL));
	assert_int_equal(n, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, pool_setup, pool_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(overwritten),
	    TEST(truncated),
	    TEST(without_its_directory),
	    TEST(damaged_users_file),
	    cmocka_unit_test(damaged_pool),
	    TEST(other_formats),
	    TEST(other_users),
	    cmocka_unit_test(no_store),
	};

	return cmocka_run_group_tests_name("damage", tests, store_setup, store_teardown);
}
