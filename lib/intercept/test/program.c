/*
 * program.c: what runs under the library in intercept.sh. Below `seen` is what is below `real`: each call by one name
 * is compared with the same call by the other.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

static const char *seen, *real;
static int failed;

#define CHECK(cond)                                                                                  \
	do {                                                                                         \
		if (!(cond)) {                                                                       \
			fprintf(stderr, "%s:%d: %s (errno %d)\n", __func__, __LINE__, #cond, errno); \
			failed = 1;                                                                  \
		}                                                                                    \
	} while (0)

static const char *in(const char *dir, const char *name)
{
	static __thread char buf[4][PATH_MAX];
	static __thread unsigned next;
	char *p = buf[next++ % 4];

	snprintf(p, PATH_MAX, "%s/%s", dir, name);
	return p;
}

static bool there(const char *name)
{
	return syscall(SYS_faccessat, AT_FDCWD, in(real, name), F_OK) == 0;
}

static void put_file(const char *name)
{
	FILE *f = fopen(in(seen, name), "w");

	CHECK(f != NULL);
	if (f != NULL) {
		CHECK(fprintf(f, "hello %s\n", name) > 0);
		CHECK(fclose(f) == 0);
	}
}

static void test_open(void)
{
	int fd = open(in(seen, "a"), O_CREAT | O_RDWR | O_EXCL, 0644);
	const char *volatile nowhere = NULL;
	char buf[8];

	CHECK(fd >= 0 && there("a"));
	CHECK(write(fd, "12345678", 8) == 8 && pread(fd, buf, 8, 0) == 8 && memcmp(buf, "12345678", 8) == 0);
	CHECK(close(fd) == 0);
	CHECK(open(in(seen, "a"), O_CREAT | O_RDWR | O_EXCL, 0644) == -1 && errno == EEXIST);
	fd = openat(AT_FDCWD, in(seen, "none"), O_RDONLY);
	CHECK(fd == -1 && errno == ENOENT);
	fd = creat(in(seen, "b"), 0600);
	CHECK(fd >= 0 && there("b") && close(fd) == 0);
	fd = syscall(SYS_openat, AT_FDCWD, in(seen, "c"), O_CREAT | O_WRONLY, 0600);
	CHECK(fd >= 0 && there("c") && close(fd) == 0);
	CHECK(open(nowhere, O_RDONLY) == -1 && errno == EFAULT);
	CHECK(open((char *)-1L, O_RDONLY) == -1 && errno == EFAULT);
	CHECK(rename((char *)8L, in(seen, "a")) == -1 && errno == EFAULT);
	CHECK(rename(in(seen, "a"), (char *)8L) == -1 && errno == EFAULT);
	put_file("stdio");
	CHECK(there("stdio"));
}

static void test_socket(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK(fd >= 0);
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/s", seen);
	CHECK(bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 && errno == EPERM);
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s.s", seen);
	CHECK(bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 && close(fd) == 0 && unlink(sun.sun_path) == 0);
}

static void test_names(void)
{
	struct stat st;
	char buf[64] = "";

	put_file("n");
	CHECK(mkdir(in(seen, "d"), 0755) == 0 && there("d"));
	CHECK(mkdirat(AT_FDCWD, in(seen, "d/e"), 0755) == 0 && there("d/e"));
	CHECK(rename(in(seen, "n"), in(seen, "d/n")) == 0 && there("d/n"));
	CHECK(renameat(AT_FDCWD, in(seen, "d/n"), AT_FDCWD, in(seen, "n")) == 0 && there("n"));
	CHECK(renameat2(AT_FDCWD, in(seen, "n"), AT_FDCWD, in(seen, "d"), RENAME_NOREPLACE) == -1 && errno == EEXIST);
	CHECK(symlink("n", in(seen, "l")) == 0);
	CHECK(readlink(in(seen, "l"), buf, sizeof(buf)) == 1 && buf[0] == 'n');
	CHECK(stat(in(seen, "n"), &st) == 0 && st.st_size == 8);
	CHECK(lstat(in(seen, "l"), &st) == 0 && S_ISLNK(st.st_mode));
	CHECK(fstatat(AT_FDCWD, in(seen, "l"), &st, 0) == 0 && S_ISREG(st.st_mode));
	CHECK(access(in(seen, "n"), R_OK) == 0 && faccessat(AT_FDCWD, in(seen, "n"), R_OK, AT_EACCESS) == 0);
	CHECK(euidaccess(in(seen, "none"), R_OK) == -1 && errno == ENOENT);
	CHECK(chmod(in(seen, "n"), 0600) == 0 && stat(in(real, "n"), &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(truncate(in(seen, "n"), 3) == 0 && stat(in(real, "n"), &st) == 0 && st.st_size == 3);
	CHECK(utime(in(seen, "n"), NULL) == 0);
	CHECK(utimes(in(seen, "n"), NULL) == 0);
	CHECK(utimensat(AT_FDCWD, in(seen, "n"), NULL, 0) == 0);
	CHECK(chown(in(seen, "n"), -1, -1) == 0 && lchown(in(seen, "l"), -1, -1) == 0);
	CHECK(fchownat(AT_FDCWD, in(seen, "n"), -1, -1, 0) == 0);
	CHECK(getxattr(in(seen, "n"), "user.none", buf, sizeof(buf)) == -1 && errno != ENOENT);
	CHECK(listxattr(in(seen, "n"), buf, sizeof(buf)) >= 0);
	CHECK(unlink(in(seen, "l")) == 0 && !there("l"));
	CHECK(rmdir(in(seen, "d/e")) == 0 && remove(in(seen, "d")) == 0 && !there("d"));
}

static int walked;

static int on_entry(const char *path, const struct stat *st, int type)
{
	(void)path;
	(void)st;
	walked += type == FTW_F;
	return 0;
}

/* Calls that libc makes inside itself. */
static void test_libc(void)
{
	char name[PATH_MAX], resolved[PATH_MAX];
	struct dirent *e;
	struct statvfs vfs;
	glob_t g;
	int n = 0, fd;
	DIR *d;

	mkdir(in(seen, "dir"), 0755);
	put_file("dir/one");
	put_file("dir/two");
	d = opendir(in(seen, "dir"));
	CHECK(d != NULL);
	while (d != NULL && (e = readdir(d)) != NULL)
		n++;
	CHECK(n == 4);
	CHECK(d != NULL && closedir(d) == 0);
	CHECK(glob(in(seen, "dir/*"), 0, NULL, &g) == 0 && g.gl_pathc == 2);
	globfree(&g);
	CHECK(ftw(in(seen, "dir"), on_entry, 8) == 0 && walked == 2);
	snprintf(name, sizeof(name), "%s/dir/XXXXXX", seen);
	fd = mkstemp(name);
	CHECK(fd >= 0 && access(name, F_OK) == 0 && close(fd) == 0 && unlink(name) == 0);
	CHECK(realpath(in(seen, "dir/../dir/one"), resolved) != NULL && strcmp(resolved, in(seen, "dir/one")) == 0);
	CHECK(statvfs(in(seen, "dir"), &vfs) == 0);
}

