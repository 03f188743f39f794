#include "log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

static struct {
	const char *program;
	enum log_target target;
	enum log_level level;
} log_state = {.program = "daos", .target = LOG_TO_STDERR, .level = LOG_LEVEL_ERROR};

static enum log_level level_from_env(enum log_level level)
{
	static const char *const name[] = {"error", "warn", "info", "debug"};
	const char *want = getenv("D_LOG_LEVEL");

	for (size_t i = 0; want != NULL && i < sizeof(name) / sizeof(name[0]); i++)
		if (strcasecmp(want, name[i]) == 0)
			return (enum log_level)i;
	return level;
}

void log_open(const char *program, enum log_target target, enum log_level level)
{
	log_state.program = program;
	log_state.target = target;
	log_state.level = level_from_env(level);
	if (target == LOG_TO_SYSLOG)
		openlog(program, LOG_PID, LOG_DAEMON);
}

/* A library is not told by log_open() what to do: it looks for itself, with its first message. */
static void look_at_env(void)
{
	log_state.level = level_from_env(log_state.level);
}

void log_message(enum log_level level, const char *fmt, ...)
{
	static pthread_once_t looked = PTHREAD_ONCE_INIT;
	static const int priority[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
	char line[1024];
	va_list ap;

	pthread_once(&looked, look_at_env);
	if (level > log_state.level)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (log_state.target == LOG_TO_SYSLOG)
		syslog(priority[level], "%s", line);
	else
		fprintf(stderr, "%s: %s\n", log_state.program, line);
}
