/*
 * file-user: a program that keeps files open and does to them what it is told, for tests of several at one file.
 *
 *	file-user                     uses paths, as any program
 *	file-user POOL CONTAINER      uses the plain files of the container, as an intercepted program does; paths are
 *in it
 *
 * Reads commands from standard input, one per line, and answers each with one line: the result, or `error NAME`. Words
 * are separated by single spaces, the last one may have spaces in it. N is 0 to 9.
 *
 *	open N HOW PATH     HOW: r, w, rw; with a: appending, c: creating, t: emptying. Answers how: path, plain, mount
 *	close N    size N    truncate N SIZE    seek-end N    times N (mtime in ns)
 *	read N OFFSET LENGTH    write N OFFSET TEXT    append N TEXT
 *	map N LENGTH        map it shared     load N OFFSET LENGTH    store N OFFSET TEXT     unmap N
 *	lock N TYPE START LENGTH    without waiting; TYPE: r, w, u
 *	wait N TYPE START LENGTH    waiting; answers `waiting`, and a line more when it is over
 *	holder N TYPE START LENGTH  F_GETLK: `none`, or type, start, length, pid
 *	flock N TYPE                without waiting; TYPE: r, w, u
 *	stat PATH                   its size, by name
 *	count TIMES PATH            add one to the number in it, each time opened, locked, unlocked and closed
 *	quit
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_local.h>

enum { FILES = 10, WORDS = 5, MAX_TEXT = 65536 };

struct user {
	daos_handle_t poh, coh;
	dfs_t *dfs; /* NULL: paths */
	int fd[FILES];
	char *map[FILES];
	size_t map_len[FILES];
	char text[MAX_TEXT]; /* the answer */
};

static int result(long long rc)
{
	return rc < 0 ? errno : 0;
}

static int flags_of(const char *how)
{
	int flags = strchr(how, 'r') == NULL ? O_WRONLY : strchr(how, 'w') == NULL ? O_RDONLY : O_RDWR;

	flags |= strchr(how, 'a') != NULL ? O_APPEND : 0;
	flags |= strchr(how, 'c') != NULL ? O_CREAT : 0;
	return flags | (strchr(how, 't') != NULL ? O_TRUNC : 0);
}

/* The object id of a file, made if `flags` say so. */
static int find(struct user *u, const char *path, int flags, daos_obj_id_t *oid)
{
	dfs_obj_t *obj;
	int rc;

	rc = dfs_lookup(u->dfs, path, O_RDONLY, &obj, NULL, NULL);
	if (rc == ENOENT && (flags & O_CREAT))
		rc = dfs_open(u->dfs, NULL, path + 1, S_IFREG | 0644, O_CREAT | O_RDWR, 0, 0, NULL, &obj);
	if (rc != 0)
		return rc;
	rc = dfs_obj2id(obj, oid);
	dfs_release(obj);
	return rc;
}

/* As the interception library opens: the plain file, unless a mount caches it. */
static int open_plain(struct user *u, const char *path, int flags, int *fd, const char **how)
{
	char root[4096], there[8192];
	daos_obj_id_t oid;
	int rc;

	rc = find(u, path, flags, &oid);
	if (rc != 0)
		return rc;
	rc = daos_local_array_open(u->coh, oid, flags | (flags & O_ACCMODE ? O_CREAT : 0), fd);
	if (rc != 0)
		return rc == -DER_NONEXIST ? ENOENT : EIO;
	*how = "plain";
	if (daos_local_array_cached == NULL || daos_local_array_cached(u->coh, oid, root, sizeof(root)) != 0)
		return 0;
	close(*fd);
	snprintf(there, sizeof(there), "%s%s", root, path);
	*fd = open(there, flags & ~O_CREAT);
	*how = "mount";
	return result(*fd);
}

static int open_any(struct user *u, const char *path, int flags, int *fd, const char **how)
{
	*how = "path";
	if (u->dfs != NULL)
		return open_plain(u, path, flags, fd, how);
	*fd = open(path, flags, 0644);
	return result(*fd);
}

static int do_open(struct user *u, char **w, int n)
{
	const char *how;
	int rc = open_any(u, w[3], flags_of(w[2]), &u->fd[n], &how);

	snprintf(u->text, MAX_TEXT, "%s", how);
	return rc;
}

