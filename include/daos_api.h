/*
 * daos_api.h: transactions, anchors, times; and, by inclusion, everything that a client of objects needs.
 */
#ifndef DFUSE_DAOS_API_H
#define DFUSE_DAOS_API_H

#include <time.h>

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

/*
 * Anchors
 */

/* Put an anchor at the start of a listing. `opts` is not used. Always 0. */
static inline int daos_anchor_init(daos_anchor_t *anchor, unsigned int opts)
{
	(void)opts;
	memset(anchor, 0, sizeof(*anchor));
	return 0;
}

/* Done with an anchor. (There is nothing to give back.) */
static inline void daos_anchor_fini(daos_anchor_t *anchor)
{
	(void)anchor;
}

/* Whether the listing is complete. */
static inline bool daos_anchor_is_eof(daos_anchor_t *anchor)
{
	return anchor->da_type == DAOS_ANCHOR_TYPE_EOF;
}

/*
 * Transactions
 *
 * Updates made with a transaction's handle are collected, invisible to all others, and become visible together when it
 * is committed. Reads with its handle are noted, and the commit fails with -DER_TX_RESTART if something read has
 * changed since. The usual loop:
 *
 *	daos_tx_open(coh, &th, 0, NULL);
 *	do {
 *		… reads and updates with th …
 *		rc = daos_tx_commit(th, NULL);
 *	} while (rc == -DER_TX_RESTART && daos_tx_restart(th, NULL) == 0);
 *	daos_tx_close(th, NULL);
 *
 * A transaction belongs to one container and is used by one thread at a time.
 */

enum {
	DAOS_TF_RDONLY = 1,    /* only reads; updates with it fail with -DER_NO_PERM */
	DAOS_TF_ZERO_COPY = 2, /* values passed to updates stay unchanged until the commit and need not be copied */
};

/* Open a transaction on the container `coh`. `flags`: DAOS_TF_*. */
int daos_tx_open(daos_handle_t coh, daos_handle_t *th, uint64_t flags, daos_event_t *ev);

/*
 * Make all updates of a transaction visible, or none.
 *
 * -DER_TX_RESTART: something that it read has been changed by others; daos_tx_restart() and do it again.
 * -DER_ALREADY: it has been committed. -DER_NO_PERM: it has been aborted.
 */
int daos_tx_commit(daos_handle_t th, daos_event_t *ev);

/* Open a read-only transaction that sees the container as it was in the snapshot `epoch` (daos_cont_create_snap()). */
int daos_tx_open_snap(daos_handle_t coh, daos_epoch_t epoch, daos_handle_t *th, daos_event_t *ev);

/* Drop all updates of a transaction. It can only be closed then. */
int daos_tx_abort(daos_handle_t th, daos_event_t *ev);

/* Close a transaction's handle; one that was not committed is aborted. */
int daos_tx_close(daos_handle_t th, daos_event_t *ev);

/* Drop all updates and reads of a transaction, and begin again with the same handle. */
int daos_tx_restart(daos_handle_t th, daos_event_t *ev);

/* The epoch that a committed transaction's updates have, or at which a read-only one reads. */
int daos_tx_hdl2epoch(daos_handle_t th, daos_epoch_t *epoch);

/*
 * Times
 *
 * Epochs and the times in daos_cont_info_t come from DAOS's clock: nanoseconds since 2021-01-01 00:00:00 UTC, shifted
 * left by four bits.
 */

/* The moment `hlc` in seconds and nanoseconds since 1970 (UTC). -DER_INVAL: `ts` is NULL. */
int daos_hlc2timespec(uint64_t hlc, struct timespec *ts);

/* The same in whole seconds. -DER_INVAL: `ts` is NULL. */
int daos_hlc2timestamp(uint64_t hlc, time_t *ts);

/*
 * Ranks
 */

/*
 * Parse a list of ranks: numbers separated by a character of `sep` or by commas, ranges of them with a hyphen, all in
 * brackets or not ("0", "0:1:2" with `sep` ":", "0,2", "[0-2]"). The list is freed with d_rank_list_free()
 * (gurt/common.h). NULL: `str` is not a list of ranks, or out of memory.
 */
d_rank_list_t *daos_rank_list_parse(const char *str, const char *sep);

#ifdef __cplusplus
}
#endif

#endif
