/*
 * daos_types.h: types that all parts of the DAOS client API share.
 *
 * Rules that hold for the whole API, unless a function says otherwise:
 *
 * - Functions return 0 or a negative DER number (daos_errno.h), and are thread safe.
 * - Everything the caller passes in stays the caller's; nothing is kept after the call has completed.
 * - A function whose last argument is an event works without one (NULL) until it is done. With an event it returns 0 at
 *   once or a reason why it did not start; its result is in ev_error once the event has completed (daos_event.h), and
 *   all arguments must stay as they are until then.
 * - They are not async-signal-safe.
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

/* Longest name of a system, and of the texts in struct daos_sys_info; without the NUL. */
#define DAOS_SYS_NAME_MAX	 15
#define DAOS_SYS_INFO_STRING_MAX 63

/* Room for a UUID as text, with the NUL. */
#define DAOS_UUID_STR_SIZE 37

/* Which letters daos_is_valid_uuid_string() allows for the digits above 9: capitals, small ones, both. */
#define UUID_SST_UPPER 1
#define UUID_SST_LOWER (-1)
#define UUID_SST_NONE  0

/* Longest name of a user attribute of a pool or container, without the NUL. */
#define DAOS_ATTR_NAME_MAX 511

/*
 * Handles
 *
 * What is open is named by a handle. A handle is a plain value: copying it does not open anything again, and it is good
 * for all threads of the process that opened it. A closed or made-up handle is noticed by every call, with -DER_NO_HDL.
 */
typedef struct {
	uint64_t cookie; /* 0: not a handle */
} daos_handle_t;

#define DAOS_HDL_INVAL ((daos_handle_t){0})

/* In place of a transaction: the call is one by itself. */
#define DAOS_TX_NONE DAOS_HDL_INVAL

/* What a handle can stand for. */
enum {
	DAOS_HTYPE_EQ = 1,    /* event queue */
	DAOS_HTYPE_POOL = 3,  /* connection to a pool */
	DAOS_HTYPE_CO = 5,    /* container */
	DAOS_HTYPE_OBJ = 7,   /* object */
	DAOS_HTYPE_ARRAY = 9, /* array */
	DAOS_HTYPE_TX = 11,   /* transaction */
	DAOS_HTYPE_KV = 13,   /* key-value object */
};

/* How a pool is connected to: exactly one of these. */
#define DAOS_PC_RO    1 /* read */
#define DAOS_PC_RW    2 /* read and write */
#define DAOS_PC_EX    4 /* read and write, and nobody else at the same time */
#define DAOS_PC_NBITS 3
#define DAOS_PC_MASK  7

/* Numbers and places of bytes, or of the cells or records that the call is about. */
typedef uint64_t daos_size_t;
typedef uint64_t daos_off_t;

/*
 * Epochs
 *
 * A moment in the life of a container, from a clock that never stands still: daos_hlc2timespec() turns it into a time.
 */
typedef uint64_t daos_epoch_t;

#define DAOS_EPOCH_MAX (~0ULL)

/* From `epr_lo` to `epr_hi`, both included. */
typedef struct {
	daos_epoch_t epr_lo;
	daos_epoch_t epr_hi;
} daos_epoch_range_t;

/*
 * Objects
 */

/* A distribution key or attribute key: `iov_len` bytes at `iov_buf`, any bytes. */
typedef d_iov_t daos_key_t;

/*
 * The name of an object in its container. The application chooses `lo` and the lower half of `hi`, so that no two
 * objects have the same; daos_obj_generate_oid() puts type and class into the upper half of `hi`.
 */
typedef struct {
	uint64_t lo;
	uint64_t hi;
} daos_obj_id_t;

/*
 * Anchors: where a listing goes on
 *
 * Set to zero before the first call of a listing, given to every further one as it came back, until da_type is
 * DAOS_ANCHOR_TYPE_EOF. It holds no resource: a listing may be left at any time, and an anchor may be copied and kept.
 */
#define DAOS_HKEY_MAX	    32
#define DAOS_ANCHOR_BUF_MAX 104

typedef enum {
	DAOS_ANCHOR_TYPE_ZERO = 0, /* at the start */
	DAOS_ANCHOR_TYPE_HKEY = 1, /* under way, by hashed key */
	DAOS_ANCHOR_TYPE_KEY = 2,  /* under way, by key */
	DAOS_ANCHOR_TYPE_EOF = 3,  /* at the end */
} daos_anchor_type_t;

