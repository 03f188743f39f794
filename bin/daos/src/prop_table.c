#include "prop_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairs.h"
#include "value.h"

#define LAYOUT_WORDS "unknown, POSIX, HDF5, PYTHON, SPARK, DATABASE, ROOT, SEISMIC, METEO"

/* clang-format off */
const struct prop_def cont_props[] = {
	{DAOS_PROP_CO_ACL, "acl", "Access Control List", PROP_READ_ONLY},
	{DAOS_PROP_CO_ALLOCED_OID, "alloc_oid", "Highest Allocated OID", PROP_READ_ONLY},
	{DAOS_PROP_CO_CSUM, "cksum", "Checksum", PROP_AT_CREATION},
	{DAOS_PROP_CO_CSUM_CHUNK_SIZE, "cksum_size", "Checksum Chunk Size", PROP_AT_CREATION},
	{DAOS_PROP_CO_COMPRESS, "compression", "Compression", PROP_AT_CREATION},
	{DAOS_PROP_CO_DEDUP, "dedup", "Deduplication", PROP_AT_CREATION},
	{DAOS_PROP_CO_DEDUP_THRESHOLD, "dedup_threshold", "Dedupe Threshold", PROP_AT_CREATION},
	{DAOS_PROP_CO_EC_CELL_SZ, "ec_cell_sz", "EC Cell Size", PROP_AT_CREATION},
	{DAOS_PROP_CO_EC_PDA, "ec_pda", "Performance domain affinity level of EC", PROP_AT_CREATION},
	{DAOS_PROP_CO_ENCRYPT, "encryption", "Encryption", PROP_AT_CREATION},
	{DAOS_PROP_CO_GLOBAL_VERSION, "global_version", "Global Version", PROP_READ_ONLY},
	{DAOS_PROP_CO_OWNER_GROUP, "group", "Group", PROP_READ_ONLY},
	{DAOS_PROP_CO_LABEL, "label", "Label", PROP_ALWAYS},
	{DAOS_PROP_CO_LAYOUT_TYPE, "layout_type", "Layout Type (" LAYOUT_WORDS ")", PROP_READ_ONLY},
	{DAOS_PROP_CO_LAYOUT_VER, "layout_version", "Layout Version", PROP_READ_ONLY},
	{DAOS_PROP_CO_SNAPSHOT_MAX, "max_snapshot", "Max Snapshot", PROP_READ_ONLY},
	{DAOS_PROP_CO_OBJ_VERSION, "obj_version", "Object Version", PROP_READ_ONLY},
	{DAOS_PROP_CO_OWNER, "owner", "Owner", PROP_READ_ONLY},
	{DAOS_PROP_CO_PERF_DOMAIN, "perf_domain", "Performance domain level", PROP_AT_CREATION},
	{DAOS_PROP_CO_REDUN_FAC, "rd_fac", "Redundancy Factor (0-4)", PROP_AT_CREATION},
	{DAOS_PROP_CO_REDUN_LVL, "rd_lvl", "Redundancy Level (rank=1, node=2)", PROP_AT_CREATION},
	{DAOS_PROP_CO_ROOTS, "root_oids", "Root OIDs", PROP_READ_ONLY},
	{DAOS_PROP_CO_RP_PDA, "rp_pda", "Performance domain affinity level of RP", PROP_AT_CREATION},
	{DAOS_PROP_CO_SCRUBBER_DISABLED, "scrub_disabled", "Scrubber Disabled", PROP_ALWAYS},
	{DAOS_PROP_CO_CSUM_SERVER_VERIFY, "srv_cksum", "Server Checksumming", PROP_AT_CREATION},
	{DAOS_PROP_CO_STATUS, "status", "Health", PROP_ALWAYS},
};
/* clang-format on */

const int cont_props_nr = sizeof(cont_props) / sizeof(cont_props[0]);

/* The words for numbers, from 0. */
struct words {
	uint32_t type;
	const char *word[10];
};

