/* Paths that lead to containers: parsing, resolving, creating, linking, destroying. */
#include "store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <daos_fs.h>
#include <daos_uns.h>

#define PUUID "b3f1a0de-0000-4000-8000-000000000001"
#define CONT  "b3f1a0de-0000-4000-8000-000000000002"
#define ATTR  "DAOS.POSIX://" PUUID "/" CONT

static char dir[] = "/tmp/duns-test.XXXXXX";
static uuid_t pool;

/* A path in the test's directory; the four last ones stay valid. */
static const char *at(const char *name)
{
	static char path[4][256];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
	return path[next];
}

static int parse(const char *text, struct duns_attr_t *attr)
{
	char copy[512];

	memset(attr, 0, sizeof(*attr));
	snprintf(copy, sizeof(copy), "%s", text);
	return duns_parse_attr(copy, strlen(copy), attr);
}

static void parses_attributes(void **state)
{
	static const char *const bad[] = {"",
					  "DAOS.POSIX",
					  "DAOS.POSIX://",
					  "DAOS.NONSENSE://" PUUID "/" CONT,
					  "POSIX://" PUUID "/" CONT,
					  "DAOS.POSIX://" PUUID,
					  "DAOS.POSIX://" PUUID "/" CONT "/more",
					  "DAOS.POSIX://" PUUID "-" CONT,
					  "DAOS.POSIX://label/" CONT,
					  "DAOS.POSIX://" PUUID "/b3f1a0de-0000-4000-8000-00000000000z"};
	struct duns_attr_t attr;
	char text[512];
	uuid_t uuid;

	(void)state;
	assert_int_equal(parse(ATTR, &attr), 0);
	assert_int_equal(attr.da_type, DAOS_PROP_CO_LAYOUT_POSIX);
	assert_string_equal(attr.da_pool, PUUID);
	assert_string_equal(attr.da_cont, CONT);
	uuid_parse(CONT, uuid);
	assert_int_equal(uuid_compare(uuid, attr.da_cuuid), 0);
	assert_int_equal(parse("DAOS.HDF5://" PUUID "/" CONT, &attr), 0);
	assert_int_equal(attr.da_type, DAOS_PROP_CO_LAYOUT_HDF5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse(bad[i], &attr), EINVAL);
	memset(text, 'x', sizeof(text));
	assert_int_equal(duns_parse_attr(text, sizeof(text), &attr), EINVAL);
	assert_int_equal(duns_parse_attr(NULL, 0, &attr), EINVAL);
	assert_int_equal(duns_parse_attr(text, 10, NULL), EINVAL);
	/* The length counts, not a NUL behind it. */
	memcpy(text, ATTR, strlen(ATTR));
	assert_int_equal(duns_parse_attr(text, strlen(ATTR), &attr), 0);
	assert_int_equal(duns_parse_attr(text, strlen(ATTR) - 1, &attr), EINVAL);
}

static void resolve(const char *path, uint32_t flags, int want, const char *p, const char *c, const char *rel)
{
	struct duns_attr_t attr = {.da_flags = flags};
	int rc = duns_resolve_path(path, &attr);

	if (rc != want)
		fail_msg("%s: %d instead of %d", path, rc, want);
	if (rc == 0) {
		assert_string_equal(attr.da_pool, p);
		assert_string_equal(attr.da_cont, c);
		if (rel == NULL)
			assert_null(attr.da_rel_path);
		else
			assert_string_equal(attr.da_rel_path, rel);
	}
	duns_destroy_attr(&attr);
}

