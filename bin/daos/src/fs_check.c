#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <daos_fs.h>

static int parse_flags(struct context *ctx, uint64_t *flags)
{
	static const struct {
		const char *word;
		uint64_t flag;
	} table[] = {
	    {"print", DFS_CHECK_PRINT},	  {"remove", DFS_CHECK_REMOVE},	  {"relink", DFS_CHECK_RELINK},
	    {"verify", DFS_CHECK_VERIFY}, {"evict", DFS_CHECK_EVICT_ALL},
	};
	const char *text = has(ctx, OPT_FLAGS) ? ctx->opt[OPT_FLAGS] : "print";

	*flags = 0;
	while (*text != '\0') {
		size_t len = strcspn(text, ",");
		size_t i = 0;

		while (i < 5 && !(strncmp(table[i].word, text, len) == 0 && table[i].word[len] == '\0'))
			i++;
		if (i == 5)
			return fail(ctx,
				    "invalid argument for flag `-f, --flags' (expected main.FsCheckFlag): unknown flag "
				    "\"%.*s\"",
				    (int)len, text);
		*flags |= table[i].flag;
		text += len + (text[len] == ',');
	}
	return 0;
}

/*
 * libdfs prints what it finds to standard output, which with --json is for the answer alone: it goes to standard error
 * then. Returns a descriptor for show_again(), or -1.
 */
static int print_aside(const struct context *ctx)
{
	int saved = -1;

	fflush(stdout);
	if (ctx->json && (saved = dup(STDOUT_FILENO)) >= 0)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	return saved;
}

static void show_again(int saved)
{
	fflush(stdout);
	if (saved < 0)
		return;
	dup2(saved, STDOUT_FILENO);
	close(saved);
}

/* The checker must have the container for itself, so it is not opened here. */
static int check(struct context *ctx, int (*fn)(daos_handle_t, const char *, uint64_t, const char *), uint64_t flags,
		 const char *what)
{
	struct target t = {0};
	int rc = target_name_cont(ctx, &t);

	if (rc == 0)
		rc = target_connect(ctx, &t, DAOS_PC_RW);
	if (rc == 0) {
		int saved = print_aside(ctx);

		rc = fn(t.poh, t.cont, flags, ctx->opt[OPT_DIR_NAME]);
		show_again(saved);
		if (rc != 0)
			rc = fail_errno(ctx, rc, "failed fs %s", what);
	}
	target_close(&t);
	return rc;
}

int cmd_fs_check(struct context *ctx)
{
	uint64_t flags;
	int rc = parse_flags(ctx, &flags);

	return rc == 0 ? check(ctx, dfs_cont_check, flags, "check") : rc;
}

int cmd_fs_scan(struct context *ctx)
{
	return check(ctx, dfs_cont_scan, 0, "scan");
}
