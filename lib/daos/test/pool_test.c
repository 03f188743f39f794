/* Pools: creation, labels, connecting, properties, attributes, space, handles of other processes. */
#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <daos_local.h>

static int create(const char *label, uint64_t size)
{
	return daos_local_pool_create(NULL, label, size, NULL, NULL);
}

static void create_and_list(void **state)
{
	daos_mgmt_pool_info_t pools[3] = {0};
	daos_size_t n = 3;
	uuid_t a;
	struct stat st;
	char path[128];

	(void)state;
	assert_ok(daos_mgmt_list_pools(NULL, &n, NULL, NULL));
	assert_int_equal(n, 0);
	assert_ok(daos_local_pool_create(NULL, "a", 0, NULL, a));
	snprintf(path, sizeof(path), "%s/daos_server", store_root());
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_ok(create("b", 1 << 30));
	assert_der(create("a", 0), -DER_EXIST);
	n = 1;
	assert_der(daos_mgmt_list_pools(NULL, &n, pools, NULL), -DER_TRUNC);
	assert_int_equal(n, 2);
	n = 3;
	assert_ok(daos_mgmt_list_pools("daos_server", &n, pools, NULL));
	assert_int_equal(n, 2);
	assert_int_equal(uuid_compare(pools[0].mgpi_uuid, a), 0);
	assert_string_equal(pools[0].mgpi_label, "a");
	assert_string_equal(pools[1].mgpi_label, "b");
	assert_int_equal(pools[1].mgpi_svc->rl_nr, 1);
	assert_int_equal(pools[1].mgpi_svc->rl_ranks[0], 0);
	for (int i = 0; i < 2; i++) {
		free(pools[i].mgpi_label);
		free(pools[i].mgpi_svc->rl_ranks);
		free(pools[i].mgpi_svc);
	}
	assert_ok(daos_local_pool_destroy(NULL, "a", 0));
	assert_ok(daos_local_pool_destroy(NULL, "b", 0));
	assert_der(daos_local_pool_destroy(NULL, "b", 0), -DER_NONEXIST);
}

static void systems_are_apart(void **state)
{
	daos_handle_t h;
	daos_size_t n;

	(void)state;
	assert_ok(daos_local_pool_create("other", "a", 0, NULL, NULL));
	assert_ok(daos_mgmt_list_pools(NULL, &n, NULL, NULL));
	assert_int_equal(n, 0);
	assert_der(daos_pool_connect("a", NULL, DAOS_PC_RW, &h, NULL, NULL), -DER_NONEXIST);
	assert_ok(daos_pool_connect("a", "other", DAOS_PC_RW, &h, NULL, NULL));
	assert_ok(daos_pool_disconnect(h, NULL));
	assert_der(daos_pool_connect("a", "none", DAOS_PC_RW, &h, NULL, NULL), -DER_NONEXIST);
	assert_der(daos_pool_connect("a", "../other", DAOS_PC_RW, &h, NULL, NULL), -DER_INVAL);
	assert_der(daos_pool_connect("a", "a-name-too-long-for-it", DAOS_PC_RW, &h, NULL, NULL), -DER_INVAL);
	assert_ok(daos_local_pool_destroy("other", "a", 0));
}

static void refuses_wrong_input(void **state)
{
	char label[130];
	daos_handle_t h;

	(void)state;
	memset(label, 'x', 129);
	label[128] = '\0';
	assert_der(create(label, 0), -DER_INVAL);
	assert_der(create("", 0), -DER_INVAL);
	assert_der(create("a b", 0), -DER_INVAL);
	assert_der(create("a/b", 0), -DER_INVAL);
	assert_der(create("f9a9914b-b677-4ea5-9b4b-7a4a29fc2e17", 0), -DER_INVAL);
	assert_der(create("small", 4096), -DER_INVAL);
	assert_der(create("large", UINT64_MAX), -DER_INVAL);
	label[127] = '\0';
	assert_ok(create(label, 0));
	assert_ok(daos_local_pool_destroy(NULL, label, 0));
	assert_der(daos_pool_connect(NULL, NULL, DAOS_PC_RW, &h, NULL, NULL), -DER_INVAL);
	assert_der(daos_pool_connect(POOL, NULL, 0, &h, NULL, NULL), -DER_INVAL);
	assert_der(daos_pool_connect(POOL, NULL, DAOS_PC_RO | DAOS_PC_RW, &h, NULL, NULL), -DER_INVAL);
	assert_der(daos_pool_connect("a b", NULL, DAOS_PC_RW, &h, NULL, NULL), -DER_INVAL);
	assert_der(daos_pool_connect("f9a9914b-b677-4ea5-9b4b-7a4a29fc2e17", NULL, DAOS_PC_RW, &h, NULL, NULL),
		   -DER_NONEXIST);
}

