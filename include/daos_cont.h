/*
 * daos_cont.h: Containers: create, open, properties, user attributes, snapshots, object id allocation.
 */
#ifndef DFUSE_DAOS_CONT_H
#define DFUSE_DAOS_CONT_H

#include <daos_types.h>
#include <daos_prop.h>
#include <daos_security.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAOS_COO_RO 1
#define DAOS_COO_RW 2
#define DAOS_COO_EX 4
#define DAOS_COO_FORCE 8
#define DAOS_COO_RO_MDSTATS 16
#define DAOS_COO_EVICT 32
#define DAOS_COO_EVICT_ALL 64
#define DAOS_COO_NEW_LAYOUT 128
#define DAOS_COO_NBITS 8
#define DAOS_COO_MASK 255
#define DAOS_COO_IO_BASE_MASK 7
#define DAOS_CONT_HINT_MAX_LEN 128
#define DAOS_SNAPSHOT_MAX_LEN 128

enum daos_snapshot_opts {
	DAOS_SNAP_OPT_CR = 1,
	DAOS_SNAP_OPT_OIT = 2,
};

#define daos_cont_create  daos_cont_create2
#define daos_cont_open    daos_cont_open2
#define daos_cont_destroy daos_cont_destroy2

d_rank_list_t *daos_rank_list_parse(const char *, const char *);
int daos_cont_local2global(daos_handle_t, d_iov_t *);
int daos_cont_global2local(daos_handle_t, d_iov_t, daos_handle_t *);
int daos_cont_create2(daos_handle_t, uuid_t *, daos_prop_t *, daos_event_t *);
int daos_cont_create_with_label(daos_handle_t, const char *, daos_prop_t *, uuid_t *, daos_event_t *);
int daos_cont_open2(daos_handle_t, const char *, unsigned int, daos_handle_t *, daos_cont_info_t *, daos_event_t *);
int daos_cont_close(daos_handle_t, daos_event_t *);
int daos_cont_destroy2(daos_handle_t, const char *, int, daos_event_t *);
int daos_cont_query(daos_handle_t, daos_cont_info_t *, daos_prop_t *, daos_event_t *);
int daos_cont_get_acl(daos_handle_t, daos_prop_t **, daos_event_t *);
int daos_cont_set_prop(daos_handle_t, daos_prop_t *, daos_event_t *);
int daos_cont_status_clear(daos_handle_t, daos_event_t *);
int daos_cont_overwrite_acl(daos_handle_t, struct daos_acl *, daos_event_t *);
int daos_cont_update_acl(daos_handle_t, struct daos_acl *, daos_event_t *);
int daos_cont_delete_acl(daos_handle_t, enum daos_acl_principal_type, d_string_t, daos_event_t *);
int daos_cont_set_owner(daos_handle_t, d_string_t, d_string_t, daos_event_t *);
int daos_cont_set_owner_no_check(daos_handle_t, d_string_t, d_string_t, daos_event_t *);
int daos_cont_list_attr(daos_handle_t, char *, size_t *, daos_event_t *);
int daos_cont_get_attr(daos_handle_t, int, const char *const *, void *const *, size_t *, daos_event_t *);
int daos_cont_set_attr(daos_handle_t, int, const char *const *, const void *const *, const size_t *, daos_event_t *);
int daos_cont_del_attr(daos_handle_t, int, const char *const *, daos_event_t *);
int daos_cont_alloc_oids(daos_handle_t, daos_size_t, uint64_t *, daos_event_t *);
int daos_cont_aggregate(daos_handle_t, daos_epoch_t, daos_event_t *);
int daos_cont_rollback(daos_handle_t, daos_epoch_t, daos_event_t *);
int daos_cont_subscribe(daos_handle_t, daos_epoch_t *, daos_event_t *);
int daos_cont_create_snap(daos_handle_t, daos_epoch_t *, char *, daos_event_t *);
int daos_cont_create_snap_opt(daos_handle_t, daos_epoch_t *, char *, enum daos_snapshot_opts, daos_event_t *);
int daos_cont_list_snap(daos_handle_t, int *, daos_epoch_t *, char **, daos_anchor_t *, daos_event_t *);
int daos_cont_destroy_snap(daos_handle_t, daos_epoch_range_t, daos_event_t *);
int daos_cont_get_perms(daos_prop_t *, uid_t, gid_t *, size_t, uint64_t *);
int daos_cont_snap_oit_create(daos_handle_t, daos_epoch_t, char *, daos_event_t *);
int daos_cont_snap_oit_destroy(daos_handle_t, daos_handle_t, daos_event_t *);

#ifdef __cplusplus
}
#endif

#endif
