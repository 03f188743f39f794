/*
 * agent: a process that does what it is told, so that two of them can be told to do things by turns.
 *
 *	agent            reads commands from standard input, one a line, and answers each with one line on standard
 *output agent COMMAND... does one command; exit status 0 if it succeeded
 *
 * An answer is `ok VALUE` or the name of the errno. Descriptors have the numbers that the one who tells chooses: 100
 *and up. Descriptor 3, if open, is a Unix socket to another agent, for the commands `send` and `receive`.
 *
 * It calls libc as programs do, and knows nothing of dfuse.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { ARGS_MAX = 8, TEXT_MAX = 1 << 16, SOCKET = 3 };

static char text[TEXT_MAX];

/* What a command returns: a number (negative: errno says why), and perhaps a text. */
typedef long (*command_fn)(int argc, char **argv);

static long number(const char *word)
{
	return strtol(word, NULL, 0);
}

/* An fd that was opened becomes the one that was asked for, and is inherited. */
static long place(int fd, const char *where)
{
	int to = (int)number(where);

	if (fd < 0)
		return -1;
	if (fd == to)
		return 0;
	if (dup2(fd, to) < 0) {
		close(fd);
		return -1;
	}
	return close(fd);
}

static int open_flags(const char *letters)
{
	int flags = strchr(letters, 'r') && strchr(letters, 'w') ? O_RDWR : strchr(letters, 'w') ? O_WRONLY : O_RDONLY;

	flags |= strchr(letters, 'c') ? O_CREAT : 0;
	flags |= strchr(letters, 'x') ? O_EXCL : 0;
	flags |= strchr(letters, 't') ? O_TRUNC : 0;
	flags |= strchr(letters, 'a') ? O_APPEND : 0;
	flags |= strchr(letters, 'd') ? O_DIRECTORY : 0;
	flags |= strchr(letters, 'p') ? O_PATH : 0;
	return flags;
}

static long do_open(int argc, char **argv)
{
	(void)argc;
	return place(open(argv[2], open_flags(argv[3]), 0644), argv[1]);
}

static long do_close(int argc, char **argv)
{
	(void)argc;
	return close((int)number(argv[1]));
}

static long do_dup(int argc, char **argv)
{
	(void)argc;
	return place(dup((int)number(argv[1])), argv[2]);
}

static long do_write(int argc, char **argv)
{
	(void)argc;
	return write((int)number(argv[1]), argv[2], strlen(argv[2]));
}

static long do_pwrite(int argc, char **argv)
{
	(void)argc;
	return pwrite((int)number(argv[1]), argv[3], strlen(argv[3]), number(argv[2]));
}

static long take(ssize_t n)
{
	text[n > 0 ? n : 0] = '\0';
	return n;
}

static long do_read(int argc, char **argv)
{
	(void)argc;
	return take(read((int)number(argv[1]), text, (size_t)number(argv[2])));
}

static long do_pread(int argc, char **argv)
{
	(void)argc;
	return take(pread((int)number(argv[1]), text, (size_t)number(argv[3]), number(argv[2])));
}

static long do_seek(int argc, char **argv)
{
	return lseek((int)number(argv[1]), number(argv[2]), argc > 3 ? (int)number(argv[3]) : SEEK_SET);
}

/* poke FD OFFSET TEXT: through a shared mapping. */
static long do_poke(int argc, char **argv)
{
	long at = number(argv[2]), page = at & ~4095L;
	size_t len = strlen(argv[3]);
	char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, (int)number(argv[1]), page);

	(void)argc;
	if (map == MAP_FAILED)
		return -1;
	memcpy(map + (at - page), argv[3], len);
	return munmap(map, 8192);
}

static long do_peek(int argc, char **argv)
{
	long at = number(argv[2]), page = at & ~4095L;
	size_t len = (size_t)number(argv[3]);
	char *map = mmap(NULL, 8192, PROT_READ, MAP_SHARED, (int)number(argv[1]), page);

	(void)argc;
	if (map == MAP_FAILED)
		return -1;
	memcpy(text, map + (at - page), len);
	text[len] = '\0';
	return munmap(map, 8192);
}

