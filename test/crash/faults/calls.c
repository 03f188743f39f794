#include "calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

const char *const call_name[CALLS] = {
#define X(name) #name,
    CALL_LIST(X)
#undef X
};

static struct fault fault;
static atomic_bool armed, failed;
static atomic_uint counted[CALLS];

void calls_arm(const struct fault *f)
{
	fault = *f;
	for (unsigned i = 0; i < CALLS; i++)
		atomic_store(&counted[i], 0);
	atomic_store(&failed, false);
	atomic_store(&armed, true);
}

void calls_disarm(void)
{
	atomic_store(&armed, false);
}

unsigned calls_counted(enum call call)
{
	return atomic_load(&counted[call]);
}

bool calls_failed(void)
{
	return atomic_load(&failed);
}

static bool is_due(enum call call)
{
	unsigned n;

	if (!atomic_load(&armed))
		return false;
	n = atomic_fetch_add(&counted[call], 1) + 1;
	if (call != fault.call || fault.nth == 0 || (fault.lasting ? n < fault.nth : n != fault.nth))
		return false;
	atomic_store(&failed, true);
	return true;
}

/* True, with errno set: the call is to fail. */
static bool fails(enum call call)
{
	if (!is_due(call))
		return false;
	errno = fault.err;
	return true;
}

/* What is left of `len` bytes that are to be written, or -1 with errno set. */
static ssize_t to_write(size_t len)
{
	if (!is_due(CALL_write))
		return (ssize_t)len;
	if (fault.err == FAULT_SHORT)
		return (ssize_t)(len > 1 ? len / 2 : len);
	errno = fault.err;
	return -1;
}

#define SYS(number, a, b, c, d, e) syscall(number, a, b, c, d, e)
#define EXPORT			   __attribute__((visibility("default")))
/* A function under both names that the C library has it by, which are the same on 64-bit machines. */
#define ALSO(other, name) extern __typeof__(name) other __attribute__((alias(#name), visibility("default")))

#define OPEN(at)                             \
	mode_t mode = 0;                     \
	if (flags & (O_CREAT | O_TMPFILE)) { \
		va_list ap;                  \
		va_start(ap, flags);         \
		mode = va_arg(ap, mode_t);   \
		va_end(ap);                  \
	}                                    \
	return fails(CALL_open) ? -1 : (int)SYS(SYS_openat, at, path, flags, mode, 0)

EXPORT int open(const char *path, int flags, ...)
{
	OPEN(AT_FDCWD);
}

EXPORT int open64(const char *path, int flags, ...)
{
	OPEN(AT_FDCWD);
}

EXPORT int openat(int at, const char *path, int flags, ...)
{
	OPEN(at);
}

EXPORT int openat64(int at, const char *path, int flags, ...)
{
	OPEN(at);
}

EXPORT ssize_t read(int fd, void *buf, size_t len)
{
	return fails(CALL_read) ? -1 : SYS(SYS_read, fd, buf, len, 0, 0);
}

EXPORT ssize_t pread(int fd, void *buf, size_t len, off_t at)
{
	return fails(CALL_read) ? -1 : SYS(SYS_pread64, fd, buf, len, at, 0);
}
ALSO(pread64, pread);

EXPORT ssize_t preadv(int fd, const struct iovec *iov, int nr, off_t at)
{
	return fails(CALL_read) ? -1 : SYS(SYS_preadv, fd, iov, nr, at, 0);
}
ALSO(preadv64, preadv);

EXPORT ssize_t write(int fd, const void *buf, size_t len)
{
	ssize_t n = to_write(len);

	return n < 0 ? -1 : SYS(SYS_write, fd, buf, n, 0, 0);
}

EXPORT ssize_t pwrite(int fd, const void *buf, size_t len, off_t at)
{
	ssize_t n = to_write(len);

	return n < 0 ? -1 : SYS(SYS_pwrite64, fd, buf, n, at, 0);
}
ALSO(pwrite64, pwrite);

/* A vector is cut short within its first element. */
EXPORT ssize_t writev(int fd, const struct iovec *iov, int nr)
{
	ssize_t n = to_write(iov[0].iov_len);

	if (n < 0)
		return -1;
	return (size_t)n < iov[0].iov_len ? SYS(SYS_write, fd, iov[0].iov_base, n, 0, 0)
					  : SYS(SYS_writev, fd, iov, nr, 0, 0);
}

EXPORT ssize_t pwritev(int fd, const struct iovec *iov, int nr, off_t at)
{
	ssize_t n = to_write(iov[0].iov_len);

	if (n < 0)
		return -1;
	return (size_t)n < iov[0].iov_len ? SYS(SYS_pwrite64, fd, iov[0].iov_base, n, at, 0)
					  : SYS(SYS_pwritev, fd, iov, nr, at, 0);
}
ALSO(pwritev64, pwritev);

EXPORT int fsync(int fd)
{
	return fails(CALL_sync) ? -1 : (int)SYS(SYS_fsync, fd, 0, 0, 0, 0);
}

EXPORT int fdatasync(int fd)
{
	return fails(CALL_sync) ? -1 : (int)SYS(SYS_fdatasync, fd, 0, 0, 0, 0);
}

