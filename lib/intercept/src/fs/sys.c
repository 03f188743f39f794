#undef _FILE_OFFSET_BITS /* open and open64 are two functions here */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"

#define EXPORT	     __attribute__((visibility("default")))
#define MAX_HANDLERS 32

/* Not from the program's malloc(), which is where a thread's first use of others would get them. */
static __thread bool shown __attribute__((tls_model("initial-exec")));

void hide_begin(bool hide)
{
	shown = !hide;
}

void close_raw(int fd)
{
	syscall(SYS_close, fd);
}

static int open_hidden(int dirfd, const char *path, int flags, va_list args)
{
	bool has_mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
	mode_t mode = has_mode ? va_arg(args, mode_t) : 0;
	int fd = (int)syscall(SYS_openat, dirfd, path, flags, mode);

	return fd < 0 || shown || il == NULL ? fd : file_hide(fd);
}

#define OPEN(name)                                             \
	EXPORT int name(const char *path, int flags, ...);     \
	EXPORT int name(const char *path, int flags, ...)      \
	{                                                      \
		va_list args;                                  \
		int fd;                                        \
                                                               \
		va_start(args, flags);                         \
		fd = open_hidden(AT_FDCWD, path, flags, args); \
		va_end(args);                                  \
		return fd;                                     \
	}

#define OPENAT(name)                                                  \
	EXPORT int name(int dirfd, const char *path, int flags, ...); \
	EXPORT int name(int dirfd, const char *path, int flags, ...)  \
	{                                                             \
		va_list args;                                         \
		int fd;                                               \
                                                                      \
		va_start(args, flags);                                \
		fd = open_hidden(dirfd, path, flags, args);           \
		va_end(args);                                         \
		return fd;                                            \
	}

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

EXPORT int close(int fd)
{
	if (il != NULL && fd >= 0 && fd < IL_FD_MAX && il->kinds[fd] == IL_KIND_INTERNAL)
		il->kinds[fd] = IL_KIND_NONE;
	return (int)syscall(SYS_close, fd);
}

static struct handler {
	void (*prepare)(void);
	void (*parent)(void);
	void (*child)(void);
} handlers[MAX_HANDLERS];
static int nr_handlers;

EXPORT int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso);

EXPORT int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso)
{
	(void)dso;
	if (nr_handlers == MAX_HANDLERS)
		return ENOMEM;
	handlers[nr_handlers++] = (struct handler){prepare, parent, child};
	return 0;
}

void atfork_prepare(void)
{
	for (int i = nr_handlers - 1; i >= 0; i--)
		if (handlers[i].prepare != NULL)
			handlers[i].prepare();
}

void atfork_parent(void)
{
	for (int i = 0; i < nr_handlers; i++)
		if (handlers[i].parent != NULL)
			handlers[i].parent();
}

void atfork_child(void)
{
	for (int i = 0; i < nr_handlers; i++)
		if (handlers[i].child != NULL)
			handlers[i].child();
}