static void test_cwd(void)
{
	char cwd[PATH_MAX], old[PATH_MAX], want[PATH_MAX];
	int here = open(".", O_RDONLY | O_DIRECTORY), fd;

	mkdir(in(seen, "w"), 0755);
	CHECK(getcwd(old, sizeof(old)) != NULL);
	CHECK(chdir(in(seen, "w")) == 0);
	snprintf(want, sizeof(want), "%s/w", seen);
	CHECK(getcwd(cwd, sizeof(cwd)) != NULL && strcmp(cwd, want) == 0);
	fd = open("rel", O_CREAT | O_WRONLY, 0644);
	CHECK(fd >= 0 && there("w/rel") && close(fd) == 0);
	CHECK(getcwd(cwd, 3) == NULL && errno == ERANGE);
	CHECK(fchdir(here) == 0);
	CHECK(getcwd(cwd, sizeof(cwd)) != NULL && strcmp(cwd, old) == 0);
	close(here);
	/* From above, by a relative path. */
	CHECK(chdir("/") == 0 && access(in(seen, "w/rel") + 1, F_OK) == 0);
	CHECK(chdir(old) == 0);
}

static void test_fds(void)
{
	int fd = open(in(seen, "fds"), O_CREAT | O_RDWR, 0644), dir = open(seen, O_RDONLY | O_DIRECTORY), other;
	struct stat st, st2;

	CHECK(fd >= 0 && dir >= 0);
	CHECK(fstat(fd, &st) == 0 && stat(in(real, "fds"), &st2) == 0 && st.st_ino == st2.st_ino);
	CHECK((other = dup(fd)) >= 0 && fstat(other, &st2) == 0 && st.st_ino == st2.st_ino && close(other) == 0);
	CHECK(dup2(fd, 77) == 77 && fstat(77, &st2) == 0 && close(77) == 0 && fstat(77, &st2) == -1);
	CHECK(dup3(fd, 78, O_CLOEXEC) == 78 && close(78) == 0);
	CHECK((other = fcntl(fd, F_DUPFD_CLOEXEC, 90)) == 90 && close(90) == 0);
	CHECK(fsync(fd) == 0 && fdatasync(fd) == 0 && syncfs(fd) == 0);
	CHECK(fchmod(fd, 0640) == 0 && fchown(fd, -1, -1) == 0 && futimens(fd, NULL) == 0);
	CHECK(openat(dir, "none", O_RDONLY) == -1 && errno == ENOENT);
	other = openat(dir, "fds", O_RDONLY);
	CHECK(other >= 0 && close(other) == 0);
	CHECK(unlinkat(dir, "fds", 0) == 0 && !there("fds"));
	CHECK(close_range(fd, fd, 0) == 0 && fcntl(fd, F_GETFD) == -1);
	CHECK(close(dir) == 0 && close(dir) == -1 && errno == EBADF);
}

