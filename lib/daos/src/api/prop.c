#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_prop.h>
#include <daos_security.h>
#include <gurt/common.h>

/* What the union of an entry holds. The prop owns what strings and pointers point to. */
enum value_kind { VALUE_NUMBER, VALUE_STRING, VALUE_ACL, VALUE_ROOTS, VALUE_RANKS };

static enum value_kind kind_of(uint32_t type)
{
	switch (type) {
	case DAOS_PROP_PO_LABEL:
	case DAOS_PROP_PO_OWNER:
	case DAOS_PROP_PO_OWNER_GROUP:
	case DAOS_PROP_CO_LABEL:
	case DAOS_PROP_CO_OWNER:
	case DAOS_PROP_CO_OWNER_GROUP:
		return VALUE_STRING;
	case DAOS_PROP_PO_ACL:
	case DAOS_PROP_CO_ACL:
		return VALUE_ACL;
	case DAOS_PROP_CO_ROOTS:
		return VALUE_ROOTS;
	case DAOS_PROP_PO_SVC_LIST:
		return VALUE_RANKS;
	default:
		return VALUE_NUMBER;
	}
}

bool daos_prop_has_str(struct daos_prop_entry *entry)
{
	return kind_of(entry->dpe_type) == VALUE_STRING;
}

bool daos_prop_has_ptr(struct daos_prop_entry *entry)
{
	enum value_kind kind = kind_of(entry->dpe_type);

	return kind != VALUE_NUMBER && kind != VALUE_STRING;
}

static void entry_clear(struct daos_prop_entry *entry)
{
	switch (kind_of(entry->dpe_type)) {
	case VALUE_STRING:
		free(entry->dpe_str);
		break;
	case VALUE_ACL:
	case VALUE_ROOTS:
		free(entry->dpe_val_ptr);
		break;
	case VALUE_RANKS:
		d_rank_list_free(entry->dpe_val_ptr);
		break;
	case VALUE_NUMBER:
		break;
	}
	entry->dpe_val = 0;
}

daos_prop_t *daos_prop_alloc(uint32_t entries_nr)
{
	daos_prop_t *prop;

	if (entries_nr > DAOS_PROP_ENTRIES_MAX_NR)
		return NULL;
	prop = calloc(1, sizeof(*prop));
	if (prop == NULL || entries_nr == 0)
		return prop;
	prop->dpp_entries = calloc(entries_nr, sizeof(*prop->dpp_entries));
	if (prop->dpp_entries == NULL) {
		free(prop);
		return NULL;
	}
	prop->dpp_nr = entries_nr;
	return prop;
}

void daos_prop_fini(daos_prop_t *prop)
{
	if (prop == NULL || prop->dpp_entries == NULL)
		return;
	for (uint32_t i = 0; i < prop->dpp_nr; i++)
		entry_clear(&prop->dpp_entries[i]);
	free(prop->dpp_entries);
	prop->dpp_entries = NULL;
	prop->dpp_nr = 0;
}

void daos_prop_free(daos_prop_t *prop)
{
	daos_prop_fini(prop);
	free(prop);
}

struct daos_prop_entry *daos_prop_entry_get(daos_prop_t *prop, uint32_t type)
{
	if (prop == NULL || prop->dpp_entries == NULL)
		return NULL;
	for (uint32_t i = 0; i < prop->dpp_nr; i++)
		if (prop->dpp_entries[i].dpe_type == type)
			return &prop->dpp_entries[i];
	return NULL;
}

int daos_prop_entry_set_str(struct daos_prop_entry *entry, const char *str, daos_size_t len)
{
	char *copy = NULL;

	if (entry == NULL || !daos_prop_has_str(entry))
		return -DER_INVAL;
	if (str != NULL) {
		copy = strndup(str, len);
		if (copy == NULL)
			return -DER_NOMEM;
	}
	free(entry->dpe_str);
	entry->dpe_str = copy;
	return 0;
}

int daos_prop_set_str(daos_prop_t *prop, uint32_t type, const char *str, daos_size_t len)
{
	struct daos_prop_entry *entry = daos_prop_entry_get(prop, type);

	return entry == NULL ? -DER_NONEXIST : daos_prop_entry_set_str(entry, str, len);
}

int daos_prop_entry_set_ptr(struct daos_prop_entry *entry, const void *ptr, daos_size_t size)
{
	void *copy = NULL;

	if (entry == NULL || !daos_prop_has_ptr(entry) || kind_of(entry->dpe_type) == VALUE_RANKS)
		return -DER_INVAL;
	if (ptr != NULL) {
		copy = malloc(size);
		if (copy == NULL)
			return -DER_NOMEM;
		memcpy(copy, ptr, size);
	}
	free(entry->dpe_val_ptr);
	entry->dpe_val_ptr = copy;
	return 0;
}

int daos_prop_set_ptr(daos_prop_t *prop, uint32_t type, const void *ptr, daos_size_t size)
{
	struct daos_prop_entry *entry = daos_prop_entry_get(prop, type);

	return entry == NULL ? -DER_NONEXIST : daos_prop_entry_set_ptr(entry, ptr, size);
}

