/*
 * The shim: preloaded into the workload, it carries out every call that changes files and writes it down (record.h).
 *
 * What is stored through shared maps is found by comparing the file with what it was; that is done before every sync
 * and mark. The workload's boot id is a made-up one, so that whoever opens an image finds it left by another boot.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "record.h"

#define PAGE	    4096
#define MAPS_MAX    32
#define REGIONS_MAX 256
#define HIGH_FD	    700

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record_fd = -1;
static bool without_sync, without_pin;

/* A file that is mapped for writing, with its pages as they were when last looked at. */
static struct map {
	uint64_t ino;
	int fd; /* never closed: closing it would end POSIX locks */
	unsigned char **page;
	size_t pages;
} map[MAPS_MAX];
static unsigned maps;

/* Where files are mapped. */
static struct region {
	const char *addr;
	size_t len;
	uint64_t ino;
} region[REGIONS_MAX];
static unsigned regions;

static long raw(long number, long a, long b, long c, long d, long e)
{
	return syscall(number, a, b, c, d, e, 0);
}

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv(RECORD_ENV), *broken = getenv(RECORD_BREAK);

	if (path == NULL)
		return;
	record_fd = (int)raw(SYS_openat, AT_FDCWD, (long)path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600, 0);
	record_fd = (int)raw(SYS_fcntl, record_fd, F_DUPFD_CLOEXEC, HIGH_FD, 0, 0);
	without_sync = broken != NULL && strcmp(broken, "nosync") == 0;
	without_pin = broken != NULL && strcmp(broken, "nopin") == 0;
}

static void put(enum record_type type, uint64_t a, uint64_t b, uint64_t c, const void *data, size_t len)
{
	struct record r = {.type = type, .len = (uint32_t)len, .a = a, .b = b, .c = c};
	static const char zero[8];
	size_t pad = -len % 8;
	struct iovec iov[3] = {{&r, sizeof(r)}, {(void *)data, len}, {(void *)zero, pad}};
	int err = errno;

	if (record_fd >= 0 && raw(SYS_writev, record_fd, (long)iov, 3, 0, 0) != (long)(sizeof(r) + len + pad))
		abort();
	errno = err;
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) ? st.st_ino : 0;
}

static void look_at_page(struct map *m, size_t i)
{
	static const unsigned char zero[PAGE];
	unsigned char now[PAGE] = {0};
	const unsigned char *before = i < m->pages && m->page[i] != NULL ? m->page[i] : zero;
	ssize_t n = raw(SYS_pread64, m->fd, (long)now, PAGE, (long)(i * PAGE), 0);

	if (n <= 0 || memcmp(now, before, PAGE) == 0)
		return;
	if (i >= m->pages) {
		m->page = realloc(m->page, (i + 1) * sizeof(*m->page));
		memset(&m->page[m->pages], 0, (i + 1 - m->pages) * sizeof(*m->page));
		m->pages = i + 1;
	}
	if (m->page[i] == NULL)
		m->page[i] = malloc(PAGE);
	memcpy(m->page[i], now, PAGE);
	put(RECORD_WRITE, m->ino, i * PAGE, 0, now, (size_t)n);
}

/* Write down what came into mapped files since the last time. */
static void look_at_maps(void)
{
	for (unsigned i = 0; i < maps; i++) {
		off_t at = 0, end;

		while ((at = raw(SYS_lseek, map[i].fd, at, SEEK_DATA, 0, 0)) >= 0) {
			end = raw(SYS_lseek, map[i].fd, at, SEEK_HOLE, 0, 0);
			for (at -= at % PAGE; at < end; at += PAGE)
				look_at_page(&map[i], (size_t)at / PAGE);
		}
	}
}

__attribute__((visibility("default"))) void powerloss_mark(const char *fmt, ...);
void powerloss_mark(const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pthread_mutex_lock(&lock);
	look_at_maps();
	put(RECORD_MARK, 0, 0, 0, text, (size_t)len);
	pthread_mutex_unlock(&lock);
}

/* The directory that a path leads through, and the name in it. */
static uint64_t place(int at, const char *path, const char **name)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	uint64_t ino;
	int fd;

	*name = slash == NULL ? path : slash + 1;
	snprintf(dir, sizeof(dir), "%.*s",
		 slash == NULL	 ? 1
		 : slash == path ? 1
				 : (int)(slash - path),
		 slash == NULL ? "." : path);
	fd = (int)raw(SYS_openat, at, (long)dir, O_PATH | O_CLOEXEC, 0, 0);
	if (fd < 0)
		return 0;
	ino = inode_of(fd);
	raw(SYS_close, fd, 0, 0, 0, 0);
	return ino;
}

