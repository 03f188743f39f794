/*
 * log.h: messages to stderr or syslog, quiet by default.
 *
 * A message is one line: "<program>: <text>". Programs choose name, target and level once, before threads start.
 * Libraries that live inside other people's programs must only use log_debug(), which prints nothing unless the
 * environment variable D_LOG_LEVEL asks for it.
 */
#ifndef DFUSE_LOG_H
#define DFUSE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_target { LOG_TO_STDERR, LOG_TO_SYSLOG };

/* `program` must stay valid. D_LOG_LEVEL=error|warn|info|debug in the environment overrides `level`. */
void log_open(const char *program, enum log_target target, enum log_level level);

void log_message(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...)  log_message(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)  log_message(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
