#include "array_data.h"

#include <errno.h>
#include <unistd.h>

#include "array_io.h"
#include "csum.h"
#include "error.h"

int array_data_read(struct array *a, int fd, struct sgl_cursor *c, int64_t at, size_t len, size_t *got)
{
	return csum_is_on(a->cont) ? csum_read(a, fd, c, at, len, got) : array_io_read(fd, c, at, len, got);
}

int array_data_write(struct array *a, int fd, struct sgl_cursor *c, int64_t at, size_t len)
{
	return csum_is_on(a->cont) ? csum_write(a, fd, c, at, len) : array_io_write(fd, c, at, len);
}

int array_data_punch(struct array *a, int fd, int64_t at, uint64_t len)
{
	return csum_is_on(a->cont) ? csum_punch(a, fd, at, len) : array_io_punch(fd, at, len);
}

int array_data_resize(struct array *a, int fd, int64_t size)
{
	if (csum_is_on(a->cont))
		return csum_resize(a, fd, size);
	return ftruncate(fd, size) == 0 ? 0 : der_from_errno(errno);
}
