/*
 * daos_prop.h: properties of pools and containers.
 *
 * A property list has entries of a type and a value: a number, a text, or a pointer to a structure. Unless stated
 * otherwise, the list owns what texts and pointers point to, in memory of malloc(), and daos_prop_free() frees it.
 *
 * The embedded engine stores all properties and gives them back. Those about how servers protect, place, compress and
 * check data have no effect there.
 */
#ifndef DFUSE_DAOS_PROP_H
#define DFUSE_DAOS_PROP_H

#include <daos_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Lists
 */

/* dpe_flags */
enum {
	DAOS_PROP_ENTRY_NOT_SET = 1, /* a query could not tell the value */
};

struct daos_prop_entry {
	uint32_t dpe_type; /* DAOS_PROP_PO_* or DAOS_PROP_CO_* */
	uint16_t dpe_flags;
	uint16_t dpe_reserv;
	union {
		uint64_t dpe_val;
		d_string_t dpe_str;
		void *dpe_val_ptr;
	};
};

/* At most DAOS_PROP_ENTRIES_MAX_NR entries, none of a type twice. */
typedef struct {
	uint32_t dpp_nr;
	uint32_t dpp_reserv;
	struct daos_prop_entry *dpp_entries;
} daos_prop_t;

#define DAOS_PROP_ENTRIES_MAX_NR 128

/*
 * Labels of pools and containers
 */

/* Longest label, and room for it with the NUL. */
#define DAOS_PROP_LABEL_MAX_LEN	    127
#define DAOS_PROP_MAX_LABEL_BUF_LEN 128

/* What stands for a label where there is none. */
#define DAOS_PROP_PO_LABEL_DEFAULT "pool_label_not_set"
#define DAOS_PROP_NO_PO_LABEL	   "pool_label_not_set"
#define DAOS_PROP_CO_LABEL_DEFAULT "container_label_not_set"
#define DEFAULT_CONT_LABEL	   "container_label_not_set"

/*
 * Properties of pools
 */

enum daos_pool_props {
	DAOS_PROP_PO_MIN = 0,
	DAOS_PROP_PO_LABEL = 1,		     /* text */
	DAOS_PROP_PO_ACL = 2,		     /* struct daos_acl */
	DAOS_PROP_PO_SPACE_RB = 3,	     /* percent of the space that is kept for rebuilding */
	DAOS_PROP_PO_SELF_HEAL = 4,	     /* DAOS_SELF_HEAL_* */
	DAOS_PROP_PO_RECLAIM = 5,	     /* DAOS_RECLAIM_* */
	DAOS_PROP_PO_OWNER = 6,		     /* text, "name@" */
	DAOS_PROP_PO_OWNER_GROUP = 7,	     /* text, "name@" */
	DAOS_PROP_PO_SVC_LIST = 8,	     /* d_rank_list_t: replicas of the pool service */
	DAOS_PROP_PO_EC_CELL_SZ = 9,	     /* bytes of a part in erasure code */
	DAOS_PROP_PO_DATA_THRESH = 10,	     /* bytes from which on values go to NVMe */
	DAOS_PROP_PO_REDUN_FAC = 11,	     /* containers' default: failures that data survives */
	DAOS_PROP_PO_EC_PDA = 12,	     /* how closely the parts of an erasure code lie together */
	DAOS_PROP_PO_RP_PDA = 13,	     /* how closely copies do */
	DAOS_PROP_PO_GLOBAL_VERSION = 14,    /* version of the pool's format */
	DAOS_PROP_PO_UPGRADE_STATUS = 15,    /* DAOS_UPGRADE_STATUS_* */
	DAOS_PROP_PO_SCRUB_MODE = 16,	     /* DAOS_SCRUB_MODE_*: checking of checksums */
	DAOS_PROP_PO_SCRUB_FREQ = 17,	     /* seconds in which everything is checked once */
	DAOS_PROP_PO_SCRUB_THRESH = 18,	     /* errors after which a target is taken out of use, 0: never */
	DAOS_PROP_PO_SVC_REDUN_FAC = 19,     /* failures that the pool service survives */
	DAOS_PROP_PO_OBJ_VERSION = 20,	     /* version of the layout of objects */
	DAOS_PROP_PO_PERF_DOMAIN = 21,	     /* DAOS_PROP_PERF_DOMAIN_* */
	DAOS_PROP_PO_CHECKPOINT_MODE = 22,   /* DAOS_CHECKPOINT_* */
	DAOS_PROP_PO_CHECKPOINT_FREQ = 23,   /* seconds */
	DAOS_PROP_PO_CHECKPOINT_THRESH = 24, /* percent of the log in use */
	DAOS_PROP_PO_REINT_MODE = 25,	     /* DAOS_REINT_MODE_* */
	DAOS_PROP_PO_SVC_OPS_ENABLED = 26,   /* 0 or 1: the service recognises repeated requests */
	DAOS_PROP_PO_SVC_OPS_ENTRY_AGE = 27, /* seconds for which it does */
	DAOS_PROP_PO_MAX = 28,
};

