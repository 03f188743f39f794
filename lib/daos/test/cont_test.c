/* Containers: creation, labels, opening, who may destroy, several processes, fork, object ids, snapshots, filters. */
#include "store_fixture.h"

#include <lmdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int destroy(const char *name, int force)
{
	return daos_cont_destroy(poh, name, force, NULL);
}

static void create_and_list(void **state)
{
	struct daos_pool_cont_info list[3];
	daos_size_t n = 3;
	uuid_t a, b;

	(void)state;
	assert_ok(daos_pool_list_cont(poh, &n, list, NULL));
	assert_int_equal(n, 0);
	assert_ok(daos_cont_create_with_label(poh, "a", NULL, &a, NULL));
	assert_ok(daos_cont_create(poh, &b, NULL, NULL));
	assert_der(daos_cont_create_with_label(poh, "a", NULL, NULL, NULL), -DER_EXIST);
	assert_der(daos_cont_create_with_label(poh, NULL, NULL, NULL, NULL), -DER_INVAL);
	assert_der(daos_cont_create_with_label(poh, "a b", NULL, NULL, NULL), -DER_INVAL);
	n = 1;
	assert_der(daos_pool_list_cont(poh, &n, list, NULL), -DER_TRUNC);
	assert_int_equal(n, 2);
	n = 3;
	assert_ok(daos_pool_list_cont(poh, &n, list, NULL));
	assert_int_equal(n, 2);
	assert_int_equal(uuid_compare(list[0].pci_uuid, a), 0);
	assert_string_equal(list[0].pci_label, "a");
	assert_int_equal(uuid_compare(list[1].pci_uuid, b), 0);
	assert_string_equal(list[1].pci_label, "container_label_not_set");
	assert_ok(destroy("a", 0));
	assert_der(destroy("a", 0), -DER_NONEXIST);
	assert_ok(daos_pool_list_cont(poh, &n, NULL, NULL));
	assert_int_equal(n, 1);
}

static void open_flags(void **state)
{
	daos_handle_t rw = cont_make("c", NULL), ex, h;

	(void)state;
	assert_der(daos_cont_open(poh, "none", DAOS_COO_RW, &h, NULL, NULL), -DER_NONEXIST);
	assert_der(daos_cont_open(poh, "a b", DAOS_COO_RW, &h, NULL, NULL), -DER_INVAL);
	assert_der(daos_cont_open(poh, "c", 0, &h, NULL, NULL), -DER_INVAL);
	assert_der(daos_cont_open(poh, "c", DAOS_COO_RO | DAOS_COO_RW, &h, NULL, NULL), -DER_INVAL);
	assert_der(daos_cont_open(poh, "c", DAOS_COO_EX, &h, NULL, NULL), -DER_BUSY);
	cont_close(rw);
	ex = cont_open_label("c", DAOS_COO_EX);
	assert_der(daos_cont_open(poh, "c", DAOS_COO_RO, &h, NULL, NULL), -DER_BUSY);
	cont_close(ex);
	assert_der(daos_cont_close(ex, NULL), -DER_NO_HDL);
}

static void read_only_handle(void **state)
{
	const char *name[] = {"k"};
	const void *val[] = {"v"};
	size_t size[] = {1};
	daos_epoch_t epoch;
	daos_handle_t ro;
	uint64_t oid;

	(void)state;
	cont_close(cont_make("c", NULL));
	ro = cont_open_label("c", DAOS_COO_RO);
	assert_der(daos_cont_set_attr(ro, 1, name, val, size, NULL), -DER_NO_PERM);
	assert_der(daos_cont_del_attr(ro, 1, name, NULL), -DER_NO_PERM);
	assert_der(daos_cont_alloc_oids(ro, 1, &oid, NULL), -DER_NO_PERM);
	assert_der(daos_cont_create_snap(ro, &epoch, NULL, NULL), -DER_NO_PERM);
	cont_close(ro);
}

