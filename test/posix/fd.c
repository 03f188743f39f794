/* fd.c: descriptors: dup, close-on-exec, status flags, O_PATH, O_TMPFILE, passing them on. */
#include "helpers.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <termios.h>

static void dup_shares_offset(void)
{
	int a = MAKE("f"), b = OK(dup(a)), c;

	EQ(write(a, "one ", 4), 4);
	EQ(lseek(b, 0, SEEK_CUR), 4);
	EQ(write(b, "two", 3), 3);
	EQ(lseek(a, 0, SEEK_CUR), 7);
	c = OK(dup2(a, 50));
	EQ(c, 50);
	EQ(lseek(c, 0, SEEK_CUR), 7);
	OK(close(a));
	EQ(write(c, "!", 1), 1);
	HAS("f", "one two!");
	c = OK(fcntl(b, F_DUPFD, 60));
	GE(c, 60);
}

static void dup_shares_flags(void)
{
	int a = MAKE("f"), b = OK(dup(a)), c = OK(open("f", O_RDWR));

	OK(fcntl(a, F_SETFL, O_APPEND));
	TRUE(fcntl(b, F_GETFL) & O_APPEND);
	TRUE(!(fcntl(c, F_GETFL) & O_APPEND));
}

static void separate_opens(void)
{
	int a = MAKE("f"), b = OK(open("f", O_RDWR));

	EQ(write(a, "12345", 5), 5);
	EQ(lseek(b, 0, SEEK_CUR), 0);
	EQ(write(b, "AB", 2), 2);
	HAS("f", "AB345");
}

static void fork_shares_offset(void)
{
	int fd = MAKE("f");
	pid_t pid;

	EQ(write(fd, "parent ", 7), 7);
	pid = FORK();
	if (pid == 0) {
		EQ(write(fd, "child ", 6), 6);
		_exit(0);
	}
	JOIN(pid);
	EQ(lseek(fd, 0, SEEK_CUR), 13);
	EQ(write(fd, "parent", 6), 6);
	HAS("f", "parent child parent");
}

static void close_on_exec(void)
{
	int keep = MAKE("keep"), drop = OK(open("drop", O_CREAT | O_RDWR | O_CLOEXEC, 0644));
	char cmd[128];
	pid_t pid;

	EQ(fcntl(drop, F_GETFD), FD_CLOEXEC);
	EQ(fcntl(keep, F_GETFD), 0);
	snprintf(cmd, sizeof(cmd), "echo inherited >&%d || exit 3; (echo x >&%d) 2>/dev/null && exit 4; exit 0", keep,
		 drop);
	pid = FORK();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", cmd, NULL);
		_exit(5);
	}
	JOIN(pid);
	HAS("keep", "inherited\n");
	HAS("drop", "");
}

static void status_flags(void)
{
	int fd;

	close(MAKE("f"));
	fd = OK(open("f", O_RDONLY));
	EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	fd = OK(open("f", O_WRONLY | O_APPEND | O_NONBLOCK));
	EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY);
	TRUE(fcntl(fd, F_GETFL) & O_APPEND);
	TRUE(fcntl(fd, F_GETFL) & O_NONBLOCK);
	EQ(write(fd, "x", 1), 1);
	fd = OK(open("f", O_RDWR | O_CREAT | O_TRUNC));
	EQ(fcntl(fd, F_GETFL) & (O_CREAT | O_TRUNC | O_ACCMODE), O_RDWR);
}

static void closed_is_closed(void)
{
	int fd = MAKE("f");
	char c;

	OK(close(fd));
	FAILS(EBADF, read(fd, &c, 1));
	FAILS(EBADF, write(fd, "x", 1));
	FAILS(EBADF, lseek(fd, 0, SEEK_SET));
	FAILS(EBADF, ftruncate(fd, 0));
	FAILS(EBADF, fchmod(fd, 0600));
	FAILS(EBADF, close(fd));
}

static void path_only(void)
{
	char buf[4];
	int fd, d;

	PUT("f", "x");
	fd = OK(open("f", O_PATH));
	FAILS(EBADF, read(fd, buf, 4));
	FAILS(EBADF, write(fd, buf, 4));
	FAILS(EBADF, ftruncate(fd, 0));
	FAILS(EBADF, fchmod(fd, 0600));
	EQ(FSTAT(fd).st_size, 1);
	TRUE(fcntl(fd, F_GETFL) & O_PATH);
	d = OK(open(".", O_PATH | O_DIRECTORY));
	OK(openat(d, "f", O_RDONLY));
	OK(fchdir(d));
	FAILS(ENOENT, open("none", O_PATH));
}

static void path_only_without_permission(void)
{
	need_user();
	PUT("f", "x");
	OK(chmod("f", 0));
	OK(open("f", O_PATH));
}

static void reopen_by_proc(void)
{
	char path[64], buf[8];
	int fd, again;

	PUT("f", "text");
	fd = OK(open("f", O_PATH));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = OK(open(path, O_RDWR));
	EQ(read(again, buf, 8), 4);
	EQ(pwrite(again, "TEXT", 4, 0), 4);
	HAS("f", "TEXT");
	OK(rename("f", "g"));
	again = OK(open(path, O_RDONLY));
	EQ(read(again, buf, 8), 4);
}

