/*
 * DFS by path.
 */
#include <sys/xattr.h>

#include "fixture.h"

static dfs_sys_t *sys;

static int sys_setup(void **state)
{
	int rc = test_setup(state);

	return rc != 0 ? rc : dfs_sys_connect(POOL, NULL, cont, O_RDWR, 0, NULL, &sys);
}

static int sys_teardown(void **state)
{
	return dfs_sys_disconnect(sys) != 0 ? -1 : test_teardown(state);
}

static void files(void **state)
{
	daos_size_t n;
	struct stat st;
	dfs_obj_t *f;
	char buf[32] = "";

	(void)state;
	assert_ok(dfs_sys_mkdir_p(sys, "/p/q/r", 0755, 0));
	assert_ok(dfs_sys_mkdir_p(sys, "/p/q/r/", 0755, 0));
	assert_ok(dfs_sys_mkdir_p(sys, "/", 0755, 0));
	assert_errno(dfs_sys_mkdir(sys, "/none/x", 0755, 0), ENOENT);
	assert_errno(dfs_sys_mkdir(sys, "/p", 0755, 0), EEXIST);
	assert_errno(dfs_sys_mkdir(sys, "/", 0755, 0), EEXIST);
	assert_errno(dfs_sys_mkdir(sys, "p", 0755, 0), EINVAL);
	assert_errno(dfs_sys_mkdir(sys, "/p/../x", 0755, 0), EOPNOTSUPP);
	assert_ok(dfs_sys_open(sys, "/p/q/file", S_IFREG | 0644, O_RDWR | O_CREAT, 0, 0, NULL, &f));
	n = 6;
	assert_ok(dfs_sys_write(sys, f, "system", 0, &n, NULL));
	n = sizeof(buf);
	assert_ok(dfs_sys_read(sys, f, buf, 2, &n, NULL));
	assert_int_equal(n, 4);
	assert_string_equal(buf, "stem");
	assert_ok(dfs_sys_close(f));
	assert_ok(dfs_sys_punch(sys, "/p/q/file", 3, DFS_MAX_FSIZE));
	assert_ok(dfs_sys_stat(sys, "/p//q/file", 0, &st));
	assert_int_equal(st.st_size, 3);
	assert_ok(dfs_sys_mknod(sys, "/p/node", S_IFREG | 0600, 0, 0));
	assert_errno(dfs_sys_mknod(sys, "/p/node", S_IFREG | 0600, 0, 0), EEXIST);
	assert_errno(dfs_sys_mknod(sys, "/p/fifo", S_IFIFO | 0600, 0, 0), EINVAL);
	assert_errno(dfs_sys_mkdir_p(sys, "/p/node/x", 0755, 0), ENOTDIR);
	assert_errno(dfs_sys_remove_type(sys, "/p/node", false, S_IFDIR, NULL), ENOTDIR);
	assert_errno(dfs_sys_remove_type(sys, "/p/q/r", false, S_IFREG, NULL), EISDIR);
	assert_errno(dfs_sys_remove(sys, "/p/q", false, NULL), ENOTEMPTY);
	assert_errno(dfs_sys_remove(sys, "/", false, NULL), EBUSY);
	assert_ok(dfs_sys_remove_type(sys, "/p/q/r", false, S_IFDIR, NULL));
	assert_ok(dfs_sys_remove(sys, "/p", true, NULL));
	assert_errno(dfs_sys_stat(sys, "/p", 0, &st), ENOENT);
	assert_ok(dfs_sys_stat(sys, "/", 0, &st));
	assert_true(S_ISDIR(st.st_mode));
}

