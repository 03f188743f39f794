/* Connecting to pools and asking about them. */
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_pool.h>

#include "event.h"
#include "library.h"
#include "pool_handle.h"
#include "store/props.h"

static void destroy(void *obj)
{
	struct pool_handle *h = obj;

	pool_put(h->pool);
	free(h);
}

static bool flags_ok(unsigned flags)
{
	return flags == DAOS_PC_RO || flags == DAOS_PC_RW || flags == DAOS_PC_EX;
}

/* As long as one engine runs, which is always, nothing is ever rebuilt. */
static int fill_info(struct pool *pool, daos_pool_info_t *info)
{
	struct daos_pool_space *space = &info->pi_space;
	uint64_t bits = info->pi_bits;
	uint64_t total, avail;
	int rc = 0;

	memset(info, 0, sizeof(*info));
	uuid_copy(info->pi_uuid, pool->uuid);
	info->pi_ntargets = 1;
	info->pi_nnodes = 1;
	info->pi_map_ver = 1;
	info->pi_bits = bits;
	info->pi_rebuild_st.rs_state = DRS_NOT_STARTED;
	if (!(bits & DPI_SPACE))
		return 0;
	rc = pool_space(pool, &total, &avail);
	if (rc != 0)
		return rc;
	space->ps_ntargets = 1;
	space->ps_space.s_total[DAOS_MEDIA_SCM] = total;
	space->ps_space.s_free[DAOS_MEDIA_SCM] = avail;
	space->ps_free_min[DAOS_MEDIA_SCM] = avail;
	space->ps_free_max[DAOS_MEDIA_SCM] = avail;
	space->ps_free_mean[DAOS_MEDIA_SCM] = avail;
	return 0;
}

static int new_handle(struct pool *pool, unsigned flags, daos_handle_t *poh)
{
	struct pool_handle *h = calloc(1, sizeof(*h));
	int rc = -DER_NOMEM;

	if (h != NULL) {
		h->pool = pool;
		h->flags = flags;
		rc = handle_new(DAOS_HTYPE_POOL, h, destroy, poh);
	}
	if (rc != 0)
		free(h);
	return rc;
}

static int connect_in(struct system *sys, const char *name, unsigned flags, daos_handle_t *poh, daos_pool_info_t *info)
{
	struct pool *pool;
	int rc = pool_open(sys, name, flags == DAOS_PC_EX, &pool);

	if (rc != 0)
		return rc;
	if (info != NULL)
		rc = fill_info(pool, info);
	if (rc == 0)
		rc = new_handle(pool, flags, poh);
	if (rc != 0)
		pool_put(pool);
	return rc;
}

static int pool_connect(const char *name, const char *sys_name, unsigned flags, daos_handle_t *poh,
			daos_pool_info_t *info)
{
	struct system *sys;
	int rc = library_check();

	if (rc != 0)
		return rc;
	if (name == NULL || poh == NULL || !flags_ok(flags))
		return -DER_INVAL;
	if (!daos_is_valid_uuid_string(name, UUID_SST_NONE) && !daos_label_is_valid(name))
		return -DER_INVAL;
	rc = system_open(sys_name, false, &sys);
	if (rc != 0)
		return rc;
	rc = connect_in(sys, name, flags, poh, info);
	system_close(sys);
	return rc;
}

int daos_pool_connect2(const char *pool, const char *sys, unsigned int flags, daos_handle_t *poh,
		       daos_pool_info_t *info, daos_event_t *ev)
{
	return event_complete(ev, pool_connect(pool, sys, flags, poh, info));
}

/* A pool is not left while containers are open through it. */
static int disconnect(daos_handle_t poh)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc;

	if (h == NULL)
		return -DER_NO_HDL;
	rc = atomic_load(&h->conts) > 0 ? -DER_BUSY : handle_close(poh, DAOS_HTYPE_POOL);
	handle_put(poh);
	return rc;
}

int daos_pool_disconnect(daos_handle_t poh, daos_event_t *ev)
{
	return event_complete(ev, disconnect(poh));
}

static int query_props(struct pool *pool, daos_prop_t *prop)
{
	int rc = props_prepare(PROPS_POOL, prop);

	if (rc != 0)
		return rc;
	for (uint32_t i = 0; i < prop->dpp_nr && rc == 0; i++)
		rc = pool_prop_get(pool, &prop->dpp_entries[i]);
	if (rc != 0)
		props_clear(PROPS_POOL, prop);
	return rc;
}

/* Every engine is there, so only who asks for those that are not gets none. */
static d_rank_list_t *ranks_asked(const daos_pool_info_t *info)
{
	uint64_t gone = DPI_ENGINES_DISABLED | DPI_ENGINES_DEAD;

	if (info != NULL && (info->pi_bits & gone) != 0 && (info->pi_bits & DPI_ENGINES_ENABLED) == 0)
		return calloc(1, sizeof(d_rank_list_t));
	return pool_svc_ranks();
}

