#include "env_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"
#include "private.h"

#define MAGIC	  0x676f6c6573756664ULL
#define HEAD_LEN  4096
#define USED_BITS 20

/* The first page. What is written often is in cache lines of its own. */
struct head {
	uint64_t magic;
	uint64_t bytes; /* of records, at most */
	uint64_t pad1[6];
	atomic_uint_fast64_t word;
	uint64_t pad2[7];
	uint64_t pages; /* env_log_pages() */
};

struct env_log {
	struct head *head;
	unsigned char *records;
	size_t bytes;
};

/* The head of a file that is whole. -DER_NONEXIST: there is none. */
static int check(int dir_fd, size_t *bytes)
{
	struct head h = {.magic = 0};
	struct stat st;
	ssize_t n = -1;
	int fd, rc = private_open(dir_fd, "log", O_RDONLY, &fd);

	if (rc != 0)
		return rc;
	if (fstat(fd, &st) == 0)
		n = pread(fd, &h, sizeof(h), 0);
	if (n < 0)
		rc = der_from_errno(errno);
	else if (n < (ssize_t)sizeof(h) || h.magic != MAGIC || h.bytes >> (USED_BITS + 3) != 0 ||
		 (uint64_t)st.st_size < HEAD_LEN + h.bytes)
		rc = -DER_DF_INVAL;
	else
		*bytes = h.bytes;
	close(fd);
	return rc;
}

int env_log_allocate(int fd, uint64_t from, uint64_t end)
{
	struct rlimit limit;
	int rc;

	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && end > limit.rlim_cur)
		return -DER_NOSPACE;
	do {
		rc = fallocate(fd, 0, (off_t)from, (off_t)(end - from)) == 0 ? 0 : errno;
	} while (rc == EINTR);
	return rc == EOPNOTSUPP ? -DER_NOTSUPPORTED : der_from_errno(rc);
}

/* Zeros that are written, where blocks cannot be had otherwise. */
static int allocate(int fd, size_t bytes)
{
	static const unsigned char zero[65536];
	int rc = env_log_allocate(fd, 0, bytes);

	if (rc != -DER_NOTSUPPORTED)
		return rc;
	for (size_t at = 0, n; at < bytes; at += n) {
		n = bytes - at < sizeof(zero) ? bytes - at : sizeof(zero);
		errno = ENOSPC; /* what a short write means */
		if (pwrite(fd, zero, n, at) != (ssize_t)n)
			return der_from_errno(errno);
	}
	return 0;
}

/* Nothing is synced: after a power failure it is of no use, and made anew. */
static int make(int dir_fd, size_t bytes)
{
	struct head h = {.magic = MAGIC, .bytes = bytes};
	int fd, rc = private_open(dir_fd, "log.new", O_RDWR | O_CREAT | O_TRUNC, &fd);

	if (rc != 0)
		return rc;
	rc = allocate(fd, HEAD_LEN + bytes);
	if (rc == 0 &&
	    (pwrite(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h) || renameat(dir_fd, "log.new", dir_fd, "log") != 0))
		rc = der_from_errno(errno);
	close(fd);
	if (rc != 0)
		unlinkat(dir_fd, "log.new", 0);
	return rc;
}

int env_log_make(int dir_fd, size_t bytes, bool anew)
{
	size_t now;
	int rc = check(dir_fd, &now);

	return rc == -DER_NONEXIST || (rc == -DER_DF_INVAL && anew) ? make(dir_fd, bytes) : rc;
}

int env_log_remove(int dir_fd)
{
	return unlinkat(dir_fd, "log", 0) == 0 || errno == ENOENT ? 0 : der_from_errno(errno);
}

static int map(int dir_fd, size_t bytes, struct head **head)
{
	int fd, rc = private_open(dir_fd, "log", O_RDWR, &fd);
	void *p;

	if (rc != 0)
		return rc;
	p = mmap(NULL, HEAD_LEN + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	*head = p;
	return p == MAP_FAILED ? der_from_errno(errno) : 0;
}

int env_log_open(int dir_fd, struct env_log **out)
{
	struct env_log *log;
	size_t bytes;
	int rc = check(dir_fd, &bytes);

	*out = NULL;
	if (rc != 0)
		return rc == -DER_NONEXIST ? 0 : rc;
	log = calloc(1, sizeof(*log));
	if (log == NULL)
		return -DER_NOMEM;
	rc = map(dir_fd, bytes, &log->head);
	if (rc != 0) {
		free(log);
		return rc;
	}
	log->bytes = bytes;
	log->records = (unsigned char *)log->head + HEAD_LEN;
	*out = log;
	return 0;
}

void env_log_close(struct env_log *log)
{
	if (log == NULL)
		return;
	munmap(log->head, HEAD_LEN + log->bytes);
	free(log);
}

uint64_t env_log_word(const struct env_log *log)
{
	return log == NULL ? 0 : atomic_load_explicit(&log->head->word, memory_order_acquire);
}

const volatile uint64_t *env_log_word_at(const struct env_log *log)
{
	return (const volatile uint64_t *)&log->head->word;
}

uint64_t env_log_state(uint64_t base, uint32_t used)
{
	return base << (USED_BITS + 1) | (uint64_t)used << 1;
}

uint64_t env_log_base(uint64_t word)
{
	return word >> (USED_BITS + 1);
}

uint32_t env_log_used(uint64_t word)
{
	return word >> 1 & ((1 << USED_BITS) - 1);
}

void env_log_publish(struct env_log *log, uint64_t word)
{
	if (log != NULL)
		atomic_store_explicit(&log->head->word, word, memory_order_release);
}

uint64_t env_log_settle(struct env_log *log, uint64_t base)
{
	uint64_t word = env_log_word(log), right = word & ~(uint64_t)ENV_LOG_UNSURE;

	if (base > env_log_base(word))
		right = env_log_state(base, 0);
	if (right != word)
		env_log_publish(log, right);
	return right;
}

void env_log_reset(struct env_log *log, uint64_t base)
{
	log->head->pages = 0;
	env_log_publish(log, env_log_state(base, 0));
}

void env_log_raise(struct env_log *log, uint64_t word)
{
	uint_fast64_t now = env_log_word(log);

	while (log != NULL && now < word && !atomic_compare_exchange_weak(&log->head->word, &now, word))
		;
}

bool env_log_copy(struct env_log *log, uint64_t base, uint32_t from, uint32_t to, void *buf)
{
	if (from > to || (size_t)to * 8 > log->bytes)
		return false;
	memcpy(buf, log->records + (size_t)from * 8, (size_t)(to - from) * 8);
	/* Not a plain load, which might be done before what was copied is read. */
	return env_log_base(atomic_fetch_or_explicit(&log->head->word, 0, memory_order_acq_rel)) == base;
}

void *env_log_room(struct env_log *log, uint32_t used, size_t len)
{
	return log != NULL && len <= log->bytes - (size_t)used * 8 ? log->records + (size_t)used * 8 : NULL;
}

uint64_t *env_log_pages(struct env_log *log)
{
	return &log->head->pages;
}