static void attributes_and_links(void **state)
{
	struct timespec times[2] = {{1, 0}, {1000000000, 5}};
	struct stat st;
	char buf[32];
	daos_size_t n = sizeof(buf);
	dfs_obj_t *f;

	(void)state;
	assert_ok(dfs_sys_mkdir_p(sys, "/p/q", 0755, 0));
	assert_ok(dfs_sys_mknod(sys, "/p/q/file", S_IFREG | 0600, 0, 0));
	assert_ok(dfs_sys_symlink(sys, "q/file", "/p/link"));
	assert_ok(dfs_sys_stat(sys, "/p/link", 0, &st));
	assert_true(S_ISREG(st.st_mode));
	assert_ok(dfs_sys_stat(sys, "/p/link", O_NOFOLLOW, &st));
	assert_true(S_ISLNK(st.st_mode));
	assert_ok(dfs_sys_readlink(sys, "/p/link", buf, &n));
	assert_string_equal(buf, "q/file");
	assert_int_equal(n, 7);
	assert_errno(dfs_sys_readlink(sys, "/p/q/file", buf, &n), EINVAL);
	assert_ok(dfs_sys_chmod(sys, "/p/link", 0611));
	assert_ok(dfs_sys_chown(sys, "/p/link", 5, 6, 0));
	assert_ok(dfs_sys_utimens(sys, "/p/link", times, 0));
	assert_ok(dfs_sys_stat(sys, "/p/q/file", 0, &st));
	assert_int_equal(st.st_mode, S_IFREG | 0611);
	assert_int_equal(st.st_uid, 5);
	assert_int_equal(st.st_gid, 6);
	assert_int_equal(st.st_mtim.tv_sec, 1000000000);
	times[1].tv_nsec = UTIME_OMIT;
	assert_ok(dfs_sys_utimens(sys, "/p/link", times, 0));
	times[1].tv_nsec = 1000000000;
	assert_errno(dfs_sys_utimens(sys, "/p/link", times, 0), EINVAL);
	assert_ok(dfs_sys_utimens(sys, "/p/link", NULL, 0));
	assert_ok(dfs_sys_stat(sys, "/p/q/file", 0, &st));
	assert_true(st.st_mtim.tv_sec > 1600000000);
	st.st_size = 77;
	assert_ok(dfs_sys_setattr(sys, "/p/link", &st, DFS_SET_ATTR_SIZE, 0));
	assert_ok(dfs_sys_stat(sys, "/p/q/file", 0, &st));
	assert_int_equal(st.st_size, 77);
	assert_ok(dfs_sys_open(sys, "/p/link", S_IFREG, O_RDWR | O_TRUNC, 0, 0, NULL, &f));
	assert_ok(dfs_sys_close(f));
	assert_errno(dfs_sys_open(sys, "/p/link", S_IFREG, O_RDWR | O_NOFOLLOW, 0, 0, NULL, &f), EINVAL);
	assert_errno(dfs_sys_open(sys, "/p/q", S_IFREG, O_RDWR, 0, 0, NULL, &f), EINVAL);
	assert_ok(dfs_sys_access(sys, "/p/q", R_OK | W_OK, 0));
	assert_errno(dfs_sys_access(sys, "/p/x", R_OK, 0), ENOENT);
	assert_ok(dfs_sys_setxattr(sys, "/p/link", "user.a", "1", 1, XATTR_CREATE, 0));
	n = sizeof(buf);
	assert_ok(dfs_sys_getxattr(sys, "/p/q/file", "user.a", buf, &n, 0));
	assert_int_equal(n, 1);
	assert_errno(dfs_sys_getxattr(sys, "/p/link", "user.a", buf, &n, O_NOFOLLOW), ENODATA);
	n = sizeof(buf);
	assert_ok(dfs_sys_listxattr(sys, "/p/link", buf, &n, 0));
	assert_string_equal(buf, "user.a");
	assert_ok(dfs_sys_removexattr(sys, "/p/link", "user.a", 0));
}

static void directories(void **state)
{
	struct dirent *de;
	char path[64];
	int nr = 0;
	DIR *d;

	(void)state;
	assert_ok(dfs_sys_mkdir(sys, "/d", 0755, 0));
	for (int i = 0; i < 300; i++) {
		snprintf(path, sizeof(path), "/d/f%d", i);
		assert_ok(dfs_sys_mknod(sys, path, S_IFREG | 0600, 0, 0));
	}
	assert_ok(dfs_sys_opendir(sys, "/d", 0, &d));
	for (;;) {
		assert_ok(dfs_sys_readdir(sys, d, &de));
		if (de == NULL)
			break;
		nr++;
	}
	assert_int_equal(nr, 300);
	assert_ok(dfs_sys_readdir(sys, d, &de));
	assert_null(de);
	assert_ok(dfs_sys_closedir(d));
	assert_errno(dfs_sys_opendir(sys, "/d/f1", 0, &d), ENOTDIR);
	assert_errno(dfs_sys_opendir(sys, "/x", 0, &d), ENOENT);
}

