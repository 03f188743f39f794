#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <daos_fs.h>

#include "cont_info.h"
#include "dfuse_path.h"
#include "error.h"
#include "json_build.h"
#include "tree.h"

/* One end of a copy. */
struct place {
	const char *name; /* as the user wrote it */
	bool is_dfs;
	struct target t;
	dfs_t *dfs;
	struct tree tree;
	char *path; /* absolute, in the host's tree or the container's; no slash at the end but the root's own */
};

static void trim_slashes(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
}

/* A path that leads into a container is one of the container; any other is the host's. */
static int place_name(struct context *ctx, struct place *p, const char *name)
{
	bool direct = strncmp(name, "daos://", 7) == 0;
	char *cwd = NULL;
	int rc = 0;

	p->name = p->t.name = name;
	if (direct) {
		rc = dfuse_path_resolve(name, &p->t.uns);
		if (rc != 0)
			return fail_errno(ctx, rc, "failed to parse path \"%s\"", name);
		p->is_dfs = true;
		strcpy(p->t.pool, p->t.uns.da_pool);
		strcpy(p->t.cont, p->t.uns.da_cont);
		p->path = strdup(p->t.uns.da_rel_path != NULL ? p->t.uns.da_rel_path : "/");
	} else if (name[0] == '/') {
		p->path = strdup(name);
	} else {
		cwd = realpath(".", NULL);
		if (cwd == NULL || asprintf(&p->path, "%s/%s", cwd, name) < 0)
			p->path = NULL;
		free(cwd);
	}
	if (p->path == NULL)
		return fail_der(ctx, -DER_NOMEM, "failed to copy");
	trim_slashes(p->path);
	return 0;
}

/* Make the container that the copy is to go to, with a file system's default attributes or those of `like`. */
static int create_cont(struct context *ctx, struct place *p, const dfs_attr_t *like)
{
	bool label = p->t.cont[0] != '\0';
	dfs_attr_t attr = {0};
	uuid_t uuid;
	int rc;

	if (like != NULL) {
		attr = *like;
		attr.da_props = NULL;
		attr.da_id = 0;
	}
	if (label)
		rc = dfs_cont_create_with_label(p->t.poh, p->t.cont, &attr, &uuid, NULL, NULL);
	else
		rc = dfs_cont_create(p->t.poh, &uuid, &attr, NULL, NULL);
	if (rc != 0)
		return fail_der(ctx, der_from_errno(rc), "failed to create container");
	uuid_unparse_lower(uuid, p->t.cont);
	out(ctx, "Successfully created container %s\n", p->t.cont);
	return 0;
}

static int mount_place(struct context *ctx, struct place *p, bool write)
{
	int rc = dfs_mount(p->t.poh, p->t.coh, write ? O_RDWR : O_RDONLY, &p->dfs);

	if (rc != 0)
		return fail_errno(ctx, rc, "failed to mount container %s", p->t.cont);
	tree_dfs_init(&p->tree, p->dfs);
	return 0;
}

/* Connect a container's end. One to write to is made if it is not there. */
static int place_open(struct context *ctx, struct place *p, bool write)
{
	int rc;

	if (!p->is_dfs) {
		tree_posix_init(&p->tree);
		return 0;
	}
	rc = target_connect(ctx, &p->t, write ? DAOS_PC_RW : DAOS_PC_RO);
	if (rc == 0 && p->t.cont[0] == '\0')
		rc = write ? create_cont(ctx, p, NULL) : fail(ctx, "no container in \"%s\"", p->name);
	if (rc != 0)
		return rc;
	rc = daos_cont_open(p->t.poh, p->t.cont, write ? DAOS_COO_RW : DAOS_COO_RO, &p->t.coh, &p->t.cont_info, NULL);
	if (rc == -DER_NONEXIST && write && daos_label_is_valid(p->t.cont)) {
		rc = create_cont(ctx, p, NULL);
		if (rc == 0)
			rc = target_open(ctx, &p->t, DAOS_COO_RW);
	} else if (rc != 0) {
		fail_der(ctx, rc, "failed to open container \"%s\"", p->t.cont);
	}
	return rc == 0 ? mount_place(ctx, p, write) : rc;
}

static void place_close(struct place *p)
{
	if (p->tree.ops != NULL)
		tree_fini(&p->tree);
	if (p->dfs != NULL)
		dfs_umount(p->dfs);
	target_close(&p->t);
	free(p->path);
}

/* As cp -r: into a directory that is there, under the source's name. */
static int into_directory(struct context *ctx, const struct place *src, struct place *dst)
{
	const char *name = strrchr(src->path, '/') + 1;
	struct stat st;
	char *path;

	if (dst->tree.ops->stat(&dst->tree, dst->path, &st) != 0 || !S_ISDIR(st.st_mode) || *name == '\0')
		return 0;
	if (asprintf(&path, "%s%s%s", dst->path, dst->path[1] == '\0' ? "" : "/", name) < 0)
		return fail_der(ctx, -DER_NOMEM, "failed to copy");
	free(dst->path);
	dst->path = path;
	return 0;
}

