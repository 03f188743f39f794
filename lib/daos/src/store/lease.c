#include "lease.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 2000 /* times that an open with O_NONBLOCK is tried again, then with pauses */

struct guard {
	sigset_t urgent, before;
};

static void guard_begin(struct guard *g, int fd)
{
	struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = (pid_t)syscall(SYS_gettid)};

	sigemptyset(&g->urgent);
	sigaddset(&g->urgent, SIGURG);
	pthread_sigmask(SIG_BLOCK, &g->urgent, &g->before);
	fcntl(fd, F_SETOWN_EX, &owner);
	fcntl(fd, F_SETSIG, SIGURG);
}

/* Take away the signal that came meanwhile, if it is ours; somebody else's is put back. */
static void drain(const struct guard *g, int fd)
{
	struct timespec now = {0};
	sigset_t pending;
	siginfo_t info;

	if (sigpending(&pending) != 0 || !sigismember(&pending, SIGURG))
		return;
	if (sigtimedwait(&g->urgent, &info, &now) == SIGURG && (info.si_code <= 0 || info.si_fd != fd))
		kill(getpid(), SIGURG);
}

static void guard_end(struct guard *g, int fd)
{
	drain(g, fd);
	pthread_sigmask(SIG_SETMASK, &g->before, NULL);
}

/* The descriptor goes on, perhaps with leases of its user's own. */
static void guard_forget(int fd)
{
	struct f_owner_ex nobody = {.type = F_OWNER_PID};

	fcntl(fd, F_SETSIG, 0);
	fcntl(fd, F_SETOWN_EX, &nobody);
}

static enum lease_answer ask(int fd, int type, struct stat *st)
{
	enum lease_answer answer = LEASE_FREE;
	struct guard g;

	guard_begin(&g, fd);
	if (fcntl(fd, F_SETLEASE, type) != 0) {
		answer = errno == EAGAIN ? LEASE_TAKEN : LEASE_NOT_KNOWN;
	} else {
		if (st != NULL && fstat(fd, st) != 0)
			answer = LEASE_NOT_KNOWN;
		fcntl(fd, F_SETLEASE, F_UNLCK);
	}
	guard_end(&g, fd);
	return answer;
}

enum lease_answer lease_writers(int fd, struct stat *st)
{
	return ask(fd, F_RDLCK, st);
}

enum lease_answer lease_others(int fd)
{
	enum lease_answer answer = ask(fd, F_WRLCK, NULL);

	guard_forget(fd);
	return answer;
}

int lease_open(int dir_fd, const char *name, int flags)
{
	struct timespec pause = {0, 50000};
	int fd;

	for (unsigned i = 0; i < PATIENCE; i++) {
		fd = openat(dir_fd, name, flags, 0600);
		if (fd >= 0 || (errno != EWOULDBLOCK && errno != EINTR))
			break;
		if (errno == EINTR)
			continue;
		if (i < PATIENCE / 2)
			sched_yield();
		else if (i % 10 == 0)
			nanosleep(&pause, NULL);
	}
	return fd;
}
