/* Creating, opening, asking and destroying containers. */
#include <stdlib.h>
#include <string.h>

#include <daos_cont.h>
#include <daos_errno.h>

#include "cont_handle.h"
#include "event.h"
#include "library.h"
#include "pool_handle.h"
#include "store/props.h"

static int create(struct pool_handle *ph, const char *label, daos_prop_t *prop, uuid_t *uuid)
{
	uuid_t id;
	int rc = props_check(PROPS_CONT, prop, true);

	if (rc != 0)
		return rc;
	if (label != NULL && !daos_label_is_valid(label))
		return -DER_INVAL;
	if (!pool_handle_writable(ph))
		return -DER_NO_PERM;
	rc = cont_create(ph->pool, label, prop, id);
	if (rc == 0 && uuid != NULL)
		uuid_copy(*uuid, id);
	return rc;
}

int daos_cont_create2(daos_handle_t poh, uuid_t *uuid, daos_prop_t *prop, daos_event_t *ev)
{
	struct pool_handle *ph = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (ph != NULL) {
		rc = create(ph, NULL, prop, uuid);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

int daos_cont_create_with_label(daos_handle_t poh, const char *label, daos_prop_t *prop, uuid_t *uuid, daos_event_t *ev)
{
	struct pool_handle *ph = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (ph != NULL) {
		rc = label != NULL ? create(ph, label, prop, uuid) : -DER_INVAL;
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

/*
 * One of read-only, read-write and exclusive. The handles of others cannot be taken away from them, so the flags that
 * ask for that are refused; that the container is healthy or of a new layout makes no difference here.
 */
static int check_flags(const struct pool_handle *ph, unsigned flags)
{
	unsigned base = flags & DAOS_COO_IO_BASE_MASK;

	if ((flags & ~DAOS_COO_MASK) != 0 || base == 0 || (base & (base - 1)) != 0)
		return -DER_INVAL;
	if ((flags & DAOS_COO_RO_MDSTATS) && base != DAOS_COO_RO)
		return -DER_INVAL;
	if (flags & (DAOS_COO_EVICT | DAOS_COO_EVICT_ALL))
		return -DER_NOTSUPPORTED;
	return base != DAOS_COO_RO && !pool_handle_writable(ph) ? -DER_NO_PERM : 0;
}

static int open_in(struct pool_handle *ph, const char *name, unsigned flags, daos_handle_t *coh, daos_cont_info_t *info)
{
	struct cont_handle *h;
	int rc;

	if (name == NULL || coh == NULL)
		return -DER_INVAL;
	rc = check_flags(ph, flags);
	if (rc == 0)
		rc = cont_open(ph->pool, name, flags, &h);
	if (rc != 0)
		return rc;
	h->via = ph;
	if (info != NULL)
		rc = cont_info(h, info);
	if (rc == 0)
		rc = handle_new(DAOS_HTYPE_CO, h, cont_handle_destroy, coh);
	if (rc == 0)
		atomic_fetch_add(&ph->conts, 1);
	else
		cont_handle_destroy(h);
	return rc;
}

int daos_cont_open2(daos_handle_t poh, const char *cont, unsigned int flags, daos_handle_t *coh, daos_cont_info_t *info,
		    daos_event_t *ev)
{
	struct pool_handle *ph = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (ph != NULL) {
		rc = open_in(ph, cont, flags, coh, info);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

/* The pool handle is live as long as it counts this one. */
static int close_handle(daos_handle_t coh)
{
	struct cont_handle *h = cont_handle_get(coh);
	struct pool_handle *via;
	int rc;

	if (h == NULL)
		return -DER_NO_HDL;
	via = h->via;
	rc = handle_close(coh, DAOS_HTYPE_CO);
	if (rc == 0)
		atomic_fetch_sub(&via->conts, 1);
	handle_put(coh);
	return rc;
}

int daos_cont_close(daos_handle_t coh, daos_event_t *ev)
{
	return event_complete(ev, close_handle(coh));
}

int daos_cont_destroy2(daos_handle_t poh, const char *cont, int force, daos_event_t *ev)
{
	struct pool_handle *ph = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (ph != NULL) {
		rc = cont == NULL		 ? -DER_INVAL
		     : !pool_handle_writable(ph) ? -DER_NO_PERM
						 : cont_destroy(ph->pool, cont, force != 0);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

static int query_props(struct cont_handle *h, daos_prop_t *prop)
{
	int rc = props_prepare(PROPS_CONT, prop);

	if (rc != 0)
		return rc;
	for (uint32_t i = 0; i < prop->dpp_nr && rc == 0; i++)
		rc = cont_prop_get(h, &prop->dpp_entries[i]);
	if (rc != 0)
		props_clear(PROPS_CONT, prop);
	return rc;
}

int daos_cont_query(daos_handle_t coh, daos_cont_info_t *info, daos_prop_t *prop, daos_event_t *ev)
{
	struct cont_handle *h = cont_handle_get(coh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = info != NULL ? cont_info(h, info) : 0;
		if (rc == 0 && prop != NULL)
			rc = query_props(h, prop);
		handle_put(coh);
	}
	return event_complete(ev, rc);
}

static int alloc_oids(daos_handle_t coh, daos_size_t count, uint64_t *first)
{
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = count > 0 && first != NULL ? cont_oids_alloc(h, count, first) : -DER_INVAL;
	handle_put(coh);
	return rc;
}

int daos_cont_alloc_oids(daos_handle_t coh, daos_size_t count, uint64_t *first, daos_event_t *ev)
{
	return event_complete(ev, alloc_oids(coh, count, first));
}

/* A handle in another process's words: that process opens the container through its own handle of the pool. */
struct global_cont {
	char magic[8];
	uint32_t flags;
	uint32_t reserved;
	uuid_t pool;
	uuid_t cont;
};

#define GLOBAL_MAGIC "dfuseGC1"

static int local2global(const struct cont_handle *h, d_iov_t *glob)
{
	struct global_cont g = {.flags = h->flags};

	if (glob == NULL)
		return -DER_INVAL;
	if (glob->iov_buf == NULL || glob->iov_buf_len < sizeof(g)) {
		int rc = glob->iov_buf == NULL ? 0 : -DER_TRUNC;

		glob->iov_buf_len = sizeof(g);
		return rc;
	}
	memcpy(g.magic, GLOBAL_MAGIC, sizeof(g.magic));
	uuid_copy(g.pool, h->pool->uuid);
	uuid_copy(g.cont, h->cont->uuid);
	memcpy(glob->iov_buf, &g, sizeof(g));
	glob->iov_len = sizeof(g);
	return 0;
}

int daos_cont_local2global(daos_handle_t coh, d_iov_t *glob)
{
	struct cont_handle *h = cont_handle_get(coh);
	int rc;

	if (h == NULL)
		return -DER_NO_HDL;
	rc = local2global(h, glob);
	handle_put(coh);
	return rc;
}

static int global2local(struct pool_handle *ph, const d_iov_t *glob, daos_handle_t *coh)
{
	struct global_cont g;
	char name[UUID_STR_LEN];

	if (glob->iov_buf == NULL || glob->iov_buf_len < sizeof(g))
		return -DER_INVAL;
	memcpy(&g, glob->iov_buf, sizeof(g));
	if (memcmp(g.magic, GLOBAL_MAGIC, sizeof(g.magic)) != 0 || uuid_compare(g.pool, ph->pool->uuid) != 0)
		return -DER_INVAL;
	uuid_unparse_lower(g.cont, name);
	return open_in(ph, name, g.flags, coh, NULL);
}

int daos_cont_global2local(daos_handle_t poh, d_iov_t glob, daos_handle_t *coh)
{
	struct pool_handle *ph = pool_handle_get(poh);
	int rc;

	if (ph == NULL)
		return -DER_NO_HDL;
	rc = global2local(ph, &glob, coh);
	handle_put(poh);
	return rc;
}
