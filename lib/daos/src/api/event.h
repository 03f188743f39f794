/*
 * event.h: how an API call reports to its event.
 *
 * Operations complete in the calling thread. A call ends with `return event_complete(ev, rc)`: without an event that is
 * rc itself; with one, the event is completed with rc as its ev_error, and the call returns 0 (or the reason why the
 * event could not be used: -DER_INVAL when it is not initialised or still running).
 */
#ifndef DFUSE_EVENT_H
#define DFUSE_EVENT_H

#include <daos_event.h>

int event_complete(daos_event_t *ev, int rc);

#endif
