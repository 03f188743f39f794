#include "test.h"

#include <daos_errno.h>
#include <daos_prop.h>
#include <daos_security.h>

static daos_prop_t *parse(const char *str)
{
	daos_prop_t *prop = NULL;

	assert_int_equal(daos_prop_from_str(str, strlen(str), &prop), 0);
	return prop;
}

static uint64_t number(const char *str, uint32_t type)
{
	daos_prop_t *prop = parse(str);
	uint64_t val = daos_prop_entry_get(prop, type)->dpe_val;

	daos_prop_free(prop);
	return val;
}

static void several(void **state)
{
	daos_prop_t *prop = parse("label:x,cksum:crc32 , rd_fac:1;owner:ann@");

	(void)state;
	assert_int_equal(prop->dpp_nr, 4);
	assert_string_equal(daos_prop_entry_get(prop, DAOS_PROP_CO_LABEL)->dpe_str, "x");
	assert_int_equal(daos_prop_entry_get(prop, DAOS_PROP_CO_CSUM)->dpe_val, DAOS_PROP_CO_CSUM_CRC32);
	assert_int_equal(daos_prop_entry_get(prop, DAOS_PROP_CO_REDUN_FAC)->dpe_val, 1);
	assert_string_equal(daos_prop_entry_get(prop, DAOS_PROP_CO_OWNER)->dpe_str, "ann@");
	assert_null(daos_prop_entry_get(prop, DAOS_PROP_CO_DEDUP));
	daos_prop_free(prop);
}

static void each(void **state)
{
	struct daos_co_status status;

	(void)state;
	assert_int_equal(number("layout_type:posix", DAOS_PROP_CO_LAYOUT_TYPE), DAOS_PROP_CO_LAYOUT_POSIX);
	assert_int_equal(number("cksum_size:32KiB", DAOS_PROP_CO_CSUM_CHUNK_SIZE), 32768);
	assert_int_equal(number("cksum_size:32K", DAOS_PROP_CO_CSUM_CHUNK_SIZE), 32000);
	assert_int_equal(number("srv_cksum:on", DAOS_PROP_CO_CSUM_SERVER_VERIFY), 1);
	assert_int_equal(number("rd_lvl:node", DAOS_PROP_CO_REDUN_LVL), DAOS_PROP_CO_REDUN_NODE);
	assert_int_equal(number("compression:deflate2", DAOS_PROP_CO_COMPRESS), DAOS_PROP_CO_COMPRESS_DEFLATE2);
	assert_int_equal(number("encryption:aes-gcm256", DAOS_PROP_CO_ENCRYPT), DAOS_PROP_CO_ENCRYPT_AES_GCM256);
	assert_int_equal(number("dedup:hash", DAOS_PROP_CO_DEDUP), DAOS_PROP_CO_DEDUP_HASH);
	assert_int_equal(number("ec_cell_sz:128 KiB", DAOS_PROP_CO_EC_CELL_SZ), 131072);
	assert_int_equal(number("perf_domain:root", DAOS_PROP_CO_PERF_DOMAIN), 255);
	assert_int_equal(number("rp_pda:4294967295", DAOS_PROP_CO_RP_PDA), 4294967295);
	assert_int_equal(number("scrub_disabled:true", DAOS_PROP_CO_SCRUBBER_DISABLED), 1);
	daos_prop_val_2_co_status(number("status:healthy", DAOS_PROP_CO_STATUS), &status);
	assert_int_equal(status.dcs_status, DAOS_PROP_CO_HEALTHY);
	assert_int_equal(status.dcs_flags, DAOS_PROP_CO_CLEAR);
}

static void malformed(void **state)
{
	static const char *const bad[] = {"",
					  "label",
					  "label:",
					  "label:a b",
					  "nonsense:1",
					  "rd_fac:5",
					  "rd_fac:-1",
					  "rd_fac:1x",
					  "rd_fac:",
					  "cksum:crc8",
					  "label:a,,rf:1",
					  "label:a,",
					  "label:a,label:b",
					  "rf:1,rd_fac:2",
					  "ec_cell_sz:100",
					  "status:bad",
					  "owner:nobody",
					  "rp_pda:4294967296",
					  "alloc_oid:1",
					  "cksum_size:0",
					  "cksum_size:1e3",
					  "cksum_size:99999999999999999999",
					  "label:82fc9c6c-f31c-45c1-b604-083fa5791944"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		daos_prop_t *prop = NULL;

		if (daos_prop_from_str(bad[i], strlen(bad[i]), &prop) != -DER_INVAL)
			fail_msg("'%s' was taken for properties", bad[i]);
		assert_null(prop);
	}
}

/* Text that is nearly right either gives a list or fails cleanly. */
static void nearly_right(void **state)
{
	static const char text[] =
	    "label:home,cksum:crc32;rd_fac:1,ec_cell_sz:128KiB,owner:ann@,status:healthy,rp_pda:3";
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		daos_prop_t *prop = NULL;
		char copy[sizeof(text)];
		int rc;

		memcpy(copy, text, sizeof(text));
		for (int edits = rand_r(&seed) % 3; edits >= 0; edits--)
			copy[(unsigned)rand_r(&seed) % (sizeof(text) - 1)] = ":,;@ 0ax"[rand_r(&seed) % 8];
		rc = daos_prop_from_str(copy, (unsigned)rand_r(&seed) % sizeof(text), &prop);
		assert_true(rc == 0 ? prop != NULL : rc == -DER_INVAL && prop == NULL);
		daos_prop_free(prop);
	}
}

