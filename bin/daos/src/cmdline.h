/*
 * cmdline.h: the tree of commands, and the words of a command line sorted into command, options and arguments.
 *
 * Options may stand anywhere: --word, --word=value, --word value, -x, -xvalue, -x=value, -x value, and several letters
 * in one. After "--" there are only arguments. An option counts for the command named before it, or for all. Commands
 * may be given by an alias. What is wrong is described in the context, in the words that DAOS's tool has for it.
 */
#ifndef DAOS_TOOL_CMDLINE_H
#define DAOS_TOOL_CMDLINE_H

#include "context.h"

struct cmd {
	const char *name;  /* NULL ends a list */
	const char *alias; /* separated by blanks, or NULL */
	const char *help;
	const struct cmd *sub; /* commands below this one, or NULL */
	int (*run)(struct context *ctx);
	const unsigned char *opts; /* enum option_id, ended by OPT_END; or NULL */
	const char *args;	   /* for --help, or NULL: none */
	int max_args;		   /* -1: any number */
};

#define OPTS(...)    ((const unsigned char[]){__VA_ARGS__, OPT_END})

#define CMD_PATH_MAX 4

/* The command that was named, from the root: path[0] is the root itself. */
struct cmd_path {
	const struct cmd *cmd[CMD_PATH_MAX];
	int len;
};

/*
 * Fill in the context: cmd, opt, arg. 0, or a failure described in the context. With OPT_HELP among the options the
 * command need not be complete. `args` has room for argc words.
 */
int cmdline_parse(struct context *ctx, const struct cmd *root, int argc, char **argv, const char **args,
		  struct cmd_path *path);

/* Print what the last command of the path is for and takes. */
void cmdline_help(const struct context *ctx, const struct cmd_path *path);

#endif
