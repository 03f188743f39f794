#include "mount.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "oid.h"
#include "superblock.h"

/*
 * All mounts of the process, for fork(). `lock` nests outside of every mount's own lock; `inits` counts dfs_init().
 */
static struct {
	pthread_mutex_t lock;
	struct dfs *first;
	unsigned inits;
} library = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void before_fork(void)
{
	pthread_mutex_lock(&library.lock);
	for (struct dfs *dfs = library.first; dfs != NULL; dfs = dfs->next)
		pthread_mutex_lock(&dfs->lock);
}

static void after_fork_in_parent(void)
{
	for (struct dfs *dfs = library.first; dfs != NULL; dfs = dfs->next)
		pthread_mutex_unlock(&dfs->lock);
	pthread_mutex_unlock(&library.lock);
}

static void after_fork_in_child(void)
{
	for (struct dfs *dfs = library.first; dfs != NULL; dfs = dfs->next)
		dfs->next_oid.lo = 0; /* the parent goes on with the ids of this one */
	after_fork_in_parent();
}

static void fork_register(void)
{
	pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

int library_check(void)
{
	int rc;

	pthread_mutex_lock(&library.lock);
	rc = library.inits != 0 ? 0 : EINVAL;
	pthread_mutex_unlock(&library.lock);
	return rc;
}

int dfs_init(void)
{
	int rc = der_to_errno(daos_init());

	if (rc != 0)
		return rc;
	pthread_mutex_lock(&library.lock);
	library.inits++;
	pthread_mutex_unlock(&library.lock);
	return 0;
}

int dfs_fini(void)
{
	bool was_init;

	pthread_mutex_lock(&library.lock);
	was_init = library.inits > 0;
	if (was_init)
		library.inits--;
	pthread_mutex_unlock(&library.lock);
	return was_init ? der_to_errno(daos_fini()) : EINVAL;
}

static void library_add(struct dfs *dfs)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fork_register);
	pthread_mutex_lock(&library.lock);
	dfs->next = library.first;
	library.first = dfs;
	pthread_mutex_unlock(&library.lock);
}

static void library_remove(struct dfs *dfs)
{
	struct dfs **at;

	pthread_mutex_lock(&library.lock);
	for (at = &library.first; *at != dfs; at = &(*at)->next)
		;
	*at = dfs->next;
	pthread_mutex_unlock(&library.lock);
}

static void mount_free(struct dfs *dfs)
{
	dnode_put(dfs->root.dir);
	dnode_put(dfs->super);
	free(dfs->dirs.bucket);
	free(dfs->prefix);
	pthread_mutex_destroy(&dfs->lock);
	free(dfs);
}

static int mount_open_root(struct dfs *dfs, daos_obj_id_t super_oid, daos_obj_id_t root_oid)
{
	struct entry e;
	int rc;

	rc = dnode_get(dfs, super_oid, NULL, NULL, &dfs->super);
	if (rc != 0)
		return rc;
	rc = dnode_get(dfs, root_oid, dfs->super, ROOT_NAME, &dfs->root.dir);
	if (rc != 0)
		return rc;
	rc = entry_fetch(dfs->super->oh, dfs->th, ROOT_NAME, sizeof(ROOT_NAME) - 1, &e, NULL);
	if (rc == ENOENT || (rc == 0 && !S_ISDIR(e.mode)))
		rc = EINVAL;
	if (rc != 0)
		return rc;
	dfs->root.dfs = dfs;
	dfs->root.oid = root_oid;
	dfs->root.mode = e.mode;
	dfs->root.flags = dfs->amode;
	dfs->root.oclass = e.oclass;
	dfs->root.chunk_size = e.chunk_size;
	return 0;
}

