/* fs_test.c: the inside of the interception library, call by call, with no outside and no mount. */
#include "../../../../dfs/test/fixture.h"

#include <dirent.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "board.h"
#include "inside.h"

extern const struct il_inside il_inside;

static _Atomic uint8_t kinds[IL_FD_MAX];
static _Atomic int cwd_inside;
static _Atomic unsigned mask = 022;
static _Atomic unsigned creds_changes;
static struct board board;
static char path_room[2][PATH_MAX];
static char top[128]; /* of the test's container */
static int was_passed;

static const struct il_mount mounts[] = {{.point = "/nowhere/dfs", .pool = POOL},
					 {.point = "/nowhere/ro", .pool = POOL, .read_only = 1}};

static int in_vfork_child;

static long call(long nr, long a, long b, long c, long d, long e)
{
	struct il_call call = {
	    .nr = nr, .arg = {a, b, c, d, e}, .path = path_room[0], .path2 = path_room[1], .vfork = in_vfork_child};
	long rc = il_inside.call(&call);

	was_passed = rc == IL_PASS;
	if (!was_passed)
		return rc;
	rc = syscall(call.nr, call.arg[0], call.arg[1], call.arg[2], call.arg[3], call.arg[4]);
	return rc < 0 ? -errno : rc;
}

#define CALL_(nr, a, b, c, d, e, ...) call(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))
#define CALL(...)		      CALL_(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define OK(...)			      assert_int_equal(CALL(__VA_ARGS__), 0)
#define FAILS(err, ...)		      assert_int_equal(CALL(__VA_ARGS__), -(err))

static int start(void **state)
{
	static const struct il_config config = {.abi = IL_INSIDE_ABI,
						.nr_mounts = 2,
						.mounts = mounts,
						.kinds = kinds,
						.fd_base = 200,
						.umask = &mask,
						.creds_changes = &creds_changes,
						.board = &board,
						.cwd_inside = &cwd_inside};

	return group_setup(state) != 0 || il_inside.start(&config) != 0;
}

/* Every test in a new container, in its root. */
static int enter(void **state)
{
	int rc = test_setup(state);

	snprintf(top, sizeof(top), "/nowhere/dfs/%s", cont);
	return rc != 0 || CALL(SYS_chdir, top) != 0;
}

static int leave(void **state)
{
	CALL(SYS_chdir, "/");
	return test_teardown(state);
}

static int make(const char *path)
{
	long fd = CALL(SYS_open, path, O_CREAT | O_EXCL | O_RDWR, 0666);

	assert_true(fd >= 0);
	return (int)fd;
}

static void add(const char *path)
{
	OK(SYS_close, make(path));
}

static void create_and_read_back(void **state)
{
	char buf[8];
	struct stat st;
	int fd;

	(void)state;
	fd = make("f");
	assert_int_equal(kinds[fd], IL_KIND_FILE);
	assert_int_equal(write(fd, "hello", 5), 5); /* with nobody's help */
	OK(SYS_fstat, fd, &st);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	OK(SYS_close, fd);
	assert_int_equal(kinds[fd], IL_KIND_NONE);
	fd = (int)CALL(SYS_openat, AT_FDCWD, "f", O_RDONLY);
	assert_int_equal(read(fd, buf, sizeof(buf)), 5);
	assert_memory_equal(buf, "hello", 5);
	OK(SYS_close, fd);
}

static void others_see_it(void **state)
{
	dfs_obj_t *obj;
	struct stat st;
	char buf[8];
	int fd;

	(void)state;
	fd = make("f");
	assert_int_equal(write(fd, "hello", 5), 5);
	obj = open_file(NULL, "f", O_RDONLY);
	assert_int_equal(read_at(obj, buf, sizeof(buf), 0), 5);
	dfs_release(obj);
	make_file(NULL, "g", "of dfs");
	OK(SYS_stat, "g", &st);
	assert_int_equal(st.st_size, 6);
	assert_int_equal(dfs_remove(dfs, NULL, "g", false, NULL), 0);
	FAILS(ENOENT, SYS_stat, "g", &st);
	OK(SYS_close, fd);
}

/* The flags of the card that answers for a path; 0: none does. */
static uint64_t card(const char *path)
{
	struct board_answer answer;
	struct board_ref ref;
	struct board_key key;

	assert_true(board_key(&key, path[0] == '/' ? BOARD_TOP : board.cwd, path));
	return board_find(&board, &key, &answer, &ref) ? answer.flags : 0;
}

