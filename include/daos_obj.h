/*
 * daos_obj.h: Objects: dkeys, akeys, single values and extents.
 */
#ifndef DFUSE_DAOS_OBJ_H
#define DFUSE_DAOS_OBJ_H

#include <daos_types.h>
#include <daos_obj_class.h>
#include <daos_prop.h>
#include <daos_errno.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OID_FMT_INTR_BITS 32
#define OID_FMT_TYPE_BITS 8
#define OID_FMT_CLASS_BITS 8
#define OID_FMT_META_BITS 16
#define OID_FMT_TYPE_SHIFT 56
#define OID_FMT_CLASS_SHIFT 48
#define OID_FMT_META_SHIFT 32
#define OID_FMT_TYPE_MAX 255UL
#define OID_FMT_CLASS_MAX 255UL
#define OID_FMT_META_MAX 65535UL
#define OID_FMT_TYPE_MASK  0xff00000000000000UL
#define OID_FMT_CLASS_MASK 0x00ff000000000000UL
#define OID_FMT_META_MASK  0x0000ffff00000000UL
#define IO_FLAGS_COND_BITS 8
#define DAOS_IOMF_DETAIL 1
#define DAOS_OCH_RDD_BITS 4
#define DAOS_OCH_SHD_BITS 6
#define DAOS_OCH_RDD_SHIFT 0
#define DAOS_OCH_SHD_SHIFT 4
#define DAOS_OCH_RDD_MAX_VAL 15UL
#define DAOS_OCH_SHD_MAX_VAL 63UL
#define DAOS_OCH_RDD_MASK 15UL
#define DAOS_OCH_SHD_MASK 1008UL
#define DAOS_OIT_MARKER_MAX_LEN 32

enum daos_otype_t {
	DAOS_OT_MULTI_HASHED = 0,
	DAOS_OT_OIT = 1,
	DAOS_OT_DKEY_UINT64 = 2,
	DAOS_OT_AKEY_UINT64 = 3,
	DAOS_OT_MULTI_UINT64 = 4,
	DAOS_OT_DKEY_LEXICAL = 5,
	DAOS_OT_AKEY_LEXICAL = 6,
	DAOS_OT_MULTI_LEXICAL = 7,
	DAOS_OT_KV_HASHED = 8,
	DAOS_OT_KV_UINT64 = 9,
	DAOS_OT_KV_LEXICAL = 10,
	DAOS_OT_ARRAY = 11,
	DAOS_OT_ARRAY_ATTR = 12,
	DAOS_OT_ARRAY_BYTE = 13,
	DAOS_OT_OIT_V2 = 14,
	DAOS_OT_MAX = 14,
};

enum {
	DAOS_COND_PUNCH = 1,
	DAOS_COND_DKEY_INSERT = 2,
	DAOS_COND_DKEY_UPDATE = 4,
	DAOS_COND_DKEY_FETCH = 8,
	DAOS_COND_AKEY_INSERT = 16,
	DAOS_COND_AKEY_UPDATE = 32,
	DAOS_COND_AKEY_FETCH = 64,
	DAOS_COND_PER_AKEY = 128,
	DAOS_COND_MASK = 255,
};

enum {
	DAOS_OO_RO = 2,
	DAOS_OO_RW = 4,
	DAOS_OO_EXCL = 8,
	DAOS_OO_IO_RAND = 16,
	DAOS_OO_IO_SEQ = 32,
};

typedef enum {
	DAOS_IOD_NONE = 0,
	DAOS_IOD_SINGLE = 1,
	DAOS_IOD_ARRAY = 2,
} daos_iod_type_t;
enum {
	DAOS_REC_ANY = 0,
};

enum {
	DAOS_GET_MAX = 1,
	DAOS_GET_MIN = 2,
	DAOS_GET_DKEY = 4,
	DAOS_GET_AKEY = 8,
	DAOS_GET_RECX = 16,
};

enum {
	DAOS_OCH_RDD_DEF = 1,
	DAOS_OCH_RDD_NO = 2,
	DAOS_OCH_RDD_RP = 4,
	DAOS_OCH_RDD_EC = 8,
	DAOS_OCH_SHD_DEF = 16,
	DAOS_OCH_SHD_TINY = 32,
	DAOS_OCH_SHD_REG = 64,
	DAOS_OCH_SHD_HI = 128,
	DAOS_OCH_SHD_EXT = 256,
	DAOS_OCH_SHD_MAX = 512,
};

