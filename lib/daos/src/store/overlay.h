/*
 * overlay.h: changes over what is in LMDB, in memory: for each database an ordered set of keys, each with a value or
 * the mark that it is gone.
 *
 * Every change has a position, and a reader at position p sees of each key the newest change at or before p. So a
 * reader keeps its snapshot while changes are added: nothing is ever taken out, and keys and values stay where they
 * are until the last reference is dropped.
 *
 * One thread at a time adds; any number of others read meanwhile, without locks, at positions before what is being
 * added. A change that is not to be seen by anyone can be taken back (overlay_undo()).
 *
 * Sets are skip lists, whose links are published when what they lead to is complete.
 */
#ifndef DFUSE_STORE_OVERLAY_H
#define DFUSE_STORE_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lmdb.h>

struct overlay;
struct overlay_key;

/* For `databases` databases. One reference. NULL: no memory. */
struct overlay *overlay_new(int databases);
void overlay_ref(struct overlay *o);
void overlay_unref(struct overlay *o); /* NULL is none */

/* Memory that lives as long as the overlay, aligned to 8 bytes. For the thread that adds. NULL: no memory. */
void *overlay_alloc(struct overlay *o, size_t size);

/*
 * Put the value, or with NULL the mark that the key is gone. The memory of both was got by overlay_alloc().
 * False: no memory; nothing has changed. A second change of a key at one position takes the place of the first.
 */
bool overlay_set(struct overlay *o, int db, const MDB_val *key, const MDB_val *val, uint32_t at);

/*
 * Changes made since the last overlay_keep() or overlay_undo(), all at one position: a list of the keys, each once.
 * Before the first key of a position is set, that list must be empty.
 */
struct overlay_key *overlay_changed(const struct overlay *o);
struct overlay_key *overlay_changed_next(const struct overlay_key *k);
void overlay_keep(struct overlay *o);
void overlay_undo(struct overlay *o);

/* Memory in use for changes that were undone or replaced at their position: what a new overlay would not have. For who
 * adds. */
size_t overlay_waste(const struct overlay *o);

/* Distinct keys, and the bytes of their newest keys and values. Changes that were undone count, too. For who adds. */
size_t overlay_keys(const struct overlay *o);
size_t overlay_bytes(const struct overlay *o);

enum overlay_seen { OVERLAY_NOTHING, OVERLAY_VALUE, OVERLAY_GONE };

/* What a reader at `at` sees of the key. */
enum overlay_seen overlay_get(const struct overlay *o, int db, const MDB_val *key, uint32_t at, MDB_val *val);

/*
 * Walks: NULL at the end. They also give keys of which the reader sees nothing. overlay_from(): the first key that is
 * not before `key`, or with `after` the first behind it. overlay_before(): the last one before it, or, with NULL, of
 * all.
 */
struct overlay_key *overlay_first(const struct overlay *o, int db);
struct overlay_key *overlay_from(const struct overlay *o, int db, const MDB_val *key, bool after);
struct overlay_key *overlay_before(const struct overlay *o, int db, const MDB_val *key);
struct overlay_key *overlay_next(const struct overlay_key *k);
MDB_val overlay_key_val(const struct overlay_key *k);
int overlay_key_db(const struct overlay_key *k);
enum overlay_seen overlay_seen(const struct overlay_key *k, uint32_t at, MDB_val *val);

/* LMDB's order of keys: <0, 0, >0. */
int overlay_compare(const MDB_val *a, const MDB_val *b);

#endif
