/*
 * Arrays by object id: descriptors that are given away, and what is known of plain files without opening them.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_local.h>

#include "store_fixture.h"

static daos_handle_t coh;

static int setup(void **state)
{
	pool_size = 1 << 30;
	if (store_setup(state) != 0 || pool_setup(state) != 0)
		return 1;
	coh = cont_make("c", NULL);
	return 0;
}

static int teardown(void **state)
{
	cont_close(coh);
	return pool_teardown(state) || store_teardown(state);
}

static daos_obj_id_t array_id(uint64_t lo)
{
	daos_obj_id_t oid = {.lo = lo};

	assert_ok(daos_obj_generate_oid(coh, &oid, DAOS_OT_ARRAY_BYTE, 0, 0, 0));
	return oid;
}

static int open_plain(daos_obj_id_t oid, int flags)
{
	int fd = -1;

	assert_ok(daos_local_array_open(coh, oid, flags | O_CLOEXEC, &fd));
	assert_true(fd >= 0);
	return fd;
}

static void destroy(daos_obj_id_t oid)
{
	daos_handle_t oh;

	assert_ok(daos_array_open_with_attr(coh, oid, DAOS_TX_NONE, DAOS_OO_RW, 1, 1 << 20, &oh, NULL));
	assert_ok(daos_array_destroy(oh, DAOS_TX_NONE, NULL));
	assert_ok(daos_array_close(oh, NULL));
}

static void assert_size(daos_obj_id_t oid, off_t size)
{
	struct stat st = {0};
	bool at_rest;

	assert_ok(daos_local_array_peek(coh, oid, &st, &at_rest));
	assert_int_equal(st.st_size, size);
}

static void test_open(void **state)
{
	daos_obj_id_t oid = array_id(1);
	int fd = -1, append;
	char buf[16] = "";

	(void)state;
	assert_der(daos_local_array_open(coh, oid, O_RDWR, &fd), -DER_NONEXIST);
	assert_size(oid, 0);
	fd = open_plain(oid, O_RDWR | O_CREAT | O_EXCL);
	assert_int_equal(write(fd, "hello", 5), 5);
	assert_size(oid, 5);
	append = open_plain(oid, O_WRONLY | O_APPEND | O_NONBLOCK);
	assert_int_equal(fcntl(append, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK),
			 O_WRONLY | O_APPEND | O_NONBLOCK);
	assert_int_equal(write(append, " you", 4), 4);
	assert_int_equal(pread(fd, buf, sizeof(buf), 0), 9);
	assert_string_equal(buf, "hello you");
	close(append);
	close(open_plain(oid, O_WRONLY | O_TRUNC));
	assert_size(oid, 0);
	close(fd);
	destroy(oid);
	assert_der(daos_local_array_open(coh, oid, O_RDWR, &fd), -DER_NONEXIST);
}

static void test_destroyed_is_not_there(void **state)
{
	daos_obj_id_t oid = array_id(2);
	int fd = open_plain(oid, O_RDWR | O_CREAT), again;
	struct stat st;
	bool at_rest;

	(void)state;
	assert_int_equal(write(fd, "x", 1), 1);
	destroy(oid);
	assert_der(daos_local_array_peek(coh, oid, &st, &at_rest), -DER_NONEXIST);
	assert_der(daos_local_array_open(coh, oid, O_RDONLY, &again), -DER_NONEXIST);
	assert_der(daos_local_array_open(coh, oid, O_WRONLY | O_TRUNC, &again), -DER_NONEXIST);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 1);
	close(fd);
}

/* The program's umask has no say in the store. */
static void test_umask(void **state)
{
	daos_obj_id_t oid = array_id(3);
	mode_t old = umask(0777);
	int fd = open_plain(oid, O_RDWR | O_CREAT);
	struct stat st;

	(void)state;
	umask(old);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	close(fd);
	close(open_plain(oid, O_RDWR));
}

static void test_rights(void **state)
{
	daos_obj_id_t oid = array_id(4);
	daos_handle_t ro = cont_open_label("c", DAOS_COO_RO);
	daos_obj_id_t no_array = {.lo = 5};
	int fd;

	(void)state;
	close(open_plain(oid, O_RDWR | O_CREAT));
	assert_der(daos_local_array_open(ro, oid, O_RDWR, &fd), -DER_NO_PERM);
	assert_der(daos_local_array_open(ro, oid, O_RDONLY | O_TRUNC, &fd), -DER_NO_PERM);
	assert_der(daos_local_array_open(ro, oid, O_RDONLY | O_CREAT, &fd), -DER_NO_PERM);
	assert_ok(daos_local_array_open(ro, oid, O_RDONLY, &fd));
	close(fd);
	cont_close(ro);
	assert_der(daos_local_array_open(coh, oid, O_TMPFILE | O_RDWR, &fd), -DER_INVAL);
	assert_ok(daos_obj_generate_oid(coh, &no_array, DAOS_OT_MULTI_HASHED, 0, 0, 0));
	assert_der(daos_local_array_open(coh, no_array, O_RDONLY, &fd), -DER_INVAL);
	assert_der(daos_local_array_open((daos_handle_t){0}, oid, O_RDONLY, &fd), -DER_NO_HDL);
}

static uint64_t pool_free(void)
{
	daos_pool_info_t info = {.pi_bits = DPI_SPACE};

	assert_ok(daos_pool_query(poh, NULL, &info, NULL, NULL));
	return info.pi_space.ps_space.s_free[DAOS_MEDIA_SCM] + info.pi_space.ps_space.s_free[DAOS_MEDIA_NVME];
}

/* What was written through a descriptor that was given away is found out when somebody asks, in time. */
static void test_space(void **state)
{
	uint64_t before = pool_free();
	int fd = open_plain(array_id(6), O_RDWR | O_CREAT);
	char block[4096] = "x";

	(void)state;
	for (int i = 0; i < 256; i++)
		assert_int_equal(write(fd, block, sizeof(block)), sizeof(block));
	close(fd);
	for (int i = 0; i < 100 && pool_free() > before - (1 << 20); i++)
		usleep(20000);
	assert_true(pool_free() <= before - (1 << 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_open),  cmocka_unit_test(test_destroyed_is_not_there),
	    cmocka_unit_test(test_umask), cmocka_unit_test(test_rights),
	    cmocka_unit_test(test_space),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