static uint64_t lookup(int at, const char *path, mode_t *type)
{
	struct stat st;

	if (fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	*type = st.st_mode & S_IFMT;
	return st.st_ino;
}

static void created(int at, const char *path)
{
	mode_t type = 0;
	const char *name;
	uint64_t dir = place(at, path, &name), ino = lookup(at, path, &type);

	put(RECORD_CREATE, dir, ino, type, name, strlen(name));
}

/* Carry out a call that makes or removes a name, and write it down if it worked. */
#define LOCKED(call, then)                   \
	({                                   \
		pthread_mutex_lock(&lock);   \
		long rc_ = (call);           \
		int err_ = errno;            \
		if (rc_ >= 0)                \
			then;                \
		pthread_mutex_unlock(&lock); \
		errno = err_;                \
		rc_;                         \
	})

static int boot_id(void)
{
	int fd = memfd_create("boot_id", MFD_CLOEXEC);

	if (raw(SYS_pwrite64, fd, (long)RECORD_BOOT, sizeof(RECORD_BOOT) - 1, 0, 0) < 0)
		abort();
	return fd;
}

static void opened(int at, const char *path, int fd, int flags, bool there, uint64_t size)
{
	if (!there && (flags & O_TMPFILE) != O_TMPFILE)
		created(at, path);
	else if ((flags & O_TRUNC) && size > 0)
		put(RECORD_SIZE, inode_of(fd), 0, 0, NULL, 0);
}

static int do_open(int at, const char *path, int flags, mode_t mode)
{
	struct stat st = {0};
	bool there;

	if (strcmp(path, "/proc/sys/kernel/random/boot_id") == 0)
		return boot_id();
	if (!(flags & (O_CREAT | O_TRUNC)))
		return (int)raw(SYS_openat, at, (long)path, flags, mode, 0);
	pthread_mutex_lock(&lock);
	there = fstatat(at, path, &st, 0) == 0;
	pthread_mutex_unlock(&lock);
	return (int)LOCKED(raw(SYS_openat, at, (long)path, flags, mode, 0),
			   opened(at, path, (int)rc_, flags, there, (uint64_t)st.st_size));
}

#define EXPORT __attribute__((visibility("default")))
#define MODE_OF(flags)                                 \
	({                                             \
		mode_t m_ = 0;                         \
		if ((flags) & (O_CREAT | O_TMPFILE)) { \
			va_list ap_;                   \
			va_start(ap_, flags);          \
			m_ = va_arg(ap_, mode_t);      \
			va_end(ap_);                   \
		}                                      \
		m_;                                    \
	})

#undef open
#undef openat
EXPORT int open(const char *path, int flags, ...)
{
	return do_open(AT_FDCWD, path, flags, MODE_OF(flags));
}

EXPORT int open64(const char *path, int flags, ...)
{
	return do_open(AT_FDCWD, path, flags, MODE_OF(flags));
}

EXPORT int openat(int at, const char *path, int flags, ...)
{
	return do_open(at, path, flags, MODE_OF(flags));
}

EXPORT int openat64(int at, const char *path, int flags, ...)
{
	return do_open(at, path, flags, MODE_OF(flags));
}

EXPORT int mkdir(const char *path, mode_t mode)
{
	return (int)LOCKED(raw(SYS_mkdirat, AT_FDCWD, (long)path, mode, 0, 0), created(AT_FDCWD, path));
}

EXPORT int mkdirat(int at, const char *path, mode_t mode)
{
	return (int)LOCKED(raw(SYS_mkdirat, at, (long)path, mode, 0, 0), created(at, path));
}

EXPORT int mknodat(int at, const char *path, mode_t mode, dev_t dev)
{
	return (int)LOCKED(raw(SYS_mknodat, at, (long)path, mode, (long)dev, 0), created(at, path));
}

static int do_unlink(int at, const char *path, int flags)
{
	const char *name;
	uint64_t dir = place(at, path, &name);

	return (int)LOCKED(raw(SYS_unlinkat, at, (long)path, flags, 0, 0),
			   put(RECORD_UNLINK, dir, 0, 0, name, strlen(name)));
}

EXPORT int unlink(const char *path)
{
	return do_unlink(AT_FDCWD, path, 0);
}

EXPORT int rmdir(const char *path)
{
	return do_unlink(AT_FDCWD, path, AT_REMOVEDIR);
}

EXPORT int unlinkat(int at, const char *path, int flags)
{
	return do_unlink(at, path, flags);
}

static void renamed(uint64_t from_dir, const char *from, uint64_t to_dir, const char *to)
{
	char names[2 * NAME_MAX + 2];
	int len = snprintf(names, sizeof(names), "%s%c%s", from, 0, to);

	put(RECORD_RENAME, from_dir, to_dir, 0, names, (size_t)len + 1);
}

EXPORT int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
	const char *from_name, *to_name;
	uint64_t from_dir = place(from_at, from, &from_name), to_dir = place(to_at, to, &to_name);

	return (int)LOCKED(raw(SYS_renameat2, from_at, (long)from, to_at, (long)to, flags),
			   renamed(from_dir, from_name, to_dir, to_name));
}

