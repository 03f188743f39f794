#include "oclass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_obj.h>

#include "event.h"

#define CLASS_ID(redun, nr) ((daos_oclass_id_t)(redun) << OC_REDUN_SHIFT | (nr))
#define COUNT_OF(a)	    (sizeof(a) / sizeof((a)[0]))
#define EC_CELL_DEFAULT	    (1 << 17)

/* A class is one of these and a number of redundancy groups; `predefined`: how many of group_counts[] have an OC_ name.
 */
static const struct redundancy {
	enum daos_obj_redun id;
	const char *name;
	unsigned replicas, data, parity;
	unsigned predefined;
} redundancies[] = {
    {OR_RP_1, "S", 1, 0, 0, 9},		  {OR_RP_2, "RP_2", 2, 0, 0, 9},	{OR_RP_3, "RP_3", 3, 0, 0, 9},
    {OR_RP_4, "RP_4", 4, 0, 0, 9},	  {OR_RP_5, "RP_5", 5, 0, 0, 9},	{OR_RP_6, "RP_6", 6, 0, 0, 9},
    {OR_RP_8, "RP_8", 8, 0, 0, 0},	  {OR_RP_12, "RP_12", 12, 0, 0, 1},	{OR_RP_16, "RP_16", 16, 0, 0, 1},
    {OR_RP_24, "RP_24", 24, 0, 0, 1},	  {OR_RP_32, "RP_32", 32, 0, 0, 1},	{OR_RP_48, "RP_48", 48, 0, 0, 1},
    {OR_RP_64, "RP_64", 64, 0, 0, 1},	  {OR_RP_128, "RP_128", 128, 0, 0, 1},	{OR_RS_2P1, "EC_2P1", 0, 2, 1, 9},
    {OR_RS_2P2, "EC_2P2", 0, 2, 2, 9},	  {OR_RS_4P1, "EC_4P1", 0, 4, 1, 9},	{OR_RS_4P2, "EC_4P2", 0, 4, 2, 9},
    {OR_RS_4P3, "EC_4P3", 0, 4, 3, 9},	  {OR_RS_8P1, "EC_8P1", 0, 8, 1, 9},	{OR_RS_8P2, "EC_8P2", 0, 8, 2, 9},
    {OR_RS_8P3, "EC_8P3", 0, 8, 3, 9},	  {OR_RS_16P1, "EC_16P1", 0, 16, 1, 9}, {OR_RS_16P2, "EC_16P2", 0, 16, 2, 9},
    {OR_RS_16P3, "EC_16P3", 0, 16, 3, 9},
};

static const unsigned group_counts[] = {1, 2, 4, 6, 8, 12, 16, 32, MAX_NUM_GROUPS};

/* Classes that name a size instead of a layout, kept from before there were the others. */
static const struct {
	daos_oclass_id_t id;
	const char *name;
	daos_oclass_id_t means;
} sizes[] = {
    {OC_TINY, "TINY", OC_S1},
    {OC_SMALL, "SMALL", OC_S4},
    {OC_LARGE, "LARGE", OC_S16},
    {OC_MAX, "MAX", OC_SX},
    {OC_RP_TINY, "RP_TINY", OC_RP_2G1},
    {OC_RP_SMALL, "RP_SMALL", OC_RP_2G4},
    {OC_RP_LARGE, "RP_LARGE", OC_RP_2G16},
    {OC_RP_MAX, "RP_MAX", OC_RP_2GX},
    {OC_RP_SF_TINY, "RP_SF_TINY", OC_RP_3G1},
    {OC_RP_SF_SMALL, "RP_SF_SMALL", OC_RP_3G4},
    {OC_RP_SF_LARGE, "RP_SF_LARGE", OC_RP_3G16},
    {OC_RP_SF_MAX, "RP_SF_MAX", OC_RP_3GX},
    {OC_RP_XSF, "RP_XSF", OC_RP_128G1},
    {OC_EC_TINY, "EC_TINY", OC_EC_2P1G1},
    {OC_EC_SMALL, "EC_SMALL", OC_EC_4P1G1},
    {OC_EC_LARGE, "EC_LARGE", OC_EC_8P2G1},
    {OC_EC_MAX, "EC_MAX", OC_EC_16P2GX},
};

static const struct redundancy *find_redundancy(daos_oclass_id_t cid)
{
	for (size_t i = 0; i < COUNT_OF(redundancies); i++)
		if ((daos_oclass_id_t)redundancies[i].id == cid >> OC_REDUN_SHIFT)
			return &redundancies[i];
	return NULL;
}

static uint32_t group_nr(daos_oclass_id_t cid)
{
	return cid & ((1U << OC_REDUN_SHIFT) - 1);
}

static bool is_layout(daos_oclass_id_t cid)
{
	return find_redundancy(cid) != NULL && group_nr(cid) > 0 && group_nr(cid) <= MAX_NUM_GROUPS;
}

int oclass_choose(daos_oclass_id_t cid, daos_oclass_hints_t hints, daos_oclass_id_t *chosen)
{
	if (cid == OC_UNKNOWN)
		cid = hints & DAOS_OCH_SHD_MAX ? OC_SX : OC_S1;
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		if (sizes[i].id == cid)
			cid = sizes[i].means;
	if (!is_layout(cid))
		return -DER_INVAL;
	*chosen = cid;
	return 0;
}

/* "X" or 1 … 65534, without sign or leading zero; 0 if it is neither. */
static unsigned parse_groups(const char *str)
{
	unsigned long n;
	char *end;

	if (strcmp(str, "X") == 0)
		return MAX_NUM_GROUPS;
	if (*str < '1' || *str > '9')
		return 0;
	n = strtoul(str, &end, 10);
	return *end == '\0' && n < MAX_NUM_GROUPS ? (unsigned)n : 0;
}

