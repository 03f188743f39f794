#include "oid.h"

#include <errno.h>

#include "error.h"
#include "mount.h"

/* lo = 0 marks "none allocated"; the container never hands it out. One lo serves until hi has come around to 0. */
static int next_id(struct dfs *dfs, daos_obj_id_t *oid)
{
	int rc = 0;

	pthread_mutex_lock(&dfs->lock);
	if (dfs->next_oid.lo == 0) {
		dfs->next_oid.hi = 0;
		rc = daos_cont_alloc_oids(dfs->coh, 1, &dfs->next_oid.lo, NULL);
	}
	if (rc == 0) {
		*oid = dfs->next_oid;
		daos_obj_oid_cycle(&dfs->next_oid);
		if (dfs->next_oid.hi == 0)
			dfs->next_oid.lo = 0;
	}
	pthread_mutex_unlock(&dfs->lock);
	return der_to_errno(rc);
}

static int encode(struct dfs *dfs, mode_t type, daos_oclass_id_t oclass, daos_obj_id_t *oid)
{
	enum daos_otype_t otype = S_ISREG(type) ? DAOS_OT_ARRAY_BYTE : DAOS_OT_MULTI_HASHED;
	daos_oclass_hints_t hints = 0;

	if (oclass == 0)
		hints = S_ISREG(type) ? dfs->file_hints : dfs->dir_hints;
	return der_to_errno(daos_obj_generate_oid(dfs->coh, oid, otype, oclass, hints, 0));
}

int oid_new(struct dfs *dfs, mode_t type, daos_oclass_id_t oclass, daos_obj_id_t *oid)
{
	int rc = next_id(dfs, oid);

	return rc != 0 ? rc : encode(dfs, type, oclass, oid);
}

daos_oclass_id_t oid_class(struct dfs *dfs, mode_t type, daos_oclass_id_t oclass)
{
	daos_obj_id_t oid = {.lo = 1};

	if (oclass != 0)
		return oclass;
	return encode(dfs, type, 0, &oid) == 0 ? daos_obj_id2class(oid) : 0;
}

daos_obj_id_t oid_reserved(uint64_t hi, daos_oclass_id_t oclass, uint64_t rf)
{
	static const daos_oclass_id_t copies[] = {OC_S1, OC_RP_2G1, OC_RP_3G1, OC_RP_4G1, OC_RP_5G1};
	daos_obj_id_t oid = {.lo = 0, .hi = hi};

	if (oclass == 0)
		oclass = copies[rf < sizeof(copies) / sizeof(copies[0]) ? rf : 0];
	oid.hi |= (uint64_t)DAOS_OT_MULTI_HASHED << OID_FMT_TYPE_SHIFT;
	oid.hi |= (uint64_t)(oclass >> OC_REDUN_SHIFT) << OID_FMT_CLASS_SHIFT;
	oid.hi |= (uint64_t)(oclass & MAX_NUM_GROUPS) << OID_FMT_META_SHIFT;
	return oid;
}

/* One "file:single"; `len` bytes. */
static int parse_hint(const char *hint, size_t len, daos_oclass_hints_t *dir, daos_oclass_hints_t *file)
{
	static const struct {
		const char *text;
		bool is_dir;
		daos_oclass_hints_t hints;
	} known[] = {
	    {"file:single", false, DAOS_OCH_SHD_TINY},	   {"file:max", false, DAOS_OCH_SHD_MAX},
	    {"dir:single", true, DAOS_OCH_SHD_TINY},	   {"dir:max", true, DAOS_OCH_SHD_MAX},
	    {"directory:single", true, DAOS_OCH_SHD_TINY}, {"directory:max", true, DAOS_OCH_SHD_MAX},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i].text) != len || strncasecmp(known[i].text, hint, len) != 0)
			continue;
		*(known[i].is_dir ? dir : file) = known[i].hints;
		return 0;
	}
	return EINVAL;
}

int oid_parse_hints(const char *hints, daos_oclass_hints_t *dir, daos_oclass_hints_t *file)
{
	int rc = 0;

	*dir = 0;
	*file = 0;
	while (rc == 0 && hints != NULL && *hints != '\0') {
		size_t len = strcspn(hints, ",");

		rc = parse_hint(hints, len, dir, file);
		hints += len;
		if (*hints == ',')
			hints++;
	}
	return rc;
}

int dfs_suggest_oclass(dfs_t *dfs, const char *hint, daos_oclass_id_t *oclass)
{
	daos_oclass_hints_t dir, file;
	daos_obj_id_t oid = {.lo = 1};
	bool is_file;
	int rc;

	if (dfs == NULL || hint == NULL || oclass == NULL)
		return EINVAL;
	rc = oid_parse_hints(hint, &dir, &file);
	if (rc != 0 || (dir == 0) == (file == 0))
		return EINVAL;
	is_file = file != 0;
	rc = der_to_errno(daos_obj_generate_oid(dfs->coh, &oid, is_file ? DAOS_OT_ARRAY_BYTE : DAOS_OT_MULTI_HASHED, 0,
						is_file ? file : dir, 0));
	if (rc == 0)
		*oclass = daos_obj_id2class(oid);
	return rc;
}
