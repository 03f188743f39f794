/*
 * main.c: the programs daos and dmg: one executable, two sets of commands, chosen by the name it is started under.
 *
 * Exit status: 0, or 1 after a line "ERROR: <program>: <what failed>" on stderr; with --json stdout has the whole
 * answer either way.
 */
#include "commands.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos.h>
#include <daos_fs.h>

#include "json_build.h"
#include "json_text.h"

/* Commands that need no system to talk to. */
static bool is_offline(const struct cmd *cmd)
{
	return cmd->run == cmd_version || cmd->run == cmd_fs_query || cmd->run == cmd_fs_evict ||
	       cmd->run == cmd_unsupported;
}

static int run(struct context *ctx)
{
	int rc;

	ctx->sys = ctx->opt[OPT_SYS_NAME];
	if (ctx->sys != NULL &&
	    (*ctx->sys == '\0' || strlen(ctx->sys) > DAOS_SYS_NAME_MAX || strchr(ctx->sys, '/') != NULL))
		return fail(ctx, "invalid system name \"%s\"", ctx->sys);
	if (has(ctx, OPT_DEBUG))
		setenv("D_LOG_LEVEL", "debug", 1);
	if (has(ctx, OPT_LOG_LEVEL))
		setenv("D_LOG_LEVEL", ctx->opt[OPT_LOG_LEVEL], 1);
	if (is_offline(ctx->cmd))
		return ctx->cmd->run(ctx);
	rc = daos_init();
	if (rc != 0)
		return fail_der(ctx, rc, "unable to initialize DAOS library");
	rc = dfs_init();
	if (rc != 0)
		rc = fail_errno(ctx, rc, "unable to initialize DFS library");
	else
		rc = ctx->cmd->run(ctx);
	dfs_fini();
	daos_fini();
	return rc;
}

static void print_json(struct context *ctx)
{
	struct json_object *answer = json_object_new_object();
	bool failed = ctx->status != 0;

	json_add(answer, "response", failed ? NULL : json_object_get(ctx->response));
	json_add(answer, "error",
		 failed ? json_object_new_string(ctx->error != NULL ? ctx->error : "out of memory") : NULL);
	json_add(answer, "status", json_object_new_int(ctx->status));
	json_text_print(stdout, answer);
	json_object_put(answer);
}

int main(int argc, char **argv)
{
	char *name = argc > 0 ? strdup(argv[0]) : NULL;
	const char **args = calloc(argc + 1, sizeof(*args));
	struct context ctx = {.program = "daos"};
	struct cmd_path path = {0};
	const struct cmd *root;

	if (name == NULL || args == NULL)
		return EXIT_FAILURE;
	if (strcmp(basename(name), "dmg") == 0)
		ctx.program = "dmg";
	root = strcmp(ctx.program, "dmg") == 0 ? &dmg_root : &daos_root;
	ctx.status = cmdline_parse(&ctx, root, argc, argv, args, &path);
	if (ctx.status == 0 && has(&ctx, OPT_HELP)) {
		cmdline_help(&ctx, &path);
	} else {
		if (ctx.status == 0)
			ctx.status = run(&ctx);
		if (ctx.json)
			print_json(&ctx);
	}
	if (fflush(stdout) != 0 && ctx.status == 0)
		ctx.status = fail(&ctx, "failed to write to standard output");
	if (ctx.status != 0)
		fprintf(stderr, "ERROR: %s: %s\n", ctx.program, ctx.error != NULL ? ctx.error : "out of memory");
	json_object_put(ctx.response);
	free(ctx.error);
	free(args);
	free(name);
	return ctx.status != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
