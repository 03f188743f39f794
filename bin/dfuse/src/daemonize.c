#include "daemonize.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exit_code.h"

static void report(int fd, unsigned char code)
{
	while (write(fd, &code, 1) < 0 && errno == EINTR)
		continue;
	close(fd);
}

static _Noreturn void wait_for_child(int fd)
{
	unsigned char code;
	ssize_t n;

	do {
		n = read(fd, &code, 1);
	} while (n < 0 && errno == EINTR);
	_exit(n == 1 ? code : EXIT_OTHER);
}

int daemonize_begin(void)
{
	int pipe_fd[2];
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid < 0) {
		close(pipe_fd[0]);
		close(pipe_fd[1]);
		return -1;
	}
	if (pid > 0) {
		close(pipe_fd[1]);
		wait_for_child(pipe_fd[0]);
	}
	close(pipe_fd[0]);
	setsid();
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	return pipe_fd[1];
}

void daemonize_ready(int fd)
{
	int null = open("/dev/null", O_RDWR);

	if (chdir("/") != 0)
		_exit(EXIT_OTHER);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		if (null > STDERR_FILENO)
			close(null);
	}
	report(fd, EXIT_DONE);
}

void daemonize_failed(int fd, int code)
{
	report(fd, (unsigned char)code);
}
