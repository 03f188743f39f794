#include "env_cursor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "env_live.h"

#define KEY_MAX 511

/*
 * Two walks at once, through LMDB and through the overlay. Forwards, each is at its first key that is not before the
 * one given last, `at`; so the next is the smaller of the two, behind `at`, unless it is gone. Where both are at one
 * key, the overlay's counts. A step backwards begins from `at` every time, as does one forwards after that.
 */
struct env_cursor {
	struct env_txn *txn;
	int db;
	bool placed, forward;
	MDB_val at;	  /* given last */
	unsigned changes; /* of the transaction, when the places in the overlay were looked up */
	MDB_cursor *mdb;
	bool in_mdb; /* `key` and `val` are where LMDB's cursor is; else it is at the end */
	MDB_val key, val;
	struct overlay_key *over; /* NULL: at the end */
};

static bool is_key(const MDB_val *key)
{
	return key->mv_size > 0 && key->mv_size <= KEY_MAX;
}

int env_val_get(struct env_txn *txn, int db, const MDB_val *key, MDB_val *val)
{
	enum overlay_seen seen = OVERLAY_NOTHING;

	if (txn->overlay != NULL)
		seen = overlay_get(txn->overlay, db, key, txn->at, val);
	if (seen != OVERLAY_NOTHING)
		return seen == OVERLAY_VALUE ? 0 : MDB_NOTFOUND;
	return mdb_get(txn->mdb, txn->live->dbi[db], (MDB_val *)key, val);
}

/* Change the key; with `val`, to its bytes if there are any, whose new place val->mv_data becomes. */
static int change(struct env_txn *txn, int db, const MDB_val *key, MDB_val *val)
{
	size_t len = val == NULL ? 0 : (val->mv_size + 7) & ~(size_t)7;
	unsigned char *p;
	MDB_val k;

	if (!is_key(key) || (val != NULL && val->mv_size > UINT32_MAX))
		return MDB_BAD_VALSIZE;
	p = overlay_alloc(txn->overlay, len + key->mv_size);
	if (p == NULL)
		return ENOMEM;
	k = (MDB_val){key->mv_size, p + len};
	memcpy(k.mv_data, key->mv_data, key->mv_size);
	if (val != NULL)
		val->mv_data = p;
	txn->changes++;
	return overlay_set(txn->overlay, db, &k, val, txn->at) ? 0 : ENOMEM;
}

int env_val_reserve(struct env_txn *txn, int db, const MDB_val *key, MDB_val *val)
{
	return change(txn, db, key, val);
}

int env_val_put(struct env_txn *txn, int db, const MDB_val *key, const MDB_val *val)
{
	MDB_val copy = *val;
	int rc = change(txn, db, key, &copy);

	if (rc == 0 && val->mv_size > 0)
		memcpy(copy.mv_data, val->mv_data, val->mv_size);
	return rc;
}

int env_val_del(struct env_txn *txn, int db, const MDB_val *key)
{
	MDB_val val;
	int rc = env_val_get(txn, db, key, &val);

	return rc == 0 ? change(txn, db, key, NULL) : rc;
}

int env_cursor_open(struct env_txn *txn, int db, struct env_cursor **cursor)
{
	struct env_cursor *c = calloc(1, sizeof(*c));
	int rc = c == NULL ? ENOMEM : mdb_cursor_open(txn->mdb, txn->live->dbi[db], &c->mdb);

	if (rc != 0) {
		free(c);
		return rc;
	}
	c->txn = txn;
	c->db = db;
	*cursor = c;
	return 0;
}

void env_cursor_close(struct env_cursor *cursor)
{
	mdb_cursor_close(cursor->mdb);
	free(cursor);
}

