#include "csum.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_errno.h>

#include "array_io.h"
#include "array_open.h"
#include "csum_chunk.h"
#include "csum_era.h"
#include "error.h"
#include "props.h"

/* Chunks are read into memory as a whole; what the property says is brought into this range. */
#define CHUNK_MIN 1024
#define CHUNK_MAX (4 << 20)

#define PIECE	  64 /* chunks that a write has locked at once */

/* What an operation needs: the array's file of checksums with its header locked, and room for a chunk. */
struct op {
	struct array *a;
	int fd;
	struct csum_file f;
	uint8_t *buf;
	bool plain; /* there are no checksums: nothing was written yet, or the array is gone */
};

int csum_load(struct cont *cont)
{
	struct daos_prop_entry type = {.dpe_type = DAOS_PROP_CO_CSUM},
			       chunk = {.dpe_type = DAOS_PROP_CO_CSUM_CHUNK_SIZE};
	struct env_txn *txn;
	int rc = env_read_begin(cont->env, &txn);

	if (rc != 0)
		return rc;
	rc = props_get(cont->env, txn, CONT_DB_META, PROPS_CONT, &type);
	if (rc == 0)
		rc = props_get(cont->env, txn, CONT_DB_META, PROPS_CONT, &chunk);
	env_read_end(cont->env, txn);
	if (rc != 0)
		return rc;
	cont->csum.type = (uint32_t)type.dpe_val;
	cont->csum.chunk = chunk.dpe_val < CHUNK_MIN   ? CHUNK_MIN
			   : chunk.dpe_val > CHUNK_MAX ? CHUNK_MAX
						       : (uint32_t)chunk.dpe_val;
	if (cont->csum.type == 0)
		return 0;
	return csum_sum_size(cont->csum.type) > 0 ? csum_sum_load() : -DER_NOTSUPPORTED;
}

/* With the header locked exclusively: make all records anew. It is called a new era's even if it is not. */
static int settle(struct op *op)
{
	uint64_t era;
	int rc = csum_era_begin(op->a->cont, &era);

	if (rc == 0)
		rc = csum_file_set_state(&op->f, CSUM_BUSY, era, false);
	if (rc == 0)
		rc = csum_chunk_sum_all(&op->f, op->fd, op->buf);
	return rc == 0 ? csum_file_set_state(&op->f, CSUM_DIRTY, era, false) : rc;
}

/* Whether power failed before bytes and checksums were both on the disk. */
static int is_lost(struct op *op, bool *lost)
{
	*lost = false;
	return op->f.state == CSUM_DIRTY ? csum_era_is_lost(op->a->cont, op->f.era, lost) : 0;
}

/* With the header locked exclusively. */
static int settle_lost(struct op *op)
{
	bool lost;
	int rc = is_lost(op, &lost);

	return rc == 0 && lost ? settle(op) : rc;
}

/* With the header locked exclusively: bring it to a state in which records count, and may be changed by a writer. */
static int prepare(struct op *op, bool writing)
{
	uint64_t era;
	bool lost = false;
	int rc = csum_era_begin(op->a->cont, &era);

	if (rc == 0 && writing)
		rc = is_lost(op, &lost);
	if (rc != 0)
		return rc;
	if (op->f.state == CSUM_NONE || op->f.state == CSUM_BUSY || lost)
		return settle(op);
	if (!writing || (op->f.state == CSUM_DIRTY && op->f.era == era))
		return 0;
	/* Before any byte changes: after a power failure the file's header must not say that all is well. */
	return csum_file_set_state(&op->f, CSUM_DIRTY, era, true);
}

/* `era`: of a writer. */
static bool is_ready(const struct op *op, bool writing, uint64_t era)
{
	return op->f.state == CSUM_DIRTY ? !writing || op->f.era == era : op->f.state == CSUM_CLEAN && !writing;
}

