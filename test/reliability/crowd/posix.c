/* Files by system calls: in a mount, or under the interception library. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "crowd.h"

static char buf[CROWD_SIZE], mine[CROWD_SIZE];
static size_t my_size;
static char my_name[32];

static int judge(long rc, const int *allowed)
{
	return called(rc < 0 ? errno : 0, allowed);
}

/*
 * A call by a name. One that loses the race for it to other mounts twice ends with ESTALE: the kernel looks the name up
 * again only once. It is made again.
 */
#define BY_NAME(call)                                                                     \
	({                                                                                \
		long result;                                                              \
		int tries = 0;                                                            \
		do                                                                        \
			result = (call);                                                  \
		while (result < 0 && errno == ESTALE && crowd_of_mounts && ++tries < 20); \
		result;                                                                   \
	})

static void begin(const char *const *where)
{
	int fd;

	if (judge(chdir(where[0]), NEVER) != 0)
		return;
	for (int i = 0; i < 3; i++)
		judge(mkdir((const char *[]){"d0", "d1", "d2"}[i], 0755), MAY(EEXIST));
	snprintf(my_name, sizeof(my_name), "own.%u.0", self_number);
	fd = open(my_name, O_CREAT | O_EXCL | O_RDWR, 0644);
	judge(fd, NEVER);
	close(fd);
}

static void pread_one(int fd, const char *name)
{
	size_t off = pick(CROWD_SIZE), len = pick((unsigned)(CROWD_SIZE - off) + 1);
	ssize_t n;

	calling("pread %s %zu %zu", name, off, len);
	n = pread(fd, buf, len, (off_t)off);
	judge(n, NEVER);
	check_bytes(buf, (size_t)n, off, name[3], "pread");
}

static void pwrite_one(int fd, const char *name)
{
	size_t off = pick(CROWD_SIZE), len = pick((unsigned)(CROWD_SIZE - off) + 1);
	ssize_t n;

	fill(buf, len, off, name[3]);
	calling("pwrite %s %zu %zu", name, off, len);
	n = pwrite(fd, buf, len, (off_t)off);
	judge(n, NEVER);
	if ((size_t)n != len)
		wrong("wrote %zd of %zu", n, len);
}

static void seek_one(int fd, const char *name)
{
	int whence = (const int[]){SEEK_END, SEEK_DATA, SEEK_HOLE}[pick(3)];
	off_t at;

	calling("lseek %s, whence %d", name, whence);
	at = lseek(fd, 0, whence);
	judge(at, MAY(ENXIO));
	if (at > CROWD_SIZE)
		wrong("at %lld", (long long)at);
}

static void lock_one(int fd, const char *name)
{
	struct flock fl = {.l_type = pick(2) ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET, .l_len = 100};

	if (pick(2)) {
		calling("flock %s", name);
		judge(flock(fd, (pick(2) ? LOCK_SH : LOCK_EX) | LOCK_NB), MAY(EAGAIN));
		return;
	}
	fl.l_type = fl.l_type == F_WRLCK && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY ? F_RDLCK : fl.l_type;
	calling("F_SETLK %s", name);
	judge(fcntl(fd, F_SETLK, &fl), MAY(EAGAIN, EACCES));
}

static void use(int fd, const char *name, bool writable)
{
	struct stat st;

	switch (pick(7)) {
	case 0:
	case 1:
		pread_one(fd, name);
		break;
	case 2:
		if (writable)
			pwrite_one(fd, name);
		break;
	case 3:
		seek_one(fd, name);
		break;
	case 4:
		calling("ftruncate %s", name);
		if (writable)
			judge(ftruncate(fd, pick(CROWD_SIZE)), NEVER);
		break;
	case 5:
		lock_one(fd, name);
		break;
	default:
		calling("fstat %s", name);
		judge(fstat(fd, &st), NEVER);
		if (st.st_size > CROWD_SIZE)
			wrong("%lld bytes", (long long)st.st_size);
	}
}

static void open_one(void)
{
	const char *name = pick_name(pick_class());
	bool writable = pick(2);
	int flags = writable ? O_RDWR : O_RDONLY, fd;

	if (pick(2))
		flags |= O_CREAT | (pick(4) == 0 ? O_EXCL : 0);
	if (writable && pick(3) == 0)
		flags |= O_TRUNC;
	calling("open %s %#o", name, flags);
	fd = (int)BY_NAME(open(name, flags, 0644));
	if (judge(fd, flags & O_EXCL ? MAY(ENOENT, EEXIST) : MAY(ENOENT)) != 0)
		return;
	for (unsigned i = pick(6); i > 0; i--)
		use(fd, name, writable);
	calling("close %s", name);
	judge(close(fd), NEVER);
}

static void rename_one(void)
{
	unsigned flags = (const unsigned[]){0, 0, 0, RENAME_EXCHANGE, RENAME_NOREPLACE}[pick(5)];
	char class = pick_class();
	const char *from = pick_name(class), *to = pick_name(class);

	calling("rename %s %s, flags %u", from, to, flags);
	judge(BY_NAME(renameat2(AT_FDCWD, from, AT_FDCWD, to, flags)),
	      flags & RENAME_NOREPLACE ? MAY(ENOENT, EEXIST) : MAY(ENOENT));
}

