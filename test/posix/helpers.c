/* helpers.c: what many cases do. */
#include "helpers.h"

#include <pthread.h>
#include <sys/wait.h>

static void write_all(int fd, const char *data, size_t len, off_t off, const char *file, int line)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, data, len, off);

		if (n <= 0)
			ps_fail(file, line, "pwrite %zu bytes at %lld: got %s", len, (long long)off, strerror(errno));
		data += n;
		off += n;
		len -= (size_t)n;
	}
}

void ps_put(const char *path, const void *data, size_t len, const char *file, int line)
{
	int fd = ps_make(path, file, line);

	write_all(fd, data, len, 0, file, line);
	if (close(fd) != 0)
		ps_fail(file, line, "close %s: got %s", path, strerror(errno));
}

int ps_make(const char *path, const char *file, int line)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0644);

	if (fd < 0)
		ps_fail(file, line, "create %.80s: got %s", path, strerror(errno));
	return fd;
}

void ps_has(const char *path, const void *data, size_t len, const char *file, int line)
{
	int fd = open(path, O_RDONLY);
	char *buf = malloc(len + 1);
	size_t got = 0;
	ssize_t n;

	if (fd < 0 || buf == NULL)
		ps_fail(file, line, "open %.80s: got %s", path, strerror(errno));
	while (got <= len && (n = read(fd, buf + got, len + 1 - got)) != 0) {
		if (n < 0)
			ps_fail(file, line, "read %.80s: got %s", path, strerror(errno));
		got += (size_t)n;
	}
	if (got != len)
		ps_fail(file, line, "length of %.80s: got %zu%s, expected %zu", path, got, got > len ? " or more" : "",
			len);
	ps_mem(buf, data, len, path, file, line);
	free(buf);
	close(fd);
}

void ps_write_at(int fd, const void *data, size_t len, off_t off, const char *file, int line)
{
	write_all(fd, data, len, off, file, line);
}

void ps_read_at(int fd, void *buf, size_t len, off_t off, const char *file, int line)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(fd, (char *)buf + got, len - got, off + (off_t)got);

		if (n < 0)
			ps_fail(file, line, "pread %zu bytes at %lld: got %s", len, (long long)off, strerror(errno));
		if (n == 0)
			ps_fail(file, line, "pread %zu bytes at %lld: got end of file after %zu", len, (long long)off,
				got);
		got += (size_t)n;
	}
}

struct stat ps_stat(int fd, const char *path, int flags, const char *file, int line)
{
	struct stat st;
	int rc = flags & AT_EMPTY_PATH	       ? fstat(fd, &st)
		 : flags & AT_SYMLINK_NOFOLLOW ? lstat(path, &st)
					       : stat(path, &st);

	if (rc != 0)
		ps_fail(file, line, "stat %.80s: got %s", path, strerror(errno));
	return st;
}

bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

void fill(void *buf, size_t len, unsigned int seed)
{
	unsigned char *b = buf;
	unsigned int x = seed * 2654435761u + 1;

	for (size_t i = 0; i < len; i++) {
		x = x * 1664525u + 1013904223u;
		b[i] = (unsigned char)(x >> 24);
	}
}

void *new_bytes(size_t len)
{
	return SOME(calloc(1, len));
}

char *name_of(size_t len, char byte)
{
	char *name = new_bytes(len + 1);

	memset(name, byte, len);
	return name;
}

int ps_count(const char *path, const char *file, int line)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	int n = 0;

	if (dir == NULL)
		ps_fail(file, line, "opendir %.80s: got %s", path, strerror(errno));
	while (errno = 0, (de = readdir(dir)) != NULL)
		n += strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0;
	if (errno != 0)
		ps_fail(file, line, "readdir %.80s: got %s", path, strerror(errno));
	closedir(dir);
	return n;
}

void tick(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
}

long long ts_cmp(struct timespec a, struct timespec b)
{
	if (a.tv_sec != b.tv_sec)
		return a.tv_sec < b.tv_sec ? -1 : 1;
	return a.tv_nsec - b.tv_nsec;
}

pid_t ps_fork(const char *file, int line)
{
	pid_t pid = fork();

	if (pid < 0)
		ps_fail(file, line, "fork: got %s", strerror(errno));
	return pid;
}

void ps_join(pid_t pid, const char *file, int line)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		ps_fail(file, line, "waitpid: got %s", strerror(errno));
	if (WIFSIGNALED(status))
		ps_fail(file, line, "child: got killed by signal %d, expected exit 0", WTERMSIG(status));
	if (WEXITSTATUS(status) == PS_EXIT_FAILED)
		_exit(PS_EXIT_FAILED); /* it has said why */
	if (WEXITSTATUS(status) != 0)
		ps_fail(file, line, "child: got exit %d, expected 0", WEXITSTATUS(status));
}

void gate_init(struct gate *gate)
{
	OK(pipe(gate->fd));
}

void gate_open(const struct gate *gate)
{
	EQ(write(gate->fd[1], "g", 1), 1);
}

void gate_wait(const struct gate *gate)
{
	char c;

	EQ(read(gate->fd[0], &c, 1), 1);
}

struct job {
	void (*fn)(int);
	int i;
};

static void *run_job(void *arg)
{
	struct job *job = arg;

	job->fn(job->i);
	return NULL;
}

void in_threads(int n, void (*fn)(int i))
{
	pthread_t *threads = new_bytes((size_t)n * sizeof(*threads));
	struct job *jobs = new_bytes((size_t)n * sizeof(*jobs));

	for (int i = 0; i < n; i++) {
		jobs[i] = (struct job){fn, i};
		EQ(pthread_create(&threads[i], NULL, run_job, &jobs[i]), 0);
	}
	for (int i = 0; i < n; i++)
		EQ(pthread_join(threads[i], NULL), 0);
	free(jobs);
	free(threads);
}

void in_processes(int n, void (*fn)(int i))
{
	pid_t *pids = new_bytes((size_t)n * sizeof(*pids));

	for (int i = 0; i < n; i++) {
		pids[i] = FORK();
		if (pids[i] == 0) {
			fn(i);
			_exit(0);
		}
	}
	for (int i = 0; i < n; i++)
		JOIN(pids[i]);
	free(pids);
}

void need_user(void)
{
	if (AS_ROOT)
		SKIP("root overrides permissions");
}

void need_root(void)
{
	if (!AS_ROOT)
		SKIP("needs root");
}