EXPORT int renameat(int from_at, const char *from, int to_at, const char *to)
{
	return renameat2(from_at, from, to_at, to, 0);
}

EXPORT int rename(const char *from, const char *to)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORT ssize_t pwrite(int fd, const void *buf, size_t len, off_t at)
{
	return LOCKED(raw(SYS_pwrite64, fd, (long)buf, (long)len, at, 0),
		      put(RECORD_WRITE, inode_of(fd), (uint64_t)at, 0, buf, (size_t)rc_));
}

EXPORT ssize_t pwrite64(int fd, const void *buf, size_t len, off_t at)
{
	return pwrite(fd, buf, len, at);
}

EXPORT ssize_t write(int fd, const void *buf, size_t len)
{
	off_t at = raw(SYS_lseek, fd, 0, SEEK_CUR, 0, 0);

	return LOCKED(raw(SYS_write, fd, (long)buf, (long)len, 0, 0),
		      if (at >= 0) put(RECORD_WRITE, inode_of(fd), (uint64_t)at, 0, buf, (size_t)rc_));
}

static void wrote_vector(uint64_t ino, const struct iovec *iov, uint64_t at, size_t len)
{
	for (; len > 0; iov++) {
		size_t n = iov->iov_len < len ? iov->iov_len : len;

		put(RECORD_WRITE, ino, at, 0, iov->iov_base, n);
		at += n;
		len -= n;
	}
}

EXPORT ssize_t writev(int fd, const struct iovec *iov, int nr)
{
	off_t at = raw(SYS_lseek, fd, 0, SEEK_CUR, 0, 0);

	return LOCKED(raw(SYS_writev, fd, (long)iov, nr, 0, 0),
		      if (at >= 0) wrote_vector(inode_of(fd), iov, (uint64_t)at, (size_t)rc_));
}

EXPORT ssize_t pwritev(int fd, const struct iovec *iov, int nr, off_t at)
{
	return LOCKED(raw(SYS_pwritev, fd, (long)iov, nr, at, 0),
		      wrote_vector(inode_of(fd), iov, (uint64_t)at, (size_t)rc_));
}

EXPORT ssize_t pwritev64(int fd, const struct iovec *iov, int nr, off_t at)
{
	return pwritev(fd, iov, nr, at);
}

EXPORT int ftruncate(int fd, off_t size)
{
	return (int)LOCKED(raw(SYS_ftruncate, fd, size, 0, 0, 0),
			   put(RECORD_SIZE, inode_of(fd), (uint64_t)size, 0, NULL, 0));
}

EXPORT int ftruncate64(int fd, off_t size)
{
	return ftruncate(fd, size);
}

EXPORT int truncate(const char *path, off_t size)
{
	mode_t type;

	return (int)LOCKED(raw(SYS_truncate, (long)path, size, 0, 0, 0),
			   put(RECORD_SIZE, lookup(AT_FDCWD, path, &type), (uint64_t)size, 0, NULL, 0));
}

EXPORT int truncate64(const char *path, off_t size)
{
	return truncate(path, size);
}

