/*
 * daos_uns.h: The unified name space: paths that lead to pools and containers.
 */
#ifndef DFUSE_DAOS_UNS_H
#define DFUSE_DAOS_UNS_H

#include <daos_types.h>
#include <daos_prop.h>
#include <daos_obj_class.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DUNS_MAX_XATTR_LEN 170
#define DUNS_LUSTRE_XATTR_FMT "%36s/%36s"
#define DUNS_XATTR_FMT "DAOS.%s://%36s/%36s"
#define DUNS_XATTR_NAME "user.daos"

enum {
	DUNS_NO_PREFIX = 1,
	DUNS_NO_REVERSE_LOOKUP = 2,
	DUNS_NO_CHECK_PATH = 4,
};

struct duns_attr_t {
	daos_cont_layout_t da_type;
	daos_oclass_id_t da_oclass_id;
	daos_size_t da_chunk_size;
	daos_prop_t *da_props;
	uint32_t da_flags;
	char da_pool[128];
	char da_cont[128];
	char *da_sys;
	char *da_rel_path;
	bool da_on_lustre;
	bool da_no_prefix;
	uuid_t da_puuid;
	uuid_t da_cuuid;
	daos_oclass_id_t da_dir_oclass_id;
	daos_oclass_id_t da_file_oclass_id;
	char da_hints[128];
};

int duns_create_path(daos_handle_t, const char *, struct duns_attr_t *);
int duns_resolve_path(const char *, struct duns_attr_t *);
int duns_destroy_path(daos_handle_t, const char *);
int duns_parse_attr(char *, daos_size_t, struct duns_attr_t *);
int duns_set_sys_name(struct duns_attr_t *, const char *);
void duns_destroy_attr(struct duns_attr_t *);
int duns_link_cont(daos_handle_t, const char *, const char *);

#ifdef __cplusplus
}
#endif

#endif
