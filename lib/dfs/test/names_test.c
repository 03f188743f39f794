/*
 * Names: paths, symbolic links, opening and creating.
 */
#include "fixture.h"

static int lookup(const char *path, int flags, mode_t *mode)
{
	dfs_obj_t *obj = NULL;
	int rc = dfs_lookup(dfs, path, flags, &obj, mode, NULL);

	if (rc == 0)
		assert_ok(dfs_release(obj));
	return rc;
}

static void paths(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d");
	mode_t mode;

	(void)state;
	make_file(d, "f", NULL);
	assert_ok(lookup("/", O_RDONLY, &mode));
	assert_int_equal(mode, S_IFDIR | 0755);
	assert_ok(lookup("//d//f", O_RDONLY, &mode));
	assert_int_equal(mode, S_IFREG | 0644);
	assert_ok(lookup("/d/", O_RDONLY, NULL));
	assert_errno(lookup("", O_RDONLY, NULL), EINVAL);
	assert_errno(lookup("d", O_RDONLY, NULL), EINVAL);
	assert_errno(lookup("/x", O_RDONLY, NULL), ENOENT);
	assert_errno(lookup("/x/y", O_RDONLY, NULL), ENOENT);
	assert_errno(lookup("/d/f/y", O_RDONLY, NULL), ENOENT);
	assert_errno(lookup("/d/.", O_RDONLY, NULL), EOPNOTSUPP);
	assert_errno(lookup("/d/../d", O_RDONLY, NULL), EOPNOTSUPP);
	assert_errno(dfs_lookup(dfs, NULL, O_RDONLY, &d, NULL, NULL), EINVAL);
	assert_errno(dfs_lookup(NULL, "/", O_RDONLY, &d, NULL, NULL), EINVAL);
	assert_errno(dfs_lookup(dfs, "/", O_RDONLY, NULL, NULL, NULL), EINVAL);
	dfs_release(d);
}

static void bad_names(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	assert_errno(dfs_mkdir(dfs, NULL, name, 0755, 0), EINVAL);
	name[255] = '\0';
	assert_ok(dfs_mkdir(dfs, NULL, name, 0755, 0));
	assert_errno(dfs_mkdir(dfs, NULL, name, 0755, 0), EEXIST);
	assert_ok(dfs_remove(dfs, NULL, name, false, NULL));
	assert_errno(dfs_mkdir(dfs, NULL, "", 0755, 0), EINVAL);
	assert_errno(dfs_mkdir(dfs, NULL, ".", 0755, 0), EINVAL);
	assert_errno(dfs_mkdir(dfs, NULL, "..", 0755, 0), EINVAL);
	assert_errno(dfs_mkdir(dfs, NULL, "a/b", 0755, 0), EINVAL);
	assert_errno(dfs_mkdir(dfs, NULL, NULL, 0755, 0), EINVAL);
	assert_ok(dfs_mkdir(dfs, NULL, "\xff\x01 \n\\\"", 0755, 0));
	assert_ok(lookup("/\xff\x01 \n\\\"", O_RDONLY, NULL));
	assert_ok(dfs_mkdir(dfs, NULL, "...", 0755, 0));
	assert_ok(lookup("/...", O_RDONLY, NULL));
}

static void links(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d"), *e = make_dir(d, "e");
	mode_t mode;

	(void)state;
	make_file(e, "f", NULL);
	make_link(NULL, "absolute", "/d/e");
	make_link(NULL, "relative", "d/e/f");
	make_link(e, "up", "../../d/./e/f");
	make_link(e, "parent", "..");
	make_link(e, "top", "../../../../..");
	make_link(NULL, "dangling", "nowhere");
	make_link(NULL, "self", "self");
	assert_ok(lookup("/absolute/f", O_RDONLY, &mode));
	assert_true(S_ISREG(mode));
	assert_ok(lookup("/relative", O_RDONLY, &mode));
	assert_true(S_ISREG(mode));
	assert_ok(lookup("/relative", O_RDONLY | O_NOFOLLOW, &mode));
	assert_true(S_ISLNK(mode));
	assert_ok(lookup("/absolute", O_RDONLY | O_NOFOLLOW, &mode));
	assert_true(S_ISLNK(mode));
	assert_ok(lookup("/absolute/", O_RDONLY | O_NOFOLLOW, &mode));
	assert_true(S_ISDIR(mode));
	assert_ok(lookup("/d/e/up", O_RDONLY, &mode));
	assert_true(S_ISREG(mode));
	assert_ok(lookup("/d/e/parent/e/f", O_RDONLY, &mode));
	assert_ok(lookup("/d/e/parent", O_RDONLY, &mode));
	assert_true(S_ISDIR(mode));
	assert_ok(lookup("/d/e/top/d", O_RDONLY, &mode));
	assert_errno(lookup("/dangling", O_RDONLY, NULL), ENOENT);
	assert_errno(lookup("/self", O_RDONLY, NULL), ELOOP);
	assert_errno(lookup("/self/x", O_RDONLY, NULL), ELOOP);
	dfs_release(e);
	dfs_release(d);
}

