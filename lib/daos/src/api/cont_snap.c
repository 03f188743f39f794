/*
 * Snapshots and epochs of containers.
 *
 * The engine keeps one version of everything. A snapshot is an epoch with a name (store/snap.h) that can be listed and
 * destroyed, but not opened or rolled back to. What needs old versions is refused.
 */
#include <stdlib.h>
#include <string.h>

#include <daos_cont.h>
#include <daos_errno.h>

#include "cont_handle.h"
#include "event.h"
#include "store/snap.h"

static int create_snap(daos_handle_t coh, daos_epoch_t *epoch, const char *name)
{
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = epoch != NULL ? snap_create(h->cont->env, name, epoch) : -DER_INVAL;
	if (rc == 0)
		cont_touch(h);
	handle_put(coh);
	return rc;
}

int daos_cont_create_snap(daos_handle_t coh, daos_epoch_t *epoch, char *name, daos_event_t *ev)
{
	return event_complete(ev, create_snap(coh, epoch, name));
}

/* A table of the objects that there were (DAOS_SNAP_OPT_OIT) is what makes a file system's snapshot usable. */
int daos_cont_create_snap_opt(daos_handle_t coh, daos_epoch_t *epoch, char *name, enum daos_snapshot_opts opts,
			      daos_event_t *ev)
{
	if (opts & DAOS_SNAP_OPT_OIT)
		return event_complete(ev, -DER_NOSYS);
	return event_complete(ev, create_snap(coh, epoch, name));
}

/* As many as *n says are given; *n becomes the number that there are. */
static int list_snap(struct cont_handle *h, int *n, daos_epoch_t *epochs, char **names, daos_anchor_t *anchor)
{
	struct snap *snaps;
	uint32_t count;
	int rc;

	if (n == NULL || *n < 0)
		return -DER_INVAL;
	rc = snap_list(h->cont->env, &snaps, &count);
	if (rc != 0)
		return rc;
	for (uint32_t i = 0; i < count && i < (uint32_t)*n; i++) {
		if (epochs != NULL)
			epochs[i] = snaps[i].epoch;
		if (names != NULL && names[i] != NULL)
			strcpy(names[i], snaps[i].name);
	}
	free(snaps);
	*n = (int)count;
	if (anchor != NULL)
		anchor->da_type = DAOS_ANCHOR_TYPE_EOF;
	return 0;
}

/* names[i], where not NULL, has room for DAOS_SNAPSHOT_MAX_LEN bytes. */
int daos_cont_list_snap(daos_handle_t coh, int *n, daos_epoch_t *epochs, char **names, daos_anchor_t *anchor,
			daos_event_t *ev)
{
	struct cont_handle *h = cont_handle_get(coh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = list_snap(h, n, epochs, names, anchor);
		handle_put(coh);
	}
	return event_complete(ev, rc);
}

static int destroy_snap(daos_handle_t coh, daos_epoch_range_t range)
{
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = range.epr_lo <= range.epr_hi ? snap_destroy(h->cont->env, range.epr_lo, range.epr_hi) : -DER_INVAL;
	if (rc == 0)
		cont_touch(h);
	handle_put(coh);
	return rc;
}

int daos_cont_destroy_snap(daos_handle_t coh, daos_epoch_range_t range, daos_event_t *ev)
{
	return event_complete(ev, destroy_snap(coh, range));
}

static int check_handle(daos_handle_t coh, int rc)
{
	if (cont_handle_get(coh) == NULL)
		return -DER_NO_HDL;
	handle_put(coh);
	return rc;
}

/* There are never old versions that could be merged. */
int daos_cont_aggregate(daos_handle_t coh, daos_epoch_t epoch, daos_event_t *ev)
{
	(void)epoch;
	return event_complete(ev, check_handle(coh, 0));
}

int daos_cont_rollback(daos_handle_t coh, daos_epoch_t epoch, daos_event_t *ev)
{
	(void)epoch;
	return event_complete(ev, check_handle(coh, -DER_NOSYS));
}

int daos_cont_subscribe(daos_handle_t coh, daos_epoch_t *epoch, daos_event_t *ev)
{
	(void)epoch;
	return event_complete(ev, check_handle(coh, -DER_NOSYS));
}

int daos_cont_snap_oit_create(daos_handle_t coh, daos_epoch_t epoch, char *name, daos_event_t *ev)
{
	(void)epoch;
	(void)name;
	return event_complete(ev, check_handle(coh, -DER_NOSYS));
}

int daos_cont_snap_oit_destroy(daos_handle_t coh, daos_handle_t oh, daos_event_t *ev)
{
	(void)oh;
	return event_complete(ev, check_handle(coh, -DER_NOSYS));
}
