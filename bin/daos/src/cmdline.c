#include "cmdline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char global_opts[] = {OPT_HELP,	 OPT_JSON,     OPT_DEBUG, OPT_LOG_LEVEL,
					    OPT_VERBOSE, OPT_SYS_NAME, OPT_END};

struct parser {
	struct context *ctx;
	const struct cmd_path *path;
	char **argv;
	int argc;
	int next; /* the word to read next */
};

static const struct cmd *current(const struct cmd_path *path)
{
	return path->cmd[path->len - 1];
}

/* The option's id with `letter`, or with `word` of `len` bytes if that is not NULL; OPT_END: none. */
static enum option_id find_in(const unsigned char *ids, char letter, const char *word, size_t len)
{
	for (; ids != NULL && *ids != OPT_END; ids++) {
		const struct option_def *def = &option_defs[*ids];

		if (word != NULL ? strncmp(def->word, word, len) == 0 && def->word[len] == '\0'
				 : def->letter != 0 && def->letter == letter)
			return *ids;
	}
	return OPT_END;
}

/* The command's own options go before those of the commands above it, and those before the options of all. */
static enum option_id find_option(const struct cmd_path *path, char letter, const char *word, size_t len)
{
	enum option_id id = OPT_END;

	for (int i = path->len - 1; i >= 0 && id == OPT_END; i--)
		id = find_in(path->cmd[i]->opts, letter, word, len);
	return id != OPT_END ? id : find_in(global_opts, letter, word, len);
}

/* The option as messages call it: `-t, --type' */
static const char *option_text(enum option_id id, char *buf, size_t size)
{
	const struct option_def *def = &option_defs[id];

	if (def->letter != 0)
		snprintf(buf, size, "-%c, --%s", def->letter, def->word);
	else
		snprintf(buf, size, "--%s", def->word);
	return buf;
}

/* Note the option; its value is `value`, or the next word if that is NULL. */
static int take_option(struct parser *p, enum option_id id, const char *value)
{
	const struct option_def *def = &option_defs[id];
	struct context *ctx = p->ctx;
	char text[64], why[256];

	option_text(id, text, sizeof(text));
	if (def->value == NULL) {
		if (value != NULL)
			return fail(ctx, "bool flag `%s' cannot have an argument", text);
		ctx->opt[id] = "";
		return 0;
	}
	if (value == NULL) {
		if (p->next == p->argc)
			return fail(ctx, "expected argument for flag `%s'", text);
		value = p->argv[p->next];
		if (value[0] == '-' && value[1] != '\0')
			return fail(ctx, "expected argument for flag `%s', but got option `%s'", text, value);
		p->next++;
	}
	if (def->check != NULL && def->check(value, why, sizeof(why)) != 0)
		return fail(ctx, "invalid argument for flag `%s' (expected %s): %s", text, def->kind, why);
	ctx->opt[id] = value;
	return 0;
}

static int parse_long(struct parser *p, const char *word)
{
	size_t len = strcspn(word, "=");
	enum option_id id = find_option(p->path, 0, word, len);

	if (id == OPT_END)
		return fail(p->ctx, "unknown flag `%.*s'", (int)len, word);
	return take_option(p, id, word[len] == '=' ? word + len + 1 : NULL);
}

static int parse_letters(struct parser *p, const char *letters)
{
	int rc = 0;

	while (rc == 0 && *letters != '\0') {
		enum option_id id = find_option(p->path, *letters, NULL, 0);

		if (id == OPT_END)
			return fail(p->ctx, "unknown flag `%c'", *letters);
		letters++;
		if (option_defs[id].value != NULL && *letters != '\0')
			return take_option(p, id, *letters == '=' ? letters + 1 : letters);
		rc = take_option(p, id, NULL);
	}
	return rc;
}

static bool is_named(const struct cmd *cmd, const char *word)
{
	const char *alias = cmd->alias;
	size_t len = strlen(word);

	if (strcmp(cmd->name, word) == 0)
		return true;
	while (alias != NULL && *alias != '\0' && len > 0) {
		size_t n = strcspn(alias, " ");

		if (n == len && strncmp(alias, word, n) == 0)
			return true;
		alias += n + (alias[n] == ' ');
	}
	return false;
}

static const struct cmd *find_command(const struct cmd *list, const char *word)
{
	for (; list->name != NULL; list++)
		if (is_named(list, word))
			return list;
	return NULL;
}

/* How many letters must be put in, taken out or changed to make `a` of `b`. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t cost[64];
	size_t n = strlen(b);

	if (n >= sizeof(cost) / sizeof(cost[0]) || strlen(a) > 64)
		return 64;
	for (size_t j = 0; j <= n; j++)
		cost[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = cost[0];

		cost[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = cost[j];
			if (cost[j] + 1 < best)
				best = cost[j] + 1;
			if (cost[j - 1] + 1 < best)
				best = cost[j - 1] + 1;
			cost[j] = best;
		}
	}
	return cost[n];
}

/* "a, b or c" into buf. */
static void name_list(const struct cmd *list, char *buf, size_t size)
{
	size_t len = 0;

	for (const struct cmd *c = list; c->name != NULL && len < size; c++) {
		const char *sep = c == list ? "" : c[1].name == NULL ? " or " : ", ";

		len += snprintf(buf + len, size - len, "%s%s", sep, c->name);
	}
}