typedef int daos_oit_filter_cb(daos_obj_id_t, d_iov_t *);

struct daos_obj_attr {
	d_rank_t oa_rank;
	struct daos_oclass_attr *oa_oa;
};

typedef struct {
	uint64_t rx_idx;
	uint64_t rx_nr;
} daos_recx_t;

typedef struct {
	daos_key_t iod_name;
	daos_iod_type_t iod_type;
	daos_size_t iod_size;
	uint64_t iod_flags;
	uint32_t iod_nr;
	daos_recx_t *iod_recxs;
} daos_iod_t;

typedef struct {
	daos_iod_type_t iom_type;
	uint32_t iom_nr;
	uint32_t iom_nr_out;
	uint32_t iom_flags;
	daos_size_t iom_size;
	daos_recx_t iom_recx_lo;
	daos_recx_t iom_recx_hi;
	daos_recx_t *iom_recxs;
} daos_iom_t;

typedef struct {
	daos_size_t kd_key_len;
	uint32_t kd_val_type;
} daos_key_desc_t;

int daos_obj_generate_oid2(daos_handle_t, daos_obj_id_t *, enum daos_otype_t, daos_oclass_id_t, daos_oclass_hints_t, uint32_t);
int daos_obj_open(daos_handle_t, daos_obj_id_t, unsigned int, daos_handle_t *, daos_event_t *);
int daos_obj_close(daos_handle_t, daos_event_t *);
int daos_obj_punch(daos_handle_t, daos_handle_t, uint64_t, daos_event_t *);
int daos_obj_punch_dkeys(daos_handle_t, daos_handle_t, uint64_t, unsigned int, daos_key_t *, daos_event_t *);
int daos_obj_punch_akeys(daos_handle_t, daos_handle_t, uint64_t, daos_key_t *, unsigned int, daos_key_t *, daos_event_t *);
int daos_obj_query(daos_handle_t, struct daos_obj_attr *, d_rank_list_t *, daos_event_t *);
int daos_obj_fetch(daos_handle_t, daos_handle_t, uint64_t, daos_key_t *, unsigned int, daos_iod_t *, d_sg_list_t *, daos_iom_t *, daos_event_t *);
int daos_obj_update(daos_handle_t, daos_handle_t, uint64_t, daos_key_t *, unsigned int, daos_iod_t *, d_sg_list_t *, daos_event_t *);
int daos_obj_list_dkey(daos_handle_t, daos_handle_t, uint32_t *, daos_key_desc_t *, d_sg_list_t *, daos_anchor_t *, daos_event_t *);
int daos_obj_list_akey(daos_handle_t, daos_handle_t, daos_key_t *, uint32_t *, daos_key_desc_t *, d_sg_list_t *, daos_anchor_t *, daos_event_t *);
int daos_obj_list_recx(daos_handle_t, daos_handle_t, daos_key_t *, daos_key_t *, daos_size_t *, uint32_t *, daos_recx_t *, daos_epoch_range_t *, daos_anchor_t *, bool, daos_event_t *);
int daos_obj_query_key(daos_handle_t, daos_handle_t, uint64_t, daos_key_t *, daos_key_t *, daos_recx_t *, daos_event_t *);
int daos_obj_query_max_epoch(daos_handle_t, daos_handle_t, daos_epoch_t *, daos_event_t *);
int daos_obj_verify(daos_handle_t, daos_obj_id_t, daos_epoch_t);
int daos_obj_anchor_split(daos_handle_t, uint32_t *, daos_anchor_t *);
int daos_obj_anchor_set(daos_handle_t, uint32_t, daos_anchor_t *);
int daos_obj_key2anchor(daos_handle_t, daos_handle_t, daos_key_t *, daos_key_t *, daos_anchor_t *, daos_event_t *);
int daos_oit_open(daos_handle_t, daos_epoch_t, daos_handle_t *, daos_event_t *);
int daos_oit_close(daos_handle_t, daos_event_t *);
int daos_oit_list(daos_handle_t, daos_obj_id_t *, uint32_t *, daos_anchor_t *, daos_event_t *);
int daos_oit_mark(daos_handle_t, daos_obj_id_t, d_iov_t *, daos_event_t *);
int daos_oit_list_unmarked(daos_handle_t, daos_obj_id_t *, uint32_t *, daos_anchor_t *, daos_event_t *);
int daos_oit_list_filter(daos_handle_t, daos_obj_id_t *, uint32_t *, daos_anchor_t *, daos_oit_filter_cb *, daos_event_t *);