/* Everything that a system call keeps: values in vector registers, and the red zone. */
static void test_registers(void)
{
	const char *path = in(seen, "none");
	double a = strlen(path) * 1.5, b = a + 1, c = b * 3;
	long rc = SYS_access;
	char out[64] __attribute__((aligned(32))) = "";

	__asm__ volatile("movq %[pattern], %%xmm15\n\t"
			 "movddup %%xmm15, %%xmm15\n\t"
			 "call *%[fn]\n\t"
			 "movups %%xmm15, %[out]"
			 : "+a"(rc), [out] "=m"(out)
			 : [pattern] "r"(0x1122334455667788L), [fn] "r"(access), "D"(path), "S"(F_OK)
			 : "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc", "xmm15");
	CHECK((int)rc == -1 && errno == ENOENT);
	for (int i = 0; i < 2; i++)
		CHECK(*(long *)(out + 8 * i) == 0x1122334455667788L);
	CHECK(b == a + 1 && c == b * 3);
}

static volatile sig_atomic_t ticks;

static void on_alarm(int sig)
{
	struct stat st;
	int saved = errno;

	(void)sig;
	ticks += stat(seen, &st) == 0;
	errno = saved;
}

static void test_signals(void)
{
	struct sigaction sa = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	struct itimerval fast = {{0, 500}, {0, 500}}, stop = {{0, 0}, {0, 0}};
	struct stat st;
	sigset_t mask;
	int bad = 0;

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &fast, NULL);
	for (int i = 0; i < 100000 && ticks < 50; i++)
		bad += stat(in(seen, "stdio"), &st) != 0;
	setitimer(ITIMER_REAL, &stop, NULL);
	CHECK(bad == 0 && ticks >= 50);
	CHECK(sigprocmask(SIG_SETMASK, NULL, &mask) == 0 && sigisemptyset(&mask));
}

