#include "array_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"

#define PIECES 64

/*
 * preadv() and pwritev() may move less than asked for. What is left of such a step is done again from where it stopped,
 * with a cursor put there.
 */
int array_io_read(int fd, struct sgl_cursor *c, int64_t at, size_t len, size_t *got)
{
	struct iovec vec[PIECES];
	size_t bytes;

	*got = 0;
	while (len > 0) {
		struct sgl_cursor before = *c;
		int nr = sgl_iovec(c, len, vec, PIECES, &bytes);
		ssize_t n = preadv(fd, vec, nr, at);

		if (n < 0 && errno == EINTR) {
			*c = before;
			continue;
		}
		if (n < 0)
			return der_from_errno(errno);
		if (n == 0) {
			*c = before;
			sgl_skip(c, len);
			return 0;
		}
		if ((size_t)n < bytes) {
			*c = before;
			sgl_skip(c, n);
		}
		at += n;
		len -= n;
		*got += n;
	}
	return 0;
}

int array_io_write(int fd, struct sgl_cursor *c, int64_t at, size_t len)
{
	struct iovec vec[PIECES];
	size_t bytes;

	while (len > 0) {
		struct sgl_cursor before = *c;
		int nr = sgl_iovec(c, len, vec, PIECES, &bytes);
		ssize_t n = nr == 0 ? 0 : pwritev(fd, vec, nr, at);

		if (n < 0 && errno != EINTR)
			return der_from_errno(errno);
		if (n == 0)
			return -DER_INVAL;
		n = n < 0 ? 0 : n;
		if ((size_t)n < bytes) {
			*c = before;
			sgl_skip(c, n);
		}
		at += n;
		len -= n;
	}
	return 0;
}

static int write_zeros(int fd, int64_t at, uint64_t len)
{
	static const char zeros[65536];
	struct stat st;

	if (fstat(fd, &st) != 0)
		return der_from_errno(errno);
	if (at >= st.st_size)
		return 0;
	len = len < (uint64_t)(st.st_size - at) ? len : (uint64_t)(st.st_size - at);
	while (len > 0) {
		ssize_t n = pwrite(fd, zeros, len < sizeof(zeros) ? len : sizeof(zeros), at);

		if (n <= 0)
			return n < 0 && errno != EINTR ? der_from_errno(errno) : -DER_IO;
		at += n;
		len -= n;
	}
	return 0;
}

int array_io_punch(int fd, int64_t at, uint64_t len)
{
	if (len == 0)
		return 0;
	if (len > (uint64_t)(INT64_MAX - at))
		len = INT64_MAX - at;
	if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, len) == 0)
		return 0;
	return errno == EOPNOTSUPP || errno == ENOSYS ? write_zeros(fd, at, len) : der_from_errno(errno);
}
