/*
 * suite.h: what a conformance case is, and how it says what must hold.
 *
 * A case is a function in the table of its file. It runs in a process of its own, whose working directory is a fresh
 * empty directory of the file system under test, and which is killed, with all it started, when the time limit is over.
 * It ends by returning (passed), by a failing assertion, or by SKIP(). Names are GROUP.NAME and stay the same for ever:
 * scripts and known-failure lists refer to them.
 *
 * The first assertion that fails ends the case: others would only report the consequences.
 * They may be used in threads and forked children of a case; there the failure is reported too.
 */
#ifndef POSIX_SUITE_H
#define POSIX_SUITE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

struct ps_case {
	const char *name;
	const char *clause; /* the requirement, as one reads it in POSIX or in the Linux manual */
	void (*run)(void);
};

struct ps_group {
	const char *name;
	const struct ps_case *cases;
	size_t count;
};

#define PS_GROUP(group) const struct ps_group group_##group = {#group, cases, sizeof(cases) / sizeof(cases[0])}

/* What the file system under test is: a plain Linux one, or a dfuse mount, which refuses some things by design. */
enum ps_profile { PS_PLAIN, PS_DFUSE };
extern enum ps_profile ps_profile;

#define ON_DFUSE (ps_profile == PS_DFUSE)
#define AS_ROOT	 (geteuid() == 0)

#ifdef __FILE_NAME__
#define HERE __FILE_NAME__, __LINE__
#else
#define HERE __FILE__, __LINE__
#endif

/* The call succeeds (does not return -1); yields its result. */
#define OK(expr) ps_ok((long)(expr), #expr, HERE)
/* The call returns -1 and errno is `err`. */
#define FAILS(err, expr) ps_fails((long)(expr), (err), #expr, HERE)
/* The call returns -1 and errno is one of the two. */
#define FAILS2(err, other, expr) ps_fails2((long)(expr), (err), (other), #expr, HERE)
/* Numbers, truths, pointers, strings, bytes. */
#define EQ(got, want)	    ps_eq((long long)(got), (long long)(want), #got, HERE)
#define NE(got, other)	    ps_ne((long long)(got), (long long)(other), #got, HERE)
#define GE(got, least)	    ps_ge((long long)(got), (long long)(least), #got, HERE)
#define LE(got, most)	    ps_le((long long)(got), (long long)(most), #got, HERE)
#define TRUE(expr)	    ps_true((expr), #expr, HERE)
#define SOME(expr)	    ps_some((expr), #expr, HERE)
#define STR(got, want)	    ps_str((got), (want), #got, HERE)
#define MEM(got, want, len) ps_mem((got), (want), (len), #got, HERE)
/* The case does not apply here. */
#define SKIP(why) ps_skip(why)

long ps_ok(long result, const char *expr, const char *file, int line);
void ps_fails(long result, int err, const char *expr, const char *file, int line);
void ps_fails2(long result, int err, int other, const char *expr, const char *file, int line);
void ps_eq(long long got, long long want, const char *expr, const char *file, int line);
void ps_ne(long long got, long long other, const char *expr, const char *file, int line);
void ps_ge(long long got, long long least, const char *expr, const char *file, int line);
void ps_le(long long got, long long most, const char *expr, const char *file, int line);
void ps_true(bool holds, const char *expr, const char *file, int line);
void *ps_some(void *pointer, const char *expr, const char *file, int line);
void ps_str(const char *got, const char *want, const char *expr, const char *file, int line);
void ps_mem(const void *got, const void *want, size_t len, const char *expr, const char *file, int line);
_Noreturn void ps_skip(const char *why);
_Noreturn __attribute__((format(printf, 3, 4))) void ps_fail(const char *file, int line, const char *fmt, ...);

/* Where assertions report to; set by the runner before a case starts. */
enum { PS_EXIT_FAILED = 1, PS_EXIT_SKIPPED = 77 };
extern int ps_report_fd;

#endif