int mount_new(const struct mount_param *p, struct dfs **out)
{
	struct dfs *dfs = calloc(1, sizeof(*dfs));
	int rc;

	if (dfs == NULL)
		return ENOMEM;
	dfs->poh = p->poh;
	dfs->coh = p->coh;
	dfs->th = p->th;
	dfs->attr = p->attr;
	dfs->attr.da_props = NULL;
	dfs->amode = (p->flags & O_ACCMODE) == O_RDONLY ? O_RDONLY : O_RDWR;
	pthread_mutex_init(&dfs->lock, NULL);
	/* Hints of a kind that this version does not know change where new objects go, nothing else. */
	oid_parse_hints(dfs->attr.da_hints, &dfs->dir_hints, &dfs->file_hints);
	rc = mount_open_root(dfs, p->super_oid, p->root_oid);
	if (rc != 0) {
		mount_free(dfs);
		return rc;
	}
	library_add(dfs);
	*out = dfs;
	return 0;
}

/* The object ids of superblock and root; EINVAL if the container is not a POSIX one. */
static int read_roots(daos_handle_t coh, struct superblock *sb)
{
	daos_prop_t *prop = daos_prop_alloc(2);
	struct daos_prop_entry *layout, *roots;
	struct daos_prop_co_roots *r;
	int rc;

	if (prop == NULL)
		return ENOMEM;
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_LAYOUT_TYPE;
	prop->dpp_entries[1].dpe_type = DAOS_PROP_CO_ROOTS;
	rc = der_to_errno(daos_cont_query(coh, NULL, prop, NULL));
	if (rc != 0)
		goto out;
	layout = daos_prop_entry_get(prop, DAOS_PROP_CO_LAYOUT_TYPE);
	roots = daos_prop_entry_get(prop, DAOS_PROP_CO_ROOTS);
	rc = EINVAL;
	if (layout == NULL || layout->dpe_val != DAOS_PROP_CO_LAYOUT_POSIX || roots == NULL ||
	    roots->dpe_val_ptr == NULL)
		goto out;
	r = roots->dpe_val_ptr;
	if (daos_obj_id_is_nil(r->cr_oids[0]) || daos_obj_id_is_nil(r->cr_oids[1]))
		goto out;
	sb->super_oid = r->cr_oids[0];
	sb->root_oid = r->cr_oids[1];
	rc = 0;
out:
	daos_prop_free(prop);
	return rc;
}

static int mount_at(daos_handle_t poh, daos_handle_t coh, int flags, daos_handle_t th, struct dfs **out)
{
	struct mount_param p = {.poh = poh, .coh = coh, .th = th, .flags = flags};
	struct superblock sb = {0};
	int rc;

	rc = read_roots(coh, &sb);
	if (rc != 0)
		return rc;
	rc = superblock_read(coh, th, &sb);
	if (rc == ENOENT)
		rc = EINVAL; /* its creation was cut short */
	if (rc != 0)
		return rc;
	p.attr = sb.attr;
	p.super_oid = sb.super_oid;
	p.root_oid = sb.root_oid;
	return mount_new(&p, out);
}

int dfs_mount(daos_handle_t poh, daos_handle_t coh, int flags, dfs_t **dfs)
{
	int rc = library_check();

	if (rc != 0 || dfs == NULL || (flags & O_ACCMODE) == O_WRONLY)
		return EINVAL;
	return mount_at(poh, coh, flags, DAOS_TX_NONE, dfs);
}

/* Find the snapshot called `name` among `nr`. ENOENT: there is none. */
static int find_snapshot(daos_handle_t coh, int nr, const char *name, daos_epoch_t *epoch)
{
	char(*text)[DAOS_SNAPSHOT_MAX_LEN] = calloc(nr, sizeof(*text));
	daos_epoch_t *ep = calloc(nr, sizeof(*ep));
	char **names = calloc(nr, sizeof(*names));
	daos_anchor_t anchor = {0};
	int room = nr, rc = ENOMEM;

	if (text == NULL || ep == NULL || names == NULL)
		goto out;
	for (int i = 0; i < room; i++)
		names[i] = text[i];
	rc = der_to_errno(daos_cont_list_snap(coh, &nr, ep, names, &anchor, NULL));
	if (rc != 0)
		goto out;
	rc = ENOENT;
	for (int i = 0; rc != 0 && i < nr && i < room; i++) {
		if (strncmp(text[i], name, DAOS_SNAPSHOT_MAX_LEN) == 0) {
			*epoch = ep[i];
			rc = 0;
		}
	}
out:
	free(text);
	free(ep);
	free(names);
	return rc;
}

