#include "props.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <daos_errno.h>
#include <daos_security.h>

#define ANY UINT64_MAX
#define U32 UINT32_MAX

static const struct props_info pool_props[] = {
    {DAOS_PROP_PO_LABEL, PROPS_STRING, PROPS_ANYTIME, .str = DAOS_PROP_PO_LABEL_DEFAULT},
    {DAOS_PROP_PO_ACL, PROPS_ACL, PROPS_ANYTIME, .str = "A::OWNER@:rw A:G:GROUP@:rw"},
    {DAOS_PROP_PO_SPACE_RB, PROPS_NUMBER, PROPS_ANYTIME, 100, 0},
    {DAOS_PROP_PO_SELF_HEAL, PROPS_NUMBER, PROPS_ANYTIME, 7, DAOS_SELF_HEAL_AUTO_EXCLUDE | DAOS_SELF_HEAL_AUTO_REBUILD},
    {DAOS_PROP_PO_RECLAIM, PROPS_NUMBER, PROPS_ANYTIME, DAOS_RECLAIM_TIME, DAOS_RECLAIM_LAZY},
    {DAOS_PROP_PO_OWNER, PROPS_STRING, PROPS_ANYTIME, .str = "NOBODY@"},
    {DAOS_PROP_PO_OWNER_GROUP, PROPS_STRING, PROPS_ANYTIME, .str = "NOBODY@"},
    {DAOS_PROP_PO_SVC_LIST, PROPS_RANKS, PROPS_NEVER},
    {DAOS_PROP_PO_EC_CELL_SZ, PROPS_NUMBER, PROPS_ANYTIME, DAOS_PROP_PO_EC_CELL_SZ_MAX, 131072},
    {DAOS_PROP_PO_DATA_THRESH, PROPS_NUMBER, PROPS_ANYTIME, ANY, DAOS_PROP_PO_DATA_THRESH_DEFAULT},
    {DAOS_PROP_PO_REDUN_FAC, PROPS_NUMBER, PROPS_ANYTIME, DAOS_PROP_PO_REDUN_FAC_MAX, 0},
    {DAOS_PROP_PO_EC_PDA, PROPS_NUMBER, PROPS_ANYTIME, U32, DAOS_PROP_PO_EC_PDA_DEFAULT},
    {DAOS_PROP_PO_RP_PDA, PROPS_NUMBER, PROPS_ANYTIME, U32, DAOS_PROP_PO_RP_PDA_DEFAULT},
    {DAOS_PROP_PO_GLOBAL_VERSION, PROPS_NUMBER, PROPS_NEVER, ANY, 4},
    {DAOS_PROP_PO_UPGRADE_STATUS, PROPS_NUMBER, PROPS_NEVER, ANY, DAOS_UPGRADE_STATUS_NOT_STARTED},
    {DAOS_PROP_PO_SCRUB_MODE, PROPS_NUMBER, PROPS_ANYTIME, DAOS_SCRUB_MODE_TIMED, DAOS_PROP_PO_SCRUB_MODE_DEFAULT},
    {DAOS_PROP_PO_SCRUB_FREQ, PROPS_NUMBER, PROPS_ANYTIME, ANY, DAOS_PROP_PO_SCRUB_FREQ_DEFAULT},
    {DAOS_PROP_PO_SCRUB_THRESH, PROPS_NUMBER, PROPS_ANYTIME, ANY, DAOS_PROP_PO_SCRUB_THRESH_DEFAULT},
    {DAOS_PROP_PO_SVC_REDUN_FAC, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_PROP_PO_SVC_REDUN_FAC_MAX,
     DAOS_PROP_PO_SVC_REDUN_FAC_DEFAULT},
    {DAOS_PROP_PO_OBJ_VERSION, PROPS_NUMBER, PROPS_NEVER, ANY, 2},
    {DAOS_PROP_PO_PERF_DOMAIN, PROPS_NUMBER, PROPS_AT_CREATION, 255, DAOS_PROP_PO_PERF_DOMAIN_DEFAULT},
    {DAOS_PROP_PO_CHECKPOINT_MODE, PROPS_NUMBER, PROPS_ANYTIME, DAOS_CHECKPOINT_LAZY,
     DAOS_PROP_PO_CHECKPOINT_MODE_DEFAULT},
    {DAOS_PROP_PO_CHECKPOINT_FREQ, PROPS_NUMBER, PROPS_ANYTIME, DAOS_PROP_PO_CHECKPOINT_FREQ_MAX,
     DAOS_PROP_PO_CHECKPOINT_FREQ_DEFAULT},
    {DAOS_PROP_PO_CHECKPOINT_THRESH, PROPS_NUMBER, PROPS_ANYTIME, DAOS_PROP_PO_CHECKPOINT_THRESH_MAX,
     DAOS_PROP_PO_CHECKPOINT_THRESH_DEFAULT},
    {DAOS_PROP_PO_REINT_MODE, PROPS_NUMBER, PROPS_ANYTIME, DAOS_REINT_MODE_INCREMENTAL,
     DAOS_PROP_PO_REINT_MODE_DEFAULT},
    {DAOS_PROP_PO_SVC_OPS_ENABLED, PROPS_NUMBER, PROPS_ANYTIME, 1, DAOS_PROP_PO_SVC_OPS_ENABLED_DEFAULT},
    {DAOS_PROP_PO_SVC_OPS_ENTRY_AGE, PROPS_NUMBER, PROPS_ANYTIME, DAOS_PROP_PO_SVC_OPS_ENTRY_AGE_MAX,
     DAOS_PROP_PO_SVC_OPS_ENTRY_AGE_DEFAULT},
};

