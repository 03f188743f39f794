#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"
#include "private.h"

#define MAGIC 0x74706b6365736675ULL

struct slot {
	uint64_t magic;
	uint64_t checksum; /* of everything behind it */
	struct lmdb_meta meta;
};

/* FNV-1a: tells a torn write from a whole one. */
static uint64_t checksum(const struct slot *s)
{
	const unsigned char *p = (const unsigned char *)&s->meta;
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sizeof(s->meta); i++)
		h = (h ^ p[i]) * 0x100000001b3ULL;
	return h;
}

/* 1: valid, 0: not; negative: it cannot be read. */
static int slot_load(int fd, int which, struct slot *s)
{
	ssize_t n = pread(fd, s, sizeof(*s), (off_t)which * CHECKPOINT_SLOT);

	if (n < 0)
		return der_from_errno(errno);
	return n == (ssize_t)sizeof(*s) && s->magic == MAGIC && s->checksum == checksum(s);
}

#define NONE 2

/* The newest slot: 0 or 1, or NONE; negative: they cannot be read. */
static int newest(int fd, struct slot *s)
{
	struct slot both[2];
	int valid[2], which;

	for (int i = 0; i < 2; i++) {
		valid[i] = slot_load(fd, i, &both[i]);
		if (valid[i] < 0)
			return valid[i];
	}
	if (!valid[0] && !valid[1])
		return NONE;
	which = valid[0] && (!valid[1] || both[0].meta.txnid > both[1].meta.txnid) ? 0 : 1;
	*s = both[which];
	return which;
}

int checkpoint_open(int dir_fd, int *fd)
{
	return private_open(dir_fd, "checkpoint", O_RDWR | O_CREAT, fd);
}

int checkpoint_load(int fd, struct lmdb_meta *meta)
{
	struct slot s;
	int which = newest(fd, &s);

	if (which < 0 || which == NONE)
		return which < 0 ? which : -DER_NONEXIST;
	*meta = s.meta;
	return 0;
}

int checkpoint_save(int fd, const struct lmdb_meta *meta)
{
	unsigned char buf[CHECKPOINT_SLOT] = {0};
	struct slot s;
	int which = newest(fd, &s);
	ssize_t n;

	if (which < 0)
		return which;
	which = which == 0 ? 1 : 0;
	memset(&s, 0, sizeof(s));
	s.magic = MAGIC;
	s.meta = *meta;
	s.checksum = checksum(&s);
	memcpy(buf, &s, sizeof(s));
	n = pwrite(fd, buf, sizeof(buf), (off_t)which * CHECKPOINT_SLOT);
	if (n != (ssize_t)sizeof(buf))
		return n < 0 ? der_from_errno(errno) : -DER_NOSPACE;
	return fdatasync(fd) == 0 ? 0 : der_from_errno(errno);
}