static int lock_ready(struct op *op, bool writing, bool exclusive)
{
	uint64_t era = 0;
	int rc = writing ? csum_era_begin(op->a->cont, &era) : 0;

	while (rc == 0) {
		rc = csum_file_lock(&op->f, exclusive);
		if (rc != 0 || is_ready(op, writing, era))
			return rc;
		if (!exclusive) {
			csum_file_unlock(&op->f);
			rc = csum_file_lock(&op->f, true);
		}
		if (rc == 0)
			rc = prepare(op, writing);
		if (rc != 0 || exclusive)
			break;
		csum_file_unlock(&op->f);
	}
	return rc;
}

/* Open the file of checksums, made if need be. */
static int open_file(struct op *op, bool writing)
{
	struct cont *cont = op->a->cont;
	struct stat st;
	int rc;

	op->plain = true;
	if (atomic_load(&op->a->destroyed))
		return 0;
	rc = csum_file_open(cont, op->a->oid, false, &op->f);
	if (rc == -DER_NONEXIST) {
		if (fstat(op->fd, &st) != 0)
			return der_from_errno(errno);
		if (st.st_nlink == 0 || (!writing && st.st_size == 0))
			return 0;
		rc = array_check_alive(cont, op->a->oid);
		if (rc != 0)
			return rc == -DER_NONEXIST ? 0 : rc;
		rc = csum_file_open(cont, op->a->oid, true, &op->f);
	}
	op->plain = rc != 0;
	return rc;
}

static void op_end(struct op *op)
{
	csum_file_close(&op->f);
	free(op->buf);
}

static int op_begin(struct op *op, struct array *a, int fd, bool writing, bool exclusive)
{
	int rc;

	*op = (struct op){.a = a, .fd = fd, .f.fd = -1, .buf = malloc(a->cont->csum.chunk)};
	rc = op->buf == NULL ? -DER_NOMEM : open_file(op, writing);
	if (rc == 0 && !op->plain)
		rc = lock_ready(op, writing, exclusive);
	if (rc != 0)
		op_end(op);
	return rc;
}

/* A chunk whose writer has died. */
static int heal_chunk(struct op *op, uint64_t chunk)
{
	struct csum_record rec;
	int rc = csum_file_lock_chunks(&op->f, chunk, 1, true);

	if (rc == 0)
		rc = csum_file_get(&op->f, chunk, &rec);
	if (rc == 0 && rec.mark == CSUM_WRITING)
		rc = csum_chunk_sum(&op->f, op->fd, chunk, op->buf);
	csum_file_unlock_chunks(&op->f, chunk, 1);
	return rc;
}

/* Into op->buf, checked. */
static int read_chunk(struct op *op, uint64_t chunk, size_t *n)
{
	int rc, lost_rc;
	bool lost;

	for (;;) {
		rc = csum_file_lock_chunks(&op->f, chunk, 1, false);
		if (rc == 0)
			rc = csum_chunk_check(&op->f, op->fd, chunk, op->buf, n);
		csum_file_unlock_chunks(&op->f, chunk, 1);
		if (rc == -DER_AGAIN) {
			rc = heal_chunk(op, chunk);
			if (rc == 0)
				continue;
		}
		if (rc != -DER_CSUM)
			return rc;
		lost_rc = is_lost(op, &lost);
		if (lost_rc != 0 || !lost)
			return lost_rc != 0 ? lost_rc : rc;
		csum_file_unlock(&op->f);
		rc = csum_file_lock(&op->f, true);
		if (rc == 0)
			rc = settle_lost(op);
		csum_file_unlock(&op->f);
		if (rc == 0)
			rc = lock_ready(op, false, false);
		if (rc != 0)
			return rc;
	}
}

int csum_read(struct array *a, int fd, struct sgl_cursor *c, int64_t at, size_t len, size_t *got)
{
	uint32_t size = a->cont->csum.chunk;
	struct op op;
	int rc = op_begin(&op, a, fd, false, false);

	*got = 0;
	if (rc != 0)
		return rc;
	if (op.plain) {
		op_end(&op);
		return array_io_read(fd, c, at, len, got);
	}
	while (rc == 0 && len > 0) {
		size_t off = (size_t)(at % size), want = size - off < len ? size - off : len, n, have;

		rc = read_chunk(&op, (uint64_t)(at / size), &n);
		if (rc != 0)
			break;
		have = n <= off ? 0 : n - off < want ? n - off : want;
		sgl_write(c, op.buf + off, have);
		*got += have;
		if (have < want) { /* the end of the file */
			sgl_skip(c, len - have);
			break;
		}
		at += (int64_t)want;
		len -= want;
	}
	op_end(&op);
	return rc;
}