static void resolves_direct_paths(void **state)
{
	struct duns_attr_t attr = {0};

	(void)state;
	resolve("daos://tank/home", 0, 0, "tank", "home", NULL);
	resolve("DAOS://tank/home/", 0, 0, "tank", "home", NULL);
	resolve("daos://tank/home/a/b", 0, 0, "tank", "home", "/a/b");
	resolve("daos://tank", 0, 0, "tank", "", NULL);
	resolve("daos://" PUUID "/" CONT "/a", DUNS_NO_CHECK_PATH, 0, PUUID, CONT, "/a");
	resolve("/tank/home/a", DUNS_NO_PREFIX, 0, "tank", "home", "/a");
	resolve("daos://", 0, EINVAL, NULL, NULL, NULL);
	resolve("daos://ta nk/home", 0, EINVAL, NULL, NULL, NULL);
	resolve("daos://tank/h@me", 0, EINVAL, NULL, NULL, NULL);
	resolve("/tmp", DUNS_NO_CHECK_PATH, ENODATA, NULL, NULL, NULL);
	assert_int_equal(duns_resolve_path(NULL, &attr), EINVAL);
	assert_int_equal(duns_resolve_path("", &attr), EINVAL);
	assert_int_equal(duns_resolve_path("/tmp", NULL), EINVAL);
	/* Resolving with the same attributes again does not lose the path of before. */
	assert_int_equal(duns_resolve_path("daos://tank/home/a", &attr), 0);
	assert_int_equal(duns_resolve_path("daos://tank/home/b", &attr), 0);
	assert_string_equal(attr.da_rel_path, "/b");
	assert_int_equal(duns_set_sys_name(&attr, "one"), 0);
	assert_int_equal(duns_set_sys_name(&attr, "two"), 0);
	assert_string_equal(attr.da_sys, "two");
	assert_int_equal(duns_set_sys_name(&attr, NULL), EINVAL);
	duns_destroy_attr(&attr);
	assert_null(attr.da_sys);
	duns_destroy_attr(NULL);
}

static void resolves_paths_above(void **state)
{
	(void)state;
	assert_int_equal(mkdir(at("plain"), 0755), 0);
	assert_int_equal(mkdir(at("link"), 0755), 0);
	assert_int_equal(mkdir(at("link/sub"), 0755), 0);
	assert_int_equal(symlink("link/sub", at("sym")), 0);
	if (setxattr(at("link"), DUNS_XATTR_NAME, ATTR, strlen(ATTR), 0) != 0 && errno == ENOTSUP)
		skip();
	resolve(at("link"), 0, 0, PUUID, CONT, NULL);
	resolve(at("link/"), 0, 0, PUUID, CONT, NULL);
	resolve(at("link/sub"), 0, 0, PUUID, CONT, "/sub");
	resolve(at("link/not/there"), 0, 0, PUUID, CONT, "/not/there");
	resolve(at("plain/../link/sub"), 0, 0, PUUID, CONT, "/sub");
	resolve(at("sym"), 0, 0, PUUID, CONT, "/sub");
	resolve(at("sym/new"), 0, 0, PUUID, CONT, "/sub/new");
	resolve(at("plain"), 0, ENODATA, NULL, NULL, NULL);
	resolve(at("none"), 0, ENODATA, NULL, NULL, NULL);
	resolve(at("link"), DUNS_NO_REVERSE_LOOKUP, 0, PUUID, CONT, NULL);
	resolve(at("link/sub"), DUNS_NO_REVERSE_LOOKUP, ENODATA, NULL, NULL, NULL);
	resolve(at("none"), DUNS_NO_REVERSE_LOOKUP, ENOENT, NULL, NULL, NULL);
	assert_int_equal(chdir(at("link")), 0);
	resolve("sub", 0, 0, PUUID, CONT, "/sub");
	resolve("new", 0, 0, PUUID, CONT, "/new");
	assert_int_equal(chdir("/"), 0);
	/* An attribute that makes no sense is an error, not a reason to look further up. */
	assert_int_equal(setxattr(at("link/sub"), DUNS_XATTR_NAME, "junk", 4, 0), 0);
	resolve(at("link/sub"), 0, EINVAL, NULL, NULL, NULL);
}

static bool cont_exists(const char *cont)
{
	daos_handle_t coh;

	if (daos_cont_open(poh, cont, DAOS_COO_RO, &coh, NULL, NULL) != 0)
		return false;
	daos_cont_close(coh, NULL);
	return true;
}

