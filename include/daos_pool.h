/*
 * daos_pool.h: pools: connect, query, user attributes, list of containers.
 *
 * A pool is storage that containers share. It is named by its UUID or by a label (daos_label_is_valid()), both as text.
 * `poh` is a connection to it.
 */
#ifndef DFUSE_DAOS_POOL_H
#define DFUSE_DAOS_POOL_H

#include <daos_types.h>
#include <daos_prop.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a query tells
 *
 * The embedded engine answers as a system of one engine, rank 0, with one target.
 */

/* State of a target. */
typedef enum {
	DAOS_TS_UNKNOWN = 0,
	DAOS_TS_DOWN_OUT = 1, /* failed; its data has been rebuilt elsewhere */
	DAOS_TS_DOWN = 2,     /* failed */
	DAOS_TS_UP = 3,	      /* back, being filled */
	DAOS_TS_UP_IN = 4,    /* in use */
	DAOS_TS_NEW = 5,      /* added, not in use yet */
	DAOS_TS_DRAIN = 6,    /* being emptied */
} daos_target_state_t;

/* Kinds of storage; the embedded engine counts all as DAOS_MEDIA_SCM. */
enum daos_media_type_t {
	DAOS_MEDIA_SCM = 0, /* memory */
	DAOS_MEDIA_NVME = 1,
	DAOS_MEDIA_MAX = 2,
};

/* Reserved. */
typedef struct {
	int foo;
} daos_target_perf_t;

/* Bytes, by DAOS_MEDIA_*. */
struct daos_space {
	uint64_t s_total[2];
	uint64_t s_free[2];
};

/* A target. */
typedef struct {
	uint32_t ta_padding;
	daos_target_state_t ta_state;
	daos_target_perf_t ta_perf;
	struct daos_space ta_space;
} daos_target_info_t;

/* The space of a pool: in all, and the least, most and mean free bytes of a target. */
struct daos_pool_space {
	struct daos_space ps_space;
	uint64_t ps_free_min[2];
	uint64_t ps_free_max[2];
	uint64_t ps_free_mean[2];
	uint32_t ps_ntargets; /* targets in use */
	uint32_t ps_padding;
};

/* Whether data is being rebuilt after a failure. */
enum daos_rebuild_state_t {
	DRS_IN_PROGRESS = 0,
	DRS_NOT_STARTED = 1,
	DRS_COMPLETED = 2,
};

/* rs_flags */
enum daos_rebuild_status_flag {
	DAOS_RSF_DEGRADED = 1, /* some data has less protection than it should */
};

/* The last rebuild, or the one that goes on. */
struct daos_rebuild_status {
	uint32_t rs_version; /* of the pool's map that it is for */
	uint32_t rs_seconds; /* how long it has taken */
	int32_t rs_errno;    /* 0, or why it failed */
	union {
		int32_t rs_state; /* enum daos_rebuild_state_t */
		int32_t rs_done;
	};
	uint16_t rs_max_supported_layout_ver;
	uint8_t rs_flags;
	uint8_t rs_reserved_;
	int32_t rs_fail_rank;	   /* where it failed, or -1 */
	uint64_t rs_toberb_obj_nr; /* objects to rebuild */
	uint64_t rs_obj_nr;	   /* objects rebuilt */
	uint64_t rs_rec_nr;	   /* records rebuilt */
	uint64_t rs_size;	   /* bytes rebuilt */
};

/* pi_bits: what is wanted in addition to the cheap fields. */
enum daos_pool_info_bit {
	DPI_SPACE = 1,
	DPI_REBUILD_STATUS = 2,
	DPI_ENGINES_ENABLED = 4,  /* the list of ranks has the engines in use */
	DPI_ENGINES_DISABLED = 8, /* it has those out of use */
	DPI_ENGINES_DEAD = 16,	  /* it has those that do not answer */
	DPI_REBUILD_MAX_LAYOUT_VER = 32,
	DPI_SELF_HEAL_POLICY = 64,
	DPI_ALL = -1,
};

/* A pool. The caller sets pi_bits (DPI_*) before. */
typedef struct {
	uuid_t pi_uuid;
	uint32_t pi_ntargets;
	uint32_t pi_nnodes;    /* engines */
	uint32_t pi_ndisabled; /* targets that are not in use */
	uint32_t pi_map_ver;   /* grows with every change of the above */
	uint32_t pi_leader;    /* rank of the pool service's leader */
	uint64_t pi_bits;
	struct daos_pool_space pi_space;	  /* DPI_SPACE */
	struct daos_rebuild_status pi_rebuild_st; /* DPI_REBUILD_STATUS */
} daos_pool_info_t;

