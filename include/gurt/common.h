/*
 * gurt/common.h: the little of DAOS's common library that users of the client API need.
 */
#ifndef DFUSE_GURT_COMMON_H
#define DFUSE_GURT_COMMON_H

#include <gurt/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Free a rank list that daos_rank_list_parse() or daos_pool_query() returned, with its ranks. NULL is allowed.
 */
void d_rank_list_free(d_rank_list_t *rank_list);

#ifdef __cplusplus
}
#endif

#endif