static void chains_of_links(void **state)
{
	char name[16], target[16];

	(void)state;
	make_file(NULL, "l0", NULL);
	for (int i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		snprintf(target, sizeof(target), "l%d", i - 1);
		make_link(NULL, name, target);
	}
	assert_ok(lookup("/l40", O_RDONLY, NULL));
	assert_errno(lookup("/l41", O_RDONLY, NULL), ELOOP);
}

/* ".." in a link leads to where its directory is now. */
static void links_after_renames(void **state)
{
	dfs_obj_t *a = make_dir(NULL, "a"), *b = make_dir(NULL, "b"), *s = make_dir(a, "s"), *obj;
	mode_t mode;

	(void)state;
	make_file(a, "f", NULL);
	dfs_release(make_dir(b, "f"));
	make_link(s, "l", "../f");
	assert_ok(dfs_lookup_rel(dfs, s, "l", O_RDONLY, &obj, &mode, NULL));
	assert_true(S_ISREG(mode));
	dfs_release(obj);
	assert_ok(dfs_move(dfs, a, "s", b, "t", NULL));
	assert_ok(dfs_lookup_rel(dfs, s, "l", O_RDONLY, &obj, &mode, NULL));
	assert_true(S_ISDIR(mode));
	dfs_release(obj);
	dfs_release(s);
	dfs_release(a);
	dfs_release(b);
}

static void symbolic_link_values(void **state)
{
	char value[DFS_MAX_PATH + 1], got[DFS_MAX_PATH + 1];
	daos_size_t size;
	dfs_obj_t *l;

	(void)state;
	memset(value, 'v', sizeof(value));
	value[DFS_MAX_PATH] = '\0';
	assert_errno(dfs_open(dfs, NULL, "l", S_IFLNK | 0777, O_RDWR | O_CREAT, 0, 0, value, &l), ENAMETOOLONG);
	value[DFS_MAX_PATH - 1] = '\0';
	make_link(NULL, "l", value);
	assert_ok(dfs_lookup(dfs, "/l", O_RDONLY | O_NOFOLLOW, &l, NULL, NULL));
	size = sizeof(got);
	assert_ok(dfs_get_symlink_value(l, got, &size));
	assert_int_equal(size, DFS_MAX_PATH);
	assert_string_equal(got, value);
	size = 0;
	assert_ok(dfs_get_symlink_value(l, NULL, &size));
	assert_int_equal(size, DFS_MAX_PATH);
	size = 4;
	assert_ok(dfs_get_symlink_value(l, got, &size));
	assert_string_equal(got, "vvv");
	dfs_release(l);
}

static int open_as(const char *name, mode_t mode, int flags, const char *value)
{
	dfs_obj_t *obj = NULL;
	int rc = dfs_open(dfs, NULL, name, mode, flags, 0, 0, value, &obj);

	if (rc == 0)
		dfs_release(obj);
	return rc;
}

