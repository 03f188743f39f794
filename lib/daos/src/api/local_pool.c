/* Making and destroying pools, which on a cluster is the administrator's dmg. */
#define DAOS_LOCAL_API

#include <string.h>

#include <daos_errno.h>
#include <daos_local.h>

#include "library.h"
#include "store/pool.h"
#include "store/props.h"

/* Below this not even the databases of a pool and one container would fit. */
#define POOL_SIZE_MIN (16ULL << 20)

int daos_local_pool_create(const char *sys_name, const char *label, uint64_t size, daos_prop_t *prop, uuid_t uuid)
{
	struct system *sys;
	uuid_t id;
	int rc = library_check();

	if (rc != 0)
		return rc;
	if ((label != NULL && !daos_label_is_valid(label)) || (size != 0 && (size < POOL_SIZE_MIN || size > INT64_MAX)))
		return -DER_INVAL;
	rc = props_check(PROPS_POOL, prop, true);
	if (rc != 0)
		return rc;
	rc = system_open(sys_name, true, &sys);
	if (rc != 0)
		return rc;
	rc = pool_create(sys, label, size, prop, id);
	system_close(sys);
	if (rc == 0 && uuid != NULL)
		uuid_copy(uuid, id);
	return rc;
}

int daos_local_pool_destroy(const char *sys_name, const char *pool, int force)
{
	struct system *sys;
	int rc = library_check();

	if (rc != 0)
		return rc;
	if (pool == NULL)
		return -DER_INVAL;
	rc = system_open(sys_name, false, &sys);
	if (rc != 0)
		return rc;
	rc = pool_destroy(sys, pool, force != 0);
	system_close(sys);
	return rc;
}
