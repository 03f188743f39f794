#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <daos_errno.h>

#include "dir.h"
#include "error.h"
#include "private.h"

/* Locked bytes, far behind the record. */
#define GATE	   (1L << 20)
#define SLOT_FIRST (1L << 30)
#define SLOT_COUNT (1L << 30)

static int lock_bytes(int fd, int type, off_t start)
{
	struct flock lk = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = 1};

	while (fcntl(fd, F_OFD_SETLK, &lk) != 0)
		if (errno != EINTR)
			return errno == EAGAIN || errno == EACCES ? -DER_BUSY : der_from_errno(errno);
	return 0;
}

/* Some lock of others in [start, end), or false. */
static bool find_lock(int fd, off_t start, off_t end, off_t *at)
{
	struct flock lk = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = end - start};

	if (start >= end || fcntl(fd, F_OFD_GETLK, &lk) != 0 || lk.l_type == F_UNLCK)
		return false;
	*at = lk.l_start;
	return true;
}

static int open_file(const char *dir, int flags, int *fd)
{
	char *path = dir_join(dir, "users");
	int rc = path == NULL ? -DER_NOMEM : private_open(AT_FDCWD, path, flags | O_RDWR, fd);

	free(path);
	return rc;
}

int users_create(const char *dir, const struct users_record *rec)
{
	int fd;
	int rc = open_file(dir, O_CREAT | O_EXCL, &fd);

	if (rc != 0)
		return rc;
	if (pwrite(fd, rec, sizeof(*rec), 0) != sizeof(*rec) || fsync(fd) != 0)
		rc = der_from_errno(errno);
	close(fd);
	return rc;
}

/* Nearly all slots are free, so a random one nearly always is. */
static int take_slot(int fd)
{
	int rc = -DER_BUSY;

	for (int i = 0; i < 1000 && rc == -DER_BUSY; i++) {
		uint32_t slot;

		if (getrandom(&slot, sizeof(slot), 0) != sizeof(slot))
			slot = (uint32_t)rand();
		rc = lock_bytes(fd, F_WRLCK, SLOT_FIRST + slot % SLOT_COUNT);
	}
	return rc;
}

int users_join(const char *dir, bool exclusive, int *fd)
{
	int file;
	int rc = open_file(dir, 0, &file);

	if (rc != 0)
		return rc;
	rc = lock_bytes(file, exclusive ? F_WRLCK : F_RDLCK, GATE);
	if (rc == 0)
		rc = take_slot(file);
	if (rc != 0) {
		close(file);
		return rc;
	}
	*fd = file;
	return 0;
}

void users_leave(int fd)
{
	close(fd);
}

int users_watch(const char *dir, int *fd)
{
	return open_file(dir, 0, fd);
}

bool users_others(int fd)
{
	off_t at;

	return find_lock(fd, GATE, GATE + 1, &at);
}

/* The kernel tells of any lock in the range, not of the first: count those on both sides of it too. */
static unsigned count_range(int fd, off_t start, off_t end)
{
	off_t at;

	if (!find_lock(fd, start, end, &at))
		return 0;
	return 1 + count_range(fd, start, at) + count_range(fd, at + 1, end);
}

unsigned users_count(int fd)
{
	return count_range(fd, SLOT_FIRST, SLOT_FIRST + SLOT_COUNT);
}

int users_read(int fd, struct users_record *rec)
{
	ssize_t n = pread(fd, rec, sizeof(*rec), 0);

	if (n < 0)
		return der_from_errno(errno);
	return n == sizeof(*rec) ? 0 : -DER_DF_INVAL;
}

void users_write(int fd, enum users_field field, uint64_t val)
{
	ssize_t n = pwrite(fd, &val, sizeof(val), (off_t)(field * sizeof(val)));

	(void)n; /* times and totals: no operation may fail because of them */
}
