#include "event.h"

#include <stdlib.h>

#include <daos_errno.h>

#include "event_private.h"
#include "handle.h"

/* The queue of a new event, with a reference; `eqh` may be invalid for "none". NULL: no such queue. */
static struct eq *queue_of(daos_handle_t eqh, struct event *parent)
{
	struct eq *eq = &event_no_queue;

	if (parent != NULL) {
		eq = parent->eq;
		eq_hold(eq);
	} else if (daos_handle_is_inval(eqh)) {
		eq_hold(eq);
	} else {
		eq = handle_get(eqh, DAOS_HTYPE_EQ);
		if (eq != NULL) {
			eq_hold(eq);
			handle_put(eqh);
		}
	}
	return eq;
}

int daos_event_init(daos_event_t *ev, daos_handle_t eqh, daos_event_t *parent)
{
	struct event *e, *p = NULL;
	struct eq *eq;

	if (ev == NULL)
		return -DER_INVAL;
	if (parent != NULL) {
		p = event_of(parent);
		if (p == NULL || p->parent != NULL)
			return -DER_INVAL;
	}
	eq = queue_of(eqh, p);
	if (eq == NULL)
		return -DER_NO_HDL;

	memset(ev, 0, sizeof(*ev));
	e = (struct event *)(void *)ev->ev_private.space;
	e->magic = EVENT_MAGIC;
	e->eq = eq;
	e->parent = p;
	e->status = DAOS_EVS_READY;
	TAILQ_INIT(&e->children);
	if (p != NULL) {
		pthread_mutex_lock(&eq->lock);
		TAILQ_INSERT_TAIL(&p->children, e, sibling);
		pthread_mutex_unlock(&eq->lock);
	}
	return 0;
}

static bool is_queued(const struct event *e)
{
	return e->status == DAOS_EVS_COMPLETED && e->parent == NULL && e->eq != &event_no_queue;
}

static void drop_callbacks(struct event *e)
{
	while (e->callbacks != NULL) {
		struct event_callback *cb = e->callbacks;

		e->callbacks = cb->next;
		free(cb);
	}
}

/* Take `e` out of everything that knows it. With the lock held. */
static void event_detach(struct event *e)
{
	if (is_queued(e)) {
		TAILQ_REMOVE(&e->eq->completed, e, queued);
		e->eq->nr_completed--;
	}
	if (e->parent != NULL)
		TAILQ_REMOVE(&e->parent->children, e, sibling);
	drop_callbacks(e);
	e->magic = 0;
}

int daos_event_fini(daos_event_t *ev)
{
	struct event *e, *child;
	unsigned nr = 1;
	struct eq *eq;

	if (ev == NULL)
		return -DER_INVAL;
	e = event_of(ev);
	if (e == NULL)
		return -DER_INVAL;
	eq = e->eq;
	pthread_mutex_lock(&eq->lock);
	if (e->status == DAOS_EVS_RUNNING || e->nr_running > 0) {
		pthread_mutex_unlock(&eq->lock);
		return -DER_BUSY;
	}
	while ((child = TAILQ_FIRST(&e->children)) != NULL) {
		event_detach(child);
		nr++;
	}
	event_detach(e);
	pthread_mutex_unlock(&eq->lock);
	while (nr-- > 0)
		eq_release(eq);
	return 0;
}

daos_event_t *daos_event_next(daos_event_t *parent, daos_event_t *child)
{
	struct event *p, *c = NULL;

	p = parent == NULL ? NULL : event_of(parent);
	if (p == NULL)
		return NULL;
	pthread_mutex_lock(&p->eq->lock);
	if (child == NULL)
		c = TAILQ_FIRST(&p->children);
	else if (event_of(child) != NULL && event_of(child)->parent == p)
		c = TAILQ_NEXT(event_of(child), sibling);
	pthread_mutex_unlock(&p->eq->lock);
	return c == NULL ? NULL : event_public(c);
}

int daos_event_register_comp_cb(struct daos_event *ev, daos_event_comp_cb_t cb, void *arg)
{
	struct event_callback *node, **last;
	struct event *e;
	int rc = 0;

	e = ev == NULL ? NULL : event_of(ev);
	if (e == NULL || cb == NULL)
		return -DER_INVAL;
	node = malloc(sizeof(*node));
	if (node == NULL)
		return -DER_NOMEM;
	*node = (struct event_callback){.fn = cb, .arg = arg};
	pthread_mutex_lock(&e->eq->lock);
	if (e->status == DAOS_EVS_READY) {
		for (last = &e->callbacks; *last != NULL; last = &(*last)->next)
			;
		*last = node;
		node = NULL;
	} else {
		rc = -DER_BUSY;
	}
	pthread_mutex_unlock(&e->eq->lock);
	free(node);
	return rc;
}

