/*
 * daos_mgmt.h: questions to the system: which pools there are, which engines.
 *
 * `sys` is the name of the system, NULL for the default one.
 */
#ifndef DFUSE_DAOS_MGMT_H
#define DFUSE_DAOS_MGMT_H

#include <daos_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Describe a system: its engines, and how clients reach it. Freed with daos_mgmt_put_sys_info(). The embedded engine
 * describes itself: one engine, rank 0, provider "local".
 *
 * -DER_INVAL: not a name.
 */
int daos_mgmt_get_sys_info(const char *sys, struct daos_sys_info **info);

/* Free what daos_mgmt_get_sys_info() gave. NULL is allowed. */
void daos_mgmt_put_sys_info(struct daos_sys_info *info);

/* A pool. Label and list of ranks are the caller's to free: free(), d_rank_list_free(). */
typedef struct {
	uuid_t mgpi_uuid;
	d_string_t mgpi_label;	 /* DAOS_PROP_PO_LABEL_DEFAULT if it has none */
	d_rank_list_t *mgpi_svc; /* ranks of the pool service's replicas */
	d_rank_t mgpi_ldr;	 /* rank of its leader */
} daos_mgmt_pool_info_t;

/*
 * List the pools. *npools is the room in `pools`, and becomes the number that there are. With `pools` NULL, only count.
 *
 * -DER_TRUNC: there are more than fit; nothing was stored. -DER_UNINIT: no daos_init().
 */
int daos_mgmt_list_pools(const char *sys, daos_size_t *npools, daos_mgmt_pool_info_t *pools, daos_event_t *ev);

/*
 * The version of the server. *tag receives a text about how it was built, to be freed with free(). The embedded engine
 * is its own server.
 */
int dc_mgmt_srv_version(uint32_t *major, uint32_t *minor, uint32_t *patch, char **tag);

/*
 * For tests of a cluster: stop a pool's service, set what an engine is to fail at, mark its log, ask for the state of
 * its block devices. The embedded engine has none of these: -DER_NOSYS.
 */
enum {
	DMG_KEY_FAIL_LOC = 0,
	DMG_KEY_FAIL_VALUE = 1,
	DMG_KEY_FAIL_NUM = 2,
	DMG_KEY_NUM = 3,
};

int daos_pool_stop_svc(daos_handle_t poh, daos_event_t *ev);
int daos_debug_set_params(const char *sys, d_rank_t rank, unsigned int key_id, uint64_t value, uint64_t value_extra,
			  daos_event_t *ev);
int daos_debug_add_mark(const char *mark);
int daos_mgmt_get_bs_state(const char *sys, unsigned char *blobstore_uuid, int *blobstore_state, daos_event_t *ev);

#ifdef __cplusplus
}
#endif

#endif