static int do_read(struct user *u, char **w, int n)
{
	size_t len = strtoul(w[3], NULL, 0);
	ssize_t got = pread(u->fd[n], u->text, len < MAX_TEXT ? len : MAX_TEXT - 1, strtoll(w[2], NULL, 0));

	u->text[got > 0 ? got : 0] = '\0';
	return result(got);
}

static int do_load(struct user *u, char **w, int n)
{
	size_t len = strtoul(w[3], NULL, 0);

	memcpy(u->text, u->map[n] + strtoul(w[2], NULL, 0), len);
	u->text[len] = '\0';
	return 0;
}

static int do_map(struct user *u, char **w, int n)
{
	u->map_len[n] = strtoul(w[2], NULL, 0);
	u->map[n] = mmap(NULL, u->map_len[n], PROT_READ | PROT_WRITE, MAP_SHARED, u->fd[n], 0);
	return u->map[n] == MAP_FAILED ? errno : 0;
}

static short type_of(const char *word)
{
	return word[0] == 'r' ? F_RDLCK : word[0] == 'w' ? F_WRLCK : F_UNLCK;
}

static struct flock range_of(char **w)
{
	struct flock fl = {.l_type = type_of(w[2]), .l_whence = SEEK_SET};

	fl.l_start = strtoll(w[3], NULL, 0);
	fl.l_len = strtoll(w[4], NULL, 0);
	return fl;
}

static int do_wait(char **w, int fd)
{
	struct flock fl = range_of(w);

	puts("waiting");
	return result(fcntl(fd, F_SETLKW, &fl));
}

static int do_holder(struct user *u, char **w, int n)
{
	struct flock fl = range_of(w);
	int rc = result(fcntl(u->fd[n], F_GETLK, &fl));

	if (fl.l_type == F_UNLCK)
		snprintf(u->text, MAX_TEXT, "none");
	else
		snprintf(u->text, MAX_TEXT, "%s %lld %lld %d", fl.l_type == F_WRLCK ? "w" : "r", (long long)fl.l_start,
			 (long long)fl.l_len, fl.l_pid);
	return rc;
}

static int do_stat(struct user *u, char **w)
{
	struct stat st;
	int rc;

	if (u->dfs != NULL)
		rc = dfs_stat(u->dfs, NULL, w[1] + 1, &st);
	else
		rc = result(stat(w[1], &st));
	if (rc == 0)
		snprintf(u->text, MAX_TEXT, "%lld", (long long)st.st_size);
	return rc;
}

static int do_fstat(struct user *u, int n, bool times)
{
	struct stat st;
	int rc = result(fstat(u->fd[n], &st));

	snprintf(u->text, MAX_TEXT, "%lld",
		 times ? (long long)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec : (long long)st.st_size);
	return rc;
}

static int do_lock(char **w, int fd)
{
	struct flock fl = range_of(w);

	return result(fcntl(fd, F_SETLK, &fl));
}

static int do_flock(char **w, int fd)
{
	short type = type_of(w[2]);

	return result(flock(fd, (type == F_RDLCK ? LOCK_SH : type == F_WRLCK ? LOCK_EX : LOCK_UN) | LOCK_NB));
}

static int do_seek_end(struct user *u, int n)
{
	off_t at = lseek(u->fd[n], 0, SEEK_END);

	snprintf(u->text, MAX_TEXT, "%lld", (long long)at);
	return result(at);
}

static int count_once(int fd)
{
	struct flock fl = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char number[16] = "";

	if (fcntl(fd, F_SETLKW, &fl) != 0 || pread(fd, number, 8, 0) != 8)
		return errno != 0 ? errno : EIO;
	snprintf(number, sizeof(number), "%08d", atoi(number) + 1);
	if (pwrite(fd, number, 8, 0) != 8)
		return errno;
	fl.l_type = F_UNLCK;
	return result(fcntl(fd, F_SETLK, &fl));
}

/* Answers how often it was opened in which way. */
static int do_count(struct user *u, char **w)
{
	int through_mount = 0, times = atoi(w[1]), fd, rc = 0;
	const char *how;

	for (int i = 0; rc == 0 && i < times; i++) {
		rc = open_any(u, w[2], O_RDWR, &fd, &how);
		if (rc != 0)
			break;
		through_mount += strcmp(how, "mount") == 0;
		errno = 0;
		rc = count_once(fd);
		close(fd);
	}
	snprintf(u->text, MAX_TEXT, "%d of %d through the mount", through_mount, times);
	return rc;
}

