/* Which containers a pool has: all of them, or those that a filter lets through. */
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_pool.h>

#include "event.h"
#include "pool_handle.h"
#include "store/cont.h"

static void fill_id(const struct registry_member *member, struct daos_pool_cont_info *id)
{
	memset(id, 0, sizeof(*id));
	uuid_copy(id->pci_uuid, member->uuid);
	strcpy(id->pci_label, member->label[0] != '\0' ? member->label : DAOS_PROP_CO_LABEL_DEFAULT);
}

/* Without a buffer: the number of containers. -DER_TRUNC and that number where the buffer is too small. */
static int list(struct pool *pool, daos_size_t *n, struct daos_pool_cont_info *buf)
{
	struct registry_member *members;
	daos_size_t room;
	size_t count;
	int rc;

	if (n == NULL)
		return -DER_INVAL;
	rc = registry_list(&pool->conts, &members, &count);
	if (rc != 0)
		return rc;
	room = *n;
	*n = count;
	if (buf != NULL && room < count)
		rc = -DER_TRUNC;
	for (size_t i = 0; buf != NULL && rc == 0 && i < count; i++)
		fill_id(&members[i], &buf[i]);
	free(members);
	return rc;
}

int daos_pool_list_cont(daos_handle_t poh, daos_size_t *n, struct daos_pool_cont_info *buf, daos_event_t *ev)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = list(h->pool, n, buf);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}

int daos_pool_cont_filter_init(daos_pool_cont_filter_t *filt, uint32_t combine)
{
	if (filt == NULL || combine > PCF_COMBINE_LOGICAL_OR)
		return -DER_INVAL;
	memset(filt, 0, sizeof(*filt));
	filt->pcf_combine_func = combine;
	return 0;
}

/* Keeps a copy of `part`. */
int daos_pool_cont_filter_add(daos_pool_cont_filter_t *filt, daos_pool_cont_filter_part_t *part)
{
	daos_pool_cont_filter_part_t **more, *copy;

	if (filt == NULL || part == NULL || part->pcfp_func >= PCF_FUNC_MAX || part->pcfp_key >= PCF_KEY_MAX)
		return -DER_INVAL;
	if (filt->pcf_nparts >= DAOS_POOL_CONT_FILTER_MAX_NPARTS)
		return -DER_NOSPACE;
	copy = malloc(sizeof(*copy));
	more = realloc(filt->pcf_parts, (filt->pcf_nparts + 1) * sizeof(*more));
	if (more != NULL)
		filt->pcf_parts = more;
	if (more == NULL || copy == NULL) {
		free(copy);
		return -DER_NOMEM;
	}
	*copy = *part;
	filt->pcf_parts[filt->pcf_nparts++] = copy;
	return 0;
}

void daos_pool_cont_filter_fini(daos_pool_cont_filter_t *filt)
{
	if (filt == NULL)
		return;
	for (uint32_t i = 0; i < filt->pcf_nparts; i++)
		free(filt->pcf_parts[i]);
	free(filt->pcf_parts);
	memset(filt, 0, sizeof(*filt));
}

static uint64_t value_of(const daos_cont_info_t *info, uint32_t key)
{
	switch (key) {
	case PCF_KEY_MD_OTIME:
		return info->ci_md_otime;
	case PCF_KEY_MD_MTIME:
		return info->ci_md_mtime;
	case PCF_KEY_NUM_SNAPSHOTS:
		return info->ci_nsnapshots;
	default:
		return info->ci_nhandles;
	}
}

static bool part_passes(const daos_pool_cont_filter_part_t *part, const daos_cont_info_t *info)
{
	uint64_t val = value_of(info, part->pcfp_key);

	switch (part->pcfp_func) {
	case PCF_FUNC_EQ:
		return val == part->pcfp_val64;
	case PCF_FUNC_NE:
		return val != part->pcfp_val64;
	case PCF_FUNC_LT:
		return val < part->pcfp_val64;
	case PCF_FUNC_LE:
		return val <= part->pcfp_val64;
	case PCF_FUNC_GT:
		return val > part->pcfp_val64;
	default:
		return val >= part->pcfp_val64;
	}
}

/* A filter without parts lets everything through. */
static bool passes(const daos_pool_cont_filter_t *filt, const daos_cont_info_t *info)
{
	bool any = filt->pcf_combine_func == PCF_COMBINE_LOGICAL_OR;

	for (uint32_t i = 0; i < filt->pcf_nparts; i++)
		if (part_passes(filt->pcf_parts[i], info) == any)
			return any;
	return !any || filt->pcf_nparts == 0;
}

static bool filter_ok(const daos_pool_cont_filter_t *filt)
{
	if (filt->pcf_combine_func > PCF_COMBINE_LOGICAL_OR || filt->pcf_nparts > DAOS_POOL_CONT_FILTER_MAX_NPARTS)
		return false;
	for (uint32_t i = 0; i < filt->pcf_nparts; i++)
		if (filt->pcf_parts[i]->pcfp_func >= PCF_FUNC_MAX || filt->pcf_parts[i]->pcfp_key >= PCF_KEY_MAX)
			return false;
	return true;
}

static int filter(struct pool *pool, const daos_pool_cont_filter_t *filt, daos_size_t *n,
		  struct daos_pool_cont_info2 *buf)
{
	struct registry_member *members;
	daos_size_t room, found = 0;
	size_t count;
	int rc;

	if (n == NULL || filt == NULL || !filter_ok(filt))
		return -DER_INVAL;
	rc = registry_list(&pool->conts, &members, &count);
	if (rc != 0)
		return rc;
	room = *n;
	for (size_t i = 0; i < count; i++) {
		struct daos_pool_cont_info2 info = {0};

		rc = cont_info_closed(pool, members[i].uuid, &info.pci_cinfo);
		if (rc != 0 && registry_get(&pool->conts, members[i].uuid, &members[i]) == -DER_NONEXIST)
			rc = 0; /* destroyed meanwhile */
		else if (rc != 0)
			break;
		else if (passes(filt, &info.pci_cinfo)) {
			fill_id(&members[i], &info.pci_id);
			if (buf != NULL && found < room)
				buf[found] = info;
			found++;
		}
	}
	free(members);
	if (rc == 0)
		*n = found;
	return rc == 0 && buf != NULL && found > room ? -DER_TRUNC : rc;
}

int daos_pool_filter_cont(daos_handle_t poh, daos_pool_cont_filter_t *filt, daos_size_t *n,
			  struct daos_pool_cont_info2 *buf, daos_event_t *ev)
{
	struct pool_handle *h = pool_handle_get(poh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = filter(h->pool, filt, n, buf);
		handle_put(poh);
	}
	return event_complete(ev, rc);
}
