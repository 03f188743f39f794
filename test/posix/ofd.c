/* ofd.c: locks of open files: F_OFD_SETLK and flock(2). */
#include "helpers.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

static int ofd(int fd, int cmd, short type, off_t start, off_t len)
{
	struct flock fl = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};

	return fcntl(fd, cmd, &fl);
}

static void ofd_conflict(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDWR));

	OK(ofd(a, F_OFD_SETLK, F_WRLCK, 0, 10));
	FAILS2(EAGAIN, EACCES, ofd(b, F_OFD_SETLK, F_WRLCK, 5, 10));
	OK(ofd(b, F_OFD_SETLK, F_WRLCK, 10, 10));
	OK(ofd(a, F_OFD_SETLK, F_UNLCK, 0, 10));
	OK(ofd(b, F_OFD_SETLK, F_WRLCK, 5, 10));
}

static void ofd_with_process_locks(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDWR));

	OK(ofd(a, F_OFD_SETLK, F_WRLCK, 0, 0));
	FAILS2(EAGAIN, EACCES, ofd(b, F_SETLK, F_WRLCK, 0, 0));
	OK(ofd(a, F_OFD_SETLK, F_UNLCK, 0, 0));
	OK(ofd(b, F_SETLK, F_WRLCK, 0, 0));
	FAILS2(EAGAIN, EACCES, ofd(a, F_OFD_SETLK, F_RDLCK, 0, 0));
}

static void ofd_dup_shares(void)
{
	int a = MAKE("f"), b = OK(dup(a)), c = OK(open("f", O_RDWR));

	OK(ofd(a, F_OFD_SETLK, F_WRLCK, 0, 0));
	OK(ofd(b, F_OFD_SETLK, F_WRLCK, 0, 0));
	OK(close(a));
	FAILS2(EAGAIN, EACCES, ofd(c, F_OFD_SETLK, F_WRLCK, 0, 0));
	OK(close(b));
	OK(ofd(c, F_OFD_SETLK, F_WRLCK, 0, 0));
}

static void ofd_other_close_keeps(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDWR)), c = OK(open("f", O_RDWR));

	OK(ofd(a, F_OFD_SETLK, F_WRLCK, 0, 0));
	OK(close(b));
	FAILS2(EAGAIN, EACCES, ofd(c, F_OFD_SETLK, F_WRLCK, 0, 0));
}

static void ofd_query(void)
{
	struct flock fl = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int a = MAKE("f"), b = OK(open("f", O_RDWR));

	OK(ofd(a, F_OFD_SETLK, F_RDLCK, 5, 5));
	OK(fcntl(b, F_OFD_GETLK, &fl));
	EQ(fl.l_type, F_RDLCK);
	EQ(fl.l_start, 5);
	EQ(fl.l_len, 5);
	EQ(fl.l_pid, -1);
}

static void flock_exclusive(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDONLY));

	OK(flock(a, LOCK_EX));
	FAILS(EWOULDBLOCK, flock(b, LOCK_EX | LOCK_NB));
	FAILS(EWOULDBLOCK, flock(b, LOCK_SH | LOCK_NB));
	OK(flock(a, LOCK_UN));
	OK(flock(b, LOCK_EX | LOCK_NB));
}

static void flock_shared(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDONLY)), c = OK(open("f", O_RDONLY));

	OK(flock(a, LOCK_SH));
	OK(flock(b, LOCK_SH | LOCK_NB));
	FAILS(EWOULDBLOCK, flock(c, LOCK_EX | LOCK_NB));
	OK(flock(a, LOCK_UN));
	FAILS(EWOULDBLOCK, flock(c, LOCK_EX | LOCK_NB));
	OK(flock(b, LOCK_EX | LOCK_NB));
}

static void flock_dup_and_close(void)
{
	int a = MAKE("f"), b = OK(dup(a)), c = OK(open("f", O_RDONLY));

	OK(flock(a, LOCK_EX));
	OK(flock(b, LOCK_EX | LOCK_NB));
	OK(close(a));
	FAILS(EWOULDBLOCK, flock(c, LOCK_EX | LOCK_NB));
	OK(close(b));
	OK(flock(c, LOCK_EX | LOCK_NB));
}

