/* User attributes of containers. */
#include <daos_cont.h>
#include <daos_errno.h>

#include "cont_handle.h"
#include "event.h"
#include "store/attrs.h"

int daos_cont_list_attr(daos_handle_t coh, char *buf, size_t *size, daos_event_t *ev)
{
	struct cont_handle *h = cont_handle_get(coh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = attrs_list(h->cont->env, CONT_DB_ATTR, buf, size);
		handle_put(coh);
	}
	return event_complete(ev, rc);
}

int daos_cont_get_attr(daos_handle_t coh, int n, const char *const *names, void *const *values, size_t *sizes,
		       daos_event_t *ev)
{
	struct cont_handle *h = cont_handle_get(coh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = attrs_get(h->cont->env, CONT_DB_ATTR, n, names, values, sizes);
		handle_put(coh);
	}
	return event_complete(ev, rc);
}

static int set_attr(daos_handle_t coh, int n, const char *const *names, const void *const *values, const size_t *sizes)
{
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = attrs_set(h->cont->env, CONT_DB_ATTR, n, names, values, sizes);
	if (rc == 0)
		cont_touch(h);
	handle_put(coh);
	return rc;
}

int daos_cont_set_attr(daos_handle_t coh, int n, const char *const *names, const void *const *values,
		       const size_t *sizes, daos_event_t *ev)
{
	return event_complete(ev, set_attr(coh, n, names, values, sizes));
}

static int del_attr(daos_handle_t coh, int n, const char *const *names)
{
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = attrs_del(h->cont->env, CONT_DB_ATTR, n, names);
	if (rc == 0)
		cont_touch(h);
	handle_put(coh);
	return rc;
}

int daos_cont_del_attr(daos_handle_t coh, int n, const char *const *names, daos_event_t *ev)
{
	return event_complete(ev, del_attr(coh, n, names));
}