static void connects(void **state)
{
	daos_pool_info_t info = {.pi_bits = DPI_ALL};
	daos_handle_t ro, ex;
	char uuid[UUID_STR_LEN];
	uuid_t none;

	(void)state;
	assert_ok(daos_pool_query(poh, NULL, &info, NULL, NULL));
	uuid_unparse(info.pi_uuid, uuid);
	assert_int_equal(info.pi_ntargets, 1);
	assert_int_equal(info.pi_leader, 0);
	for (char *p = uuid; *p != '\0'; p++)
		*p = *p >= 'a' && *p <= 'f' ? *p - 32 : *p;
	assert_ok(daos_pool_connect(uuid, NULL, DAOS_PC_RO, &ro, NULL, NULL));
	assert_der(daos_cont_create(ro, &none, NULL, NULL), -DER_NO_PERM);
	assert_der(daos_pool_connect(POOL, NULL, DAOS_PC_EX, &ex, NULL, NULL), -DER_BUSY);
	assert_der(daos_local_pool_destroy(NULL, POOL, 0), -DER_BUSY);
	assert_ok(daos_pool_disconnect(ro, NULL));
	assert_der(daos_pool_disconnect(ro, NULL), -DER_NO_HDL);
	assert_der(daos_pool_query(ro, NULL, &info, NULL, NULL), -DER_NO_HDL);
}

static void exclusive(void **state)
{
	daos_handle_t ex, h;

	(void)state;
	assert_ok(create("excl", 0));
	assert_ok(daos_pool_connect("excl", NULL, DAOS_PC_EX, &ex, NULL, NULL));
	assert_der(daos_pool_connect("excl", NULL, DAOS_PC_RO, &h, NULL, NULL), -DER_BUSY);
	assert_ok(daos_pool_disconnect(ex, NULL));
	assert_ok(daos_pool_connect("excl", NULL, DAOS_PC_RO, &h, NULL, NULL));
	assert_ok(daos_pool_disconnect(h, NULL));
	assert_ok(daos_local_pool_destroy(NULL, "excl", 0));
}

static void busy_with_containers(void **state)
{
	daos_handle_t h, coh;
	daos_size_t n = 0;

	(void)state;
	assert_ok(create("full", 0));
	assert_ok(daos_pool_connect("full", NULL, DAOS_PC_RW, &h, NULL, NULL));
	assert_ok(daos_cont_create_with_label(h, "c", NULL, NULL, NULL));
	assert_ok(daos_cont_open(h, "c", DAOS_COO_RO, &coh, NULL, NULL));
	assert_der(daos_pool_disconnect(h, NULL), -DER_BUSY);
	assert_ok(daos_cont_close(coh, NULL));
	assert_ok(daos_pool_disconnect(h, NULL));
	assert_der(daos_local_pool_destroy(NULL, "full", 0), -DER_BUSY);
	assert_ok(daos_local_pool_destroy(NULL, "full", 1));
	assert_ok(daos_mgmt_list_pools(NULL, &n, NULL, NULL));
	assert_int_equal(n, 1);
}

