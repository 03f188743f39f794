#include "changes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"

#define MAGIC	 0x7365676e61686364ULL
#define RING	 4096
#define WATCHERS 16

struct place {
	atomic_uint_fast64_t number; /* of the change that is here, + 1; 0 while it is being written */
	int32_t pid;
	uint32_t name_len; /* 0: the bytes of the object */
	daos_obj_id_t oid;
	char name[DAOS_LOCAL_NAME_MAX];
};

struct watcher {
	atomic_int pid; /* 0: free */
	atomic_uint zero;
	atomic_uint_fast64_t done; /* changes before this one are dealt with */
};

struct changes {
	uint64_t magic;
	atomic_uint_fast64_t head; /* number of the next change */
	atomic_uint rung;	   /* futex of the watchers: counts changes */
	atomic_uint answered;	   /* futex of the writers: counts changes dealt with */
	struct watcher watcher[WATCHERS];
	struct place ring[RING];
};

static long futex(atomic_uint *word, int op, unsigned val, const struct timespec *timeout)
{
	return syscall(SYS_futex, word, op, val, timeout, NULL, 0);
}

/* getpid(2) without the system call. */
static atomic_int cached_pid;

static void forget_pid(void)
{
	atomic_store(&cached_pid, 0);
}

__attribute__((constructor)) static void changes_init(void)
{
	pthread_atfork(NULL, NULL, forget_pid);
}