int daos_oclass_name2id(const char *name)
{
	if (name == NULL)
		return OC_UNKNOWN;
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		if (strcmp(sizes[i].name, name) == 0)
			return (int)sizes[i].id;
	for (size_t i = 0; i < COUNT_OF(redundancies); i++) {
		const struct redundancy *r = &redundancies[i];
		size_t len = strlen(r->name);
		const char *groups = name + len;

		if (strncmp(name, r->name, len) != 0)
			continue;
		if (r->id != OR_RP_1 && *groups++ != 'G')
			continue;
		if (parse_groups(groups) != 0)
			return (int)CLASS_ID(r->id, parse_groups(groups));
	}
	return OC_UNKNOWN;
}

static void format_name(const struct redundancy *r, unsigned groups, char *name)
{
	char nr[8] = "X";

	if (groups != MAX_NUM_GROUPS)
		snprintf(nr, sizeof(nr), "%u", groups & 0xffff);
	snprintf(name, MAX_OBJ_CLASS_NAME_LEN, "%s%s%s", r->name, r->id == OR_RP_1 ? "" : "G", nr);
}

int daos_oclass_id2name(daos_oclass_id_t oc_id, char *name)
{
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		if (sizes[i].id == oc_id) {
			strcpy(name, sizes[i].name);
			return 0;
		}
	}
	if (!is_layout(oc_id)) {
		strcpy(name, "UNKNOWN");
		return -1;
	}
	format_name(find_redundancy(oc_id), group_nr(oc_id), name);
	return 0;
}

/* The `i`th class that has an OC_ name of its own; 0 behind the last. */
static daos_oclass_id_t predefined(unsigned i)
{
	for (size_t r = 0; r < COUNT_OF(redundancies); r++) {
		if (i < redundancies[r].predefined)
			return CLASS_ID(redundancies[r].id, group_counts[i]);
		i -= redundancies[r].predefined;
	}
	return OC_UNKNOWN;
}

int daos_oclass_nr(int reserved)
{
	int nr = 0;

	(void)reserved;
	while (predefined((unsigned)nr) != OC_UNKNOWN)
		nr++;
	return nr;
}

ssize_t daos_oclass_names_list(size_t size, char *str)
{
	char name[MAX_OBJ_CLASS_NAME_LEN];
	daos_oclass_id_t id;
	size_t len = 0;

	if (str == NULL && size > 0)
		return -DER_INVAL;
	for (unsigned i = 0; (id = predefined(i)) != OC_UNKNOWN; i++) {
		daos_oclass_id2name(id, name);
		len += (size_t)snprintf(len < size ? str + len : NULL, len < size ? size - len : 0, "%s%s",
					i == 0 ? "" : ", ", name);
	}
	return (ssize_t)len;
}

static void fill_attr(daos_oclass_id_t cid, struct daos_oclass_attr *attr)
{
	const struct redundancy *r = find_redundancy(cid);

	memset(attr, 0, sizeof(*attr));
	attr->ca_schema = group_nr(cid) == 1 ? DAOS_OS_SINGLE : DAOS_OS_STRIPED;
	attr->ca_grp_nr = group_nr(cid);
	if (r->replicas > 0) {
		attr->ca_resil = DAOS_RES_REPL;
		attr->ca_resil_degree = r->replicas - 1;
		attr->u.rp.r_num = r->replicas;
	} else {
		attr->ca_resil = DAOS_RES_EC;
		attr->ca_resil_degree = r->parity;
		attr->u.ec.e_k = (unsigned short)r->data;
		attr->u.ec.e_p = (unsigned short)r->parity;
		attr->u.ec.e_len = EC_CELL_DEFAULT;
	}
}

int daos_obj_query_class(daos_handle_t coh, daos_oclass_id_t cid, struct daos_oclass_attr *cattr, daos_event_t *ev)
{
	int rc = 0;

	(void)coh;
	if (cattr == NULL || cid == OC_UNKNOWN)
		rc = -DER_INVAL;
	else if (oclass_choose(cid, 0, &cid) != 0)
		rc = -DER_NONEXIST;
	else
		fill_attr(cid, cattr);
	return event_complete(ev, rc);
}

int daos_obj_list_class(daos_handle_t coh, struct daos_oclass_list *clist, daos_anchor_t *anchor, daos_event_t *ev)
{
	daos_oclass_id_t cid = OC_UNKNOWN;
	uint64_t next;

	(void)coh;
	if (clist == NULL || clist->cl_cids == NULL || anchor == NULL)
		return event_complete(ev, -DER_INVAL);
	memcpy(&next, anchor->da_buf, sizeof(next));
	if (anchor->da_type == DAOS_ANCHOR_TYPE_ZERO)
		next = 0;
	for (clist->cl_nr_out = 0; clist->cl_nr_out < clist->cl_nr; clist->cl_nr_out++, next++) {
		cid = predefined((unsigned)next);
		if (cid == OC_UNKNOWN)
			break;
		clist->cl_cids[clist->cl_nr_out] = cid;
		if (clist->cl_cattrs != NULL)
			fill_attr(cid, &clist->cl_cattrs[clist->cl_nr_out]);
	}
	anchor->da_type = predefined((unsigned)next) == OC_UNKNOWN ? DAOS_ANCHOR_TYPE_EOF : DAOS_ANCHOR_TYPE_KEY;
	memcpy(anchor->da_buf, &next, sizeof(next));
	return event_complete(ev, 0);
}

int daos_obj_register_class(daos_handle_t coh, daos_oclass_id_t cid, struct daos_oclass_attr *cattr, daos_event_t *ev)
{
	(void)coh;
	(void)cid;
	(void)cattr;
	return event_complete(ev, -DER_NOSYS);
}