static void read_only_pool(void **state)
{
	daos_handle_t rw = cont_make("c", NULL), ro_pool, h;

	(void)state;
	assert_ok(daos_pool_connect(POOL, NULL, DAOS_PC_RO, &ro_pool, NULL, NULL));
	assert_der(daos_cont_open(ro_pool, "c", DAOS_COO_RW, &h, NULL, NULL), -DER_NO_PERM);
	assert_der(daos_cont_destroy(ro_pool, "c", 1, NULL), -DER_NO_PERM);
	assert_ok(daos_cont_open(ro_pool, "c", DAOS_COO_RO, &h, NULL, NULL));
	cont_close(h);
	cont_close(rw);
	assert_ok(daos_pool_disconnect(ro_pool, NULL));
}

static void info(void **state)
{
	daos_handle_t a = cont_make("c", NULL), b = cont_open_label("c", DAOS_COO_RO), quiet;
	daos_cont_info_t one, two;

	(void)state;
	assert_ok(daos_cont_query(a, &one, NULL, NULL));
	assert_int_equal(one.ci_nhandles, 2);
	assert_int_equal(one.ci_nsnapshots, 0);
	assert_true(one.ci_md_otime > one.ci_md_mtime);
	cont_close(b);
	assert_ok(daos_cont_query(a, &two, NULL, NULL));
	assert_int_equal(two.ci_nhandles, 1);
	assert_int_equal(two.ci_md_otime, one.ci_md_otime);
	assert_true(two.ci_md_mtime > one.ci_md_mtime);
	quiet = cont_open_label("c", DAOS_COO_RO | DAOS_COO_RO_MDSTATS);
	cont_close(quiet);
	assert_ok(daos_cont_query(a, &one, NULL, NULL));
	assert_int_equal(two.ci_md_otime, one.ci_md_otime);
	assert_int_equal(two.ci_md_mtime, one.ci_md_mtime);
	cont_close(a);
}

