#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int posix_stat(struct tree *tree, const char *path, struct stat *st)
{
	(void)tree;
	return lstat(path, st) == 0 ? 0 : errno;
}

static int posix_list(struct tree *tree, const char *path, struct tree_names *names)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int rc = 0;

	(void)tree;
	if (dir == NULL)
		return errno;
	while (rc == 0) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL) {
			rc = errno;
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = tree_names_add(names, entry->d_name);
	}
	closedir(dir);
	return rc;
}

static int posix_mkdir(struct tree *tree, const char *path, mode_t mode)
{
	(void)tree;
	return mkdir(path, mode) == 0 ? 0 : errno;
}

static int posix_chmod(struct tree *tree, const char *path, mode_t mode)
{
	(void)tree;
	return chmod(path, mode) == 0 ? 0 : errno;
}

static int posix_readlink(struct tree *tree, const char *path, char *value, size_t size)
{
	ssize_t len = readlink(path, value, size);

	(void)tree;
	if (len < 0)
		return errno;
	if ((size_t)len == size)
		return ENAMETOOLONG;
	value[len] = '\0';
	return 0;
}

static int posix_symlink(struct tree *tree, const char *value, const char *path)
{
	(void)tree;
	return symlink(value, path) == 0 ? 0 : errno;
}

static int posix_open(struct tree *tree, const char *path, struct tree_file *file)
{
	(void)tree;
	file->fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return file->fd >= 0 ? 0 : errno;
}

static int posix_create(struct tree *tree, const char *path, mode_t mode, struct tree_file *file)
{
	(void)tree;
	file->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	return file->fd >= 0 ? 0 : errno;
}

static int posix_read(struct tree *tree, struct tree_file *file, void *buf, size_t *size, uint64_t offset)
{
	ssize_t n = pread(file->fd, buf, *size, (off_t)offset);

	(void)tree;
	if (n < 0)
		return errno;
	*size = n;
	return 0;
}

static int posix_write(struct tree *tree, struct tree_file *file, const void *buf, size_t size, uint64_t offset)
{
	const char *at = buf;

	(void)tree;
	while (size > 0) {
		ssize_t n = pwrite(file->fd, at, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		at += n;
		offset += n;
		size -= n;
	}
	return 0;
}

static int posix_set_size(struct tree *tree, struct tree_file *file, uint64_t size)
{
	(void)tree;
	return ftruncate(file->fd, (off_t)size) == 0 ? 0 : errno;
}

static int posix_close(struct tree *tree, struct tree_file *file)
{
	(void)tree;
	return close(file->fd) == 0 ? 0 : errno;
}

static const struct tree_ops posix_ops = {
    .stat = posix_stat,
    .list = posix_list,
    .mkdir = posix_mkdir,
    .chmod = posix_chmod,
    .readlink = posix_readlink,
    .symlink = posix_symlink,
    .open = posix_open,
    .create = posix_create,
    .read = posix_read,
    .write = posix_write,
    .set_size = posix_set_size,
    .close = posix_close,
};

void tree_posix_init(struct tree *tree)
{
	memset(tree, 0, sizeof(*tree));
	tree->ops = &posix_ops;
}