#define DAOS_PROP_PO_NUM 27

/* Whether the pool's format is being brought up to date. */
enum {
	DAOS_UPGRADE_STATUS_NOT_STARTED = 0,
	DAOS_UPGRADE_STATUS_IN_PROGRESS = 1,
	DAOS_UPGRADE_STATUS_COMPLETED = 2,
	DAOS_UPGRADE_STATUS_FAILED = 3,
};

/* What happens by itself when an engine fails. */
#define DAOS_SELF_HEAL_AUTO_EXCLUDE  1
#define DAOS_SELF_HEAL_AUTO_REBUILD  2
#define DAOS_SELF_HEAL_DELAY_REBUILD 4

/* Where parts of an object may lie. */
enum {
	DAOS_PROP_PERF_DOMAIN_ROOT = 255,  /* anywhere */
	DAOS_PROP_PERF_DOMAIN_GROUP = 200, /* in one group of engines */
};

/* When space of old versions is given back. */
enum {
	DAOS_RECLAIM_DISABLED = 0,
	DAOS_RECLAIM_LAZY = 1, /* when there is little to do */
	DAOS_RECLAIM_SNAPSHOT = 2,
	DAOS_RECLAIM_BATCH = 3,
	DAOS_RECLAIM_TIME = 4, /* all the time */
};

/* How an engine that comes back gets its data. */
enum {
	DAOS_REINT_MODE_DATA_SYNC = 0,
	DAOS_REINT_MODE_NO_DATA_SYNC = 1,
	DAOS_REINT_MODE_INCREMENTAL = 2,
};

enum {
	DAOS_SCRUB_MODE_OFF = 0,
	DAOS_SCRUB_MODE_LAZY = 1,  /* when there is little to do */
	DAOS_SCRUB_MODE_TIMED = 2, /* so that DAOS_PROP_PO_SCRUB_FREQ is kept */
	DAOS_SCRUB_MODE_INVALID = 3,
};

enum {
	DAOS_CHECKPOINT_DISABLED = 0,
	DAOS_CHECKPOINT_TIMED = 1, /* every DAOS_PROP_PO_CHECKPOINT_FREQ */
	DAOS_CHECKPOINT_LAZY = 2,  /* when DAOS_PROP_PO_CHECKPOINT_THRESH is reached */
};

/* Limits and defaults of numbers, of pools and of the containers' properties with the same names. */
#define DAOS_PROP_PO_EC_CELL_SZ_MIN	       1024UL
#define DAOS_PROP_PO_EC_CELL_SZ_MAX	       0x40000000UL

#define DAOS_PROP_PO_DATA_THRESH_DEFAULT       4096UL

#define DAOS_PROP_PO_REDUN_FAC_MAX	       4
#define DAOS_PROP_PO_REDUN_FAC_DEFAULT	       3

#define DAOS_PROP_PDA_MAX		       0xffffffff
#define DAOS_PROP_PO_RP_PDA_DEFAULT	       0xffffffff
#define DAOS_PROP_PO_EC_PDA_DEFAULT	       1

