#include "dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"
#include "private.h"

char *dir_join(const char *parent, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", parent, name) < 0 ? NULL : path;
}

int dir_make_all(const char *path)
{
	char *copy = strdup(path);
	struct stat st;
	int rc = 0;

	if (copy == NULL)
		return -DER_NOMEM;
	for (char *p = copy + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		rc = private_mkdir(AT_FDCWD, copy);
		if (rc != 0 && stat(copy, &st) != 0)
			break;
		*p = '/';
		rc = 0;
	}
	if (rc == 0)
		rc = private_mkdir(AT_FDCWD, copy);
	free(copy);
	return rc == -DER_EXIST ? 0 : rc;
}

int dir_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return der_from_errno(errno);
	if (fsync(fd) != 0)
		err = errno;
	close(fd);
	return der_from_errno(err);
}

int dir_lock(const char *path, int *fd)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (dir < 0)
		return der_from_errno(errno);
	while (flock(dir, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		err = errno;
		close(dir);
		return der_from_errno(err);
	}
	*fd = dir;
	return 0;
}

void dir_unlock(int fd)
{
	flock(fd, LOCK_UN);
	close(fd);
}

/* A second discarded directory of one name (a crash between the two steps below) must not hinder the first. */
int dir_discard(const char *parent, const char *name)
{
	char *from = dir_join(parent, name);
	char *to = NULL;
	int rc = -DER_NOMEM;

	if (from == NULL || asprintf(&to, "%s/" DIR_TRASH "%s", parent, name) < 0)
		goto out;
	rc = dir_remove(to);
	if (rc != 0)
		goto out;
	rc = rename(from, to) == 0 ? dir_sync(parent) : der_from_errno(errno);
out:
	free(from);
	free(to);
	return rc;
}

void dir_empty_trash(const char *parent)
{
	DIR *dir = opendir(parent);
	struct dirent *de;

	if (dir == NULL)
		return;
	while ((de = readdir(dir)) != NULL) {
		char *path;

		if (strncmp(de->d_name, DIR_TRASH, strlen(DIR_TRASH)) != 0)
			continue;
		path = dir_join(parent, de->d_name);
		if (path != NULL)
			dir_remove(path);
		free(path);
	}
	closedir(dir);
}

/* What cannot be removed shows when its directory is. */
static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_DP || type == FTW_DNR || type == FTW_D)
		rmdir(path);
	else
		unlink(path);
	return 0;
}

int dir_remove(const char *path)
{
	struct stat st;

	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : der_from_errno(errno);
	return rmdir(path) == 0 || errno == ENOENT ? 0 : der_from_errno(errno);
}
