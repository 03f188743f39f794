/* open.c: open(2), creat(2): creation, access modes, flags, errors. */
#include "helpers.h"

static void creat_mode(void)
{
	umask(022);
	close(OK(open("a", O_CREAT | O_WRONLY, 0666)));
	EQ(STAT("a").st_mode, S_IFREG | 0644);
	umask(077);
	close(OK(open("b", O_CREAT | O_WRONLY, 0777)));
	EQ(STAT("b").st_mode, S_IFREG | 0700);
	umask(0);
	close(OK(open("c", O_CREAT | O_WRONLY, 0)));
	EQ(STAT("c").st_mode, S_IFREG);
}

static void creat_special_bits(void)
{
	umask(0);
	close(OK(open("a", O_CREAT | O_WRONLY, 04755)));
	EQ(STAT("a").st_mode, S_IFREG | 04755);
}

static void creat_attributes(void)
{
	int fd = OK(creat("a", 0644));
	struct stat st = FSTAT(fd);

	EQ(st.st_size, 0);
	EQ(st.st_nlink, 1);
	EQ(st.st_uid, geteuid());
	EQ(st.st_gid, getegid());
	EQ(st.st_rdev, 0);
	EQ(st.st_blocks, 0);
}

static void creat_parent_times(void)
{
	struct stat before = STAT("."), after;

	tick();
	close(MAKE("a"));
	after = STAT(".");
	TRUE(ts_cmp(after.st_mtim, before.st_mtim) > 0);
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
}

static void creat_times_now(void)
{
	struct timespec before, after;
	struct stat st;

	clock_gettime(CLOCK_REALTIME, &before);
	tick();
	close(MAKE("a"));
	st = STAT("a");
	tick();
	clock_gettime(CLOCK_REALTIME, &after);
	TRUE(ts_cmp(st.st_mtim, before) >= 0 && ts_cmp(st.st_mtim, after) <= 0);
	TRUE(ts_cmp(st.st_ctim, before) >= 0 && ts_cmp(st.st_ctim, after) <= 0);
}

static void creat_existing_keeps(void)
{
	ino_t ino;

	PUT("a", "text");
	OK(chmod("a", 0600));
	ino = STAT("a").st_ino;
	close(OK(open("a", O_CREAT | O_RDWR, 0777)));
	EQ(STAT("a").st_mode, S_IFREG | 0600);
	EQ(STAT("a").st_ino, ino);
	HAS("a", "text");
}

static void creat_readonly_mode_writable(void)
{
	int fd = OK(open("a", O_CREAT | O_WRONLY | O_EXCL, 0400));

	EQ(write(fd, "abc", 3), 3);
	OK(close(fd));
	HAS("a", "abc");
}

static void creat_mode0_fd_works(void)
{
	int fd = OK(open("a", O_CREAT | O_RDWR, 0));
	char c;

	EQ(write(fd, "x", 1), 1);
	EQ(pread(fd, &c, 1, 0), 1);
	EQ(c, 'x');
}

static void excl_new(void)
{
	close(OK(open("a", O_CREAT | O_EXCL | O_WRONLY, 0644)));
	EQ(STAT("a").st_size, 0);
}

static void excl_existing(void)
{
	PUT("a", "x");
	OK(mkdir("d", 0755));
	FAILS(EEXIST, open("a", O_CREAT | O_EXCL | O_RDWR, 0644));
	FAILS(EEXIST, open("d", O_CREAT | O_EXCL | O_RDWR, 0644));
	HAS("a", "x");
}

static void excl_symlink(void)
{
	OK(symlink("nowhere", "l"));
	FAILS(EEXIST, open("l", O_CREAT | O_EXCL | O_RDWR, 0644));
	TRUE(!exists("nowhere"));
}

static void creat_through_dangling(void)
{
	OK(symlink("target", "l"));
	PUT("l", "via link");
	TRUE(S_ISLNK(LSTAT("l").st_mode));
	HAS("target", "via link");
}