static int obey_file(struct user *u, char **w, int words, int n)
{
	int fd = u->fd[n];

	if (strcmp(w[0], "open") == 0 && words == 4)
		return do_open(u, w, n);
	if (strcmp(w[0], "close") == 0)
		return result(close(fd));
	if (strcmp(w[0], "size") == 0 || strcmp(w[0], "times") == 0)
		return do_fstat(u, n, w[0][0] == 't');
	if (strcmp(w[0], "seek-end") == 0)
		return do_seek_end(u, n);
	if (strcmp(w[0], "truncate") == 0 && words == 3)
		return result(ftruncate(fd, strtoll(w[2], NULL, 0)));
	if (strcmp(w[0], "read") == 0 && words == 4)
		return do_read(u, w, n);
	if (strcmp(w[0], "write") == 0 && words >= 4)
		return result(pwrite(fd, w[3], strlen(w[3]), strtoll(w[2], NULL, 0)));
	if (strcmp(w[0], "append") == 0 && words >= 3)
		return result(write(fd, w[2], strlen(w[2])));
	if (strcmp(w[0], "map") == 0 && words == 3)
		return do_map(u, w, n);
	if (strcmp(w[0], "load") == 0 && words == 4)
		return do_load(u, w, n);
	if (strcmp(w[0], "store") == 0 && words == 4)
		return memcpy(u->map[n] + strtoul(w[2], NULL, 0), w[3], strlen(w[3])) == NULL;
	if (strcmp(w[0], "unmap") == 0)
		return result(munmap(u->map[n], u->map_len[n]));
	if (strcmp(w[0], "lock") == 0 && words == 5)
		return do_lock(w, fd);
	if (strcmp(w[0], "wait") == 0 && words == 5)
		return do_wait(w, fd);
	if (strcmp(w[0], "holder") == 0 && words == 5)
		return do_holder(u, w, n);
	if (strcmp(w[0], "flock") == 0 && words == 3)
		return do_flock(w, fd);
	return EINVAL;
}

static int obey(struct user *u, char *line)
{
	int max = strncmp(line, "write ", 6) == 0 || strncmp(line, "store ", 6) == 0 || strncmp(line, "open ", 5) == 0
		      ? 4
		  : strncmp(line, "append ", 7) == 0 || strncmp(line, "count ", 6) == 0 ? 3
		  : strncmp(line, "stat ", 5) == 0					? 2
											: WORDS;
	char *w[WORDS] = {line};
	int words = 1;

	while (words < max && (w[words] = strchr(w[words - 1], ' ')) != NULL)
		*w[words++]++ = '\0';
	if (strcmp(w[0], "stat") == 0 && words == 2)
		return do_stat(u, w);
	if (strcmp(w[0], "count") == 0 && words == 3)
		return do_count(u, w);
	if (words < 2 || w[1][0] < '0' || w[1][0] > '9')
		return EINVAL;
	return obey_file(u, w, words, w[1][0] - '0');
}

static int connect_container(struct user *u, const char *pool, const char *cont)
{
	int rc;

	rc = dfs_init();
	if (rc == 0 && daos_pool_connect(pool, NULL, DAOS_PC_RW, &u->poh, NULL, NULL) != 0)
		rc = EIO;
	if (rc == 0 && daos_cont_open(u->poh, cont, DAOS_COO_RW, &u->coh, NULL, NULL) != 0)
		rc = EIO;
	return rc != 0 ? rc : dfs_mount(u->poh, u->coh, O_RDWR, &u->dfs);
}

int main(int argc, char **argv)
{
	static struct user user;
	static char line[MAX_TEXT];
	int rc;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && connect_container(&user, argv[1], argv[2]) != 0) {
		puts("error: cannot connect");
		return 1;
	}
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		user.text[0] = '\0';
		rc = obey(&user, line);
		if (rc == 0)
			puts(user.text);
		else
			printf("error %s\n", strerrorname_np(rc));
	}
	return 0;
}
