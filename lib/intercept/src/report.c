#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "arch.h"
#include "calls.h"
#include "enter.h"
#include "gate.h"
#include "vfork.h"

#define LINE_SIZE (PATH_MAX + 128)
#define JSON	  "json:"

/* The lines of the summary, as libpil4dfs has them; what is not in it counts in the sum. */
static const struct {
	const char *title;
	const char *names; /* each between blanks */
} titles[] = {
    {"open   ", " open openat openat2 creat "},
    {"stat   ", " stat lstat fstat newfstatat statx access faccessat faccessat2 "},
    {"readdir", " getdents getdents64 "},
    {"link   ", " symlink symlinkat "},
    {"unlink ", " unlink unlinkat "},
    {"rdlink ", " readlink readlinkat "},
    {"mkdir  ", " mkdir mkdirat "},
    {"rmdir  ", " rmdir "},
    {"rename ", " rename renameat renameat2 "},
    {"xattr  ", " getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr listxattr llistxattr flistxattr "
		"removexattr lremovexattr fremovexattr "},
    {"sync   ", " fsync fdatasync syncfs "},
};

bool il_report_wanted;
bool il_report_prints;
static int stderr_fd; /* the library's */
static long first_n;  /* -1: all */
static char json[PATH_MAX];
static _Atomic long printed;
enum { PASSED, CARRIED, BOARD, COUNTS }; /* of the carried: by the board */
static _Atomic unsigned long counts[IL_NR_MAX][COUNTS];
static atomic_flag done = ATOMIC_FLAG_INIT;

struct text {
	char *p, *end;
};

static void put(struct text *t, const char *s)
{
	while (*s != '\0' && t->p < t->end)
		*t->p++ = *s++;
}

static void put_number(struct text *t, unsigned long n)
{
	char digits[24];
	char *p = digits + sizeof(digits) - 1;

	*p = '\0';
	do
		*--p = '0' + n % 10;
	while ((n /= 10) != 0);
	put(t, p);
}

static void put_json_string(struct text *t, const char *s)
{
	static const char hex[] = "0123456789abcdef";

	put(t, "\"");
	for (; *s != '\0'; s++) {
		char plain[] = {*s, '\0'}, coded[] = {'\\', 'u', '0', '0', hex[(*s >> 4) & 15], hex[*s & 15], '\0'};

		put(t, *s == '"' || *s == '\\' || (unsigned char)*s < ' ' ? coded : plain);
	}
	put(t, "\"");
}

/* One write(2): lines of several processes do not mix. */
static void emit(int fd, const char *buf, const struct text *t)
{
	il_syscall(SYS_write, fd, buf, t->p - buf);
}

/* A copy, where it is in nobody's way. */
static int open_stderr(void)
{
	int fd = il_syscall(SYS_fcntl, 2, F_DUPFD_CLOEXEC, il_fd_reserved());

	if (fd >= IL_FD_MAX)
		return 2;
	if (fd >= 0)
		il_kinds[fd] = IL_KIND_INTERNAL;
	return fd;
}

void il_report_init(void)
{
	const char *value = getenv("D_IL_REPORT");
	char *end;

	if (value == NULL || *value == '\0')
		return;
	if (strncmp(value, JSON, strlen(JSON)) == 0) {
		const char *file = value + strlen(JSON);

		if (*file == '\0' || strlen(file) >= sizeof(json))
			return;
		strcpy(json, file);
		il_report_wanted = true;
		return;
	}
	first_n = strtol(value, &end, 10);
	if (strcasecmp(value, "true") == 0)
		first_n = 1;
	else if (*end != '\0' || end == value)
		return;
	stderr_fd = open_stderr();
	il_fd_base = il_fd_reserved();
	il_report_wanted = il_report_prints = stderr_fd >= 0;
}

