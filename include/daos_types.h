/*
 * daos_types.h: Types that all parts of the DAOS client API share.
 */
#ifndef DFUSE_DAOS_TYPES_H
#define DFUSE_DAOS_TYPES_H

#include <stdint.h>
#include <stdbool.h>
#include <string.h>
#include <uuid/uuid.h>

#include <gurt/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAOS_SYS_NAME_MAX 15
#define DAOS_SYS_INFO_STRING_MAX 63
#define DAOS_HKEY_MAX 32
#define DAOS_ANCHOR_BUF_MAX 104
#define DAOS_PC_RO 1
#define DAOS_PC_RW 2
#define DAOS_PC_EX 4
#define DAOS_PC_NBITS 3
#define DAOS_PC_MASK 7
#define DAOS_EPOCH_MAX (~0ULL)
#define DAOS_EQ_WAIT (-1)
#define DAOS_EQ_NOWAIT 0
#define DAOS_UUID_STR_SIZE 37
#define UUID_SST_UPPER 1
#define UUID_SST_LOWER (-1)
#define UUID_SST_NONE 0
#define DAOS_ATTR_NAME_MAX 511

typedef enum {
	DAOS_ANCHOR_TYPE_ZERO = 0,
	DAOS_ANCHOR_TYPE_HKEY = 1,
	DAOS_ANCHOR_TYPE_KEY = 2,
	DAOS_ANCHOR_TYPE_EOF = 3,
} daos_anchor_type_t;
typedef enum {
	DAOS_EQR_COMPLETED = 1,
	DAOS_EQR_WAITING = 2,
	DAOS_EQR_ALL = 3,
} daos_eq_query_t;
typedef enum {
	DAOS_EVS_READY = 0,
	DAOS_EVS_RUNNING = 1,
	DAOS_EVS_COMPLETED = 2,
	DAOS_EVS_ABORTED = 3,
} daos_ev_status_t;
enum {
	DAOS_HTYPE_EQ = 1,
	DAOS_HTYPE_POOL = 3,
	DAOS_HTYPE_CO = 5,
	DAOS_HTYPE_OBJ = 7,
	DAOS_HTYPE_ARRAY = 9,
	DAOS_HTYPE_TX = 11,
	DAOS_HTYPE_KV = 13,
};

typedef uint64_t daos_size_t;
typedef uint64_t daos_off_t;
typedef uint64_t daos_epoch_t;
typedef d_iov_t daos_key_t;
typedef struct daos_event daos_event_t;

typedef struct {
	uint16_t da_type;
	uint16_t da_shard;
	uint32_t da_flags;
	uint64_t da_sub_anchors;
	uint8_t da_buf[104];
} daos_anchor_t;

typedef struct {
	uint64_t cookie;
} daos_handle_t;

typedef struct {
	daos_epoch_t epr_lo;
	daos_epoch_t epr_hi;
} daos_epoch_range_t;

typedef struct {
	uuid_t ci_uuid;
	daos_epoch_t ci_lsnapshot;
	uint32_t ci_nhandles;
	uint32_t ci_nsnapshots;
	uint64_t ci_md_otime;
	uint64_t ci_md_mtime;
} daos_cont_info_t;
struct daos_event {
	int ev_error;
	struct {
		uint64_t space[20];
	} ev_private;
	uint64_t ev_debug;
};

struct d_tgt_list {
	d_rank_t *tl_ranks;
	int32_t *tl_tgts;
	uint32_t tl_nr;
};

typedef struct {
	uint64_t lo;
	uint64_t hi;
} daos_obj_id_t;
struct daos_rank_uri {
	uint32_t dru_rank;
	char *dru_uri;
};

struct daos_sys_info {
	char dsi_system_name[64];
	char dsi_fabric_provider[64];
	char dsi_agent_path[4096];
	uint32_t dsi_nr_ranks;
	struct daos_rank_uri *dsi_ranks;
	uint32_t dsi_nr_ms_ranks;
	uint32_t *dsi_ms_ranks;
};

#define DAOS_HDL_INVAL ((daos_handle_t){0})
#define DAOS_TX_NONE   DAOS_HDL_INVAL
#define DAOS_ANCHOR_INIT {0}

static inline bool daos_handle_is_inval(daos_handle_t hdl)
{
	return hdl.cookie == 0;
}

static inline bool daos_handle_is_valid(daos_handle_t hdl)
{
	return hdl.cookie != 0;
}

static inline bool daos_key_is_null(daos_key_t key)
{
	return key.iov_buf_len == 0;
}

/* Whether `uuid` is 36 characters of a UUID. `sensitive`: UUID_SST_UPPER or _LOWER wants that case of letters. */
static inline bool daos_is_valid_uuid_string(const char *uuid, int sensitive)
{
	size_t i;

	if (strnlen(uuid, DAOS_UUID_STR_SIZE) != DAOS_UUID_STR_SIZE - 1)
		return false;
	for (i = 0; i < DAOS_UUID_STR_SIZE - 1; i++) {
		char c     = uuid[i];
		bool digit = c >= '0' && c <= '9';
		bool lower = c >= 'a' && c <= 'f';
		bool upper = c >= 'A' && c <= 'F';

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (c != '-')
				return false;
		} else if (!digit && !(lower && sensitive != UUID_SST_UPPER) && !(upper && sensitive != UUID_SST_LOWER)) {
			return false;
		}
	}
	return true;
}

#ifdef __cplusplus
}
#endif

#endif