static void missing(void)
{
	FAILS(ENOENT, open("none", O_RDONLY));
	FAILS(ENOENT, open("none", O_RDWR));
	FAILS(ENOENT, open("none", O_WRONLY | O_TRUNC));
	FAILS(ENOENT, open("none/a", O_CREAT | O_RDWR, 0644));
	FAILS(ENOENT, open("", O_RDONLY));
}

static void missing_again(void)
{
	/* A remembered "does not exist" must not outlive the creation. */
	for (int i = 0; i < 20; i++) {
		FAILS(ENOENT, open("a", O_RDONLY));
		close(MAKE("a"));
		close(OK(open("a", O_RDONLY)));
		OK(unlink("a"));
	}
}

static void component_not_dir(void)
{
	PUT("f", "");
	FAILS(ENOTDIR, open("f/a", O_RDONLY));
	FAILS(ENOTDIR, open("f/a", O_CREAT | O_RDWR, 0644));
	FAILS(ENOTDIR, open("f/..", O_RDONLY));
	FAILS(ENOTDIR, open("f/.", O_RDONLY));
}

static void dir_for_writing(void)
{
	OK(mkdir("d", 0755));
	FAILS(EISDIR, open("d", O_WRONLY));
	FAILS(EISDIR, open("d", O_RDWR));
	FAILS(EISDIR, open("d", O_RDONLY | O_CREAT, 0644));
	FAILS(EISDIR, open("d", O_RDONLY | O_TRUNC));
	FAILS(EISDIR, open(".", O_WRONLY));
}

static void dir_for_reading(void)
{
	char buf[16];
	int fd;

	OK(mkdir("d", 0755));
	fd = OK(open("d", O_RDONLY));
	FAILS(EISDIR, read(fd, buf, sizeof(buf)));
	FAILS(EBADF, write(fd, buf, sizeof(buf)));
}

static void directory_flag(void)
{
	PUT("f", "");
	OK(mkdir("d", 0755));
	OK(symlink("d", "ld"));
	OK(symlink("f", "lf"));
	OK(open("d", O_RDONLY | O_DIRECTORY));
	OK(open("ld", O_RDONLY | O_DIRECTORY));
	FAILS(ENOTDIR, open("f", O_RDONLY | O_DIRECTORY));
	FAILS(ENOTDIR, open("lf", O_RDONLY | O_DIRECTORY));
	FAILS(ENOENT, open("none", O_RDONLY | O_DIRECTORY));
}

static void nofollow(void)
{
	PUT("f", "x");
	OK(symlink("f", "l"));
	FAILS(ELOOP, open("l", O_RDONLY | O_NOFOLLOW));
	FAILS(ELOOP, open("l", O_WRONLY | O_TRUNC | O_NOFOLLOW));
	OK(open("f", O_RDONLY | O_NOFOLLOW));
	HAS("f", "x");
}