static void unnamed(void)
{
	char buf[8];
	int fd = open(".", O_TMPFILE | O_RDWR, 0600);

	if (fd < 0) {
		EQ(errno, EOPNOTSUPP);
		EQ(COUNT("."), 0);
		return;
	}
	EQ(COUNT("."), 0);
	EQ(FSTAT(fd).st_nlink, 0);
	EQ(FSTAT(fd).st_mode, S_IFREG | 0600);
	EQ(write(fd, "scratch", 7), 7);
	EQ(pread(fd, buf, 8, 0), 7);
	MEM(buf, "scratch", 7);
}

static void unnamed_errors(void)
{
	PUT("f", "");
	FAILS(EINVAL, open(".", O_TMPFILE | O_RDONLY, 0600));
	FAILS(ENOENT, open("none", O_TMPFILE | O_RDWR, 0600));
	FAILS(ENOTDIR, open("f", O_TMPFILE | O_RDWR, 0600));
}

static void passed_by_socket(void)
{
	char control[CMSG_SPACE(sizeof(int))] = "", byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	struct cmsghdr *cm;
	int pair[2], fd = MAKE("f");
	pid_t pid;

	EQ(write(fd, "sent", 4), 4);
	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	pid = FORK();
	if (pid == 0) {
		char buf[8];
		int got;

		close(fd);
		EQ(recvmsg(pair[1], &msg, 0), 1);
		cm = CMSG_FIRSTHDR(&msg);
		TRUE(cm != NULL && cm->cmsg_type == SCM_RIGHTS);
		memcpy(&got, CMSG_DATA(cm), sizeof(got));
		EQ(pread(got, buf, 8, 0), 4);
		MEM(buf, "sent", 4);
		EQ(write(got, " back", 5), 5);
		_exit(0);
	}
	cm = CMSG_FIRSTHDR(&msg);
	*cm = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
	memcpy(CMSG_DATA(cm), &fd, sizeof(fd));
	EQ(sendmsg(pair[0], &msg, 0), 1);
	JOIN(pid);
	HAS("f", "sent back");
}

static void many_open(void)
{
	struct rlimit lim;
	int fds[800], n = 800;
	char name[16];

	OK(getrlimit(RLIMIT_NOFILE, &lim));
	if (lim.rlim_cur < 900)
		SKIP("too few descriptors allowed");
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		fds[i] = MAKE(name);
		EQ(write(fds[i], name, strlen(name)), strlen(name));
	}
	for (int i = 0; i < n; i++) {
		char buf[16];

		snprintf(name, sizeof(name), "f%d", i);
		EQ(pread(fds[i], buf, 16, 0), strlen(name));
		MEM(buf, name, strlen(name));
		OK(close(fds[i]));
	}
}

static void same_file_many_times(void)
{
	int fds[500];

	PUT("f", "x");
	for (int i = 0; i < 500; i++)
		fds[i] = OK(open("f", O_RDWR));
	EQ(pwrite(fds[0], "shared", 6, 0), 6);
	for (int i = 0; i < 500; i++) {
		char buf[8];

		EQ(pread(fds[i], buf, 8, 0), 6);
		OK(close(fds[i]));
	}
}

static void readiness(void)
{
	struct pollfd p = {.fd = MAKE("f"), .events = POLLIN | POLLOUT};

	EQ(poll(&p, 1, 0), 1);
	EQ(p.revents, POLLIN | POLLOUT);
}

static void no_terminal(void)
{
	struct termios t;
	int fd = MAKE("f"), n;

	EQ(isatty(fd), 0);
	FAILS(ENOTTY, tcgetattr(fd, &t));
	FAILS2(ENOTTY, EINVAL, ioctl(fd, TIOCGWINSZ, &n));
	EQ(write(fd, "12345", 5), 5);
	EQ(lseek(fd, 2, SEEK_SET), 2);
	OK(ioctl(fd, FIONREAD, &n));
	EQ(n, 3);
}

static void advice(void)
{
	int fd;

	PUT("f", "0123456789");
	fd = OK(open("f", O_RDONLY));
	EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL), 0);
	EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED), 0);
	EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	EQ(posix_fadvise(fd, 0, 0, 99), EINVAL);
	HAS("f", "0123456789");
}

static const struct ps_case cases[] = {
    {"dup_shares_offset", "dup, dup2, F_DUPFD share the offset", dup_shares_offset},
    {"dup_shares_flags", "duplicates share status flags, other opens do not", dup_shares_flags},
    {"separate_opens", "two opens have two offsets", separate_opens},
    {"fork_shares_offset", "a child shares its parent's offset", fork_shares_offset},
    {"close_on_exec", "O_CLOEXEC closes at exec, other descriptors stay", close_on_exec},
    {"status_flags", "F_GETFL returns access mode and status flags only", status_flags},
    {"closed_is_closed", "EBADF after close", closed_is_closed},
    {"path_only", "O_PATH: no reading or writing, but fstat, openat, fchdir", path_only},
    {"path_only_without_permission", "O_PATH needs no permission on the file", path_only_without_permission},
    {"reopen_by_proc", "/proc/self/fd opens the file again, renamed or not", reopen_by_proc},
    {"unnamed", "O_TMPFILE makes a file without a name, or is EOPNOTSUPP", unnamed},
    {"unnamed_errors", "O_TMPFILE: EINVAL, ENOENT, ENOTDIR", unnamed_errors},
    {"passed_by_socket", "a descriptor sent over a socket works", passed_by_socket},
    {"many_open", "800 files open at once", many_open},
    {"same_file_many_times", "one file open 500 times", same_file_many_times},
    {"readiness", "poll: regular files are always ready", readiness},
    {"no_terminal", "ENOTTY; FIONREAD", no_terminal},
    {"advice", "posix_fadvise", advice},
};
PS_GROUP(fd);