/* Move LMDB's cursor. */
static int move(struct env_cursor *c, MDB_cursor_op op)
{
	int rc = mdb_cursor_get(c->mdb, &c->key, &c->val, op);

	c->in_mdb = rc == 0;
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Go to the first key that is not before `key`, or with `after` the first behind it; without one, to the first. */
static int seek(struct env_cursor *c, const MDB_val *key, bool after)
{
	struct overlay *o = c->txn->overlay;
	int rc;

	c->forward = true;
	c->changes = c->txn->changes;
	c->over = NULL;
	if (o != NULL)
		c->over = key == NULL ? overlay_first(o, c->db) : overlay_from(o, c->db, key, after);
	if (key != NULL)
		c->key = *key;
	rc = move(c, key == NULL ? MDB_FIRST : MDB_SET_RANGE);
	if (rc == 0 && after && c->in_mdb && overlay_compare(&c->key, key) == 0)
		rc = move(c, MDB_NEXT);
	return rc;
}

/* Step over `at`. */
static int pass(struct env_cursor *c)
{
	MDB_val over;
	int rc = 0;

	if (!c->forward || c->changes != c->txn->changes)
		return seek(c, &c->at, true);
	if (c->over != NULL) {
		over = overlay_key_val(c->over);
		if (overlay_compare(&over, &c->at) <= 0)
			c->over = overlay_next(c->over);
	}
	if (c->in_mdb && overlay_compare(&c->key, &c->at) <= 0)
		rc = move(c, MDB_NEXT);
	return rc;
}

/* The next one there is, from where both walks are. */
static int give_forward(struct env_cursor *c, MDB_val *key, MDB_val *val)
{
	int rc = 0;

	while (rc == 0 && c->over != NULL) {
		MDB_val over = overlay_key_val(c->over);
		int order = c->in_mdb ? overlay_compare(&over, &c->key) : -1;
		enum overlay_seen seen;

		if (order > 0)
			break;
		seen = overlay_seen(c->over, c->txn->at, val);
		if (seen == OVERLAY_VALUE) {
			*key = c->at = over;
			c->placed = true;
			return 0;
		}
		if (seen == OVERLAY_NOTHING && order == 0)
			break; /* LMDB's counts */
		c->over = overlay_next(c->over);
		if (order == 0)
			rc = move(c, MDB_NEXT);
	}
	if (rc != 0 || !c->in_mdb) {
		c->forward = false; /* the walks have left `at`, which the cursor has not */
		return rc != 0 ? rc : MDB_NOTFOUND;
	}
	*key = c->at = c->key;
	*val = c->val;
	c->placed = true;
	return 0;
}

/* The last one before `before`, or of all where that is NULL. */
static int give_backward(struct env_cursor *c, const MDB_val *before, MDB_val *key, MDB_val *val)
{
	struct overlay *o = c->txn->overlay;
	int rc;

	if (before != NULL) {
		c->key = *before;
		rc = move(c, MDB_SET_RANGE);
	} else {
		rc = 0;
		c->in_mdb = false;
	}
	if (rc == 0)
		rc = move(c, c->in_mdb ? MDB_PREV : MDB_LAST);
	c->over = o == NULL ? NULL : overlay_before(o, c->db, before);
	c->forward = false;
	while (rc == 0 && c->over != NULL) {
		MDB_val over = overlay_key_val(c->over);
		int order = c->in_mdb ? overlay_compare(&over, &c->key) : 1;
		enum overlay_seen seen;

		if (order < 0)
			break;
		seen = overlay_seen(c->over, c->txn->at, val);
		if (seen == OVERLAY_VALUE) {
			*key = c->at = over;
			c->placed = true;
			return 0;
		}
		if (seen == OVERLAY_NOTHING && order == 0)
			break;
		c->over = overlay_before(o, c->db, &over);
		if (order == 0)
			rc = move(c, MDB_PREV);
	}
	if (rc != 0 || !c->in_mdb)
		return rc != 0 ? rc : MDB_NOTFOUND;
	*key = c->at = c->key;
	*val = c->val;
	c->placed = true;
	return 0;
}

int env_cursor_get(struct env_cursor *c, MDB_val *key, MDB_val *val, MDB_cursor_op op)
{
	int rc;

	switch (op) {
	case MDB_PREV:
		return give_backward(c, c->placed ? &c->at : NULL, key, val);
	case MDB_LAST:
		return give_backward(c, NULL, key, val);
	case MDB_NEXT:
		rc = c->placed ? pass(c) : seek(c, NULL, false);
		break;
	case MDB_FIRST:
		rc = seek(c, NULL, false);
		break;
	case MDB_SET_RANGE:
		rc = is_key(key) ? seek(c, key, false) : MDB_BAD_VALSIZE;
		break;
	default:
		rc = EINVAL;
	}
	return rc == 0 ? give_forward(c, key, val) : rc;
}

int env_cursor_del(struct env_cursor *c)
{
	return c->placed ? change(c->txn, c->db, &c->at, NULL) : EINVAL;
}

int env_get(struct env *env, struct env_txn *txn, int db, const char *key, void **val, size_t *len)
{
	MDB_val k = {strlen(key), (void *)key}, v;
	int rc = env_error(env_val_get(txn, db, &k, &v));

	(void)env;
	if (rc == 0) {
		*val = v.mv_data;
		*len = v.mv_size;
	}
	return rc;
}

int env_put(struct env *env, struct env_txn *txn, int db, const char *key, const void *val, size_t len)
{
	MDB_val k = {strlen(key), (void *)key}, v = {len, (void *)val};

	(void)env;
	return env_error(env_val_put(txn, db, &k, &v));
}

int env_del(struct env *env, struct env_txn *txn, int db, const char *key)
{
	MDB_val k = {strlen(key), (void *)key};

	(void)env;
	return env_error(env_val_del(txn, db, &k));
}