#define DAOS_PROP_PO_SVC_REDUN_FAC_MAX	       4
#define DAOS_PROP_PO_SVC_REDUN_FAC_DEFAULT     2

#define DAOS_PROP_PO_PERF_DOMAIN_DEFAULT       255
#define DAOS_PROP_CO_PERF_DOMAIN_DEFAULT       255

#define DAOS_PROP_PO_REINT_MODE_DEFAULT	       0

#define DAOS_PROP_PO_SCRUB_MODE_DEFAULT	       0
#define DAOS_PROP_PO_SCRUB_FREQ_DEFAULT	       0x93a80
#define DAOS_PROP_PO_SCRUB_THRESH_DEFAULT      0

#define DAOS_PROP_PO_CHECKPOINT_MODE_DEFAULT   1
#define DAOS_PROP_PO_CHECKPOINT_FREQ_DEFAULT   5
#define DAOS_PROP_PO_CHECKPOINT_FREQ_MIN       1
#define DAOS_PROP_PO_CHECKPOINT_FREQ_MAX       0x100000
#define DAOS_PROP_PO_CHECKPOINT_THRESH_DEFAULT 50
#define DAOS_PROP_PO_CHECKPOINT_THRESH_MAX     75
#define DAOS_PROP_PO_CHECKPOINT_THRESH_MIN     10

#define DAOS_PROP_PO_SVC_OPS_ENABLED_DEFAULT   1
#define DAOS_PROP_PO_SVC_OPS_ENTRY_AGE_DEFAULT 300
#define DAOS_PROP_PO_SVC_OPS_ENTRY_AGE_MIN     60
#define DAOS_PROP_PO_SVC_OPS_ENTRY_AGE_MAX     600

/*
 * Properties of containers
 *
 * Those marked (c) are chosen when a container is created, and stay; those marked (q) can only be queried.
 */

enum daos_cont_props {
	DAOS_PROP_CO_MIN = 4096,
	DAOS_PROP_CO_LABEL = 4097,		/* text */
	DAOS_PROP_CO_LAYOUT_TYPE = 4098,	/* (c) DAOS_PROP_CO_LAYOUT_*: what is in it */
	DAOS_PROP_CO_LAYOUT_VER = 4099,		/* (c) version of that */
	DAOS_PROP_CO_CSUM = 4100,		/* (c) DAOS_PROP_CO_CSUM_* */
	DAOS_PROP_CO_CSUM_CHUNK_SIZE = 4101,	/* (c) bytes that have a checksum each */
	DAOS_PROP_CO_CSUM_SERVER_VERIFY = 4102, /* DAOS_PROP_CO_CSUM_SV_* */
	DAOS_PROP_CO_REDUN_FAC = 4103,		/* (c) DAOS_PROP_CO_REDUN_RF*: failures that data survives */
	DAOS_PROP_CO_REDUN_LVL = 4104,		/* (c) DAOS_PROP_CO_REDUN_*: what fails together */
	DAOS_PROP_CO_SNAPSHOT_MAX = 4105,	/* most snapshots, 0: no limit */
	DAOS_PROP_CO_ACL = 4106,		/* struct daos_acl */
	DAOS_PROP_CO_COMPRESS = 4107,		/* (c) DAOS_PROP_CO_COMPRESS_* */
	DAOS_PROP_CO_ENCRYPT = 4108,		/* (c) DAOS_PROP_CO_ENCRYPT_* */
	DAOS_PROP_CO_OWNER = 4109,		/* text, "name@" */
	DAOS_PROP_CO_OWNER_GROUP = 4110,	/* text, "name@" */
	DAOS_PROP_CO_DEDUP = 4111,		/* (c) DAOS_PROP_CO_DEDUP_* */
	DAOS_PROP_CO_DEDUP_THRESHOLD = 4112,	/* (c) bytes from which on values are shared */
	DAOS_PROP_CO_ROOTS = 4113,		/* (c) struct daos_prop_co_roots */
	DAOS_PROP_CO_STATUS = 4114,		/* struct daos_co_status in a number */
	DAOS_PROP_CO_ALLOCED_OID = 4115,	/* (q) highest object id allocated */
	DAOS_PROP_CO_EC_CELL_SZ = 4116,		/* (c) bytes of a part in erasure code */
	DAOS_PROP_CO_EC_PDA = 4117,		/* (c) how closely the parts of an erasure code lie together */
	DAOS_PROP_CO_RP_PDA = 4118,		/* (c) how closely copies do */
	DAOS_PROP_CO_GLOBAL_VERSION = 4119,	/* (q) version of the container's format */
	DAOS_PROP_CO_SCRUBBER_DISABLED = 4120,	/* 0 or 1 */
	DAOS_PROP_CO_OBJ_VERSION = 4121,	/* (q) version of the layout of objects */
	DAOS_PROP_CO_PERF_DOMAIN = 4122,	/* (c) DAOS_PROP_PERF_DOMAIN_* */
	DAOS_PROP_CO_MAX = 4123,
};

