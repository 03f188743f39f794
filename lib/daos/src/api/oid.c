#include <daos_obj.h>

#include "handle.h"
#include "oclass.h"

int daos_obj_generate_oid2(daos_handle_t coh, daos_obj_id_t *oid, enum daos_otype_t type, daos_oclass_id_t cid,
			   daos_oclass_hints_t hints, uint32_t args)
{
	daos_oclass_id_t cls;
	int rc;

	(void)args;
	if (oid == NULL || !daos_otype_t_is_valid(type) || oid->hi >> OID_FMT_INTR_BITS != 0)
		return -DER_INVAL;
	if (handle_get(coh, DAOS_HTYPE_CO) == NULL)
		return -DER_NO_HDL;
	handle_put(coh);

	rc = oclass_choose(cid, hints, &cls);
	if (rc != 0)
		return rc;
	oid->hi |= (uint64_t)type << OID_FMT_TYPE_SHIFT;
	oid->hi |= (uint64_t)(cls >> OC_REDUN_SHIFT) << OID_FMT_CLASS_SHIFT;
	oid->hi |= (uint64_t)(cls & OID_FMT_META_MAX) << OID_FMT_META_SHIFT;
	return 0;
}
