#include "csum_era.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <daos_errno.h>

#include "array_table.h"
#include "env_state.h"
#include "error.h"
#include "private.h"

#define STATE_FILE  "../sums/state"
#define STATE_MAGIC 0x617265206d757363ULL /* "csum era" */
#define LOST_MAX    32

/* In one sector, so that it is written whole. */
struct state {
	uint64_t magic;
	uint64_t era;
	uint64_t floor; /* what is below counts as lost */
	uint32_t open;
	uint32_t lost_nr;
	uint64_t lost[LOST_MAX];
	char boot[40];
};

_Static_assert(sizeof(struct state) <= 512, "one sector");

static int lock(int fd, int cmd, short type)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
	int rc;

	do {
		rc = fcntl(fd, cmd, &l);
	} while (rc != 0 && errno == EINTR);
	return rc == 0 ? 0 : der_from_errno(errno);
}

/* Explicitly: a child that was forked meanwhile may have the open file description as long as it likes. */
static void leave(int fd)
{
	lock(fd, F_OFD_SETLK, F_UNLCK);
	close(fd);
}

/* Above all eras that there were: one begins no more than once in a nanosecond. */
static uint64_t unused_era(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* `known`: false where the file is new or damaged, and what was before is not known: all of it counts as lost. */
static int read_state(int fd, struct state *s, bool *known)
{
	ssize_t n = pread(fd, s, sizeof(*s), 0);

	if (n < 0)
		return der_from_errno(errno);
	*known = n == sizeof(*s) && s->magic == STATE_MAGIC && s->lost_nr <= LOST_MAX;
	if (!*known) {
		*s = (struct state){.magic = STATE_MAGIC, .era = unused_era()};
		s->floor = s->era;
	}
	return 0;
}

static int write_state(int fd, const struct state *s)
{
	errno = ENOSPC; /* what a short write means */
	return pwrite(fd, s, sizeof(*s), 0) == sizeof(*s) && fdatasync(fd) == 0 ? 0 : der_from_errno(errno);
}

static bool is_of_this_boot(const struct state *s)
{
	const char *boot = env_boot_id();

	return boot != NULL && strncmp(s->boot, boot, sizeof(s->boot)) == 0;
}

static void note_lost(struct state *s)
{
	if (s->lost_nr == LOST_MAX) {
		s->floor = s->lost[0] + 1;
		memmove(&s->lost[0], &s->lost[1], (LOST_MAX - 1) * sizeof(s->lost[0]));
		s->lost_nr--;
	}
	s->lost[s->lost_nr++] = s->era;
}

/* With the write lock. What killed processes of this boot have written is in the page cache: their era goes on. */
static int begin(int fd, struct state *s)
{
	bool known;
	int rc = read_state(fd, s, &known);

	if (rc != 0 || (known && s->open && is_of_this_boot(s)))
		return rc;
	if (known && s->open)
		note_lost(s);
	s->era++;
	s->open = 1;
	memset(s->boot, 0, sizeof(s->boot));
	strncpy(s->boot, env_boot_id() != NULL ? env_boot_id() : "unknown", sizeof(s->boot) - 1);
	return write_state(fd, s);
}

static int join(int fd, struct state *s)
{
	bool known;
	int rc;

	for (;;) {
		if (lock(fd, F_OFD_SETLK, F_WRLCK) == 0) {
			rc = begin(fd, s);
			return rc == 0 ? lock(fd, F_OFD_SETLKW, F_RDLCK) : rc;
		}
		rc = lock(fd, F_OFD_SETLKW, F_RDLCK);
		if (rc == 0)
			rc = read_state(fd, s, &known);
		if (rc != 0 || (known && s->open && is_of_this_boot(s)))
			return rc;
		rc = lock(fd, F_OFD_SETLK, F_UNLCK);
		if (rc != 0)
			return rc;
	}
}

static int open_state(struct cont *cont, int *fd)
{
	int rc = private_open(cont->data_fd, STATE_FILE, O_RDWR | O_CREAT, fd);

	if (rc != -DER_NONEXIST)
		return rc;
	rc = private_mkdir(cont->data_fd, "../sums");
	return rc == 0 || rc == -DER_EXIST ? private_open(cont->data_fd, STATE_FILE, O_RDWR | O_CREAT, fd) : rc;
}

/* A child of fork() shares its parent's lock, which says nothing of the child. */
static bool is_mine(const struct cont *cont)
{
	return cont->csum.fd >= 0 && cont->csum.pid == getpid();
}

static int join_anew(struct cont *cont, int *fd, uint64_t *era)
{
	struct state s;
	int rc = open_state(cont, fd);

	if (rc != 0)
		return rc;
	rc = join(*fd, &s);
	if (rc != 0)
		leave(*fd);
	else
		*era = s.era;
	return rc;
}

/* With the lock of array tables. */
static void install(struct cont *cont, int fd, uint64_t era)
{
	if (is_mine(cont)) { /* another thread has joined meanwhile: the same era, as both have locks */
		leave(fd);
		return;
	}
	if (cont->csum.fd >= 0)
		close(cont->csum.fd); /* the parent's, who keeps the lock */
	cont->csum.fd = fd;
	cont->csum.pid = getpid();
	cont->csum.era = era;
}

/*
 * Joining waits for others that sync, so not with the lock of array tables, which all threads need, and fork(). A child
 * that is forked meanwhile has no thread that joins.
 */
int csum_era_begin(struct cont *cont, uint64_t *era)
{
	uint64_t joined;
	int fd, rc;

	array_lock();
	if (!is_mine(cont)) {
		array_unlock();
		rc = join_anew(cont, &fd, &joined);
		if (rc != 0)
			return rc;
		array_lock();
		install(cont, fd, joined);
	}
	*era = cont->csum.era;
	array_unlock();
	return 0;
}

static bool is_lost(const struct state *s, uint64_t era)
{
	bool lost = era < s->floor || era > s->era || (era == s->era && s->open && !is_of_this_boot(s));

	for (uint32_t i = 0; i < s->lost_nr; i++)
		lost = lost || s->lost[i] == era;
	return lost;
}

int csum_era_is_lost(struct cont *cont, uint64_t era, bool *lost)
{
	struct state s;
	bool known = false;
	int own, fd = -1, rc = 0;

	array_lock();
	own = is_mine(cont) ? cont->csum.fd : -1; /* which stays open until csum_era_end() */
	array_unlock();
	if (own < 0)
		rc = private_open(cont->data_fd, STATE_FILE, O_RDONLY, &fd);
	if (rc == 0)
		rc = read_state(own >= 0 ? own : fd, &s, &known);
	if (fd >= 0)
		close(fd);
	if (rc != 0 && rc != -DER_NONEXIST)
		return rc;
	*lost = !known || is_lost(&s, era);
	return 0;
}

void csum_era_end(struct cont *cont)
{
	struct state s;
	bool known;

	if (is_mine(cont)) {
		if (lock(cont->csum.fd, F_OFD_SETLK, F_WRLCK) == 0 && read_state(cont->csum.fd, &s, &known) == 0 &&
		    known && syncfs(cont->csum.fd) == 0) {
			s.open = 0;
			write_state(cont->csum.fd, &s);
		}
		leave(cont->csum.fd);
	} else if (cont->csum.fd >= 0) {
		close(cont->csum.fd); /* the parent's, who keeps the lock */
	}
	cont->csum.fd = -1;
}
