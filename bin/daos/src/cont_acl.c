#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "acl_file.h"
#include "json_build.h"

struct acl_view {
	daos_prop_t *prop;
	const char *owner;
	const char *group;
	char **entry;
	size_t nr;
};

static void view_free(struct acl_view *view)
{
	for (size_t i = 0; i < view->nr; i++)
		free(view->entry[i]);
	free(view->entry);
	daos_prop_free(view->prop);
}

static int view_get(struct context *ctx, struct target *t, struct acl_view *view)
{
	int rc = daos_cont_get_acl(t->coh, &view->prop, NULL);

	for (uint32_t i = 0; rc == 0 && i < view->prop->dpp_nr; i++) {
		struct daos_prop_entry *e = &view->prop->dpp_entries[i];

		if (e->dpe_type == DAOS_PROP_CO_OWNER)
			view->owner = e->dpe_str;
		else if (e->dpe_type == DAOS_PROP_CO_OWNER_GROUP)
			view->group = e->dpe_str;
		else if (e->dpe_type == DAOS_PROP_CO_ACL && e->dpe_val_ptr != NULL)
			rc = daos_acl_to_strs(e->dpe_val_ptr, &view->entry, &view->nr);
	}
	if (rc != 0)
		fail_der(ctx, rc, "failed to get ACL for container %s", t->name);
	return rc;
}

static void print_view(FILE *file, const struct acl_view *view, bool explain)
{
	char text[1024];

	fprintf(file, "# Owner: %s\n# Owner Group: %s\n# Entries:\n", view->owner != NULL ? view->owner : "",
		view->group != NULL ? view->group : "");
	if (view->nr == 0)
		fprintf(file, "#   None\n");
	for (size_t i = 0; i < view->nr; i++) {
		if (explain && daos_ace_str_get_verbose(view->entry[i], text, sizeof(text)) == 0)
			fprintf(file, "# %s\n", text);
		fprintf(file, "%s\n", view->entry[i]);
	}
}

static struct json_object *view_json(const struct acl_view *view)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < view->nr; i++)
		json_object_array_add(list, json_object_new_string(view->entry[i]));
	json_add(o, "entries", list);
	json_add_text(o, "owner_user", view->owner != NULL ? view->owner : "");
	json_add_text(o, "owner_group", view->group != NULL ? view->group : "");
	return o;
}

/* Into a file that is not there yet, or with --force into any. */
static int write_view(struct context *ctx, const struct acl_view *view)
{
	const char *path = ctx->opt[OPT_OUTFILE];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (has(ctx, OPT_FORCE) ? O_TRUNC : O_EXCL), 0644);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (file == NULL) {
		int err = errno;

		if (fd >= 0)
			close(fd);
		return fail_errno(ctx, err, "failed to open file \"%s\"", path);
	}
	print_view(file, view, verbose(ctx));
	if (fclose(file) != 0)
		return fail_errno(ctx, errno, "failed to write file \"%s\"", path);
	out(ctx, "Wrote ACL to output file: %s\n", path);
	return 0;
}

static int show_acl(struct context *ctx, struct target *t)
{
	struct acl_view view = {0};
	int rc = view_get(ctx, t, &view);

	if (rc == 0 && has(ctx, OPT_OUTFILE))
		rc = write_view(ctx, &view);
	else if (rc == 0 && !ctx->json)
		print_view(stdout, &view, verbose(ctx));
	if (rc == 0)
		respond(ctx, view_json(&view));
	view_free(&view);
	return rc;
}

int cmd_cont_get_acl(struct context *ctx)
{
	struct target t = {0};
	int rc = target_cont(ctx, &t, DAOS_PC_RO, DAOS_COO_RO);

	if (rc == 0)
		rc = show_acl(ctx, &t);
	target_close(&t);
	return rc;
}

/* The new entries: --acl-file, --entry, or the argument behind the container (a file). */
static int read_entries(struct context *ctx, struct target *t, struct daos_acl **acl)
{
	const char *path = has(ctx, OPT_ACL_FILE) ? ctx->opt[OPT_ACL_FILE] : arg(ctx, t->next);

	if (has(ctx, OPT_ENTRY))
		return path == NULL ? acl_from_entry(ctx, ctx->opt[OPT_ENTRY], acl)
				    : fail(ctx, "only one of --entry and an ACL file may be given");
	if (path == NULL)
		return fail(ctx, "no ACL file supplied");
	return acl_file_read(ctx, path, acl);
}

static int change_acl(struct context *ctx, int (*change)(daos_handle_t, struct daos_acl *, daos_event_t *),
		      const char *what)
{
	struct daos_acl *acl = NULL;
	struct target t = {0};
	int rc = target_name_cont(ctx, &t);

	if (rc == 0)
		rc = read_entries(ctx, &t, &acl);
	if (rc == 0)
		rc = target_connect(ctx, &t, DAOS_PC_RW);
	if (rc == 0)
		rc = target_open(ctx, &t, DAOS_COO_RW);
	if (rc == 0) {
		rc = change(t.coh, acl, NULL);
		if (rc != 0)
			fail_der(ctx, rc, "failed to %s ACL for container %s", what, t.name);
	}
	if (rc == 0)
		rc = show_acl(ctx, &t);
	daos_acl_free(acl);
	target_close(&t);
	return rc;
}

int cmd_cont_overwrite_acl(struct context *ctx)
{
	return change_acl(ctx, daos_cont_overwrite_acl, "overwrite");
}

int cmd_cont_update_acl(struct context *ctx)
{
	return change_acl(ctx, daos_cont_update_acl, "update");
}

int cmd_cont_delete_acl(struct context *ctx)
{
	enum daos_acl_principal_type type = DAOS_ACL_OWNER;
	struct target t = {0};
	char *name = NULL;
	int rc = target_name_cont(ctx, &t);

	if (rc == 0 && !has(ctx, OPT_PRINCIPAL))
		rc = fail(ctx, "--principal is required");
	if (rc == 0 && (rc = daos_acl_principal_from_str(ctx->opt[OPT_PRINCIPAL], &type, &name)) != 0)
		fail_der(ctx, rc, "invalid principal \"%s\"", ctx->opt[OPT_PRINCIPAL]);
	if (rc == 0)
		rc = target_connect(ctx, &t, DAOS_PC_RW);
	if (rc == 0)
		rc = target_open(ctx, &t, DAOS_COO_RW);
	if (rc == 0 && (rc = daos_cont_delete_acl(t.coh, type, name, NULL)) != 0)
		fail_der(ctx, rc, "failed to delete ACL entry %s of container %s", ctx->opt[OPT_PRINCIPAL], t.name);
	if (rc == 0)
		rc = show_acl(ctx, &t);
	free(name);
	target_close(&t);
	return rc;
}

int cmd_cont_set_owner(struct context *ctx)
{
	char *user = has(ctx, OPT_USER) ? principal_text(ctx->opt[OPT_USER]) : NULL;
	char *group = has(ctx, OPT_GROUP) ? principal_text(ctx->opt[OPT_GROUP]) : NULL;
	struct target t = {0};
	int rc = user != NULL || group != NULL ? 0 : fail(ctx, "at least one of --user and --group must be given");

	if (rc == 0)
		rc = target_cont(ctx, &t, DAOS_PC_RW, DAOS_COO_RW);
	if (rc == 0 && (rc = daos_cont_set_owner(t.coh, user, group, NULL)) != 0)
		fail_der(ctx, rc, "failed to set owner for container %s", t.name);
	if (rc == 0)
		out(ctx, "Successfully set owner for container %s\n", t.name);
	free(user);
	free(group);
	target_close(&t);
	return rc;
}
