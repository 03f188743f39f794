/* locks.c: fcntl(2) record locks of processes. */
#include "helpers.h"

#include <signal.h>
#include <sys/wait.h>

static int lock(int fd, int cmd, short type, off_t start, off_t len)
{
	struct flock fl = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};

	return fcntl(fd, cmd, &fl);
}

/* In another process: is the range free for a lock of `type`? */
static bool is_free(const char *path, short type, off_t start, off_t len)
{
	pid_t pid = FORK();
	int status;

	if (pid == 0) {
		int fd = open(path, O_RDWR);

		_exit(lock(fd, F_SETLK, type, start, len) == 0 ? 0 : errno == EAGAIN || errno == EACCES ? 3 : 4);
	}
	OK(waitpid(pid, &status, 0));
	TRUE(WIFEXITED(status));
	NE(WEXITSTATUS(status), 4);
	return WEXITSTATUS(status) == 0;
}

static void exclusive(void)
{
	int fd = MAKE("f");

	OK(lock(fd, F_SETLK, F_WRLCK, 0, 0));
	TRUE(!is_free("f", F_WRLCK, 0, 0));
	TRUE(!is_free("f", F_RDLCK, 0, 0));
	OK(lock(fd, F_SETLK, F_UNLCK, 0, 0));
	TRUE(is_free("f", F_WRLCK, 0, 0));
}

static void shared(void)
{
	int fd = MAKE("f");

	OK(lock(fd, F_SETLK, F_RDLCK, 0, 0));
	TRUE(is_free("f", F_RDLCK, 0, 0));
	TRUE(!is_free("f", F_WRLCK, 0, 0));
}

static void ranges(void)
{
	int fd = MAKE("f");

	OK(lock(fd, F_SETLK, F_WRLCK, 100, 50));
	TRUE(is_free("f", F_WRLCK, 0, 100));
	TRUE(is_free("f", F_WRLCK, 150, 0));
	TRUE(!is_free("f", F_WRLCK, 0, 101));
	TRUE(!is_free("f", F_WRLCK, 149, 1));
	TRUE(!is_free("f", F_RDLCK, 120, 1));
}

static void split_and_join(void)
{
	int fd = MAKE("f");

	OK(lock(fd, F_SETLK, F_WRLCK, 0, 300));
	OK(lock(fd, F_SETLK, F_UNLCK, 100, 100));
	TRUE(!is_free("f", F_WRLCK, 0, 100));
	TRUE(is_free("f", F_WRLCK, 100, 100));
	TRUE(!is_free("f", F_WRLCK, 200, 100));
	OK(lock(fd, F_SETLK, F_WRLCK, 50, 200));
	TRUE(!is_free("f", F_WRLCK, 150, 1));
	OK(lock(fd, F_SETLK, F_RDLCK, 0, 300));
	TRUE(is_free("f", F_RDLCK, 0, 300));
}

static void query(void)
{
	int fd = MAKE("f");
	pid_t parent = getpid(), pid;

	OK(lock(fd, F_SETLK, F_WRLCK, 10, 20));
	pid = FORK();
	if (pid == 0) {
		struct flock fl = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};

		OK(fcntl(fd, F_GETLK, &fl));
		EQ(fl.l_type, F_WRLCK);
		EQ(fl.l_pid, parent);
		EQ(fl.l_start, 10);
		EQ(fl.l_len, 20);
		EQ(fl.l_whence, SEEK_SET);
		fl = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 30, .l_len = 5};
		OK(fcntl(fd, F_GETLK, &fl));
		EQ(fl.l_type, F_UNLCK);
		_exit(0);
	}
	JOIN(pid);
}

static void own_lock_is_no_conflict(void)
{
	struct flock fl = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int a = MAKE("f"), b = OK(open("f", O_RDWR));

	OK(lock(a, F_SETLK, F_WRLCK, 0, 0));
	OK(lock(b, F_SETLK, F_WRLCK, 0, 0));
	OK(fcntl(b, F_GETLK, &fl));
	EQ(fl.l_type, F_UNLCK);
}

static void closing_any_fd_releases(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDONLY));

	OK(lock(a, F_SETLK, F_WRLCK, 0, 0));
	TRUE(!is_free("f", F_WRLCK, 0, 0));
	OK(close(b));
	TRUE(is_free("f", F_WRLCK, 0, 0));
}

static void exit_releases(void)
{
	struct gate locked;
	pid_t pid;

	gate_init(&locked);
	close(MAKE("f"));
	pid = FORK();
	if (pid == 0) {
		OK(lock(OK(open("f", O_RDWR)), F_SETLK, F_WRLCK, 0, 0));
		gate_open(&locked);
		pause();
		_exit(0);
	}
	gate_wait(&locked);
	TRUE(!is_free("f", F_WRLCK, 0, 0));
	OK(kill(pid, SIGKILL));
	OK(waitpid(pid, NULL, 0));
	TRUE(is_free("f", F_WRLCK, 0, 0));
}

