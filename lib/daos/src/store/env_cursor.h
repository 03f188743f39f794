/*
 * env_cursor.h: keys and values of an environment's databases, within a transaction.
 *
 * Databases are numbered as env_kind.db has them. Keys are 1 to 511 bytes and sort as memcmp() has it, a prefix first.
 * Keys and values that are given back stay valid until the transaction ends, whatever it changes meanwhile, and are
 * never to be written to. All functions return 0, MDB_NOTFOUND, or another of LMDB's errors, for env_error().
 */
#ifndef DFUSE_STORE_ENV_CURSOR_H
#define DFUSE_STORE_ENV_CURSOR_H

#include <lmdb.h>

struct env_txn;
struct env_cursor;

int env_val_get(struct env_txn *txn, int db, const MDB_val *key, MDB_val *val);
int env_val_put(struct env_txn *txn, int db, const MDB_val *key, const MDB_val *val);

/* Put a value of val->mv_size bytes, which the caller writes to val->mv_data before it does anything else here. */
int env_val_reserve(struct env_txn *txn, int db, const MDB_val *key, MDB_val *val);

/* MDB_NOTFOUND: it is not there. */
int env_val_del(struct env_txn *txn, int db, const MDB_val *key);

/* A walk through one database. It is closed before its transaction ends. */
int env_cursor_open(struct env_txn *txn, int db, struct env_cursor **cursor);
void env_cursor_close(struct env_cursor *cursor);

/*
 * MDB_FIRST, MDB_LAST; MDB_SET_RANGE: the first key not before *key; MDB_NEXT, MDB_PREV: from where the cursor is (the
 * first, the last, if it is nowhere yet). After MDB_NOTFOUND the cursor is where it was.
 */
int env_cursor_get(struct env_cursor *cursor, MDB_val *key, MDB_val *val, MDB_cursor_op op);

/* Delete what the cursor is at. MDB_NEXT and MDB_PREV go on from there. */
int env_cursor_del(struct env_cursor *cursor);

#endif