/*
 * Connecting
 */

/*
 * Connect to a pool by label or UUID. `sys`: the system's name, NULL for the default one. `flags`: DAOS_PC_RO, _RW or
 * _EX. `info`, unless NULL, is filled as daos_pool_query() does.
 *
 * -DER_NONEXIST: there is no such pool, or system. -DER_INVAL: what cannot be a label or UUID; flags. -DER_BUSY:
 * another connection is in the way of DAOS_PC_EX, or such a one of this. -DER_UNINIT: no daos_init().
 */
int daos_pool_connect2(const char *pool, const char *sys, unsigned int flags, daos_handle_t *poh,
		       daos_pool_info_t *info, daos_event_t *ev);

#define daos_pool_connect daos_pool_connect2

/* Disconnect. -DER_BUSY: containers are open through the connection. */
int daos_pool_disconnect(daos_handle_t poh, daos_event_t *ev);

/*
 * Turn a connection into bytes that another process can use. With glob->iov_buf NULL, only set iov_buf_len to the size
 * that it takes; otherwise iov_buf_len is the room, and iov_len is set. -DER_TRUNC: not enough room.
 */
int daos_pool_local2global(daos_handle_t poh, d_iov_t *glob);

/* Connect to what daos_pool_local2global() gave, with the same rights. */
int daos_pool_global2local(d_iov_t glob, daos_handle_t *poh);

/*
 * Queries
 */

/*
 * Ask about a pool; each of the last three may be NULL.
 *
 * `ranks`: receives a list of engines, those in use unless info->pi_bits asks for others; to be freed with
 * d_rank_list_free(). `info`: see there. `pool_prop` has entries of the types that are wanted, or none: then it gets
 * one for each property there is. Values are freed with daos_prop_fini() or daos_prop_free().
 */
int daos_pool_query(daos_handle_t poh, d_rank_list_t **ranks, daos_pool_info_t *info, daos_prop_t *pool_prop,
		    daos_event_t *ev);

/* Ask about target number `tgt` of engine `rank`. -DER_NONEXIST: there is none. */
int daos_pool_query_target(daos_handle_t poh, uint32_t tgt, d_rank_t rank, daos_target_info_t *info, daos_event_t *ev);

/*
 * What a user may do with a pool, as DAOS_ACL_PERM_* bits. `pool_prop` has its ACL, owner and owner's group; `gids` are
 * the `nr_gids` groups that the user is in.
 *
 * -DER_INVAL: one of the three is missing or not valid.
 */
int daos_pool_get_perms(daos_prop_t *pool_prop, uid_t uid, gid_t *gids, size_t nr_gids, uint64_t *perms);

/*
 * User attributes: names, 1 to DAOS_ATTR_NAME_MAX bytes, with values of any bytes. To change them, the pool must be
 * connected to for writing (-DER_NO_PERM).
 */

/*
 * List the names, each with its NUL, one behind the other, as many as fit whole. *size is the room in `buf`, which may
 * be NULL, and becomes the size that all names take.
 */
int daos_pool_list_attr(daos_handle_t poh, char *buf, size_t *size, daos_event_t *ev);

/*
 * Read the `n` attributes `names`. sizes[i] is the room in values[i]; as much of the value as fits is stored there, and
 * sizes[i] becomes the size of the whole value. `values` or any of them may be NULL.
 *
 * -DER_NONEXIST: one of them is not there.
 */
int daos_pool_get_attr(daos_handle_t poh, int n, const char *const *names, void *const *values, size_t *sizes,
		       daos_event_t *ev);

/* Set `n` attributes; all of them or, if the call fails, none. -DER_INVAL: a name or value that is empty or too long.
 */
int daos_pool_set_attr(daos_handle_t poh, int n, const char *const *names, const void *const *values,
		       const size_t *sizes, daos_event_t *ev);

/* Delete `n` attributes. It is no error if one is not there. */
int daos_pool_del_attr(daos_handle_t poh, int n, const char *const *names, daos_event_t *ev);

/*
 * Containers of a pool
 */

