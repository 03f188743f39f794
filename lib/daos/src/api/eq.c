#include "event_private.h"

#include <stdlib.h>
#include <time.h>

#include <daos_errno.h>

#include "handle.h"
#include "library.h"

#define USEC_PER_SEC  1000000
#define NSEC_PER_USEC 1000

struct eq event_no_queue = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .changed = PTHREAD_COND_INITIALIZER,
    .completed = TAILQ_HEAD_INITIALIZER(event_no_queue.completed),
    .refs = 1,
};

void eq_release(struct eq *eq)
{
	if (atomic_fetch_sub(&eq->refs, 1) != 1)
		return;
	pthread_cond_destroy(&eq->changed);
	pthread_mutex_destroy(&eq->lock);
	free(eq);
}

static void eq_handle_gone(void *obj)
{
	eq_release(obj);
}

struct timespec *eq_deadline(int64_t timeout, struct timespec *ts)
{
	if (timeout < 0)
		return NULL;
	clock_gettime(CLOCK_MONOTONIC, ts);
	ts->tv_sec += timeout / USEC_PER_SEC;
	ts->tv_nsec += timeout % USEC_PER_SEC * NSEC_PER_USEC;
	if (ts->tv_nsec >= USEC_PER_SEC * NSEC_PER_USEC) {
		ts->tv_sec++;
		ts->tv_nsec -= USEC_PER_SEC * NSEC_PER_USEC;
	}
	return ts;
}

bool eq_sleep(struct eq *eq, const struct timespec *deadline)
{
	if (deadline == NULL)
		return pthread_cond_wait(&eq->changed, &eq->lock) == 0;
	return pthread_cond_clockwait(&eq->changed, &eq->lock, CLOCK_MONOTONIC, deadline) == 0;
}

int daos_eq_create(daos_handle_t *eqh)
{
	struct eq *eq;
	int rc;

	rc = library_check();
	if (rc != 0)
		return rc;
	if (eqh == NULL)
		return -DER_INVAL;
	eq = calloc(1, sizeof(*eq));
	if (eq == NULL)
		return -DER_NOMEM;
	pthread_mutex_init(&eq->lock, NULL);
	pthread_cond_init(&eq->changed, NULL);
	TAILQ_INIT(&eq->completed);
	atomic_init(&eq->refs, 1);
	rc = handle_new(DAOS_HTYPE_EQ, eq, eq_handle_gone, eqh);
	if (rc != 0)
		eq_release(eq);
	return rc;
}

/* Forget what has completed: events outlive their queue and can still be finished. */
static void eq_clear(struct eq *eq)
{
	struct event *e;

	while ((e = TAILQ_FIRST(&eq->completed)) != NULL) {
		TAILQ_REMOVE(&eq->completed, e, queued);
		event_collect(e);
	}
	eq->nr_completed = 0;
}

int daos_eq_destroy(daos_handle_t eqh, int flags)
{
	struct eq *eq = handle_get(eqh, DAOS_HTYPE_EQ);
	int rc = 0;

	if (eq == NULL)
		return -DER_NO_HDL;
	pthread_mutex_lock(&eq->lock);
	if (!(flags & DAOS_EQ_DESTROY_FORCE) && (eq->nr_completed > 0 || eq->nr_running > 0)) {
		rc = -DER_BUSY;
	} else {
		eq->closed = true;
		eq_clear(eq);
		pthread_cond_broadcast(&eq->changed);
	}
	pthread_mutex_unlock(&eq->lock);
	if (rc == 0)
		rc = handle_close(eqh, DAOS_HTYPE_EQ);
	handle_put(eqh);
	return rc;
}

/* Take up to `max` completed events off the list. With the lock held. */
static int eq_take(struct eq *eq, unsigned max, daos_event_t **events)
{
	unsigned n;

	for (n = 0; n < max && eq->nr_completed > 0; n++) {
		struct event *e = TAILQ_FIRST(&eq->completed);

		TAILQ_REMOVE(&eq->completed, e, queued);
		eq->nr_completed--;
		event_collect(e);
		events[n] = event_public(e);
	}
	return (int)n;
}

int daos_eq_poll(daos_handle_t eqh, int wait_running, int64_t timeout, unsigned int nr_events, daos_event_t **events)
{
	struct timespec ts, *deadline;
	struct eq *eq;
	int rc;

	if (nr_events == 0 || events == NULL)
		return -DER_INVAL;
	eq = handle_get(eqh, DAOS_HTYPE_EQ);
	if (eq == NULL)
		return -DER_NO_HDL;
	deadline = eq_deadline(timeout, &ts);
	pthread_mutex_lock(&eq->lock);
	while (eq->nr_completed == 0 && !eq->closed) {
		if (timeout == DAOS_EQ_NOWAIT || (wait_running && eq->nr_running == 0))
			break;
		if (!eq_sleep(eq, deadline))
			break;
	}
	rc = eq->closed ? -DER_NO_HDL : eq_take(eq, nr_events, events);
	pthread_mutex_unlock(&eq->lock);
	handle_put(eqh);
	return rc;
}

int daos_eq_query(daos_handle_t eqh, daos_eq_query_t query, unsigned int nr_events, daos_event_t **events)
{
	struct eq *eq;
	struct event *e;
	unsigned n = 0;

	if (nr_events > 0 && events == NULL)
		return -DER_INVAL;
	eq = handle_get(eqh, DAOS_HTYPE_EQ);
	if (eq == NULL)
		return -DER_NO_HDL;
	pthread_mutex_lock(&eq->lock);
	if (query & DAOS_EQR_COMPLETED) {
		TAILQ_FOREACH(e, &eq->completed, queued)
		{
			if (n < nr_events)
				events[n] = event_public(e);
			n++;
		}
	}
	/* What runs is in the hands of the thread that runs it: counted, not handed out. */
	if (query & DAOS_EQR_WAITING && nr_events == 0)
		n += eq->nr_running;
	else if (nr_events > 0 && n > nr_events)
		n = nr_events;
	pthread_mutex_unlock(&eq->lock);
	handle_put(eqh);
	return (int)n;
}
