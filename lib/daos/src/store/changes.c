#include "changes.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <daos_errno.h>

#include "changes_map.h"

static long futex(atomic_uint *word, int op, unsigned val, const struct timespec *timeout)
{
	return syscall(SYS_futex, word, op, val, timeout, NULL, 0);
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

/* The watchers of other processes whom a change of `oid` concerns, one bit each. */
static unsigned concerned(struct changes *c, daos_obj_id_t oid, int self)
{
	unsigned lines = 0;

	for (unsigned i = 0; i < CHANGES_WATCHERS; i++) {
		int pid = atomic_load_explicit(&c->watcher[i].pid, memory_order_relaxed);

		if (pid != 0 && pid != self && changes_is_of_interest(&c->notes[i], oid))
			lines |= 1U << i;
	}
	return lines;
}

/* Of those lines the ones whose watchers still have to deal with change `number`. */
static unsigned awaited(struct changes *c, uint64_t number, unsigned lines)
{
	for (unsigned i = 0; i < CHANGES_WATCHERS; i++)
		if ((lines >> i & 1) &&
		    (atomic_load(&c->watcher[i].pid) == 0 || atomic_load(&c->watcher[i].done) > number))
			lines &= ~(1U << i);
	return lines;
}

/* Nobody is to wait for the dead again. */
static void bury_dead(struct cont *cont, struct changes *c, unsigned lines)
{
	for (unsigned i = 0; i < CHANGES_WATCHERS; i++) {
		int pid = atomic_load(&c->watcher[i].pid);

		if ((lines >> i & 1) && pid != 0 && !changes_line_lives(cont, i))
			atomic_compare_exchange_strong(&c->watcher[i].pid, &pid, 0);
	}
}

static int64_t patience_ms(void)
{
	static atomic_int patience; /* 0: not yet known */
	int ms = atomic_load_explicit(&patience, memory_order_relaxed);

	if (ms == 0) {
		const char *wanted = getenv("DAOS_LOCAL_PATIENCE_MS");

		ms = wanted != NULL ? atoi(wanted) : 0;
		ms = ms > 0 ? ms : CHANGES_PATIENCE_MS;
		atomic_store_explicit(&patience, ms, memory_order_relaxed);
	}
	return ms;
}

static void wait_for_watchers(struct cont *cont, struct changes *c, uint64_t number, unsigned lines)
{
	int64_t now = now_ms(), until = now + patience_ms(), look = now + CHANGES_SUSPICION_MS;

	for (;; now = now_ms()) {
		unsigned answered = atomic_load(&c->answered);

		lines = awaited(c, number, lines);
		if (lines == 0 || now >= until)
			return;
		if (now >= look) {
			bury_dead(cont, c, lines);
			look = now + CHANGES_PATIENCE_MS;
			continue;
		}
		futex_wait(&c->answered, answered, (look < until ? look : until) - now);
	}
}

void changes_tell(struct cont *cont, daos_obj_id_t oid, const daos_key_t *name)
{
	int self = changes_own_pid();
	struct changes *c;
	struct place *p;
	uint64_t number;
	unsigned lines;

	if (changes_get(cont, &c) != 0)
		return;
	atomic_thread_fence(memory_order_seq_cst);
	lines = concerned(c, oid, self);
	if (lines == 0)
		return;
	number = atomic_fetch_add(&c->head, 1);
	p = &c->ring[number % CHANGES_RING];
	atomic_store(&p->number, 0);
	p->pid = self;
	p->oid = oid;
	p->name_len = name == NULL ? 0 : name->iov_len < sizeof(p->name) ? name->iov_len : 0;
	if (p->name_len > 0)
		memcpy(p->name, name->iov_buf, p->name_len);
	atomic_store(&p->number, number + 1);
	atomic_fetch_add(&c->rung, 1);
	futex(&c->rung, FUTEX_WAKE, INT_MAX, NULL);
	wait_for_watchers(cont, c, number, lines);
}

int changes_watch(struct cont *cont, unsigned *line, uint64_t *next)
{
	struct changes_here *here;
	struct watcher *w;
	int rc = changes_here_get(cont, &here);

	if (rc == 0)
		rc = changes_line_take(here, cont, line);
	if (rc != 0)
		return rc;
	w = &here->map->watcher[*line];
	atomic_store(&w->done, UINT64_MAX); /* until it is known what it does not have to deal with */
	atomic_store(&w->pid, changes_own_pid());
	*next = atomic_load(&here->map->head);
	atomic_store(&w->done, *next);
	return 0;
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
	struct place *p = &c->ring[number % CHANGES_RING];
	uint64_t there = atomic_load(&p->number);

	if (atomic_load(&c->head) > number + CHANGES_RING)
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
	int32_t self = changes_own_pid(), pid;
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
	struct changes_here *here;
	struct changes *c;

	if (changes_here_get(cont, &here) != 0)
		return;
	c = here->map;
	changes_line_leave(here, line);
	atomic_fetch_add(&c->answered, 1);
	futex(&c->answered, FUTEX_WAKE, INT_MAX, NULL);
	atomic_fetch_add(&c->rung, 1);
	futex(&c->rung, FUTEX_WAKE, INT_MAX, NULL);
}
