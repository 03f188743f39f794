/*
 * daos_obj.h: objects: values under keys.
 *
 * An object holds akeys under dkeys: what shares a dkey is stored together and is updated together. An akey holds
 * either a single value or an array of records of one size, which may have holes. Keys are any bytes, 1 of them at
 * least in a dkey. There is nothing to create: objects, dkeys and akeys come with their first value and go with their
 * last.
 *
 * In all calls, `oh` is an open object and `th` a transaction of its container, or DAOS_TX_NONE: then the call is a
 * transaction by itself. Updates need a handle opened for writing (-DER_NO_PERM).
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

/*
 * Object ids
 *
 * The upper half of `hi` is the library's: 8 bits of type, 8 bits of redundancy (enum daos_obj_redun), 16 bits of the
 * number of redundancy groups.
 */
#define OID_FMT_INTR_BITS   32
#define OID_FMT_TYPE_BITS   8
#define OID_FMT_CLASS_BITS  8
#define OID_FMT_META_BITS   16
#define OID_FMT_TYPE_SHIFT  56
#define OID_FMT_CLASS_SHIFT 48
#define OID_FMT_META_SHIFT  32
#define OID_FMT_TYPE_MAX    255UL
#define OID_FMT_CLASS_MAX   255UL
#define OID_FMT_META_MAX    65535UL
#define OID_FMT_TYPE_MASK   0xff00000000000000UL
#define OID_FMT_CLASS_MASK  0x00ff000000000000UL
#define OID_FMT_META_MASK   0x0000ffff00000000UL

/*
 * What an object's keys are. Hashed: any bytes, listed in no particular order. Lexical: any bytes, listed in their
 * order. Integer: exactly 8 bytes, an unsigned number in the machine's byte order; these can be asked for their lowest
 * and highest (daos_obj_query_key()). MULTI: dkeys and akeys alike.
 */
enum daos_otype_t {
	DAOS_OT_MULTI_HASHED = 0,
	DAOS_OT_OIT = 1,	 /* the library's own */
	DAOS_OT_DKEY_UINT64 = 2, /* akeys hashed */
	DAOS_OT_AKEY_UINT64 = 3, /* dkeys hashed */
	DAOS_OT_MULTI_UINT64 = 4,
	DAOS_OT_DKEY_LEXICAL = 5, /* akeys hashed */
	DAOS_OT_AKEY_LEXICAL = 6, /* dkeys hashed */
	DAOS_OT_MULTI_LEXICAL = 7,
	DAOS_OT_KV_HASHED = 8, /* key-value objects: daos_kv.h */
	DAOS_OT_KV_UINT64 = 9,
	DAOS_OT_KV_LEXICAL = 10,
	DAOS_OT_ARRAY = 11,	 /* arrays (daos_array.h) that store their cell and chunk size */
	DAOS_OT_ARRAY_ATTR = 12, /* arrays whose opener tells the sizes */
	DAOS_OT_ARRAY_BYTE = 13, /* the same, of single bytes */
	DAOS_OT_OIT_V2 = 14,	 /* the library's own */
	DAOS_OT_MAX = 14,
};

/*
 * Hints about an object for which no class is chosen: one DAOS_OCH_RDD_* (redundancy) and one DAOS_OCH_SHD_* (spread).
 * The embedded engine keeps one copy of everything, and only records the spread: DAOS_OCH_SHD_MAX gives OC_SX, all
 * others OC_S1.
 */
enum {
	DAOS_OCH_RDD_DEF = 1, /* as the container's properties say */
	DAOS_OCH_RDD_NO = 2,
	DAOS_OCH_RDD_RP = 4, /* copies */
	DAOS_OCH_RDD_EC = 8, /* erasure code */
	DAOS_OCH_SHD_DEF = 16,
	DAOS_OCH_SHD_TINY = 32,
	DAOS_OCH_SHD_REG = 64,
	DAOS_OCH_SHD_HI = 128,
	DAOS_OCH_SHD_EXT = 256,
	DAOS_OCH_SHD_MAX = 512, /* over all targets */
};

