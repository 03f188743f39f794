#include "env_cursor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "env_live.h"

struct env_cursor {
	MDB_cursor *mdb;
};

int env_val_get(struct env_txn *txn, int db, const MDB_val *key, MDB_val *val)
{
	return mdb_get(txn->mdb, txn->live->dbi[db], (MDB_val *)key, val);
}

int env_val_put(struct env_txn *txn, int db, const MDB_val *key, const MDB_val *val)
{
	return mdb_put(txn->mdb, txn->live->dbi[db], (MDB_val *)key, (MDB_val *)val, 0);
}

int env_val_reserve(struct env_txn *txn, int db, const MDB_val *key, MDB_val *val)
{
	return mdb_put(txn->mdb, txn->live->dbi[db], (MDB_val *)key, val, MDB_RESERVE);
}

int env_val_del(struct env_txn *txn, int db, const MDB_val *key)
{
	return mdb_del(txn->mdb, txn->live->dbi[db], (MDB_val *)key, NULL);
}

int env_cursor_open(struct env_txn *txn, int db, struct env_cursor **cursor)
{
	struct env_cursor *c = malloc(sizeof(*c));
	int rc = c == NULL ? ENOMEM : mdb_cursor_open(txn->mdb, txn->live->dbi[db], &c->mdb);

	if (rc != 0)
		free(c);
	else
		*cursor = c;
	return rc;
}

void env_cursor_close(struct env_cursor *cursor)
{
	mdb_cursor_close(cursor->mdb);
	free(cursor);
}

int env_cursor_get(struct env_cursor *cursor, MDB_val *key, MDB_val *val, MDB_cursor_op op)
{
	return mdb_cursor_get(cursor->mdb, key, val, op);
}

int env_cursor_del(struct env_cursor *cursor)
{
	return mdb_cursor_del(cursor->mdb, 0);
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
