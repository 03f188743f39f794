#include "dnode.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "mount.h"

static size_t hash(const struct dnode_table *t, daos_obj_id_t oid)
{
	uint64_t x = (oid.lo ^ (oid.hi << 17)) * 0x9e3779b97f4a7c15ULL;

	return (x >> 32) & (t->nr_buckets - 1);
}

static struct dnode *table_find(struct dnode_table *t, daos_obj_id_t oid)
{
	struct dnode *dn = t->nr_buckets != 0 ? t->bucket[hash(t, oid)] : NULL;

	while (dn != NULL && !oid_equal(dn->oid, oid))
		dn = dn->next;
	return dn;
}

static int table_grow(struct dnode_table *t)
{
	struct dnode_table bigger = {.nr_buckets = t->nr_buckets != 0 ? t->nr_buckets * 2 : 64, .nr = t->nr};

	bigger.bucket = calloc(bigger.nr_buckets, sizeof(*bigger.bucket));
	if (bigger.bucket == NULL)
		return t->nr_buckets != 0 ? 0 : ENOMEM; /* a full table is slow, not wrong */
	for (size_t i = 0; i < t->nr_buckets; i++) {
		struct dnode *dn, *next;

		for (dn = t->bucket[i]; dn != NULL; dn = next) {
			struct dnode **head = &bigger.bucket[hash(&bigger, dn->oid)];

			next = dn->next;
			dn->next = *head;
			*head = dn;
		}
	}
	free(t->bucket);
	*t = bigger;
	return 0;
}

static int table_insert(struct dnode_table *t, struct dnode *dn)
{
	struct dnode **head;
	int rc;

	if (t->nr >= t->nr_buckets) {
		rc = table_grow(t);
		if (rc != 0)
			return rc;
	}
	head = &t->bucket[hash(t, dn->oid)];
	dn->next = *head;
	*head = dn;
	t->nr++;
	return 0;
}

static void table_remove(struct dnode_table *t, struct dnode *dn)
{
	struct dnode **at = &t->bucket[hash(t, dn->oid)];

	while (*at != dn)
		at = &(*at)->next;
	*at = dn->next;
	if (--t->nr == 0) {
		free(t->bucket);
		t->bucket = NULL;
		t->nr_buckets = 0;
	}
}

/* Drop a reference under the lock. Returns dn, out of the table, if it was the last one. */
static struct dnode *unref_locked(struct dnode *dn)
{
	if (dn == NULL || --dn->refs != 0)
		return NULL;
	table_remove(&dn->dfs->dirs, dn);
	return dn;
}

/* Free a dnode that is out of the table, and parents that live no longer without it. Not under the lock. */
static void dnode_free(struct dnode *dn)
{
	while (dn != NULL) {
		struct dfs *dfs = dn->dfs;
		struct dnode *parent = dn->parent;

		daos_obj_close(dn->oh, NULL);
		free(dn->name);
		free(dn);
		pthread_mutex_lock(&dfs->lock);
		dn = unref_locked(parent);
		pthread_mutex_unlock(&dfs->lock);
	}
}

/*
 * Note where dn lies. `name` is taken over when used, else left. Returns the old parent if it has lost its last
 * reference. A place that would close a loop of parents comes from an outdated look at the tree and is not taken.
 */
static struct dnode *link_locked(struct dnode *dn, struct dnode *parent, char **name)
{
	struct dnode *old = dn->parent;

	if (parent == NULL || *name == NULL)
		return NULL;
	if (old == parent && strcmp(dn->name, *name) == 0)
		return NULL;
	for (struct dnode *up = parent; up != NULL; up = up->parent)
		if (up == dn)
			return NULL;
	parent->refs++;
	free(dn->name);
	dn->parent = parent;
	dn->name = *name;
	*name = NULL;
	return unref_locked(old);
}

/* Look for `oid` in the table; on success it is linked and referenced. `gone` is to be freed outside of the lock. */
static struct dnode *find_locked(struct dfs *dfs, daos_obj_id_t oid, struct dnode *parent, char **name,
				 struct dnode **gone)
{
	struct dnode *dn = table_find(&dfs->dirs, oid);

	if (dn != NULL) {
		dn->refs++;
		*gone = link_locked(dn, parent, name);
	}
	return dn;
}

