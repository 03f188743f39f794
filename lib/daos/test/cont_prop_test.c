/* Properties of containers: defaults, what may be set when, labels, access control lists, owners. */
#include "store_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static daos_prop_t *query(daos_handle_t coh, uint32_t type)
{
	daos_prop_t *prop = daos_prop_alloc(1);

	prop->dpp_entries[0].dpe_type = type;
	assert_ok(daos_cont_query(coh, NULL, prop, NULL));
	return prop;
}

static uint64_t number(daos_handle_t coh, uint32_t type)
{
	daos_prop_t *prop = query(coh, type);
	uint64_t val = prop->dpp_entries[0].dpe_val;

	daos_prop_free(prop);
	return val;
}

static void assert_text(daos_handle_t coh, uint32_t type, const char *want)
{
	daos_prop_t *prop = query(coh, type);

	assert_string_equal(prop->dpp_entries[0].dpe_str, want);
	daos_prop_free(prop);
}

static void assert_acl(daos_handle_t coh, size_t count, const char *const *want)
{
	daos_prop_t *prop;
	char **ace;
	size_t n;

	assert_ok(daos_cont_get_acl(coh, &prop, NULL));
	assert_ok(daos_acl_to_strs(daos_prop_entry_get(prop, DAOS_PROP_CO_ACL)->dpe_val_ptr, &ace, &n));
	assert_int_equal(n, count);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(ace[i], want[i]);
		free(ace[i]);
	}
	free(ace);
	assert_non_null(daos_prop_entry_get(prop, DAOS_PROP_CO_OWNER)->dpe_str);
	assert_non_null(daos_prop_entry_get(prop, DAOS_PROP_CO_OWNER_GROUP)->dpe_str);
	daos_prop_free(prop);
}

static int set_one(daos_handle_t coh, uint32_t type, uint64_t val)
{
	struct daos_prop_entry entry = {.dpe_type = type, .dpe_val = val};
	daos_prop_t prop = {.dpp_nr = 1, .dpp_entries = &entry};

	return daos_cont_set_prop(coh, &prop, NULL);
}

static int set_label(daos_handle_t coh, const char *label)
{
	struct daos_prop_entry entry = {.dpe_type = DAOS_PROP_CO_LABEL, .dpe_str = (char *)label};
	daos_prop_t prop = {.dpp_nr = 1, .dpp_entries = &entry};

	return daos_cont_set_prop(coh, &prop, NULL);
}

static void defaults(void **state)
{
	static const char *const acl[] = {"A::OWNER@:rwdtTaAo", "A:G:GROUP@:rwtT"};
	daos_handle_t coh = cont_make("c", NULL);
	char *owner;

	(void)state;
	assert_text(coh, DAOS_PROP_CO_LABEL, "c");
	assert_ok(daos_acl_uid_to_principal(geteuid(), &owner));
	assert_text(coh, DAOS_PROP_CO_OWNER, owner);
	free(owner);
	assert_acl(coh, 2, acl);
	assert_int_equal(number(coh, DAOS_PROP_CO_CSUM_CHUNK_SIZE), 32768);
	assert_int_equal(number(coh, DAOS_PROP_CO_DEDUP_THRESHOLD), 4096);
	assert_int_equal(number(coh, DAOS_PROP_CO_EC_CELL_SZ), 131072);
	assert_int_equal(number(coh, DAOS_PROP_CO_GLOBAL_VERSION), 4);
	assert_int_equal(number(coh, DAOS_PROP_CO_LAYOUT_VER), 1);
	assert_int_equal(number(coh, DAOS_PROP_CO_OBJ_VERSION), 2);
	assert_int_equal(number(coh, DAOS_PROP_CO_PERF_DOMAIN), 255);
	assert_int_equal(number(coh, DAOS_PROP_CO_REDUN_LVL), DAOS_PROP_CO_REDUN_NODE);
	assert_int_equal(number(coh, DAOS_PROP_CO_RP_PDA), 4294967295);
	assert_int_equal(number(coh, DAOS_PROP_CO_ALLOCED_OID), 0);
	cont_close(coh);
}