#define DAOS_PROP_CO_NUM 26

/* What a container is made for. */
enum {
	DAOS_PROP_CO_LAYOUT_UNKNOWN = 0,
	DAOS_PROP_CO_LAYOUT_UNKOWN = 0,
	DAOS_PROP_CO_LAYOUT_POSIX = 1, /* a file system: daos_fs.h */
	DAOS_PROP_CO_LAYOUT_HDF5 = 2,
	DAOS_PROP_CO_LAYOUT_PYTHON = 3,
	DAOS_PROP_CO_LAYOUT_SPARK = 4,
	DAOS_PROP_CO_LAYOUT_DATABASE = 5,
	DAOS_PROP_CO_LAYOUT_ROOT = 6,
	DAOS_PROP_CO_LAYOUT_SEISMIC = 7,
	DAOS_PROP_CO_LAYOUT_METEO = 8,
	DAOS_PROP_CO_LAYOUT_MAX = 9,
};

typedef uint16_t daos_cont_layout_t;

enum {
	DAOS_PROP_CO_CSUM_OFF = 0,
	DAOS_PROP_CO_CSUM_CRC16 = 1,
	DAOS_PROP_CO_CSUM_CRC32 = 2,
	DAOS_PROP_CO_CSUM_CRC64 = 3,
	DAOS_PROP_CO_CSUM_SHA1 = 4,
	DAOS_PROP_CO_CSUM_SHA256 = 5,
	DAOS_PROP_CO_CSUM_SHA512 = 6,
	DAOS_PROP_CO_CSUM_ADLER32 = 7,
};

/* Whether servers check what clients send. */
enum {
	DAOS_PROP_CO_CSUM_SV_OFF = 0,
	DAOS_PROP_CO_CSUM_SV_ON = 1,
};

/* Whether equal values are stored once, and how they are known to be equal. */
enum {
	DAOS_PROP_CO_DEDUP_OFF = 0,
	DAOS_PROP_CO_DEDUP_MEMCMP = 1,
	DAOS_PROP_CO_DEDUP_HASH = 2,
};

enum {
	DAOS_PROP_CO_COMPRESS_OFF = 0,
	DAOS_PROP_CO_COMPRESS_LZ4 = 1,
	DAOS_PROP_CO_COMPRESS_DEFLATE = 2,
	DAOS_PROP_CO_COMPRESS_DEFLATE1 = 3,
	DAOS_PROP_CO_COMPRESS_DEFLATE2 = 4,
	DAOS_PROP_CO_COMPRESS_DEFLATE3 = 5,
	DAOS_PROP_CO_COMPRESS_DEFLATE4 = 6,
};

enum {
	DAOS_PROP_CO_ENCRYPT_OFF = 0,
	DAOS_PROP_CO_ENCRYPT_AES_XTS128 = 1,
	DAOS_PROP_CO_ENCRYPT_AES_XTS256 = 2,
	DAOS_PROP_CO_ENCRYPT_AES_CBC128 = 3,
	DAOS_PROP_CO_ENCRYPT_AES_CBC192 = 4,
	DAOS_PROP_CO_ENCRYPT_AES_CBC256 = 5,
	DAOS_PROP_CO_ENCRYPT_AES_GCM128 = 6,
	DAOS_PROP_CO_ENCRYPT_AES_GCM256 = 7,
};

