#include "lmdb_meta.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"

enum {
	OFF_FLAGS = 10,
	OFF_MAGIC = 16,
	OFF_VERSION = 20,
	OFF_PAGE_SIZE = 40,
	OFF_FREE_ROOT = 40 + 40,
	OFF_MAIN_ROOT = 40 + 48 + 40,
	OFF_LAST_PAGE = 136,
	OFF_TXNID = 144,
};

#define FLAG_META 8
#define MAGIC	  0xBEEFC0DEU
#define VERSION	  1U
#define NO_PAGE	  (~0ULL)

static uint32_t get32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t get64(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Decode one meta page and check it against the file's length. */
static int decode(const unsigned char *p, uint64_t file_size, struct lmdb_meta *meta)
{
	uint64_t pages, root[2];
	uint16_t flags;

	memcpy(&flags, p + OFF_FLAGS, sizeof(flags));
	if (!(flags & FLAG_META) || get32(p + OFF_MAGIC) != MAGIC || (get32(p + OFF_VERSION) & 0xffff) != VERSION)
		return -DER_DF_INVAL;
	meta->page_size = get32(p + OFF_PAGE_SIZE);
	if (meta->page_size < 512 || meta->page_size > 65536 || (meta->page_size & (meta->page_size - 1)) != 0)
		return -DER_DF_INVAL;
	pages = file_size / meta->page_size;
	root[0] = get64(p + OFF_FREE_ROOT);
	root[1] = get64(p + OFF_MAIN_ROOT);
	for (int i = 0; i < 2; i++)
		if (root[i] != NO_PAGE && root[i] >= pages)
			return -DER_DF_INVAL;
	meta->txnid = get64(p + OFF_TXNID);
	memcpy(meta->page, p, LMDB_META_LEN);
	return 0;
}

static int read_page(int fd, unsigned char page[LMDB_META_LEN], off_t at)
{
	ssize_t n = pread(fd, page, LMDB_META_LEN, at);

	if (n < 0)
		return der_from_errno(errno);
	return n == LMDB_META_LEN ? 0 : -DER_DF_INVAL;
}

int lmdb_meta_read(int fd, struct lmdb_meta *meta)
{
	unsigned char page[LMDB_META_LEN];
	struct lmdb_meta second;
	struct stat st;
	int rc;

	if (fstat(fd, &st) != 0)
		return der_from_errno(errno);
	rc = read_page(fd, page, 0);
	if (rc != 0)
		return rc;
	rc = decode(page, st.st_size, meta);
	if (rc != 0) /* the page size, which the second page's place depends on, is not known */
		return rc;
	rc = read_page(fd, page, meta->page_size);
	if (rc != 0)
		return rc;
	rc = decode(page, st.st_size, &second);
	if (rc == 0 && second.txnid > meta->txnid)
		*meta = second;
	return rc;
}

int lmdb_meta_write(int fd, const struct lmdb_meta *meta)
{
	unsigned char page[LMDB_META_LEN];

	memcpy(page, meta->page, sizeof(page));
	for (uint64_t slot = 0; slot < 2; slot++) {
		memcpy(page, &slot, sizeof(slot));
		if (pwrite(fd, page, sizeof(page), slot * meta->page_size) != (ssize_t)sizeof(page))
			return der_from_errno(errno);
	}
	return fdatasync(fd) == 0 ? 0 : der_from_errno(errno);
}

/* The start of LMDB 0.9's MDB_env, as far as the flags. */
struct env_head {
	int fd, lock_fd, meta_fd;
	uint32_t flags;
};

#define FATAL_ERROR 0x80000000U
#define OPEN_FLAGS  (MDB_NOSUBDIR | MDB_NOSYNC | MDB_RDONLY | MDB_WRITEMAP | MDB_NOTLS)

void lmdb_meta_forgive(MDB_env *mdb)
{
	struct env_head *head = (struct env_head *)mdb;
	unsigned flags;
	int fd;

	/* What LMDB tells of itself must be what is there: another version may have another layout. */
	if (mdb_env_get_flags(mdb, &flags) == 0 && mdb_env_get_fd(mdb, &fd) == 0 && head->fd == fd &&
	    (head->flags & OPEN_FLAGS) == (flags & OPEN_FLAGS))
		head->flags &= ~FATAL_ERROR;
}