EXPORT int msync(void *addr, size_t len, int flags)
{
	return fails(CALL_sync) ? -1 : (int)SYS(SYS_msync, addr, len, flags, 0, 0);
}

EXPORT int ftruncate(int fd, off_t size)
{
	return fails(CALL_truncate) ? -1 : (int)SYS(SYS_ftruncate, fd, size, 0, 0, 0);
}
ALSO(ftruncate64, ftruncate);

EXPORT int truncate(const char *path, off_t size)
{
	return fails(CALL_truncate) ? -1 : (int)SYS(SYS_truncate, path, size, 0, 0, 0);
}
ALSO(truncate64, truncate);

EXPORT int fallocate(int fd, int mode, off_t at, off_t len)
{
	return fails(CALL_fallocate) ? -1 : (int)SYS(SYS_fallocate, fd, mode, at, len, 0);
}
ALSO(fallocate64, fallocate);

EXPORT int mkdir(const char *path, mode_t mode)
{
	return fails(CALL_mkdir) ? -1 : (int)SYS(SYS_mkdirat, AT_FDCWD, path, mode, 0, 0);
}

EXPORT int mkdirat(int at, const char *path, mode_t mode)
{
	return fails(CALL_mkdir) ? -1 : (int)SYS(SYS_mkdirat, at, path, mode, 0, 0);
}

EXPORT int mknodat(int at, const char *path, mode_t mode, dev_t dev)
{
	return fails(CALL_mknod) ? -1 : (int)SYS(SYS_mknodat, at, path, mode, dev, 0);
}

EXPORT int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
	return fails(CALL_rename) ? -1 : (int)SYS(SYS_renameat2, from_at, from, to_at, to, flags);
}

EXPORT int renameat(int from_at, const char *from, int to_at, const char *to)
{
	return renameat2(from_at, from, to_at, to, 0);
}

EXPORT int rename(const char *from, const char *to)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORT int unlinkat(int at, const char *path, int flags)
{
	return fails(CALL_unlink) ? -1 : (int)SYS(SYS_unlinkat, at, path, flags, 0, 0);
}

EXPORT int unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

EXPORT int rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

EXPORT int fstatat(int at, const char *path, struct stat *st, int flags)
{
	return fails(CALL_stat) ? -1 : (int)SYS(SYS_newfstatat, at, path, st, flags, 0);
}

EXPORT int fstat(int fd, struct stat *st)
{
	return fails(CALL_stat) ? -1 : (int)SYS(SYS_fstat, fd, st, 0, 0, 0);
}

EXPORT int stat(const char *path, struct stat *st)
{
	return fstatat(AT_FDCWD, path, st, 0);
}

EXPORT int lstat(const char *path, struct stat *st)
{
	return fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

/* The layouts are the same; the types are not. */
#define STAT64(name, ...) EXPORT int name##64(__VA_ARGS__, struct stat64 * st)
STAT64(fstat, int fd)
{
	return fstat(fd, (struct stat *)st);
}

STAT64(stat, const char *path)
{
	return stat(path, (struct stat *)st);
}

STAT64(lstat, const char *path)
{
	return lstat(path, (struct stat *)st);
}

EXPORT int fstatat64(int at, const char *path, struct stat64 *st, int flags)
{
	return fstatat(at, path, (struct stat *)st, flags);
}

EXPORT int fchmod(int fd, mode_t mode)
{
	return fails(CALL_chmod) ? -1 : (int)SYS(SYS_fchmod, fd, mode, 0, 0, 0);
}

EXPORT int futimens(int fd, const struct timespec times[2])
{
	return fails(CALL_utimens) ? -1 : (int)SYS(SYS_utimensat, fd, NULL, times, 0, 0);
}

EXPORT int utimensat(int at, const char *path, const struct timespec times[2], int flags)
{
	return fails(CALL_utimens) ? -1 : (int)SYS(SYS_utimensat, at, path, times, flags, 0);
}

EXPORT void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t at)
{
	return fails(CALL_mmap) ? MAP_FAILED : (void *)syscall(SYS_mmap, addr, len, prot, flags, fd, at);
}
ALSO(mmap64, mmap);

EXPORT int fcntl(int fd, int cmd, ...)
{
	va_list ap;
	long arg;

	va_start(ap, cmd);
	arg = va_arg(ap, long);
	va_end(ap);
	return fails(CALL_fcntl) ? -1 : (int)SYS(SYS_fcntl, fd, cmd, arg, 0, 0);
}
ALSO(fcntl64, fcntl);

EXPORT int flock(int fd, int operation)
{
	return fails(CALL_flock) ? -1 : (int)SYS(SYS_flock, fd, operation, 0, 0, 0);
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nr, size_t size);
void *__libc_realloc(void *p, size_t size);

EXPORT void *malloc(size_t size)
{
	return fails(CALL_malloc) ? NULL : __libc_malloc(size);
}

EXPORT void *calloc(size_t nr, size_t size)
{
	return fails(CALL_malloc) ? NULL : __libc_calloc(nr, size);
}

EXPORT void *realloc(void *p, size_t size)
{
	return fails(CALL_malloc) ? NULL : __libc_realloc(p, size);
}

EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
	int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = NULL;

	if (is_due(CALL_thread))
		return fault.err;
	*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	return real(thread, attr, fn, arg);
}