static void length_counts(void **state)
{
	daos_prop_t *prop;

	(void)state;
	assert_int_equal(daos_prop_from_str("label:abcdef", 9, &prop), 0);
	assert_string_equal(prop->dpp_entries[0].dpe_str, "abc");
	daos_prop_free(prop);
}

/* A property of every kind of value. */
static daos_prop_t *make_all(const char *label)
{
	const char *aces[] = {"A::OWNER@:rw", "A::ann@:r"};
	struct daos_prop_co_roots root = {.cr_oids[1] = {.lo = 3, .hi = 4}};
	daos_prop_t *prop = daos_prop_alloc(4);
	struct daos_acl *acl;

	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_LABEL;
	prop->dpp_entries[1].dpe_type = DAOS_PROP_CO_ACL;
	prop->dpp_entries[2].dpe_type = DAOS_PROP_CO_ROOTS;
	prop->dpp_entries[3].dpe_type = DAOS_PROP_CO_REDUN_FAC;
	prop->dpp_entries[3].dpe_val = 2;
	assert_int_equal(daos_prop_set_str(prop, DAOS_PROP_CO_LABEL, label, strlen(label)), 0);
	assert_int_equal(daos_acl_from_strs(aces, 2, &acl), 0);
	assert_int_equal(daos_prop_set_ptr(prop, DAOS_PROP_CO_ACL, acl, (size_t)daos_acl_get_size(acl)), 0);
	assert_int_equal(daos_prop_set_ptr(prop, DAOS_PROP_CO_ROOTS, &root, sizeof(root)), 0);
	daos_acl_free(acl);
	return prop;
}

static void merge(void **state)
{
	daos_prop_t *old = make_all("old"), *new = parse("label:new,cksum:sha1"), *out;
	struct daos_prop_co_roots *roots;

	(void)state;
	out = daos_prop_merge(old, new);
	assert_int_equal(out->dpp_nr, 5);
	assert_string_equal(daos_prop_entry_get(out, DAOS_PROP_CO_LABEL)->dpe_str, "new");
	assert_int_equal(daos_prop_entry_get(out, DAOS_PROP_CO_CSUM)->dpe_val, DAOS_PROP_CO_CSUM_SHA1);
	assert_int_equal(daos_prop_entry_get(out, DAOS_PROP_CO_REDUN_FAC)->dpe_val, 2);
	assert_int_equal(daos_prop_entry_cmp_acl(&out->dpp_entries[1], &old->dpp_entries[1]), 0);
	assert_ptr_not_equal(out->dpp_entries[1].dpe_val_ptr, old->dpp_entries[1].dpe_val_ptr);
	daos_prop_free(old);
	daos_prop_free(new);
	roots = daos_prop_entry_get(out, DAOS_PROP_CO_ROOTS)->dpe_val_ptr;
	assert_int_equal(roots->cr_oids[1].hi, 4);
	daos_prop_free(out);
	assert_int_equal(daos_prop_merge2(NULL, NULL, &out), -DER_INVAL);

	old = make_all("copy");
	out = daos_prop_merge(old, NULL);
	daos_prop_free(old);
	assert_int_equal(out->dpp_nr, 4);
	assert_string_equal(out->dpp_entries[0].dpe_str, "copy");
	daos_prop_free(out);
}

static void entries(void **state)
{
	daos_prop_t *prop = make_all("a"), *empty = daos_prop_alloc(0);

	(void)state;
	assert_true(daos_prop_has_str(&prop->dpp_entries[0]));
	assert_true(daos_prop_has_ptr(&prop->dpp_entries[1]));
	assert_false(daos_prop_has_ptr(&prop->dpp_entries[3]));
	assert_int_equal(daos_prop_set_str(prop, DAOS_PROP_CO_OWNER, "x", 1), -DER_NONEXIST);
	assert_int_equal(daos_prop_set_str(prop, DAOS_PROP_CO_ACL, "x", 1), -DER_INVAL);
	assert_int_equal(daos_prop_set_ptr(prop, DAOS_PROP_CO_REDUN_FAC, "x", 1), -DER_INVAL);
	assert_int_equal(daos_prop_set_str(prop, DAOS_PROP_CO_LABEL, "longer", 4), 0);
	assert_string_equal(prop->dpp_entries[0].dpe_str, "long");
	assert_int_equal(daos_prop_set_str(prop, DAOS_PROP_CO_LABEL, NULL, 0), 0);
	assert_null(prop->dpp_entries[0].dpe_str);
	assert_non_null(empty);
	assert_null(daos_prop_alloc(DAOS_PROP_ENTRIES_MAX_NR + 1));
	daos_prop_free(prop);
	daos_prop_free(empty);
	daos_prop_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(several),	     cmocka_unit_test(each),  cmocka_unit_test(malformed),
	    cmocka_unit_test(length_counts), cmocka_unit_test(merge), cmocka_unit_test(entries),
	    cmocka_unit_test(nearly_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