/* Type and mode, size, time of modification: what another process may have changed. */
static long describe(int rc, const struct stat *st)
{
	if (rc == 0)
		snprintf(text, sizeof(text), "%o %lld %lld.%09ld", st->st_mode, (long long)st->st_size,
			 (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
	return rc;
}

static long do_stat(int argc, char **argv)
{
	struct stat st;

	(void)argc;
	return describe(stat(argv[1], &st), &st);
}

static long do_lstat(int argc, char **argv)
{
	struct stat st;

	(void)argc;
	return describe(lstat(argv[1], &st), &st);
}

static long do_fstat(int argc, char **argv)
{
	struct stat st;

	(void)argc;
	return describe(fstat((int)number(argv[1]), &st), &st);
}

static long do_size(int argc, char **argv)
{
	struct stat st;

	(void)argc;
	return stat(argv[1], &st) == 0 ? st.st_size : -1;
}

/* ino PATH: device and inode number. */
static long do_ino(int argc, char **argv)
{
	struct stat st;

	(void)argc;
	if (lstat(argv[1], &st) != 0)
		return -1;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)st.st_ino);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static long do_list(int argc, char **argv)
{
	char *names[4096];
	size_t n = 0, at = 0;
	struct dirent *de;
	DIR *dir = opendir(argv[1]);

	(void)argc;
	if (dir == NULL)
		return -1;
	while (n < 4096 && (de = readdir(dir)) != NULL)
		if (strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0)
			names[n++] = strdup(de->d_name);
	closedir(dir);
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		if (at < sizeof(text) - 300)
			at += (size_t)sprintf(text + at, "%s%s", i ? "," : "", names[i]);
		free(names[i]);
	}
	return (long)n;
}

static long do_unlink(int argc, char **argv)
{
	(void)argc;
	return unlink(argv[1]);
}

static long do_rename(int argc, char **argv)
{
	(void)argc;
	return rename(argv[1], argv[2]);
}

static long do_mkdir(int argc, char **argv)
{
	(void)argc;
	return mkdir(argv[1], 0755);
}

static long do_rmdir(int argc, char **argv)
{
	(void)argc;
	return rmdir(argv[1]);
}

static long do_symlink(int argc, char **argv)
{
	(void)argc;
	return symlink(argv[1], argv[2]);
}

static long do_readlink(int argc, char **argv)
{
	(void)argc;
	return take(readlink(argv[1], text, sizeof(text) - 1));
}

static long do_chmod(int argc, char **argv)
{
	(void)argc;
	return chmod(argv[1], (mode_t)strtol(argv[2], NULL, 8));
}

static long do_truncate(int argc, char **argv)
{
	(void)argc;
	return truncate(argv[1], number(argv[2]));
}

static long do_ftruncate(int argc, char **argv)
{
	(void)argc;
	return ftruncate((int)number(argv[1]), number(argv[2]));
}

static long do_allocate(int argc, char **argv)
{
	(void)argc;
	return fallocate((int)number(argv[1]), 0, number(argv[2]), number(argv[3]));
}

static long do_utime(int argc, char **argv)
{
	struct timespec ts[2] = {{number(argv[2]), 0}, {number(argv[2]), number(argv[3])}};

	(void)argc;
	return utimensat(AT_FDCWD, argv[1], ts, AT_SYMLINK_NOFOLLOW);
}

static long do_setxattr(int argc, char **argv)
{
	(void)argc;
	return setxattr(argv[1], argv[2], argv[3], strlen(argv[3]), 0);
}

static long do_getxattr(int argc, char **argv)
{
	(void)argc;
	return take(getxattr(argv[1], argv[2], text, sizeof(text) - 1));
}

static long do_removexattr(int argc, char **argv)
{
	(void)argc;
	return removexattr(argv[1], argv[2]);
}

static long do_access(int argc, char **argv)
{
	(void)argc;
	return access(argv[1], (int)number(argv[2]));
}

static long do_chdir(int argc, char **argv)
{
	(void)argc;
	return chdir(argv[1]);
}

static long do_cwd(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return getcwd(text, sizeof(text)) != NULL ? 0 : -1;
}

static long do_fsync(int argc, char **argv)
{
	(void)argc;
	return fsync((int)number(argv[1]));
}

/* lock FD r|w|u START LENGTH: fails where it would have to wait. */
static long do_lock(int argc, char **argv)
{
	struct flock lock = {
	    .l_type = (short)(argv[2][0] == 'r'	  ? F_RDLCK
			      : argv[2][0] == 'w' ? F_WRLCK
						  : F_UNLCK),
	    .l_whence = SEEK_SET,
	    .l_start = number(argv[3]),
	    .l_len = number(argv[4]),
	};

	(void)argc;
	return fcntl((int)number(argv[1]), F_SETLK, &lock);
}