static void properties(void **state)
{
	struct daos_prop_entry in[3] = {{.dpe_type = DAOS_PROP_PO_LABEL, .dpe_str = "props"},
					{.dpe_type = DAOS_PROP_PO_EC_CELL_SZ, .dpe_val = 65536},
					{.dpe_type = DAOS_PROP_PO_OWNER, .dpe_str = "someone@"}};
	daos_prop_t set = {.dpp_nr = 3, .dpp_entries = in};
	daos_prop_t *all = daos_prop_alloc(0);
	d_rank_list_t *ranks;
	daos_handle_t h;

	(void)state;
	assert_ok(daos_local_pool_create(NULL, NULL, 0, &set, NULL));
	assert_ok(daos_pool_connect("props", NULL, DAOS_PC_RO, &h, NULL, NULL));
	assert_ok(daos_pool_query(h, &ranks, NULL, all, NULL));
	assert_int_equal(ranks->rl_nr, 1);
	free(ranks->rl_ranks);
	free(ranks);
	assert_int_equal(all->dpp_nr, DAOS_PROP_PO_NUM);
	assert_string_equal(daos_prop_entry_get(all, DAOS_PROP_PO_LABEL)->dpe_str, "props");
	assert_string_equal(daos_prop_entry_get(all, DAOS_PROP_PO_OWNER)->dpe_str, "someone@");
	assert_int_equal(daos_prop_entry_get(all, DAOS_PROP_PO_EC_CELL_SZ)->dpe_val, 65536);
	assert_int_equal(daos_prop_entry_get(all, DAOS_PROP_PO_RECLAIM)->dpe_val, DAOS_RECLAIM_LAZY);
	ranks = daos_prop_entry_get(all, DAOS_PROP_PO_SVC_LIST)->dpe_val_ptr;
	assert_int_equal(ranks->rl_ranks[0], 0);
	daos_prop_free(all);
	assert_ok(daos_pool_disconnect(h, NULL));
	assert_ok(daos_local_pool_destroy(NULL, "props", 0));
	in[1].dpe_val = 1ULL << 40;
	assert_der(daos_local_pool_create(NULL, NULL, 0, &set, NULL), -DER_INVAL);
	in[1] = (struct daos_prop_entry){.dpe_type = DAOS_PROP_PO_GLOBAL_VERSION, .dpe_val = 1};
	assert_der(daos_local_pool_create(NULL, NULL, 0, &set, NULL), -DER_NO_PERM);
	in[1] = (struct daos_prop_entry){.dpe_type = DAOS_PROP_CO_CSUM, .dpe_val = 1};
	assert_der(daos_local_pool_create(NULL, NULL, 0, &set, NULL), -DER_INVAL);
}

static void attributes(void **state)
{
	const char *name[] = {"k1", "k2"}, *bad[] = {""};
	const void *val[] = {"value", "v"};
	char buf[16], names[8];
	void *out[] = {buf};
	size_t size[] = {5, 1}, n = sizeof(names);
	daos_handle_t ro;

	(void)state;
	assert_ok(daos_pool_set_attr(poh, 2, name, val, size, NULL));
	assert_ok(daos_pool_connect(POOL, NULL, DAOS_PC_RO, &ro, NULL, NULL));
	assert_der(daos_pool_set_attr(ro, 2, name, val, size, NULL), -DER_NO_PERM);
	assert_der(daos_pool_del_attr(ro, 1, name, NULL), -DER_NO_PERM);
	size[0] = sizeof(buf);
	assert_ok(daos_pool_get_attr(ro, 1, name, out, size, NULL));
	assert_int_equal(size[0], 5);
	assert_memory_equal(buf, "value", 5);
	assert_ok(daos_pool_list_attr(ro, names, &n, NULL));
	assert_int_equal(n, 6);
	assert_memory_equal(names, "k1\0k2", 6);
	assert_ok(daos_pool_disconnect(ro, NULL));
	assert_ok(daos_pool_del_attr(poh, 1, name, NULL));
	assert_der(daos_pool_get_attr(poh, 2, name, NULL, size, NULL), -DER_NONEXIST);
	assert_der(daos_pool_set_attr(poh, 1, bad, val, size, NULL), -DER_INVAL);
	assert_der(daos_pool_set_attr(poh, 0, name, val, size, NULL), -DER_INVAL);
}

