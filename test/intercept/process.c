/*
 * process CASE DIR: what programs do to themselves, with files in DIR meanwhile. Silent, and status 0, if all went as
 *it must; else one line on standard error, and status 1.
 *
 *	signals    handlers that open, stat, write and unlink, in a storm of signals
 *	fork       a program with busy threads forks, many times
 *	threads    threads made before and after the first use of DIR, which all use it
 *	close      all descriptors are closed behind everybody's back
 *	descriptors  numbers are reused, moved, and as low as they are for any program
 *	seccomp    a filter that allows just what the program itself does
 *	exec       vfork, posix_spawn with actions, system, popen, fexecve; the working directory and descriptors go on
 *	stdio      streams, temporary files, walks of a tree, patterns
 *	async      aio_*, io_uring where the kernel has it
 *	limits     RLIMIT_NOFILE is reached, and lowered
 *	pointers   bad ones, where the answer is known and where it is not
 *	exit       _exit, abort and kill -9 while files are open
 *
 * It calls libc as programs do, and knows nothing of dfuse.
 */
#include <aio.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static const char *top;
extern char **environ;

/* Async-signal-safe. */
static _Noreturn void die(int line, const char *what, int err)
{
	char text[256];
	int n =
	    snprintf(text, sizeof(text), "process.c:%d: %s: %s\n", line, what, err ? strerrorname_np(err) : "not so");

	if (write(2, text, (size_t)n) != n)
		_exit(2);
	_exit(1);
}