static const struct props_info cont_props[] = {
    {DAOS_PROP_CO_LABEL, PROPS_STRING, PROPS_ANYTIME, .str = DAOS_PROP_CO_LABEL_DEFAULT},
    {DAOS_PROP_CO_LAYOUT_TYPE, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_PROP_CO_LAYOUT_MAX - 1,
     DAOS_PROP_CO_LAYOUT_UNKNOWN},
    {DAOS_PROP_CO_LAYOUT_VER, PROPS_NUMBER, PROPS_AT_CREATION, U32, 1},
    {DAOS_PROP_CO_CSUM, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_PROP_CO_CSUM_ADLER32, DAOS_PROP_CO_CSUM_OFF},
    {DAOS_PROP_CO_CSUM_CHUNK_SIZE, PROPS_NUMBER, PROPS_AT_CREATION, U32, 32768},
    {DAOS_PROP_CO_CSUM_SERVER_VERIFY, PROPS_NUMBER, PROPS_ANYTIME, DAOS_PROP_CO_CSUM_SV_ON, DAOS_PROP_CO_CSUM_SV_OFF},
    {DAOS_PROP_CO_REDUN_FAC, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_RF_MAX, DAOS_PROP_CO_REDUN_RF0},
    {DAOS_PROP_CO_REDUN_LVL, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_PROP_CO_REDUN_MAX, DAOS_PROP_CO_REDUN_DEFAULT},
    {DAOS_PROP_CO_SNAPSHOT_MAX, PROPS_NUMBER, PROPS_ANYTIME, ANY, 0},
    {DAOS_PROP_CO_ACL, PROPS_ACL, PROPS_ANYTIME, .str = "A::OWNER@:rwdtTaAo A:G:GROUP@:rwtT"},
    {DAOS_PROP_CO_COMPRESS, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_PROP_CO_COMPRESS_DEFLATE4, DAOS_PROP_CO_COMPRESS_OFF},
    {DAOS_PROP_CO_ENCRYPT, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_PROP_CO_ENCRYPT_AES_GCM256, DAOS_PROP_CO_ENCRYPT_OFF},
    {DAOS_PROP_CO_OWNER, PROPS_STRING, PROPS_ANYTIME, .str = "NOBODY@"},
    {DAOS_PROP_CO_OWNER_GROUP, PROPS_STRING, PROPS_ANYTIME, .str = "NOBODY@"},
    {DAOS_PROP_CO_DEDUP, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_PROP_CO_DEDUP_HASH, DAOS_PROP_CO_DEDUP_OFF},
    {DAOS_PROP_CO_DEDUP_THRESHOLD, PROPS_NUMBER, PROPS_AT_CREATION, ANY, 4096},
    {DAOS_PROP_CO_ROOTS, PROPS_ROOTS, PROPS_AT_CREATION},
    {DAOS_PROP_CO_STATUS, PROPS_NUMBER, PROPS_ANYTIME, ANY, DAOS_PROP_CO_HEALTHY},
    {DAOS_PROP_CO_ALLOCED_OID, PROPS_NUMBER, PROPS_NEVER, ANY, 0},
    {DAOS_PROP_CO_EC_CELL_SZ, PROPS_NUMBER, PROPS_AT_CREATION, DAOS_PROP_PO_EC_CELL_SZ_MAX, 131072},
    {DAOS_PROP_CO_EC_PDA, PROPS_NUMBER, PROPS_AT_CREATION, U32, DAOS_PROP_PO_EC_PDA_DEFAULT},
    {DAOS_PROP_CO_RP_PDA, PROPS_NUMBER, PROPS_AT_CREATION, U32, DAOS_PROP_PO_RP_PDA_DEFAULT},
    {DAOS_PROP_CO_GLOBAL_VERSION, PROPS_NUMBER, PROPS_NEVER, ANY, 4},
    {DAOS_PROP_CO_SCRUBBER_DISABLED, PROPS_NUMBER, PROPS_ANYTIME, 1, 0},
    {DAOS_PROP_CO_OBJ_VERSION, PROPS_NUMBER, PROPS_NEVER, ANY, 2},
    {DAOS_PROP_CO_PERF_DOMAIN, PROPS_NUMBER, PROPS_AT_CREATION, 255, DAOS_PROP_CO_PERF_DOMAIN_DEFAULT},
};