static void everything(void **state)
{
	daos_handle_t coh = cont_make("c", NULL);
	daos_prop_t *all = daos_prop_alloc(0), *zero = daos_prop_alloc(3), *wrong = daos_prop_alloc(1);

	(void)state;
	assert_ok(daos_cont_query(coh, NULL, all, NULL));
	assert_int_equal(all->dpp_nr, DAOS_PROP_CO_NUM);
	assert_string_equal(daos_prop_entry_get(all, DAOS_PROP_CO_LABEL)->dpe_str, "c");
	assert_ok(daos_cont_query(coh, NULL, zero, NULL));
	assert_int_equal(zero->dpp_entries[2].dpe_type, DAOS_PROP_CO_LAYOUT_VER);
	wrong->dpp_entries[0].dpe_type = DAOS_PROP_PO_RECLAIM;
	assert_der(daos_cont_query(coh, NULL, wrong, NULL), -DER_INVAL);
	wrong->dpp_entries[0].dpe_type = DAOS_PROP_CO_MAX;
	assert_der(daos_cont_query(coh, NULL, wrong, NULL), -DER_INVAL);
	wrong->dpp_nr = 0;
	daos_prop_free(all);
	daos_prop_free(zero);
	free(wrong->dpp_entries);
	free(wrong);
	cont_close(coh);
}

static void set_at_creation(void **state)
{
	struct daos_prop_co_roots roots = {.cr_oids = {{1, 2}, {3, 4}}};
	struct daos_prop_entry in[] = {{.dpe_type = DAOS_PROP_CO_LABEL, .dpe_str = "c"},
				       {.dpe_type = DAOS_PROP_CO_LAYOUT_TYPE, .dpe_val = DAOS_PROP_CO_LAYOUT_POSIX},
				       {.dpe_type = DAOS_PROP_CO_ROOTS, .dpe_val_ptr = &roots},
				       {.dpe_type = DAOS_PROP_CO_CSUM, .dpe_val = DAOS_PROP_CO_CSUM_CRC32}};
	daos_prop_t prop = {.dpp_nr = 4, .dpp_entries = in}, *got;
	daos_handle_t coh;
	uuid_t uuid;

	(void)state;
	assert_der(daos_cont_create_with_label(poh, "other", &prop, NULL, NULL), -DER_INVAL);
	assert_ok(daos_cont_create(poh, &uuid, &prop, NULL));
	assert_der(daos_cont_create(poh, &uuid, &prop, NULL), -DER_EXIST);
	coh = cont_open_label("c", DAOS_COO_RW);
	assert_int_equal(number(coh, DAOS_PROP_CO_LAYOUT_TYPE), DAOS_PROP_CO_LAYOUT_POSIX);
	assert_int_equal(number(coh, DAOS_PROP_CO_CSUM), DAOS_PROP_CO_CSUM_CRC32);
	got = query(coh, DAOS_PROP_CO_ROOTS);
	assert_memory_equal(got->dpp_entries[0].dpe_val_ptr, &roots, sizeof(roots));
	daos_prop_free(got);
	cont_close(coh);
	in[0].dpe_str = "d";
	in[1].dpe_val = DAOS_PROP_CO_LAYOUT_MAX;
	assert_der(daos_cont_create(poh, &uuid, &prop, NULL), -DER_INVAL);
	in[1] = (struct daos_prop_entry){.dpe_type = DAOS_PROP_CO_ALLOCED_OID, .dpe_val = 5};
	assert_der(daos_cont_create(poh, &uuid, &prop, NULL), -DER_NO_PERM);
	in[1] = in[3];
	assert_der(daos_cont_create(poh, &uuid, &prop, NULL), -DER_INVAL);
}

