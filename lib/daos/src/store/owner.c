#include "owner.h"

#include <stdlib.h>
#include <unistd.h>

#include <daos_errno.h>
#include <daos_security.h>

static char *principal(bool group)
{
	char *name = NULL;
	int rc = group ? daos_acl_gid_to_principal(getegid(), &name) : daos_acl_uid_to_principal(geteuid(), &name);

	return rc == 0 ? name : NULL;
}

static int put_one(struct env *env, struct env_txn *txn, int db, enum props_of of, uint32_t type, bool group)
{
	struct daos_prop_entry entry = {.dpe_type = type};
	daos_prop_t prop = {.dpp_nr = 1, .dpp_entries = &entry};
	int rc;

	entry.dpe_str = principal(group);
	if (entry.dpe_str == NULL)
		return -DER_NOMEM;
	rc = props_put(env, txn, db, of, &prop);
	free(entry.dpe_str);
	return rc;
}

int owner_put(struct env *env, struct env_txn *txn, int db, enum props_of of, const daos_prop_t *prop)
{
	uint32_t user = of == PROPS_POOL ? DAOS_PROP_PO_OWNER : DAOS_PROP_CO_OWNER;
	uint32_t group = of == PROPS_POOL ? DAOS_PROP_PO_OWNER_GROUP : DAOS_PROP_CO_OWNER_GROUP;
	int rc = 0;

	if (prop == NULL || daos_prop_entry_get((daos_prop_t *)prop, user) == NULL)
		rc = put_one(env, txn, db, of, user, false);
	if (rc == 0 && (prop == NULL || daos_prop_entry_get((daos_prop_t *)prop, group) == NULL))
		rc = put_one(env, txn, db, of, group, true);
	return rc;
}