#define OK(expr)                                     \
	({                                           \
		long ok_rc = (long)(expr);           \
		if (ok_rc == -1)                     \
			die(__LINE__, #expr, errno); \
		ok_rc;                               \
	})
#define TRUE(expr)                               \
	do {                                     \
		if (!(expr))                     \
			die(__LINE__, #expr, 0); \
	} while (0)
#define FAILS(err, expr)                                  \
	do {                                              \
		if ((long)(expr) != -1)                   \
			die(__LINE__, #expr " fails", 0); \
		if (errno != (err))                       \
			die(__LINE__, #expr, errno);      \
	} while (0)

static const char *in_top(char *buf, const char *fmt, long n)
{
	size_t len = strlen(top);

	memcpy(buf, top, len);
	buf[len] = '/';
	snprintf(buf + len + 1, 200, fmt, n);
	return buf;
}

static void make(const char *path, const char *data)
{
	int fd = (int)OK(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644));

	TRUE(write(fd, data, strlen(data)) == (ssize_t)strlen(data));
	OK(close(fd));
}

static void holds(const char *path, const char *data)
{
	char buf[256];
	int fd = (int)OK(open(path, O_RDONLY));
	ssize_t n = OK(read(fd, buf, sizeof(buf)));

	TRUE(n == (ssize_t)strlen(data) && memcmp(buf, data, (size_t)n) == 0);
	OK(close(fd));
}

static void success(pid_t pid)
{
	int status;

	OK(waitpid(pid, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die(__LINE__, "a child ended well", 0);
}

/* All that a worker does to one file of its own. */
static void work_once(long id)
{
	char path[4096], other[4096], buf[16];
	struct stat st;
	int fd;

	in_top(path, "w%ld", id);
	in_top(other, "v%ld", id);
	fd = (int)OK(open(path, O_CREAT | O_EXCL | O_RDWR, 0644));
	TRUE(write(fd, "0123456789", 10) == 10);
	OK(fstat(fd, &st));
	TRUE(st.st_size == 10);
	OK(rename(path, other));
	FAILS(ENOENT, stat(path, &st));
	OK(stat(other, &st));
	TRUE(st.st_size == 10);
	TRUE(pread(fd, buf, 5, 5) == 5 && memcmp(buf, "56789", 5) == 0);
	OK(close(fd));
	OK(unlink(other));
}

/* signals */

static volatile sig_atomic_t handled;

static void handler(int sig)
{
	static const char data[] = "from a handler";
	char path[4096];
	struct stat st;
	int err = errno, fd;

	(void)sig;
	memcpy(path, top, strlen(top));
	strcpy(path + strlen(top), "/handler");
	fd = (int)OK(open(path, O_CREAT | O_RDWR, 0600));
	TRUE(write(fd, data, sizeof(data)) == sizeof(data));
	OK(fstat(fd, &st));
	TRUE(st.st_size == sizeof(data));
	OK(close(fd));
	OK(stat(path, &st));
	OK(chmod(path, 0640));
	OK(unlink(path));
	FAILS(ENOENT, access(path, F_OK));
	handled++;
	errno = err;
}

/* The next signal comes in a while that is never the same, so that in the end it comes everywhere. */
static void arm(long n)
{
	struct itimerval soon = {{0, 0}, {0, 20 + n * 37 % 900}};

	OK(setitimer(ITIMER_REAL, &soon, NULL));
}

static void case_signals(void)
{
	struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
	struct itimerval never = {{0, 0}, {0, 0}};
	struct dirent *de;
	char path[4096];

	sigemptyset(&sa.sa_mask);
	OK(sigaction(SIGALRM, &sa, NULL));
	for (long n = 0; n < 1000; n++) {
		DIR *dir;

		arm(n);
		work_once(n);
		arm(n + 11);
		OK(mkdir(in_top(path, "d%ld", n), 0755));
		dir = opendir(top);
		TRUE(dir != NULL);
		while ((de = readdir(dir)) != NULL)
			TRUE(de->d_name[0] != '\0');
		closedir(dir);
		OK(rmdir(path));
	}
	OK(setitimer(ITIMER_REAL, &never, NULL));
	TRUE(handled > 20);
}

/* fork */

static volatile int stop;

static void *busy(void *arg)
{
	for (long i = 0; !stop; i++)
		work_once((long)arg * 100000 + i);
	return NULL;
}

static void case_fork(void)
{
	pthread_t threads[4];

	for (long i = 0; i < 4; i++)
		TRUE(pthread_create(&threads[i], NULL, busy, (void *)(i + 1)) == 0);
	for (long i = 0; i < 40; i++) {
		pid_t pid = (pid_t)OK(fork());

		if (pid == 0) {
			for (long j = 0; j < 3; j++)
				work_once(10000000 + i * 10 + j);
			_exit(0);
		}
		work_once(20000000 + i);
		success(pid);
	}
	stop = 1;
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

/* threads */

static void *waits(void *arg)
{
	while (!stop)
		sched_yield();
	for (long i = 0; i < 50; i++)
		work_once((long)arg * 1000 + i);
	return NULL;
}

static void *small_stack(void *arg)
{
	work_once((long)arg);
	return NULL;
}

static void case_threads(void)
{
	pthread_t before[4], after[4], small;
	pthread_attr_t attr;

	for (long i = 0; i < 4; i++)
		TRUE(pthread_create(&before[i], NULL, waits, (void *)(i + 1)) == 0);
	work_once(1);
	for (long i = 0; i < 4; i++)
		TRUE(pthread_create(&after[i], NULL, waits, (void *)(i + 11)) == 0);
	stop = 1;
	for (int i = 0; i < 4; i++) {
		pthread_join(before[i], NULL);
		pthread_join(after[i], NULL);
	}
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 32768);
	for (long i = 0; i < 20; i++) {
		TRUE(pthread_create(&small, &attr, small_stack, (void *)(i + 100)) == 0);
		pthread_join(small, NULL);
	}
}

/* close */

static void case_close(void)
{
	char path[4096], a[4096];
	struct dirent *de;
	struct stat st;
	DIR *dir;
	int fd;

	make(in_top(path, "file%ld", 1), "data");
	for (int round = 0; round < 3; round++) {
		fd = (int)OK(open(path, O_RDONLY));
		dir = opendir(top);
		TRUE(dir != NULL && readdir(dir) != NULL);
		switch (round) {
		case 0:
			if (close_range(3, ~0U, 0) != 0)
				TRUE(errno == ENOSYS);
			break;
		case 1:
			for (int i = 3; i < 65536; i++)
				close(i);
			break;
		default:
			closefrom(3);
		}
		FAILS(EBADF, fstat(fd, &st));
		FAILS(EBADF, read(fd, a, 1));
		TRUE((errno = 0, de = readdir(dir)) == NULL || de->d_name[0] != '\0');
		/* As after any close of all: the lowest number comes next. */
		TRUE(OK(open(path, O_RDONLY)) == 3);
		TRUE(OK(open("/dev/null", O_RDONLY)) == 4);
		TRUE(read(3, a, 4) == 4 && memcmp(a, "data", 4) == 0);
		OK(close(3));
		OK(close(4));
		holds(path, "data");
		work_once(round);
		OK(stat(path, &st));
	}
	OK(close_range(3, ~0U, CLOSE_RANGE_UNSHARE));
	holds(path, "data");
	OK(unlink(path));
}

/* descriptors */

static void case_descriptors(void)
{
	char path[4096], a[16];
	struct stat st, other;
	int fd, dirfd;

	make(in_top(path, "file%ld", 1), "data");
	fd = (int)OK(open(path, O_RDWR));
	TRUE(fd == 3);
	dirfd = (int)OK(open(top, O_RDONLY | O_DIRECTORY));
	TRUE(dirfd == 4);
	TRUE(OK(dup(fd)) == 5);
	TRUE(OK(fcntl(fd, F_DUPFD, 50)) == 50);
	TRUE(OK(fcntl(fd, F_DUPFD_CLOEXEC, 50)) == 51);
	TRUE(OK(dup2(dirfd, 60)) == 60);
	TRUE(OK(dup3(fd, 61, O_CLOEXEC)) == 61);
	TRUE(fcntl(61, F_GETFD) == FD_CLOEXEC && fcntl(50, F_GETFD) == 0);
	TRUE((fcntl(50, F_GETFL) & O_ACCMODE) == O_RDWR);
	TRUE(OK(openat(60, "other", O_CREAT | O_RDWR, 0644)) == 6);
	OK(fstat(6, &st));
	OK(fstatat(dirfd, "other", &other, 0));
	TRUE(st.st_ino == other.st_ino && st.st_dev == other.st_dev);
	/* One number, three things, one after the other. */
	OK(dup2(6, 5));
	OK(fstat(5, &st));
	TRUE(st.st_ino == other.st_ino);
	OK(dup2(dirfd, 5));
	OK(fstat(5, &st));
	TRUE(S_ISDIR(st.st_mode));
	OK(fstatat(5, "file1", &st, 0));
	TRUE(st.st_size == 4);
	OK(dup2(2, 5));
	FAILS(ENOTDIR, fstatat(5, "file1", &st, 0));
	/* A number that was a container's is anybody's after that. */
	OK(close(5));
	TRUE(OK(open("/dev/null", O_RDWR)) == 5);
	OK(fstat(5, &st));
	TRUE(S_ISCHR(st.st_mode));
	TRUE(read(50, a, 2) == 2 && read(61, a, 2) == 2 && memcmp(a, "ta", 2) == 0);
	OK(fchdir(60));
	TRUE(access("file1", F_OK) == 0);
	OK(chdir("/"));
	TRUE(access("file1", F_OK) == -1);
	OK(unlinkat(60, "other", 0));
	OK(unlinkat(dirfd, "file1", 0));
	OK(fstat(50, &st));
	TRUE(st.st_size == 4 && st.st_nlink == 0);
	TRUE(pread(50, a, 4, 0) == 4);
}

/* seccomp */

#define ALLOW(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static void case_seccomp(void)
{
	static struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    ALLOW(SYS_read),
	    ALLOW(SYS_write),
	    ALLOW(SYS_openat),
	    ALLOW(SYS_close),
	    ALLOW(SYS_fstat),
	    ALLOW(SYS_newfstatat),
	    ALLOW(SYS_lseek),
	    ALLOW(SYS_exit_group),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog prog = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};
	char path[4096], buf[16];
	struct stat st;
	int fd, fd2;

	make(in_top(path, "file%ld", 1), "before");
	fd = (int)OK(open(path, O_RDWR));
	OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	OK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog));
	TRUE(read(fd, buf, 6) == 6 && memcmp(buf, "before", 6) == 0);
	TRUE(write(fd, " after", 6) == 6);
	OK(fstat(fd, &st));
	TRUE(st.st_size == 12);
	/* With no mount, a path is nobody's any more. */
	if (getenv("D_IL_MOUNT_POINT") == NULL) {
		OK(stat(path, &st));
		TRUE(st.st_size == 12);
		fd2 = (int)OK(open(path, O_RDONLY));
		TRUE(read(fd2, buf, 16) == 12 && memcmp(buf, "before after", 12) == 0);
		OK(close(fd2));
	}
	OK(close(fd));
	_exit(0);
}

/* exec */

static void shell(const char *command, const char *path, const char *data)
{
	TRUE(system(command) == 0);
	holds(path, data);
	OK(unlink(path));
}

static void case_exec(void)
{
	char path[4096], command[5000], buf[64];
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)"echo $0; cat", (char *)"spawned", NULL};
	posix_spawn_file_actions_t actions;
	int status, fd;
	FILE *pipe;
	pid_t pid;

	in_top(path, "out%ld", 1);
	snprintf(command, sizeof(command), "echo system >%s", path);
	shell(command, path, "system\n");
	snprintf(command, sizeof(command), "cat >%s", path);
	pipe = popen(command, "w");
	TRUE(pipe != NULL && fputs("popen\n", pipe) >= 0 && pclose(pipe) == 0);
	holds(path, "popen\n");

	make(in_top(command, "in%ld", 1), "input\n");
	TRUE(posix_spawn_file_actions_init(&actions) == 0);
	TRUE(posix_spawn_file_actions_addopen(&actions, 0, command, O_RDONLY, 0) == 0);
	TRUE(posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_TRUNC, 0) == 0);
	TRUE(posix_spawn_file_actions_adddup2(&actions, 1, 2) == 0);
	TRUE(posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ) == 0);
	success(pid);
	holds(path, "spawned\ninput\n");
	posix_spawn_file_actions_destroy(&actions);
	TRUE(posix_spawn(&pid, "/no/such/program", NULL, NULL, argv, environ) == ENOENT);

	/* The working directory and an open descriptor go on through vfork and exec. */
	OK(chdir(top));
	fd = (int)OK(open("out1", O_RDWR | O_TRUNC));
	OK(dup2(fd, 9));
	pid = vfork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "echo one >&9; cat in1 >&9; ls >list; pwd >wd", (char *)NULL);
		_exit(126);
	}
	TRUE(pid > 0);
	success(pid);
	TRUE(write(fd, "two\n", 4) == 4);
	holds("out1", "one\ninput\ntwo\n");
	holds("list", "in1\nlist\nout1\n");
	snprintf(command, sizeof(command), "%s\n", top);
	holds("wd", command);

	/* A child of vfork changes descriptors and directory for itself only. */
	pid = vfork();
	if (pid == 0) {
		int to = open("list", O_WRONLY | O_TRUNC);

		if (to < 0 || dup2(to, 1) != 1 || chdir("/") != 0)
			_exit(125);
		execl("/bin/pwd", "pwd", (char *)NULL);
		_exit(126);
	}
	TRUE(pid > 0);
	success(pid);
	holds("list", "/\n");
	TRUE(getcwd(buf, sizeof(buf)) == NULL || strcmp(buf, "/") != 0);

	fd = (int)OK(open("/bin/true", O_RDONLY | O_CLOEXEC));
	pid = (pid_t)OK(fork());
	if (pid == 0) {
		fexecve(fd, (char *[]){(char *)"true", NULL}, environ);
		_exit(126);
	}
	success(pid);
	pid = (pid_t)OK(fork());
	if (pid == 0) {
		char *none[] = {NULL};

		execve("/bin/test", (char *[]){(char *)"test", (char *)"-s", (char *)"in1", NULL}, none);
		_exit(126);
	}
	/* With no mount, a child whose environment is empty cannot know of the container. */
	OK(waitpid(pid, &status, 0));
	TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || getenv("D_IL_MOUNT_POINT") != NULL));
	OK(unlink("in1"));
	OK(unlink("out1"));
	OK(unlink("list"));
	OK(unlink("wd"));
	OK(chdir("/"));
}

