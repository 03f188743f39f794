/*
 * daos_local.h, except pools.
 */
#define DAOS_LOCAL_API
#include <daos_local.h>

#include <daos_errno.h>

#include "array_handle.h"
#include "handle.h"
#include "store/changes.h"
#include "store/csum.h"

int daos_local_array_fd(daos_handle_t oh, int flags, int *fd)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	int rc;

	if (h == NULL)
		return -DER_NO_HDL;
	if (flags & ~DAOS_LOCAL_CREATE)
		rc = -DER_INVAL;
	else if (csum_is_on(h->a->cont))
		rc = -DER_NOTSUPPORTED;
	else if (flags & DAOS_LOCAL_CREATE)
		rc = array_handle_fd_write(h, fd);
	else
		rc = array_handle_fd_both(h, fd);
	handle_put(oh);
	return rc;
}

int daos_local_array_stat(daos_handle_t oh, struct stat *st)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	struct stat own;
	int rc;

	if (h == NULL)
		return -DER_NO_HDL;
	rc = array_stat(h->a, obj_handle_writable(&h->obj), &own);
	if (rc == 0) {
		st->st_size = own.st_size;
		st->st_blocks = own.st_blocks;
		st->st_mtim = own.st_mtim;
	}
	handle_put(oh);
	return rc;
}

int daos_local_array_sync(daos_handle_t oh)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	int rc;

	if (h == NULL)
		return -DER_NO_HDL;
	rc = array_sync(h->a, obj_handle_writable(&h->obj));
	if (rc == 0)
		rc = env_checkpoint(h->obj.ch->cont->env);
	handle_put(oh);
	return rc;
}

int daos_local_cont_sync(daos_handle_t coh)
{
	struct cont_handle *ch = handle_get(coh, DAOS_HTYPE_CO);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = env_checkpoint(ch->cont->env);
	handle_put(coh);
	return rc;
}

int daos_local_cont_plain(daos_handle_t coh)
{
	struct cont_handle *ch = handle_get(coh, DAOS_HTYPE_CO);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = csum_is_on(ch->cont) ? -DER_NOTSUPPORTED : 0;
	handle_put(coh);
	return rc;
}

int daos_local_cont_version(daos_handle_t coh, uint64_t *version)
{
	struct cont_handle *ch = handle_get(coh, DAOS_HTYPE_CO);

	if (ch == NULL)
		return -DER_NO_HDL;
	*version = env_version(ch->cont->env);
	handle_put(coh);
	return 0;
}

int daos_local_cont_version_at(daos_handle_t coh, const volatile uint64_t **word)
{
	struct cont_handle *ch = handle_get(coh, DAOS_HTYPE_CO);

	if (ch == NULL)
		return -DER_NO_HDL;
	*word = env_version_word(ch->cont->env);
	handle_put(coh);
	return *word == NULL ? -DER_NOTSUPPORTED : 0;
}

int daos_local_cont_own_change(daos_handle_t coh, uint64_t since, uint64_t *version)
{
	struct cont_handle *ch = handle_get(coh, DAOS_HTYPE_CO);
	bool own;

	if (ch == NULL)
		return -DER_NO_HDL;
	own = env_own_since(ch->cont->env, since, version);
	handle_put(coh);
	return own ? 0 : -DER_NO_PERM;
}

int daos_local_watch_start(daos_handle_t coh, struct daos_local_watch *watch)
{
	struct cont_handle *ch = handle_get(coh, DAOS_HTYPE_CO);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	watch->coh = coh;
	rc = changes_watch(ch->cont, &watch->line, &watch->next);
	handle_put(coh);
	return rc;
}

int daos_local_watch_next(struct daos_local_watch *watch, int timeout_ms, struct daos_local_change *change)
{
	struct cont_handle *ch = handle_get(watch->coh, DAOS_HTYPE_CO);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = changes_next(ch->cont, watch->line, &watch->next, timeout_ms, change);
	handle_put(watch->coh);
	return rc;
}

int daos_local_watch_stop(struct daos_local_watch *watch)
{
	struct cont_handle *ch = handle_get(watch->coh, DAOS_HTYPE_CO);

	if (ch == NULL)
		return -DER_NO_HDL;
	changes_unwatch(ch->cont, watch->line);
	handle_put(watch->coh);
	return 0;
}

int daos_local_array_settled(daos_handle_t oh)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);

	if (h == NULL)
		return -DER_NO_HDL;
	if (obj_handle_writable(&h->obj))
		array_settle(h->a);
	handle_put(oh);
	return 0;
}

int daos_local_array_changed(daos_handle_t oh)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);

	if (h == NULL)
		return -DER_NO_HDL;
	changes_tell(h->obj.ch->cont, h->obj.oid, NULL);
	handle_put(oh);
	return 0;
}