static void not_inherited(void)
{
	int fd = MAKE("f");
	pid_t pid;

	OK(lock(fd, F_SETLK, F_WRLCK, 0, 0));
	pid = FORK();
	if (pid == 0) {
		FAILS2(EAGAIN, EACCES, lock(fd, F_SETLK, F_WRLCK, 0, 0));
		OK(close(fd));
		_exit(0);
	}
	JOIN(pid);
	TRUE(!is_free("f", F_WRLCK, 0, 0));
}

static void wait_until_free(void)
{
	struct gate locked, trying;
	struct timespec begin, end;
	int fd = MAKE("f");
	pid_t pid;

	gate_init(&locked);
	gate_init(&trying);
	pid = FORK();
	if (pid == 0) {
		OK(lock(fd, F_SETLK, F_WRLCK, 0, 0));
		gate_open(&locked);
		gate_wait(&trying);
		usleep(200 * 1000);
		OK(lock(fd, F_SETLK, F_UNLCK, 0, 0));
		pause();
	}
	gate_wait(&locked);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	gate_open(&trying);
	OK(lock(fd, F_SETLKW, F_WRLCK, 0, 0));
	clock_gettime(CLOCK_MONOTONIC, &end);
	TRUE((end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000 >= 150);
	OK(kill(pid, SIGKILL));
	OK(waitpid(pid, NULL, 0));
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void wait_interrupted(void)
{
	struct sigaction sa = {.sa_handler = on_alarm};
	struct gate locked;
	int fd = MAKE("f");
	pid_t pid;

	gate_init(&locked);
	pid = FORK();
	if (pid == 0) {
		OK(lock(fd, F_SETLK, F_WRLCK, 0, 0));
		gate_open(&locked);
		pause();
	}
	gate_wait(&locked);
	OK(sigaction(SIGALRM, &sa, NULL));
	ualarm(100 * 1000, 100 * 1000);
	FAILS(EINTR, lock(fd, F_SETLKW, F_WRLCK, 0, 0));
	ualarm(0, 0);
	OK(kill(pid, SIGKILL));
	OK(waitpid(pid, NULL, 0));
	TRUE(is_free("f", F_WRLCK, 0, 0));
}

static void deadlock(void)
{
	struct gate a_has, b_has;
	int fd = MAKE("f"), failed = 0;
	pid_t pid;
	int status;

	gate_init(&a_has);
	gate_init(&b_has);
	pid = FORK();
	if (pid == 0) {
		OK(lock(fd, F_SETLK, F_WRLCK, 0, 1));
		gate_open(&b_has);
		gate_wait(&a_has);
		_exit(lock(fd, F_SETLKW, F_WRLCK, 1, 1) == 0 ? 0 : errno == EDEADLK ? 3 : 4);
	}
	OK(lock(fd, F_SETLK, F_WRLCK, 1, 1));
	gate_wait(&b_has);
	gate_open(&a_has);
	if (lock(fd, F_SETLKW, F_WRLCK, 0, 1) != 0) {
		EQ(errno, EDEADLK);
		failed++;
	}
	OK(lock(fd, F_SETLK, F_UNLCK, 0, 0));
	OK(waitpid(pid, &status, 0));
	TRUE(WIFEXITED(status));
	failed += WEXITSTATUS(status) == 3;
	EQ(failed, 1);
}

static void access_mode(void)
{
	int r, w;

	PUT("f", "x");
	r = OK(open("f", O_RDONLY));
	w = OK(open("f", O_WRONLY));
	FAILS(EBADF, lock(r, F_SETLK, F_WRLCK, 0, 0));
	FAILS(EBADF, lock(w, F_SETLK, F_RDLCK, 0, 0));
	OK(lock(r, F_SETLK, F_RDLCK, 0, 0));
	OK(lock(w, F_SETLK, F_WRLCK, 0, 0));
}

static void errors(void)
{
	struct flock fl = {.l_type = 99, .l_whence = SEEK_SET};
	int fd = MAKE("f");

	FAILS(EINVAL, fcntl(fd, F_SETLK, &fl));
	FAILS(EINVAL, lock(fd, F_SETLK, F_WRLCK, -1, 1));
	FAILS(EBADF, lock(-1, F_SETLK, F_WRLCK, 0, 0));
	fl = (struct flock){.l_type = F_WRLCK, .l_whence = 77};
	FAILS(EINVAL, fcntl(fd, F_SETLK, &fl));
}

static void whence_and_negative(void)
{
	struct flock fl = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -2, .l_len = 2};
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDWR));
	OK(fcntl(fd, F_SETLK, &fl));
	TRUE(!is_free("f", F_WRLCK, 8, 2));
	TRUE(is_free("f", F_WRLCK, 0, 8));
	EQ(lseek(fd, 5, SEEK_SET), 5);
	fl = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = 0, .l_len = -3};
	OK(fcntl(fd, F_SETLK, &fl));
	TRUE(!is_free("f", F_WRLCK, 2, 3));
	TRUE(is_free("f", F_WRLCK, 0, 2));
	TRUE(is_free("f", F_WRLCK, 5, 3));
}