static void set_later(void **state)
{
	struct daos_co_status st = {.dcs_status = DAOS_PROP_CO_UNCLEAN};
	daos_handle_t coh = cont_make("c", NULL), ro;

	(void)state;
	assert_ok(set_one(coh, DAOS_PROP_CO_SCRUBBER_DISABLED, 1));
	assert_int_equal(number(coh, DAOS_PROP_CO_SCRUBBER_DISABLED), 1);
	assert_der(set_one(coh, DAOS_PROP_CO_SCRUBBER_DISABLED, 2), -DER_INVAL);
	assert_der(set_one(coh, DAOS_PROP_CO_LAYOUT_TYPE, 1), -DER_NO_PERM);
	assert_der(set_one(coh, 1, 1), -DER_INVAL);
	assert_ok(set_one(coh, DAOS_PROP_CO_STATUS, daos_prop_co_status_2_val(&st)));
	assert_int_equal(number(coh, DAOS_PROP_CO_STATUS) & 0xffff, DAOS_PROP_CO_UNCLEAN);
	assert_ok(daos_cont_status_clear(coh, NULL));
	assert_int_equal(number(coh, DAOS_PROP_CO_STATUS), 0);
	ro = cont_open_label("c", DAOS_COO_RO);
	assert_der(set_one(ro, DAOS_PROP_CO_SCRUBBER_DISABLED, 0), -DER_NO_PERM);
	cont_close(ro);
	cont_close(coh);
}

static void labels(void **state)
{
	daos_handle_t a = cont_make("a", NULL), b = cont_make("b", NULL), h;

	(void)state;
	assert_der(set_label(a, "b"), -DER_EXIST);
	assert_der(set_label(a, "b/"), -DER_INVAL);
	assert_ok(set_label(a, "a"));
	assert_ok(set_label(a, "new"));
	assert_text(a, DAOS_PROP_CO_LABEL, "new");
	assert_der(daos_cont_open(poh, "a", DAOS_COO_RO, &h, NULL, NULL), -DER_NONEXIST);
	assert_ok(set_label(b, "a"));
	cont_close(cont_open_label("new", DAOS_COO_RO));
	cont_close(a);
	cont_close(b);
	assert_ok(daos_cont_destroy(poh, "new", 0, NULL));
	cont_close(cont_make("new", NULL));
}

static void access_control(void **state)
{
	static const char *const first[] = {"A::OWNER@:rw", "A::EVERYONE@:r"};
	static const char *const merged[] = {"A::OWNER@:rw", "A::anna@:rw", "A::EVERYONE@:r"};
	const char *more = "A::anna@:rw";
	daos_handle_t coh = cont_make("c", NULL);
	struct daos_acl *acl;

	(void)state;
	assert_ok(daos_acl_from_strs((const char **)first, 2, &acl));
	assert_ok(daos_cont_overwrite_acl(coh, acl, NULL));
	daos_acl_free(acl);
	assert_acl(coh, 2, first);
	assert_ok(daos_acl_from_strs(&more, 1, &acl));
	assert_ok(daos_cont_update_acl(coh, acl, NULL));
	daos_acl_free(acl);
	assert_acl(coh, 3, merged);
	assert_ok(daos_cont_delete_acl(coh, DAOS_ACL_USER, "anna@", NULL));
	assert_der(daos_cont_delete_acl(coh, DAOS_ACL_USER, "anna@", NULL), -DER_NONEXIST);
	assert_acl(coh, 2, first);
	assert_der(daos_cont_overwrite_acl(coh, NULL, NULL), -DER_INVAL);
	cont_close(coh);
}

static void owner(void **state)
{
	daos_handle_t coh = cont_make("c", NULL);

	(void)state;
	assert_ok(daos_cont_set_owner(coh, "root@", NULL, NULL));
	assert_text(coh, DAOS_PROP_CO_OWNER, "root@");
	assert_der(daos_cont_set_owner(coh, "nobody-of-this-name@", NULL, NULL), -DER_NONEXIST);
	assert_ok(daos_cont_set_owner_no_check(coh, "nobody-of-this-name@", "no-group@", NULL));
	assert_text(coh, DAOS_PROP_CO_OWNER, "nobody-of-this-name@");
	assert_text(coh, DAOS_PROP_CO_OWNER_GROUP, "no-group@");
	assert_der(daos_cont_set_owner_no_check(coh, "no at sign", NULL, NULL), -DER_INVAL);
	assert_der(daos_cont_set_owner_no_check(coh, NULL, NULL, NULL), -DER_INVAL);
	cont_close(coh);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, pool_setup, pool_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(defaults), TEST(everything),	  TEST(set_at_creation), TEST(set_later),
	    TEST(labels),   TEST(access_control), TEST(owner),
	};

	return cmocka_run_group_tests_name("container properties", tests, store_setup, store_teardown);
}