#define DAOS_OCH_RDD_BITS    4
#define DAOS_OCH_SHD_BITS    6
#define DAOS_OCH_RDD_SHIFT   0
#define DAOS_OCH_SHD_SHIFT   4
#define DAOS_OCH_RDD_MAX_VAL 15UL
#define DAOS_OCH_SHD_MAX_VAL 63UL
#define DAOS_OCH_RDD_MASK    15UL
#define DAOS_OCH_SHD_MASK    1008UL

/*
 * Complete an object id: put type and class into the upper half of oid->hi, which must be 0 before. `cid` 0
 * (OC_UNKNOWN) lets the library choose by `hints`. `args` is reserved. The id that comes out is the object's name for
 * good; the same `lo` and lower half with another type or class name another object.
 *
 * -DER_INVAL: the upper half of oid->hi is not 0; no such type or class.
 */
int daos_obj_generate_oid2(daos_handle_t coh, daos_obj_id_t *oid, enum daos_otype_t type, daos_oclass_id_t cid,
			   daos_oclass_hints_t hints, uint32_t args);

#define daos_obj_generate_oid daos_obj_generate_oid2

/*
 * Opening
 */

/* How an object is opened: one of RO, RW and EXCL; the last two say how it will be used. */
enum {
	DAOS_OO_RO = 2,
	DAOS_OO_RW = 4,
	DAOS_OO_EXCL = 8, /* for writing, by nobody else; the caller's promise, not checked */
	DAOS_OO_IO_RAND = 16,
	DAOS_OO_IO_SEQ = 32,
};

/*
 * Open an object, whether it holds anything yet or not. `mode`: DAOS_OO_*.
 *
 * -DER_NO_PERM: for writing, in a container that is open for reading. -DER_INVAL: `mode`, or `oid` has no valid type.
 */
int daos_obj_open(daos_handle_t coh, daos_obj_id_t oid, unsigned int mode, daos_handle_t *oh, daos_event_t *ev);

int daos_obj_close(daos_handle_t oh, daos_event_t *ev);

/* What is where: the object's layout. */
struct daos_obj_attr {
	d_rank_t oa_rank;		/* an engine that holds it */
	struct daos_oclass_attr *oa_oa; /* its class; may be NULL */
};

/* Tell where an open object is: `oa` and `ranks`, which has room for ranks->rl_nr, may be NULL. */
int daos_obj_query(daos_handle_t oh, struct daos_obj_attr *oa, d_rank_list_t *ranks, daos_event_t *ev);

/*
 * Reading and writing
 */

/*
 * Conditions on a call. Without them, what is not there reads as nothing, and an update does its work whether there was
 * something before or not. A condition that does not hold makes the whole call do nothing, with -DER_EXIST (something
 * is there that must not) or -DER_NONEXIST (something is missing). Within a transaction they may be checked at the
 * commit.
 */
enum {
	DAOS_COND_PUNCH = 1,	    /* punch: what is to be removed is there */
	DAOS_COND_DKEY_INSERT = 2,  /* update: the dkey is not there */
	DAOS_COND_DKEY_UPDATE = 4,  /* update: it is there */
	DAOS_COND_DKEY_FETCH = 8,   /* fetch: it is there */
	DAOS_COND_AKEY_INSERT = 16, /* update: none of the akeys is there */
	DAOS_COND_AKEY_UPDATE = 32, /* update: all of them are there */
	DAOS_COND_AKEY_FETCH = 64,  /* fetch: the same */
	DAOS_COND_PER_AKEY = 128,   /* the akeys' conditions are each iod's own, in iod_flags */
	DAOS_COND_MASK = 255,
};

#define IO_FLAGS_COND_BITS 8

/* Records `rx_idx` to `rx_idx + rx_nr - 1` of an array value. */
typedef struct {
	uint64_t rx_idx;
	uint64_t rx_nr;
} daos_recx_t;