#define BOTH (BOARD_FOLLOW | BOARD_NOFOLLOW)

/* What is on the board holds until it is changed, and no longer. */
static void cards(void **state)
{
	char path[PATH_MAX];
	struct stat st;

	(void)state;
	OK(SYS_mkdir, "d", 0755);
	OK(SYS_mkdir, "e", 0750);
	add("d/f");
	assert_int_equal(card("d"), 0);
	OK(SYS_stat, "d", &st);
	OK(SYS_lstat, "e", &st);
	assert_int_equal(card("d") & (BOTH | BOARD_STAT), BOTH | BOARD_STAT);
	assert_int_equal(card("e") & (BOTH | BOARD_STAT), BOTH | BOARD_STAT);
	snprintf(path, sizeof(path), "%s/d", top);
	assert_int_equal(card(path), 0);
	OK(SYS_stat, path, &st);
	assert_true(card(path) & BOARD_STAT);
	FAILS(ENOENT, SYS_stat, "d/none", &st);
	FAILS(ENOENT, SYS_access, "none/none", R_OK);
	assert_true(card("d/none") & BOARD_ABSENT);
	assert_true(card("none/none") & BOARD_ABSENT);

	/* A change by this process concerns what it concerns. */
	add("d/none");
	assert_int_equal(card("d/none") & (BOTH | BOARD_LIVE | BOARD_ABSENT), BOTH | BOARD_LIVE);
	assert_int_equal(card("d"), 0);
	assert_int_equal(card(path), 0);
	assert_true(card("none/none") & BOARD_ABSENT);
	assert_true(card("e") & BOARD_STAT);
	OK(SYS_access, "d/none", R_OK);
	assert_int_equal(card("d/none") >> BOARD_REAL & 7, R_OK | W_OK);
	OK(SYS_rename, "d/none", "d/other");
	assert_int_equal(card("d/none"), 0);
	assert_true(card("e") & BOARD_STAT);
	OK(SYS_mkdir, "none", 0755);
	assert_int_equal(card("none/none"), 0);

	/* What others may be found by: all. */
	OK(SYS_stat, "e", &st);
	OK(SYS_access, "d/other", R_OK);
	OK(SYS_chmod, "d", 0700);
	assert_int_equal(card("d/other"), 0);
	OK(SYS_access, "d/other", R_OK);
	OK(SYS_rename, "d", "moved");
	assert_int_equal(card("d/other"), 0);
	OK(SYS_symlink, "moved", "d");
	OK(SYS_lstat, "d", &st);
	assert_int_equal(card("d") & BOTH, BOARD_NOFOLLOW);
	OK(SYS_stat, "d", &st);
	assert_int_equal(card("d") & BOTH, BOARD_FOLLOW);
	OK(SYS_stat, "d/other", &st);
	assert_int_equal(card("d/other") & BOTH, BOARD_FOLLOW);
	OK(SYS_unlink, "d");
	assert_int_equal(card("d/other"), 0);

	/* A change by another, at once. */
	OK(SYS_stat, "e", &st);
	make_file(NULL, "g", "of dfs");
	assert_int_equal(card("e"), 0);

	/* Somebody else. */
	OK(SYS_stat, "e", &st);
	assert_true(card("e") & BOARD_STAT);
	creds_changes++;
	assert_int_not_equal(board.creds, creds_changes);
	OK(SYS_stat, "moved", &st);
	assert_int_equal(board.creds, creds_changes);
	assert_int_equal(card("e"), 0);

	/* What depends on more than the container has no card. */
	OK(SYS_symlink, top, "away");
	OK(SYS_stat, "away/e", &st);
	assert_int_equal(card("away/e"), 0);
}

#define MANY 32700 /* somewhat fewer than the nodes there may be */

/* A node that is forgotten in the call that makes the name: its card does not outlive that. The first test of all. */
static void cards_of_the_forgotten(void **state)
{
	struct stat st;
	char name[16];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		FAILS(ENOENT, SYS_stat, name, &st);
	}
	FAILS(ENOENT, SYS_stat, "n0", &st);
	assert_true(card("n0") & BOARD_ABSENT);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		FAILS(ENOENT, SYS_stat, name, &st);
		assert_true(card(name) & BOARD_ABSENT);
		OK(SYS_mkdir, name, 0755);
		assert_int_equal(card(name), 0);
	}
	assert_int_equal(card("n0"), 0); /* they have been forgotten */
}