static int dnode_new(struct dfs *dfs, daos_obj_id_t oid, struct dnode **out)
{
	struct dnode *dn = calloc(1, sizeof(*dn));
	int rc;

	if (dn == NULL)
		return ENOMEM;
	dn->dfs = dfs;
	dn->oid = oid;
	dn->refs = 1;
	rc = daos_obj_open(dfs->coh, oid, dfs->amode == O_RDONLY ? DAOS_OO_RO : DAOS_OO_RW, &dn->oh, NULL);
	if (rc != 0) {
		free(dn);
		return der_to_errno(rc);
	}
	*out = dn;
	return 0;
}

int dnode_get(struct dfs *dfs, daos_obj_id_t oid, struct dnode *parent, const char *name, struct dnode **out)
{
	struct dnode *fresh = NULL, *gone = NULL;
	char *copy = NULL;
	int rc = 0;

	if (parent != NULL && name != NULL) {
		copy = strdup(name);
		if (copy == NULL)
			return ENOMEM;
	}
	pthread_mutex_lock(&dfs->lock);
	*out = find_locked(dfs, oid, parent, &copy, &gone);
	pthread_mutex_unlock(&dfs->lock);
	if (*out != NULL)
		goto out;

	rc = dnode_new(dfs, oid, &fresh);
	if (rc != 0)
		goto out;
	pthread_mutex_lock(&dfs->lock);
	*out = find_locked(dfs, oid, parent, &copy, &gone); /* another thread may have been faster */
	if (*out == NULL) {
		rc = table_insert(&dfs->dirs, fresh);
		if (rc == 0) {
			link_locked(fresh, parent, &copy);
			*out = fresh;
			fresh = NULL;
		}
	}
	pthread_mutex_unlock(&dfs->lock);
out:
	if (fresh != NULL) {
		daos_obj_close(fresh->oh, NULL);
		free(fresh);
	}
	dnode_free(gone);
	free(copy);
	return rc;
}

struct dnode *dnode_ref(struct dnode *dn)
{
	pthread_mutex_lock(&dn->dfs->lock);
	dn->refs++;
	pthread_mutex_unlock(&dn->dfs->lock);
	return dn;
}

void dnode_put(struct dnode *dn)
{
	struct dnode *gone;
	struct dfs *dfs;

	if (dn == NULL)
		return;
	dfs = dn->dfs;
	pthread_mutex_lock(&dfs->lock);
	gone = unref_locked(dn);
	pthread_mutex_unlock(&dfs->lock);
	dnode_free(gone);
}

struct dnode *dnode_parent(struct dnode *dn)
{
	struct dfs *dfs = dn->dfs;
	struct dnode *up;

	pthread_mutex_lock(&dfs->lock);
	up = dn == dfs->root.dir ? dn : dn->parent;
	if (up != NULL)
		up->refs++;
	pthread_mutex_unlock(&dfs->lock);
	return up;
}

int dnode_place(struct dnode *dn, struct place *place)
{
	struct dfs *dfs = dn->dfs;
	int rc = ESTALE;

	pthread_mutex_lock(&dfs->lock);
	if (dn->parent != NULL) {
		place->dir = dn->parent;
		place->dir->refs++;
		place->len = strlen(dn->name);
		memcpy(place->name, dn->name, place->len + 1);
		rc = 0;
	}
	pthread_mutex_unlock(&dfs->lock);
	return rc;
}

void dnode_moved(struct dfs *dfs, daos_obj_id_t oid, struct dnode *parent, const char *name)
{
	char *copy = strdup(name);
	struct dnode *gone = NULL, *dn;

	pthread_mutex_lock(&dfs->lock);
	dn = table_find(&dfs->dirs, oid);
	if (dn != NULL)
		gone = link_locked(dn, parent, &copy);
	pthread_mutex_unlock(&dfs->lock);
	dnode_free(gone);
	free(copy);
}

bool dnode_is_below(struct dnode *dn, daos_obj_id_t oid)
{
	struct dfs *dfs = dn->dfs;
	bool below = false;

	pthread_mutex_lock(&dfs->lock);
	for (struct dnode *up = dn; up != NULL && !below; up = up->parent)
		below = oid_equal(up->oid, oid);
	pthread_mutex_unlock(&dfs->lock);
	return below;
}

void place_set(struct place *place, struct dnode *dir, const char *name, size_t len)
{
	place->dir = dnode_ref(dir);
	place->len = len;
	memcpy(place->name, name, len);
	place->name[len] = '\0';
}

void place_put(struct place *place)
{
	dnode_put(place->dir);
	place->dir = NULL;
}
