/*
 * library.h: whether daos_init() was called.
 */
#ifndef DFUSE_LIBRARY_H
#define DFUSE_LIBRARY_H

/* -DER_UNINIT before daos_init() and after the last daos_fini(), 0 otherwise. Every call of the API that opens
 * something asks. */
int library_check(void);

#endif