static void nofollow_last_only(void)
{
	OK(mkdir("d", 0755));
	PUT("d/f", "x");
	OK(symlink("d", "l"));
	OK(open("l/f", O_RDONLY | O_NOFOLLOW));
	FAILS2(ELOOP, ENOTDIR, open("l", O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
}

static void trailing_slash(void)
{
	PUT("f", "");
	FAILS(ENOTDIR, open("f/", O_RDONLY));
	FAILS(EISDIR, open("new/", O_CREAT | O_RDWR, 0644));
	OK(mkdir("d", 0755));
	OK(open("d/", O_RDONLY));
	TRUE(!exists("new"));
}

static void trunc_empties(void)
{
	struct stat before, after;
	int fd;

	PUT("f", "some text");
	fd = OK(open("f", O_RDONLY));
	before = FSTAT(fd);
	tick();
	close(OK(open("f", O_WRONLY | O_TRUNC)));
	after = FSTAT(fd);
	EQ(after.st_size, 0);
	EQ(after.st_ino, before.st_ino);
	TRUE(ts_cmp(after.st_mtim, before.st_mtim) > 0);
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
	HAS("f", "");
}

static void trunc_then_write(void)
{
	int fd;

	PUT("f", "a much longer text");
	fd = OK(open("f", O_RDWR | O_TRUNC));
	EQ(write(fd, "abc", 3), 3);
	OK(close(fd));
	HAS("f", "abc");
}

static void access_mode_holds(void)
{
	char buf[4];
	int fd;

	PUT("f", "text");
	fd = OK(open("f", O_RDONLY));
	FAILS(EBADF, write(fd, "x", 1));
	FAILS(EBADF, pwrite(fd, "x", 1, 0));
	fd = OK(open("f", O_WRONLY));
	FAILS(EBADF, read(fd, buf, 4));
	FAILS(EBADF, pread(fd, buf, 4, 0));
}

static void permission_bits(void)
{
	need_user();
	PUT("r", "");
	PUT("w", "");
	PUT("none", "");
	OK(chmod("r", 0400));
	OK(chmod("w", 0200));
	OK(chmod("none", 0077));
	OK(open("r", O_RDONLY));
	FAILS(EACCES, open("r", O_WRONLY));
	FAILS(EACCES, open("r", O_RDWR));
	FAILS(EACCES, open("r", O_RDONLY | O_TRUNC));
	OK(open("w", O_WRONLY));
	FAILS(EACCES, open("w", O_RDONLY));
	FAILS(EACCES, open("none", O_RDONLY));
	FAILS(EACCES, open("none", O_WRONLY));
}

static void permission_dir(void)
{
	need_user();
	OK(mkdir("d", 0755));
	PUT("d/f", "");
	OK(chmod("d", 0500));
	OK(open("d/f", O_RDWR));
	FAILS(EACCES, open("d/new", O_CREAT | O_RDWR, 0644));
	OK(chmod("d", 0600));
	FAILS(EACCES, open("d/f", O_RDONLY));
	FAILS(EACCES, open("d/none", O_RDONLY));
	OK(chmod("d", 0300));
	OK(open("d/f", O_RDWR));
	FAILS(EACCES, open("d", O_RDONLY));
	close(OK(open("d/new", O_CREAT | O_RDWR, 0644)));
}

static void root_overrides(void)
{
	need_root();
	PUT("f", "x");
	OK(chmod("f", 0));
	OK(open("f", O_RDWR));
}

static void open_keeps_times(void)
{
	struct stat before, after;

	PUT("f", "x");
	before = STAT("f");
	tick();
	close(OK(open("f", O_RDWR)));
	close(OK(open("f", O_RDWR | O_CREAT, 0644)));
	after = STAT("f");
	EQ(ts_cmp(after.st_mtim, before.st_mtim), 0);
	EQ(ts_cmp(after.st_ctim, before.st_ctim), 0);
}

static void lowest_fd(void)
{
	int a = MAKE("a"), b = MAKE("b");

	OK(close(a));
	EQ(open("b", O_RDONLY), a);
	OK(close(b));
	EQ(open("b", O_RDONLY), b);
}

static void openat_forms(void)
{
	int d, f;

	OK(mkdir("d", 0755));
	PUT("d/f", "x");
	d = OK(open("d", O_RDONLY | O_DIRECTORY));
	f = OK(openat(d, "f", O_RDONLY));
	OK(openat(d, "../d/f", O_RDONLY));
	OK(openat(AT_FDCWD, "d/f", O_RDONLY));
	FAILS(ENOTDIR, openat(f, "g", O_RDONLY));
	FAILS(EBADF, openat(-1, "f", O_RDONLY));
	FAILS(ENOENT, openat(d, "d", O_RDONLY));
	OK(openat(-1, "/", O_RDONLY));
}

static void new_visible_to_others(void)
{
	struct gate gate;
	pid_t pid;

	gate_init(&gate);
	pid = FORK();
	if (pid == 0) {
		gate_wait(&gate);
		HAS("f", "hello");
		_exit(0);
	}
	PUT("f", "hello");
	gate_open(&gate);
	JOIN(pid);
}

static void stdio_modes(void)
{
	char text[16];
	FILE *f;

	f = SOME(fopen("f", "wx"));
	TRUE(fputs("one\n", f) >= 0);
	EQ(fclose(f), 0);
	TRUE(fopen("f", "wx") == NULL && errno == EEXIST);
	f = SOME(fopen("f", "a+"));
	TRUE(fputs("two\n", f) >= 0);
	rewind(f);
	SOME(fgets(text, sizeof(text), f));
	STR(text, "one\n");
	EQ(fclose(f), 0);
	f = SOME(fopen("f", "r+"));
	TRUE(fputs("ONE", f) >= 0);
	EQ(fclose(f), 0);
	HAS("f", "ONE\ntwo\n");
}

static void mkstemp_family(void)
{
	char a[] = "tmpXXXXXX", d[] = "dirXXXXXX";
	int fd = OK(mkstemp(a));

	EQ(FSTAT(fd).st_mode, S_IFREG | 0600);
	SOME(mkdtemp(d));
	EQ(STAT(d).st_mode, S_IFDIR | 0700);
}

static const struct ps_case cases[] = {
    {"creat_mode", "a new file has the mode given, less the umask", creat_mode},
    {"creat_special_bits", "set-user-id is kept at creation", creat_special_bits},
    {"creat_attributes", "a new file is empty, has one link and belongs to the caller", creat_attributes},
    {"creat_parent_times", "creation marks the directory's mtime and ctime", creat_parent_times},
    {"creat_times_now", "a new file's times are the time of creation", creat_times_now},
    {"creat_existing_keeps", "O_CREAT changes nothing in a file that exists", creat_existing_keeps},
    {"creat_readonly_mode_writable", "the mode does not bind the open that creates", creat_readonly_mode_writable},
    {"creat_mode0_fd_works", "mode 0 does not bind the open that creates", creat_mode0_fd_works},
    {"excl_new", "O_EXCL creates what does not exist", excl_new},
    {"excl_existing", "O_EXCL fails with EEXIST on what exists", excl_existing},
    {"excl_symlink", "O_EXCL fails with EEXIST on a symbolic link, dangling or not", excl_symlink},
    {"creat_through_dangling", "O_CREAT through a dangling link creates the target", creat_through_dangling},
    {"missing", "ENOENT for a missing file or directory and an empty path", missing},
    {"missing_again", "what was missing is found once it is created", missing_again},
    {"component_not_dir", "ENOTDIR where a component is not a directory", component_not_dir},
    {"dir_for_writing", "EISDIR for a directory and an open for writing", dir_for_writing},
    {"dir_for_reading", "a directory opens for reading, read(2) answers EISDIR", dir_for_reading},
    {"directory_flag", "O_DIRECTORY takes directories only (ENOTDIR)", directory_flag},
    {"nofollow", "O_NOFOLLOW fails with ELOOP on a symbolic link", nofollow},
    {"nofollow_last_only", "O_NOFOLLOW concerns the last component only", nofollow_last_only},
    {"trailing_slash", "a trailing slash asks for a directory", trailing_slash},
    {"trunc", "O_TRUNC empties the same file and marks its times", trunc_empties},
    {"trunc_then_write", "nothing of the old content is left after O_TRUNC", trunc_then_write},
    {"access_mode_holds", "EBADF for reading or writing against the access mode", access_mode_holds},
    {"permission_bits", "EACCES where the file's mode does not allow", permission_bits},
    {"permission_dir", "EACCES where a directory's mode does not allow search or write", permission_dir},
    {"root_overrides", "root opens a file of mode 0", root_overrides},
    {"open_keeps_times", "opening alone changes neither mtime nor ctime", open_keeps_times},
    {"lowest_fd", "the lowest free descriptor is returned", lowest_fd},
    {"openat_forms", "openat: relative to a directory, AT_FDCWD, EBADF, ENOTDIR, absolute paths", openat_forms},
    {"new_visible_to_others", "another process sees a new file at once", new_visible_to_others},
    {"stdio_modes", "fopen: wx, a+, r+", stdio_modes},
    {"mkstemp_family", "mkstemp and mkdtemp make private files and directories", mkstemp_family},
};
PS_GROUP(open);
