/*
 * cont_handle.h: what the calls on container handles share.
 */
#ifndef DFUSE_CONT_HANDLE_H
#define DFUSE_CONT_HANDLE_H

#include <daos_errno.h>

#include "handle.h"
#include "store/cont.h"

/* To be given back with handle_put(). NULL: no live container handle. */
static inline struct cont_handle *cont_handle_get(daos_handle_t coh)
{
	return handle_get(coh, DAOS_HTYPE_CO);
}

/* The same for an update: -DER_NO_HDL, or -DER_NO_PERM where the handle is read-only. */
static inline int cont_handle_get_rw(daos_handle_t coh, struct cont_handle **h)
{
	*h = cont_handle_get(coh);
	if (*h == NULL)
		return -DER_NO_HDL;
	if (cont_handle_writable(*h))
		return 0;
	handle_put(coh);
	return -DER_NO_PERM;
}

#endif