/* stdio */

static int seen;

static int count(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path;
	(void)ftw;
	seen += type == FTW_F && st->st_size == 4;
	return 0;
}

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name);
}

static int only_files(const struct dirent *de)
{
	return de->d_name[0] == 'f';
}

static void case_stdio(void)
{
	char path[4096], pattern[5000], line[100];
	struct dirent **names;
	struct stat st;
	glob_t found;
	FILE *f;
	int n, fd;

	for (long i = 0; i < 10; i++)
		make(in_top(path, "f%ld", i), "data");
	in_top(path, "stream%ld", 1);
	f = fopen(path, "w+");
	TRUE(f != NULL);
	for (int i = 0; i < 10000; i++)
		fprintf(f, "line %d\n", i);
	TRUE(fflush(f) == 0 && stat(path, &st) == 0 && st.st_size == ftell(f));
	rewind(f);
	TRUE(fgets(line, sizeof(line), f) != NULL && strcmp(line, "line 0\n") == 0);
	TRUE(fseek(f, -10, SEEK_END) == 0 && fgets(line, sizeof(line), f) != NULL && strcmp(line, "line 9999\n") == 0);
	TRUE(fclose(f) == 0);
	f = fopen(path, "a");
	TRUE(f != NULL && fputs("end\n", f) >= 0 && fclose(f) == 0);
	f = fopen(path, "r");
	TRUE(f != NULL && fseek(f, -4, SEEK_END) == 0 && fgets(line, sizeof(line), f) != NULL && line[0] == 'e');
	f = freopen(in_top(pattern, "f%ld", 3), "r", f);
	TRUE(f != NULL && fgets(line, sizeof(line), f) != NULL && strcmp(line, "data") == 0 && fclose(f) == 0);
	f = fdopen((int)OK(open(path, O_RDONLY)), "r");
	TRUE(f != NULL && fgets(line, sizeof(line), f) != NULL && fclose(f) == 0);
	TRUE(fopen(path, "wx") == NULL && errno == EEXIST);
	OK(unlink(path));

	fd = (int)OK(mkstemp((char *)in_top(path, "tmp-XXXXXX%.0ld", 0)));
	TRUE(write(fd, "x", 1) == 1 && fstat(fd, &st) == 0 && st.st_size == 1 && (st.st_mode & 0777) == 0600);
	OK(close(fd));
	OK(unlink(path));
	fd = (int)OK(mkostemps((char *)in_top(path, "tmp-XXXXXX.suf%.0ld", 0), 4, O_CLOEXEC));
	OK(close(fd));
	OK(unlink(path));
	TRUE(mkdtemp((char *)in_top(path, "dir-XXXXXX%.0ld", 0)) != NULL);
	OK(rmdir(path));
	TRUE(setenv("TMPDIR", top, 1) == 0);
	f = tmpfile();
	TRUE(f != NULL && fclose(f) == 0);

	TRUE(glob(in_top(pattern, "f[2-5]%.0ld", 0), 0, NULL, &found) == 0 && found.gl_pathc == 4);
	globfree(&found);
	TRUE(nftw(top, count, 5, FTW_PHYS) == 0 && seen == 10);
	n = scandir(top, &names, only_files, newest_first);
	TRUE(n == 10 && strcmp(names[0]->d_name, "f9") == 0);
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	TRUE(realpath(in_top(path, "../%.0ld", 0), pattern) != NULL && strncmp(pattern, top, strlen(pattern)) == 0);
	for (long i = 0; i < 10; i++)
		OK(remove(in_top(path, "f%ld", i)));
}

