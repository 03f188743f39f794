/*
 * Handles that go to other processes: a mount, a mount with its pool and container, an open object.
 *
 * A handle is a struct of this file, byte for byte, so it means something to a process with the same library on a
 * machine of the same byte order; a magic number and a length tell others. All functions follow
 * daos_cont_local2global(): without a buffer they tell the length it needs; one that is too short is EOVERFLOW.
 */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "mount.h"

#define GLOBAL_MOUNT_MAGIC 0xdf51b0071f57a11eULL
#define GLOBAL_ALL_MAGIC   0xdf51b0071f57a11fULL
#define GLOBAL_OBJ_MAGIC   0xdf51b0071f57a120ULL

struct global_mount {
	uint64_t magic;
	uint32_t len;
	int32_t flags;
	dfs_attr_t attr;
	daos_obj_id_t super_oid;
	daos_obj_id_t root_oid;
};

/* Followed by pool and container handle. */
struct global_all {
	uint64_t magic;
	uint32_t pool_len;
	uint32_t cont_len;
	struct global_mount mount;
};

struct global_obj {
	uint64_t magic;
	uint32_t len;
	uint32_t mode;
	int32_t flags;
	daos_oclass_id_t oclass;
	daos_obj_id_t oid;
	daos_obj_id_t parent_oid;
	daos_size_t chunk_size;
	char name[DFS_MAX_NAME + 1];
};

/* Whether the caller only asks for the length, or has a buffer for `need` bytes. Sets *done if there is no more to do.
 */
static int out_buffer(d_iov_t *glob, size_t need, bool *done)
{
	*done = glob->iov_buf == NULL;
	if (glob->iov_buf != NULL && glob->iov_buf_len < need) {
		glob->iov_buf_len = need;
		return EOVERFLOW;
	}
	if (glob->iov_buf == NULL)
		glob->iov_buf_len = need;
	glob->iov_len = need;
	return 0;
}

static void pack_mount(struct dfs *dfs, struct global_mount *g)
{
	memset(g, 0, sizeof(*g));
	g->magic = GLOBAL_MOUNT_MAGIC;
	g->len = sizeof(*g);
	g->flags = dfs->amode;
	g->attr = dfs->attr;
	g->super_oid = dfs->super->oid;
	g->root_oid = dfs->root.oid;
}

/* `flags` 0 takes the access mode over from the process that made the handle. */
static int unpack_mount(const struct global_mount *g, daos_handle_t poh, daos_handle_t coh, int flags, struct dfs **dfs)
{
	struct mount_param p = {.poh = poh, .coh = coh, .flags = flags != 0 ? flags : g->flags};

	if (g->magic != GLOBAL_MOUNT_MAGIC || g->len != sizeof(*g))
		return EINVAL;
	p.attr = g->attr;
	p.super_oid = g->super_oid;
	p.root_oid = g->root_oid;
	return mount_new(&p, dfs);
}

int dfs_local2global(dfs_t *dfs, d_iov_t *glob)
{
	struct global_mount g;
	bool done;
	int rc;

	/* A snapshot's mount has a transaction handle that only this process knows. */
	if (dfs == NULL || glob == NULL || daos_handle_is_valid(dfs->th))
		return EINVAL;
	rc = out_buffer(glob, sizeof(g), &done);
	if (rc != 0 || done)
		return rc;
	pack_mount(dfs, &g);
	memcpy(glob->iov_buf, &g, sizeof(g));
	return 0;
}

int dfs_global2local(daos_handle_t poh, daos_handle_t coh, int flags, d_iov_t glob, dfs_t **dfs)
{
	struct global_mount g;

	if (dfs == NULL || library_check() != 0 || glob.iov_buf == NULL || glob.iov_len < sizeof(g))
		return EINVAL;
	memcpy(&g, glob.iov_buf, sizeof(g));
	return unpack_mount(&g, poh, coh, flags, dfs);
}

