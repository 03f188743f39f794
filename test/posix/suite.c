/* suite.c: the assertions. */
#include "suite.h"

#include <stdarg.h>

enum ps_profile ps_profile = PS_PLAIN;
int ps_report_fd = STDERR_FILENO;

/* One write: a message of less than PIPE_BUF bytes stays whole, whoever else reports at the same time. */
static void report(const char *text, int len)
{
	if (write(ps_report_fd, text, (size_t)len) != len)
		_exit(PS_EXIT_FAILED);
}

void ps_fail(const char *file, int line, const char *fmt, ...)
{
	const char *slash = strrchr(file, '/');
	char text[1024];
	va_list ap;
	int len;

	len = snprintf(text, sizeof(text) / 4, "%s:%d: ", slash != NULL ? slash + 1 : file, line);
	va_start(ap, fmt);
	len += vsnprintf(text + len, sizeof(text) - (size_t)len - 1, fmt, ap);
	va_end(ap);
	if (len > (int)sizeof(text) - 2)
		len = (int)sizeof(text) - 2;
	text[len++] = '\n';
	report(text, len);
	_exit(PS_EXIT_FAILED);
}

void ps_skip(const char *why)
{
	char text[256];
	int len = snprintf(text, sizeof(text), "%.200s\n", why);

	report(text, len);
	_exit(PS_EXIT_SKIPPED);
}

static const char *err_name(int err)
{
	const char *name = strerrorname_np(err);

	return name != NULL ? name : "an unknown error";
}

long ps_ok(long result, const char *expr, const char *file, int line)
{
	if (result == -1)
		ps_fail(file, line, "%s: got %s, expected success", expr, err_name(errno));
	return result;
}

void ps_fails(long result, int err, const char *expr, const char *file, int line)
{
	int got = errno;

	if (result != -1)
		ps_fail(file, line, "%s: got success (%ld), expected %s", expr, result, err_name(err));
	if (got != err)
		ps_fail(file, line, "%s: got %s, expected %s", expr, err_name(got), err_name(err));
}

void ps_fails2(long result, int err, int other, const char *expr, const char *file, int line)
{
	int got = errno;

	if (result != -1)
		ps_fail(file, line, "%s: got success (%ld), expected %s or %s", expr, result, err_name(err),
			err_name(other));
	if (got != err && got != other)
		ps_fail(file, line, "%s: got %s, expected %s or %s", expr, err_name(got), err_name(err),
			err_name(other));
}

void ps_eq(long long got, long long want, const char *expr, const char *file, int line)
{
	if (got != want)
		ps_fail(file, line, "%s: got %lld, expected %lld", expr, got, want);
}

void ps_ne(long long got, long long other, const char *expr, const char *file, int line)
{
	if (got == other)
		ps_fail(file, line, "%s: got %lld, expected another value", expr, got);
}

void ps_ge(long long got, long long least, const char *expr, const char *file, int line)
{
	if (got < least)
		ps_fail(file, line, "%s: got %lld, expected at least %lld", expr, got, least);
}

void ps_le(long long got, long long most, const char *expr, const char *file, int line)
{
	if (got > most)
		ps_fail(file, line, "%s: got %lld, expected at most %lld", expr, got, most);
}

void ps_true(bool holds, const char *expr, const char *file, int line)
{
	if (!holds)
		ps_fail(file, line, "%s: got false, expected true", expr);
}

void *ps_some(void *pointer, const char *expr, const char *file, int line)
{
	if (pointer == NULL)
		ps_fail(file, line, "%s: got NULL (%s), expected success", expr, err_name(errno));
	return pointer;
}

void ps_str(const char *got, const char *want, const char *expr, const char *file, int line)
{
	if (strcmp(got, want) != 0)
		ps_fail(file, line, "%s: got \"%.80s\", expected \"%.80s\"", expr, got, want);
}

void ps_mem(const void *got, const void *want, size_t len, const char *expr, const char *file, int line)
{
	const unsigned char *g = got, *w = want;

	for (size_t i = 0; i < len; i++)
		if (g[i] != w[i])
			ps_fail(file, line, "%s: got byte 0x%02x at %zu, expected 0x%02x", expr, g[i], i, w[i]);
}
