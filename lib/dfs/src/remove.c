#include "remove.h"

#include <errno.h>

#include "error.h"
#include "mount.h"
#include "tx.h"

int remove_check_empty(struct dfs *dfs, daos_handle_t th, const struct entry *e)
{
	struct dnode *dn;
	bool empty;
	int rc;

	if (!S_ISDIR(e->mode))
		return 0;
	rc = dnode_get(dfs, e->oid, NULL, NULL, &dn);
	if (rc != 0)
		return rc;
	/* A transaction remembers all that it has listed; a directory with entries need not be. */
	rc = entry_dir_empty(dn->oh, DAOS_TX_NONE, &empty);
	if (rc == 0 && empty)
		rc = entry_dir_empty(dn->oh, th, &empty);
	dnode_put(dn);
	if (rc == 0 && !empty)
		rc = ENOTEMPTY;
	return rc;
}

int remove_object(struct dfs *dfs, daos_handle_t th, const struct entry *e)
{
	daos_handle_t oh;
	int rc;

	if (S_ISLNK(e->mode))
		return 0;
	rc = daos_obj_open(dfs->coh, e->oid, DAOS_OO_RW, &oh, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	rc = daos_obj_punch(oh, th, 0, NULL);
	daos_obj_close(oh, NULL);
	return der_to_errno(rc);
}

struct removal {
	struct dnode *dir;
	const char *name;
	size_t len;
	mode_t type; /* it must be of this; 0: whatever it is */
	struct entry entry;
};

static int remove_body(struct dfs *dfs, daos_handle_t th, void *arg)
{
	struct removal *r = arg;
	int rc;

	rc = entry_fetch(r->dir->oh, th, r->name, r->len, &r->entry, NULL);
	if (rc == 0 && r->type != 0 && (r->entry.mode & S_IFMT) != r->type)
		rc = S_ISDIR(r->type) ? ENOTDIR : S_ISDIR(r->entry.mode) ? EISDIR : EINVAL;
	if (rc == 0)
		rc = remove_check_empty(dfs, th, &r->entry);
	if (rc == 0)
		rc = entry_remove(r->dir->oh, th, r->name, r->len);
	if (rc == 0)
		rc = remove_object(dfs, th, &r->entry);
	return rc;
}

static int remove_tree(struct dfs *dfs, struct removal *r);

/* Remove what is in a directory, name by name, from its start over and over until a pass finds nothing. */
static int remove_content(struct dfs *dfs, struct dnode *dir)
{
	for (;;) {
		daos_anchor_t anchor = {0};
		char name[DFS_MAX_NAME + 1];
		struct removal r = {.dir = dir, .name = name};
		uint32_t nr = 0;
		daos_key_desc_t kd;
		d_sg_list_t sgl;
		d_iov_t iov;
		int rc;

		while (nr == 0 && !daos_anchor_is_eof(&anchor)) {
			nr = 1;
			d_iov_set(&iov, name, DFS_MAX_NAME);
			sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
			rc = daos_obj_list_dkey(dir->oh, DAOS_TX_NONE, &nr, &kd, &sgl, &anchor, NULL);
			if (rc != 0)
				return der_to_errno(rc);
		}
		if (nr == 0)
			return 0;
		r.len = kd.kd_key_len;
		name[r.len] = '\0';
		rc = remove_tree(dfs, &r);
		if (rc != 0 && rc != ENOENT)
			return rc;
	}
}

/* A directory into which others keep creating is emptied again and again; that ends when they do. */
static int remove_tree(struct dfs *dfs, struct removal *r)
{
	struct dnode *dn;
	int rc;

	while ((rc = tx_run(dfs, remove_body, r)) == ENOTEMPTY) {
		rc = dnode_get(dfs, r->entry.oid, NULL, NULL, &dn);
		if (rc != 0)
			return rc;
		rc = remove_content(dfs, dn);
		dnode_put(dn);
		if (rc != 0)
			return rc;
	}
	return rc;
}

int remove_typed(struct dfs *dfs, dfs_obj_t *parent, const char *name, bool force, mode_t type, daos_obj_id_t *oid)
{
	struct removal r = {.name = name, .type = type & S_IFMT};
	int rc;

	rc = obj_directory(dfs, parent, &r.dir);
	if (rc == 0)
		rc = mount_check_write(dfs);
	if (rc == 0)
		rc = entry_name_check(name, &r.len);
	if (rc != 0)
		return rc;
	rc = force ? remove_tree(dfs, &r) : tx_run(dfs, remove_body, &r);
	if (rc == 0 && oid != NULL)
		*oid = r.entry.oid;
	return rc;
}

int dfs_remove(dfs_t *dfs, dfs_obj_t *parent, const char *name, bool force, daos_obj_id_t *oid)
{
	return remove_typed(dfs, parent, name, force, 0, oid);
}
