/*
 * handle.h: the table behind daos_handle_t.
 *
 * A handle's cookie names a slot and the slot's generation, so a closed or made-up handle is told from a live one. An
 * object stays alive while somebody holds a reference, whatever happens to its handle; closing takes the handle away at
 * once and drops the table's own reference.
 *
 * Lock-free and thread safe. The table is empty in a child after fork only in the sense that its objects know to reopen
 * what they need: handles themselves stay valid.
 */
#ifndef DFUSE_HANDLE_H
#define DFUSE_HANDLE_H

#include <daos_types.h>

/* Called once, when the last reference is gone. */
typedef void (*handle_destroy_t)(void *obj);

/* `type`: DAOS_HTYPE_*. The table owns `obj` from here on (not if it fails: -DER_NOMEM). */
int handle_new(int type, void *obj, handle_destroy_t destroy, daos_handle_t *h);

/* The object of `h`, with a reference, or NULL if `h` is no live handle of `type`. */
void *handle_get(daos_handle_t h, int type);

/* Drop a reference that handle_get() gave. */
void handle_put(daos_handle_t h);

/* -DER_NO_HDL if `h` is no live handle of `type`. */
int handle_close(daos_handle_t h, int type);

#endif