static void *work(void *arg)
{
	char name[64];
	struct stat st;
	long bad = 0;

	for (int i = 0; i < 300; i++) {
		int fd;

		snprintf(name, sizeof(name), "t%ld-%d", (long)arg, i);
		fd = open(in(seen, "stdio"), O_RDONLY);
		bad += fd < 0 || fstat(fd, &st) != 0 || close(fd) != 0;
		if (i % 50 == 0) {
			pid_t pid = fork();
			int status;

			if (pid == 0)
				_exit(access(seen, F_OK) != 0 || stat("/", &st) != 0);
			bad += waitpid(pid, &status, 0) != pid || status != 0;
		}
	}
	return (void *)bad;
}

static void test_threads(void)
{
	pthread_t t[8];
	void *bad;

	for (long i = 0; i < 8; i++)
		CHECK(pthread_create(&t[i], NULL, work, (void *)i) == 0);
	for (int i = 0; i < 8; i++)
		CHECK(pthread_join(t[i], &bad) == 0 && bad == NULL);
}

extern char **environ;

static int spawn_reading(const char *path)
{
	char *argv[] = {"cat", NULL};
	posix_spawn_file_actions_t fa;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, path, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, "cat", &fa, NULL, argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&fa);
	return status;
}

static void test_children(void)
{
	int fd = open(in(seen, "stdio"), O_RDONLY), status;
	struct stat st;
	pid_t pid;

	CHECK(spawn_reading(in(seen, "stdio")) == 0);
	CHECK(spawn_reading(in(seen, "none")) != 0);
	pid = vfork();
	if (pid == 0) {
		close(fd);
		_exit(7);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7);
	CHECK(fstat(fd, &st) == 0 && close(fd) == 0);
	CHECK(system("exit 3") == 3 << 8);
}

/* Allows what libc needs to end, and kills at a call that this program does not make after the filter. */
static void test_seccomp(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {sizeof(code) / sizeof(code[0]), code};

	CHECK(access(in(seen, "file"), F_OK) == 0);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0);
	CHECK(access(in(seen, "file"), F_OK) == -1 && errno == ENOENT);
}

/* A thread that is cancelled in a call that was passed on comes out of it, and its clean-up runs. */
static int cleaned;

static void on_cancel(void *arg)
{
	(void)arg;
	cleaned++;
}

static void *wait_in_open(void *arg)
{
	pthread_cleanup_push(on_cancel, NULL);
	open(arg, O_RDONLY);
	pthread_cleanup_pop(0);
	return NULL;
}

static void test_cancel(void)
{
	char fifo[] = "/tmp/il-fifo-XXXXXX";
	pthread_t t;
	void *result;

	CHECK(mkdtemp(fifo) != NULL && rmdir(fifo) == 0 && mkfifo(fifo, 0600) == 0);
	CHECK(pthread_create(&t, NULL, wait_in_open, fifo) == 0);
	usleep(50000);
	CHECK(pthread_cancel(t) == 0 && pthread_join(t, &result) == 0 && result == PTHREAD_CANCELED && cleaned == 1);
	unlink(fifo);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*fn)(void);
	} tests[] = {
	    {"open", test_open},       {"names", test_names},	  {"libc", test_libc},
	    {"cwd", test_cwd},	       {"fds", test_fds},	  {"registers", test_registers},
	    {"signals", test_signals}, {"threads", test_threads}, {"children", test_children},
	    {"socket", test_socket},   {"cancel", test_cancel},	  {"seccomp", test_seccomp},
	};

	if (argc < 3)
		return 2;
	seen = argv[1];
	real = argv[2];
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (argc == 3 || strcmp(argv[3], tests[i].name) == 0)
			tests[i].fn();
	return failed;
}
