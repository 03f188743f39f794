#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define LIST_BATCH 64

/* The directory of `path`, kept open until another is needed, and the name in it. The root is its own: name is "/". */
static int open_parent(struct tree *tree, const char *path, dfs_obj_t **parent, const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash - path;
	char *dir;
	int rc;

	*name = slash[1] != '\0' ? slash + 1 : "/";
	*parent = NULL;
	if (slash[1] == '\0')
		return 0;
	if (tree->parent != NULL && strlen(tree->parent_path) == len && strncmp(tree->parent_path, path, len) == 0) {
		*parent = tree->parent;
		return 0;
	}
	dir = strndup(path, len);
	if (dir == NULL)
		return ENOMEM;
	tree_fini(tree);
	rc = dfs_lookup(tree->dfs, len == 0 ? "/" : dir, O_RDWR, &tree->parent, NULL, NULL);
	if (rc != 0) {
		tree->parent = NULL;
		free(dir);
		return rc;
	}
	tree->parent_path = dir;
	*parent = tree->parent;
	return 0;
}

static int tdfs_stat(struct tree *tree, const char *path, struct stat *st)
{
	dfs_obj_t *parent;
	const char *name;
	int rc = open_parent(tree, path, &parent, &name);

	return rc == 0 ? dfs_stat(tree->dfs, parent, parent != NULL ? name : NULL, st) : rc;
}

static int tdfs_list(struct tree *tree, const char *path, struct tree_names *names)
{
	daos_anchor_t anchor = {0};
	struct dirent *entry = calloc(LIST_BATCH, sizeof(*entry));
	dfs_obj_t *dir = NULL;
	int rc = entry != NULL ? 0 : ENOMEM;

	if (rc == 0)
		rc = dfs_lookup(tree->dfs, path, O_RDONLY | O_NOFOLLOW, &dir, NULL, NULL);
	while (rc == 0 && !daos_anchor_is_eof(&anchor)) {
		uint32_t nr = LIST_BATCH;

		rc = dfs_readdir(tree->dfs, dir, &anchor, &nr, entry);
		for (uint32_t i = 0; rc == 0 && i < nr; i++)
			rc = tree_names_add(names, entry[i].d_name);
	}
	if (dir != NULL)
		dfs_release(dir);
	free(entry);
	return rc;
}

static int tdfs_mkdir(struct tree *tree, const char *path, mode_t mode)
{
	dfs_obj_t *parent;
	const char *name;
	int rc = open_parent(tree, path, &parent, &name);

	if (rc == 0 && parent == NULL)
		return EEXIST;
	return rc == 0 ? dfs_mkdir(tree->dfs, parent, name, mode, 0) : rc;
}

/* The root is no entry of a directory, so it is changed by itself. */
static int chmod_root(struct tree *tree, mode_t mode)
{
	struct stat st = {.st_mode = S_IFDIR | mode};
	dfs_obj_t *root;
	int rc = dfs_lookup(tree->dfs, "/", O_RDWR, &root, NULL, NULL);

	if (rc == 0) {
		rc = dfs_osetattr(tree->dfs, root, &st, DFS_SET_ATTR_MODE);
		dfs_release(root);
	}
	return rc;
}

static int tdfs_chmod(struct tree *tree, const char *path, mode_t mode)
{
	dfs_obj_t *parent;
	const char *name;
	int rc = open_parent(tree, path, &parent, &name);

	if (rc == 0 && parent == NULL)
		return chmod_root(tree, mode);
	return rc == 0 ? dfs_chmod(tree->dfs, parent, name, mode) : rc;
}

static int tdfs_readlink(struct tree *tree, const char *path, char *value, size_t size)
{
	dfs_obj_t *obj = NULL;
	daos_size_t len = size;
	int rc = dfs_lookup(tree->dfs, path, O_RDONLY | O_NOFOLLOW, &obj, NULL, NULL);

	if (rc == 0) {
		rc = dfs_get_symlink_value(obj, value, &len);
		if (rc == 0 && len > size)
			rc = ENAMETOOLONG;
		dfs_release(obj);
	}
	return rc;
}

static int tdfs_symlink(struct tree *tree, const char *value, const char *path)
{
	dfs_obj_t *parent, *obj;
	const char *name;
	int rc = open_parent(tree, path, &parent, &name);

	if (rc == 0)
		rc = dfs_open(tree->dfs, parent, name, S_IFLNK | 0777, O_RDWR | O_CREAT | O_EXCL, 0, 0, value, &obj);
	if (rc == 0)
		dfs_release(obj);
	return rc;
}

static int tdfs_open(struct tree *tree, const char *path, struct tree_file *file)
{
	return dfs_lookup(tree->dfs, path, O_RDONLY | O_NOFOLLOW, &file->obj, NULL, NULL);
}

static int tdfs_create(struct tree *tree, const char *path, mode_t mode, struct tree_file *file)
{
	dfs_obj_t *parent;
	const char *name;
	int rc = open_parent(tree, path, &parent, &name);

	if (rc != 0)
		return rc;
	return dfs_open(tree->dfs, parent, name, S_IFREG | mode, O_RDWR | O_CREAT | O_TRUNC, 0, 0, NULL, &file->obj);
}

static int tdfs_read(struct tree *tree, struct tree_file *file, void *buf, size_t *size, uint64_t offset)
{
	daos_size_t got = 0;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	int rc;

	d_iov_set(&iov, buf, *size);
	rc = dfs_read(tree->dfs, file->obj, &sgl, offset, &got, NULL);
	*size = got;
	return rc;
}

static int tdfs_write(struct tree *tree, struct tree_file *file, const void *buf, size_t size, uint64_t offset)
{
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	d_iov_set(&iov, (void *)buf, size);
	return dfs_write(tree->dfs, file->obj, &sgl, offset, NULL);
}

static int tdfs_set_size(struct tree *tree, struct tree_file *file, uint64_t size)
{
	return dfs_punch(tree->dfs, file->obj, size, DFS_MAX_FSIZE);
}

static int tdfs_close(struct tree *tree, struct tree_file *file)
{
	(void)tree;
	return dfs_release(file->obj);
}

static const struct tree_ops dfs_ops = {
    .stat = tdfs_stat,
    .list = tdfs_list,
    .mkdir = tdfs_mkdir,
    .chmod = tdfs_chmod,
    .readlink = tdfs_readlink,
    .symlink = tdfs_symlink,
    .open = tdfs_open,
    .create = tdfs_create,
    .read = tdfs_read,
    .write = tdfs_write,
    .set_size = tdfs_set_size,
    .close = tdfs_close,
};

void tree_dfs_init(struct tree *tree, dfs_t *dfs)
{
	memset(tree, 0, sizeof(*tree));
	tree->ops = &dfs_ops;
	tree->dfs = dfs;
}

void tree_fini(struct tree *tree)
{
	if (tree->parent != NULL)
		dfs_release(tree->parent);
	free(tree->parent_path);
	tree->parent = NULL;
	tree->parent_path = NULL;
}