static int copy(struct context *ctx, struct place *src, struct place *dst, struct tree_count *count)
{
	char *failed = NULL;
	int rc =
	    tree_copy(&src->tree, src->path, &dst->tree, dst->path, has(ctx, OPT_IGNORE_UNSUPPORTED), count, &failed);

	if (rc != 0)
		rc = fail_errno(ctx, rc, "failed to copy %s -> %s: %s", src->name, dst->name,
				failed != NULL ? failed : src->path);
	free(failed);
	return rc;
}

static void show_count(struct context *ctx, const struct place *src, const struct place *dst,
		       const struct tree_count *count)
{
	struct json_object *o = json_object_new_object();
	struct json_object *stats = json_object_new_object();

	out(ctx, "    Directories: %" PRIu64 "\n    Files:       %" PRIu64 "\n    Links:       %" PRIu64 "\n",
	    count->dirs, count->files, count->links);
	if (count->skipped > 0)
		out(ctx, "    Skipped:     %" PRIu64 "\n", count->skipped);
	json_add_text(o, "source_pool", src->t.pool);
	json_add_text(o, "source_cont", src->t.cont);
	json_add_text(o, "dest_pool", dst->t.pool);
	json_add_text(o, "dest_cont", dst->t.cont);
	json_add_number(stats, "num_dirs", count->dirs);
	json_add_number(stats, "num_files", count->files);
	json_add_number(stats, "num_links", count->links);
	json_add(o, "copy_stats", stats);
	respond(ctx, o);
}

int cmd_fs_copy(struct context *ctx)
{
	struct tree_count count;
	struct place src = {0}, dst = {0};
	int rc;

	if (!has(ctx, OPT_SRC) || !has(ctx, OPT_DST))
		return fail(ctx, "--src and --dst are required");
	if (has(ctx, OPT_PRESERVE_PROPS))
		return fail_der(ctx, -DER_NOTSUPPORTED, "--preserve-props is not supported");
	rc = place_name(ctx, &src, ctx->opt[OPT_SRC]);
	if (rc == 0)
		rc = place_name(ctx, &dst, ctx->opt[OPT_DST]);
	if (rc == 0)
		rc = place_open(ctx, &src, false);
	if (rc == 0)
		rc = place_open(ctx, &dst, true);
	if (rc == 0)
		rc = into_directory(ctx, &src, &dst);
	if (rc == 0)
		rc = copy(ctx, &src, &dst, &count);
	if (rc == 0) {
		out(ctx, "Successfully copied to %s: %s\n", dst.is_dfs ? "DAOS" : "POSIX", dst.name);
		show_count(ctx, &src, &dst, &count);
	}
	place_close(&src);
	place_close(&dst);
	return rc;
}

/* Both are whole containers, and the copy is a new one. */
static int clone_ends(struct context *ctx, struct place *src, struct place *dst)
{
	int rc;

	if (!has(ctx, OPT_CLONE_SRC) || !has(ctx, OPT_CLONE_DST))
		return fail(ctx, "--src and --dst are required");
	rc = place_name(ctx, src, ctx->opt[OPT_CLONE_SRC]);
	if (rc == 0)
		rc = place_name(ctx, dst, ctx->opt[OPT_CLONE_DST]);
	if (rc == 0 && (!src->is_dfs || !dst->is_dfs || src->path[1] != '\0' || dst->path[1] != '\0'))
		rc = fail(ctx, "--src and --dst must be containers: daos://POOL/CONT");
	return rc;
}

int cmd_cont_clone(struct context *ctx)
{
	struct tree_count count;
	struct place src = {0}, dst = {0};
	struct cont_info ci;
	int rc = clone_ends(ctx, &src, &dst);

	if (rc == 0)
		rc = place_open(ctx, &src, false);
	if (rc == 0)
		rc = cont_info_get(ctx, &src.t, &ci);
	if (rc == 0 && !ci.is_dfs)
		rc = fail(ctx, "container %s is not a POSIX container", src.t.cont);
	if (rc == 0)
		rc = target_connect(ctx, &dst.t, DAOS_PC_RW);
	if (rc == 0)
		rc = create_cont(ctx, &dst, &ci.dfs);
	if (rc == 0)
		rc = target_open(ctx, &dst.t, DAOS_COO_RW);
	if (rc == 0)
		rc = mount_place(ctx, &dst, true);
	if (rc == 0)
		rc = copy(ctx, &src, &dst, &count);
	if (rc == 0) {
		out(ctx, "Successfully cloned container %s to %s\n", src.name, dst.name);
		show_count(ctx, &src, &dst, &count);
	}
	place_close(&src);
	place_close(&dst);
	return rc;
}
