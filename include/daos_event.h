/*
 * daos_event.h: events and event queues: completion of asynchronous calls.
 *
 *	daos_eq_create(&eq);
 *	daos_event_init(&ev, eq, NULL);
 *	daos_obj_update(…, &ev);
 *	… other work …
 *	daos_eq_poll(eq, 1, DAOS_EQ_WAIT, 1, &done);	(done == &ev, result in ev.ev_error)
 *	daos_event_fini(&ev);
 *	daos_eq_destroy(eq, 0);
 *
 * An event belongs to a queue, or to none; then it is waited for with daos_event_test(). It can be given to one call at
 * a time, and again once it was polled or tested.
 *
 * An event may have children. They are given to calls, the parent is polled or tested: it completes when all calls that
 * have been started with its children are done, with the error of the first child that failed.
 *
 * The embedded engine carries out a call in the thread that makes it: its event has completed when the call returns. On
 * a DAOS cluster, calls proceed only while some thread polls or tests.
 */
#ifndef DFUSE_DAOS_EVENT_H
#define DFUSE_DAOS_EVENT_H

#include <daos_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Called when an event completes, with the `arg` of its registration and the result of the call. Returns 0 or the
 * negative DER number that becomes the event's error if there is none yet. May use the whole API, but not wait for
 * events of the same queue.
 */
typedef int (*daos_event_comp_cb_t)(void *arg, daos_event_t *ev, int ret);

/*
 * Queues
 */

/* Create an event queue. -DER_UNINIT: no daos_init(). */
int daos_eq_create(daos_handle_t *eqh);

/* Flag of daos_eq_destroy(). */
#define DAOS_EQ_DESTROY_FORCE \
	1 /* even if events were not polled: they are forgotten, but still need daos_event_fini() */

/*
 * Destroy a queue. Threads that poll it return with -DER_NO_HDL.
 *
 * -DER_BUSY: it has events that run or were not polled, and DAOS_EQ_DESTROY_FORCE is not in `flags`.
 */
int daos_eq_destroy(daos_handle_t eqh, int flags);

/*
 * Take completed events off a queue, the one that completed first first.
 *
 * At most `nr_events` are stored in `events`. If there is none yet, wait up to `timeout` microseconds (DAOS_EQ_WAIT:
 * for ever, DAOS_EQ_NOWAIT: not at all); with `wait_running`, do not wait when no event of the queue is running.
 *
 * Returns the number of events, which may be 0. -DER_INVAL: no room for events.
 */
int daos_eq_poll(daos_handle_t eqh, int wait_running, int64_t timeout, unsigned int nr_events, daos_event_t **events);

/*
 * Look at the events of a queue that are in the states `query`, without taking them off: up to `nr_events` of the
 * completed ones are stored in `events`. With `nr_events` 0, only count.
 *
 * Returns the number of events.
 */
int daos_eq_query(daos_handle_t eqh, daos_eq_query_t query, unsigned int nr_events, daos_event_t **events);

/*
 * Events
 */

/*
 * Initialise an event for the queue `eqh` (DAOS_HDL_INVAL: for none) or as a child of `parent`, whose queue it shares;
 * children have no children. The event must not be one that is in use.
 */
int daos_event_init(daos_event_t *ev, daos_handle_t eqh, daos_event_t *parent);

/*
 * Done with an event and its children; the memory is the caller's again.
 *
 * -DER_BUSY: it, or a child, is running. -DER_INVAL: it is not initialised.
 */
int daos_event_fini(daos_event_t *ev);

/* The child of `parent` after `child`, the first one for NULL. NULL: there is none. */
daos_event_t *daos_event_next(daos_event_t *parent, daos_event_t *child);

/*
 * Wait up to `timeout` microseconds (or DAOS_EQ_WAIT, DAOS_EQ_NOWAIT) for an event, and tell in `flag` whether nothing
 * runs with it any more. Then it is taken off its queue and can be used again.
 *
 * -DER_NO_PERM: it has a parent, which is the one to wait for.
 */
int daos_event_test(struct daos_event *ev, int64_t timeout, bool *flag);

/*
 * Have `cb` called when the call that is given `ev` next completes, before the event can be polled. Callbacks are
 * called in the order in which they were registered, once.
 *
 * -DER_BUSY: the event is running or was not polled.
 */
int daos_event_register_comp_cb(struct daos_event *ev, daos_event_comp_cb_t cb, void *arg);

/*
 * All children that `ev` will have been given to calls have been: it completes when they have, and at once if they
 * already did.
 *
 * -DER_INVAL: it has no children.
 */
int daos_event_parent_barrier(struct daos_event *ev);

/*
 * Try to abort the call that has `ev`, or its children. In the embedded engine it has always completed, and nothing is
 * aborted. The event still has to be polled or tested.
 */
int daos_event_abort(daos_event_t *ev);

#ifdef __cplusplus
}
#endif

#endif
