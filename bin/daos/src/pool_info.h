/*
 * pool_info.h: what there is to say about a pool.
 */
#ifndef DAOS_TOOL_POOL_INFO_H
#define DAOS_TOOL_POOL_INFO_H

#include "target.h"

struct pool_info {
	char label[DAOS_PROP_MAX_LABEL_BUF_LEN]; /* "" if it has none */
	bool known;				 /* the pool answered; without, only label and pi_uuid count */
	daos_pool_info_t info;
	d_rank_list_t *svc;   /* borrowed */
	d_rank_list_t *ranks; /* those that were asked for, owned; NULL: none */
};

/* `bits`: DPI_*. The target is connected. */
int pool_info_get(struct context *ctx, struct target *t, uint64_t bits, struct pool_info *pi);

void pool_info_fini(struct pool_info *pi);

/* Sums over both kinds of storage, and of one (DAOS_MEDIA_SCM, DAOS_MEDIA_NVME). */
uint64_t pool_info_total(const struct pool_info *pi);
uint64_t pool_info_free(const struct pool_info *pi);
unsigned int pool_info_imbalance(const struct pool_info *pi, int media);
const char *pool_info_state(const struct pool_info *pi);
const char *pool_info_rebuild(const struct pool_info *pi);

/* "0,2-4": ranks as text into `buf`, which is returned. */
const char *pool_info_ranks(const d_rank_list_t *ranks, char *buf, size_t size);

void pool_info_print(const struct context *ctx, const struct pool_info *pi, uint64_t bits);

/* `listed`: in the shape it has in a list of pools. */
struct json_object *pool_info_json(const struct context *ctx, const struct pool_info *pi, uint64_t bits, bool listed);

struct json_object *pool_info_ranks_json(const d_rank_list_t *ranks);

#endif
