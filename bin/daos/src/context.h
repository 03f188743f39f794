/*
 * context.h: one run of the tool: what was asked, and what came of it.
 *
 * A command reads its options and arguments from the context, prints text with out(), puts what --json shows into
 * `response`, and returns 0 or the status of a failure that it described with fail(). Text goes to stdout only without
 * --json; the response only with it. The first description of a failure stands; callers add words in front of it with
 * fail_prefix().
 */
#ifndef DAOS_TOOL_CONTEXT_H
#define DAOS_TOOL_CONTEXT_H

#include <stdbool.h>
#include <json-c/json.h>

#include "options.h"

struct cmd;

struct context {
	const char *program; /* "daos" or "dmg" */
	const struct cmd *cmd;
	const char *opt[OPT_NR]; /* NULL: not given; "" for a flag */
	const char **arg;	 /* what is neither command nor option */
	int nargs;
	const char *sys; /* system name, NULL for the default */
	bool json;
	struct json_object *response; /* owned */
	char *error;		      /* owned; NULL: no failure */
	int status;		      /* negative DER number of the failure */
};

/* The command's `n`-th argument, or NULL. */
const char *arg(const struct context *ctx, int n);

/* Whether the option was given. */
bool has(const struct context *ctx, enum option_id id);

/* --verbose, or the command's own -v or -V. */
bool verbose(const struct context *ctx);

/* Text for people: nothing with --json. */
void out(const struct context *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A failure that has no DER number of its own: status is -DER_MISC. */
int fail(struct context *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A failed DAOS call: "<text>: DER_NONEXIST(-1005): The specified entity does not exist". Returns `rc`. */
int fail_der(struct context *ctx, int rc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A failed call that gives an errno: "<text>: errno 16 (Device or resource busy)". */
int fail_errno(struct context *ctx, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Put "<text>: " in front of the failure that is already there. Returns its status. */
int fail_prefix(struct context *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Take ownership of the answer that --json prints. */
void respond(struct context *ctx, struct json_object *response);

#endif
