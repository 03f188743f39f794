/*
 * daos_api.h: Transactions, anchors and times, and every part of the API that a client of objects needs.
 */
#ifndef DFUSE_DAOS_API_H
#define DFUSE_DAOS_API_H

#include <daos_types.h>
#include <daos_prop.h>
#include <daos_obj_class.h>
#include <daos_pool.h>
#include <daos_cont.h>
#include <daos_obj.h>
#include <daos_array.h>
#include <daos_event.h>
#include <daos_errno.h>
#include <daos_kv.h>
#include <daos_mgmt.h>
#include <daos_security.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	DAOS_TF_RDONLY = 1,
	DAOS_TF_ZERO_COPY = 2,
};

static inline int daos_anchor_init(daos_anchor_t *anchor, unsigned int opts)
{
	(void)opts;
	memset(anchor, 0, sizeof(*anchor));
	return 0;
}

static inline void daos_anchor_fini(daos_anchor_t *anchor)
{
	(void)anchor;
}

static inline bool daos_anchor_is_eof(daos_anchor_t *anchor)
{
	return anchor->da_type == DAOS_ANCHOR_TYPE_EOF;
}

d_rank_list_t *daos_rank_list_parse(const char *, const char *);
int daos_tx_open(daos_handle_t, daos_handle_t *, uint64_t, daos_event_t *);
int daos_tx_commit(daos_handle_t, daos_event_t *);
int daos_tx_open_snap(daos_handle_t, daos_epoch_t, daos_handle_t *, daos_event_t *);
int daos_tx_abort(daos_handle_t, daos_event_t *);
int daos_tx_close(daos_handle_t, daos_event_t *);
int daos_tx_restart(daos_handle_t, daos_event_t *);
int daos_tx_hdl2epoch(daos_handle_t, daos_epoch_t *);
int daos_hlc2timespec(uint64_t, struct timespec *);
int daos_hlc2timestamp(uint64_t, time_t *);

#ifdef __cplusplus
}
#endif

#endif