static int own_pid(void)
{
	int pid = atomic_load_explicit(&cached_pid, memory_order_relaxed);

	if (pid == 0) {
		pid = getpid();
		atomic_store(&cached_pid, pid);
	}
	return pid;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void futex_wait(atomic_uint *word, unsigned val, int64_t ms)
{
	struct timespec ts = {ms / 1000, ms % 1000 * 1000000};

	futex(word, FUTEX_WAIT, val, &ts);
}

/* Map the file; it is small, sparse, and zeros are its empty state. */
static int map(struct cont *cont, struct changes **out)
{
	int fd = openat(cont->data_fd, "../changes", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *p = MAP_FAILED;

	if (fd < 0)
		return der_from_errno(errno);
	if (ftruncate(fd, sizeof(struct changes)) == 0)
		p = mmap(NULL, sizeof(struct changes), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return der_from_errno(errno);
	*out = p;
	(*out)->magic = MAGIC;
	return 0;
}

/* The mapping, made by whoever needs it first. */
static int changes_get(struct cont *cont, struct changes **out)
{
	void *expected = NULL;
	int rc;

	*out = atomic_load_explicit(&cont->changes, memory_order_acquire);
	if (*out != NULL)
		return 0;
	rc = map(cont, out);
	if (rc != 0)
		return rc;
	if (!atomic_compare_exchange_strong(&cont->changes, &expected, (void *)*out)) {
		munmap(*out, sizeof(**out));
		*out = expected;
	}
	return 0;
}

static bool watched_elsewhere(struct changes *c, int self)
{
	for (unsigned i = 0; i < WATCHERS; i++) {
		int pid = atomic_load_explicit(&c->watcher[i].pid, memory_order_relaxed);

		if (pid != 0 && pid != self)
			return true;
	}
	return false;
}

/* Whether a watcher of another process still has to deal with change `number`. */
static bool awaited(struct changes *c, uint64_t number, int self)
{
	for (unsigned i = 0; i < WATCHERS; i++) {
		int pid = atomic_load(&c->watcher[i].pid);

		if (pid == 0 || pid == self || atomic_load(&c->watcher[i].done) > number)
			continue;
		if (kill(pid, 0) == 0 || errno != ESRCH)
			return true;
		atomic_compare_exchange_strong(&c->watcher[i].pid, &pid, 0);
	}
	return false;
}

static void wait_for_watchers(struct changes *c, uint64_t number, int self)
{
	int64_t until = now_ms() + CHANGES_PATIENCE_MS;

	for (;;) {
		unsigned answered = atomic_load(&c->answered);
		int64_t left = until - now_ms();

		if (left <= 0 || !awaited(c, number, self))
			return;
		futex_wait(&c->answered, answered, left);
	}
}

void changes_tell(struct cont *cont, daos_obj_id_t oid, const daos_key_t *name)
{
	int self = own_pid();
	struct changes *c;
	struct place *p;
	uint64_t number;

	if (changes_get(cont, &c) != 0 || !watched_elsewhere(c, self))
		return;
	number = atomic_fetch_add(&c->head, 1);
	p = &c->ring[number % RING];
	atomic_store(&p->number, 0);
	p->pid = self;
	p->oid = oid;
	p->name_len = name == NULL ? 0 : name->iov_len < sizeof(p->name) ? name->iov_len : 0;
	if (p->name_len > 0)
		memcpy(p->name, name->iov_buf, p->name_len);
	atomic_store(&p->number, number + 1);
	atomic_fetch_add(&c->rung, 1);
	futex(&c->rung, FUTEX_WAKE, INT_MAX, NULL);
	wait_for_watchers(c, number, self);
}

int changes_watch(struct cont *cont, unsigned *line, uint64_t *next)
{
	struct changes *c;
	int rc = changes_get(cont, &c);

	for (unsigned i = 0; rc == 0 && i < WATCHERS; i++) {
		int pid = atomic_load(&c->watcher[i].pid);

		if (pid != 0 && !(kill(pid, 0) != 0 && errno == ESRCH))
			continue;
		*next = atomic_load(&c->head);
		atomic_store(&c->watcher[i].done, UINT64_MAX);
		if (!atomic_compare_exchange_strong(&c->watcher[i].pid, &pid, (int)own_pid()))
			continue;
		*next = atomic_load(&c->head);
		atomic_store(&c->watcher[i].done, *next);
		*line = i;
		return 0;
	}
	return rc == 0 ? -DER_BUSY : rc;
}

static void answer(struct changes *c, unsigned line, uint64_t done)
{
	if (atomic_load(&c->watcher[line].done) == done)
		return;
	atomic_store(&c->watcher[line].done, done);
	atomic_fetch_add(&c->answered, 1);
	futex(&c->answered, FUTEX_WAKE, INT_MAX, NULL);
}

/* Read change `number`. 1: not there yet; -DER_OVERFLOW: overwritten. */
static int take(struct changes *c, uint64_t number, int32_t *pid, struct daos_local_change *out)
{
	struct place *p = &c->ring[number % RING];
	uint64_t there = atomic_load(&p->number);

	if (atomic_load(&c->head) > number + RING)
		return -DER_OVERFLOW;
	if (there != number + 1)
		return 1;
	*pid = p->pid;
	out->oid = p->oid;
	out->name_len = p->name_len;
	memcpy(out->name, p->name, p->name_len < sizeof(out->name) ? p->name_len : 0);
	return atomic_load(&p->number) == there ? 0 : -DER_OVERFLOW;
}

int changes_next(struct cont *cont, unsigned line, uint64_t *next, int timeout_ms, struct daos_local_change *change)
{
	int64_t until = now_ms() + timeout_ms, gap_until = 0, left;
	int32_t self = own_pid(), pid;
	struct changes *c;
	int rc = changes_get(cont, &c);

	while (rc == 0) {
		unsigned rung = atomic_load(&c->rung);

		if (atomic_load(&c->watcher[line].pid) != self)
			return -DER_CANCELED;
		answer(c, line, *next);
		rc = take(c, *next, &pid, change);
		if (rc == 0) {
			++*next;
			if (pid != self)
				return 0;
			continue;
		}
		if (rc == 1 && atomic_load(&c->head) > *next) { /* its writer has not finished, or never will */
			gap_until = gap_until == 0 ? now_ms() + CHANGES_PATIENCE_MS : gap_until;
			if (now_ms() >= gap_until)
				rc = -DER_OVERFLOW;
		} else {
			gap_until = 0;
		}
		if (rc == -DER_OVERFLOW) {
			*next = atomic_load(&c->head);
			return rc;
		}
		left = gap_until != 0 ? 1 : until - now_ms();
		if (left <= 0)
			return -DER_TIMEDOUT;
		futex_wait(&c->rung, rung, left);
		rc = 0;
	}
	return rc;
}

void changes_unwatch(struct cont *cont, unsigned line)
{
	struct changes *c;

	if (changes_get(cont, &c) != 0)
		return;
	atomic_store(&c->watcher[line].pid, 0);
	atomic_fetch_add(&c->answered, 1);
	futex(&c->answered, FUTEX_WAKE, INT_MAX, NULL);
	atomic_fetch_add(&c->rung, 1);
	futex(&c->rung, FUTEX_WAKE, INT_MAX, NULL);
}

void changes_close(struct cont *cont)
{
	void *c = atomic_exchange(&cont->changes, NULL);

	if (c != NULL)
		munmap(c, sizeof(struct changes));
}