/* Size and times are on the board while nobody can write. */
static void cards_of_files(void **state)
{
	struct board_answer answer;
	struct board_ref ref;
	struct board_key key;
	struct stat st;
	int fd = make("f");

	(void)state;
	assert_int_equal(write(fd, "hello", 5), 5);
	for (int i = 0; i < 300; i++)
		OK(SYS_stat, "f", &st);
	assert_int_equal(card("f") & (BOTH | BOARD_STAT), BOTH);
	OK(SYS_fstat, fd, &st);
	assert_true(board_key(&key, BOARD_OPEN | board.fd_node[fd], NULL));
	assert_true(board_find(&board, &key, &answer, &ref) && (answer.flags & BOARD_LIVE));
	OK(SYS_close, fd);
	assert_int_equal(board.fd_node[fd], 0);
	for (int i = 0; i < 300 && !(card("f") & BOARD_STAT); i++)
		OK(SYS_stat, "f", &st);
	assert_true(card("f") & BOARD_STAT);
	fd = (int)CALL(SYS_open, "f", O_WRONLY);
	assert_int_equal(card("f") & (BOARD_STAT | BOARD_LIVE), BOARD_LIVE);
	OK(SYS_close, fd);
	for (int i = 0; i < 300 && !(card("f") & BOARD_STAT); i++)
		OK(SYS_stat, "f", &st);
	assert_true(card("f") & BOARD_STAT);
	OK(SYS_truncate, "f", 1);
	assert_int_equal(card("f"), 0);
}

/* A writer that has opened a descriptor. */
static void cards_of_reopened(void **state)
{
	char path[32];
	struct stat st;
	int fd = make("f"), writer;

	(void)state;
	assert_int_equal(write(fd, "hello", 5), 5);
	OK(SYS_close, fd);
	for (int i = 0; i < 300 && !(card("f") & BOARD_STAT); i++)
		OK(SYS_stat, "f", &st);
	assert_true(card("f") & BOARD_STAT);
	fd = (int)CALL(SYS_open, "f", O_RDONLY);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	writer = (int)CALL(SYS_open, path, O_WRONLY | O_APPEND);
	assert_int_equal(kinds[writer], IL_KIND_FILE);
	assert_int_equal(write(writer, "more", 4), 4);
	assert_int_equal(card("f") & BOARD_STAT, 0);
	OK(SYS_stat, "f", &st);
	assert_int_equal(st.st_size, 9);
	OK(SYS_unlink, "f"); /* now it has no name */
	OK(SYS_close, writer);
	writer = (int)CALL(SYS_open, path, O_WRONLY | O_TRUNC);
	OK(SYS_fstat, fd, &st);
	assert_int_equal(st.st_size, 0);
	OK(SYS_close, writer);
	OK(SYS_close, fd);
}

/* What the outside opens, as the card says where. */
static int open_by_card(const char *path, uint64_t *node)
{
	struct board_answer answer;
	struct board_ref ref;
	struct board_key key;
	int fd;

	assert_true(board_key(&key, board.cwd, path));
	assert_true(board_find(&board, &key, &answer, &ref) && (answer.flags & BOARD_PLAIN));
	fd = (int)syscall(SYS_openat, (int)board.cont[answer.cont].dir_fd, answer.name, O_RDONLY);
	assert_true(fd >= 0);
	*node = answer.node;
	return fd;
}

/* As the outside does it. */
static int open_outside(const char *path)
{
	uint64_t node;
	int fd = open_by_card(path, &node);

	board.fd_node[fd] = node;
	board.opened[fd] = node | (uint64_t)O_RDONLY << BOARD_NODE_BITS;
	board.opened_bits[fd / 64] |= 1ULL << fd % 64;
	return fd;
}

/* By the parent of a child of vfork(), before and after a call of the child's. */
static void opened_around_vfork(void **state)
{
	struct stat st;
	int fd[2];

	(void)state;
	add("f");
	OK(SYS_access, "f", R_OK);
	fd[0] = open_outside("f");
	in_vfork_child = 1;
	OK(SYS_stat, "f", &st);
	in_vfork_child = 0;
	assert_int_equal(kinds[fd[0]], IL_KIND_FILE);
	fd[1] = open_outside("f");
	OK(SYS_stat, "f", &st);
	assert_int_equal(kinds[fd[1]], IL_KIND_FILE);
	for (int i = 0; i < 2; i++) {
		OK(SYS_close, fd[i]);
		assert_int_equal(kinds[fd[i]], IL_KIND_NONE);
	}
}

