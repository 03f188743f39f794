/*
 * daos_pool.h: Pools: connect, query, attributes, list of containers.
 */
#ifndef DFUSE_DAOS_POOL_H
#define DFUSE_DAOS_POOL_H

#include <daos_types.h>
#include <daos_prop.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAOS_POOL_CONT_FILTER_MAX_NPARTS 8

typedef enum {
	DAOS_TS_UNKNOWN = 0,
	DAOS_TS_DOWN_OUT = 1,
	DAOS_TS_DOWN = 2,
	DAOS_TS_UP = 3,
	DAOS_TS_UP_IN = 4,
	DAOS_TS_NEW = 5,
	DAOS_TS_DRAIN = 6,
} daos_target_state_t;
enum daos_media_type_t {
	DAOS_MEDIA_SCM = 0,
	DAOS_MEDIA_NVME = 1,
	DAOS_MEDIA_MAX = 2,
};

enum daos_rebuild_state_t {
	DRS_IN_PROGRESS = 0,
	DRS_NOT_STARTED = 1,
	DRS_COMPLETED = 2,
};

enum daos_rebuild_status_flag {
	DAOS_RSF_DEGRADED = 1,
};

enum daos_pool_info_bit {
	DPI_SPACE = 1,
	DPI_REBUILD_STATUS = 2,
	DPI_ENGINES_ENABLED = 4,
	DPI_ENGINES_DISABLED = 8,
	DPI_ENGINES_DEAD = 16,
	DPI_REBUILD_MAX_LAYOUT_VER = 32,
	DPI_SELF_HEAL_POLICY = 64,
	DPI_ALL = -1,
};

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
	PCF_KEY_MD_OTIME = 0,
	PCF_KEY_MD_MTIME = 1,
	PCF_KEY_NUM_SNAPSHOTS = 2,
	PCF_KEY_NUM_HANDLES = 3,
	PCF_KEY_MAX = 4,
};

enum daos_pool_cont_filter_combine {
	PCF_COMBINE_LOGICAL_AND = 0,
	PCF_COMBINE_LOGICAL_OR = 1,
};

typedef struct daos_pool_cont_filter_part daos_pool_cont_filter_part_t;
typedef struct daos_pool_cont_filter daos_pool_cont_filter_t;

typedef struct {
	int foo;
} daos_target_perf_t;
struct daos_space {
	uint64_t s_total[2];
	uint64_t s_free[2];
};

typedef struct {
	uint32_t ta_padding;
	daos_target_state_t ta_state;
	daos_target_perf_t ta_perf;
	struct daos_space ta_space;
} daos_target_info_t;
struct daos_pool_space {
	struct daos_space ps_space;
	uint64_t ps_free_min[2];
	uint64_t ps_free_max[2];
	uint64_t ps_free_mean[2];
	uint32_t ps_ntargets;
	uint32_t ps_padding;
};

struct daos_rebuild_status {
	uint32_t rs_version;
	uint32_t rs_seconds;
	int32_t rs_errno;
	union {
		int32_t rs_state;
		int32_t rs_done;
	};
	uint16_t rs_max_supported_layout_ver;
	uint8_t rs_flags;
	uint8_t rs_reserved_;
	int32_t rs_fail_rank;
	uint64_t rs_toberb_obj_nr;
	uint64_t rs_obj_nr;
	uint64_t rs_rec_nr;
	uint64_t rs_size;
};

typedef struct {
	uuid_t pi_uuid;
	uint32_t pi_ntargets;
	uint32_t pi_nnodes;
	uint32_t pi_ndisabled;
	uint32_t pi_map_ver;
	uint32_t pi_leader;
	uint64_t pi_bits;
	struct daos_pool_space pi_space;
	struct daos_rebuild_status pi_rebuild_st;
} daos_pool_info_t;
struct daos_pool_cont_info {
	uuid_t pci_uuid;
	char pci_label[128];
};

struct daos_pool_cont_info2 {
	struct daos_pool_cont_info pci_id;
	daos_cont_info_t pci_cinfo;
	void* pci_reserved[2];
};

struct daos_pool_cont_filter_part {
	uint32_t pcfp_func;
	uint32_t pcfp_key;
	union {
		uint64_t pcfp_val64;
		d_string_t pcfp_valstr;
	};
};

struct daos_pool_cont_filter {
	uint32_t pcf_combine_func;
	uint32_t pcf_nparts;
	struct daos_pool_cont_filter_part **pcf_parts;
};

#define daos_pool_connect daos_pool_connect2

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

int daos_pool_connect2(const char *, const char *, unsigned int, daos_handle_t *, daos_pool_info_t *, daos_event_t *);
int daos_pool_disconnect(daos_handle_t, daos_event_t *);
int daos_pool_local2global(daos_handle_t, d_iov_t *);
int daos_pool_global2local(d_iov_t, daos_handle_t *);
int daos_pool_query(daos_handle_t, d_rank_list_t **, daos_pool_info_t *, daos_prop_t *, daos_event_t *);
int daos_pool_query_target(daos_handle_t, uint32_t, d_rank_t, daos_target_info_t *, daos_event_t *);
int daos_pool_list_attr(daos_handle_t, char *, size_t *, daos_event_t *);
int daos_pool_get_attr(daos_handle_t, int, const char *const *, void *const *, size_t *, daos_event_t *);
int daos_pool_set_attr(daos_handle_t, int, const char *const *, const void *const *, const size_t *, daos_event_t *);
int daos_pool_del_attr(daos_handle_t, int, const char *const *, daos_event_t *);
int daos_pool_list_cont(daos_handle_t, daos_size_t *, struct daos_pool_cont_info *, daos_event_t *);
int daos_pool_cont_filter_init(daos_pool_cont_filter_t *, uint32_t);
int daos_pool_cont_filter_add(daos_pool_cont_filter_t *, daos_pool_cont_filter_part_t *);
void daos_pool_cont_filter_fini(daos_pool_cont_filter_t *);
int daos_pool_filter_cont(daos_handle_t, daos_pool_cont_filter_t *, daos_size_t *, struct daos_pool_cont_info2 *, daos_event_t *);
int daos_pool_get_perms(daos_prop_t *, uid_t, gid_t *, size_t, uint64_t *);

#ifdef __cplusplus
}
#endif

#endif
