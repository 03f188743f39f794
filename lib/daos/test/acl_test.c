#include "test.h"

#include <stdio.h>
#include <unistd.h>

#include <daos_cont.h>
#include <daos_errno.h>
#include <daos_pool.h>
#include <daos_security.h>

static struct daos_acl *make(size_t nr, const char **aces)
{
	struct daos_acl *acl = NULL;

	assert_int_equal(daos_acl_from_strs(aces, nr, &acl), 0);
	assert_int_equal(daos_acl_validate(acl), 0);
	return acl;
}

#define MAKE(...) make(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), (const char *[]){__VA_ARGS__})

static void entry_round_trip(void **state)
{
	static const char *const good[] = {
	    "A::OWNER@:rwdtTaAo", "A:G:GROUP@:rwtT",	 "A::EVERYONE@:", "A::ann@:rwcdtTaAo",
	    "A:GP:staff@:r",	  "AU:S:bob@example:rw", "AUL:GSF:ops@:a"};
	char buf[DAOS_ACL_MAX_ACE_STR_LEN + 1];
	struct daos_ace *ace;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_int_equal(daos_ace_from_str(good[i], &ace), 0);
		assert_true(daos_ace_is_valid(ace));
		assert_int_equal(daos_ace_get_size(ace) % 8, 0);
		assert_int_equal(daos_ace_to_str(ace, buf, sizeof(buf)), 0);
		assert_string_equal(buf, good[i]);
		assert_int_equal(daos_ace_to_str(ace, buf, strlen(good[i])), -DER_TRUNC);
		daos_ace_free(ace);
	}
}

static void entry_malformed(void **state)
{
	static const char *const bad[] = {"",
					  "A",
					  "A::ann@",
					  "A::ann@:r:",
					  "::ann@:r",
					  "X::ann@:r",
					  "A:Z:ann@:r",
					  "A::ann@:z",
					  "A::ann:r",
					  "A::@:r",
					  "A::a@b@:r",
					  "A:G:OWNER@:r",
					  "A::GROUP@:r",
					  "U::ann@:r",
					  "A:S:ann@:r",
					  "A:G:EVERYONE@:r"};
	char longest[DAOS_ACL_MAX_ACE_STR_LEN + 40] = "A::";
	struct daos_ace *ace;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (daos_ace_from_str(bad[i], &ace) != -DER_INVAL)
			fail_msg("'%s' was taken for an entry", bad[i]);
	memset(longest + 3, 'n', DAOS_ACL_MAX_PRINCIPAL_LEN);
	strcpy(longest + 3 + DAOS_ACL_MAX_PRINCIPAL_LEN, "@:r");
	assert_int_equal(daos_ace_from_str(longest, &ace), -DER_INVAL);
}

