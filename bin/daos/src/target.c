#include "target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dfuse_path.h"

static int set_name(struct context *ctx, char *name, const char *text, const char *what)
{
	if (strlen(text) >= DAOS_PROP_MAX_LABEL_BUF_LEN ||
	    (!daos_label_is_valid(text) && !daos_is_valid_uuid_string(text, 0)))
		return fail(ctx, "invalid %s label or UUID \"%s\"", what, text);
	strcpy(name, text);
	return 0;
}

/* Pool, container and the path inside, from a path in the name space. */
static int name_by_path(struct context *ctx, struct target *t, const char *path)
{
	int rc = dfuse_path_resolve(path, &t->uns);

	if (rc == ENODATA || rc == ENOTSUP)
		return fail(ctx, "failed to resolve path \"%s\": it leads to no container", path);
	if (rc != 0)
		return fail_errno(ctx, rc, "failed to resolve path \"%s\"", path);
	if (t->uns.da_cont[0] == '\0')
		return fail(ctx, "failed to resolve path \"%s\": it names no container", path);
	snprintf(t->pool, sizeof(t->pool), "%s", t->uns.da_pool);
	snprintf(t->cont, sizeof(t->cont), "%s", t->uns.da_cont);
	t->name = path;
	return 0;
}

int target_name_pool(struct context *ctx, struct target *t)
{
	const char *pool = arg(ctx, 0);

	if (pool == NULL)
		return fail(ctx, "failed to connect to pool <no label or uuid set>: no pool UUID or label supplied");
	t->name = pool;
	t->next = 1;
	return set_name(ctx, t->pool, pool, "pool");
}

int target_name_cont(struct context *ctx, struct target *t)
{
	int rc;

	if (has(ctx, OPT_PATH))
		return name_by_path(ctx, t, ctx->opt[OPT_PATH]);
	if (arg(ctx, 0) == NULL)
		return fail(ctx, "no pool UUID or label supplied");
	if (arg(ctx, 1) == NULL)
		return fail(ctx, "no container UUID or label supplied");
	rc = set_name(ctx, t->pool, arg(ctx, 0), "pool");
	if (rc == 0)
		rc = set_name(ctx, t->cont, arg(ctx, 1), "container");
	t->name = arg(ctx, 1);
	t->next = 2;
	return rc;
}

int target_connect(struct context *ctx, struct target *t, unsigned int flags)
{
	int rc;

	/* Space is costly to collect on a cluster; who wants to know it asks for itself. */
	t->pool_info.pi_bits = 0;
	rc = daos_pool_connect(t->pool, ctx->sys, flags, &t->poh, &t->pool_info, NULL);
	if (rc != 0)
		return fail_der(ctx, rc, "failed to connect to pool");
	return 0;
}

int target_open(struct context *ctx, struct target *t, unsigned int flags)
{
	int rc = daos_cont_open(t->poh, t->cont, flags, &t->coh, &t->cont_info, NULL);

	if (rc != 0)
		return fail_der(ctx, rc, "failed to open container \"%s\"", t->cont);
	return 0;
}

int target_pool(struct context *ctx, struct target *t, unsigned int pool_flags)
{
	int rc = target_name_pool(ctx, t);

	if (rc == 0 && (rc = target_connect(ctx, t, pool_flags)) != 0)
		fail_prefix(ctx, "failed to connect to pool %s", t->name);
	return rc;
}

int target_cont(struct context *ctx, struct target *t, unsigned int pool_flags, unsigned int cont_flags)
{
	int rc = target_name_cont(ctx, t);

	if (rc == 0)
		rc = target_connect(ctx, t, pool_flags);
	if (rc == 0)
		rc = target_open(ctx, t, cont_flags);
	return rc;
}

void target_close(struct target *t)
{
	if (daos_handle_is_valid(t->coh))
		daos_cont_close(t->coh, NULL);
	if (daos_handle_is_valid(t->poh))
		daos_pool_disconnect(t->poh, NULL);
	duns_destroy_attr(&t->uns);
	memset(t, 0, sizeof(*t));
}