static void dir_one(void)
{
	const char *dir = pick_dir(), *to = pick_dir();

	switch (pick(3)) {
	case 0:
		calling("mkdir %s", dir);
		judge(BY_NAME(mkdir(dir, 0755)), MAY(EEXIST));
		break;
	case 1:
		calling("rmdir %s", dir);
		judge(BY_NAME(rmdir(dir)), MAY(ENOENT, ENOTEMPTY));
		break;
	default:
		calling("rename %s %s", dir, to);
		judge(BY_NAME(rename(dir, to)), MAY(ENOENT, ENOTEMPTY));
	}
}

static void list_one(void)
{
	const char *path = pick(2) ? "." : pick_dir();
	unsigned seen = 0;
	struct dirent *e;
	DIR *dir;

	calling("opendir %s", path);
	if (judge(BY_NAME((dir = opendir(path)) == NULL ? -1 : 0), MAY(ENOENT)) != 0)
		return;
	calling("readdir %s", path);
	errno = 0;
	while ((e = readdir(dir)) != NULL)
		seen += strcmp(e->d_name, my_name) == 0;
	judge(errno == 0 ? 0 : -1, NEVER);
	closedir(dir);
	if (path[0] == '.' && seen != 1)
		wrong("lists a file that is there %u times", seen);
}

static void name_one(void)
{
	const char *name = pick_name(pick_class());
	char value[16];
	struct stat st;

	switch (pick(6)) {
	case 0:
		calling("unlink %s", name);
		judge(BY_NAME(unlink(name)), MAY(ENOENT));
		break;
	case 1:
		calling("stat %s", name);
		judge(BY_NAME(stat(name, &st)), MAY(ENOENT));
		break;
	case 2:
		calling("truncate %s", name);
		judge(BY_NAME(truncate(name, pick(CROWD_SIZE))), MAY(ENOENT));
		break;
	case 3:
		calling("setxattr %s", name);
		judge(BY_NAME(setxattr(name, "user.crowd", "value", 5, 0)), MAY(ENOENT));
		break;
	case 4:
		calling("getxattr %s", name);
		judge(BY_NAME(getxattr(name, "user.crowd", value, sizeof(value))), MAY(ENOENT, ENODATA));
		break;
	default:
		calling("utimensat %s", name);
		judge(BY_NAME(utimensat(AT_FDCWD, name, NULL, 0)), MAY(ENOENT));
	}
}

static void link_one(void)
{
	const char *dir = pick_dir();
	char name[64], target[16];

	snprintf(name, sizeof(name), "%s/l", dir);
	switch (pick(3)) {
	case 0:
		calling("symlink %s", name);
		judge(BY_NAME(symlink("target", name)), MAY(ENOENT, EEXIST));
		break;
	case 1:
		calling("readlink %s", name);
		judge(BY_NAME(readlink(name, target, sizeof(target))), MAY(ENOENT));
		break;
	default:
		calling("unlink %s", name);
		judge(BY_NAME(unlink(name)), MAY(ENOENT));
	}
}

static void shared(void)
{
	switch (pick(12)) {
	case 0:
	case 1:
	case 2:
		rename_one();
		break;
	case 3:
		dir_one();
		break;
	case 4:
		list_one();
		break;
	case 5:
	case 6:
		name_one();
		break;
	case 7:
		link_one();
		break;
	default:
		open_one();
	}
}

static void own_write(int fd)
{
	size_t off = pick(CROWD_SIZE), len = pick((unsigned)(CROWD_SIZE - off) + 1);

	for (size_t i = 0; i < len; i++)
		mine[off + i] = (char)pick(256);
	calling("pwrite %s", my_name);
	judge(pwrite(fd, mine + off, len, (off_t)off), NEVER);
	if (len > 0 && off + len > my_size)
		my_size = off + len;
}

static void own_truncate(int fd)
{
	size_t size = pick(CROWD_SIZE);

	calling("ftruncate %s", my_name);
	judge(ftruncate(fd, (off_t)size), NEVER);
	if (size < my_size)
		memset(mine + size, 0, my_size - size);
	my_size = size;
}

static void own_check(int fd)
{
	off_t end;
	ssize_t n;

	calling("read %s", my_name);
	n = pread(fd, buf, sizeof(buf), 0);
	judge(n, NEVER);
	if ((size_t)n != my_size || memcmp(buf, mine, my_size) != 0)
		wrong("%zd bytes, or other ones than the %zu that were written", n, my_size);
	calling("lseek %s", my_name);
	end = lseek(fd, 0, SEEK_END);
	judge(end, NEVER);
	if ((size_t)end != my_size)
		wrong("the end is at %lld, not at %zu", (long long)end, my_size);
}

static void own(void)
{
	char to[sizeof(my_name)];
	int fd;

	calling("open %s", my_name);
	fd = open(my_name, O_RDWR);
	if (judge(fd, NEVER) != 0)
		return;
	if (pick(2))
		own_write(fd);
	else
		own_truncate(fd);
	if (pick(8) == 0)
		judge(fsync(fd), NEVER);
	own_check(fd);
	close(fd);
	snprintf(to, sizeof(to), "own.%u.%u", self_number, pick(2));
	calling("rename %s %s", my_name, to);
	judge(rename(my_name, to), NEVER);
	strcpy(my_name, to);
}

const struct kind kind_posix = {.begin = begin, .shared = shared, .own = own};