static void space(void **state)
{
	daos_pool_info_t info = {.pi_bits = DPI_SPACE};
	daos_target_info_t target;
	struct statvfs st;
	daos_handle_t h;

	(void)state;
	assert_int_equal(statvfs(store_root(), &st), 0);
	assert_ok(daos_pool_query(poh, NULL, &info, NULL, NULL));
	assert_int_equal(info.pi_space.ps_space.s_total[0], st.f_blocks * st.f_frsize);
	assert_int_equal(info.pi_space.ps_space.s_total[1], 0);
	assert_ok(create("sized", 64 << 20));
	assert_ok(daos_pool_connect("sized", NULL, DAOS_PC_RW, &h, &info, NULL));
	assert_int_equal(info.pi_space.ps_space.s_total[0], 64 << 20);
	assert_true(info.pi_space.ps_space.s_free[0] < 64 << 20);
	assert_true(info.pi_space.ps_space.s_free[0] > 60 << 20);
	assert_ok(daos_pool_query_target(h, 0, 0, &target, NULL));
	assert_int_equal(target.ta_state, DAOS_TS_UP_IN);
	assert_int_equal(target.ta_space.s_total[0], 64 << 20);
	assert_der(daos_pool_query_target(h, 0, 1, &target, NULL), -DER_NONEXIST);
	assert_ok(daos_pool_disconnect(h, NULL));
	assert_ok(daos_local_pool_destroy(NULL, "sized", 0));
}

static daos_size_t used(daos_handle_t h)
{
	daos_pool_info_t info = {.pi_bits = DPI_SPACE};

	assert_ok(daos_pool_query(h, NULL, &info, NULL, NULL));
	return info.pi_space.ps_space.s_total[0] - info.pi_space.ps_space.s_free[0];
}

/* What is stored counts while the container is open, after it was closed, and no more after it was destroyed. */
static void space_in_use(void **state)
{
	static char big[1 << 20];
	const char *name[] = {"big"};
	const void *val[] = {big};
	size_t size[] = {sizeof(big)};
	daos_handle_t h, coh;
	daos_size_t before;

	(void)state;
	assert_ok(create("sized", 64 << 20));
	assert_ok(daos_pool_connect("sized", NULL, DAOS_PC_RW, &h, NULL, NULL));
	before = used(h);
	assert_ok(daos_cont_create_with_label(h, "c", NULL, NULL, NULL));
	assert_ok(daos_cont_open(h, "c", DAOS_COO_RW, &coh, NULL, NULL));
	assert_ok(daos_cont_set_attr(coh, 1, name, val, size, NULL));
	assert_true(used(h) >= before + sizeof(big));
	assert_ok(daos_cont_close(coh, NULL));
	assert_true(used(h) >= before + sizeof(big));
	assert_ok(daos_cont_destroy(h, "c", 0, NULL));
	assert_true(used(h) < before + sizeof(big));
	assert_ok(daos_pool_disconnect(h, NULL));
	assert_ok(daos_local_pool_destroy(NULL, "sized", 0));
}

/* Writes 4 MiB to an array of container "c" of pool "sized", and dies with everything open. */
static int write_and_die(void *arg)
{
	static char data[4 << 20];
	daos_obj_id_t oid = {.lo = 1};
	daos_size_t cell = 1, chunk = 1 << 20;
	daos_handle_t h, coh, oh;
	daos_range_t range = {0, sizeof(data)};
	daos_array_iod_t iod = {.arr_nr = 1, .arr_rgs = &range};
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	(void)arg;
	d_iov_set(&iov, data, sizeof(data));
	return daos_pool_connect("sized", NULL, DAOS_PC_RW, &h, NULL, NULL) != 0 ||
	       daos_cont_open(h, "c", DAOS_COO_RW, &coh, NULL, NULL) != 0 ||
	       daos_array_generate_oid(coh, &oid, false, 0, 0, 0) != 0 ||
	       daos_array_open_with_attr(coh, oid, DAOS_TX_NONE, DAOS_OO_RW, cell, chunk, &oh, NULL) != 0 ||
	       daos_array_write(oh, DAOS_TX_NONE, &iod, &sgl, NULL) != 0;
}

static void space_after_a_crash(void **state)
{
	daos_handle_t h, coh;

	(void)state;
	assert_ok(create("sized", 64 << 20));
	assert_ok(daos_pool_connect("sized", NULL, DAOS_PC_RW, &h, NULL, NULL));
	assert_ok(daos_cont_create_with_label(h, "c", NULL, NULL, NULL));
	assert_int_equal(in_child(write_and_die, NULL), 0);
	assert_true(used(h) >= 4 << 20);
	assert_ok(daos_cont_open(h, "c", DAOS_COO_RW, &coh, NULL, NULL));
	assert_true(used(h) >= 4 << 20);
	assert_ok(daos_cont_close(coh, NULL));
	assert_true(used(h) >= 4 << 20 && used(h) < 5 << 20);
	assert_ok(daos_pool_disconnect(h, NULL));
	assert_ok(daos_local_pool_destroy(NULL, "sized", 1));
}

