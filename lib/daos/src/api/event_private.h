/*
 * event_private.h: what event.c and eq.c share: the state inside a daos_event_t, and the queue it belongs to.
 *
 * Every initialised event belongs to a queue: the one it was given, or `event_no_queue`, which nobody polls. The
 * queue's lock protects the state of all its events; a child belongs to its parent's queue. Nothing else is locked
 * while a queue's lock is held, and callbacks run without it.
 *
 * State: READY -> RUNNING (callbacks are being run) -> COMPLETED -> READY again when polled or tested. A completed
 * event of a queue is on the queue's list; a completed child never is: it completes its parent when no sibling runs any
 * more.
 */
#ifndef DFUSE_EVENT_PRIVATE_H
#define DFUSE_EVENT_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/queue.h>

#include <daos_event.h>

#define EVENT_MAGIC 0x64667573652d6576ULL

struct event;
TAILQ_HEAD(event_list, event);

struct eq {
	pthread_mutex_t lock;
	pthread_cond_t changed;	     /* an event completed, or the queue was closed */
	struct event_list completed; /* oldest first */
	unsigned nr_completed;
	unsigned nr_running;
	bool closed;
	atomic_uint refs; /* the handle's, and one per event */
};

struct event_callback {
	struct event_callback *next;
	daos_event_comp_cb_t fn;
	void *arg;
};

/* Lives in ev_private. */
struct event {
	uint64_t magic;
	struct eq *eq;
	struct event *parent;
	struct event_list children;
	TAILQ_ENTRY(event) sibling;
	TAILQ_ENTRY(event) queued;
	struct event_callback *callbacks;
	daos_ev_status_t status;
	unsigned nr_running; /* children that run */
};

_Static_assert(sizeof(struct event) <= sizeof(((daos_event_t *)0)->ev_private), "event state must fit in daos_event_t");

extern struct eq event_no_queue;

/* NULL if `ev` is not an initialised event. */
static inline struct event *event_of(daos_event_t *ev)
{
	struct event *e = (struct event *)(void *)ev->ev_private.space;

	return e->magic == EVENT_MAGIC ? e : NULL;
}

static inline daos_event_t *event_public(struct event *e)
{
	return (daos_event_t *)(void *)((char *)e - offsetof(daos_event_t, ev_private));
}

static inline void eq_hold(struct eq *eq)
{
	atomic_fetch_add(&eq->refs, 1);
}

void eq_release(struct eq *eq);

/* Make a completed event, and its completed children, usable again. With the queue's lock held. */
void event_collect(struct event *e);

/*
 * Sleep on eq->changed until `deadline` (NULL: without limit), with the lock held. False when the time is up.
 * eq_deadline() fills in *ts and returns it, or NULL for DAOS_EQ_WAIT; `timeout` is in microseconds.
 */
bool eq_sleep(struct eq *eq, const struct timespec *deadline);
struct timespec *eq_deadline(int64_t timeout, struct timespec *ts);

#endif