/* Says over `pipe` that it has the container open, and stays until it is killed. */
static pid_t start_holder(const char *label)
{
	int fd[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		daos_handle_t h, coh;

		daos_pool_connect(POOL, NULL, DAOS_PC_RW, &h, NULL, NULL);
		if (daos_cont_open(h, label, DAOS_COO_RW, &coh, NULL, NULL) != 0 || write(fd[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(fd[1]);
	assert_int_equal(read(fd[0], &byte, 1), 1);
	close(fd[0]);
	return pid;
}

static void destroy_while_others_have_it(void **state)
{
	daos_handle_t h;
	pid_t pid;

	(void)state;
	cont_close(cont_make("c", NULL));
	pid = start_holder("c");
	assert_der(destroy("c", 0), -DER_BUSY);
	assert_der(daos_cont_open(poh, "c", DAOS_COO_EX, &h, NULL, NULL), -DER_BUSY);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_ok(destroy("c", 0));
	cont_close(cont_make("c", NULL));
	pid = start_holder("c");
	assert_ok(destroy("c", 1));
	assert_der(daos_cont_open(poh, "c", DAOS_COO_RO, &h, NULL, NULL), -DER_NONEXIST);
	cont_close(cont_make("c", NULL));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void destroy_by_force_while_open(void **state)
{
	daos_handle_t coh = cont_make("c", NULL), other;
	const char *name[] = {"k"};
	const void *val[] = {"v"};
	size_t size[] = {1};

	(void)state;
	assert_der(destroy("c", 0), -DER_BUSY);
	assert_ok(destroy("c", 1));
	other = cont_make("c", NULL);
	daos_cont_set_attr(coh, 1, name, val, size, NULL); /* goes nowhere, hurts nobody */
	assert_der(daos_cont_get_attr(other, 1, name, NULL, size, NULL), -DER_NONEXIST);
	cont_close(coh);
	cont_close(other);
}

static int set_attr_in_child(void *arg)
{
	daos_handle_t *coh = arg, again;
	const char *name[] = {"child"};
	const void *val[] = {"was here"};
	size_t size[] = {8};

	if (daos_cont_set_attr(*coh, 1, name, val, size, NULL) != 0)
		return 1;
	if (daos_cont_open(poh, "c", DAOS_COO_RW, &again, NULL, NULL) != 0)
		return 2;
	return daos_cont_close(again, NULL) != 0 ? 3 : 0;
}

static void handles_live_on_in_children(void **state)
{
	daos_handle_t coh = cont_make("c", NULL);
	const char *name[] = {"child"};
	size_t size[] = {0};

	(void)state;
	assert_int_equal(in_child(set_attr_in_child, &coh), 0);
	assert_ok(daos_cont_get_attr(coh, 1, name, NULL, size, NULL));
	assert_int_equal(size[0], 8);
	cont_close(coh);
	assert_ok(destroy("c", 0));
}

static int alloc_many(void *arg)
{
	daos_handle_t h, coh;
	int fd = *(int *)arg;
	uint64_t oid;

	if (daos_pool_connect(POOL, NULL, DAOS_PC_RW, &h, NULL, NULL) != 0 ||
	    daos_cont_open(h, "c", DAOS_COO_RW, &coh, NULL, NULL) != 0)
		return 1;
	for (int i = 0; i < 200; i++)
		if (daos_cont_alloc_oids(coh, 3, &oid, NULL) != 0 || write(fd, &oid, sizeof(oid)) != sizeof(oid))
			return 1;
	return 0;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Four processes: no id comes twice. */
static void object_ids(void **state)
{
	static uint64_t oid[800];
	daos_handle_t coh = cont_make("c", NULL);
	pid_t pid[4];
	int fd[2], status;

	(void)state;
	assert_der(daos_cont_alloc_oids(coh, 0, oid, NULL), -DER_INVAL);
	assert_int_equal(pipe(fd), 0);
	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(alloc_many(&fd[1]));
	}
	close(fd[1]);
	for (size_t got = 0; got < sizeof(oid);) {
		ssize_t n = read(fd[0], (char *)oid + got, sizeof(oid) - got);

		assert_true(n > 0);
		got += (size_t)n;
	}
	close(fd[0]);
	for (int i = 0; i < 4; i++) {
		waitpid(pid[i], &status, 0);
		assert_int_equal(status, 0);
	}
	qsort(oid, 800, sizeof(oid[0]), by_value);
	for (int i = 1; i < 800; i++)
		assert_true(oid[i] >= oid[i - 1] + 3);
	cont_close(coh);
	coh = cont_open_label("c", DAOS_COO_RW);
	assert_ok(daos_cont_alloc_oids(coh, 1, oid, NULL));
	assert_true(oid[0] >= oid[799] + 3);
	assert_der(daos_cont_alloc_oids(coh, UINT64_MAX, oid, NULL), -DER_OVERFLOW);
	cont_close(coh);
}

/* Put a container's counter of object ids back, as power loss does, and let it be of an earlier boot. */
static void put_counter_back(const char *dir, uint64_t next)
{
	char file[256], record[24];
	MDB_val key = {8, "next oid"}, val = {sizeof(record), record};
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	memset(record, 'b', sizeof(record));
	memcpy(record, &next, sizeof(next));
	snprintf(file, sizeof(file), "%s/db", dir);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
	assert_int_equal(mdb_env_open(env, file, MDB_NOSUBDIR, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, "meta", 0, &dbi), 0);
	assert_int_equal(mdb_put(txn, dbi, &key, &val, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void object_ids_after_power_loss(void **state)
{
	uint64_t lost, before, after;
	daos_handle_t coh;
	uuid_t uuid;
	char *dir;

	(void)state;
	coh = cont_make("c", uuid);
	assert_ok(daos_cont_alloc_oids(coh, 10, &before, NULL));
	assert_ok(daos_cont_alloc_oids(coh, 1, &lost, NULL));
	assert_int_equal(lost, before + 10);
	cont_close(coh);
	dir = cont_dir(uuid);
	put_counter_back(dir, lost);
	free(dir);
	coh = cont_open_label("c", DAOS_COO_RW);
	assert_ok(daos_cont_alloc_oids(coh, 1, &after, NULL));
	assert_true(after > lost);
	assert_ok(daos_cont_alloc_oids(coh, 1, &lost, NULL));
	assert_int_equal(lost, after + 1);
	cont_close(coh);
}

static void attributes(void **state)
{
	daos_handle_t coh = cont_make("c", NULL);
	char name[600], value[3000], got[3000], list[1200];
	const char *names[] = {name};
	const void *in[] = {value};
	void *out[] = {got};
	size_t size[] = {sizeof(value)}, n = 2;

	(void)state;
	memset(name, 'n', sizeof(name));
	memset(value, 'v', sizeof(value));
	name[512] = '\0';
	assert_der(daos_cont_set_attr(coh, 1, names, in, size, NULL), -DER_INVAL);
	name[511] = '\0';
	assert_ok(daos_cont_set_attr(coh, 1, names, in, size, NULL));
	assert_ok(daos_cont_list_attr(coh, list, &n, NULL));
	assert_int_equal(n, 512);
	n = sizeof(list);
	assert_ok(daos_cont_list_attr(coh, list, &n, NULL));
	assert_string_equal(list, name);
	assert_ok(daos_cont_get_attr(coh, 1, names, out, size, NULL));
	assert_memory_equal(got, value, sizeof(value));
	size[0] = 0;
	assert_der(daos_cont_set_attr(coh, 1, names, in, size, NULL), -DER_INVAL);
	cont_close(coh);
}

static void snapshots(void **state)
{
	daos_handle_t coh = cont_make("c", NULL);
	daos_epoch_t epoch[3], listed[2];
	daos_anchor_t anchor = {0};
	daos_cont_info_t ci;
	char name[2][DAOS_SNAPSHOT_MAX_LEN] = {"", ""}, *names[] = {name[0], name[1]};
	int n = 2;

	(void)state;
	assert_ok(daos_cont_create_snap(coh, &epoch[0], NULL, NULL));
	assert_ok(daos_cont_create_snap(coh, &epoch[1], "two", NULL));
	assert_ok(daos_cont_create_snap(coh, &epoch[2], "three", NULL));
	assert_der(daos_cont_create_snap(coh, &epoch[2], "two", NULL), -DER_EXIST);
	assert_der(daos_cont_create_snap_opt(coh, &epoch[2], "four", DAOS_SNAP_OPT_CR | DAOS_SNAP_OPT_OIT, NULL),
		   -DER_NOSYS);
	assert_ok(daos_cont_list_snap(coh, &n, listed, names, &anchor, NULL));
	assert_int_equal(n, 3);
	assert_true(daos_anchor_is_eof(&anchor));
	assert_int_equal(listed[0], epoch[0]);
	assert_int_equal(listed[1], epoch[1]);
	assert_string_equal(name[0], "");
	assert_string_equal(name[1], "two");
	assert_ok(daos_cont_query(coh, &ci, NULL, NULL));
	assert_int_equal(ci.ci_nsnapshots, 3);
	assert_int_equal(ci.ci_lsnapshot, epoch[2]);
	assert_ok(daos_cont_destroy_snap(coh, (daos_epoch_range_t){epoch[1], epoch[1]}, NULL));
	assert_der(daos_cont_destroy_snap(coh, (daos_epoch_range_t){epoch[1], epoch[1]}, NULL), -DER_NONEXIST);
	assert_ok(daos_cont_destroy_snap(coh, (daos_epoch_range_t){0, DAOS_EPOCH_MAX}, NULL));
	n = 0;
	assert_ok(daos_cont_list_snap(coh, &n, NULL, NULL, NULL, NULL));
	assert_int_equal(n, 0);
	cont_close(coh);
}

static void filter(void **state)
{
	daos_pool_cont_filter_part_t old = {.pcfp_func = PCF_FUNC_LT, .pcfp_key = PCF_KEY_MD_OTIME};
	daos_pool_cont_filter_part_t open = {.pcfp_func = PCF_FUNC_GE, .pcfp_key = PCF_KEY_NUM_HANDLES, {1}};
	struct daos_pool_cont_info2 info2[2];
	daos_pool_cont_filter_t filt;
	daos_handle_t a = cont_make("a", NULL), b;
	daos_cont_info_t ci;
	daos_size_t n = 2;

	(void)state;
	cont_close(a);
	b = cont_make("b", NULL);
	assert_ok(daos_cont_query(b, &ci, NULL, NULL));
	old.pcfp_val64 = ci.ci_md_otime;
	assert_ok(daos_pool_cont_filter_init(&filt, PCF_COMBINE_LOGICAL_AND));
	assert_ok(daos_pool_filter_cont(poh, &filt, &n, info2, NULL));
	assert_int_equal(n, 2);
	assert_ok(daos_pool_cont_filter_add(&filt, &old));
	assert_ok(daos_pool_filter_cont(poh, &filt, &n, info2, NULL));
	assert_int_equal(n, 1);
	assert_string_equal(info2[0].pci_id.pci_label, "a");
	assert_int_equal(info2[0].pci_cinfo.ci_nhandles, 0);
	assert_ok(daos_pool_cont_filter_add(&filt, &open));
	assert_ok(daos_pool_filter_cont(poh, &filt, &n, NULL, NULL));
	assert_int_equal(n, 0);
	filt.pcf_combine_func = PCF_COMBINE_LOGICAL_OR;
	assert_ok(daos_pool_filter_cont(poh, &filt, &n, NULL, NULL));
	assert_int_equal(n, 2);
	n = 1;
	assert_der(daos_pool_filter_cont(poh, &filt, &n, info2, NULL), -DER_TRUNC);
	daos_pool_cont_filter_fini(&filt);
	cont_close(b);
}

static int open_global(void *arg)
{
	d_iov_t *glob = arg;
	daos_handle_t h, coh;
	daos_cont_info_t ci;

	if (daos_pool_connect(POOL, NULL, DAOS_PC_RW, &h, NULL, NULL) != 0)
		return 1;
	if (daos_cont_global2local(h, *glob, &coh) != 0 || daos_cont_query(coh, &ci, NULL, NULL) != 0)
		return 2;
	return ci.ci_nhandles == 2 ? 0 : 3;
}

static void global_handles(void **state)
{
	daos_handle_t coh = cont_make("c", NULL), h;
	char buf[256];
	d_iov_t glob = {.iov_buf = buf, .iov_buf_len = 1};

	(void)state;
	assert_der(daos_cont_local2global(coh, &glob), -DER_TRUNC);
	assert_true(glob.iov_buf_len > 1 && glob.iov_buf_len <= sizeof(buf));
	assert_ok(daos_cont_local2global(coh, &glob));
	assert_int_equal(in_child(open_global, &glob), 0);
	buf[0] ^= 1;
	assert_der(daos_cont_global2local(poh, glob, &h), -DER_INVAL);
	cont_close(coh);
}

static void *open_and_close(void *arg)
{
	(void)arg;
	for (int i = 0; i < 200; i++) {
		daos_handle_t h;

		if (daos_cont_open(poh, "c", DAOS_COO_RW, &h, NULL, NULL) != 0 || daos_cont_close(h, NULL) != 0)
			return "failed";
	}
	return NULL;
}

static void threads(void **state)
{
	pthread_t thread[4];
	void *result;

	(void)state;
	cont_close(cont_make("c", NULL));
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, open_and_close, NULL), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], &result);
		assert_null(result);
	}
	assert_ok(destroy("c", 0));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, pool_setup, pool_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(create_and_list),
	    TEST(open_flags),
	    TEST(read_only_handle),
	    TEST(read_only_pool),
	    TEST(info),
	    TEST(destroy_while_others_have_it),
	    TEST(destroy_by_force_while_open),
	    TEST(handles_live_on_in_children),
	    TEST(object_ids),
	    TEST(object_ids_after_power_loss),
	    TEST(attributes),
	    TEST(snapshots),
	    TEST(filter),
	    TEST(global_handles),
	    TEST(threads),
	};

	return cmocka_run_group_tests_name("container", tests, store_setup, store_teardown);
}
