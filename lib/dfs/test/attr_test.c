/*
 * Attributes, times, extended attributes.
 */
#include <sys/xattr.h>

#include "fixture.h"

static struct stat stat_of(const char *name)
{
	struct stat st;

	assert_ok(dfs_stat(dfs, NULL, name, &st));
	return st;
}

static bool later(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

static void nap(void)
{
	usleep(20000); /* longer than a tick of the clock that stamps files */
}

static void what_stat_says(void **state)
{
	struct stat st;
	time_t now = time(NULL);

	(void)state;
	make_file(NULL, "f", "12345");
	make_link(NULL, "l", "abc");
	st = stat_of("f");
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(st.st_uid, geteuid());
	assert_int_equal(st.st_gid, getegid());
	assert_int_equal(st.st_blksize, 1048576);
	assert_int_not_equal(st.st_blocks, 0);
	assert_in_range(st.st_mtim.tv_sec, now - 1, now + 5);
	st = stat_of("l");
	assert_int_equal(st.st_mode, S_IFLNK | 0777);
	assert_int_equal(st.st_size, 3);
	st = stat_of(NULL);
	assert_int_equal(st.st_mode, S_IFDIR | 0755);
	assert_errno(dfs_stat(dfs, NULL, "x", &st), ENOENT);
	assert_errno(dfs_stat(dfs, NULL, "f", NULL), EINVAL);
}

static void inode_numbers(void **state)
{
	ino_t f, l, d;

	(void)state;
	make_file(NULL, "f", NULL);
	make_link(NULL, "l", "f");
	dfs_release(make_dir(NULL, "d"));
	f = stat_of("f").st_ino;
	l = stat_of("l").st_ino;
	d = stat_of("d").st_ino;
	assert_true(f != l && l != d && f != d && f != 0 && l != 0 && d != 0);
	assert_ok(dfs_move(dfs, NULL, "f", NULL, "g", NULL));
	assert_ok(dfs_move(dfs, NULL, "l", NULL, "m", NULL));
	assert_int_equal(stat_of("g").st_ino, f);
	assert_int_equal(stat_of("m").st_ino, l);
}

static void modes_and_owners(void **state)
{
	struct stat st = {.st_mode = S_IFREG | 0640};
	dfs_obj_t *f;

	(void)state;
	make_file(NULL, "f", NULL);
	make_link(NULL, "l", "f");
	assert_ok(dfs_chmod(dfs, NULL, "f", 06755));
	assert_int_equal(stat_of("f").st_mode, S_IFREG | 06755);
	assert_ok(dfs_chmod(dfs, NULL, "l", 0611));
	assert_int_equal(stat_of("f").st_mode, S_IFREG | 0611);
	assert_errno(dfs_chmod(dfs, NULL, "x", 0600), ENOENT);
	f = open_file(NULL, "f", O_RDWR);
	assert_ok(dfs_osetattr(dfs, f, &st, DFS_SET_ATTR_MODE));
	assert_int_equal(st.st_mode, S_IFREG | 0640);
	st.st_mode = S_IFDIR | 0640;
	assert_errno(dfs_osetattr(dfs, f, &st, DFS_SET_ATTR_MODE), EINVAL);
	assert_errno(dfs_osetattr(dfs, f, &st, 1 << 20), EINVAL);
	assert_ok(dfs_osetattr(dfs, f, &st, 0));
	assert_ok(dfs_chown(dfs, NULL, "f", 12345, -1, 0));
	assert_int_equal(stat_of("f").st_uid, 12345);
	assert_int_equal(stat_of("f").st_gid, getegid());
	assert_ok(dfs_chown(dfs, NULL, "l", 1, 2, O_NOFOLLOW));
	assert_int_equal(stat_of("l").st_gid, 2);
	assert_int_equal(stat_of("f").st_gid, getegid());
	assert_ok(dfs_chmod(dfs, NULL, NULL, 0700));
	assert_int_equal(stat_of(NULL).st_mode, S_IFDIR | 0700);
	dfs_release(f);
}

static void access_checks(void **state)
{
	(void)state;
	make_file(NULL, "f", NULL);
	assert_ok(dfs_access(dfs, NULL, "f", R_OK | W_OK));
	assert_ok(dfs_access(dfs, NULL, "f", F_OK));
	assert_errno(dfs_access(dfs, NULL, "x", F_OK), ENOENT);
	assert_errno(dfs_access(dfs, NULL, "f", X_OK), EACCES);
	assert_errno(dfs_access(dfs, NULL, "f", 64), EINVAL);
	assert_ok(dfs_chmod(dfs, NULL, "f", 0));
	assert_errno(dfs_access(dfs, NULL, "f", R_OK), EACCES);
	assert_errno(dfs_access(dfs, NULL, "f", W_OK), EACCES);
}

static void times_of_a_file(void **state)
{
	struct stat st = {.st_mtim = {1000000000, 123456789}}, then;
	dfs_obj_t *f;

	(void)state;
	make_file(NULL, "f", NULL);
	f = open_file(NULL, "f", O_RDWR);
	then = stat_of("f");
	nap();
	assert_ok(write_at(f, "x", 1, 0));
	assert_true(later(stat_of("f").st_mtim, then.st_mtim));
	assert_true(later(stat_of("f").st_ctim, then.st_ctim));
	assert_ok(dfs_osetattr(dfs, f, &st, DFS_SET_ATTR_MTIME));
	assert_int_equal(st.st_mtim.tv_sec, 1000000000);
	then = stat_of("f");
	assert_int_equal(then.st_mtim.tv_sec, 1000000000);
	assert_int_equal(then.st_mtim.tv_nsec, 123456789);
	assert_true(then.st_ctim.tv_sec > 1600000000);
	nap();
	assert_ok(dfs_chmod(dfs, NULL, "f", 0600));
	assert_int_equal(stat_of("f").st_mtim.tv_sec, 1000000000);
	assert_true(later(stat_of("f").st_ctim, then.st_ctim));
	assert_ok(dfs_move(dfs, NULL, "f", NULL, "g", NULL));
	assert_int_equal(stat_of("g").st_mtim.tv_sec, 1000000000);
	nap();
	assert_ok(write_at(f, "y", 1, 0));
	assert_true(stat_of("g").st_mtim.tv_sec > 1600000000);
	/* into the future, and written again */
	st.st_mtim.tv_sec = 4000000000;
	assert_ok(dfs_update_parent(f, f, "g"));
	assert_ok(dfs_osetattr(dfs, f, &st, DFS_SET_ATTR_MTIME));
	assert_int_equal(stat_of("g").st_mtim.tv_sec, 4000000000);
	nap();
	assert_ok(dfs_punch(dfs, f, 0, DFS_MAX_FSIZE));
	assert_true(stat_of("g").st_mtim.tv_sec < 4000000000);
	/* size and mtime at once: the mtime stands */
	st.st_mtim = (struct timespec){1200000000, 0};
	st.st_size = 100;
	assert_ok(dfs_osetattr(dfs, f, &st, DFS_SET_ATTR_MTIME | DFS_SET_ATTR_SIZE));
	assert_int_equal(stat_of("g").st_mtim.tv_sec, 1200000000);
	assert_int_equal(stat_of("g").st_size, 100);
	dfs_release(f);
}

static void times_of_a_directory(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d");
	struct stat st = stat_of("d"), then;

	(void)state;
	nap();
	make_file(d, "f", NULL);
	then = stat_of("d");
	assert_true(later(then.st_mtim, st.st_mtim));
	nap();
	assert_ok(dfs_chmod(dfs, d, "f", 0600));
	assert_false(later(stat_of("d").st_mtim, then.st_mtim));
	assert_ok(dfs_remove(dfs, d, "f", false, NULL));
	assert_true(later(stat_of("d").st_mtim, then.st_mtim));
	st.st_mtim = (struct timespec){1000000000, 1};
	assert_ok(dfs_osetattr(dfs, d, &st, DFS_SET_ATTR_MTIME));
	assert_int_equal(stat_of("d").st_mtim.tv_sec, 1000000000);
	nap();
	make_file(d, "g", NULL);
	assert_true(stat_of("d").st_mtim.tv_sec > 1600000000);
	dfs_release(d);
}

static void extended_attributes(void **state)
{
	static char big[DFS_MAX_XATTR_LEN + 1], back[DFS_MAX_XATTR_LEN + 1];
	char buf[64], name[DFS_MAX_XATTR_NAME + 2];
	struct stat then;
	daos_size_t n;
	dfs_obj_t *f;

	(void)state;
	make_file(NULL, "f", NULL);
	f = open_file(NULL, "f", O_RDONLY);
	then = stat_of("f");
	nap();
	assert_ok(dfs_setxattr(dfs, f, "user.one", "1", 1, 0));
	assert_true(later(stat_of("f").st_ctim, then.st_ctim));
	assert_errno(dfs_setxattr(dfs, f, "user.one", "2", 1, XATTR_CREATE), EEXIST);
	assert_errno(dfs_setxattr(dfs, f, "user.two", "2", 1, XATTR_REPLACE), ENODATA);
	assert_ok(dfs_setxattr(dfs, f, "user.one", "22", 2, XATTR_REPLACE));
	n = sizeof(buf);
	assert_ok(dfs_getxattr(dfs, f, "user.one", buf, &n));
	assert_int_equal(n, 2);
	assert_memory_equal(buf, "22", 2);
	n = 1;
	assert_errno(dfs_getxattr(dfs, f, "user.one", buf, &n), ERANGE);
	assert_int_equal(n, 2);
	n = 0;
	assert_ok(dfs_getxattr(dfs, f, "user.one", NULL, &n));
	assert_int_equal(n, 2);
	assert_errno(dfs_getxattr(dfs, f, "user.none", NULL, &n), ENODATA);
	assert_ok(dfs_setxattr(dfs, f, "user.empty", "", 0, XATTR_CREATE));
	assert_errno(dfs_setxattr(dfs, f, "user.empty", "", 0, XATTR_CREATE), EEXIST);
	n = sizeof(buf);
	assert_ok(dfs_getxattr(dfs, f, "user.empty", buf, &n));
	assert_int_equal(n, 0);
	n = sizeof(buf);
	assert_ok(dfs_listxattr(dfs, f, buf, &n));
	assert_int_equal(n, 20);
	assert_memory_equal(buf, "user.empty\0user.one", 20);
	n = 5;
	assert_errno(dfs_listxattr(dfs, f, buf, &n), ERANGE);
	assert_int_equal(n, 20);
	assert_ok(dfs_removexattr(dfs, f, "user.one"));
	assert_ok(dfs_removexattr(dfs, f, "user.empty"));
	assert_errno(dfs_removexattr(dfs, f, "user.one"), ENODATA);
	memset(big, 'b', sizeof(big));
	assert_ok(dfs_setxattr(dfs, f, "user.big", big, DFS_MAX_XATTR_LEN, 0));
	assert_errno(dfs_setxattr(dfs, f, "user.big", big, DFS_MAX_XATTR_LEN + 1, 0), EINVAL);
	n = sizeof(back);
	assert_ok(dfs_getxattr(dfs, f, "user.big", back, &n));
	assert_int_equal(n, DFS_MAX_XATTR_LEN);
	assert_memory_equal(big, back, n);
	memset(name, 'n', sizeof(name));
	name[DFS_MAX_XATTR_NAME + 1] = '\0';
	assert_errno(dfs_setxattr(dfs, f, name, "v", 1, 0), EINVAL);
	name[DFS_MAX_XATTR_NAME] = '\0';
	assert_ok(dfs_setxattr(dfs, f, name, "v", 1, 0));
	assert_errno(dfs_setxattr(dfs, f, "", "v", 1, 0), EINVAL);
	assert_ok(dfs_move(dfs, NULL, "f", NULL, "g", NULL));
	assert_errno(dfs_getxattr(dfs, f, name, buf, &n), ENOENT);
	assert_ok(dfs_update_parent(f, f, "g"));
	n = sizeof(back);
	assert_ok(dfs_getxattr(dfs, f, "user.big", back, &n));
	assert_memory_equal(big, back, n);
	dfs_release(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_stat_says),  TEST(inode_numbers),	       TEST(modes_and_owners),	  TEST(access_checks),
	    TEST(times_of_a_file), TEST(times_of_a_directory), TEST(extended_attributes),
	};

	return RUN_GROUP(tests);
}
