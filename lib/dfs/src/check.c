/*
 * Finding objects that no entry names.
 *
 * libdfs leaves none behind; a writer that removes an entry first and its object later does when it dies in between.
 * The container's table of objects says which objects there are, a walk from the root which of them are named. Nobody
 * else may use the container meanwhile, so it is opened exclusively.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "mount.h"
#include "walk.h"

#define CHECK_ALL      (DFS_CHECK_PRINT | DFS_CHECK_REMOVE | DFS_CHECK_RELINK | DFS_CHECK_VERIFY | DFS_CHECK_EVICT_ALL)
#define LOST_AND_FOUND "lost+found"

/* The objects of the container, sorted by id. */
struct object {
	daos_obj_id_t oid;
	bool named; /* an entry reachable from the root names it */
	bool below; /* an entry in an object that is not named itself names it */
};

struct check {
	struct dfs *dfs;
	uint64_t flags;
	struct object *object;
	size_t nr;
	uint64_t nr_verified_bad;
};

static int compare(const void *a, const void *b)
{
	const daos_obj_id_t *x = &((const struct object *)a)->oid, *y = &((const struct object *)b)->oid;

	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

static struct object *find(struct check *c, daos_obj_id_t oid)
{
	struct object key = {.oid = oid};

	return c->nr != 0 ? bsearch(&key, c->object, c->nr, sizeof(*c->object), compare) : NULL;
}

static int add_objects(struct check *c, const daos_obj_id_t *oids, uint32_t nr)
{
	struct object *o = realloc(c->object, (c->nr + nr) * sizeof(*o));

	if (o == NULL)
		return ENOMEM;
	c->object = o;
	for (uint32_t i = 0; i < nr; i++)
		c->object[c->nr++] = (struct object){.oid = oids[i]};
	return 0;
}

static int read_table(struct check *c, daos_handle_t oit)
{
	enum { BATCH = 1024 };
	daos_obj_id_t oids[BATCH];
	daos_anchor_t anchor = {0};
	int rc = 0;

	while (rc == 0 && !daos_anchor_is_eof(&anchor)) {
		uint32_t nr = BATCH;

		rc = der_to_errno(daos_oit_list(oit, oids, &nr, &anchor, NULL));
		if (rc == 0 && nr != 0)
			rc = add_objects(c, oids, nr);
	}
	if (rc == 0 && c->nr != 0)
		qsort(c->object, c->nr, sizeof(*c->object), compare);
	return rc;
}

/*
 * The table is of a snapshot, which is taken for it and given back. An engine that keeps no old versions has no
 * snapshots with a table, but tells the objects of now.
 */
static int list_objects(struct check *c)
{
	daos_handle_t coh = c->dfs->coh, oit;
	daos_epoch_t epoch = DAOS_EPOCH_MAX;
	daos_epoch_range_t range;
	bool snapshot;
	int rc, rc2 = 0;

	rc = der_to_errno(daos_cont_create_snap_opt(coh, &epoch, NULL, DAOS_SNAP_OPT_CR | DAOS_SNAP_OPT_OIT, NULL));
	snapshot = rc == 0;
	if (rc != 0 && rc != ENOSYS && rc != EOPNOTSUPP)
		return rc;
	rc = der_to_errno(daos_oit_open(coh, epoch, &oit, NULL));
	if (rc == 0) {
		rc = read_table(c, oit);
		if (snapshot)
			daos_cont_snap_oit_destroy(coh, oit, NULL);
		daos_oit_close(oit, NULL);
	}
	if (snapshot) {
		range = (daos_epoch_range_t){epoch, epoch};
		rc2 = der_to_errno(daos_cont_destroy_snap(coh, range, NULL));
	}
	return rc != 0 ? rc : rc2;
}

static void verify(struct check *c, daos_obj_id_t oid)
{
	if (daos_obj_verify(c->dfs->coh, oid, DAOS_EPOCH_MAX) == 0)
		return;
	c->nr_verified_bad++;
	printf("object %" PRIu64 ".%" PRIu64 ": copies differ\n", oid.hi, oid.lo);
}

static int mark_named(void *arg, const char *name, const struct entry *e, unsigned depth)
{
	struct check *c = arg;
	struct object *o = find(c, e->oid);

	(void)name, (void)depth;
	if (o != NULL && !o->named) {
		o->named = true;
		if (c->flags & DFS_CHECK_VERIFY)
			verify(c, o->oid);
	}
	return 0;
}

static int mark_below(void *arg, const char *name, const struct entry *e, unsigned depth)
{
	struct object *o = find(arg, e->oid);

	(void)name, (void)depth;
	if (o != NULL)
		o->below = true;
	return 0;
}

static bool is_directory(daos_obj_id_t oid)
{
	return daos_obj_id2type(oid) == DAOS_OT_MULTI_HASHED;
}

static int mark_all(struct check *c)
{
	const daos_obj_id_t own[] = {c->dfs->super->oid, c->dfs->root.oid};
	struct object *o;
	int rc;

	for (size_t i = 0; i < 2; i++) {
		o = find(c, own[i]);
		if (o != NULL)
			o->named = true;
	}
	rc = walk_tree(c->dfs, c->dfs->root.oid, mark_named, c);
	for (size_t i = 0; rc == 0 && i < c->nr; i++)
		if (!c->object[i].named && is_directory(c->object[i].oid))
			rc = walk_tree(c->dfs, c->object[i].oid, mark_below, c);
	return rc;
}

static int punch_object(struct dfs *dfs, daos_obj_id_t oid)
{
	daos_handle_t oh;
	int rc;

	rc = daos_obj_open(dfs->coh, oid, DAOS_OO_RW, &oh, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	rc = daos_obj_punch(oh, DAOS_TX_NONE, 0, NULL);
	daos_obj_close(oh, NULL);
	return der_to_errno(rc);
}

/* Give it a name: its object id. */
static int relink_object(struct dfs_obj *dir, daos_obj_id_t oid)
{
	char name[64];
	struct entry e = {.oid = oid, .uid = geteuid(), .gid = getegid()};
	int len = snprintf(name, sizeof(name), "%" PRIu64 ".%" PRIu64, oid.hi, oid.lo);

	e.mode = is_directory(oid) ? S_IFDIR | 0700 : S_IFREG | 0600;
	entry_now(&e.mtime);
	e.ctime = e.mtime;
	return entry_insert(dir->dir->oh, DAOS_TX_NONE, name, len, &e, NULL);
}

/* The directory lost+found/NAME, made if need be. No name: the time. */
static int open_lost_and_found(struct dfs *dfs, const char *name, dfs_obj_t **dir)
{
	char text[32];
	time_t now = time(NULL);
	dfs_obj_t *top;
	struct tm tm;
	int rc;

	if (name == NULL) {
		strftime(text, sizeof(text), "%Y-%m-%d-%H:%M:%S", localtime_r(&now, &tm));
		name = text;
	}
	rc = dfs_open(dfs, NULL, LOST_AND_FOUND, S_IFDIR | 0700, O_RDWR | O_CREAT, 0, 0, NULL, &top);
	if (rc != 0)
		return rc;
	rc = dfs_open(dfs, top, name, S_IFDIR | 0700, O_RDWR | O_CREAT, 0, 0, NULL, dir);
	dfs_release(top);
	return rc;
}

static int treat_lost(struct check *c, const char *name)
{
	dfs_obj_t *dir = NULL;
	uint64_t lost = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->nr; i++) {
		const struct object *o = &c->object[i];

		if (o->named)
			continue;
		lost++;
		if (c->flags & DFS_CHECK_PRINT)
			printf("object %" PRIu64 ".%" PRIu64 ": no entry names it\n", o->oid.hi, o->oid.lo);
		if (c->flags & DFS_CHECK_REMOVE)
			rc = punch_object(c->dfs, o->oid);
		/* What lies below a lost directory comes back with it. */
		if (!(c->flags & DFS_CHECK_RELINK) || o->below)
			continue;
		if (dir == NULL)
			rc = open_lost_and_found(c->dfs, name, &dir);
		if (rc == 0)
			rc = relink_object(dir, o->oid);
	}
	if (dir != NULL)
		dfs_release(dir);
	printf("objects:           %zu\n", c->nr);
	printf("not named:         %" PRIu64 "\n", lost);
	if (c->flags & DFS_CHECK_VERIFY)
		printf("copies that differ: %" PRIu64 "\n", c->nr_verified_bad);
	return rc;
}

static void print_time(const char *what)
{
	char text[32];
	time_t now = time(NULL);
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%d-%H:%M:%S", localtime_r(&now, &tm));
	printf("DFS checker: %s (%s)\n", what, text);
}

/*
 * Find objects that no entry names, and do with them what `flags` says: print, remove, or put back as
 * lost+found/NAME/<id>. EBUSY: the container is in use (DFS_CHECK_EVICT_ALL throws its users out).
 */
int dfs_cont_check(daos_handle_t poh, const char *cont, uint64_t flags, const char *name)
{
	struct check c = {.flags = flags};
	unsigned how = DAOS_COO_EX;
	daos_handle_t coh;
	int rc;

	if (cont == NULL || (flags & ~(uint64_t)CHECK_ALL) != 0)
		return EINVAL;
	if ((flags & DFS_CHECK_REMOVE) && (flags & DFS_CHECK_RELINK))
		return EINVAL;
	print_time("Start");
	if (flags & DFS_CHECK_EVICT_ALL)
		how |= DAOS_COO_EVICT_ALL;
	rc = der_to_errno(daos_cont_open(poh, cont, how, &coh, NULL, NULL));
	if (rc != 0)
		return rc;
	rc = dfs_mount(poh, coh, O_RDWR, &c.dfs);
	if (rc != 0)
		goto out;
	rc = list_objects(&c);
	if (rc == 0)
		rc = mark_all(&c);
	if (rc == 0)
		rc = treat_lost(&c, name);
	free(c.object);
	dfs_umount(c.dfs);
	if (rc == 0)
		print_time("Done");
out:
	daos_cont_close(coh, NULL);
	return rc;
}