static void beyond_end(void)
{
	int fd = MAKE("f");

	OK(lock(fd, F_SETLK, F_WRLCK, (off_t)1 << 40, 10));
	TRUE(!is_free("f", F_WRLCK, ((off_t)1 << 40) + 5, 1));
	EQ(FSTAT(fd).st_size, 0);
}

static void does_not_bind_io(void)
{
	int fd = MAKE("f");
	pid_t pid;

	OK(lock(fd, F_SETLK, F_WRLCK, 0, 0));
	pid = FORK();
	if (pid == 0) {
		PUT("f", "written all the same");
		_exit(0);
	}
	JOIN(pid);
	HAS("f", "written all the same");
}

static void survives_rename_and_unlink(void)
{
	int fd = MAKE("f"), other;
	pid_t pid;

	OK(lock(fd, F_SETLK, F_WRLCK, 0, 0));
	OK(rename("f", "g"));
	TRUE(!is_free("g", F_WRLCK, 0, 0));
	pid = FORK();
	if (pid == 0) {
		other = OK(open("g", O_RDWR));
		OK(unlink("g"));
		FAILS2(EAGAIN, EACCES, lock(other, F_SETLK, F_WRLCK, 0, 0));
		_exit(0);
	}
	JOIN(pid);
}

static void other_file_other_lock(void)
{
	int a = MAKE("a");

	close(MAKE("b"));
	OK(lock(a, F_SETLK, F_WRLCK, 0, 0));
	TRUE(is_free("b", F_WRLCK, 0, 0));
}

static void lockf_interface(void)
{
	int fd = MAKE("f");

	OK(lockf(fd, F_TLOCK, 10));
	TRUE(!is_free("f", F_WRLCK, 0, 10));
	TRUE(is_free("f", F_WRLCK, 10, 0));
	OK(lockf(fd, F_TEST, 10));
	OK(lockf(fd, F_ULOCK, 10));
	TRUE(is_free("f", F_WRLCK, 0, 0));
}

static void count_up(int who)
{
	int fd = OK(open("counter", O_RDWR)), n;

	(void)who;
	for (int i = 0; i < 100; i++) {
		OK(lock(fd, F_SETLKW, F_WRLCK, 0, 0));
		EQ(pread(fd, &n, sizeof(n), 0), sizeof(n));
		n++;
		EQ(pwrite(fd, &n, sizeof(n), 0), sizeof(n));
		OK(lock(fd, F_SETLK, F_UNLCK, 0, 0));
	}
}

static void counter(void)
{
	int n = 0;

	PUT_BYTES("counter", &n, sizeof(n));
	in_processes(4, count_up);
	n = 400;
	HAS_BYTES("counter", &n, sizeof(n));
}

static const struct ps_case cases[] = {
    {"exclusive", "a write lock keeps other processes out until it is released", exclusive},
    {"shared", "read locks go together, a write lock does not", shared},
    {"ranges", "only ranges that overlap conflict", ranges},
    {"split_and_join", "unlocking the middle splits, locking joins, converting replaces", split_and_join},
    {"query", "F_GETLK tells the holder, type and range; F_UNLCK if none", query},
    {"own_lock_is_no_conflict", "a process never conflicts with itself", own_lock_is_no_conflict},
    {"closing_any_fd_releases", "closing any descriptor of the file releases", closing_any_fd_releases},
    {"exit_releases", "the death of the holder releases", exit_releases},
    {"not_inherited", "a child has not its parent's locks, and its close releases none", not_inherited},
    {"wait_until_free", "F_SETLKW waits", wait_until_free},
    {"wait_interrupted", "F_SETLKW: EINTR, and nothing is left behind", wait_interrupted},
    {"deadlock", "EDEADLK for exactly one of two that wait for each other", deadlock},
    {"access_mode", "EBADF for a lock that the access mode does not allow", access_mode},
    {"errors", "EINVAL, EBADF", errors},
    {"whence_and_negative", "SEEK_END, SEEK_CUR, negative lengths", whence_and_negative},
    {"beyond_end", "locks beyond the end of file", beyond_end},
    {"does_not_bind_io", "locks are advisory", does_not_bind_io},
    {"survives_rename_and_unlink", "the lock belongs to the file, not to the name", survives_rename_and_unlink},
    {"other_file_other_lock", "another file is not locked", other_file_other_lock},
    {"lockf_interface", "lockf", lockf_interface},
    {"counter", "four processes count to 400 under a lock", counter},
};
PS_GROUP(locks);