/* The first and the last chunk of a range that is not empty: those that it may have only a part of. */
static void edges(const struct op *op, int64_t at, int64_t end, uint64_t *first, uint64_t *last)
{
	*first = (uint64_t)at / op->f.chunk;
	*last = (uint64_t)(end - 1) / op->f.chunk;
}

/* What a change of the range leaves of a chunk must be good. */
static int check_rest(struct op *op, uint64_t chunk, int64_t at, int64_t end)
{
	int64_t first = (int64_t)(chunk * op->f.chunk);
	size_t n;
	int rc = 0;

	if (at > first || end < first + op->f.chunk)
		rc = csum_chunk_check(&op->f, op->fd, chunk, op->buf, &n);
	return rc == -DER_AGAIN ? 0 : rc;
}

static int check_edges(struct op *op, int64_t at, int64_t end)
{
	uint64_t first, last;
	int rc;

	edges(op, at, end, &first, &last);
	rc = check_rest(op, first, at, end);
	return rc == 0 && last != first ? check_rest(op, last, at, end) : rc;
}

static int mark_chunks(struct op *op, uint64_t first, uint64_t nr)
{
	const struct csum_record rec = {.mark = CSUM_WRITING};
	int rc = 0;

	for (uint64_t i = 0; rc == 0 && i < nr; i++)
		rc = csum_file_put(&op->f, first + i, &rec);
	return rc;
}

static int sum_chunks(struct op *op, uint64_t first, uint64_t nr)
{
	int rc = 0;

	for (uint64_t i = 0; rc == 0 && i < nr; i++)
		rc = csum_chunk_sum(&op->f, op->fd, first + i, op->buf);
	return rc;
}

static int write_piece(struct op *op, struct sgl_cursor *c, int64_t at, size_t len)
{
	int64_t end = at + (int64_t)len;
	uint64_t first, last, nr;
	int sum_rc, rc;

	edges(op, at, end, &first, &last);
	nr = last - first + 1;
	rc = csum_file_lock_chunks(&op->f, first, nr, true);
	if (rc != 0)
		return rc;
	rc = check_edges(op, at, end);
	if (rc == 0) {
		rc = mark_chunks(op, first, nr);
		if (rc == 0)
			rc = array_io_write(op->fd, c, at, len);
		sum_rc = sum_chunks(op, first, nr); /* of what is there, whatever has failed */
		rc = rc != 0 ? rc : sum_rc;
	}
	csum_file_unlock_chunks(&op->f, first, nr);
	return rc;
}

int csum_write(struct array *a, int fd, struct sgl_cursor *c, int64_t at, size_t len)
{
	uint64_t piece = (uint64_t)PIECE * a->cont->csum.chunk;
	struct op op;
	int rc;

	if (len == 0)
		return 0;
	rc = op_begin(&op, a, fd, true, false);
	if (rc != 0)
		return rc;
	if (op.plain)
		rc = array_io_write(fd, c, at, len);
	while (!op.plain && rc == 0 && len > 0) {
		size_t n = piece - (uint64_t)at % piece < len ? (size_t)(piece - (uint64_t)at % piece) : len;

		rc = write_piece(&op, c, at, n);
		at += (int64_t)n;
		len -= n;
	}
	op_end(&op);
	return rc;
}

static int punch(struct op *op, int64_t at, int64_t end)
{
	uint64_t first, last;
	int rc;

	edges(op, at, end, &first, &last);
	rc = check_edges(op, at, end);
	if (rc == 0)
		rc = csum_file_set_state(&op->f, CSUM_BUSY, op->f.era, false);
	if (rc == 0)
		rc = array_io_punch(op->fd, at, (uint64_t)(end - at));
	if (rc == 0)
		rc = array_io_punch(op->f.fd, csum_file_offset(&op->f, first), (last - first + 1) * op->f.record_size);
	if (rc == 0)
		rc = sum_chunks(op, first, 1);
	if (rc == 0)
		rc = sum_chunks(op, last, 1);
	return rc == 0 ? csum_file_set_state(&op->f, CSUM_DIRTY, op->f.era, false) : rc;
}