_Static_assert(sizeof(pool_props) / sizeof(pool_props[0]) == DAOS_PROP_PO_NUM, "a line for each pool property");
_Static_assert(sizeof(cont_props) / sizeof(cont_props[0]) == DAOS_PROP_CO_NUM, "a line for each container property");

const struct props_info *props_table(enum props_of of, uint32_t *count)
{
	*count = of == PROPS_POOL ? DAOS_PROP_PO_NUM : DAOS_PROP_CO_NUM;
	return of == PROPS_POOL ? pool_props : cont_props;
}

const struct props_info *props_info(enum props_of of, uint32_t type)
{
	uint32_t first = of == PROPS_POOL ? DAOS_PROP_PO_MIN + 1 : DAOS_PROP_CO_MIN + 1;
	uint32_t count;
	const struct props_info *table = props_table(of, &count);

	return type - first < count ? &table[type - first] : NULL;
}

static bool value_ok(const struct props_info *info, const struct daos_prop_entry *entry)
{
	switch (info->form) {
	case PROPS_NUMBER:
		return entry->dpe_val <= info->max;
	case PROPS_STRING:
		if (entry->dpe_str == NULL)
			return false;
		if (info->type == DAOS_PROP_PO_LABEL || info->type == DAOS_PROP_CO_LABEL)
			return daos_label_is_valid(entry->dpe_str);
		return daos_acl_principal_is_valid(entry->dpe_str);
	case PROPS_ACL:
		return entry->dpe_val_ptr != NULL && daos_acl_validate(entry->dpe_val_ptr) == 0;
	default:
		return entry->dpe_val_ptr != NULL;
	}
}

int props_check(enum props_of of, const daos_prop_t *prop, bool creating)
{
	if (prop == NULL)
		return 0;
	if (prop->dpp_nr > 0 && prop->dpp_entries == NULL)
		return -DER_INVAL;
	for (uint32_t i = 0; i < prop->dpp_nr; i++) {
		const struct daos_prop_entry *entry = &prop->dpp_entries[i];
		const struct props_info *info = props_info(of, entry->dpe_type);

		if (info == NULL || !value_ok(info, entry))
			return -DER_INVAL;
		if (info->when == PROPS_NEVER || (info->when == PROPS_AT_CREATION && !creating))
			return -DER_NO_PERM;
		for (uint32_t k = 0; k < i; k++)
			if (prop->dpp_entries[k].dpe_type == entry->dpe_type)
				return -DER_INVAL;
	}
	return 0;
}

static void key_of(uint32_t type, char key[32])
{
	snprintf(key, 32, "prop.%" PRIu32, type);
}

/*
 * The status is set to say that the container is healthy again; the flag that says so (DAOS_PROP_CO_CLEAR) is not kept.
 */
static uint64_t number_of(const struct daos_prop_entry *entry)
{
	struct daos_co_status st;

	if (entry->dpe_type != DAOS_PROP_CO_STATUS)
		return entry->dpe_val;
	daos_prop_val_2_co_status(entry->dpe_val, &st);
	st.dcs_flags = 0;
	return daos_prop_co_status_2_val(&st);
}

static int put_one(struct env *env, struct env_txn *txn, int db, const struct props_info *info,
		   const struct daos_prop_entry *entry)
{
	uint64_t number = number_of(entry);
	char key[32];

	key_of(info->type, key);
	switch (info->form) {
	case PROPS_NUMBER:
		return env_put(env, txn, db, key, &number, sizeof(number));
	case PROPS_STRING:
		return env_put(env, txn, db, key, entry->dpe_str, strlen(entry->dpe_str));
	case PROPS_ACL:
		return env_put(env, txn, db, key, entry->dpe_val_ptr, daos_acl_get_size(entry->dpe_val_ptr));
	case PROPS_ROOTS:
		return env_put(env, txn, db, key, entry->dpe_val_ptr, sizeof(struct daos_prop_co_roots));
	default:
		return -DER_NO_PERM;
	}
}

