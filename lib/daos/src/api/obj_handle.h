/*
 * obj_handle.h: what a daos_handle_t of an object (DAOS_HTYPE_OBJ) stands for.
 *
 * It holds a reference on its container's handle, so the container stays open until its objects are closed.
 */
#ifndef DFUSE_OBJ_HANDLE_H
#define DFUSE_OBJ_HANDLE_H

#include <daos_obj.h>

#include "store/cont.h"

struct obj_handle {
	daos_handle_t coh;
	struct cont_handle *ch; /* coh's, referenced */
	daos_obj_id_t oid;
	unsigned mode; /* DAOS_OO_* */
};

/* Whether updates through it are allowed. */
static inline bool obj_handle_writable(const struct obj_handle *o)
{
	return (o->mode & (DAOS_OO_RW | DAOS_OO_EXCL)) && cont_handle_writable(o->ch);
}

#endif