/* Redundancy factor: failures that data survives. */
enum {
	DAOS_PROP_CO_REDUN_RF0 = 0,
	DAOS_PROP_CO_REDUN_RF1 = 1,
	DAOS_PROP_CO_REDUN_RF2 = 2,
	DAOS_PROP_CO_REDUN_RF3 = 3,
	DAOS_PROP_CO_REDUN_RF4 = 4,
	DAOS_RF_MAX = 4,
};

/* Redundancy level: what fails together. */
enum {
	DAOS_PROP_CO_REDUN_MIN = 1,
	DAOS_PROP_CO_REDUN_RANK = 1, /* an engine */
	DAOS_PROP_CO_REDUN_NODE = 2, /* a server */
	DAOS_PROP_CO_REDUN_FAULT = 3,
	DAOS_PROP_CO_REDUN_MAX = 254,
};

#define DAOS_PROP_CO_REDUN_DEFAULT 2

/* Objects to begin with, for whoever reads the container: of a file system, its superblock and root directory. */
struct daos_prop_co_roots {
	daos_obj_id_t cr_oids[4];
};

/* dcs_status */
enum {
	DAOS_PROP_CO_HEALTHY = 0,
	DAOS_PROP_CO_UNCLEAN = 1, /* data may have been lost */
};

/* dcs_flags: with DAOS_PROP_CO_HEALTHY, to clear the mark that data may have been lost. */
#define DAOS_PROP_CO_CLEAR 1

struct daos_co_status {
	uint16_t dcs_status;
	uint16_t dcs_flags;
	uint32_t dcs_pm_ver; /* of the pool's map, when it was set */
};

/*
 * Values
 */

/* Whether it is a redundancy factor, of a container and of a pool's service. */
static inline bool daos_rf_is_valid(unsigned long long rf)
{
	return rf <= DAOS_RF_MAX;
}

static inline bool daos_svc_rf_is_valid(uint64_t svc_rf)
{
	return svc_rf <= DAOS_PROP_PO_SVC_REDUN_FAC_MAX;
}

/* DAOS_PROP_CO_STATUS carries a struct daos_co_status in its 64 bits. */
static inline uint64_t daos_prop_co_status_2_val(struct daos_co_status *co_status)
{
	return (uint64_t)co_status->dcs_status | (uint64_t)co_status->dcs_flags << 16 |
	       (uint64_t)co_status->dcs_pm_ver << 32;
}

static inline void daos_prop_val_2_co_status(uint64_t val, struct daos_co_status *co_status)
{
	co_status->dcs_status = val & 0xffff;
	co_status->dcs_flags = (val >> 16) & 0xffff;
	co_status->dcs_pm_ver = val >> 32;
}

/*
 * A label is 1 to DAOS_PROP_LABEL_MAX_LEN letters, digits and characters of "_.:-", and is not a UUID (a name must say
 * which of the two it is).
 */
static inline bool daos_label_is_valid(const char *label)
{
	size_t len, i;

	if (label == NULL)
		return false;
	len = strlen(label);
	if (len == 0 || len > DAOS_PROP_LABEL_MAX_LEN)
		return false;
	for (i = 0; i < len; i++) {
		char c = label[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
		      c == '.' || c == ':' || c == '-'))
			return false;
	}
	return !daos_is_valid_uuid_string(label, UUID_SST_NONE);
}

/* Whether it is the name of a performance domain. */
static inline bool daos_perf_domain_is_valid(const char *perf_domain)
{
	return strcmp(perf_domain, "root") == 0 || strcmp(perf_domain, "group") == 0;
}

/* Whether a query could tell the value of an entry. */
static inline bool daos_prop_is_set(struct daos_prop_entry *entry)
{
	return !(entry->dpe_flags & DAOS_PROP_ENTRY_NOT_SET);
}

