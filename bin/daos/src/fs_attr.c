#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fs_target.h"
#include "json_build.h"
#include "value.h"

static const char *class_name(daos_oclass_id_t oclass, char *buf)
{
	if (daos_oclass_id2name(oclass, buf) != 0)
		strcpy(buf, "UNKNOWN");
	return buf;
}

static void show_info(struct context *ctx, const dfs_obj_info_t *info, bool dir)
{
	struct json_object *o = json_object_new_object();
	char oid[64], oclass[64], dir_class[64], file_class[64];

	snprintf(oid, sizeof(oid), "%" PRIu64 ".%" PRIu64, info->doi_oid.hi, info->doi_oid.lo);
	class_name(info->doi_oclass_id, oclass);
	out(ctx, "OID = %s\nObject Class = %s\n", oid, oclass);
	json_add_text(o, "oid", oid);
	json_add_text(o, "oclass", oclass);
	if (dir) {
		class_name(info->doi_dir_oclass_id, dir_class);
		class_name(info->doi_file_oclass_id, file_class);
		out(ctx, "Directory Creation Object Class = %s\nFile Creation Object Class = %s\n", dir_class,
		    file_class);
		out(ctx, "File Creation Chunk Size = %" PRIu64 "\n", info->doi_chunk_size);
		json_add_text(o, "dir_oclass", dir_class);
		json_add_text(o, "file_oclass", file_class);
	} else {
		out(ctx, "Object Chunk Size = %" PRIu64 "\n", info->doi_chunk_size);
	}
	json_add_number(o, "chunk_size", info->doi_chunk_size);
	respond(ctx, o);
}

int cmd_fs_get_attr(struct context *ctx)
{
	dfs_obj_info_t info = {0};
	struct fs_target ft = {0};
	dfs_obj_t *obj = NULL;
	mode_t mode = 0;
	int rc = fs_target_open(ctx, &ft, O_RDONLY);

	if (rc == 0) {
		rc = dfs_lookup(ft.dfs, ft.path, O_RDONLY | O_NOFOLLOW, &obj, &mode, NULL);
		if (rc == 0 && S_ISLNK(mode))
			rc = EINVAL;
		if (rc == 0)
			rc = dfs_obj_get_info(ft.dfs, obj, &info);
		if (rc != 0)
			rc = fs_fail(ctx, rc, "get attributes of", ft.path);
	}
	if (rc == 0)
		show_info(ctx, &info, S_ISDIR(mode));
	if (obj != NULL)
		dfs_release(obj);
	fs_target_close(&ft);
	return rc;
}

/* Set what new files and directories below the directory get; 0 is the container's default. */
static int set_attr(struct context *ctx, bool set_class, daos_oclass_id_t oclass, bool set_chunk, daos_size_t chunk)
{
	struct fs_target ft = {0};
	dfs_obj_t *obj = NULL;
	int rc = fs_target_open(ctx, &ft, O_RDWR);

	if (rc == 0) {
		rc = dfs_lookup(ft.dfs, ft.path, O_RDWR, &obj, NULL, NULL);
		if (rc == 0 && set_class)
			rc = dfs_obj_set_oclass(ft.dfs, obj, 0, oclass);
		if (rc == 0 && set_chunk)
			rc = dfs_obj_set_chunk_size(ft.dfs, obj, 0, chunk);
		if (rc != 0)
			rc = fs_fail(ctx, rc, "set attributes of", ft.path);
	}
	if (obj != NULL)
		dfs_release(obj);
	fs_target_close(&ft);
	return rc;
}

int cmd_fs_set_attr(struct context *ctx)
{
	daos_oclass_id_t oclass = OC_UNKNOWN;
	daos_size_t chunk = 0;
	char why[128];

	if (!has(ctx, OPT_OCLASS) && !has(ctx, OPT_CHUNK_SIZE))
		return fail(ctx, "--oclass or --chunk-size must be set");
	if (has(ctx, OPT_OCLASS))
		oclass_parse(ctx->opt[OPT_OCLASS], &oclass, why, sizeof(why));
	if (has(ctx, OPT_CHUNK_SIZE))
		size_parse(ctx->opt[OPT_CHUNK_SIZE], &chunk, why, sizeof(why));
	return set_attr(ctx, has(ctx, OPT_OCLASS), oclass, has(ctx, OPT_CHUNK_SIZE), chunk);
}

int cmd_fs_reset_attr(struct context *ctx)
{
	return set_attr(ctx, true, OC_UNKNOWN, true, 0);
}

int cmd_fs_reset_chunk_size(struct context *ctx)
{
	return set_attr(ctx, false, OC_UNKNOWN, true, 0);
}

int cmd_fs_reset_oclass(struct context *ctx)
{
	return set_attr(ctx, true, OC_UNKNOWN, false, 0);
}

int cmd_fs_chmod(struct context *ctx)
{
	struct fs_target ft = {0};
	dfs_obj_t *obj = NULL;
	struct stat st = {0};
	uint32_t mode = 0;
	char why[128];
	int rc;

	if (!has(ctx, OPT_CHMOD_MODE))
		return fail(ctx, "--mode is required");
	mode_parse(ctx->opt[OPT_CHMOD_MODE], &mode, why, sizeof(why));
	rc = fs_target_open(ctx, &ft, O_RDWR);
	if (rc == 0) {
		rc = dfs_lookup(ft.dfs, ft.path, O_RDWR, &obj, &st.st_mode, NULL);
		if (rc == 0) {
			st.st_mode = (st.st_mode & S_IFMT) | mode;
			rc = dfs_osetattr(ft.dfs, obj, &st, DFS_SET_ATTR_MODE);
		}
		if (rc != 0)
			rc = fs_fail(ctx, rc, "change the mode of", ft.path);
	}
	if (obj != NULL)
		dfs_release(obj);
	fs_target_close(&ft);
	return rc;
}
