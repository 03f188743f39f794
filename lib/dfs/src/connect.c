/* Mounting by name: pool, container and file system in one call. */
#include <errno.h>

#include "error.h"
#include "mount.h"

static int pool_connect(const char *pool, const char *sys, int flags, daos_handle_t *poh)
{
	unsigned how = (flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT) ? DAOS_PC_RO : DAOS_PC_RW;

	return der_to_errno(daos_pool_connect(pool, sys, how, poh, NULL, NULL));
}

static int cont_open(daos_handle_t poh, const char *cont, int flags, daos_handle_t *coh)
{
	unsigned how = (flags & O_ACCMODE) == O_RDONLY ? DAOS_COO_RO : DAOS_COO_RW;

	return der_to_errno(daos_cont_open(poh, cont, how, coh, NULL, NULL));
}

/* Open the container, made first where O_CREAT says so. Somebody else may make or remove it at the same time. */
static int cont_open_or_create(daos_handle_t poh, const char *cont, int flags, dfs_attr_t *attr, daos_handle_t *coh)
{
	int rc = (flags & O_CREAT) && (flags & O_EXCL) ? ENOENT : cont_open(poh, cont, flags, coh);

	if (rc != ENOENT || !(flags & O_CREAT))
		return rc;
	rc = dfs_cont_create_with_label(poh, cont, attr, NULL, NULL, NULL);
	if (rc == EEXIST && !(flags & O_EXCL))
		rc = 0;
	return rc != 0 ? rc : cont_open(poh, cont, flags, coh);
}

static int connect_at(const char *pool, const char *sys, const char *cont, int flags, dfs_attr_t *attr,
		      daos_epoch_t epoch, const char *snap, dfs_t **out)
{
	bool of_snapshot = epoch != 0 || snap != NULL;
	daos_handle_t poh = DAOS_HDL_INVAL, coh = DAOS_HDL_INVAL;
	dfs_t *dfs = NULL;
	int rc = library_check();

	if (rc != 0 || pool == NULL || cont == NULL || out == NULL)
		return EINVAL;
	rc = pool_connect(pool, sys, flags, &poh);
	if (rc != 0)
		return rc;
	rc = cont_open_or_create(poh, cont, flags, attr, &coh);
	if (rc != 0)
		goto out_pool;
	rc = of_snapshot ? dfs_mount_snap(poh, coh, flags, epoch, snap, &dfs)
			 : dfs_mount(poh, coh, flags & O_ACCMODE, &dfs);
	if (rc != 0)
		goto out_cont;
	dfs->owns_pool = true;
	dfs->owns_cont = true;
	*out = dfs;
	return 0;
out_cont:
	daos_cont_close(coh, NULL);
out_pool:
	daos_pool_disconnect(poh, NULL);
	return rc;
}

int dfs_connect(const char *pool, const char *sys, const char *cont, int flags, dfs_attr_t *attr, dfs_t **dfs)
{
	return connect_at(pool, sys, cont, flags, attr, 0, NULL, dfs);
}

int dfs_connect_snap(const char *pool, const char *sys, const char *cont, int flags, daos_epoch_t epoch,
		     const char *name, dfs_t **dfs)
{
	if (epoch == 0 && name == NULL)
		return EINVAL;
	if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT))
		return EINVAL;
	return connect_at(pool, sys, cont, flags, NULL, epoch, name, dfs);
}

int dfs_disconnect(dfs_t *dfs)
{
	daos_handle_t poh, coh;
	int rc, rc2 = 0;

	if (dfs == NULL || !dfs->owns_pool || !dfs->owns_cont)
		return EINVAL;
	poh = dfs->poh;
	coh = dfs->coh;
	rc = dfs_umount(dfs);
	if (rc != 0)
		return rc;
	rc = der_to_errno(daos_cont_close(coh, NULL));
	rc2 = der_to_errno(daos_pool_disconnect(poh, NULL));
	return rc != 0 ? rc : rc2;
}

int dfs_destroy(const char *pool, const char *sys, const char *cont, int force, daos_event_t *ev)
{
	daos_handle_t poh;
	int rc, rc2;

	/* The pool must stay connected until the container is gone, so there is nothing to be left to an event. */
	if (pool == NULL || cont == NULL || ev != NULL)
		return EINVAL;
	rc = pool_connect(pool, sys, O_RDWR, &poh);
	if (rc != 0)
		return rc;
	rc = der_to_errno(daos_cont_destroy(poh, cont, force, NULL));
	rc2 = der_to_errno(daos_pool_disconnect(poh, NULL));
	return rc != 0 ? rc : rc2;
}