int daos_prop_entry_dup_ptr(struct daos_prop_entry *entry_dst, struct daos_prop_entry *entry_src, size_t len)
{
	void *copy;

	if (entry_dst == NULL || entry_src == NULL || entry_src->dpe_val_ptr == NULL)
		return -DER_INVAL;
	copy = malloc(len);
	if (copy == NULL)
		return -DER_NOMEM;
	memcpy(copy, entry_src->dpe_val_ptr, len);
	entry_dst->dpe_val_ptr = copy;
	return 0;
}

int daos_prop_entry_dup_co_roots(struct daos_prop_entry *dst, struct daos_prop_entry *src)
{
	return daos_prop_entry_dup_ptr(dst, src, sizeof(struct daos_prop_co_roots));
}

int daos_prop_entry_cmp_acl(struct daos_prop_entry *entry1, struct daos_prop_entry *entry2)
{
	struct daos_acl *a = entry1->dpe_val_ptr, *b = entry2->dpe_val_ptr;

	if (a == NULL || b == NULL)
		return a == b ? 0 : -DER_MISMATCH;
	if (daos_acl_get_size(a) != daos_acl_get_size(b) || memcmp(a, b, (size_t)daos_acl_get_size(a)) != 0)
		return -DER_MISMATCH;
	return 0;
}

static int dup_ranks(struct daos_prop_entry *dst, const d_rank_list_t *src)
{
	d_rank_list_t *copy = calloc(1, sizeof(*copy));

	if (copy == NULL)
		return -DER_NOMEM;
	copy->rl_ranks = calloc(src->rl_nr + 1, sizeof(*copy->rl_ranks));
	if (copy->rl_ranks == NULL) {
		free(copy);
		return -DER_NOMEM;
	}
	if (src->rl_nr > 0)
		memcpy(copy->rl_ranks, src->rl_ranks, src->rl_nr * sizeof(*copy->rl_ranks));
	copy->rl_nr = src->rl_nr;
	dst->dpe_val_ptr = copy;
	return 0;
}

/* A deep copy. `dst` holds nothing before; after a failure it holds nothing either. */
static int entry_copy(struct daos_prop_entry *dst, struct daos_prop_entry *src)
{
	enum value_kind kind = kind_of(src->dpe_type);

	*dst = *src;
	dst->dpe_val = 0;
	if (kind == VALUE_NUMBER) {
		dst->dpe_val = src->dpe_val;
		return 0;
	}
	if (src->dpe_val_ptr == NULL)
		return 0;
	switch (kind) {
	case VALUE_STRING:
		return daos_prop_entry_set_str(dst, src->dpe_str, strlen(src->dpe_str));
	case VALUE_ACL:
		return daos_prop_entry_dup_ptr(dst, src, (size_t)daos_acl_get_size(src->dpe_val_ptr));
	case VALUE_ROOTS:
		return daos_prop_entry_dup_co_roots(dst, src);
	default:
		return dup_ranks(dst, src->dpe_val_ptr);
	}
}

/* How many entries of `new_prop` have no counterpart in `old_prop`. */
static uint32_t count_added(daos_prop_t *old_prop, daos_prop_t *new_prop)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; new_prop != NULL && i < new_prop->dpp_nr; i++)
		nr += daos_prop_entry_get(old_prop, new_prop->dpp_entries[i].dpe_type) == NULL;
	return nr;
}

int daos_prop_merge2(daos_prop_t *old_prop, daos_prop_t *new_prop, daos_prop_t **out_prop)
{
	struct daos_prop_entry *src, *next;
	uint32_t old_nr, new_nr;
	daos_prop_t *out;
	int rc = 0;

	if ((old_prop == NULL && new_prop == NULL) || out_prop == NULL)
		return -DER_INVAL;
	old_nr = old_prop == NULL ? 0 : old_prop->dpp_nr;
	new_nr = new_prop == NULL ? 0 : new_prop->dpp_nr;
	out = daos_prop_alloc(old_nr + count_added(old_prop, new_prop));
	if (out == NULL)
		return -DER_NOMEM;
	next = out->dpp_entries;
	for (uint32_t i = 0; rc == 0 && i < old_nr; i++) {
		src = daos_prop_entry_get(new_prop, old_prop->dpp_entries[i].dpe_type);
		rc = entry_copy(next++, src == NULL ? &old_prop->dpp_entries[i] : src);
	}
	for (uint32_t i = 0; rc == 0 && i < new_nr; i++) {
		src = &new_prop->dpp_entries[i];
		if (daos_prop_entry_get(old_prop, src->dpe_type) == NULL)
			rc = entry_copy(next++, src);
	}
	if (rc == 0)
		*out_prop = out;
	else
		daos_prop_free(out);
	return rc;
}

daos_prop_t *daos_prop_merge(daos_prop_t *old_prop, daos_prop_t *new_prop)
{
	daos_prop_t *out = NULL;

	return daos_prop_merge2(old_prop, new_prop, &out) == 0 ? out : NULL;
}