static int query(struct pool *pool, d_rank_list_t **ranks, daos_pool_info_t *info, daos_prop_t *prop)
{
	int rc = info != NULL ? fill_info(pool, info) : 0;

	if (rc == 0 && prop != NULL)
		rc = query_props(pool, prop);
	if (rc != 0 || ranks == NULL)
		return rc;
	*ranks = ranks_asked(info);
	if (*ranks != NULL)
		return 0;
	if (prop != NULL)
		props_clear(PROPS_POOL, prop);
	return -DER_NOMEM;
}

int daos_pool_query(daos_handle_t poh, d_rank_list_t **ranks, daos_pool_info_t *info, daos_prop_t *prop,
		    daos_event_t *ev)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = query(h->pool, ranks, info, prop);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

static int query_target(struct pool *pool, uint32_t target, d_rank_t rank, daos_target_info_t *info)
{
	uint64_t total, avail;
	int rc;

	if (info == NULL)
		return -DER_INVAL;
	if (target != 0 || rank != 0)
		return -DER_NONEXIST;
	rc = pool_space(pool, &total, &avail);
	if (rc != 0)
		return rc;
	memset(info, 0, sizeof(*info));
	info->ta_state = DAOS_TS_UP_IN;
	info->ta_space.s_total[DAOS_MEDIA_SCM] = total;
	info->ta_space.s_free[DAOS_MEDIA_SCM] = avail;
	return 0;
}

int daos_pool_query_target(daos_handle_t poh, uint32_t target, d_rank_t rank, daos_target_info_t *info,
			   daos_event_t *ev)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = query_target(h->pool, target, rank, info);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

/* A handle in another process's words. It means something to every process that sees the same file systems. */
struct global_pool {
	char magic[8];
	uint32_t flags;
	uint32_t path_len; /* of the system's directory, which follows, without NUL */
	uuid_t uuid;
	char sys_name[DAOS_SYS_NAME_MAX + 1];
};

#define GLOBAL_MAGIC "dfuseGP1"

static int local2global(const struct pool_handle *h, d_iov_t *glob)
{
	struct global_pool g = {.flags = h->flags, .path_len = strlen(h->pool->sys_path)};
	size_t len = sizeof(g) + g.path_len;

	if (glob == NULL)
		return -DER_INVAL;
	if (glob->iov_buf == NULL || glob->iov_buf_len < len) {
		int rc = glob->iov_buf == NULL ? 0 : -DER_TRUNC;

		glob->iov_buf_len = len;
		return rc;
	}
	memcpy(g.magic, GLOBAL_MAGIC, sizeof(g.magic));
	memcpy(g.sys_name, h->pool->sys_name, sizeof(g.sys_name));
	uuid_copy(g.uuid, h->pool->uuid);
	memcpy(glob->iov_buf, &g, sizeof(g));
	memcpy((char *)glob->iov_buf + sizeof(g), h->pool->sys_path, g.path_len);
	glob->iov_len = len;
	return 0;
}

int daos_pool_local2global(daos_handle_t poh, d_iov_t *glob)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc;

	if (h == NULL)
		return -DER_NO_HDL;
	rc = local2global(h, glob);
	handle_put(poh);
	return rc;
}

static int connect_global(const struct global_pool *g, const char *path, daos_handle_t *poh)
{
	char name[UUID_STR_LEN];
	struct system *sys;
	int rc = system_open_path(g->sys_name, path, &sys);

	if (rc != 0)
		return rc;
	uuid_unparse_lower(g->uuid, name);
	rc = connect_in(sys, name, g->flags, poh, NULL);
	system_close(sys);
	return rc;
}

int daos_pool_global2local(d_iov_t glob, daos_handle_t *poh)
{
	struct global_pool g;
	char *path;
	int rc = library_check();

	if (rc != 0)
		return rc;
	if (poh == NULL || glob.iov_buf == NULL || glob.iov_buf_len < sizeof(g))
		return -DER_INVAL;
	memcpy(&g, glob.iov_buf, sizeof(g));
	g.sys_name[DAOS_SYS_NAME_MAX] = '\0';
	if (memcmp(g.magic, GLOBAL_MAGIC, sizeof(g.magic)) != 0 || glob.iov_buf_len - sizeof(g) < g.path_len ||
	    !flags_ok(g.flags))
		return -DER_INVAL;
	path = strndup((char *)glob.iov_buf + sizeof(g), g.path_len);
	if (path == NULL)
		return -DER_NOMEM;
	rc = connect_global(&g, path, poh);
	free(path);
	return rc;
}