/* `word` is NULL where a command is missing. */
static int no_command(struct context *ctx, const struct cmd *list, const char *word)
{
	const struct cmd *nearest = NULL;
	size_t least = 64;
	char names[512];

	name_list(list, names, sizeof(names));
	if (word == NULL)
		return fail(
		    ctx, list[1].name == NULL ? "Please specify the %s command" : "Please specify one command of: %s",
		    names);
	for (const struct cmd *c = list; c->name != NULL; c++) {
		size_t distance = edit_distance(word, c->name);

		if (distance < least) {
			least = distance;
			nearest = c;
		}
	}
	if (nearest != NULL && least * 2 < strlen(nearest->name))
		return fail(ctx, "Unknown command `%s', did you mean `%s'?", word, nearest->name);
	if (list[1].name == NULL)
		return fail(ctx, "Unknown command `%s'. You should use the %s command", word, names);
	return fail(ctx, "Unknown command `%s'. Please specify one command of: %s", word, names);
}

/* A word that is no option: the next command, or an argument of the command. */
static int take_word(struct parser *p, struct cmd_path *path, const char *word)
{
	const struct cmd *sub = current(path)->sub;
	const struct cmd *found;

	if (sub == NULL) {
		p->ctx->arg[p->ctx->nargs++] = word;
		return 0;
	}
	found = find_command(sub, word);
	if (found == NULL)
		return no_command(p->ctx, sub, word);
	path->cmd[path->len++] = found;
	return 0;
}

int cmdline_parse(struct context *ctx, const struct cmd *root, int argc, char **argv, const char **args,
		  struct cmd_path *path)
{
	struct parser p = {.ctx = ctx, .path = path, .argv = argv, .argc = argc, .next = 1};
	bool options_over = false;
	int rc = 0;

	ctx->arg = args;
	path->cmd[0] = root;
	path->len = 1;
	while (rc == 0 && p.next < argc) {
		const char *word = argv[p.next++];

		if (options_over || word[0] != '-' || word[1] == '\0')
			rc = take_word(&p, path, word);
		else if (strcmp(word, "--") == 0)
			options_over = true;
		else if (word[1] == '-')
			rc = parse_long(&p, word + 2);
		else
			rc = parse_letters(&p, word + 1);
		ctx->json = has(ctx, OPT_JSON);
	}
	ctx->cmd = current(path);
	if (rc != 0 || has(ctx, OPT_HELP))
		return rc;
	if (ctx->cmd->sub != NULL)
		return no_command(ctx, ctx->cmd->sub, NULL);
	if (ctx->cmd->max_args >= 0 && ctx->nargs > ctx->cmd->max_args)
		return fail(ctx, "unexpected argument \"%s\"", ctx->arg[ctx->cmd->max_args]);
	return 0;
}

static void help_options(const unsigned char *ids)
{
	for (; ids != NULL && *ids != OPT_END; ids++) {
		const struct option_def *def = &option_defs[*ids];
		char text[64], letter[8] = "    ";

		if (def->letter != 0)
			snprintf(letter, sizeof(letter), "-%c, ", def->letter);
		snprintf(text, sizeof(text), "%s--%s%s%s", letter, def->word, def->value != NULL ? "=" : "",
			 def->value != NULL ? def->value : "");
		printf("      %-28s %s\n", text, def->help);
	}
}

static void help_commands(const struct cmd *list)
{
	printf("\nAvailable commands:\n");
	for (; list->name != NULL; list++) {
		printf("  %-16s %s", list->name, list->help);
		for (const char *a = list->alias; a != NULL && *a != '\0'; a += strcspn(a, " "), a += *a == ' ')
			printf("%s%.*s", a == list->alias ? " (aliases: " : ", ", (int)strcspn(a, " "), a);
		printf("%s\n", list->alias != NULL ? ")" : "");
	}
}

void cmdline_help(const struct context *ctx, const struct cmd_path *path)
{
	const struct cmd *cmd = current(path);

	printf("Usage:\n  %s [OPTIONS]", ctx->program);
	for (int i = 1; i < path->len; i++)
		printf(" %s", path->cmd[i]->name);
	if (cmd->sub != NULL)
		printf(" <command>");
	if (cmd->opts != NULL && path->len > 1)
		printf(" [%s-OPTIONS]", cmd->name);
	printf("%s%s\n\n%s.\n", cmd->args != NULL ? " " : "", cmd->args != NULL ? cmd->args : "", cmd->help);
	printf("\nApplication Options:\n");
	help_options(global_opts);
	if (cmd->opts != NULL) {
		printf("\n[%s command options]\n", cmd->name);
		help_options(cmd->opts);
	}
	if (cmd->sub != NULL)
		help_commands(cmd->sub);
}
