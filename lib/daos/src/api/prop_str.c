/* Container properties as text: "name:value" pairs, separated by commas or semicolons. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <daos_errno.h>
#include <daos_prop.h>
#include <daos_security.h>

#include "size.h"

struct word {
	const char *word;
	uint64_t value;
};

struct property;
typedef int (*parse_fn)(const struct property *p, const char *value, struct daos_prop_entry *entry);

struct property {
	const char *name;
	uint32_t type;
	parse_fn parse;
	const struct word *words; /* parse_word() */
	uint64_t min, max;	  /* parse_number() and parse_size() */
};

static int parse_word(const struct property *p, const char *value, struct daos_prop_entry *entry)
{
	for (const struct word *w = p->words; w->word != NULL; w++) {
		if (strcasecmp(w->word, value) == 0) {
			entry->dpe_val = w->value;
			return 0;
		}
	}
	return -DER_INVAL;
}

static int parse_number(const struct property *p, const char *value, struct daos_prop_entry *entry)
{
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*value))
		return -DER_INVAL;
	n = strtoull(value, &end, 10);
	if (*end != '\0' || n < p->min || n > p->max)
		return -DER_INVAL;
	entry->dpe_val = n;
	return 0;
}

static int parse_size(const struct property *p, const char *value, struct daos_prop_entry *entry)
{
	uint64_t size;

	if (!size_from_str(value, &size) || size < p->min || size > p->max)
		return -DER_INVAL;
	entry->dpe_val = size;
	return 0;
}

static int parse_label(const struct property *p, const char *value, struct daos_prop_entry *entry)
{
	(void)p;
	return daos_label_is_valid(value) ? daos_prop_entry_set_str(entry, value, strlen(value)) : -DER_INVAL;
}

static int parse_principal(const struct property *p, const char *value, struct daos_prop_entry *entry)
{
	(void)p;
	return daos_acl_principal_is_valid(value) ? daos_prop_entry_set_str(entry, value, strlen(value)) : -DER_INVAL;
}

/* Only "healthy" can be asked for: it clears the mark that data may have been lost. */
static int parse_status(const struct property *p, const char *value, struct daos_prop_entry *entry)
{
	struct daos_co_status status = {.dcs_status = DAOS_PROP_CO_HEALTHY, .dcs_flags = DAOS_PROP_CO_CLEAR};

	(void)p;
	if (strcasecmp(value, "healthy") != 0)
		return -DER_INVAL;
	entry->dpe_val = daos_prop_co_status_2_val(&status);
	return 0;
}

#define WORDS(...) ((const struct word[]){__VA_ARGS__, {NULL, 0}})