/* What an akey holds. It keeps its kind as long as it holds anything (-DER_NO_PERM). */
typedef enum {
	DAOS_IOD_NONE = 0,
	DAOS_IOD_SINGLE = 1, /* one value, always read and written whole */
	DAOS_IOD_ARRAY = 2,  /* records of one size */
} daos_iod_type_t;

/* As iod_size of a fetch: whatever it is. */
enum {
	DAOS_REC_ANY = 0,
};

/*
 * An akey, and what is to be read or written of it.
 *
 * iod_size is the size of the single value, or of one record. An update with iod_size 0 removes the value, or the
 * records of iod_recxs. A fetch may give DAOS_REC_ANY, and gets the size that is stored, 0 for none.
 */
typedef struct {
	daos_key_t iod_name;
	daos_iod_type_t iod_type;
	daos_size_t iod_size;
	uint64_t iod_flags;	/* DAOS_COND_AKEY_*, with DAOS_COND_PER_AKEY */
	uint32_t iod_nr;	/* number of iod_recxs; 1 for a single value */
	daos_recx_t *iod_recxs; /* NULL for a single value */
} daos_iod_t;

/* iom_flags: iom_recxs is wanted, not only the first and last. */
#define DAOS_IOMF_DETAIL 1

/* A map of what a fetch has found of an akey: the ranges of records that are there, in their order. */
typedef struct {
	daos_iod_type_t iom_type;
	uint32_t iom_nr;     /* room in iom_recxs */
	uint32_t iom_nr_out; /* number of ranges found */
	uint32_t iom_flags;
	daos_size_t iom_size;	 /* size of the value or of a record */
	daos_recx_t iom_recx_lo; /* the first range */
	daos_recx_t iom_recx_hi; /* the last */
	daos_recx_t *iom_recxs;
} daos_iom_t;

/*
 * Read values of one dkey: iods[i], i < nr, into the buffers of sgls[i], ranges of records one behind the other.
 *
 * Records that are not there leave their part of the buffers as it is. With `sgls`, or the list of an iod, NULL or
 * without buffers, only iod_size is found out. `flags`: DAOS_COND_*. `ioms`: NULL, or a map of each; the embedded
 * engine has no maps (-DER_NOTSUPPORTED), see daos_obj_list_recx().
 *
 * -DER_REC2BIG: buffers are too short; iod_size says what a value takes. -DER_INVAL: an empty dkey, another record size
 * than is stored. -DER_NO_PERM: the akey holds the other kind of value.
 */
int daos_obj_fetch(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_key_t *dkey, unsigned int nr,
		   daos_iod_t *iods, d_sg_list_t *sgls, daos_iom_t *ioms, daos_event_t *ev);

/*
 * Write values of one dkey: iods[i], i < nr, from the buffers of sgls[i]. All of them or, if the call fails, none.
 *
 * -DER_REC2BIG: buffers are shorter than the values. Other errors as with daos_obj_fetch(); -DER_NOSPACE.
 */
int daos_obj_update(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_key_t *dkey, unsigned int nr,
		    daos_iod_t *iods, d_sg_list_t *sgls, daos_event_t *ev);

/* Remove everything from an object. `flags` of the three: 0 or DAOS_COND_PUNCH. */
int daos_obj_punch(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_event_t *ev);

/* Remove `nr` dkeys with all that is under them. */
int daos_obj_punch_dkeys(daos_handle_t oh, daos_handle_t th, uint64_t flags, unsigned int nr, daos_key_t *dkeys,
			 daos_event_t *ev);

/* Remove `nr` akeys of a dkey, and the dkey with its last one. */
int daos_obj_punch_akeys(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_key_t *dkey, unsigned int nr,
			 daos_key_t *akeys, daos_event_t *ev);

/*
 * Listing
 *
 * `anchor` tells where to begin and where to go on (daos_types.h). What is added or removed meanwhile may be listed or
 * not; everything else is listed exactly once. A call may list nothing although the end has not been reached.
 */