typedef struct {
	uint16_t da_type; /* daos_anchor_type_t; the rest is private to the library */
	uint16_t da_shard;
	uint32_t da_flags;
	uint64_t da_sub_anchors;
	uint8_t da_buf[104];
} daos_anchor_t;

#define DAOS_ANCHOR_INIT \
	{                \
		0        \
	}

/*
 * Events: see daos_event.h
 */

/* Time to wait, where a call takes microseconds: for ever, not at all. */
#define DAOS_EQ_WAIT   (-1)
#define DAOS_EQ_NOWAIT 0

/* Which events daos_eq_query() is asked for. */
typedef enum {
	DAOS_EQR_COMPLETED = 1, /* completed, not polled yet */
	DAOS_EQR_WAITING = 2,	/* running */
	DAOS_EQR_ALL = 3,
} daos_eq_query_t;

typedef enum {
	DAOS_EVS_READY = 0,	/* can be given to a call */
	DAOS_EVS_RUNNING = 1,	/* the call that has it is not done */
	DAOS_EVS_COMPLETED = 2, /* the call is done; not polled or tested yet */
	DAOS_EVS_ABORTED = 3,
} daos_ev_status_t;

/* Stays where it is in memory from daos_event_init() to daos_event_fini(). */
struct daos_event {
	int ev_error; /* result of the call: 0 or a negative DER number; valid when the call has completed */
	struct {
		uint64_t space[20];
	} ev_private;
	uint64_t ev_debug;
};

typedef struct daos_event daos_event_t;

/*
 * What calls report
 */

/* A container, as daos_cont_open() and daos_cont_query() describe it. */
typedef struct {
	uuid_t ci_uuid;
	daos_epoch_t ci_lsnapshot; /* newest snapshot, 0 for none */
	uint32_t ci_nhandles;	   /* how often it is open, the asking handle included */
	uint32_t ci_nsnapshots;
	uint64_t ci_md_otime; /* when it was last opened: for daos_hlc2timespec() */
	uint64_t ci_md_mtime; /* when it was last closed or its metadata changed: the same */
} daos_cont_info_t;

/* Targets of engines: `tl_nr` pairs of a rank and a target's number there. */
struct d_tgt_list {
	d_rank_t *tl_ranks;
	int32_t *tl_tgts;
	uint32_t tl_nr;
};

/* How to reach an engine. */
struct daos_rank_uri {
	uint32_t dru_rank;
	char *dru_uri;
};

/* A system: see daos_mgmt_get_sys_info(). */
struct daos_sys_info {
	char dsi_system_name[64];
	char dsi_fabric_provider[64];
	char dsi_agent_path[4096];
	uint32_t dsi_nr_ranks;
	struct daos_rank_uri *dsi_ranks;
	uint32_t dsi_nr_ms_ranks;
	uint32_t *dsi_ms_ranks; /* ranks of the management service */
};

/* Whether `hdl` is no handle at all. (A handle that is one may still have been closed.) */
static inline bool daos_handle_is_inval(daos_handle_t hdl)
{
	return hdl.cookie == 0;
}

static inline bool daos_handle_is_valid(daos_handle_t hdl)
{
	return hdl.cookie != 0;
}

/* Whether `key` says nothing: the way to leave out an optional key. */
static inline bool daos_key_is_null(daos_key_t key)
{
	return key.iov_buf_len == 0;
}

/* Whether `uuid` is the text of a UUID, 36 characters with its hyphens. `sensitive`: a UUID_SST_ value. */
static inline bool daos_is_valid_uuid_string(const char *uuid, int sensitive)
{
	size_t i;

	if (strlen(uuid) != DAOS_UUID_STR_SIZE - 1)
		return false;
	for (i = 0; i < DAOS_UUID_STR_SIZE - 1; i++) {
		char c = uuid[i];
		bool digit = c >= '0' && c <= '9';
		bool lower = c >= 'a' && c <= 'f';
		bool upper = c >= 'A' && c <= 'F';

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (c != '-')
				return false;
		} else if (!digit && !(lower && sensitive != UUID_SST_UPPER) &&
			   !(upper && sensitive != UUID_SST_LOWER)) {
			return false;
		}
	}
	return true;
}

#ifdef __cplusplus
}
#endif

#endif
