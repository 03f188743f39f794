/*
 * daos.h: the DAOS client API in one include; start and stop of the library.
 *
 *	daos_init();
 *	daos_pool_connect("tank", NULL, DAOS_PC_RW, &poh, NULL, NULL);
 *	daos_cont_open(poh, "home", DAOS_COO_RW, &coh, NULL, NULL);
 *	daos_obj_generate_oid(coh, &oid, DAOS_OT_MULTI_HASHED, 0, 0, 0);
 *	daos_obj_open(coh, oid, DAOS_OO_RW, &oh, NULL);
 *	… daos_obj_update(), daos_obj_fetch() …
 *	daos_obj_close(oh, NULL);
 *	daos_cont_close(coh, NULL);
 *	daos_pool_disconnect(poh, NULL);
 *	daos_fini();
 */
#ifndef DFUSE_DAOS_H
#define DFUSE_DAOS_H

#include <daos_api.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Start to use the library. May be called any number of times; each call needs its daos_fini(). Before the first one,
 * calls that would open something return -DER_UNINIT.
 */
int daos_init(void);

/*
 * Stop using the library. Handles are to be closed before the last of these calls.
 *
 * -DER_UNINIT: there was no daos_init() for it.
 */
int daos_fini(void);

/*
 * In a child after fork(): take the library into use again. Handles of the parent stay valid in the child.
 *
 * -DER_UNINIT: the parent did not have it in use.
 */
int daos_reinit(void);

#ifdef __cplusplus
}
#endif

#endif