/* A line as libioil has them. */
static void print_call(const struct il_desc *desc, const long arg[6], bool carried)
{
	char line[LINE_SIZE];
	struct text t = {line, line + sizeof(line) - 1};

	put(&t, carried ? "[libioil] Intercepting " : "[libioil] Passing on ");
	put(&t, desc->name);
	if (desc->path[0] != 0 && arg[desc->path[0] - 1] != 0) {
		put(&t, " of ");
		put(&t, (const char *)arg[desc->path[0] - 1]);
	} else if (desc->fd != 0) {
		put(&t, " of descriptor ");
		put_number(&t, (unsigned)arg[desc->fd - 1]);
	}
	*t.p++ = '\n';
	emit(stderr_fd, line, &t);
}

static void add(long nr, unsigned what)
{
	atomic_fetch_add_explicit(&counts[nr][what], 1, memory_order_relaxed);
}

void il_report_answered(long nr)
{
	if (!il_report_wanted)
		return;
	add(nr, CARRIED);
	add(nr, BOARD);
}

void il_report_call(long nr, const long arg[6], bool carried)
{
	const struct il_desc *desc = il_report_wanted ? il_call_find(nr) : NULL;

	if (desc == NULL)
		return;
	add(nr, carried ? CARRIED : PASSED);
	if (il_report_prints && (first_n < 0 || atomic_fetch_add(&printed, 1) < first_n))
		print_call(desc, arg, carried);
}

void il_report_fork_child(void)
{
	for (unsigned i = 0; il_report_wanted && i < il_ndescs; i++)
		for (unsigned what = 0; what < COUNTS; what++)
			counts[il_descs[i].nr][what] = 0;
}

static bool is_in(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = names; (p = strstr(p, name)) != NULL; p++)
		if (p[-1] == ' ' && p[len] == ' ')
			return true;
	return false;
}

static unsigned long count_title(const char *names)
{
	unsigned long sum = 0;

	for (unsigned i = 0; i < il_ndescs; i++)
		if (is_in(names, il_descs[i].name))
			sum += counts[il_descs[i].nr][CARRIED];
	return sum;
}

static unsigned long count_all(void)
{
	unsigned long sum = 0;

	for (unsigned i = 0; i < il_ndescs; i++)
		sum += counts[il_descs[i].nr][CARRIED];
	return sum;
}

static void write_summary(void)
{
	char buf[LINE_SIZE];
	struct text t = {buf, buf + sizeof(buf)};

	put(&t, "libpil4dfs intercepting summary for ops on DFS:\n");
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		put(&t, "[");
		put(&t, titles[i].title);
		put(&t, "]  ");
		put_number(&t, count_title(titles[i].names));
		put(&t, "\n");
	}
	put(&t, "\n[op_sum ]  ");
	put_number(&t, count_all());
	put(&t, "\n");
	emit(stderr_fd, buf, &t);
}

static void put_counts(struct text *t, const char *key, unsigned what)
{
	const char *comma = "";

	put(t, ",\"");
	put(t, key);
	put(t, "\":{");
	for (unsigned i = 0; i < il_ndescs; i++) {
		unsigned long n = counts[il_descs[i].nr][what];

		if (n == 0)
			continue;
		put(t, comma);
		put(t, "\"");
		put(t, il_descs[i].name);
		put(t, "\":");
		put_number(t, n);
		comma = ",";
	}
	put(t, "}");
}

static void write_json(void)
{
	char buf[2 * LINE_SIZE];
	struct text t = {buf, buf + sizeof(buf) - 1};
	int fd = il_syscall(SYS_openat, AT_FDCWD, json, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		return;
	put(&t, "{\"pid\":");
	put_number(&t, il_pid);
	put(&t, ",\"program\":");
	put_json_string(&t, program_invocation_short_name);
	put_counts(&t, "carried", CARRIED);
	put_counts(&t, "passed", PASSED);
	put_counts(&t, "board", BOARD);
	put(&t, "}");
	*t.p++ = '\n';
	emit(fd, buf, &t);
	il_syscall(SYS_close, fd);
}

void il_report_exit(void)
{
	if (!il_report_wanted || il_in_vfork_child() || atomic_flag_test_and_set(&done))
		return;
	if (json[0] != '\0')
		write_json();
	else
		write_summary();
}

__attribute__((destructor)) static void at_end(void)
{
	il_report_exit();
}
