/*
 * array_handle.h: what a daos_handle_t of an array (DAOS_HTYPE_ARRAY) stands for.
 */
#ifndef DFUSE_ARRAY_HANDLE_H
#define DFUSE_ARRAY_HANDLE_H

#include "obj_handle.h"
#include "store/array.h"

struct array_handle {
	struct obj_handle obj; /* coh is referenced */
	struct array *a;       /* referenced, as a writer if the handle is one */
	struct array_shape shape;
};

/* The file for reading; -DER_NONEXIST: nothing was written yet. */
int array_handle_fd(struct array_handle *h, int *fd);

/* The same, open for writing too if the handle is. */
int array_handle_fd_both(struct array_handle *h, int *fd);

/* The file for writing, made if need be. -DER_NO_PERM: the handle is read-only. */
int array_handle_fd_write(struct array_handle *h, int *fd);

#endif
