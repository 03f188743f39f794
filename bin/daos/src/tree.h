/*
 * tree.h: directories and files to copy from and to: the host's, or those of a container.
 *
 * Paths are absolute. All calls return 0 or an errno, and do not follow a symbolic link at the end of the path.
 */
#ifndef DAOS_TOOL_TREE_H
#define DAOS_TOOL_TREE_H

#include <stdint.h>
#include <sys/stat.h>

#include <daos_fs.h>

struct tree;

/* An open file of a tree. */
struct tree_file {
	int fd;
	dfs_obj_t *obj;
};

struct tree_names {
	size_t nr;
	char **name;
};

struct tree_ops {
	int (*stat)(struct tree *tree, const char *path, struct stat *st);
	int (*list)(struct tree *tree, const char *path, struct tree_names *names); /* without . and .. */
	int (*mkdir)(struct tree *tree, const char *path, mode_t mode);
	int (*chmod)(struct tree *tree, const char *path, mode_t mode);
	int (*readlink)(struct tree *tree, const char *path, char *value, size_t size); /* with a NUL */
	int (*symlink)(struct tree *tree, const char *value, const char *path);
	int (*open)(struct tree *tree, const char *path, struct tree_file *file);		 /* to read */
	int (*create)(struct tree *tree, const char *path, mode_t mode, struct tree_file *file); /* to write, empty */
	int (*read)(struct tree *tree, struct tree_file *file, void *buf, size_t *size, uint64_t offset);
	int (*write)(struct tree *tree, struct tree_file *file, const void *buf, size_t size, uint64_t offset);
	int (*set_size)(struct tree *tree, struct tree_file *file, uint64_t size);
	int (*close)(struct tree *tree, struct tree_file *file);
};

struct tree {
	const struct tree_ops *ops;
	/* of a container's tree */
	dfs_t *dfs;
	dfs_obj_t *parent; /* the directory that was used last */
	char *parent_path;
};

void tree_posix_init(struct tree *tree);

/* The container stays the caller's, mounted until tree_fini(). */
void tree_dfs_init(struct tree *tree, dfs_t *dfs);
void tree_fini(struct tree *tree);

/* For the implementations of list. */
int tree_names_add(struct tree_names *names, const char *name);
void tree_names_free(struct tree_names *names);

struct tree_count {
	uint64_t dirs;
	uint64_t files;
	uint64_t links;
	uint64_t skipped;
};

/*
 * Copy `from` and all below it to `to`: contents, modes, links. Directories that are there are filled, files replaced.
 * `skip`: pass over what is neither file, directory nor link; otherwise that is ENOTSUP. On failure *failed is the path
 * it happened at, in memory of the caller.
 */
int tree_copy(struct tree *src, const char *from, struct tree *dst, const char *to, bool skip, struct tree_count *count,
	      char **failed);

#endif