static void verbose(void **state)
{
	char buf[200];

	(void)state;
	assert_int_equal(daos_ace_str_get_verbose("A::OWNER@:rw", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "Allow::Owner:Read/Write");
	assert_int_equal(daos_ace_str_get_verbose("AL:GSF:ops@:r", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "Allow/Alarm:Group/Access-Success/Access-Failure:ops@:Read");
	assert_int_equal(daos_ace_str_get_verbose("A::OWNER@:rw", buf, 10), -DER_TRUNC);
	assert_int_equal(daos_ace_str_get_verbose("A:OWNER@:rw", buf, 10), -DER_INVAL);
}

static void principals(void **state)
{
	enum daos_acl_principal_type type;
	char *name;
	uid_t uid;
	gid_t gid;

	(void)state;
	assert_int_equal(daos_acl_principal_from_str("u:ann@", &type, &name), 0);
	assert_int_equal(type, DAOS_ACL_USER);
	assert_string_equal(name, "ann@");
	free(name);
	assert_int_equal(daos_acl_principal_from_str("GROUP@", &type, &name), 0);
	assert_int_equal(type, DAOS_ACL_OWNER_GROUP);
	assert_null(name);
	assert_int_equal(daos_acl_principal_from_str("ann@", &type, &name), -DER_INVAL);
	assert_int_equal(daos_acl_uid_to_principal(0, &name), 0);
	assert_string_equal(name, "root@");
	free(name);
	assert_int_equal(daos_acl_uid_to_principal(3999999999U, &name), 0);
	assert_string_equal(name, "3999999999@");
	assert_int_equal(daos_acl_principal_to_uid(name, &uid), 0);
	assert_int_equal(uid, 3999999999U);
	free(name);
	assert_int_equal(daos_acl_principal_to_gid("root@", &gid), 0);
	assert_int_equal(gid, 0);
	assert_int_equal(daos_acl_principal_to_uid("no-such-user@", &uid), -DER_NONEXIST);
	assert_int_equal(daos_acl_principal_to_uid("root@elsewhere", &uid), -DER_NONEXIST);
	assert_int_equal(daos_acl_principal_to_uid("root", &uid), -DER_INVAL);
}

static void expect_strs(struct daos_acl *acl, size_t nr, const char *const *want)
{
	char **strs;
	size_t n;

	assert_int_equal(daos_acl_to_strs(acl, &strs, &n), 0);
	assert_int_equal(n, nr);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(strs[i], want[i]);
		free(strs[i]);
	}
	free(strs);
}

static void list_is_ordered(void **state)
{
	struct daos_acl *acl =
	    MAKE("A::EVERYONE@:r", "A:G:ops@:rw", "A::bob@:r", "A:G:GROUP@:r", "A::ann@:w", "A::OWNER@:rw");
	const char *const sorted[] = {"A::OWNER@:rw", "A::bob@:r",   "A::ann@:w",
				      "A:G:GROUP@:r", "A:G:ops@:rw", "A::EVERYONE@:r"};
	const char *const changed[] = {"A::bob@:r", "A::ann@:rw", "A:G:GROUP@:r", "A:G:ops@:rw", "A::EVERYONE@:r"};
	struct daos_ace *ace;

	(void)state;
	expect_strs(acl, 6, sorted);
	assert_int_equal(daos_ace_from_str("A::ann@:rw", &ace), 0);
	assert_int_equal(daos_acl_add_ace(&acl, ace), 0);
	daos_ace_free(ace);
	assert_int_equal(daos_acl_remove_ace(&acl, DAOS_ACL_OWNER, NULL), 0);
	assert_int_equal(daos_acl_remove_ace(&acl, DAOS_ACL_OWNER, NULL), -DER_NONEXIST);
	assert_int_equal(daos_acl_remove_ace(&acl, DAOS_ACL_USER, "carl@"), -DER_NONEXIST);
	assert_int_equal(daos_acl_validate(acl), 0);
	expect_strs(acl, 5, changed);
	assert_int_equal(daos_acl_get_ace_for_principal(acl, DAOS_ACL_GROUP, "ops@", &ace), 0);
	assert_int_equal(ace->dae_allow_perms, DAOS_ACL_PERM_READ | DAOS_ACL_PERM_WRITE);
	daos_acl_free(acl);
}

static void list_malformed(void **state)
{
	const char *twice[] = {"A::ann@:r", "A::ann@:w"};
	struct daos_acl *acl = NULL, *empty;
	uint32_t len;

	(void)state;
	assert_int_equal(daos_acl_from_strs(twice, 2, &acl), -DER_INVAL);
	assert_int_equal(daos_acl_from_strs(twice, 0, &acl), -DER_INVAL);
	empty = daos_acl_create(NULL, 0);
	assert_int_equal(daos_acl_get_size(empty), sizeof(*empty));
	assert_null(daos_acl_get_next_ace(empty, NULL));
	assert_int_equal(daos_acl_validate(empty), 0);
	daos_acl_free(empty);

	acl = MAKE("A::OWNER@:r", "A::ann@:w");
	len = acl->dal_len;
	for (acl->dal_len = 1; acl->dal_len < len; acl->dal_len++)
		if (acl->dal_len != sizeof(struct daos_ace))
			assert_int_equal(daos_acl_validate(acl), -DER_INVAL);
	acl->dal_ver++;
	assert_int_equal(daos_acl_validate(acl), -DER_INVAL);
	daos_acl_free(acl);
	assert_int_equal(daos_acl_validate(NULL), -DER_INVAL);
}

/* A list from somewhere, damaged anyhow: what the check lets pass can be walked and printed, and nothing is read beyond
 * it. */
static void damaged(void **state)
{
	struct daos_acl *good = MAKE("A::OWNER@:r", "A::ann@:w", "A:G:readers-of-the-archive@:rw", "A::EVERYONE@:r");
	size_t size = (size_t)daos_acl_get_size(good);
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct daos_acl *acl = daos_acl_dup(good);
		char **strs;
		size_t nr;

		for (int flips = rand_r(&seed) % 3; flips >= 0; flips--)
			((uint8_t *)acl)[(unsigned)rand_r(&seed) % size] ^= (uint8_t)(1U << rand_r(&seed) % 8);
		if (acl->dal_len <= good->dal_len && daos_acl_validate(acl) == 0) {
			int rc = daos_acl_to_strs(acl, &strs, &nr);

			assert_true(rc == 0 || rc == -DER_INVAL);
			while (rc == 0 && nr > 0)
				free(strs[--nr]);
			if (rc == 0)
				free(strs);
		}
		daos_acl_free(acl);
	}
	daos_acl_free(good);
}

