#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "attrs.h"
#include "pairs.h"

/* Open what the command is about: RO is enough for reading attributes. */
static int open_owner(struct context *ctx, struct target *t, bool pool, bool write, struct attr_owner *owner)
{
	int rc;

	if (pool)
		rc = target_pool(ctx, t, write ? DAOS_PC_RW : DAOS_PC_RO);
	else
		rc = target_cont(ctx, t, write ? DAOS_PC_RW : DAOS_PC_RO, write ? DAOS_COO_RW : DAOS_COO_RO);
	if (rc == 0)
		*owner = pool ? attr_owner_pool(t) : attr_owner_cont(t);
	return rc;
}

/* Where the list of attributes stands: --attr, or the argument after the name; and nothing behind it. */
static int attr_argument(struct context *ctx, const struct target *t, const char **list)
{
	int next = t->next;

	*list = has(ctx, OPT_ATTR) ? ctx->opt[OPT_ATTR] : arg(ctx, next++);
	if (arg(ctx, next) != NULL)
		return fail(ctx, "unexpected argument \"%s\"", arg(ctx, next));
	return 0;
}

static int list_attrs(struct context *ctx, bool pool)
{
	struct target t = {0};
	struct attr_owner owner;
	int rc = open_owner(ctx, &t, pool, false, &owner);

	if (rc == 0)
		rc = attrs_list(ctx, &owner, verbose(ctx));
	target_close(&t);
	return rc;
}

static int get_attr(struct context *ctx, bool pool)
{
	struct target t = {0};
	struct attr_owner owner;
	const char *list;
	int rc = open_owner(ctx, &t, pool, false, &owner);

	if (rc == 0)
		rc = attr_argument(ctx, &t, &list);
	if (rc == 0)
		rc = attrs_get(ctx, &owner, list);
	target_close(&t);
	return rc;
}

/* The words are looked at before anything is connected; --attr=NAME --value=VALUE is the older way to write NAME:VALUE.
 */
static int set_attr(struct context *ctx, bool pool)
{
	struct target t = {0};
	struct attr_owner owner;
	const char *list;
	char *pair = NULL;
	char why[256];
	int rc;

	rc = pool ? target_name_pool(ctx, &t) : target_name_cont(ctx, &t);
	list = has(ctx, OPT_ATTR) ? ctx->opt[OPT_ATTR] : arg(ctx, t.next);
	if (rc == 0 && list == NULL)
		rc = fail(ctx, "attribute name and value are required (NAME:VALUE)");
	if (rc == 0 && has(ctx, OPT_ATTR) && has(ctx, OPT_VALUE)) {
		if (asprintf(&pair, "%s:%s", list, ctx->opt[OPT_VALUE]) < 0)
			pair = NULL;
		list = pair != NULL ? pair : list;
	}
	if (rc == 0 && pairs_check(list, why, sizeof(why)) != 0)
		rc = fail(ctx, "%s", why);
	if (rc == 0 && pair == NULL)
		rc = attr_argument(ctx, &t, &list);
	target_close(&t);
	if (rc == 0)
		rc = open_owner(ctx, &t, pool, true, &owner);
	if (rc == 0)
		rc = attrs_set(ctx, &owner, list);
	if (rc == 0)
		out(ctx, "Attributes successfully set on %s \"%s\"\n", owner.what, owner.name);
	free(pair);
	target_close(&t);
	return rc;
}

static int del_attr(struct context *ctx, bool pool)
{
	struct target t = {0};
	struct attr_owner owner;
	const char *list;
	int rc = open_owner(ctx, &t, pool, true, &owner);

	if (rc == 0)
		rc = attr_argument(ctx, &t, &list);
	if (rc == 0 && list == NULL)
		rc = fail(ctx, "attribute name is required");
	if (rc == 0)
		rc = attrs_del(ctx, &owner, list);
	target_close(&t);
	return rc;
}

int cmd_pool_list_attrs(struct context *ctx)
{
	return list_attrs(ctx, true);
}

int cmd_pool_get_attr(struct context *ctx)
{
	return get_attr(ctx, true);
}

int cmd_pool_set_attr(struct context *ctx)
{
	return set_attr(ctx, true);
}

int cmd_pool_del_attr(struct context *ctx)
{
	return del_attr(ctx, true);
}

int cmd_cont_list_attrs(struct context *ctx)
{
	return list_attrs(ctx, false);
}

int cmd_cont_get_attr(struct context *ctx)
{
	return get_attr(ctx, false);
}

int cmd_cont_set_attr(struct context *ctx)
{
	return set_attr(ctx, false);
}

int cmd_cont_del_attr(struct context *ctx)
{
	return del_attr(ctx, false);
}