/* async */

static void wait_for(struct aiocb *cb, ssize_t want)
{
	const struct aiocb *list[] = {cb};

	while (aio_error(cb) == EINPROGRESS)
		TRUE(aio_suspend(list, 1, NULL) == 0 || errno == EINTR);
	TRUE(aio_error(cb) == 0 && aio_return(cb) == want);
}

static void case_async(void)
{
	char path[4096], in[8192], out[8192];
	struct aiocb cb = {.aio_buf = out, .aio_nbytes = sizeof(out)};
	struct iovec iov[2] = {{in, 100}, {in + 100, 100}};
	off_t from = 0;
	int fd, copy;

	memset(out, 'a', sizeof(out));
	fd = (int)OK(open(in_top(path, "aio%ld", 1), O_CREAT | O_RDWR, 0644));
	cb.aio_fildes = fd;
	cb.aio_offset = 4096;
	OK(aio_write(&cb));
	wait_for(&cb, sizeof(out));
	cb.aio_buf = in;
	OK(aio_read(&cb));
	wait_for(&cb, sizeof(in));
	TRUE(memcmp(in, out, sizeof(in)) == 0);
	OK(aio_fsync(O_SYNC, &cb));
	wait_for(&cb, 0);
	TRUE(preadv2(fd, iov, 2, 4096, 0) == 200);
	copy = (int)OK(open(in_top(path, "aio%ld", 2), O_CREAT | O_RDWR, 0644));
	TRUE(sendfile(copy, fd, &from, 12288) == 12288);
	from = 4096;
	TRUE(copy_file_range(fd, &from, copy, NULL, 4096, 0) == 4096);
	TRUE(lseek(copy, 0, SEEK_END) == 16384);
	TRUE(pread(copy, in, 1, 16383) == 1 && in[0] == 'a');
	OK(close(fd));
	OK(close(copy));
	OK(unlink(in_top(path, "aio%ld", 1)));
	OK(unlink(in_top(path, "aio%ld", 2)));
}