/* A key that was listed. */
typedef struct {
	daos_size_t kd_key_len;
	uint32_t kd_val_type;
} daos_key_desc_t;

/*
 * List dkeys. *nr is the room in `kds`, and becomes the number listed. The keys lie in the buffers of `sgl` one behind
 * the other; kds[i].kd_key_len is the length of the i-th.
 *
 * -DER_KEY2BIG: the next key alone does not fit; kds[0].kd_key_len says how long it is.
 */
int daos_obj_list_dkey(daos_handle_t oh, daos_handle_t th, uint32_t *nr, daos_key_desc_t *kds, d_sg_list_t *sgl,
		       daos_anchor_t *anchor, daos_event_t *ev);

/* List the akeys of a dkey, in the same way. */
int daos_obj_list_akey(daos_handle_t oh, daos_handle_t th, daos_key_t *dkey, uint32_t *nr, daos_key_desc_t *kds,
		       d_sg_list_t *sgl, daos_anchor_t *anchor, daos_event_t *ev);

/*
 * List the ranges of records that an array akey has. *nr is the room in `recxs` and, unless NULL, `eprs`, and becomes
 * the number listed; *size becomes the size of a record; `incr_order`: from the first to the last, or the other way. In
 * the embedded engine adjacent records may be listed as one range or as several.
 */
int daos_obj_list_recx(daos_handle_t oh, daos_handle_t th, daos_key_t *dkey, daos_key_t *akey, daos_size_t *size,
		       uint32_t *nr, daos_recx_t *recxs, daos_epoch_range_t *eprs, daos_anchor_t *anchor,
		       bool incr_order, daos_event_t *ev);

/*
 * Divide the listing of dkeys into parts that different threads or processes can do. *nr is the number wanted, and
 * becomes the number made; anchors[i], unless NULL, are set to begin one part each. The embedded engine makes one part.
 */
int daos_obj_anchor_split(daos_handle_t oh, uint32_t *nr, daos_anchor_t *anchors);

/* Set an anchor to begin part `index`. -DER_INVAL: there are not so many. */
int daos_obj_anchor_set(daos_handle_t oh, uint32_t index, daos_anchor_t *anchor);

/* Set an anchor so that a listing goes on behind a dkey or, with `akey`, behind that akey of it. */
int daos_obj_key2anchor(daos_handle_t oh, daos_handle_t th, daos_key_t *dkey, daos_key_t *akey, daos_anchor_t *anchor,
			daos_event_t *ev);

/*
 * Questions
 */

/* What daos_obj_query_key() is asked: MAX or MIN, and of what. */
enum {
	DAOS_GET_MAX = 1,
	DAOS_GET_MIN = 2,
	DAOS_GET_DKEY = 4,
	DAOS_GET_AKEY = 8,
	DAOS_GET_RECX = 16,
};

/*
 * Find the highest or lowest integer dkey, integer akey, range of records, or several of them at once, one within the
 * other. Keys that are asked for have room for 8 bytes, which are set; the others are given.
 *
 * -DER_NONEXIST: there is none. -DER_INVAL: keys that are no integers, or neither or both of MAX and MIN.
 */
int daos_obj_query_key(daos_handle_t oh, daos_handle_t th, uint64_t flags, daos_key_t *dkey, daos_key_t *akey,
		       daos_recx_t *recx, daos_event_t *ev);

/* When the object was last changed; 0: never. */
int daos_obj_query_max_epoch(daos_handle_t oh, daos_handle_t th, daos_epoch_t *epoch, daos_event_t *ev);

/* Compare the copies of an object. The embedded engine has one, which is always equal to itself: 0. */
int daos_obj_verify(daos_handle_t coh, daos_obj_id_t oid, daos_epoch_t epoch);

/*
 * The table of objects
 *
 * Which objects a container holds. The embedded engine makes the table when it is opened; `epoch` has no meaning there.
 * Objects can be given marks, which last until the table is closed.
 */