static void to_stream(void **state)
{
	struct daos_acl *acl = MAKE("A::OWNER@:rwdtTaAo", "A:G:GROUP@:rwtT");
	char buf[512] = "";
	FILE *f = fmemopen(buf, sizeof(buf), "w");

	(void)state;
	assert_int_equal(daos_acl_to_stream(f, acl, false), 0);
	fclose(f);
	assert_string_equal(buf, "# Entries:\nA::OWNER@:rwdtTaAo\nA:G:GROUP@:rwtT\n");
	f = fmemopen(buf, sizeof(buf), "w");
	assert_int_equal(daos_acl_to_stream(f, NULL, true), 0);
	fclose(f);
	assert_string_equal(buf, "# Entries:\n#   None\n");
	daos_acl_free(acl);
}

/* What `uid` in groups `gids` may do in a container of user 1000, group 2000. */
static uint64_t perms_of(struct daos_acl *acl, uid_t uid, size_t nr_gids, gid_t *gids)
{
	struct daos_prop_entry entries[] = {
	    {.dpe_type = DAOS_PROP_CO_ACL, .dpe_val_ptr = acl},
	    {.dpe_type = DAOS_PROP_CO_OWNER, .dpe_str = (char[]){"4000001000@"}},
	    {.dpe_type = DAOS_PROP_CO_OWNER_GROUP, .dpe_str = (char[]){"4000002000@"}},
	};
	daos_prop_t prop = {.dpp_nr = 3, .dpp_entries = entries};
	uint64_t perms = 0;

	assert_int_equal(daos_cont_get_perms(&prop, uid, gids, nr_gids, &perms), 0);
	prop.dpp_nr = 2;
	assert_int_equal(daos_cont_get_perms(&prop, uid, gids, nr_gids, &perms), -DER_INVAL);
	return perms;
}

#define OWNER	    4000001000U
#define OWNER_GROUP 4000002000U
#define IMPLICIT    (DAOS_ACL_PERM_GET_ACL | DAOS_ACL_PERM_SET_ACL)

static void permissions(void **state)
{
	struct daos_acl *acl =
	    MAKE("A::OWNER@:r", "A::4000001001@:w", "A:G:GROUP@:rt", "A:G:4000002001@:o", "A::EVERYONE@:t");
	gid_t both[] = {OWNER_GROUP, 4000002001U}, none[] = {4000002002U};

	(void)state;
	assert_int_equal(perms_of(acl, OWNER, 2, both), DAOS_ACL_PERM_READ | IMPLICIT);
	assert_int_equal(perms_of(acl, 4000001001U, 2, both), DAOS_ACL_PERM_WRITE);
	assert_int_equal(perms_of(acl, 4000001002U, 2, both),
			 DAOS_ACL_PERM_READ | DAOS_ACL_PERM_GET_PROP | DAOS_ACL_PERM_SET_OWNER);
	assert_int_equal(perms_of(acl, 4000001002U, 1, both), DAOS_ACL_PERM_READ | DAOS_ACL_PERM_GET_PROP);
	assert_int_equal(perms_of(acl, 4000001002U, 1, none), DAOS_ACL_PERM_GET_PROP);
	assert_int_equal(perms_of(acl, 4000001002U, 0, NULL), DAOS_ACL_PERM_GET_PROP);
	assert_int_equal(daos_acl_remove_ace(&acl, DAOS_ACL_EVERYONE, NULL), 0);
	assert_int_equal(perms_of(acl, 4000001002U, 1, none), 0);
	assert_int_equal(perms_of(acl, 4000001002U, 1, both), DAOS_ACL_PERM_READ | DAOS_ACL_PERM_GET_PROP);
	daos_acl_free(acl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entry_round_trip), cmocka_unit_test(entry_malformed), cmocka_unit_test(verbose),
	    cmocka_unit_test(principals),	cmocka_unit_test(list_is_ordered), cmocka_unit_test(list_malformed),
	    cmocka_unit_test(to_stream),	cmocka_unit_test(damaged),	   cmocka_unit_test(permissions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
