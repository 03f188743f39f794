/*
 * daos_local.h: arrays by object id.
 */
#define DAOS_LOCAL_API
#include <fcntl.h>

#include <daos_local.h>
#include <daos_obj.h>

#include "cont_handle.h"
#include "store/array.h"
#include "store/array_open.h"
#include "store/array_peek.h"
#include "store/array_table.h"
#include "store/changes.h"
#include "store/changes_notes.h"
#include "store/csum.h"

static int open_plain(daos_handle_t coh, daos_obj_id_t oid, int flags, bool data, int *fd)
{
	struct cont_handle *ch = cont_handle_get(coh);
	bool writes = array_open_writes(flags);
	int rc = 0;

	if (ch == NULL)
		return -DER_NO_HDL;
	if (fd == NULL || (flags & O_TMPFILE) == O_TMPFILE || !daos_is_array(oid))
		rc = -DER_INVAL;
	else if ((writes || (flags & O_CREAT)) && !cont_handle_writable(ch))
		rc = -DER_NO_PERM;
	else if (data && csum_is_on(ch->cont))
		rc = -DER_NOTSUPPORTED;
	else if (writes && (flags & O_TRUNC) && csum_is_on(ch->cont))
		rc = -DER_INVAL; /* it would leave the checksums as they are */
	if (rc == 0)
		rc = array_open_plain(ch->cont, oid, flags, fd);
	if (rc == 0 && writes) {
		array_given_away(ch->cont);
		changes_tell(ch->cont, oid, NULL);
	}
	handle_put(coh);
	return rc;
}

static void copy_peeked(struct stat *to, const struct stat *from)
{
	to->st_nlink = from->st_nlink;
	to->st_size = from->st_size;
	to->st_blocks = from->st_blocks;
	to->st_mtim = from->st_mtim;
}

int daos_local_array_open(daos_handle_t coh, daos_obj_id_t oid, int flags, int *fd)
{
	return open_plain(coh, oid, flags, !(flags & O_PATH), fd);
}

int daos_local_array_open_lock(daos_handle_t coh, daos_obj_id_t oid, int flags, int *fd)
{
	return open_plain(coh, oid, flags, false, fd);
}

int daos_local_array_peek(daos_handle_t coh, daos_obj_id_t oid, struct stat *st, bool *at_rest)
{
	struct cont_handle *ch = cont_handle_get(coh);
	struct stat own;
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = array_peek(ch->cont, oid, &own, at_rest);
	if (rc == 0)
		copy_peeked(st, &own);
	handle_put(coh);
	return rc;
}

int daos_local_array_rest(daos_handle_t coh, daos_obj_id_t oid, struct stat *st, const volatile uint64_t **word,
			  uint64_t *value)
{
	struct cont_handle *ch = cont_handle_get(coh);
	struct stat own;
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = array_peek_rest(ch->cont, oid, &own, word, value) ? 0 : -DER_NONEXIST;
	if (rc == 0)
		copy_peeked(st, &own);
	handle_put(coh);
	return rc;
}

int daos_local_array_cached(daos_handle_t coh, daos_obj_id_t oid, char *root, size_t size)
{
	struct cont_handle *ch = cont_handle_get(coh);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = root == NULL ? -DER_INVAL : changes_cached(ch->cont, oid, root, size);
	handle_put(coh);
	return rc;
}

int daos_local_array_place(daos_handle_t coh, daos_obj_id_t oid, struct daos_local_place *place)
{
	struct cont_handle *ch = cont_handle_get(coh);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	_Static_assert(DAOS_LOCAL_PLACE_MAX >= ARRAY_NAME_MAX, "a name fits");
	place->dir_fd = ch->cont->data_fd;
	array_name(oid, place->name);
	rc = csum_is_on(ch->cont) || changes_cached_where(ch->cont, oid, place) != 0 ? -DER_NOTSUPPORTED : 0;
	handle_put(coh);
	return rc;
}

int daos_local_array_cache_begin(struct daos_local_watch *watch, daos_obj_id_t oid, int fd)
{
	struct cont_handle *ch = cont_handle_get(watch->coh);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = changes_cache_begin(ch->cont, watch->line, oid, fd);
	handle_put(watch->coh);
	return rc;
}

int daos_local_array_cache_end(struct daos_local_watch *watch, daos_obj_id_t oid)
{
	struct cont_handle *ch = cont_handle_get(watch->coh);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = changes_cache_end(ch->cont, watch->line, oid);
	handle_put(watch->coh);
	return rc;
}

int daos_local_watch_root(struct daos_local_watch *watch, const char *path)
{
	struct cont_handle *ch = cont_handle_get(watch->coh);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = path == NULL ? -DER_INVAL : changes_root(ch->cont, watch->line, path);
	handle_put(watch->coh);
	return rc;
}

int daos_local_watch_interest(struct daos_local_watch *watch, daos_obj_id_t oid)
{
	struct cont_handle *ch = cont_handle_get(watch->coh);
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	rc = changes_interest(ch->cont, watch->line, oid);
	handle_put(watch->coh);
	return rc;
}