static const struct property properties[] = {
    {"label", DAOS_PROP_CO_LABEL, parse_label},
    {"layout_type", DAOS_PROP_CO_LAYOUT_TYPE, parse_word,
     WORDS({"unknown", DAOS_PROP_CO_LAYOUT_UNKNOWN}, {"POSIX", DAOS_PROP_CO_LAYOUT_POSIX},
	   {"HDF5", DAOS_PROP_CO_LAYOUT_HDF5}, {"PYTHON", DAOS_PROP_CO_LAYOUT_PYTHON},
	   {"SPARK", DAOS_PROP_CO_LAYOUT_SPARK}, {"DATABASE", DAOS_PROP_CO_LAYOUT_DATABASE},
	   {"ROOT", DAOS_PROP_CO_LAYOUT_ROOT}, {"SEISMIC", DAOS_PROP_CO_LAYOUT_SEISMIC},
	   {"METEO", DAOS_PROP_CO_LAYOUT_METEO})},
    {"layout_version", DAOS_PROP_CO_LAYOUT_VER, parse_number, NULL, 0, UINT32_MAX},
    {"cksum", DAOS_PROP_CO_CSUM, parse_word,
     WORDS({"off", DAOS_PROP_CO_CSUM_OFF}, {"crc16", DAOS_PROP_CO_CSUM_CRC16}, {"crc32", DAOS_PROP_CO_CSUM_CRC32},
	   {"crc64", DAOS_PROP_CO_CSUM_CRC64}, {"sha1", DAOS_PROP_CO_CSUM_SHA1}, {"sha256", DAOS_PROP_CO_CSUM_SHA256},
	   {"sha512", DAOS_PROP_CO_CSUM_SHA512}, {"adler32", DAOS_PROP_CO_CSUM_ADLER32})},
    {"cksum_size", DAOS_PROP_CO_CSUM_CHUNK_SIZE, parse_size, NULL, 1, UINT32_MAX},
    {"srv_cksum", DAOS_PROP_CO_CSUM_SERVER_VERIFY, parse_word,
     WORDS({"off", DAOS_PROP_CO_CSUM_SV_OFF}, {"on", DAOS_PROP_CO_CSUM_SV_ON})},
    {"rd_fac", DAOS_PROP_CO_REDUN_FAC, parse_number, NULL, 0, DAOS_RF_MAX},
    {"rf", DAOS_PROP_CO_REDUN_FAC, parse_number, NULL, 0, DAOS_RF_MAX},
    {"rd_lvl", DAOS_PROP_CO_REDUN_LVL, parse_word,
     WORDS({"rank", DAOS_PROP_CO_REDUN_RANK}, {"1", DAOS_PROP_CO_REDUN_RANK}, {"node", DAOS_PROP_CO_REDUN_NODE},
	   {"2", DAOS_PROP_CO_REDUN_NODE})},
    {"max_snapshot", DAOS_PROP_CO_SNAPSHOT_MAX, parse_number, NULL, 0, UINT64_MAX},
    {"compression", DAOS_PROP_CO_COMPRESS, parse_word,
     WORDS({"off", DAOS_PROP_CO_COMPRESS_OFF}, {"lz4", DAOS_PROP_CO_COMPRESS_LZ4},
	   {"deflate", DAOS_PROP_CO_COMPRESS_DEFLATE}, {"deflate1", DAOS_PROP_CO_COMPRESS_DEFLATE1},
	   {"deflate2", DAOS_PROP_CO_COMPRESS_DEFLATE2}, {"deflate3", DAOS_PROP_CO_COMPRESS_DEFLATE3},
	   {"deflate4", DAOS_PROP_CO_COMPRESS_DEFLATE4})},
    {"encryption", DAOS_PROP_CO_ENCRYPT, parse_word,
     WORDS({"off", DAOS_PROP_CO_ENCRYPT_OFF}, {"aes-xts128", DAOS_PROP_CO_ENCRYPT_AES_XTS128},
	   {"aes-xts256", DAOS_PROP_CO_ENCRYPT_AES_XTS256}, {"aes-cbc128", DAOS_PROP_CO_ENCRYPT_AES_CBC128},
	   {"aes-cbc192", DAOS_PROP_CO_ENCRYPT_AES_CBC192}, {"aes-cbc256", DAOS_PROP_CO_ENCRYPT_AES_CBC256},
	   {"aes-gcm128", DAOS_PROP_CO_ENCRYPT_AES_GCM128}, {"aes-gcm256", DAOS_PROP_CO_ENCRYPT_AES_GCM256})},
    {"dedup", DAOS_PROP_CO_DEDUP, parse_word,
     WORDS({"off", DAOS_PROP_CO_DEDUP_OFF}, {"memcmp", DAOS_PROP_CO_DEDUP_MEMCMP}, {"hash", DAOS_PROP_CO_DEDUP_HASH})},
    {"dedup_threshold", DAOS_PROP_CO_DEDUP_THRESHOLD, parse_size, NULL, 1, UINT32_MAX},
    {"ec_cell_sz", DAOS_PROP_CO_EC_CELL_SZ, parse_size, NULL, DAOS_PROP_PO_EC_CELL_SZ_MIN, DAOS_PROP_PO_EC_CELL_SZ_MAX},
    {"ec_pda", DAOS_PROP_CO_EC_PDA, parse_number, NULL, 1, DAOS_PROP_PDA_MAX},
    {"rp_pda", DAOS_PROP_CO_RP_PDA, parse_number, NULL, 1, DAOS_PROP_PDA_MAX},
    {"perf_domain", DAOS_PROP_CO_PERF_DOMAIN, parse_word,
     WORDS({"root", DAOS_PROP_PERF_DOMAIN_ROOT}, {"group", DAOS_PROP_PERF_DOMAIN_GROUP})},
    {"scrub_disabled", DAOS_PROP_CO_SCRUBBER_DISABLED, parse_word,
     WORDS({"false", 0}, {"true", 1}, {"0", 0}, {"1", 1})},
    {"status", DAOS_PROP_CO_STATUS, parse_status},
    {"owner", DAOS_PROP_CO_OWNER, parse_principal},
    {"group", DAOS_PROP_CO_OWNER_GROUP, parse_principal},
};

static const struct property *find_property(const char *name)
{
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (strcmp(properties[i].name, name) == 0)
			return &properties[i];
	return NULL;
}

static char *trim(char *s)
{
	size_t len;

	while (isspace((unsigned char)*s))
		s++;
	len = strlen(s);
	while (len > 0 && isspace((unsigned char)s[len - 1]))
		s[--len] = '\0';
	return s;
}

/* One "name:value" into the next free entry. */
static int parse_pair(char *pair, daos_prop_t *prop)
{
	struct daos_prop_entry *entry = &prop->dpp_entries[prop->dpp_nr];
	char *colon = strchr(pair, ':');
	const struct property *p;

	if (colon == NULL)
		return -DER_INVAL;
	*colon = '\0';
	p = find_property(trim(pair));
	if (p == NULL || daos_prop_entry_get(prop, p->type) != NULL)
		return -DER_INVAL;
	entry->dpe_type = p->type;
	prop->dpp_nr++;
	return p->parse(p, trim(colon + 1), entry);
}

int daos_prop_from_str(const char *str, daos_size_t len, daos_prop_t **out)
{
	char *copy, *rest, *pair;
	daos_prop_t *prop;
	int rc = 0;

	if (str == NULL || out == NULL)
		return -DER_INVAL;
	copy = strndup(str, len);
	prop = daos_prop_alloc(DAOS_PROP_ENTRIES_MAX_NR);
	if (copy == NULL || prop == NULL) {
		rc = -DER_NOMEM;
		goto out;
	}
	/* There are fewer properties than entries, and each is taken once. */
	prop->dpp_nr = 0;
	rest = copy;
	while (rc == 0 && (pair = strsep(&rest, ",;")) != NULL)
		rc = parse_pair(pair, prop);
	if (rc == 0) {
		*out = prop;
		prop = NULL;
	}
out:
	daos_prop_free(prop);
	free(copy);
	return rc;
}