int props_put(struct env *env, struct env_txn *txn, int db, enum props_of of, const daos_prop_t *prop)
{
	int rc = 0;

	for (uint32_t i = 0; prop != NULL && i < prop->dpp_nr && rc == 0; i++) {
		const struct daos_prop_entry *entry = &prop->dpp_entries[i];

		if (entry->dpe_type != DAOS_PROP_PO_LABEL && entry->dpe_type != DAOS_PROP_CO_LABEL)
			rc = put_one(env, txn, db, props_info(of, entry->dpe_type), entry);
	}
	return rc;
}

static int default_acl(const char *text, struct daos_acl **acl)
{
	char copy[64], *save = NULL;
	const char *ace[4];
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *p = strtok_r(copy, " ", &save); p != NULL && n < 4; p = strtok_r(NULL, " ", &save))
		ace[n++] = p;
	return daos_acl_from_strs(ace, n, acl);
}

static int default_of(const struct props_info *info, struct daos_prop_entry *entry)
{
	struct daos_acl *acl;
	int rc;

	switch (info->form) {
	case PROPS_NUMBER:
		entry->dpe_val = info->val;
		return 0;
	case PROPS_STRING:
		entry->dpe_str = strdup(info->str);
		return entry->dpe_str != NULL ? 0 : -DER_NOMEM;
	case PROPS_ACL:
		rc = default_acl(info->str, &acl);
		if (rc == 0)
			entry->dpe_val_ptr = acl;
		return rc;
	case PROPS_ROOTS:
		entry->dpe_val_ptr = calloc(1, sizeof(struct daos_prop_co_roots));
		return entry->dpe_val_ptr != NULL ? 0 : -DER_NOMEM;
	default:
		return -DER_NONEXIST;
	}
}

static int decode(const struct props_info *info, const void *val, size_t len, struct daos_prop_entry *entry)
{
	if (info->form == PROPS_NUMBER) {
		if (len != sizeof(entry->dpe_val))
			return -DER_DF_INVAL;
		memcpy(&entry->dpe_val, val, len);
		return 0;
	}
	if (info->form == PROPS_STRING) {
		entry->dpe_str = strndup(val, len);
		return entry->dpe_str != NULL ? 0 : -DER_NOMEM;
	}
	if (len < (info->form == PROPS_ROOTS ? sizeof(struct daos_prop_co_roots) : sizeof(struct daos_acl)))
		return -DER_DF_INVAL;
	entry->dpe_val_ptr = malloc(len);
	if (entry->dpe_val_ptr == NULL)
		return -DER_NOMEM;
	memcpy(entry->dpe_val_ptr, val, len);
	return 0;
}

int props_get(struct env *env, struct env_txn *txn, int db, enum props_of of, struct daos_prop_entry *entry)
{
	const struct props_info *info = props_info(of, entry->dpe_type);
	char key[32];
	void *val;
	size_t len;
	int rc;

	if (info == NULL)
		return -DER_INVAL;
	key_of(info->type, key);
	rc = env_get(env, txn, db, key, &val, &len);
	if (rc == -DER_NONEXIST)
		return default_of(info, entry);
	return rc == 0 ? decode(info, val, len, entry) : rc;
}

static bool has_types(const daos_prop_t *prop)
{
	for (uint32_t i = 0; i < prop->dpp_nr; i++)
		if (prop->dpp_entries[i].dpe_type != 0)
			return true;
	return false;
}

int props_prepare(enum props_of of, daos_prop_t *prop)
{
	uint32_t count;
	const struct props_info *table = props_table(of, &count);

	if (prop->dpp_entries == NULL) {
		prop->dpp_entries = calloc(count, sizeof(*prop->dpp_entries));
		if (prop->dpp_entries == NULL)
			return -DER_NOMEM;
		prop->dpp_nr = count;
	}
	if (!has_types(prop)) {
		if (prop->dpp_nr > count)
			return -DER_INVAL;
		for (uint32_t i = 0; i < prop->dpp_nr; i++)
			prop->dpp_entries[i].dpe_type = table[i].type;
	}
	for (uint32_t i = 0; i < prop->dpp_nr; i++) {
		if (props_info(of, prop->dpp_entries[i].dpe_type) == NULL)
			return -DER_INVAL;
		prop->dpp_entries[i].dpe_val = 0;
	}
	return 0;
}

void props_clear(enum props_of of, daos_prop_t *prop)
{
	for (uint32_t i = 0; i < prop->dpp_nr; i++) {
		struct daos_prop_entry *entry = &prop->dpp_entries[i];
		const struct props_info *info = props_info(of, entry->dpe_type);

		if (info == NULL || info->form == PROPS_NUMBER)
			continue;
		if (info->form == PROPS_RANKS && entry->dpe_val_ptr != NULL)
			free(((d_rank_list_t *)entry->dpe_val_ptr)->rl_ranks);
		free(entry->dpe_val_ptr);
		entry->dpe_val_ptr = NULL;
	}
}
