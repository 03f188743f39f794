#include "env_state.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"
#include "private.h"

#define BOOT_ID_LEN 36

static int lock_op(int fd, int cmd, short type, enum env_lock_byte byte, struct flock *l)
{
	int rc;

	*l = (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
	do {
		rc = fcntl(fd, cmd, l);
	} while (rc != 0 && errno == EINTR);
	return rc;
}

int env_lock_file_open(int dir_fd, int *fd)
{
	return private_open(dir_fd, "lock", O_RDWR | O_CREAT, fd);
}

int env_lock_try(int fd, enum env_lock_byte byte)
{
	struct flock l;

	if (lock_op(fd, F_SETLK, F_WRLCK, byte, &l) == 0)
		return 0;
	return errno == EACCES || errno == EAGAIN ? -DER_BUSY : der_from_errno(errno);
}

int env_lock_share(int fd, enum env_lock_byte byte)
{
	struct flock l;

	return lock_op(fd, F_SETLKW, F_RDLCK, byte, &l) == 0 ? 0 : der_from_errno(errno);
}

void env_lock_drop(int fd, enum env_lock_byte byte)
{
	struct flock l;

	lock_op(fd, F_SETLK, F_UNLCK, byte, &l);
}

bool env_lock_held_elsewhere(int fd, enum env_lock_byte byte)
{
	struct flock l;

	return lock_op(fd, F_GETLK, F_WRLCK, byte, &l) == 0 && l.l_type != F_UNLCK;
}

static char this_boot[BOOT_ID_LEN + 1];
static pthread_once_t boot_once = PTHREAD_ONCE_INIT;

static void read_boot(void)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (read(fd, this_boot, BOOT_ID_LEN) != BOOT_ID_LEN)
		this_boot[0] = '\0';
	close(fd);
}

const char *env_boot_id(void)
{
	pthread_once(&boot_once, read_boot);
	return this_boot[0] != '\0' ? this_boot : NULL;
}

/* "unknown" makes every open one after a crash. */
static void boot_id(char id[BOOT_ID_LEN + 1])
{
	const char *boot = env_boot_id();

	strcpy(id, boot != NULL ? boot : "unknown");
}

int env_state_get(int dir_fd, enum env_state *state)
{
	char text[64] = "", id[BOOT_ID_LEN + 1];
	ssize_t n;
	int fd, rc = private_open(dir_fd, "state", O_RDONLY, &fd);

	if (rc == -DER_NONEXIST) {
		*state = ENV_CLEAN;
		return 0;
	}
	if (rc != 0)
		return rc;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return der_from_errno(errno);
	text[n] = '\0';
	boot_id(id);
	if (strncmp(text, "clean", 5) == 0)
		*state = ENV_CLEAN;
	else if (strncmp(text, "open ", 5) == 0 && strncmp(text + 5, id, strlen(id)) == 0 && strcmp(id, "unknown") != 0)
		*state = ENV_OPEN;
	else
		*state = ENV_CRASHED;
	return 0;
}

int env_state_set(int dir_fd, enum env_state state)
{
	char text[64], id[BOOT_ID_LEN + 1], tmp[32];
	int fd, len, rc;

	boot_id(id);
	len = state == ENV_CLEAN ? snprintf(text, sizeof(text), "clean\n")
				 : snprintf(text, sizeof(text), "open %s\n", id);
	snprintf(tmp, sizeof(tmp), "state.%d", (int)getpid());
	rc = private_open(dir_fd, tmp, O_WRONLY | O_CREAT | O_TRUNC, &fd);
	if (rc != 0)
		return rc;
	errno = ENOSPC; /* what a short write means */
	if (write(fd, text, len) != len || fdatasync(fd) != 0)
		rc = der_from_errno(errno);
	close(fd);
	if (rc == 0 && (renameat(dir_fd, tmp, dir_fd, "state") != 0 || fsync(dir_fd) != 0))
		rc = der_from_errno(errno);
	if (rc != 0)
		unlinkat(dir_fd, tmp, 0);
	return rc;
}