static int snapshot_epoch(daos_handle_t coh, const char *name, daos_epoch_t *epoch)
{
	daos_anchor_t anchor = {0};
	int nr = 0;
	int rc = der_to_errno(daos_cont_list_snap(coh, &nr, NULL, NULL, &anchor, NULL));

	if (rc != 0)
		return rc;
	return nr > 0 ? find_snapshot(coh, nr, name, epoch) : ENOENT;
}

int dfs_mount_snap(daos_handle_t poh, daos_handle_t coh, int flags, daos_epoch_t epoch, const char *name, dfs_t **dfs)
{
	daos_handle_t th;
	int rc = library_check();

	if (rc != 0 || dfs == NULL || (epoch == 0 && name == NULL))
		return EINVAL;
	if ((flags & O_ACCMODE) != O_RDONLY)
		return EINVAL;
	if (epoch == 0) {
		rc = snapshot_epoch(coh, name, &epoch);
		if (rc != 0)
			return rc;
	}
	rc = daos_tx_open_snap(coh, epoch, &th, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	rc = mount_at(poh, coh, O_RDONLY, th, dfs);
	if (rc != 0)
		daos_tx_close(th, NULL);
	return rc;
}

bool mount_busy(struct dfs *dfs)
{
	bool busy;

	pthread_mutex_lock(&dfs->lock);
	busy = dfs->pool_lent != 0 || dfs->cont_lent != 0 || dfs->nr_open != 0;
	pthread_mutex_unlock(&dfs->lock);
	return busy;
}

int dfs_umount(dfs_t *dfs)
{
	if (dfs == NULL)
		return EINVAL;
	if (mount_busy(dfs))
		return EBUSY;
	library_remove(dfs);
	if (daos_handle_is_valid(dfs->th))
		daos_tx_close(dfs->th, NULL);
	mount_free(dfs);
	return 0;
}

static int lend(struct dfs *dfs, unsigned *count, daos_handle_t have, daos_handle_t *h)
{
	if (h == NULL)
		return EINVAL;
	pthread_mutex_lock(&dfs->lock);
	(*count)++;
	pthread_mutex_unlock(&dfs->lock);
	*h = have;
	return 0;
}

static int take_back(struct dfs *dfs, unsigned *count, daos_handle_t have, daos_handle_t h)
{
	int rc = EINVAL;

	pthread_mutex_lock(&dfs->lock);
	if (h.cookie == have.cookie && *count != 0) {
		(*count)--;
		rc = 0;
	}
	pthread_mutex_unlock(&dfs->lock);
	return rc;
}

int dfs_pool_get(dfs_t *dfs, daos_handle_t *poh)
{
	return dfs == NULL ? EINVAL : lend(dfs, &dfs->pool_lent, dfs->poh, poh);
}

int dfs_pool_put(dfs_t *dfs, daos_handle_t poh)
{
	return dfs == NULL ? EINVAL : take_back(dfs, &dfs->pool_lent, dfs->poh, poh);
}

int dfs_cont_get(dfs_t *dfs, daos_handle_t *coh)
{
	return dfs == NULL ? EINVAL : lend(dfs, &dfs->cont_lent, dfs->coh, coh);
}

int dfs_cont_put(dfs_t *dfs, daos_handle_t coh)
{
	return dfs == NULL ? EINVAL : take_back(dfs, &dfs->cont_lent, dfs->coh, coh);
}

int dfs_query(dfs_t *dfs, dfs_attr_t *attr)
{
	if (dfs == NULL || attr == NULL)
		return EINVAL;
	*attr = dfs->attr;
	return 0;
}