static long do_flock(int argc, char **argv)
{
	int how = argv[2][0] == 'r' ? LOCK_SH : argv[2][0] == 'w' ? LOCK_EX : LOCK_UN;

	(void)argc;
	return flock((int)number(argv[1]), how | LOCK_NB);
}

/* append FD N TEXT: N writes; where they go is the descriptor's matter. */
static long do_append(int argc, char **argv)
{
	size_t len = strlen(argv[3]);

	(void)argc;
	for (long i = number(argv[2]); i > 0; i--)
		if (write((int)number(argv[1]), argv[3], len) != (ssize_t)len)
			return -1;
	return 0;
}

static long do_send(int argc, char **argv)
{
	char byte = 'x', control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int fd = (int)number(argv[1]);

	(void)argc;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(SOCKET, &msg, 0);
}

static long do_receive(int argc, char **argv)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	struct cmsghdr *c;
	int fd = -1;

	(void)argc;
	if (recvmsg(SOCKET, &msg, 0) != 1)
		return -1;
	c = CMSG_FIRSTHDR(&msg);
	if (c != NULL)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return place(fd, argv[1]);
}

/* child in|out COMMAND...: another agent, under the library as this one or without it, does it with descriptors
 * inherited. */
static long do_child(int argc, char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (argv[1][0] == 'o')
			unsetenv("LD_PRELOAD");
		argv[argc] = NULL;
		argv[1] = (char *)"agent";
		execv("/proc/self/exe", argv + 1);
		_exit(126);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	errno = ECHILD;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* fork COMMAND...: a child that goes on in the same program. */
static long do_fork(int argc, char **argv);

static const struct command {
	const char *name;
	int argc;
	command_fn fn;
} commands[] = {
    {"open", 4, do_open},	    {"close", 2, do_close},	  {"dup", 3, do_dup},
    {"write", 3, do_write},	    {"pwrite", 4, do_pwrite},	  {"read", 3, do_read},
    {"pread", 4, do_pread},	    {"seek", 3, do_seek},	  {"poke", 4, do_poke},
    {"peek", 4, do_peek},	    {"stat", 2, do_stat},	  {"lstat", 2, do_lstat},
    {"fstat", 2, do_fstat},	    {"size", 2, do_size},	  {"ino", 2, do_ino},
    {"list", 2, do_list},	    {"unlink", 2, do_unlink},	  {"rename", 3, do_rename},
    {"mkdir", 2, do_mkdir},	    {"rmdir", 2, do_rmdir},	  {"symlink", 3, do_symlink},
    {"readlink", 2, do_readlink},   {"chmod", 3, do_chmod},	  {"truncate", 3, do_truncate},
    {"ftruncate", 3, do_ftruncate}, {"allocate", 4, do_allocate}, {"utime", 4, do_utime},
    {"setxattr", 4, do_setxattr},   {"getxattr", 3, do_getxattr}, {"removexattr", 3, do_removexattr},
    {"access", 3, do_access},	    {"chdir", 2, do_chdir},	  {"cwd", 1, do_cwd},
    {"fsync", 2, do_fsync},	    {"lock", 5, do_lock},	  {"flock", 3, do_flock},
    {"append", 4, do_append},	    {"send", 2, do_send},	  {"receive", 2, do_receive},
    {"child", 3, do_child},	    {"fork", 2, do_fork},
};

static long run(int argc, char **argv)
{
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, argv[0]) == 0 && argc >= commands[i].argc)
			return commands[i].fn(argc, argv);
	errno = EBADRQC;
	return -1;
}

static long do_fork(int argc, char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(run(argc - 1, argv + 1) < 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	errno = ECHILD;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	char line[4096], *words[ARGS_MAX * 2];

	if (argc > 1)
		return run(argc - 1, argv + 1) < 0;
	setlinebuf(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		int n = 0;
		long rc;

		for (char *w = strtok(line, " \n"); w != NULL && n < ARGS_MAX * 2 - 1; w = strtok(NULL, " \n"))
			words[n++] = w;
		if (n == 0)
			continue;
		rc = run(n, words);
		if (rc < 0)
			printf("%s\n", strerrorname_np(errno));
		else if (text[0] != '\0')
			printf("ok %s\n", text);
		else
			printf("ok %ld\n", rc);
	}
	return 0;
}
