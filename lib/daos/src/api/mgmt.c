/* Questions to the system. It has one engine, rank 0, which is this library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_mgmt.h>
#include <daos_version.h>

#include "event.h"
#include "library.h"
#include "pool_handle.h"
#include "store/system.h"

static void pools_free(daos_mgmt_pool_info_t *pools, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(pools[i].mgpi_label);
		if (pools[i].mgpi_svc != NULL)
			free(pools[i].mgpi_svc->rl_ranks);
		free(pools[i].mgpi_svc);
		memset(&pools[i], 0, sizeof(pools[i]));
	}
}

static int fill(const struct registry_member *member, daos_mgmt_pool_info_t *pool)
{
	memset(pool, 0, sizeof(*pool));
	uuid_copy(pool->mgpi_uuid, member->uuid);
	pool->mgpi_label = strdup(member->label[0] != '\0' ? member->label : DAOS_PROP_PO_LABEL_DEFAULT);
	pool->mgpi_svc = pool_svc_ranks();
	return pool->mgpi_label != NULL && pool->mgpi_svc != NULL ? 0 : -DER_NOMEM;
}

static int fill_all(const struct registry_member *members, size_t count, daos_mgmt_pool_info_t *pools)
{
	for (size_t i = 0; i < count; i++) {
		int rc = fill(&members[i], &pools[i]);

		if (rc != 0) {
			pools_free(pools, i + 1);
			return rc;
		}
	}
	return 0;
}

/* A system that was never used has no pools. */
static int members_of(const char *name, struct registry_member **members, size_t *count)
{
	struct system *sys;
	int rc = system_open(name, false, &sys);

	*members = NULL;
	*count = 0;
	if (rc == -DER_NONEXIST)
		return 0;
	if (rc != 0)
		return rc;
	rc = registry_list(&sys->pools, members, count);
	system_close(sys);
	return rc;
}

static int list_pools(const char *name, daos_size_t *n, daos_mgmt_pool_info_t *pools)
{
	struct registry_member *members;
	daos_size_t room;
	size_t count;
	int rc = library_check();

	if (rc == 0 && n == NULL)
		rc = -DER_INVAL;
	if (rc == 0)
		rc = members_of(name, &members, &count);
	if (rc != 0)
		return rc;
	room = *n;
	*n = count;
	if (pools != NULL)
		rc = room < count ? -DER_TRUNC : fill_all(members, count, pools);
	free(members);
	return rc;
}

int daos_mgmt_list_pools(const char *group, daos_size_t *npools, daos_mgmt_pool_info_t *pools, daos_event_t *ev)
{
	return event_complete(ev, list_pools(group, npools, pools));
}

int daos_mgmt_get_sys_info(const char *sys, struct daos_sys_info **out)
{
	const char *name = system_name(sys);
	struct daos_sys_info *info;

	if (name == NULL || out == NULL)
		return -DER_INVAL;
	info = calloc(1, sizeof(*info));
	if (info == NULL)
		return -DER_NOMEM;
	snprintf(info->dsi_system_name, sizeof(info->dsi_system_name), "%s", name);
	snprintf(info->dsi_fabric_provider, sizeof(info->dsi_fabric_provider), "local");
	info->dsi_ranks = calloc(1, sizeof(*info->dsi_ranks));
	info->dsi_ms_ranks = calloc(1, sizeof(*info->dsi_ms_ranks));
	if (info->dsi_ranks != NULL) {
		info->dsi_nr_ranks = 1;
		info->dsi_ranks[0].dru_uri = strdup("local://");
	}
	if (info->dsi_ms_ranks == NULL || info->dsi_ranks == NULL || info->dsi_ranks[0].dru_uri == NULL) {
		daos_mgmt_put_sys_info(info);
		return -DER_NOMEM;
	}
	info->dsi_nr_ms_ranks = 1;
	*out = info;
	return 0;
}

void daos_mgmt_put_sys_info(struct daos_sys_info *info)
{
	if (info == NULL)
		return;
	for (uint32_t i = 0; i < info->dsi_nr_ranks; i++)
		free(info->dsi_ranks[i].dru_uri);
	free(info->dsi_ranks);
	free(info->dsi_ms_ranks);
	free(info);
}

/* There is no service that could be stopped. */
int daos_pool_stop_svc(daos_handle_t poh, daos_event_t *ev)
{
	int rc = -DER_NO_HDL;

	if (pool_handle_get(poh) != NULL) {
		rc = -DER_NOSYS;
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

/* Nor engines with debug settings, logs or block devices. */
int daos_debug_set_params(const char *group, d_rank_t rank, unsigned int key, uint64_t value, uint64_t extra,
			  daos_event_t *ev)
{
	(void)group;
	(void)rank;
	(void)key;
	(void)value;
	(void)extra;
	return event_complete(ev, -DER_NOSYS);
}

int daos_debug_add_mark(const char *mark)
{
	(void)mark;
	return -DER_NOSYS;
}

int daos_mgmt_get_bs_state(const char *group, unsigned char *uuid, int *state, daos_event_t *ev)
{
	(void)group;
	(void)uuid;
	(void)state;
	return event_complete(ev, -DER_NOSYS);
}

/* The server's version, which is the library's. */
int dc_mgmt_srv_version(uint32_t *major, uint32_t *minor, uint32_t *patch, char **tag)
{
	if (major == NULL || minor == NULL || patch == NULL || tag == NULL)
		return -DER_INVAL;
	*tag = strdup("");
	if (*tag == NULL)
		return -DER_NOMEM;
	*major = DAOS_VERSION_MAJOR;
	*minor = DAOS_VERSION_MINOR;
	*patch = DAOS_VERSION_FIX;
	return 0;
}
