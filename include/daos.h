/*
 * daos.h: The DAOS client API in one include; library start and stop.
 */
#ifndef DFUSE_DAOS_H
#define DFUSE_DAOS_H

#include <daos_api.h>

#ifdef __cplusplus
extern "C" {
#endif

int daos_init(void);
int daos_fini(void);
int daos_reinit(void);

#ifdef __cplusplus
}
#endif

#endif
