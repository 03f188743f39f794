/*
 * helpers.h: what many cases do, with the caller's place in every failure message.
 */
#ifndef POSIX_HELPERS_H
#define POSIX_HELPERS_H

#include <dirent.h>
#include <time.h>

#include "suite.h"

enum { KIB = 1024, MIB = 1024 * KIB };

/* Create (or empty) a file and write `text` to it. */
#define PUT(path, text)		   ps_put((path), (text), strlen(text), HERE)
#define PUT_BYTES(path, data, len) ps_put((path), (data), (len), HERE)
/* Create (or empty) a file; its descriptor, open for reading and writing. */
#define MAKE(path) ps_make((path), HERE)
/* The file's whole content is `text`. */
#define HAS(path, text)		   ps_has((path), (text), strlen(text), HERE)
#define HAS_BYTES(path, data, len) ps_has((path), (data), (len), HERE)
/* All `len` bytes are written to or read from the offset, or the case fails. */
#define WRITE_AT(fd, data, len, off) ps_write_at((fd), (data), (len), (off), HERE)
#define READ_AT(fd, buf, len, off)   ps_read_at((fd), (buf), (len), (off), HERE)

#define STAT(path)		     ps_stat(AT_FDCWD, (path), 0, HERE)
#define LSTAT(path)		     ps_stat(AT_FDCWD, (path), AT_SYMLINK_NOFOLLOW, HERE)
#define FSTAT(fd)		     ps_stat((fd), "", AT_EMPTY_PATH, HERE)

void ps_put(const char *path, const void *data, size_t len, const char *file, int line);
int ps_make(const char *path, const char *file, int line);
void ps_has(const char *path, const void *data, size_t len, const char *file, int line);
void ps_write_at(int fd, const void *data, size_t len, off_t off, const char *file, int line);
void ps_read_at(int fd, void *buf, size_t len, off_t off, const char *file, int line);
struct stat ps_stat(int fd, const char *path, int flags, const char *file, int line);

bool exists(const char *path);
/* Bytes that depend on seed and position only. */
void fill(void *buf, size_t len, unsigned int seed);
void *new_bytes(size_t len);
/* A name of `len` bytes. The caller's to free. */
char *name_of(size_t len, char byte);
/* Number of entries, without . and .. */
#define COUNT(path) ps_count((path), HERE)
int ps_count(const char *path, const char *file, int line);

/* Long enough for the next time stamp to differ, on kernels with coarse ones too. */
void tick(void);
/* Negative, zero, positive as a is before, at, after b. */
long long ts_cmp(struct timespec a, struct timespec b);

/* fork(); the child must end with _exit(0). JOIN waits for it and fails the case if it did not. */
#define FORK()	  ps_fork(HERE)
#define JOIN(pid) ps_join((pid), HERE)
pid_t ps_fork(const char *file, int line);
void ps_join(pid_t pid, const char *file, int line);

/* A gate between processes: wait() returns when another process has opened it. One opening lets one waiter through. */
struct gate {
	int fd[2];
};
void gate_init(struct gate *gate);
void gate_open(const struct gate *gate);
void gate_wait(const struct gate *gate);

/* fn(i) in `n` threads or processes at once; returns when all have. */
void in_threads(int n, void (*fn)(int i));
void in_processes(int n, void (*fn)(int i));

/* The rest of the case needs an ordinary user, or root. */
void need_user(void);
void need_root(void);

#endif
