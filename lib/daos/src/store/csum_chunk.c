#include "csum_chunk.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"

int csum_chunk_load(const struct csum_file *f, int fd, uint64_t chunk, uint8_t *buf, size_t *n)
{
	off_t at = (off_t)(chunk * f->chunk);

	for (*n = 0; *n < f->chunk;) {
		ssize_t got = pread(fd, buf + *n, f->chunk - *n, at + (off_t)*n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return der_from_errno(errno);
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	return 0;
}

static bool is_zero(const uint8_t *buf, size_t n)
{
	return n == 0 || (buf[0] == 0 && memcmp(buf, buf + 1, n - 1) == 0);
}

bool csum_chunk_holds(const struct csum_file *f, const struct csum_record *rec, const uint8_t *buf, size_t n)
{
	uint8_t sum[CSUM_SUM_MAX];

	if (rec->mark == CSUM_EMPTY)
		return is_zero(buf, n);
	if (rec->mark != CSUM_VALID || rec->len > n)
		return false;
	csum_sum(f->type, buf, rec->len, sum);
	return memcmp(sum, rec->sum, csum_sum_size(f->type)) == 0 && is_zero(buf + rec->len, n - rec->len);
}

int csum_chunk_check(struct csum_file *f, int fd, uint64_t chunk, uint8_t *buf, size_t *n)
{
	struct csum_record rec;
	int rc = csum_file_get(f, chunk, &rec);

	if (rc == 0 && rec.mark == CSUM_WRITING)
		rc = -DER_AGAIN;
	if (rc == 0)
		rc = csum_chunk_load(f, fd, chunk, buf, n);
	return rc == 0 && !csum_chunk_holds(f, &rec, buf, *n) ? -DER_CSUM : rc;
}

int csum_chunk_sum(struct csum_file *f, int fd, uint64_t chunk, uint8_t *buf)
{
	struct csum_record rec = {0};
	size_t n;
	int rc = csum_chunk_load(f, fd, chunk, buf, &n);

	if (rc != 0)
		return rc;
	if (n > 0) {
		rec.mark = CSUM_VALID;
		rec.len = (uint32_t)n;
		csum_sum(f->type, buf, n, rec.sum);
	}
	return csum_file_put(f, chunk, &rec);
}

int csum_chunk_sum_all(struct csum_file *f, int fd, uint8_t *buf)
{
	off_t at = 0;
	int rc = ftruncate(f->fd, csum_file_offset(f, 0)) == 0 ? 0 : der_from_errno(errno);

	while (rc == 0 && (at = lseek(fd, at, SEEK_DATA)) >= 0) {
		uint64_t chunk = (uint64_t)at / f->chunk;

		rc = csum_chunk_sum(f, fd, chunk, buf);
		at = (off_t)((chunk + 1) * f->chunk);
	}
	return rc;
}