static const struct words words[] = {
    {DAOS_PROP_CO_CSUM, {"off", "crc16", "crc32", "crc64", "sha1", "sha256", "sha512", "adler32"}},
    {DAOS_PROP_CO_COMPRESS, {"off", "lz4", "deflate", "deflate1", "deflate2", "deflate3", "deflate4"}},
    {DAOS_PROP_CO_DEDUP, {"off", "memcmp", "hash"}},
    {DAOS_PROP_CO_ENCRYPT,
     {"off", "aes-xts128", "aes-xts256", "aes-cbc128", "aes-cbc192", "aes-cbc256", "aes-gcm128", "aes-gcm256"}},
    {DAOS_PROP_CO_REDUN_LVL, {"", "rank", "node"}},
    {DAOS_PROP_CO_SCRUBBER_DISABLED, {"false", "true"}},
    {DAOS_PROP_CO_CSUM_SERVER_VERIFY, {"off", "on"}},
    {DAOS_PROP_CO_STATUS, {"HEALTHY", "UNCLEAN"}},
};

static const struct words *find_words(uint32_t type)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].type == type)
			return &words[i];
	return NULL;
}

const struct prop_def *cont_prop_find(const char *name)
{
	for (int i = 0; i < cont_props_nr; i++)
		if (strcmp(cont_props[i].name, name) == 0)
			return &cont_props[i];
	return NULL;
}

/* The list of entries, "A::OWNER@:rw, A:G:GROUP@:r". */
static char *acl_text(struct daos_acl *acl)
{
	char **entry = NULL;
	size_t nr = 0, size = 1;
	char *text;

	if (daos_acl_to_strs(acl, &entry, &nr) != 0)
		return NULL;
	for (size_t i = 0; i < nr; i++)
		size += strlen(entry[i]) + 2;
	text = calloc(1, size);
	for (size_t i = 0; i < nr; i++) {
		if (text != NULL && i > 0)
			strcat(text, ", ");
		if (text != NULL)
			strcat(text, entry[i]);
		free(entry[i]);
	}
	free(entry);
	return text;
}

static char *roots_text(const struct daos_prop_co_roots *roots)
{
	char text[4 * 48];
	size_t len = 0;

	text[0] = '\0';
	for (int i = 0; i < 4; i++)
		if (!daos_obj_id_is_nil(roots->cr_oids[i]))
			len += snprintf(text + len, sizeof(text) - len, "%s%" PRIu64 ".%" PRIu64, len > 0 ? ", " : "",
					roots->cr_oids[i].hi, roots->cr_oids[i].lo);
	return strdup(len > 0 ? text : "not set");
}

/* Properties that are numbers. */
static char *number_text(uint32_t type, uint64_t value)
{
	const struct words *w = find_words(type);
	struct daos_co_status status;
	char text[SIZE_TEXT_LEN];

	if (type == DAOS_PROP_CO_STATUS) {
		daos_prop_val_2_co_status(value, &status);
		value = status.dcs_status;
	}
	if (w != NULL && value < sizeof(w->word) / sizeof(w->word[0]) && w->word[value] != NULL &&
	    w->word[value][0] != '\0')
		return strdup(w->word[value]);
	switch (type) {
	case DAOS_PROP_CO_LAYOUT_TYPE:
		return strdup(layout_name(value));
	case DAOS_PROP_CO_CSUM_CHUNK_SIZE:
	case DAOS_PROP_CO_DEDUP_THRESHOLD:
	case DAOS_PROP_CO_EC_CELL_SZ:
		return strdup(size_text_binary(value, text));
	case DAOS_PROP_CO_PERF_DOMAIN:
		if (value == DAOS_PROP_PERF_DOMAIN_ROOT)
			return strdup("root (255)");
		if (value == DAOS_PROP_PERF_DOMAIN_GROUP)
			return strdup("group (200)");
		break;
	}
	snprintf(text, sizeof(text), "%" PRIu64, value);
	return strdup(text);
}

char *cont_prop_text(const struct prop_def *def, const struct daos_prop_entry *entry)
{
	if (entry->dpe_flags & DAOS_PROP_ENTRY_NOT_SET)
		return strdup("not set");
	switch (def->type) {
	case DAOS_PROP_CO_ACL:
		return entry->dpe_val_ptr != NULL ? acl_text(entry->dpe_val_ptr) : strdup("not set");
	case DAOS_PROP_CO_ROOTS:
		return entry->dpe_val_ptr != NULL ? roots_text(entry->dpe_val_ptr) : strdup("not set");
	case DAOS_PROP_CO_LABEL:
	case DAOS_PROP_CO_OWNER:
	case DAOS_PROP_CO_OWNER_GROUP:
		return strdup(entry->dpe_str != NULL ? entry->dpe_str : "not set");
	default:
		return number_text(def->type, entry->dpe_val);
	}
}