#define DAOS_OIT_MARKER_MAX_LEN 32

/* Whether an object with this mark is to be listed: 1 or 0, or a negative DER number to end the listing with. */
typedef int daos_oit_filter_cb(daos_obj_id_t oid, d_iov_t *marker);

int daos_oit_open(daos_handle_t coh, daos_epoch_t epoch, daos_handle_t *oh, daos_event_t *ev);

int daos_oit_close(daos_handle_t oh, daos_event_t *ev);

/* List objects. *nr is the room in `oids`, and becomes the number listed. */
int daos_oit_list(daos_handle_t oh, daos_obj_id_t *oids, uint32_t *nr, daos_anchor_t *anchor, daos_event_t *ev);

/* Mark an object with up to DAOS_OIT_MARKER_MAX_LEN bytes. -DER_NONEXIST: it is not in the table. */
int daos_oit_mark(daos_handle_t oh, daos_obj_id_t oid, d_iov_t *marker, daos_event_t *ev);

/* List objects without a mark. */
int daos_oit_list_unmarked(daos_handle_t oh, daos_obj_id_t *oids, uint32_t *nr, daos_anchor_t *anchor,
			   daos_event_t *ev);

/* List objects that `filter` wants. */
int daos_oit_list_filter(daos_handle_t oh, daos_obj_id_t *oids, uint32_t *nr, daos_anchor_t *anchor,
			 daos_oit_filter_cb *filter, daos_event_t *ev);

/*
 * What an object id says
 */

/* Whether there is such a type of object. */
static inline bool daos_otype_t_is_valid(enum daos_otype_t type)
{
	return type <= DAOS_OT_MAX;
}

/* Whether it is a performance domain (daos_prop.h). */
static inline bool daos_pa_domain_is_valid(uint32_t pa_domain)
{
	return pa_domain == DAOS_PROP_PERF_DOMAIN_ROOT || pa_domain == DAOS_PROP_PERF_DOMAIN_GROUP;
}

/* The type in an object id. */
static inline enum daos_otype_t daos_obj_id2type(daos_obj_id_t oid)
{
	return (enum daos_otype_t)((oid.hi & OID_FMT_TYPE_MASK) >> OID_FMT_TYPE_SHIFT);
}

/* What keys, or what kind of object, a type stands for; each for a type and for an object id. */
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

/* The redundancy of an object id's class. */
static inline enum daos_obj_redun daos_obj_id2ord(daos_obj_id_t oid)
{
	return (enum daos_obj_redun)((oid.hi & OID_FMT_CLASS_MASK) >> OID_FMT_CLASS_SHIFT);
}

/* The class in an object id. */
static inline daos_oclass_id_t daos_obj_id2class(daos_obj_id_t oid)
{
	daos_oclass_id_t ord = daos_obj_id2ord(oid);
	uint32_t nr_grps = (oid.hi & OID_FMT_META_MASK) >> OID_FMT_META_SHIFT;

	return (ord << OC_REDUN_SHIFT) | nr_grps;
}

/* The number of redundancy groups of an object id's class; MAX_NUM_GROUPS: as many as there can be. */
static inline uint32_t daos_obj_id2grp_nr(daos_obj_id_t oid)
{
	return (oid.hi & OID_FMT_META_MASK) >> OID_FMT_META_SHIFT;
}

/* Whether an object id is all zero: none. */
static inline bool daos_obj_id_is_nil(daos_obj_id_t oid)
{
	return oid.lo == 0 && oid.hi == 0;
}

/*
 * The next of the 2^32 ids that share their `lo`: `hi`, from 0 on, takes every value of its lower half once, in an
 * order that spreads neighbours.
 */
static inline void daos_obj_oid_cycle(daos_obj_id_t *oid)
{
	oid->hi = (oid->hi + 999999937) & 0xffffffff;
}

#ifdef __cplusplus
}
#endif

#endif