/* Changes by the other mount of this test, which the cache of `sys` is not told of. */
static void the_cache_follows_others(void **state)
{
	dfs_obj_t *a;
	struct stat st;

	(void)state;
	assert_ok(dfs_sys_mkdir_p(sys, "/a/b", 0755, 0));
	assert_ok(dfs_sys_mknod(sys, "/a/b/old", S_IFREG | 0600, 0, 0));
	assert_ok(dfs_sys_stat(sys, "/a/b/old", 0, &st));
	a = open_dir(NULL, "a");
	assert_ok(dfs_move(dfs, a, "b", a, "c", NULL));
	assert_errno(dfs_sys_stat(sys, "/a/b/old", 0, &st), ENOENT);
	assert_ok(dfs_mkdir(dfs, a, "b", 0755, 0));
	assert_ok(dfs_sys_mknod(sys, "/a/b/new", S_IFREG | 0600, 0, 0));
	assert_ok(dfs_sys_stat(sys, "/a/b/new", 0, &st));
	assert_errno(dfs_sys_stat(sys, "/a/b/old", 0, &st), ENOENT);
	assert_ok(dfs_sys_stat(sys, "/a/c/old", 0, &st));
	assert_ok(dfs_remove(dfs, NULL, "a", true, NULL));
	assert_errno(dfs_sys_stat(sys, "/a/b/new", 0, &st), ENOENT);
	assert_errno(dfs_sys_mknod(sys, "/a/b/new", S_IFREG | 0600, 0, 0), ENOENT);
	dfs_release(a);
}

static void more_directories_than_the_cache_holds(void **state)
{
	char path[64];
	struct stat st;

	(void)state;
	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof(path), "/d%d/sub", i);
		assert_ok(dfs_sys_mkdir_p(sys, path, 0755, 0));
	}
	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof(path), "/d%d/sub", i);
		assert_ok(dfs_sys_stat(sys, path, 0, &st));
	}
}

static void a_prefix(void **state)
{
	struct stat st;
	dfs_t *base;

	(void)state;
	assert_ok(dfs_sys2base(sys, &base));
	assert_ok(dfs_sys_set_prefix(sys, "/mnt/x/"));
	assert_ok(dfs_sys_mkdir_p(sys, "/mnt/x/a/b", 0755, 0));
	assert_ok(dfs_sys_mkdir_p(sys, "/mnt/x", 0755, 0));
	assert_ok(dfs_sys_stat(sys, "/mnt/x/a/b", 0, &st));
	assert_ok(dfs_sys_stat(sys, "/mnt/x", 0, &st));
	assert_errno(dfs_sys_stat(sys, "/mnt/xy", 0, &st), EINVAL);
	assert_errno(dfs_sys_stat(sys, "/a/b", 0, &st), EINVAL);
	assert_ok(dfs_sys_set_prefix(sys, NULL));
	assert_ok(dfs_sys_stat(sys, "/a/b", 0, &st));
	assert_errno(dfs_sys_set_prefix(sys, "mnt"), EINVAL);
}

static void without_cache_and_lock(void **state)
{
	dfs_sys_t *plain;
	struct stat st;

	(void)state;
	assert_errno(dfs_sys_connect(POOL, NULL, cont, O_RDWR, 64, NULL, &plain), EINVAL);
	assert_ok(dfs_sys_connect(POOL, NULL, cont, O_RDWR, DFS_SYS_NO_CACHE | DFS_SYS_NO_LOCK, NULL, &plain));
	assert_ok(dfs_sys_mkdir_p(plain, "/a/b/c", 0755, 0));
	assert_ok(dfs_sys_stat(plain, "/a/b/c", 0, &st));
	assert_ok(dfs_sys_remove(plain, "/a", true, NULL));
	assert_errno(dfs_sys_umount(plain), EINVAL);
	assert_ok(dfs_sys_disconnect(plain));
}

int main(void)
{
#define SYS_TEST(fn) cmocka_unit_test_setup_teardown(fn, sys_setup, sys_teardown)
	const struct CMUnitTest tests[] = {
	    SYS_TEST(files),
	    SYS_TEST(attributes_and_links),
	    SYS_TEST(directories),
	    SYS_TEST(the_cache_follows_others),
	    SYS_TEST(more_directories_than_the_cache_holds),
	    SYS_TEST(a_prefix),
	    SYS_TEST(without_cache_and_lock),
	};

	return RUN_GROUP(tests);
}
