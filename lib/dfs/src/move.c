/* Renaming: an entry with all its akeys goes from one dkey to another, in one transaction. */
#include <errno.h>

#include <daos_fs_local.h>

#include "error.h"
#include "mount.h"
#include "remove.h"
#include "tx.h"

/* One of the two names of a move or exchange, and what it names. */
struct end {
	struct dnode *dir;
	const char *name;
	size_t len;
	struct entry entry;
	struct entry_akeys akeys;
};

struct move {
	struct end from, to;
	bool replaced; /* `to` named something before, to.entry */
	bool nothing;  /* both names are one */
	bool keep;     /* `to` must not name anything */
};

static int end_init(struct dfs *dfs, dfs_obj_t *parent, const char *name, struct end *end)
{
	int rc;

	memset(end, 0, sizeof(*end));
	rc = obj_directory(dfs, parent, &end->dir);
	if (rc == 0)
		rc = entry_name_check(name, &end->len);
	end->name = name;
	return rc;
}

static int end_fetch(daos_handle_t th, struct end *end)
{
	return entry_fetch(end->dir->oh, th, end->name, end->len, &end->entry, NULL);
}

static int end_fetch_akeys(daos_handle_t th, struct end *end)
{
	entry_akeys_free(&end->akeys);
	return entry_akeys_fetch(end->dir->oh, th, end->name, end->len, &end->akeys);
}

/* What `what` names becomes the entry at `where`. */
static int end_put(daos_handle_t th, struct end *what, const struct end *where)
{
	entry_now(&what->entry.ctime);
	return entry_put(where->dir->oh, th, where->name, where->len, &what->entry, &what->akeys);
}

static bool same_name(const struct end *a, const struct end *b)
{
	return oid_equal(a->dir->oid, b->dir->oid) && a->len == b->len && memcmp(a->name, b->name, a->len) == 0;
}

/* POSIX rename(): what may take the place of what. */
static int check_replace(struct dfs *dfs, daos_handle_t th, const struct move *m)
{
	if (S_ISDIR(m->from.entry.mode) && !S_ISDIR(m->to.entry.mode))
		return ENOTDIR;
	if (!S_ISDIR(m->from.entry.mode) && S_ISDIR(m->to.entry.mode))
		return EISDIR;
	return remove_check_empty(dfs, th, &m->to.entry);
}

static int move_body(struct dfs *dfs, daos_handle_t th, void *arg)
{
	struct move *m = arg;
	int rc;

	rc = end_fetch(th, &m->from);
	if (rc != 0)
		return rc;
	m->nothing = same_name(&m->from, &m->to);
	if (m->nothing)
		return m->keep ? EEXIST : 0;
	if (S_ISDIR(m->from.entry.mode) && dnode_is_below(m->to.dir, m->from.entry.oid))
		return EINVAL;
	rc = end_fetch(th, &m->to);
	m->replaced = rc == 0;
	if (rc == 0)
		rc = m->keep ? EEXIST : check_replace(dfs, th, m);
	else if (rc == ENOENT)
		rc = 0;
	if (rc == 0)
		rc = end_fetch_akeys(th, &m->from);
	if (rc != 0)
		return rc;
	if (m->replaced) {
		rc = entry_remove(m->to.dir->oh, th, m->to.name, m->to.len);
		if (rc == 0)
			rc = remove_object(dfs, th, &m->to.entry);
	}
	if (rc == 0)
		rc = end_put(th, &m->from, &m->to);
	if (rc == 0)
		rc = entry_remove(m->from.dir->oh, th, m->from.name, m->from.len);
	return rc;
}

static int move(dfs_t *dfs, dfs_obj_t *parent, const char *name, dfs_obj_t *new_parent, const char *new_name, bool keep,
		daos_obj_id_t *oid)
{
	struct move m = {.keep = keep};
	int rc;

	rc = end_init(dfs, parent, name, &m.from);
	if (rc == 0)
		rc = end_init(dfs, new_parent, new_name, &m.to);
	if (rc == 0)
		rc = mount_check_write(dfs);
	if (rc != 0)
		return rc;
	rc = tx_run(dfs, move_body, &m);
	entry_akeys_free(&m.from.akeys);
	if (rc != 0)
		return rc;
	if (S_ISDIR(m.from.entry.mode) && !m.nothing)
		dnode_moved(dfs, m.from.entry.oid, m.to.dir, new_name);
	if (oid != NULL)
		*oid = m.replaced ? m.to.entry.oid : (daos_obj_id_t){0};
	return 0;
}

int dfs_move(dfs_t *dfs, dfs_obj_t *parent, const char *name, dfs_obj_t *new_parent, const char *new_name,
	     daos_obj_id_t *oid)
{
	return move(dfs, parent, name, new_parent, new_name, false, oid);
}

int dfs_local_move_new(dfs_t *dfs, dfs_obj_t *parent, const char *name, dfs_obj_t *new_parent, const char *new_name)
{
	return move(dfs, parent, name, new_parent, new_name, true, NULL);
}

static int exchange_body(struct dfs *dfs, daos_handle_t th, void *arg)
{
	struct move *m = arg;
	int rc;

	(void)dfs;
	rc = end_fetch(th, &m->from);
	if (rc == 0)
		rc = end_fetch(th, &m->to);
	if (rc != 0)
		return rc == ENOENT ? EINVAL : rc;
	m->nothing = same_name(&m->from, &m->to);
	if (m->nothing)
		return 0;
	if ((S_ISDIR(m->from.entry.mode) && dnode_is_below(m->to.dir, m->from.entry.oid)) ||
	    (S_ISDIR(m->to.entry.mode) && dnode_is_below(m->from.dir, m->to.entry.oid)))
		return EINVAL;
	rc = end_fetch_akeys(th, &m->from);
	if (rc == 0)
		rc = end_fetch_akeys(th, &m->to);
	if (rc == 0)
		rc = entry_remove(m->from.dir->oh, th, m->from.name, m->from.len);
	if (rc == 0)
		rc = entry_remove(m->to.dir->oh, th, m->to.name, m->to.len);
	if (rc == 0)
		rc = end_put(th, &m->from, &m->to);
	if (rc == 0)
		rc = end_put(th, &m->to, &m->from);
	return rc;
}

int dfs_exchange(dfs_t *dfs, dfs_obj_t *parent1, const char *name1, dfs_obj_t *parent2, const char *name2)
{
	struct move m = {0};
	int rc;

	rc = end_init(dfs, parent1, name1, &m.from);
	if (rc == 0)
		rc = end_init(dfs, parent2, name2, &m.to);
	if (rc == 0)
		rc = mount_check_write(dfs);
	if (rc != 0)
		return rc;
	rc = tx_run(dfs, exchange_body, &m);
	entry_akeys_free(&m.from.akeys);
	entry_akeys_free(&m.to.akeys);
	if (rc != 0 || m.nothing)
		return rc;
	if (S_ISDIR(m.from.entry.mode))
		dnode_moved(dfs, m.from.entry.oid, m.to.dir, name2);
	if (S_ISDIR(m.to.entry.mode))
		dnode_moved(dfs, m.to.entry.oid, m.from.dir, name1);
	return 0;
}