int dfs_local2global_all(dfs_t *dfs, d_iov_t *glob)
{
	d_iov_t pool = {0}, cont = {0};
	struct global_all g = {.magic = GLOBAL_ALL_MAGIC};
	char *buf;
	bool done;
	int rc;

	if (dfs == NULL || glob == NULL || daos_handle_is_valid(dfs->th))
		return EINVAL;
	rc = daos_pool_local2global(dfs->poh, &pool);
	if (rc == 0)
		rc = daos_cont_local2global(dfs->coh, &cont);
	if (rc != 0)
		return der_to_errno(rc);
	rc = out_buffer(glob, sizeof(g) + pool.iov_buf_len + cont.iov_buf_len, &done);
	if (rc != 0 || done)
		return rc;
	buf = glob->iov_buf;
	g.pool_len = pool.iov_buf_len;
	g.cont_len = cont.iov_buf_len;
	pool.iov_buf = buf + sizeof(g);
	cont.iov_buf = buf + sizeof(g) + pool.iov_buf_len;
	pool.iov_len = pool.iov_buf_len;
	cont.iov_len = cont.iov_buf_len;
	rc = daos_pool_local2global(dfs->poh, &pool);
	if (rc == 0)
		rc = daos_cont_local2global(dfs->coh, &cont);
	if (rc != 0)
		return der_to_errno(rc);
	pack_mount(dfs, &g.mount);
	memcpy(buf, &g, sizeof(g));
	return 0;
}

int dfs_global2local_all(int flags, d_iov_t glob, dfs_t **dfs)
{
	daos_handle_t poh = DAOS_HDL_INVAL, coh = DAOS_HDL_INVAL;
	struct global_all g;
	d_iov_t part;
	char *buf = glob.iov_buf;
	int rc;

	if (dfs == NULL || library_check() != 0 || buf == NULL || glob.iov_len < sizeof(g))
		return EINVAL;
	memcpy(&g, buf, sizeof(g));
	if (g.magic != GLOBAL_ALL_MAGIC || glob.iov_len < sizeof(g) + g.pool_len + g.cont_len)
		return EINVAL;
	d_iov_set(&part, buf + sizeof(g), g.pool_len);
	rc = der_to_errno(daos_pool_global2local(part, &poh));
	if (rc != 0)
		return rc;
	d_iov_set(&part, buf + sizeof(g) + g.pool_len, g.cont_len);
	rc = der_to_errno(daos_cont_global2local(poh, part, &coh));
	if (rc == 0)
		rc = unpack_mount(&g.mount, poh, coh, flags, dfs);
	if (rc != 0) {
		if (daos_handle_is_valid(coh))
			daos_cont_close(coh, NULL);
		daos_pool_disconnect(poh, NULL);
		return rc;
	}
	(*dfs)->owns_pool = true;
	(*dfs)->owns_cont = true;
	return 0;
}

/* Files and directories; a symbolic link is looked up by name where it is needed. */
int dfs_obj_local2global(dfs_t *dfs, dfs_obj_t *obj, d_iov_t *glob)
{
	struct global_obj g = {.magic = GLOBAL_OBJ_MAGIC, .len = sizeof(g)};
	struct place place;
	bool done;
	int rc;

	if (dfs == NULL || obj == NULL || glob == NULL || obj->dfs != dfs || S_ISLNK(obj->mode))
		return EINVAL;
	rc = out_buffer(glob, sizeof(g), &done);
	if (rc != 0 || done)
		return rc;
	rc = obj_place(obj, &place);
	if (rc != 0)
		return rc;
	g.mode = obj->mode;
	g.flags = obj->flags;
	g.oclass = obj->oclass;
	g.oid = obj->oid;
	g.parent_oid = place.dir->oid;
	g.chunk_size = obj->chunk_size;
	memcpy(g.name, place.name, place.len + 1);
	place_put(&place);
	memcpy(glob->iov_buf, &g, sizeof(g));
	return 0;
}

/* `flags` 0 opens it as it was opened. */
int dfs_obj_global2local(dfs_t *dfs, int flags, d_iov_t glob, dfs_obj_t **obj)
{
	struct entry e = {0};
	struct global_obj g;
	struct dnode *parent;
	int rc;

	if (dfs == NULL || obj == NULL || glob.iov_buf == NULL || glob.iov_len < sizeof(g))
		return EINVAL;
	memcpy(&g, glob.iov_buf, sizeof(g));
	if (g.magic != GLOBAL_OBJ_MAGIC || g.len != sizeof(g) || memchr(g.name, '\0', sizeof(g.name)) == NULL)
		return EINVAL;
	if (!S_ISREG(g.mode) && !S_ISDIR(g.mode))
		return EINVAL;
	rc = dnode_get(dfs, g.parent_oid, NULL, NULL, &parent);
	if (rc != 0)
		return rc;
	e.mode = g.mode;
	e.oid = g.oid;
	e.oclass = g.oclass;
	e.chunk_size = g.chunk_size;
	rc = obj_new(dfs, parent, g.name, &e, NULL, flags != 0 ? flags : g.flags, obj);
	dnode_put(parent);
	return rc;
}
