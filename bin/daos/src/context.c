#include "context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos.h>

const char *arg(const struct context *ctx, int n)
{
	return n < ctx->nargs ? ctx->arg[n] : NULL;
}

bool has(const struct context *ctx, enum option_id id)
{
	return ctx->opt[id] != NULL;
}

bool verbose(const struct context *ctx)
{
	return has(ctx, OPT_VERBOSE) || has(ctx, OPT_VERBOSE_SMALL) || has(ctx, OPT_VERBOSE_LARGE);
}

void out(const struct context *ctx, const char *fmt, ...)
{
	va_list ap;

	if (ctx->json)
		return;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

/* Set the failure to "<fmt...><tail>" unless there is one. */
static int set_failure(struct context *ctx, int status, const char *tail, const char *fmt, va_list ap)
{
	char *text = NULL;

	if (ctx->error != NULL)
		return ctx->status;
	ctx->status = status;
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	if (text == NULL || asprintf(&ctx->error, "%s%s", text, tail) < 0)
		ctx->error = NULL;
	free(text);
	return status;
}

int fail(struct context *ctx, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = set_failure(ctx, -DER_MISC, "", fmt, ap);
	va_end(ap);
	return rc;
}

int fail_der(struct context *ctx, int rc, const char *fmt, ...)
{
	char tail[256];
	va_list ap;

	snprintf(tail, sizeof(tail), ": %s(%d): %s", d_errstr(rc), rc, d_errdesc(rc));
	va_start(ap, fmt);
	rc = set_failure(ctx, rc, tail, fmt, ap);
	va_end(ap);
	return rc;
}

int fail_errno(struct context *ctx, int err, const char *fmt, ...)
{
	char tail[256];
	va_list ap;
	int rc;

	snprintf(tail, sizeof(tail), ": errno %d (%s)", err, strerror(err));
	va_start(ap, fmt);
	rc = set_failure(ctx, -DER_MISC, tail, fmt, ap);
	va_end(ap);
	return rc;
}

int fail_prefix(struct context *ctx, const char *fmt, ...)
{
	char *text = NULL, *whole = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text != NULL && asprintf(&whole, "%s: %s", text, ctx->error != NULL ? ctx->error : "out of memory") >= 0) {
		free(ctx->error);
		ctx->error = whole;
	}
	free(text);
	return ctx->status;
}

void respond(struct context *ctx, struct json_object *response)
{
	json_object_put(ctx->response);
	ctx->response = response;
}