static int connect_global(void *arg)
{
	d_iov_t *glob = arg;
	daos_pool_info_t info = {0};
	daos_handle_t h;

	setenv("DAOS_LOCAL_ROOT", "/nonexistent", 1); /* the handle says itself where the store is */
	if (daos_pool_global2local(*glob, &h) != 0 || daos_pool_query(h, NULL, &info, NULL, NULL) != 0)
		return 1;
	return daos_pool_disconnect(h, NULL) != 0;
}

static void global_handles(void **state)
{
	d_iov_t glob = {0};
	daos_handle_t h;

	(void)state;
	assert_ok(daos_pool_local2global(poh, &glob));
	assert_true(glob.iov_buf_len > 0);
	glob.iov_buf = calloc(1, glob.iov_buf_len);
	glob.iov_buf_len--;
	assert_der(daos_pool_local2global(poh, &glob), -DER_TRUNC);
	assert_ok(daos_pool_local2global(poh, &glob));
	assert_int_equal(in_child(connect_global, &glob), 0);
	glob.iov_buf_len -= 4;
	assert_der(daos_pool_global2local(glob, &h), -DER_INVAL);
	glob.iov_buf_len += 4;
	((char *)glob.iov_buf)[0] ^= 1;
	assert_der(daos_pool_global2local(glob, &h), -DER_INVAL);
	free(glob.iov_buf);
}

static void system_info(void **state)
{
	struct daos_sys_info *info;

	(void)state;
	assert_ok(daos_mgmt_get_sys_info(NULL, &info));
	assert_string_equal(info->dsi_system_name, "daos_server");
	assert_int_equal(info->dsi_nr_ranks, 1);
	daos_mgmt_put_sys_info(info);
	assert_der(daos_mgmt_get_sys_info("a/b", &info), -DER_INVAL);
}

/* The call succeeds, what it was about fails: that is in the event. */
static void events(void **state)
{
	daos_event_t ev;
	daos_handle_t h;
	bool done = false;

	(void)state;
	assert_ok(daos_event_init(&ev, DAOS_HDL_INVAL, NULL));
	assert_ok(daos_pool_connect("none", NULL, DAOS_PC_RO, &h, NULL, &ev));
	assert_ok(daos_event_test(&ev, DAOS_EQ_NOWAIT, &done));
	assert_true(done);
	assert_der(ev.ev_error, -DER_NONEXIST);
	assert_ok(daos_event_fini(&ev));
}

static void needs_init(void **state)
{
	daos_handle_t h;

	(void)state;
	assert_ok(daos_fini());
	assert_der(daos_pool_connect(POOL, NULL, DAOS_PC_RO, &h, NULL, NULL), -DER_UNINIT);
	assert_der(create("x", 0), -DER_UNINIT);
	assert_ok(daos_init());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(create_and_list),
	    cmocka_unit_test(systems_are_apart),
	    cmocka_unit_test(exclusive),
	    cmocka_unit_test(properties),
	    cmocka_unit_test(space_in_use),
	    cmocka_unit_test(space_after_a_crash),
	    cmocka_unit_test(system_info),
	    cmocka_unit_test(events),
	    cmocka_unit_test(needs_init),
	    cmocka_unit_test_setup_teardown(refuses_wrong_input, pool_setup, pool_teardown),
	    cmocka_unit_test_setup_teardown(connects, pool_setup, pool_teardown),
	    cmocka_unit_test_setup_teardown(busy_with_containers, pool_setup, pool_teardown),
	    cmocka_unit_test_setup_teardown(attributes, pool_setup, pool_teardown),
	    cmocka_unit_test_setup_teardown(space, pool_setup, pool_teardown),
	    cmocka_unit_test_setup_teardown(global_handles, pool_setup, pool_teardown),
	};

	return cmocka_run_group_tests_name("pool", tests, store_setup, store_teardown);
}