static void creates_and_destroys(void **state)
{
	struct duns_attr_t attr = {.da_type = DAOS_PROP_CO_LAYOUT_POSIX, .da_chunk_size = 65536};
	struct duns_attr_t found = {0};
	dfs_attr_t info;
	struct stat st;
	dfs_t *dfs;

	(void)state;
	strcpy(attr.da_cont, "home");
	if (setxattr(dir, "user.x", "1", 1, 0) != 0)
		skip();
	assert_int_equal(duns_create_path(poh, at("home"), &attr), 0);
	assert_int_equal(stat(at("home"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(duns_resolve_path(at("home"), &found), 0);
	assert_string_equal(found.da_cont, attr.da_cont);
	assert_int_equal(uuid_compare(found.da_puuid, pool), 0);
	assert_true(cont_exists("home"));
	assert_true(cont_exists(found.da_cont));
	assert_int_equal(dfs_connect("tank", NULL, "home", O_RDONLY, NULL, &dfs), 0);
	assert_int_equal(dfs_query(dfs, &info), 0);
	assert_int_equal(info.da_chunk_size, 65536);
	assert_int_equal(dfs_disconnect(dfs), 0);
	duns_destroy_attr(&found);

	/* Nothing is left behind by what fails. */
	attr.da_cont[0] = '\0';
	assert_int_equal(duns_create_path(poh, at("home"), &attr), EEXIST);
	strcpy(attr.da_cont, "home");
	assert_int_equal(duns_create_path(poh, at("second"), &attr), EEXIST);
	assert_int_equal(stat(at("second"), &st), -1);
	strcpy(attr.da_cont, "new");
	assert_int_equal(duns_create_path(poh, at("none/second"), &attr), ENOENT);
	assert_false(cont_exists("new"));
	strcpy(attr.da_cont, "not a label");
	assert_int_equal(duns_create_path(poh, at("second"), &attr), EINVAL);
	attr.da_type = DAOS_PROP_CO_LAYOUT_UNKNOWN;
	attr.da_cont[0] = '\0';
	assert_int_equal(duns_create_path(poh, at("second"), &attr), EINVAL);

	assert_int_equal(duns_destroy_path(poh, at("home")), 0);
	assert_int_equal(stat(at("home"), &st), -1);
	assert_false(cont_exists("home"));
	assert_int_equal(duns_destroy_path(poh, at("home")), ENOENT);
}

static void files_stand_for_other_types(void **state)
{
	struct duns_attr_t attr = {.da_type = DAOS_PROP_CO_LAYOUT_HDF5};
	struct stat st;

	(void)state;
	if (setxattr(dir, "user.x", "1", 1, 0) != 0)
		skip();
	assert_int_equal(duns_create_path(poh, at("data.h5"), &attr), 0);
	assert_int_equal(stat(at("data.h5"), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_true(cont_exists(attr.da_cont));
	assert_int_equal(duns_destroy_path(poh, at("data.h5")), 0);
	assert_false(cont_exists(attr.da_cont));
}

static void links_containers(void **state)
{
	dfs_attr_t dfs = {0};
	struct duns_attr_t found = {0};
	uuid_t uuid;

	(void)state;
	if (setxattr(dir, "user.x", "1", 1, 0) != 0)
		skip();
	assert_int_equal(dfs_cont_create_with_label(poh, "there", &dfs, &uuid, NULL, NULL), 0);
	assert_int_equal(duns_link_cont(poh, "there", at("there")), 0);
	assert_int_equal(duns_resolve_path(at("there"), &found), 0);
	assert_int_equal(uuid_compare(found.da_cuuid, uuid), 0);
	assert_int_equal(duns_link_cont(poh, "there", at("there")), EEXIST);
	assert_int_equal(duns_link_cont(poh, "none", at("none")), ENOENT);
	assert_int_equal(duns_link_cont(poh, NULL, at("none")), EINVAL);
	assert_int_equal(duns_destroy_path(poh, at("there")), 0);
	assert_int_equal(duns_destroy_path(poh, "daos://tank/there"), EINVAL);
}

static int setup(void **state)
{
	daos_pool_info_t info = {0};

	if (store_setup(state) != 0 || pool_setup(state) != 0 || mkdtemp(dir) == NULL)
		return -1;
	if (dfs_init() != 0 || daos_pool_query(poh, NULL, &info, NULL, NULL) != 0)
		return -1;
	uuid_copy(pool, info.pi_uuid);
	return 0;
}

static int teardown(void **state)
{
	char command[256];

	dfs_fini();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		return -1;
	return pool_teardown(state) != 0 ? -1 : store_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parses_attributes),    cmocka_unit_test(resolves_direct_paths),
	    cmocka_unit_test(resolves_paths_above), cmocka_unit_test(creates_and_destroys),
	    cmocka_unit_test(links_containers),	    cmocka_unit_test(files_stand_for_other_types),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