static void flock_inherited(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDONLY));
	pid_t pid;

	OK(flock(a, LOCK_EX));
	pid = FORK();
	if (pid == 0) {
		OK(flock(a, LOCK_EX | LOCK_NB));
		FAILS(EWOULDBLOCK, flock(b, LOCK_EX | LOCK_NB));
		OK(flock(a, LOCK_UN));
		_exit(0);
	}
	JOIN(pid);
	OK(flock(b, LOCK_EX | LOCK_NB));
}

static void flock_processes(void)
{
	struct gate locked;
	int fd = MAKE("f");
	pid_t pid;

	gate_init(&locked);
	pid = FORK();
	if (pid == 0) {
		OK(flock(OK(open("f", O_RDONLY)), LOCK_EX));
		gate_open(&locked);
		usleep(200 * 1000);
		_exit(0);
	}
	gate_wait(&locked);
	FAILS(EWOULDBLOCK, flock(fd, LOCK_SH | LOCK_NB));
	OK(flock(fd, LOCK_EX));
	JOIN(pid);
}

static void flock_killed(void)
{
	struct gate locked;
	int fd = MAKE("f");
	pid_t pid;

	gate_init(&locked);
	pid = FORK();
	if (pid == 0) {
		OK(flock(OK(open("f", O_RDONLY)), LOCK_EX));
		gate_open(&locked);
		pause();
	}
	gate_wait(&locked);
	OK(kill(pid, SIGKILL));
	OK(waitpid(pid, NULL, 0));
	OK(flock(fd, LOCK_EX | LOCK_NB));
}

static void flock_directory(void)
{
	int a, b;

	OK(mkdir("d", 0755));
	a = OK(open("d", O_RDONLY));
	b = OK(open("d", O_RDONLY));
	OK(flock(a, LOCK_EX));
	FAILS(EWOULDBLOCK, flock(b, LOCK_SH | LOCK_NB));
	OK(close(a));
	OK(flock(b, LOCK_SH | LOCK_NB));
}

static void flock_errors(void)
{
	int fd = MAKE("f");

	FAILS(EINVAL, flock(fd, 0));
	FAILS(EBADF, flock(-1, LOCK_EX));
	OK(flock(fd, LOCK_UN));
}

static void count_up(int who)
{
	int fd = OK(open("counter", O_RDWR)), n;

	(void)who;
	for (int i = 0; i < 100; i++) {
		OK(flock(fd, LOCK_EX));
		EQ(pread(fd, &n, sizeof(n), 0), sizeof(n));
		n++;
		EQ(pwrite(fd, &n, sizeof(n), 0), sizeof(n));
		OK(flock(fd, LOCK_UN));
	}
}

static void flock_counter(void)
{
	int n = 0;

	PUT_BYTES("counter", &n, sizeof(n));
	in_processes(4, count_up);
	n = 400;
	HAS_BYTES("counter", &n, sizeof(n));
	in_threads(4, count_up);
	n = 800;
	HAS_BYTES("counter", &n, sizeof(n));
}

static const struct ps_case cases[] = {
    {"ofd_conflict", "F_OFD_SETLK: two open files of one process conflict", ofd_conflict},
    {"ofd_with_process_locks", "F_OFD_SETLK conflicts with process locks", ofd_with_process_locks},
    {"ofd_dup_shares", "F_OFD_SETLK: duplicates share, the last close releases", ofd_dup_shares},
    {"ofd_other_close_keeps", "F_OFD_SETLK: closing another open file keeps the lock", ofd_other_close_keeps},
    {"ofd_query", "F_OFD_GETLK", ofd_query},
    {"flock_exclusive", "LOCK_EX keeps others out (EWOULDBLOCK)", flock_exclusive},
    {"flock_shared", "LOCK_SH goes together; conversion", flock_shared},
    {"flock_dup_and_close", "flock: duplicates share, the last close releases", flock_dup_and_close},
    {"flock_inherited", "flock: a child shares its parent's open file", flock_inherited},
    {"flock_processes", "flock waits for another process", flock_processes},
    {"flock_killed", "flock: the death of the holder releases", flock_killed},
    {"flock_directory", "flock on directories", flock_directory},
    {"flock_errors", "flock: EINVAL, EBADF; unlocking what is not locked", flock_errors},
    {"flock_counter", "processes, then threads, count under flock", flock_counter},
};
PS_GROUP(ofd);