/* limits */

static void case_limits(void)
{
	struct rlimit old, lim;
	char path[4096];
	int fds[64], n = 0;

	make(in_top(path, "file%ld", 1), "data");
	OK(getrlimit(RLIMIT_NOFILE, &old));
	lim = old;
	lim.rlim_cur = 40;
	OK(setrlimit(RLIMIT_NOFILE, &lim));
	while (n < 64 && (fds[n] = open(path, O_RDONLY)) >= 0)
		n++;
	TRUE(errno == EMFILE && n == 37);
	TRUE(opendir(top) == NULL && errno == EMFILE);
	/* Names need no descriptor. */
	OK(chmod(path, 0600));
	OK(rename(path, in_top((char[4096]){0}, "file%ld", 2)));
	OK(unlink(in_top(path, "file%ld", 2)));
	for (int i = 0; i < n; i++)
		OK(close(fds[i]));
	OK(setrlimit(RLIMIT_NOFILE, &old));
	work_once(1);
}

/* exit */

/* Memory that is not as it should be: nothing there, to be read only, and a page at the end of which there is nothing.
 */
static struct bad {
	char *none, *constant, *edge;
} bad;

static void make_bad(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, (size_t)(4 * page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	TRUE(at != MAP_FAILED);
	memset(at, 'x', (size_t)(4 * page));
	OK(mprotect(at, (size_t)page, PROT_NONE));
	OK(mprotect(at + page, (size_t)page, PROT_READ));
	OK(mprotect(at + 3 * page, (size_t)page, PROT_NONE));
	bad = (struct bad){at, at + page, at + 3 * page - 2};
}

/* Straight to the kernel, as libc's wrappers may look first; still by a site that is intercepted. */
static void all_bad(const char *path, int fd, int dir)
{
	char *out[] = {NULL, (char *)8, (char *)-1L, bad.none, bad.constant, bad.edge};
	struct stat st;
	char link[PATH_MAX];

	OK(fstat(fd, &st)); /* and it is known from here on */
	OK(stat(path, &st));
	for (unsigned i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
		FAILS(EFAULT, syscall(SYS_newfstatat, AT_FDCWD, path, out[i], 0));
		FAILS(EFAULT, syscall(SYS_fstat, fd, out[i]));
		FAILS(EFAULT, syscall(SYS_newfstatat, fd, "", out[i], AT_EMPTY_PATH));
		FAILS(EFAULT, syscall(SYS_statx, AT_FDCWD, path, 0, STATX_BASIC_STATS, out[i]));
		FAILS(EFAULT, syscall(SYS_statfs, path, out[i]));
		FAILS(EFAULT, syscall(SYS_getdents64, dir, out[i], 4096));
		FAILS(EFAULT, syscall(SYS_readlinkat, AT_FDCWD, in_top(link, "link", 0), out[i], 100));
		if (out[i] != NULL)
			FAILS(EFAULT, syscall(SYS_getxattr, path, "user.a", out[i], 100));
		if (out[i] != bad.constant && out[i] != NULL)
			FAILS(EFAULT, syscall(SYS_utimensat, AT_FDCWD, path, out[i], 0));
		if (out[i] != bad.constant && out[i] != bad.edge) {
			FAILS(EFAULT, syscall(SYS_access, out[i], R_OK));
			FAILS(EFAULT, syscall(SYS_newfstatat, AT_FDCWD, out[i], &st, 0));
			FAILS(EFAULT, syscall(SYS_openat, AT_FDCWD, out[i], O_RDONLY));
			FAILS(EFAULT, syscall(SYS_symlinkat, out[i], AT_FDCWD, in_top(link, "new", 0)));
			FAILS(EFAULT, syscall(SYS_setxattr, path, out[i], "v", 1, 0));
		}
	}
	OK(stat(path, &st));
	OK(fstat(fd, &st));
}

static char file_path[PATH_MAX];
static int bad_fd, bad_dir;

static void on_alternate(int sig)
{
	(void)sig;
	all_bad(file_path, bad_fd, bad_dir);
}

/* The stack may end anywhere above the handler's frame. */
static void *with_alternate(void *arg)
{
	size_t size = 64 << 10;
	stack_t own = {.ss_sp = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		       .ss_size = size};

	TRUE(own.ss_sp != MAP_FAILED);
	OK(sigaltstack(&own, NULL));
	OK(raise(SIGUSR2));
	return arg;
}

static void case_pointers(void)
{
	struct sigaction sa = {.sa_handler = on_alternate, .sa_flags = SA_ONSTACK};
	pthread_t thread;
	char link[PATH_MAX];

	make_bad();
	snprintf(file_path, sizeof(file_path), "%s", in_top(link, "file", 0));
	make(file_path, "data");
	OK(setxattr(file_path, "user.a", "value", 5, 0));
	OK(symlink("file", in_top(link, "link", 0)));
	bad_fd = (int)OK(open(file_path, O_RDWR));
	bad_dir = (int)OK(open(top, O_RDONLY | O_DIRECTORY));
	OK(sigaction(SIGUSR2, &sa, NULL));
	for (int i = 0; i < 5; i++)
		all_bad(file_path, bad_fd, bad_dir);
	OK(close(bad_fd));
	bad_fd = (int)OK(open(file_path, O_RDONLY));
	for (int i = 0; i < 5; i++)
		all_bad(file_path, bad_fd, bad_dir);
	with_alternate(NULL);
	TRUE(pthread_create(&thread, NULL, with_alternate, NULL) == 0);
	TRUE(pthread_join(thread, NULL) == 0);
	OK(close(bad_fd));
	OK(close(bad_dir));
	OK(unlink(in_top(link, "link", 0)));
	OK(unlink(file_path));
}

static void case_exit(void)
{
	char path[4096];
	int status;

	for (long i = 0; i < 4; i++) {
		pid_t pid = (pid_t)OK(fork());

		if (pid == 0) {
			int fd = (int)OK(open(in_top(path, "e%ld", i), O_CREAT | O_WRONLY, 0644));

			TRUE(write(fd, "kept", 4) == 4);
			if (i == 0)
				_exit(0);
			if (i == 1)
				kill(getpid(), SIGKILL);
			if (i == 2) {
				setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
				abort();
			}
			syscall(SYS_exit_group, 0);
		}
		OK(waitpid(pid, &status, 0));
		holds(in_top(path, "e%ld", i), "kept");
		OK(unlink(path));
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
    {"signals", case_signals},
    {"fork", case_fork},
    {"threads", case_threads},
    {"close", case_close},
    {"descriptors", case_descriptors},
    {"seccomp", case_seccomp},
    {"exec", case_exec},
    {"stdio", case_stdio},
    {"async", case_async},
    {"limits", case_limits},
    {"pointers", case_pointers},
    {"exit", case_exit},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 3 && i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(cases[i].name, argv[1]) == 0) {
			closefrom(3);
			top = argv[2];
			cases[i].run();
			return 0;
		}
	}
	fprintf(stderr, "usage: process CASE DIR\n");
	return 2;
}
