/*
 * daos_event.h: Events and event queues: completion of asynchronous calls.
 */
#ifndef DFUSE_DAOS_EVENT_H
#define DFUSE_DAOS_EVENT_H

#include <daos_types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAOS_EQ_DESTROY_FORCE 1

typedef int (*daos_event_comp_cb_t)(void *, daos_event_t *, int);

int daos_eq_create(daos_handle_t *);
int daos_eq_destroy(daos_handle_t, int);
int daos_eq_poll(daos_handle_t, int, int64_t, unsigned int, daos_event_t **);
int daos_eq_query(daos_handle_t, daos_eq_query_t, unsigned int, daos_event_t **);
int daos_event_init(daos_event_t *, daos_handle_t, daos_event_t *);
int daos_event_fini(daos_event_t *);
daos_event_t *daos_event_next(daos_event_t *, daos_event_t *);
int daos_event_test(struct daos_event *, int64_t, bool *);
int daos_event_register_comp_cb(struct daos_event *, daos_event_comp_cb_t, void *);
int daos_event_parent_barrier(struct daos_event *);
int daos_event_abort(daos_event_t *);

#ifdef __cplusplus
}
#endif

#endif