static void opened_outside(void **state)
{
	struct stat st;
	uint64_t node;
	char buf[8];
	int fd = make("f"), other;

	(void)state;
	assert_int_equal(write(fd, "hello", 5), 5);
	OK(SYS_close, fd);
	OK(SYS_access, "f", R_OK);
	fd = open_outside("f");
	assert_int_equal(read(fd, buf, sizeof(buf)), 5);
	OK(SYS_unlink, "f"); /* it is seen first */
	assert_int_equal(board.opened[fd], 0);
	assert_int_equal(kinds[fd], IL_KIND_FILE);
	OK(SYS_fstat, fd, &st);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_nlink, 0);
	OK(SYS_close, fd);
	assert_int_equal(kinds[fd], IL_KIND_NONE);

	/* One that the outside has closed again. */
	add("f");
	fd = (int)CALL(SYS_open, "f", O_RDONLY);
	other = open_by_card("f", &node);
	board.opened_bits[other / 64] |= 1ULL << other % 64;
	OK(SYS_fstat, fd, &st);
	assert_int_equal(kinds[other], IL_KIND_NONE);
	close(other);
	OK(SYS_close, fd);
}

static void paths(void **state)
{
	char path[PATH_MAX];
	struct stat a, b;

	(void)state;
	OK(SYS_mkdir, "d", 0755);
	OK(SYS_mkdir, "d/e", 0755);
	add("d/e/f");
	OK(SYS_stat, "d/e/f", &a);
	OK(SYS_stat, "d/../d/./e//f", &b);
	assert_int_equal(a.st_ino, b.st_ino);
	snprintf(path, sizeof(path), "%s/../%s/d/e/f", top, cont);
	OK(SYS_stat, path, &b);
	assert_int_equal(a.st_ino, b.st_ino);
	FAILS(ENOTDIR, SYS_stat, "d/e/f/x", &b);
	FAILS(ENOTDIR, SYS_stat, "d/e/f/", &b);
	FAILS(ENOENT, SYS_stat, "", &b);
	FAILS(ENOENT, SYS_stat, "d/x/f", &b);
	FAILS(EFAULT, SYS_stat, NULL, &b);
	memset(path, 'n', 256);
	path[256] = '\0';
	FAILS(ENAMETOOLONG, SYS_stat, path, &b);
	OK(SYS_stat, "../../../etc", &b); /* out of it */
	assert_true(was_passed);
}

static void links(void **state)
{
	char target[16];
	struct stat st;

	(void)state;
	add("f");
	OK(SYS_symlink, "f", "l");
	OK(SYS_symlink, "l2", "l1");
	OK(SYS_symlink, "l1", "l2");
	OK(SYS_symlink, "/etc", "out");
	OK(SYS_symlink, "new", "dangling");
	assert_int_equal(CALL(SYS_readlink, "l", target, sizeof(target)), 1);
	OK(SYS_lstat, "l", &st);
	assert_true(S_ISLNK(st.st_mode));
	OK(SYS_stat, "l", &st);
	assert_true(S_ISREG(st.st_mode));
	FAILS(ELOOP, SYS_stat, "l1", &st);
	FAILS(ELOOP, SYS_open, "l", O_RDONLY | O_NOFOLLOW);
	FAILS(EINVAL, SYS_readlink, "f", target, sizeof(target));
	OK(SYS_stat, "out", &st);
	assert_true(was_passed);
	OK(SYS_close, CALL(SYS_open, "dangling", O_CREAT | O_RDWR, 0644));
	OK(SYS_stat, "new", &st);
}

static void renaming(void **state)
{
	struct stat st, gone;
	int fd, old;

	(void)state;
	OK(SYS_mkdir, "d", 0755);
	OK(SYS_mkdir, "d/sub", 0755);
	fd = make("a");
	old = make("d/b");
	OK(SYS_fstat, fd, &st);
	OK(SYS_rename, "a", "d/b");
	OK(SYS_fstat, old, &gone);
	assert_int_equal(gone.st_nlink, 0);
	OK(SYS_fstat, fd, &gone);
	assert_int_equal(gone.st_nlink, 1);
	assert_int_equal(gone.st_ino, st.st_ino);
	OK(SYS_fchmod, fd, 0600); /* by its new place */
	OK(SYS_stat, "d/b", &st);
	assert_int_equal(st.st_mode & 07777, 0600);
	FAILS(EINVAL, SYS_rename, "d", "d/sub/d");
	FAILS(ENOTEMPTY, SYS_rename, "d/sub", "d");
	FAILS(ENOENT, SYS_rename, "a", "x");
	FAILS(ENOTDIR, SYS_rename, "d/b", "x/");
	add("x");
	FAILS(EEXIST, SYS_renameat2, AT_FDCWD, "x", AT_FDCWD, "d/b", 1);
	OK(SYS_renameat2, AT_FDCWD, "x", AT_FDCWD, "d/b", 2);
	OK(SYS_fstat, fd, &st);
	OK(SYS_stat, "x", &gone);
	assert_int_equal(gone.st_ino, st.st_ino);
	FAILS(EXDEV, SYS_rename, "x", "/tmp/x");
	OK(SYS_close, fd);
	OK(SYS_close, old);
}