#define daos_obj_generate_oid daos_obj_generate_oid2

static inline bool daos_otype_t_is_valid(enum daos_otype_t type)
{
	return type <= DAOS_OT_MAX;
}

static inline bool daos_pa_domain_is_valid(uint32_t pa_domain)
{
	return pa_domain == DAOS_PROP_PERF_DOMAIN_ROOT || pa_domain == DAOS_PROP_PERF_DOMAIN_GROUP;
}

static inline enum daos_otype_t daos_obj_id2type(daos_obj_id_t oid)
{
	return (enum daos_otype_t)((oid.hi & OID_FMT_TYPE_MASK) >> OID_FMT_TYPE_SHIFT);
}

static inline bool daos_is_dkey_lexical_type(enum daos_otype_t type)
{
	return type == DAOS_OT_DKEY_LEXICAL || type == DAOS_OT_MULTI_LEXICAL || type == DAOS_OT_KV_LEXICAL;
}

static inline bool daos_is_dkey_lexical(daos_obj_id_t oid)
{
	return daos_is_dkey_lexical_type(daos_obj_id2type(oid));
}

static inline bool daos_is_akey_lexical_type(enum daos_otype_t type)
{
	return type == DAOS_OT_AKEY_LEXICAL || type == DAOS_OT_MULTI_LEXICAL;
}

static inline bool daos_is_akey_lexical(daos_obj_id_t oid)
{
	return daos_is_akey_lexical_type(daos_obj_id2type(oid));
}

static inline bool daos_is_array_type(enum daos_otype_t type)
{
	return type == DAOS_OT_ARRAY || type == DAOS_OT_ARRAY_ATTR || type == DAOS_OT_ARRAY_BYTE;
}

static inline bool daos_is_array(daos_obj_id_t oid)
{
	return daos_is_array_type(daos_obj_id2type(oid));
}

static inline bool daos_is_kv_type(enum daos_otype_t type)
{
	return type == DAOS_OT_KV_HASHED || type == DAOS_OT_KV_UINT64 || type == DAOS_OT_KV_LEXICAL;
}

static inline bool daos_is_kv(daos_obj_id_t oid)
{
	return daos_is_kv_type(daos_obj_id2type(oid));
}

/* Arrays number their chunks, so their dkeys are integers too. */
static inline bool daos_is_dkey_uint64_type(enum daos_otype_t type)
{
	return type == DAOS_OT_DKEY_UINT64 || type == DAOS_OT_MULTI_UINT64 || type == DAOS_OT_KV_UINT64 ||
	       daos_is_array_type(type);
}

static inline bool daos_is_dkey_uint64(daos_obj_id_t oid)
{
	return daos_is_dkey_uint64_type(daos_obj_id2type(oid));
}

static inline bool daos_is_akey_uint64_type(enum daos_otype_t type)
{
	return type == DAOS_OT_AKEY_UINT64 || type == DAOS_OT_MULTI_UINT64;
}

static inline bool daos_is_akey_uint64(daos_obj_id_t oid)
{
	return daos_is_akey_uint64_type(daos_obj_id2type(oid));
}

/* The redundancy part of the class in `oid`. */
static inline enum daos_obj_redun daos_obj_id2ord(daos_obj_id_t oid)
{
	return (enum daos_obj_redun)((oid.hi & OID_FMT_CLASS_MASK) >> OID_FMT_CLASS_SHIFT);
}

static inline daos_oclass_id_t daos_obj_id2class(daos_obj_id_t oid)
{
	daos_oclass_id_t ord = daos_obj_id2ord(oid);
	uint32_t nr_grps     = (oid.hi & OID_FMT_META_MASK) >> OID_FMT_META_SHIFT;

	return (ord << OC_REDUN_SHIFT) | nr_grps;
}

static inline uint32_t daos_obj_id2grp_nr(daos_obj_id_t oid)
{
	return (oid.hi & OID_FMT_META_MASK) >> OID_FMT_META_SHIFT;
}

static inline bool daos_obj_id_is_nil(daos_obj_id_t oid)
{
	return oid.lo == 0 && oid.hi == 0;
}

/* Walk the low half of `hi`: 2^32 ids from one allocation of `lo`. */
static inline void daos_obj_oid_cycle(daos_obj_id_t *oid)
{
	oid->hi = (oid->hi + 999999937) & 0xffffffff;
}

#ifdef __cplusplus
}
#endif

#endif