int csum_punch(struct array *a, int fd, int64_t at, uint64_t len)
{
	struct stat st;
	struct op op;
	int rc = op_begin(&op, a, fd, true, true);

	if (rc != 0)
		return rc;
	if (op.plain)
		rc = array_io_punch(fd, at, len);
	else if (fstat(fd, &st) != 0)
		rc = der_from_errno(errno);
	else if (len > 0 && at < st.st_size)
		rc = punch(&op, at, len < (uint64_t)(st.st_size - at) ? at + (int64_t)len : st.st_size);
	op_end(&op);
	return rc;
}

/* Growing changes no chunk: what is new is zeros. */
static int shrink(struct op *op, int64_t size)
{
	uint64_t keep = ((uint64_t)size + op->f.chunk - 1) / op->f.chunk;
	bool edge = size % op->f.chunk != 0;
	size_t n;
	int rc = edge ? csum_chunk_check(&op->f, op->fd, keep - 1, op->buf, &n) : 0;

	if (rc == 0 || rc == -DER_AGAIN)
		rc = csum_file_set_state(&op->f, CSUM_BUSY, op->f.era, false);
	if (rc == 0 && ftruncate(op->fd, size) != 0)
		rc = der_from_errno(errno);
	if (rc == 0 && ftruncate(op->f.fd, csum_file_offset(&op->f, keep)) != 0)
		rc = der_from_errno(errno);
	if (rc == 0 && edge)
		rc = sum_chunks(op, keep - 1, 1);
	return rc == 0 ? csum_file_set_state(&op->f, CSUM_DIRTY, op->f.era, false) : rc;
}

int csum_resize(struct array *a, int fd, int64_t size)
{
	struct stat st;
	struct op op;
	int rc = op_begin(&op, a, fd, true, true);

	if (rc != 0)
		return rc;
	if (fstat(fd, &st) != 0)
		rc = der_from_errno(errno);
	else if (!op.plain && size < st.st_size)
		rc = shrink(&op, size);
	else
		rc = ftruncate(fd, size) == 0 ? 0 : der_from_errno(errno);
	op_end(&op);
	return rc;
}

int csum_sync(struct array *a, int fd, bool names)
{
	struct op op;
	int rc = op_begin(&op, a, fd, false, true);

	if (rc != 0)
		return rc;
	if (!op.plain)
		rc = settle_lost(&op);
	if (rc == 0 && fdatasync(fd) != 0)
		rc = der_from_errno(errno);
	if (rc == 0 && !op.plain && fdatasync(op.f.fd) != 0)
		rc = der_from_errno(errno);
	if (rc == 0 && !op.plain && names)
		rc = csum_file_sync_directory(a->cont, a->oid);
	if (rc == 0 && !op.plain && op.f.state == CSUM_DIRTY)
		rc = csum_file_set_state(&op.f, CSUM_CLEAN, op.f.era, false);
	op_end(&op);
	return rc;
}

/* The first chunk from this one on that has bytes or a record. */
static bool next_chunk(const struct op *op, uint64_t from, uint64_t *chunk)
{
	off_t at = lseek(op->fd, (off_t)(from * op->f.chunk), SEEK_DATA);
	bool found = csum_file_next(&op->f, from, chunk);

	if (at >= 0 && (!found || (uint64_t)at / op->f.chunk < *chunk))
		*chunk = (uint64_t)at / op->f.chunk;
	return found || at >= 0;
}

int csum_verify(struct array *a, int fd)
{
	uint64_t chunk = 0;
	struct op op;
	size_t n;
	int rc = op_begin(&op, a, fd, false, false);

	if (rc != 0)
		return rc;
	while (rc == 0 && !op.plain && next_chunk(&op, chunk, &chunk)) {
		rc = read_chunk(&op, chunk, &n);
		chunk++;
	}
	op_end(&op);
	return rc;
}