static void removing(void **state)
{
	struct stat st;
	char buf[4];
	int fd;

	(void)state;
	fd = make("f");
	assert_int_equal(write(fd, "abc", 3), 3);
	OK(SYS_setxattr, "f", "user.a", "1", 1, 0);
	OK(SYS_unlink, "f");
	FAILS(ENOENT, SYS_stat, "f", &st);
	OK(SYS_fstat, fd, &st);
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(st.st_size, 3);
	assert_int_equal(pread(fd, buf, 4, 0), 3);
	assert_int_equal(CALL(SYS_fgetxattr, fd, "user.a", buf, 4), 1);
	OK(SYS_close, fd);
	OK(SYS_mkdir, "d", 0755);
	add("d/f");
	FAILS(ENOTEMPTY, SYS_rmdir, "d");
	FAILS(EISDIR, SYS_unlink, "d");
	FAILS(ENOTDIR, SYS_rmdir, "d/f");
	FAILS(EINVAL, SYS_rmdir, "d/.");
	OK(SYS_unlink, "d/f");
	OK(SYS_rmdir, "d");
}

static int count(const char *path)
{
	char buf[1024];
	int n = 0, fd = (int)CALL(SYS_open, path, O_RDONLY | O_DIRECTORY);
	long len;

	assert_true(fd >= 0);
	while ((len = CALL(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
		for (long i = 0; i < len; i += ((struct dirent *)(void *)(buf + i))->d_reclen)
			n++;
	assert_int_equal(len, 0);
	OK(SYS_close, fd);
	return n;
}

static void listing(void **state)
{
	char name[16], buf[64];
	int fd;

	(void)state;
	assert_int_equal(count("."), 2);
	for (int i = 0; i < 700; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		add(name);
	}
	assert_int_equal(count("."), 702);
	fd = (int)CALL(SYS_open, ".", O_RDONLY);
	FAILS(EINVAL, SYS_getdents64, fd, buf, 8);
	assert_int_equal(read(fd, buf, 1), -1); /* as any directory */
	assert_int_equal(errno, EISDIR);
	OK(SYS_unlinkat, fd, "f1", 0);
	OK(SYS_close, fd);
	assert_int_equal(count("."), 701);
}

static void descriptors(void **state)
{
	struct stat st, dup_st;
	int fd, dir;
	long copy;

	(void)state;
	OK(SYS_mkdir, "d", 0755);
	fd = make("d/f");
	copy = CALL(SYS_dup, fd);
	OK(SYS_close, fd);
	OK(SYS_fstat, copy, &dup_st);
	OK(SYS_stat, "d/f", &st);
	assert_int_equal(st.st_ino, dup_st.st_ino);
	dir = (int)CALL(SYS_open, "d", O_RDONLY);
	assert_int_equal(CALL(SYS_dup2, dir, copy), copy);
	OK(SYS_newfstatat, copy, "f", &dup_st, 0);
	assert_int_equal(st.st_ino, dup_st.st_ino);
	OK(SYS_close_range, dir < copy ? dir : copy, dir < copy ? copy : dir, 0);
	assert_int_equal(kinds[dir], IL_KIND_NONE);
	FAILS(EBADF, SYS_fstat, copy, &st);
}

/* The program closes everything, and the library lives on. */
static void close_all(void **state)
{
	struct stat st;

	(void)state;
	add("f");
	OK(SYS_close_range, 100, UINT32_MAX, 0);
	for (int fd = 100; fd < 300; fd++)
		CALL(SYS_close, fd);
	OK(SYS_stat, "f", &st);
	OK(SYS_mkdir, "d", 0755);
}

static void attributes(void **state)
{
	struct timespec times[2] = {{1000, 5}, {2000, 7}};
	struct stat st;
	int fd;

	(void)state;
	fd = make("f");
	OK(SYS_chmod, "f", 0640);
	OK(SYS_utimensat, AT_FDCWD, "f", times, 0);
	OK(SYS_fstat, fd, &st);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(st.st_atim.tv_sec, 1000);
	assert_int_equal(st.st_mtim.tv_sec, 2000);
	assert_int_equal(st.st_mtim.tv_nsec, 7);
	assert_int_equal(write(fd, "x", 1), 1);
	OK(SYS_fstat, fd, &st);
	assert_true(st.st_mtim.tv_sec > 2000);
	OK(SYS_truncate, "f", 100);
	OK(SYS_fstat, fd, &st);
	assert_int_equal(st.st_size, 100);
	FAILS(EINVAL, SYS_truncate, "f", -1);
	FAILS(EISDIR, SYS_truncate, ".", 0);
	OK(SYS_chown, "f", geteuid(), -1);
	FAILS(EPERM, SYS_chown, "f", geteuid() + 1, -1);
	OK(SYS_fsync, fd);
	OK(SYS_close, fd);
}

static void xattrs(void **state)
{
	char buf[64];

	(void)state;
	add("f");
	OK(SYS_setxattr, "f", "user.a", "value", 5, 0);
	FAILS(EEXIST, SYS_setxattr, "f", "user.a", "v", 1, XATTR_CREATE);
	FAILS(ENODATA, SYS_setxattr, "f", "user.b", "v", 1, XATTR_REPLACE);
	assert_int_equal(CALL(SYS_getxattr, "f", "user.a", buf, sizeof(buf)), 5);
	FAILS(ERANGE, SYS_getxattr, "f", "user.a", buf, 2);
	assert_int_equal(CALL(SYS_listxattr, "f", buf, sizeof(buf)), 7);
	OK(SYS_removexattr, "f", "user.a");
	FAILS(ENODATA, SYS_getxattr, "f", "user.a", buf, sizeof(buf));
	FAILS(EOPNOTSUPP, SYS_setxattr, "f", "security.x", "v", 1, 0);
}

static void working_directory(void **state)
{
	char want[PATH_MAX], got[PATH_MAX];

	(void)state;
	OK(SYS_mkdir, "d", 0755);
	OK(SYS_chdir, "d");
	snprintf(want, sizeof(want), "%s/d", top);
	assert_int_equal(CALL(SYS_getcwd, got, sizeof(got)), strlen(want) + 1);
	assert_string_equal(got, want);
	FAILS(ERANGE, SYS_getcwd, got, 3);
	add("f");
	OK(SYS_chdir, "..");
	OK(SYS_unlink, "d/f");
	OK(SYS_chdir, "d");
	OK(SYS_rmdir, "../d");
	FAILS(ENOENT, SYS_getcwd, got, sizeof(got));
	FAILS(ENOENT, SYS_open, "f", O_CREAT | O_RDWR, 0644);
}

static void read_only(void **state)
{
	char path[192];
	struct stat st;

	(void)state;
	add("f");
	snprintf(path, sizeof(path), "/nowhere/ro/%s/f", cont);
	OK(SYS_stat, path, &st);
	FAILS(EROFS, SYS_open, path, O_RDWR);
	FAILS(EROFS, SYS_truncate, path, 0);
	FAILS(EROFS, SYS_chmod, path, 0600);
	FAILS(EROFS, SYS_unlink, path);
	snprintf(path, sizeof(path), "/nowhere/ro/%s/new", cont);
	FAILS(EROFS, SYS_open, path, O_CREAT | O_RDWR, 0644);
	FAILS(EROFS, SYS_mkdir, path, 0755);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, enter, leave)
	const struct CMUnitTest tests[] = {
	    CASE(cards_of_the_forgotten),
	    CASE(create_and_read_back),
	    CASE(others_see_it),
	    CASE(cards),
	    CASE(cards_of_files),
	    CASE(cards_of_reopened),
	    CASE(opened_outside),
	    CASE(opened_around_vfork),
	    CASE(paths),
	    CASE(links),
	    CASE(renaming),
	    CASE(removing),
	    CASE(listing),
	    CASE(descriptors),
	    CASE(close_all),
	    CASE(attributes),
	    CASE(xattrs),
	    CASE(working_directory),
	    CASE(read_only),
	};

	return cmocka_run_group_tests_name("intercept-fs", tests, start, group_teardown);
}
