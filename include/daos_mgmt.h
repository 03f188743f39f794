/*
 * daos_mgmt.h: Questions to the system: which pools there are, which engines.
 */
#ifndef DFUSE_DAOS_MGMT_H
#define DFUSE_DAOS_MGMT_H

#include <daos_types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	DMG_KEY_FAIL_LOC = 0,
	DMG_KEY_FAIL_VALUE = 1,
	DMG_KEY_FAIL_NUM = 2,
	DMG_KEY_NUM = 3,
};

typedef struct {
	uuid_t mgpi_uuid;
	d_string_t mgpi_label;
	d_rank_list_t *mgpi_svc;
	d_rank_t mgpi_ldr;
} daos_mgmt_pool_info_t;

int daos_mgmt_get_sys_info(const char *, struct daos_sys_info **);
void daos_mgmt_put_sys_info(struct daos_sys_info *);
int daos_pool_stop_svc(daos_handle_t, daos_event_t *);
int daos_mgmt_list_pools(const char *, daos_size_t *, daos_mgmt_pool_info_t *, daos_event_t *);
int daos_debug_set_params(const char *, d_rank_t, unsigned int, uint64_t, uint64_t, daos_event_t *);
int daos_debug_add_mark(const char *);
int daos_mgmt_get_bs_state(const char *, unsigned char *, int *, daos_event_t *);
int dc_mgmt_srv_version(uint32_t *, uint32_t *, uint32_t *, char **);

#ifdef __cplusplus
}
#endif

#endif
