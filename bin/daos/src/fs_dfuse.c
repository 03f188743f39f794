#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "dfuse_path.h"
#include "json_build.h"

static uint64_t number(struct json_object *answer, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(answer, key, &value) ? json_object_get_uint64(value) : 0;
}

static void print_statistics(const struct context *ctx, struct json_object *stats)
{
	uint64_t total = 0;

	json_object_object_foreach(stats, key, value)
	{
		(void)key;
		total += json_object_get_uint64(value);
	}
	json_object_object_foreach(stats, name, count)
	{
		uint64_t n = json_object_get_uint64(count);
		char upper[32];
		size_t i = 0;

		for (; name[i] != '\0' && i + 1 < sizeof(upper); i++)
			upper[i] = name[i] >= 'a' && name[i] <= 'z' ? name[i] - 32 : name[i];
		upper[i] = '\0';
		if (n > 0)
			out(ctx, "%16s: %5.1f%% (%" PRIu64 ")\n", upper, n * 100.0 / total, n);
	}
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The numbers that are not 0, by name. */
static struct json_object *statistics_json(struct json_object *stats)
{
	struct json_object *sorted = json_object_new_object();
	size_t nr = 0;
	const char **name = calloc(json_object_object_length(stats) + 1, sizeof(*name));

	if (name == NULL)
		return sorted;
	json_object_object_foreach(stats, key, value)
	{
		if (json_object_get_uint64(value) > 0)
			name[nr++] = key;
	}
	qsort(name, nr, sizeof(*name), compare_text);
	for (size_t i = 0; i < nr; i++)
		json_add_number(sorted, name[i], number(stats, name[i]));
	free(name);
	return sorted;
}

static const char *text(struct json_object *answer, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(answer, key, &value) ? json_object_get_string(value) : "";
}

static const char *on_off(struct json_object *answer, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(answer, key, &value) && json_object_get_boolean(value) ? "on" : "off";
}

/* How the mount works, and how files were opened: not by every dfuse. */
static void print_transport(const struct context *ctx, struct json_object *answer)
{
	struct json_object *opened;

	if (!json_object_object_get_ex(answer, "opened", &opened))
		return;
	out(ctx, "  Transport: %s, passthrough %s, write-back %s, %" PRIu64 " threads, libfuse %s\n",
	    text(answer, "transport"), on_off(answer, "passthrough"), on_off(answer, "writeback"),
	    number(answer, "threads"), text(answer, "libfuse"));
	out(ctx,
	    "     Opened: %" PRIu64 " passthrough, %" PRIu64 " cached (%" PRIu64
	    " of them with pages still valid), %" PRIu64 " direct\n",
	    number(opened, "passthrough"), number(opened, "cached"), number(opened, "kept"), number(opened, "direct"));
}

static void print_operations(const struct context *ctx, struct json_object *operations)
{
	static const char *const column[] = {"mean_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns"};

	out(ctx, "%16s  %12s %16s %9s %9s %9s %9s %9s\n", "Request", "count", "bytes", "mean us", "50 %", "90 %",
	    "99 %", "longest");
	json_object_object_foreach(operations, name, op)
	{
		out(ctx, "%16s: %12" PRIu64 " %16" PRIu64, name, number(op, "count"), number(op, "bytes"));
		for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++)
			out(ctx, " %9.1f", number(op, column[i]) / 1000.0);
		out(ctx, "\n");
	}
}

/* What the answer has is passed on as it is. */
static void pass_on(struct json_object *response, struct json_object *answer, const char *key)
{
	struct json_object *value;

	if (json_object_object_get_ex(answer, key, &value))
		json_add(response, key, json_object_get(value));
}

static int ask(struct context *ctx, const char *path, struct json_object **answer)
{
	if (dfuse_path_is_mounted(path) && dfuse_path_ask(path, "user.dfuse.query", answer) == 0)
		return 0;
	return fail_der(ctx, -DER_MISC, "failed to query %s", path);
}

static struct json_object *usage_json(struct json_object *answer)
{
	struct json_object *o = json_object_new_object();

	json_add_number(o, "inodes", number(answer, "inodes"));
	json_add_number(o, "open_files", number(answer, "open_files"));
	json_add_number(o, "pools", number(answer, "pools"));
	json_add_number(o, "containers", number(answer, "containers"));
	return o;
}

int cmd_fs_query(struct context *ctx)
{
	static const char *const passed[] = {"operations", "opened",  "transport", "passthrough",
					     "writeback",  "threads", "libfuse"};
	struct json_object *answer = NULL, *stats, *operations;
	const char *path = has(ctx, OPT_PATH) ? ctx->opt[OPT_PATH] : arg(ctx, 0);
	struct json_object *response;
	int rc;

	if (path == NULL)
		return fail(ctx, "a path in a mount of dfuse is required");
	/* The kernel holds the inodes, and dfuse has no way to be asked for one by number. */
	if (has(ctx, OPT_INODE))
		return fail_der(ctx, -DER_NOTSUPPORTED, "failed to query inode %s of %s", ctx->opt[OPT_INODE], path);
	rc = ask(ctx, path, &answer);
	if (rc != 0)
		return rc;
	response = usage_json(answer);
	out(ctx, "DFuse descriptor usage.\n      Pools: %" PRIu64 "\n Containers: %" PRIu64 "\n",
	    number(answer, "pools"), number(answer, "containers"));
	out(ctx, "     Inodes: %" PRIu64 "\n Open files: %" PRIu64 "\n", number(answer, "inodes"),
	    number(answer, "open_files"));
	if (json_object_object_get_ex(answer, "statistics", &stats)) {
		print_statistics(ctx, stats);
		json_add(response, "statistics", statistics_json(stats));
	}
	print_transport(ctx, answer);
	if (json_object_object_get_ex(answer, "operations", &operations))
		print_operations(ctx, operations);
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		pass_on(response, answer, passed[i]);
	respond(ctx, response);
	json_object_put(answer);
	return rc;
}

int cmd_fs_evict(struct context *ctx)
{
	struct json_object *answer = NULL, *response;
	const char *path = has(ctx, OPT_PATH) ? ctx->opt[OPT_PATH] : arg(ctx, 0);
	struct stat st;
	int rc;

	if (path == NULL)
		return fail(ctx, "a path in a mount of dfuse is required");
	if (stat(path, &st) != 0)
		return fail_errno(ctx, errno, "failed to evict %s", path);
	if (!dfuse_path_is_mounted(path))
		return fail_der(ctx, -DER_MISC, "failed to evict %s", path);
	if (setxattr(path, "user.dfuse.evict", "1", 1, 0) != 0)
		return fail_errno(ctx, errno, "failed to evict %s", path);
	rc = ask(ctx, path, &answer);
	if (rc != 0)
		return rc;
	out(ctx, "DFuse descriptor usage.\n Evicted inode: %" PRIu64 "\n         Pools: %" PRIu64 "\n",
	    (uint64_t)st.st_ino, number(answer, "pools"));
	out(ctx, "    Containers: %" PRIu64 "\n        Inodes: %" PRIu64 "\n    Open files: %" PRIu64 "\n",
	    number(answer, "containers"), number(answer, "inodes"), number(answer, "open_files"));
	response = usage_json(answer);
	json_add_number(response, "inode", st.st_ino);
	respond(ctx, response);
	json_object_put(answer);
	return 0;
}