static int word_parse(const struct prop_def *def, const struct words *w, const char *text, uint64_t *value)
{
	for (size_t i = 0; i < sizeof(w->word) / sizeof(w->word[0]) && w->word[i] != NULL; i++) {
		if (w->word[i][0] != '\0' && strcasecmp(w->word[i], text) == 0) {
			*value = i;
			return 0;
		}
	}
	if (def->type == DAOS_PROP_CO_REDUN_LVL && (strcmp(text, "1") == 0 || strcmp(text, "2") == 0)) {
		*value = text[0] - '0';
		return 0;
	}
	return -1;
}

static int number_parse(const struct prop_def *def, const char *text, uint64_t *value)
{
	const struct words *w = find_words(def->type);
	char why[128];

	if (w != NULL)
		return word_parse(def, w, text, value);
	switch (def->type) {
	case DAOS_PROP_CO_CSUM_CHUNK_SIZE:
	case DAOS_PROP_CO_DEDUP_THRESHOLD:
	case DAOS_PROP_CO_EC_CELL_SZ:
		return size_parse(text, value, why, sizeof(why));
	case DAOS_PROP_CO_PERF_DOMAIN:
		*value = strcmp(text, "group") == 0 ? DAOS_PROP_PERF_DOMAIN_GROUP : DAOS_PROP_PERF_DOMAIN_ROOT;
		return daos_perf_domain_is_valid(text) ? 0 : -1;
	case DAOS_PROP_CO_REDUN_FAC:
		return u64_parse(text, value, why, sizeof(why)) != 0 || !daos_rf_is_valid(*value) ? -1 : 0;
	default:
		return u64_parse(text, value, why, sizeof(why));
	}
}

static int entry_parse(const struct prop_def *def, const char *text, struct daos_prop_entry *entry, char *why,
		       size_t whysize)
{
	struct daos_co_status status = {0};
	uint64_t value = 0;

	entry->dpe_type = def->type;
	if (def->type == DAOS_PROP_CO_LABEL) {
		if (!daos_label_is_valid(text)) {
			snprintf(why, whysize, "invalid label \"%s\"", text);
			return -1;
		}
		entry->dpe_str = strdup(text);
		return entry->dpe_str != NULL ? 0 : -1;
	}
	if (number_parse(def, text, &value) != 0 ||
	    (def->type == DAOS_PROP_CO_STATUS && value != DAOS_PROP_CO_HEALTHY)) {
		snprintf(why, whysize, "invalid value \"%s\" for property %s", text, def->name);
		return -1;
	}
	if (def->type == DAOS_PROP_CO_STATUS) {
		status.dcs_status = DAOS_PROP_CO_HEALTHY;
		status.dcs_flags = DAOS_PROP_CO_CLEAR;
		value = daos_prop_co_status_2_val(&status);
	}
	entry->dpe_val = value;
	return 0;
}

static void not_settable(const char *name, enum prop_settable when, char *why, size_t whysize)
{
	size_t len = snprintf(why, whysize, "\"%s\" is not a settable property (valid: ", name);
	bool first = true;

	for (int i = 0; i < cont_props_nr && len < whysize; i++) {
		if (cont_props[i].settable < (int)when)
			continue;
		len += snprintf(why + len, whysize - len, "%s%s", first ? "" : ",", cont_props[i].name);
		first = false;
	}
	if (len < whysize)
		snprintf(why + len, whysize - len, ")");
}

int cont_props_parse(const char *text, enum prop_settable when, uint32_t spare, daos_prop_t **prop, char *why,
		     size_t whysize)
{
	struct pairs pairs = {0};
	daos_prop_t *list = NULL;
	int rc = 0;

	if (text != NULL && pairs_parse(text, &pairs, why, whysize) != 0)
		return -1;
	if (pairs.nr + spare > 0)
		list = daos_prop_alloc(pairs.nr + spare);
	if (list == NULL && pairs.nr + spare > 0) {
		snprintf(why, whysize, "out of memory");
		rc = -1;
	}
	for (int i = 0; rc == 0 && i < pairs.nr; i++) {
		const struct prop_def *def = cont_prop_find(pairs.key[i]);

		if (def == NULL || def->settable < (int)when) {
			not_settable(pairs.key[i], when, why, whysize);
			rc = -1;
		} else {
			rc = entry_parse(def, pairs.value[i], &list->dpp_entries[i], why, whysize);
		}
	}
	pairs_free(&pairs);
	if (rc != 0) {
		daos_prop_free(list);
		list = NULL;
	}
	*prop = list;
	return rc;
}
