#include "mountpoint.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

/* `path` without symbolic links, also when it cannot be looked into itself (its parent can). */
static char *absolute(const char *path)
{
	char *copy, *slash, *parent, *out = NULL;

	out = realpath(path, NULL);
	if (out != NULL)
		return out;
	copy = strdup(path);
	if (copy == NULL)
		return NULL;
	for (size_t n = strlen(copy); n > 1 && copy[n - 1] == '/'; n--)
		copy[n - 1] = '\0';
	slash = strrchr(copy, '/');
	parent = realpath(slash == NULL ? "." : slash == copy ? "/" : (*slash = '\0', copy), NULL);
	if (parent != NULL &&
	    asprintf(&out, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, slash == NULL ? copy : slash + 1) < 0)
		out = NULL;
	free(parent);
	free(copy);
	return out;
}

/* The type of the topmost mount at `real`, or false. */
static bool find_mount(const char *real, char *type, size_t type_len)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	bool found = false;
	struct mntent *m;

	if (mounts == NULL)
		return false;
	while ((m = getmntent(mounts)) != NULL)
		if (strcmp(m->mnt_dir, real) == 0) {
			found = true;
			snprintf(type, type_len, "%s", m->mnt_type);
		}
	endmntent(mounts);
	return found;
}

extern char **environ;

static int unmount_as_user(const char *real, int lazy)
{
	char *argv[] = {"fusermount3", "-u", lazy ? "-qz" : "-q", "--", (char *)real, NULL};
	int status;
	pid_t pid;
	int rc;

	rc = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (rc != 0)
		return rc;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EBUSY;
}

int mountpoint_unmount(const char *real, int lazy)
{
	if (umount2(real, UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0)) == 0)
		return 0;
	return errno == EPERM ? unmount_as_user(real, lazy) : errno;
}

static bool is_empty(const char *real, int *err)
{
	DIR *dir = opendir(real);
	struct dirent *e;
	bool empty = true;

	*err = 0;
	if (dir == NULL) {
		*err = errno;
		return false;
	}
	while (empty && (e = readdir(dir)) != NULL)
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	closedir(dir);
	return empty;
}

/* statfs(2) always asks the daemon; stat(2) may be answered from what the kernel remembers of a dead one's mount. */
static bool is_dead(const char *real)
{
	struct statfs st;

	return statfs(real, &st) != 0 && errno == ENOTCONN;
}

/* Remove what a killed daemon left. The mount is dead: nothing can be lost with it. */
static enum exit_code take_over(const char *real, char *why, size_t why_len)
{
	char type[64];
	int err;

	for (int i = 0; i < 16 && find_mount(real, type, sizeof(type)) && is_dead(real); i++) {
		err = mountpoint_unmount(real, 1);
		if (err != 0) {
			snprintf(why, why_len,
				 "mount point '%s': left behind by a dead daemon, cannot be unmounted: %s", real,
				 strerror(err));
			return EXIT_NO_RIGHT;
		}
		log_info("mount point '%s': took over what a dead daemon left", real);
	}
	return EXIT_DONE;
}

static enum exit_code check_directory(const char *real, char *why, size_t why_len)
{
	enum exit_code code = EXIT_DONE;
	struct stat st;
	char type[64];
	int err;

	if (stat(real, &st) != 0) {
		code = exit_code_of_errno(errno);
		snprintf(why, why_len, "mount point '%s': %s", real,
			 errno == ENOENT ? "does not exist" : strerror(errno));
	} else if (!S_ISDIR(st.st_mode)) {
		code = EXIT_WRONG_USE;
		snprintf(why, why_len, "mount point '%s': not a directory", real);
	} else if (find_mount(real, type, sizeof(type)) && strncmp(type, "fuse", 4) == 0) {
		code = EXIT_MOUNTED;
		snprintf(why, why_len, "mount point '%s': already mounted (%s)", real, type);
	} else if (!is_empty(real, &err)) {
		code = err == 0 ? EXIT_BUSY : exit_code_of_errno(err);
		snprintf(why, why_len, "mount point '%s': %s", real, err == 0 ? "not empty" : strerror(err));
	}
	return code;
}

enum exit_code mountpoint_check(const char *path, char **real, char *why, size_t why_len)
{
	enum exit_code code;

	*real = absolute(path);
	if (*real == NULL) {
		code = exit_code_of_errno(errno);
		snprintf(why, why_len, "mount point '%s': %s", path,
			 errno == ENOENT ? "does not exist" : strerror(errno));
		return code;
	}
	code = take_over(*real, why, why_len);
	if (code == EXIT_DONE)
		code = check_directory(*real, why, why_len);
	if (code != EXIT_DONE) {
		free(*real);
		*real = NULL;
	}
	return code;
}

enum exit_code mountpoint_check_device(char *why, size_t why_len)
{
	enum exit_code code;
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		return EXIT_DONE;
	}
	code = exit_code_of_errno(errno);
	if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
		snprintf(why, why_len,
			 "no /dev/fuse: load the kernel module (modprobe fuse), or give the container the device "
			 "(--device /dev/fuse --cap-add SYS_ADMIN)");
	else if (errno == EACCES || errno == EPERM)
		snprintf(why, why_len,
			 "no right to open /dev/fuse: have the administrator run 'chmod 0666 /dev/fuse' (udev does it "
			 "where its rules for fuse are installed)");
	else
		snprintf(why, why_len, "/dev/fuse: %s", strerror(errno));
	return code;
}
