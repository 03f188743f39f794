#include "sgl.h"

#include <string.h>

static size_t piece_len(const d_iov_t *iov, bool fill)
{
	return fill ? iov->iov_buf_len : iov->iov_len;
}

size_t sgl_total(const d_sg_list_t *sgl, bool fill)
{
	size_t total = 0;

	for (uint32_t i = 0; i < sgl->sg_nr; i++)
		total += piece_len(&sgl->sg_iovs[i], fill);
	return total;
}

void sgl_start(struct sgl_cursor *c, d_sg_list_t *sgl, bool fill)
{
	*c = (struct sgl_cursor){.sgl = sgl, .fill = fill};
}

/* The bytes left in the current buffer, which is the first that has some; 0 at the end. */
static size_t current(struct sgl_cursor *c, unsigned char **p)
{
	for (; c->i < c->sgl->sg_nr; c->i++, c->off = 0) {
		d_iov_t *iov = &c->sgl->sg_iovs[c->i];
		size_t len = piece_len(iov, c->fill);

		if (c->off < len) {
			*p = (unsigned char *)iov->iov_buf + c->off;
			return len - c->off;
		}
	}
	return 0;
}

enum direction { SKIP, OUT, IN };

static void move(struct sgl_cursor *c, unsigned char *mem, size_t len, enum direction dir)
{
	unsigned char *p;
	size_t n;

	for (; len > 0 && (n = current(c, &p)) > 0; len -= n) {
		n = n < len ? n : len;
		if (dir == OUT)
			memcpy(mem, p, n);
		else if (dir == IN)
			memcpy(p, mem, n);
		mem = dir == SKIP ? NULL : mem + n;
		c->off += n;
	}
}

void sgl_read(struct sgl_cursor *c, void *out, size_t len)
{
	move(c, out, len, OUT);
}

void sgl_write(struct sgl_cursor *c, const void *in, size_t len)
{
	move(c, (unsigned char *)in, len, IN);
}

void sgl_skip(struct sgl_cursor *c, size_t len)
{
	move(c, NULL, len, SKIP);
}

void *sgl_piece(struct sgl_cursor *c, size_t len)
{
	unsigned char *p = NULL;

	if (current(c, &p) < len)
		return NULL;
	c->off += len;
	return p;
}

int sgl_iovec(struct sgl_cursor *c, size_t len, struct iovec *vec, int max, size_t *bytes)
{
	unsigned char *p;
	size_t n;
	int nr = 0;

	*bytes = 0;
	while (nr < max && *bytes < len && (n = current(c, &p)) > 0) {
		n = n < len - *bytes ? n : len - *bytes;
		vec[nr] = (struct iovec){p, n};
		c->off += n;
		*bytes += n;
		nr++;
	}
	return nr;
}

void sgl_set_length(d_sg_list_t *sgl, size_t len)
{
	sgl->sg_nr_out = 0;
	for (uint32_t i = 0; i < sgl->sg_nr; i++) {
		d_iov_t *iov = &sgl->sg_iovs[i];

		iov->iov_len = len < iov->iov_buf_len ? len : iov->iov_buf_len;
		len -= iov->iov_len;
		if (iov->iov_len > 0)
			sgl->sg_nr_out = i + 1;
	}
}