static void allocated(int fd, int mode, off_t at, off_t len)
{
	if (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		put(RECORD_PUNCH, inode_of(fd), (uint64_t)at, (uint64_t)len, NULL, 0);
	if (!(mode & FALLOC_FL_KEEP_SIZE))
		put(RECORD_ALLOCATE, inode_of(fd), (uint64_t)(at + len), 0, NULL, 0);
}

static bool is_called(int fd, const char *name)
{
	char link[32], path[PATH_MAX];
	size_t len = strlen(name);
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	return n > (ssize_t)len && memcmp(path + n - len, name, len) == 0;
}

EXPORT int fallocate(int fd, int mode, off_t at, off_t len)
{
	/* With a log there are too few commits to LMDB between checkpoints for a missing pin to show. */
	if (without_pin && is_called(fd, "/log.new")) {
		errno = ENOSPC;
		return -1;
	}
	return (int)LOCKED(raw(SYS_fallocate, fd, mode, at, len, 0), allocated(fd, mode, at, len));
}

EXPORT int fallocate64(int fd, int mode, off_t at, off_t len)
{
	return fallocate(fd, mode, at, len);
}

static int do_sync(int fd, long number)
{
	return (int)LOCKED((look_at_maps(), raw(number, fd, 0, 0, 0, 0)),
			   if (!without_sync || !is_called(fd, "/db")) put(RECORD_SYNC, inode_of(fd), 0, 0, NULL, 0));
}

EXPORT int fsync(int fd)
{
	return do_sync(fd, SYS_fsync);
}

EXPORT int fdatasync(int fd)
{
	return do_sync(fd, SYS_fdatasync);
}

/* Of everything: the store has a file system of its own, as it were. */
EXPORT int syncfs(int fd)
{
	return (int)LOCKED((look_at_maps(), raw(SYS_syncfs, fd, 0, 0, 0, 0)), put(RECORD_SYNC, 0, 0, 0, NULL, 0));
}

static void mapped(int fd, const char *addr, size_t len)
{
	uint64_t ino = inode_of(fd);

	if (regions < REGIONS_MAX)
		region[regions++] = (struct region){addr, len, ino};

	for (unsigned i = 0; i < maps; i++)
		if (map[i].ino == ino)
			return;
	if (ino == 0 || maps == MAPS_MAX)
		return;
	map[maps].ino = ino;
	map[maps++].fd = (int)raw(SYS_fcntl, fd, F_DUPFD_CLOEXEC, HIGH_FD, 0, 0);
}

EXPORT void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t at)
{
	void *p = (void *)syscall(SYS_mmap, addr, len, prot, flags, fd, at);

	if (p != MAP_FAILED && fd >= 0 && (flags & MAP_SHARED) && (prot & PROT_WRITE)) {
		pthread_mutex_lock(&lock);
		mapped(fd, p, len);
		pthread_mutex_unlock(&lock);
	}
	return p;
}

EXPORT void *mmap64(void *addr, size_t len, int prot, int flags, int fd, off_t at)
{
	return mmap(addr, len, prot, flags, fd, at);
}

static void synced_map(const char *addr)
{
	for (unsigned i = regions; i-- > 0;)
		if (addr >= region[i].addr && addr < region[i].addr + region[i].len) {
			put(RECORD_SYNC, region[i].ino, 0, 0, NULL, 0);
			return;
		}
}

EXPORT int msync(void *addr, size_t len, int flags)
{
	return (int)LOCKED((look_at_maps(), raw(SYS_msync, (long)addr, (long)len, flags, 0, 0)),
			   if (flags & MS_SYNC) synced_map(addr));
}

/* The pin is the read transaction that a thread begins while it writes. */
static _Thread_local MDB_txn *writing;

EXPORT int mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
	int (*real)(MDB_env *, MDB_txn *, unsigned, MDB_txn **) = dlsym(RTLD_NEXT, "mdb_txn_begin");
	int rc = real(env, parent, flags, txn);

	if (rc == 0 && !(flags & MDB_RDONLY))
		writing = *txn;
	else if (rc == 0 && writing != NULL && without_pin)
		mdb_txn_reset(*txn);
	return rc;
}

EXPORT int mdb_txn_commit(MDB_txn *txn)
{
	int (*real)(MDB_txn *) = dlsym(RTLD_NEXT, "mdb_txn_commit");

	if (txn == writing)
		writing = NULL;
	return real(txn);
}

EXPORT void mdb_txn_abort(MDB_txn *txn)
{
	void (*real)(MDB_txn *) = dlsym(RTLD_NEXT, "mdb_txn_abort");

	if (txn == writing)
		writing = NULL;
	real(txn);
}
