#include "csum_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "array_table.h"
#include "error.h"
#include "private.h"

#define MAGIC	    0x0073656d75736373ULL
#define HEADER_SIZE 64
#define PATH_SIZE   (ARRAY_NAME_MAX + 16)

struct header {
	uint64_t magic;
	uint32_t type, chunk;
	uint32_t state;
	uint32_t unused;
	uint64_t era;
};

#define RECORD_HEAD offsetof(struct csum_record, sum)

static void path_of(daos_obj_id_t oid, char path[PATH_SIZE])
{
	char name[ARRAY_NAME_MAX];

	array_name(oid, name);
	snprintf(path, PATH_SIZE, "../sums/%s", name);
}

static int make_directories(struct cont *cont, const char *path)
{
	char dir[] = "../sums/XX";
	int rc = private_mkdir(cont->data_fd, "../sums");

	if (rc != 0 && rc != -DER_EXIST)
		return rc;
	memcpy(dir, path, sizeof(dir) - 1);
	rc = private_mkdir(cont->data_fd, dir);
	return rc == -DER_EXIST ? 0 : rc;
}

int csum_file_open(struct cont *cont, daos_obj_id_t oid, bool create, struct csum_file *f)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW, rc;
	char path[PATH_SIZE];

	*f = (struct csum_file){.fd = -1, .type = cont->csum.type, .chunk = cont->csum.chunk};
	f->record_size = RECORD_HEAD + ((csum_sum_size(f->type) + 7) & ~(size_t)7);
	path_of(oid, path);
	f->fd = openat(cont->data_fd, path, flags);
	if (f->fd >= 0)
		return 0;
	if (errno != ENOENT || !create)
		return der_from_errno(errno);
	rc = private_open(cont->data_fd, path, O_RDWR | O_CREAT, &f->fd);
	if (rc != -DER_NONEXIST)
		return rc;
	rc = make_directories(cont, path);
	return rc == 0 ? private_open(cont->data_fd, path, O_RDWR | O_CREAT, &f->fd) : rc;
}

static int lock(int fd, short type, int64_t at, int64_t len)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = len};
	int rc;

	do {
		rc = fcntl(fd, F_OFD_SETLKW, &l);
	} while (rc != 0 && errno == EINTR);
	return rc == 0 ? 0 : der_from_errno(errno);
}

void csum_file_close(struct csum_file *f)
{
	if (f->fd >= 0) {
		lock(f->fd, F_UNLCK, 0, 0);
		close(f->fd);
	}
	f->fd = -1;
}

static int read_header(struct csum_file *f)
{
	struct header h = {0};
	ssize_t n = pread(f->fd, &h, sizeof(h), 0);

	if (n < 0)
		return der_from_errno(errno);
	f->state = CSUM_NONE;
	f->era = 0;
	if (h.magic == 0) /* made by somebody who died, or what power loss left of it */
		return 0;
	if (n != sizeof(h) || h.magic != MAGIC || h.type != f->type || h.chunk != f->chunk || h.state > CSUM_BUSY)
		return -DER_CSUM;
	f->state = h.state;
	f->era = h.era;
	return 0;
}

int csum_file_lock(struct csum_file *f, bool exclusive)
{
	int rc = lock(f->fd, exclusive ? F_WRLCK : F_RDLCK, 0, HEADER_SIZE);

	return rc == 0 ? read_header(f) : rc;
}

void csum_file_unlock(struct csum_file *f)
{
	lock(f->fd, F_UNLCK, 0, HEADER_SIZE);
}

int csum_file_set_state(struct csum_file *f, enum csum_state state, uint64_t era, bool durable)
{
	struct header h = {.magic = MAGIC, .type = f->type, .chunk = f->chunk, .state = state, .era = era};

	errno = ENOSPC; /* what a short write means */
	if (pwrite(f->fd, &h, sizeof(h), 0) != sizeof(h) || (durable && fdatasync(f->fd) != 0))
		return der_from_errno(errno);
	f->state = state;
	f->era = era;
	return 0;
}

int64_t csum_file_offset(const struct csum_file *f, uint64_t chunk)
{
	return HEADER_SIZE + (int64_t)(chunk * f->record_size);
}

int csum_file_lock_chunks(struct csum_file *f, uint64_t first, uint64_t nr, bool exclusive)
{
	return lock(f->fd, exclusive ? F_WRLCK : F_RDLCK, csum_file_offset(f, first), (int64_t)(nr * f->record_size));
}

void csum_file_unlock_chunks(struct csum_file *f, uint64_t first, uint64_t nr)
{
	lock(f->fd, F_UNLCK, csum_file_offset(f, first), (int64_t)(nr * f->record_size));
}

int csum_file_get(struct csum_file *f, uint64_t chunk, struct csum_record *rec)
{
	memset(rec, 0, sizeof(*rec));
	return pread(f->fd, rec, f->record_size, csum_file_offset(f, chunk)) >= 0 ? 0 : der_from_errno(errno);
}

int csum_file_put(struct csum_file *f, uint64_t chunk, const struct csum_record *rec)
{
	errno = ENOSPC;
	return pwrite(f->fd, rec, f->record_size, csum_file_offset(f, chunk)) == (ssize_t)f->record_size
		   ? 0
		   : der_from_errno(errno);
}

bool csum_file_next(const struct csum_file *f, uint64_t from, uint64_t *chunk)
{
	off_t at = lseek(f->fd, csum_file_offset(f, from), SEEK_DATA);

	if (at < 0)
		return false;
	at -= HEADER_SIZE;
	*chunk = at < 0 ? from : (uint64_t)at / f->record_size;
	if (*chunk < from)
		*chunk = from;
	return true;
}

static int sync_path(struct cont *cont, const char *path)
{
	int fd = openat(cont->data_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int rc = fd >= 0 && fsync(fd) == 0 ? 0 : der_from_errno(errno);

	if (fd >= 0)
		close(fd);
	return rc;
}

int csum_file_sync_directory(struct cont *cont, daos_obj_id_t oid)
{
	char path[PATH_SIZE];
	int rc;

	path_of(oid, path);
	path[sizeof("../sums/XX") - 1] = '\0';
	rc = sync_path(cont, path);
	if (rc == 0)
		rc = sync_path(cont, "../sums");
	return rc == 0 ? sync_path(cont, "..") : rc;
}

void csum_file_remove(struct cont *cont, daos_obj_id_t oid)
{
	char path[PATH_SIZE];

	path_of(oid, path);
	unlinkat(cont->data_fd, path, 0);
}