/*
 * Working with lists
 */

/*
 * A list of `entries_nr` entries that are all zero; 0 for an empty list, which asks a query for everything. NULL: too
 * many, or out of memory.
 */
daos_prop_t *daos_prop_alloc(uint32_t entries_nr);

/* Free the entries of a list with their values. */
void daos_prop_fini(daos_prop_t *prop);

/* Free a list. NULL is allowed. */
void daos_prop_free(daos_prop_t *prop);

/*
 * Parse properties of a container, `len` bytes of "name:value" pairs with commas or semicolons between them, as in
 * "label:home,cksum:crc32,rd_fac:1". The list is freed with daos_prop_free().
 *
 *	label			a label
 *	layout_type		unknown, POSIX, HDF5, PYTHON, SPARK, DATABASE, ROOT, SEISMIC, METEO
 *	layout_version		number
 *	cksum			off, crc16, crc32, crc64, sha1, sha256, sha512, adler32
 *	cksum_size		size: "32KiB", "64k", bytes
 *	srv_cksum		on, off
 *	rd_fac (or rf)		0 to 4
 *	rd_lvl			rank (1), node (2)
 *	max_snapshot		number
 *	compression		off, lz4, deflate, deflate1 … deflate4
 *	encryption		off, aes-xts128, aes-xts256, aes-cbc128, -cbc192, -cbc256, aes-gcm128, -gcm256
 *	dedup			off, memcmp, hash
 *	dedup_threshold		size
 *	ec_cell_sz		size
 *	ec_pda, rp_pda		number
 *	perf_domain		root, group
 *	scrub_disabled		false, true
 *	status			healthy
 *	owner, group		"name@"
 *
 * -DER_INVAL: another name, another value, a name twice, an empty pair.
 */
int daos_prop_from_str(const char *str, daos_size_t len, daos_prop_t **prop);

/*
 * A new list with copies of all entries of both; where they have the same type, of new_prop's. One of them may be NULL.
 */
int daos_prop_merge2(daos_prop_t *old_prop, daos_prop_t *new_prop, daos_prop_t **out_prop);

/* The same; NULL if it fails. */
daos_prop_t *daos_prop_merge(daos_prop_t *old_prop, daos_prop_t *new_prop);

/* The entry of a type; it lies in the list. NULL: there is none. */
struct daos_prop_entry *daos_prop_entry_get(daos_prop_t *prop, uint32_t type);

/*
 * Set a text to a copy of `len` bytes of `str` (NULL: to none), in place of what was there. -DER_INVAL: the entry's
 * value is no text. -DER_NONEXIST: there is no entry of the type.
 */
int daos_prop_entry_set_str(struct daos_prop_entry *entry, const char *str, daos_size_t len);
int daos_prop_set_str(daos_prop_t *prop, uint32_t type, const char *str, daos_size_t len);

/* The same for a pointer to a structure of `size` bytes: ACL or roots. */
int daos_prop_entry_set_ptr(struct daos_prop_entry *entry, const void *ptr, daos_size_t size);
int daos_prop_set_ptr(daos_prop_t *prop, uint32_t type, const void *ptr, daos_size_t size);

/*
 * Point an entry to a copy of what another one points to, `len` bytes or the roots. What it pointed to before is not
 * freed.
 */
int daos_prop_entry_dup_ptr(struct daos_prop_entry *entry_dst, struct daos_prop_entry *entry_src, size_t len);
int daos_prop_entry_dup_co_roots(struct daos_prop_entry *dst, struct daos_prop_entry *src);

/* 0 if the ACLs of two entries are equal, else -DER_MISMATCH. */
int daos_prop_entry_cmp_acl(struct daos_prop_entry *entry1, struct daos_prop_entry *entry2);

/* Whether values of this type are texts, or pointers to structures. */
bool daos_prop_has_str(struct daos_prop_entry *entry);
bool daos_prop_has_ptr(struct daos_prop_entry *entry);

#ifdef __cplusplus
}
#endif

#endif