/* A container. One without a label has DAOS_PROP_CO_LABEL_DEFAULT here. */
struct daos_pool_cont_info {
	uuid_t pci_uuid;
	char pci_label[128];
};

/* The same, with what daos_cont_query() tells. */
struct daos_pool_cont_info2 {
	struct daos_pool_cont_info pci_id;
	daos_cont_info_t pci_cinfo;
	void *pci_reserved[2];
};

/*
 * List the containers. *ncont is the room in `cbuf`, and becomes the number that there are. With `cbuf` NULL, only
 * count.
 *
 * -DER_TRUNC: there are more than fit; nothing was stored.
 */
int daos_pool_list_cont(daos_handle_t poh, daos_size_t *ncont, struct daos_pool_cont_info *cbuf, daos_event_t *ev);

/* How a filter compares, what with, and how its parts go together. */
enum daos_pool_cont_filter_func {
	PCF_FUNC_EQ = 0,
	PCF_FUNC_NE = 1,
	PCF_FUNC_LT = 2,
	PCF_FUNC_LE = 3,
	PCF_FUNC_GT = 4,
	PCF_FUNC_GE = 5,
	PCF_FUNC_MAX = 6,
};

enum daos_pool_cont_filter_key {
	PCF_KEY_MD_OTIME = 0, /* fields of daos_cont_info_t */
	PCF_KEY_MD_MTIME = 1,
	PCF_KEY_NUM_SNAPSHOTS = 2,
	PCF_KEY_NUM_HANDLES = 3,
	PCF_KEY_MAX = 4,
};

enum daos_pool_cont_filter_combine {
	PCF_COMBINE_LOGICAL_AND = 0,
	PCF_COMBINE_LOGICAL_OR = 1,
};

#define DAOS_POOL_CONT_FILTER_MAX_NPARTS 8

/* One condition: the container's `pcfp_key` compares as `pcfp_func` to the value. */
struct daos_pool_cont_filter_part {
	uint32_t pcfp_func; /* enum daos_pool_cont_filter_func */
	uint32_t pcfp_key;  /* enum daos_pool_cont_filter_key */
	union {
		uint64_t pcfp_val64;
		d_string_t pcfp_valstr; /* for keys that are texts, of which there are none yet */
	};
};

/* Up to DAOS_POOL_CONT_FILTER_MAX_NPARTS conditions; one without any lets all containers through. */
struct daos_pool_cont_filter {
	uint32_t pcf_combine_func; /* enum daos_pool_cont_filter_combine */
	uint32_t pcf_nparts;
	struct daos_pool_cont_filter_part **pcf_parts;
};

typedef struct daos_pool_cont_filter_part daos_pool_cont_filter_part_t;
typedef struct daos_pool_cont_filter daos_pool_cont_filter_t;

/* The names of functions and keys, for messages. */
static inline const char *daos_pool_cont_filter_func_str(enum daos_pool_cont_filter_func f)
{
	static const char *const name[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};

	return (unsigned)f < PCF_FUNC_MAX ? name[f] : "invalid";
}

static inline const char *daos_pool_cont_filter_key_str(enum daos_pool_cont_filter_key k)
{
	static const char *const name[] = {"OTIME", "MTIME", "NUM_SNAPSHOTS", "NUM_HANDLES"};

	return (unsigned)k < PCF_KEY_MAX ? name[k] : "invalid";
}

/* Begin an empty filter. */
int daos_pool_cont_filter_init(daos_pool_cont_filter_t *filt, uint32_t combine_func);

/* Add a copy of `part`. -DER_NOSPACE: the filter has all the parts it can have. */
int daos_pool_cont_filter_add(daos_pool_cont_filter_t *filt, daos_pool_cont_filter_part_t *part);

/* Free the parts of a filter. */
void daos_pool_cont_filter_fini(daos_pool_cont_filter_t *filt);

/*
 * List the containers that a filter lets through. *ncont is the room in `cbuf`, and becomes the number of those that
 * there are. With `cbuf` NULL, only count.
 *
 * -DER_TRUNC: there are more than fit; as many as fit were stored.
 */
int daos_pool_filter_cont(daos_handle_t poh, daos_pool_cont_filter_t *filt, daos_size_t *ncont,
			  struct daos_pool_cont_info2 *cbuf, daos_event_t *ev);

#ifdef __cplusplus
}
#endif

#endif