static void opening(void **state)
{
	(void)state;
	assert_errno(open_as("f", S_IFREG, O_RDWR, NULL), ENOENT);
	assert_ok(open_as("f", S_IFREG | 0600, O_RDWR | O_CREAT | O_EXCL, NULL));
	assert_errno(open_as("f", S_IFREG | 0600, O_RDWR | O_CREAT | O_EXCL, NULL), EEXIST);
	assert_ok(open_as("f", S_IFREG | 0600, O_RDWR | O_CREAT, NULL));
	assert_errno(open_as("f", S_IFDIR, O_RDWR, NULL), ENOTDIR);
	assert_errno(open_as("f", S_IFDIR, O_RDWR | O_CREAT, NULL), ENOTDIR);
	assert_ok(open_as("d", S_IFDIR | 0700, O_RDWR | O_CREAT, NULL));
	assert_errno(open_as("d", S_IFREG, O_RDWR, NULL), EINVAL);
	assert_ok(open_as("l", S_IFLNK | 0777, O_RDWR | O_CREAT, "f"));
	assert_errno(open_as("l", S_IFLNK | 0777, O_RDWR | O_CREAT | O_EXCL, "f"), EEXIST);
	assert_errno(open_as("m", S_IFLNK | 0777, O_RDWR | O_CREAT, NULL), EINVAL);
	assert_errno(open_as("m", S_IFLNK | 0777, O_RDWR | O_CREAT, ""), EINVAL);
	assert_errno(open_as("l", S_IFREG, O_RDONLY, NULL), EINVAL);
	assert_errno(open_as("p", S_IFIFO | 0600, O_RDWR | O_CREAT, NULL), EINVAL);
	assert_errno(open_as("p", S_IFBLK | 0600, O_RDWR | O_CREAT, NULL), EINVAL);
	assert_errno(open_as("p", 0600, O_RDWR | O_CREAT, NULL), EINVAL);
}

static void below_a_file(void **state)
{
	struct stat st;
	dfs_obj_t *f, *x;

	(void)state;
	make_file(NULL, "f", NULL);
	f = open_file(NULL, "f", O_RDWR);
	assert_errno(dfs_stat(dfs, f, "x", &st), ENOTDIR);
	assert_errno(dfs_mkdir(dfs, f, "x", 0755, 0), ENOTDIR);
	assert_errno(dfs_open(dfs, f, "x", S_IFREG, O_RDWR | O_CREAT, 0, 0, NULL, &x), ENOTDIR);
	assert_errno(dfs_remove(dfs, f, "x", false, NULL), ENOTDIR);
	assert_errno(dfs_lookup_rel(dfs, f, "x", O_RDONLY, &x, NULL, NULL), ENOTDIR);
	dfs_release(f);
}

static void inheritance(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d"), *sub, *f;
	dfs_obj_info_t info;
	daos_size_t chunk;

	(void)state;
	assert_ok(dfs_obj_set_chunk_size(dfs, d, 0, 65536));
	assert_ok(dfs_obj_set_oclass(dfs, d, 0, OC_S2));
	assert_errno(dfs_obj_set_oclass(dfs, d, 0, 77), EINVAL);
	sub = make_dir(d, "sub");
	f = open_file(sub, "f", O_RDWR | O_CREAT);
	assert_ok(dfs_get_chunk_size(f, &chunk));
	assert_int_equal(chunk, 65536);
	assert_ok(dfs_obj_get_info(dfs, f, &info));
	assert_int_equal(info.doi_oclass_id, OC_S2);
	assert_int_equal(info.doi_chunk_size, 65536);
	assert_ok(dfs_obj_set_chunk_size(dfs, f, 0, 4096));
	assert_ok(dfs_get_chunk_size(f, &chunk));
	assert_int_equal(chunk, 4096);
	assert_ok(write_at(f, "x", 1, 0));
	assert_errno(dfs_obj_set_chunk_size(dfs, f, 0, 8192), EINVAL);
	assert_errno(dfs_obj_set_oclass(dfs, f, 0, OC_S1), EOPNOTSUPP);
	assert_ok(dfs_obj_get_info(dfs, sub, &info));
	assert_int_equal(info.doi_file_oclass_id, OC_S2);
	assert_int_equal(info.doi_dir_oclass_id, OC_S2);
	dfs_release(f);
	dfs_release(sub);
	dfs_release(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(paths),	   TEST(bad_names),	      TEST(links),
	    TEST(chains_of_links), TEST(links_after_renames), TEST(symbolic_link_values),
	    TEST(opening),	   TEST(below_a_file),	      TEST(inheritance),
	};

	return RUN_GROUP(tests);
}
