#include "test.h"

#include <daos_obj.h>

#include "api/handle.h"
#include "api/oclass.h"

static const struct {
	daos_oclass_id_t id;
	const char *name;
} classes[] = {
    {OC_S1, "S1"},
    {OC_SX, "SX"},
    {OC_RP_2G1, "RP_2G1"},
    {OC_RP_3GX, "RP_3GX"},
    {OC_EC_4P2G1, "EC_4P2G1"},
    {OC_EC_16P3GX, "EC_16P3GX"},
    {OC_RP_128G1, "RP_128G1"},
    {OC_S1 + 2, "S3"},
    {OC_RP_2G1 + 6, "RP_2G7"},
    {OC_TINY, "TINY"},
    {OC_RP_SF_MAX, "RP_SF_MAX"},
};

static void names(void **state)
{
	static const char *const bad[] = {"",	    "S",	"S0",	  "s1",	     "X",      "S01",
					  "S65535", "S1x",	"RP_2",	  "RP_2G",   "RP_7G1", "RP_2G0",
					  "RP_2GY", "EC_3P1G1", "EC_2P1", "RP_2GXX", "OC_S1"};
	char name[MAX_OBJ_CLASS_NAME_LEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		assert_int_equal(daos_oclass_name2id(classes[i].name), classes[i].id);
		assert_int_equal(daos_oclass_id2name(classes[i].id, name), 0);
		assert_string_equal(name, classes[i].name);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(daos_oclass_name2id(bad[i]), OC_UNKNOWN);
	assert_int_equal(daos_oclass_name2id(NULL), OC_UNKNOWN);
	assert_int_equal(daos_oclass_id2name(OC_UNKNOWN, name), -1);
	assert_string_equal(name, "UNKNOWN");
	assert_int_equal(daos_oclass_id2name(OC_S1 & ~0xffffU, name), -1);
	assert_int_equal(daos_oclass_id2name(OC_RESERVED, name), -1);
}

/* The list names every class once, and each name leads back to its class. */
static void list(void **state)
{
	ssize_t len = daos_oclass_names_list(0, NULL);
	char *text, *rest, *name, small[8];
	int nr = 0;

	(void)state;
	assert_true(len > 0);
	text = malloc((size_t)len + 1);
	assert_int_equal(daos_oclass_names_list((size_t)len + 1, text), len);
	assert_int_equal(strlen(text), len);
	for (rest = text; (name = strsep(&rest, ",")) != NULL; nr++) {
		name += *name == ' ';
		assert_int_not_equal(daos_oclass_name2id(name), OC_UNKNOWN);
	}
	assert_int_equal(nr, daos_oclass_nr(0));
	assert_int_equal(daos_oclass_names_list(sizeof(small), small), len);
	assert_string_equal(small, "S1, S2,");
	free(text);
}

static void attributes(void **state)
{
	struct daos_oclass_attr attr;
	daos_oclass_id_t ids[64];
	struct daos_oclass_list l = {.cl_nr = ARRAY_LEN(ids), .cl_cids = ids};
	daos_anchor_t anchor = {0};
	int nr = 0;

	(void)state;
	assert_int_equal(daos_obj_query_class(DAOS_HDL_INVAL, OC_RP_3G4, &attr, NULL), 0);
	assert_int_equal(attr.ca_resil, DAOS_RES_REPL);
	assert_int_equal(attr.u.rp.r_num, 3);
	assert_int_equal(attr.ca_grp_nr, 4);
	assert_int_equal(daos_obj_query_class(DAOS_HDL_INVAL, OC_EC_8P2G1, &attr, NULL), 0);
	assert_int_equal(attr.ca_resil, DAOS_RES_EC);
	assert_int_equal(attr.u.ec.e_k, 8);
	assert_int_equal(attr.u.ec.e_p, 2);
	assert_int_equal(daos_obj_query_class(DAOS_HDL_INVAL, OC_UNKNOWN, &attr, NULL), -DER_INVAL);
	assert_int_equal(daos_obj_query_class(DAOS_HDL_INVAL, 0x7f000001, &attr, NULL), -DER_NONEXIST);
	while (anchor.da_type != DAOS_ANCHOR_TYPE_EOF) {
		assert_int_equal(daos_obj_list_class(DAOS_HDL_INVAL, &l, &anchor, NULL), 0);
		nr += (int)l.cl_nr_out;
	}
	assert_int_equal(nr, daos_oclass_nr(0));
	assert_int_equal(daos_obj_register_class(DAOS_HDL_INVAL, OC_S1, &attr, NULL), -DER_NOSYS);
}

static void no_destroy(void *obj)
{
	(void)obj;
}

/* Object ids as a DAOS system printed them: "281482071018127.0" is a directory, "937030205564081232.0" a file. */
static void object_ids(void **state)
{
	daos_obj_id_t oid = {.hi = 281482071018127ULL & UINT32_MAX};
	int container = 0;
	daos_handle_t coh;

	(void)state;
	assert_int_equal(handle_new(DAOS_HTYPE_CO, &container, no_destroy, &coh), 0);
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_MULTI_HASHED, OC_UNKNOWN, 0, 0), 0);
	assert_int_equal(oid.hi, 281482071018127ULL);
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_MULTI_HASHED, OC_UNKNOWN, 0, 0), -DER_INVAL);
	oid.hi = 937030205564081232ULL & UINT32_MAX;
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_ARRAY_BYTE, OC_S1, 0, 0), 0);
	assert_int_equal(oid.hi, 937030205564081232ULL);

	oid.hi = 5;
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_KV_HASHED, OC_EC_4P2GX, 0, 0), 0);
	assert_int_equal(daos_obj_id2class(oid), OC_EC_4P2GX);
	assert_int_equal(daos_obj_id2type(oid), DAOS_OT_KV_HASHED);
	oid.hi = 5;
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_KV_HASHED, 0, DAOS_OCH_SHD_MAX | DAOS_OCH_RDD_RP, 0),
			 0);
	assert_int_equal(daos_obj_id2class(oid), OC_SX);
	oid.hi = 5;
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_KV_HASHED, OC_RP_TINY, 0, 0), 0);
	assert_int_equal(daos_obj_id2class(oid), OC_RP_2G1);
	oid.hi = 5;
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_KV_HASHED, 0x7f000001, 0, 0), -DER_INVAL);
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_MAX + 1, OC_S1, 0, 0), -DER_INVAL);
	assert_int_equal(oid.hi, 5);
	assert_int_equal(handle_close(coh, DAOS_HTYPE_CO), 0);
	assert_int_equal(daos_obj_generate_oid(coh, &oid, DAOS_OT_KV_HASHED, OC_S1, 0, 0), -DER_NO_HDL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(list),
	    cmocka_unit_test(attributes),
	    cmocka_unit_test(object_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
