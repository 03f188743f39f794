#include "container.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "log.h"

#define BLOCK_SIZE 4096

/* Whether the ranks of --svc all have a replica of the pool's service. */
static int check_ranks(const struct ranks *svc, daos_handle_t poh, uint32_t *bad_rank)
{
	struct daos_prop_entry *entry;
	d_rank_list_t *list = NULL;
	daos_prop_t *prop;
	int rc;

	if (svc->nr == 0)
		return 0;
	prop = daos_prop_alloc(1);
	if (prop == NULL)
		return -DER_NOMEM;
	prop->dpp_entries[0].dpe_type = DAOS_PROP_PO_SVC_LIST;
	rc = daos_pool_query(poh, NULL, NULL, prop, NULL);
	if (rc == 0) {
		entry = daos_prop_entry_get(prop, DAOS_PROP_PO_SVC_LIST);
		list = entry == NULL ? NULL : entry->dpe_val_ptr;
		if (list == NULL)
			rc = -DER_NOTAPPLICABLE;
		else if (!ranks_within(svc, list->rl_ranks, list->rl_nr, bad_rank))
			rc = -DER_NOTREPLICA;
	}
	daos_prop_free(prop);
	return rc;
}

static struct pool *find(struct connections *conns, uuid_t uuid)
{
	struct pool *pool = conns->pools;

	while (pool != NULL && uuid_compare(pool->uuid, uuid) != 0)
		pool = pool->next;
	return pool;
}

/* Read-write if allowed, else read-only. */
static int connect_best(struct connections *conns, const char *name, daos_handle_t *poh, daos_pool_info_t *info,
			bool *ro)
{
	int rc = -DER_NO_PERM;

	*ro = conns->read_only;
	memset(info, 0, sizeof(*info));
	if (!*ro)
		rc = daos_pool_connect(name, conns->sys_name, DAOS_PC_RW, poh, info, NULL);
	if (rc == -DER_NO_PERM) {
		*ro = true;
		rc = daos_pool_connect(name, conns->sys_name, DAOS_PC_RO, poh, info, NULL);
	}
	return rc;
}

static int add(struct connections *conns, daos_handle_t poh, const daos_pool_info_t *info, bool ro, struct pool **out)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return -DER_NOMEM;
	uuid_copy(pool->uuid, info->pi_uuid);
	uuid_unparse_lower(pool->uuid, pool->uuid_str);
	pool->poh = poh;
	pool->read_only = ro;
	pool->next = conns->pools;
	conns->pools = pool;
	conns->npools++;
	*out = pool;
	return 0;
}

int pool_connect(struct connections *conns, const char *name, struct pool **out, uint32_t *bad_rank)
{
	daos_pool_info_t info;
	daos_handle_t poh;
	bool ro;
	int rc;

	if (!daos_label_is_valid(name) && !daos_is_valid_uuid_string(name, UUID_SST_NONE))
		return -DER_INVAL;
	pthread_mutex_lock(&conns->lock);
	rc = connect_best(conns, name, &poh, &info, &ro);
	if (rc != 0)
		goto out;
	*out = find(conns, info.pi_uuid);
	if (*out == NULL) {
		rc = check_ranks(&conns->svc, poh, bad_rank);
		if (rc == 0)
			rc = add(conns, poh, &info, ro, out);
		if (rc == 0)
			goto out;
	}
	daos_pool_disconnect(poh, NULL);
out:
	pthread_mutex_unlock(&conns->lock);
	return rc;
}

int pool_statvfs(struct pool *pool, struct statvfs *st)
{
	daos_pool_info_t info = {.pi_bits = DPI_SPACE};
	uint64_t total = 0, avail = 0;
	int rc;

	rc = daos_pool_query(pool->poh, NULL, &info, NULL, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	for (int i = 0; i < DAOS_MEDIA_MAX; i++) {
		total += info.pi_space.ps_space.s_total[i];
		avail += info.pi_space.ps_space.s_free[i];
	}
	st->f_blocks = total / BLOCK_SIZE;
	st->f_bfree = avail / BLOCK_SIZE;
	st->f_bavail = st->f_bfree;
	return 0;
}
