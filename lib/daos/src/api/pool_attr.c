/* User attributes of pools. */
#include <daos_errno.h>
#include <daos_pool.h>

#include "event.h"
#include "pool_handle.h"
#include "store/attrs.h"

int daos_pool_list_attr(daos_handle_t poh, char *buf, size_t *size, daos_event_t *ev)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = attrs_list(h->pool->env, POOL_DB_ATTR, buf, size);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

int daos_pool_get_attr(daos_handle_t poh, int n, const char *const *names, void *const *values, size_t *sizes,
		       daos_event_t *ev)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = attrs_get(h->pool->env, POOL_DB_ATTR, n, names, values, sizes);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

int daos_pool_set_attr(daos_handle_t poh, int n, const char *const *names, const void *const *values,
		       const size_t *sizes, daos_event_t *ev)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = pool_handle_writable(h) ? attrs_set(h->pool->env, POOL_DB_ATTR, n, names, values, sizes)
					     : -DER_NO_PERM;
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

int daos_pool_del_attr(daos_handle_t poh, int n, const char *const *names, daos_event_t *ev)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = pool_handle_writable(h) ? attrs_del(h->pool->env, POOL_DB_ATTR, n, names) : -DER_NO_PERM;
		handle_put(poh);
	}
	return event_complete(ev, rc);
}