void event_collect(struct event *e)
{
	struct event *child;

	e->status = DAOS_EVS_READY;
	TAILQ_FOREACH(child, &e->children, sibling)
	{
		if (child->status == DAOS_EVS_COMPLETED)
			child->status = DAOS_EVS_READY;
	}
}

/* With the lock held. An event that is already waiting to be polled stays where it is. */
static void complete_locked(struct event *e, int rc)
{
	if (e->status == DAOS_EVS_COMPLETED) {
		if (event_public(e)->ev_error == 0)
			event_public(e)->ev_error = rc;
		return;
	}
	event_public(e)->ev_error = rc;
	e->status = DAOS_EVS_COMPLETED;
	if (is_queued(e)) {
		TAILQ_INSERT_TAIL(&e->eq->completed, e, queued);
		e->eq->nr_completed++;
	}
}

/* A parent's error is the first one that a child has had since the parent was last collected. */
static int children_error(struct event *parent)
{
	struct event *child;

	TAILQ_FOREACH(child, &parent->children, sibling)
	{
		if (child->status == DAOS_EVS_COMPLETED && event_public(child)->ev_error != 0)
			return event_public(child)->ev_error;
	}
	return 0;
}

static bool event_start(struct event *e)
{
	bool ready;

	pthread_mutex_lock(&e->eq->lock);
	ready = e->status == DAOS_EVS_READY;
	if (ready) {
		e->status = DAOS_EVS_RUNNING;
		e->eq->nr_running++;
		if (e->parent != NULL)
			e->parent->nr_running++;
	}
	pthread_mutex_unlock(&e->eq->lock);
	return ready;
}

static void event_end(struct event *e, int rc)
{
	struct event *parent = e->parent;
	struct eq *eq = e->eq;

	/* Whoever polls may finish the event, and with it its hold on the queue, as soon as the lock is free. */
	eq_hold(eq);
	pthread_mutex_lock(&eq->lock);
	eq->nr_running--;
	complete_locked(e, rc);
	if (parent != NULL && --parent->nr_running == 0 && parent->status != DAOS_EVS_RUNNING)
		complete_locked(parent, children_error(parent));
	pthread_cond_broadcast(&eq->changed);
	pthread_mutex_unlock(&eq->lock);
	eq_release(eq);
}

int event_complete(daos_event_t *ev, int rc)
{
	struct event *e;

	if (ev == NULL)
		return rc;
	e = event_of(ev);
	if (e == NULL || !event_start(e))
		return -DER_INVAL;
	while (e->callbacks != NULL) {
		struct event_callback *cb = e->callbacks;
		int err;

		e->callbacks = cb->next;
		err = cb->fn(cb->arg, ev, rc);
		if (rc == 0)
			rc = err;
		free(cb);
	}
	event_end(e, rc);
	return 0;
}

int daos_event_test(struct daos_event *ev, int64_t timeout, bool *flag)
{
	struct timespec ts, *deadline;
	struct event *e;

	if (ev == NULL || flag == NULL)
		return -DER_INVAL;
	e = event_of(ev);
	if (e == NULL)
		return -DER_INVAL;
	if (e->parent != NULL)
		return -DER_NO_PERM;
	deadline = eq_deadline(timeout, &ts);
	pthread_mutex_lock(&e->eq->lock);
	while ((e->status == DAOS_EVS_RUNNING || e->nr_running > 0) && timeout != DAOS_EQ_NOWAIT)
		if (!eq_sleep(e->eq, deadline))
			break;
	*flag = e->status != DAOS_EVS_RUNNING && e->nr_running == 0;
	if (*flag) {
		if (is_queued(e)) {
			TAILQ_REMOVE(&e->eq->completed, e, queued);
			e->eq->nr_completed--;
		}
		event_collect(e);
	}
	pthread_mutex_unlock(&e->eq->lock);
	return 0;
}

int daos_event_parent_barrier(struct daos_event *ev)
{
	struct event *e;
	int rc = 0;

	e = ev == NULL ? NULL : event_of(ev);
	if (e == NULL)
		return -DER_INVAL;
	pthread_mutex_lock(&e->eq->lock);
	if (TAILQ_EMPTY(&e->children)) {
		rc = -DER_INVAL;
	} else if (e->nr_running == 0) {
		complete_locked(e, children_error(e));
		pthread_cond_broadcast(&e->eq->changed);
	}
	pthread_mutex_unlock(&e->eq->lock);
	return rc;
}

int daos_event_abort(daos_event_t *ev)
{
	return ev == NULL || event_of(ev) == NULL ? -DER_INVAL : 0;
}
