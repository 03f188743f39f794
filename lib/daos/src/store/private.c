#include "private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"
#include "log.h"

#define DIR_MODE  0700
#define FILE_MODE 0600

/* Whether the mode must be put right; negative: it is not the user's alone, or not of this type. */
static int judge(const struct stat *st, mode_t type, mode_t mode, const char *path)
{
	if ((st->st_mode & S_IFMT) != type) {
		log_debug("%s: not a %s", path, type == S_IFDIR ? "directory" : "regular file");
		return -DER_DF_INVAL;
	}
	if (st->st_uid != geteuid()) {
		log_debug("%s: belongs to user %u", path, (unsigned)st->st_uid);
		return -DER_NO_PERM;
	}
	if (st->st_mode & (S_IWGRP | S_IWOTH)) {
		log_debug("%s: mode %04o lets others write to it", path, (unsigned)st->st_mode & 07777);
		return -DER_NO_PERM;
	}
	return (st->st_mode & 07777) != mode;
}

static int check_file(int fd, const char *path)
{
	struct stat st;
	int rc = fstat(fd, &st) == 0 ? judge(&st, S_IFREG, FILE_MODE, path) : der_from_errno(errno);

	return rc <= 0 ? rc : fchmod(fd, FILE_MODE) == 0 ? 0 : der_from_errno(errno);
}

static int check_name(int dir_fd, const char *name, mode_t type, mode_t mode)
{
	struct stat st;
	int rc;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return der_from_errno(errno);
	rc = judge(&st, type, mode, name);
	return rc <= 0 ? rc : fchmodat(dir_fd, name, mode, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : der_from_errno(errno);
}

/* Of open(2) with O_NOFOLLOW. */
static int open_error(const char *path)
{
	if (errno != ELOOP && errno != ENOTDIR && errno != EISDIR && errno != ENXIO)
		return der_from_errno(errno);
	log_debug("%s: a symbolic link, or no file of the store", path);
	return -DER_DF_INVAL;
}

int private_mkdir(int dir_fd, const char *path)
{
	if (mkdirat(dir_fd, path, DIR_MODE) != 0)
		return der_from_errno(errno);
	return check_name(dir_fd, path, S_IFDIR, DIR_MODE);
}

/* The mode of a directory that is none of the store's is nobody's to change: a name may lead anywhere. */
static int check_dir(int fd, const char *path, const char *has)
{
	struct stat st;
	int rc = fstat(fd, &st) == 0 ? judge(&st, S_IFDIR, DIR_MODE, path) : der_from_errno(errno);

	if (rc <= 0)
		return rc;
	return fstatat(fd, has, &st, AT_SYMLINK_NOFOLLOW) == 0 && fchmod(fd, DIR_MODE) == 0 ? 0 : der_from_errno(errno);
}

int private_open_dir(const char *path, const char *has, int *fd)
{
	int rc;

	*fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0)
		return open_error(path);
	rc = check_dir(*fd, path, has);
	if (rc != 0) {
		close(*fd);
		*fd = -1;
	}
	return rc;
}

/*
 * Who makes a file under a umask that takes the user's own rights leaves others a moment, or if it dies for ever,
 * in which the file cannot be opened.
 */
static bool make_accessible(int dir_fd, const char *name)
{
	return errno == EACCES && check_name(dir_fd, name, S_IFREG, FILE_MODE) == 0;
}

int private_open(int dir_fd, const char *name, int flags, int *fd)
{
	int rc;

	flags |= O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	*fd = openat(dir_fd, name, flags, FILE_MODE);
	if (*fd < 0 && make_accessible(dir_fd, name))
		*fd = openat(dir_fd, name, flags, FILE_MODE);
	if (*fd < 0)
		return open_error(name);
	rc = check_file(*fd, name);
	if (rc != 0) {
		close(*fd);
		*fd = -1;
	}
	return rc;
}

int private_make(int dir_fd, const char *name)
{
	if (mknodat(dir_fd, name, S_IFREG | FILE_MODE, 0) != 0 && errno != EEXIST)
		return der_from_errno(errno);
	return private_check(dir_fd, name);
}

int private_check(int dir_fd, const char *name)
{
	return check_name(dir_fd, name, S_IFREG, FILE_MODE);
}
