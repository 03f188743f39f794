/*
 * kv.h: the keys and values of objects (those that are not the bytes of an array) in one transaction.
 *
 * A view is an object seen through an LMDB transaction. It is on the stack of the caller, holds no resources, and is of
 * use as long as the transaction; updates need a write transaction. All functions return 0 or a negative DER number.
 *
 * Where things are
 *
 *	CONT_DB_DKEY	object id, dkey		one record with the small akeys (kv_record.h)
 *			object id		the object's epoch
 *	CONT_DB_AKEY	dkey number, akey	an akey too large for that (struct kv_outer, then its name if cut, then
 *						a single value)
 *	CONT_DB_EXTENT	akey number, index	runs of records of an array akey there
 *
 * A dkey exists as long as it has an akey, an akey as long as it has a value or a record.
 */
#ifndef DFUSE_STORE_KV_H
#define DFUSE_STORE_KV_H

#include "cont.h"
#include "kv_key.h"
#include "kv_record.h"
#include "sgl.h"

struct kv {
	struct env *env;
	struct env_txn *txn;
	daos_obj_id_t oid;
	bool int_dkey, int_akey;
};

void kv_view(struct kv *kv, struct cont *cont, struct env_txn *txn, daos_obj_id_t oid);

/* One akey as the store has it: inside the dkey's record, or outside. */
struct kv_outer {
	uint64_t number; /* of its extents; 0 for a single value */
	uint32_t size;
	uint32_t name_len;
	uint8_t type;
	uint8_t zero[7];
};

struct kv_akey {
	bool exists, outside;
	struct kv_value v;     /* inside; or a single value outside */
	struct kv_outer outer; /* outside */
};

/* A dkey and its record, loaded. */
struct kv_dkey {
	struct kv *kv;
	const daos_key_t *name;
	struct kv_enc enc; /* key in CONT_DB_DKEY */
	bool exists;
	struct kv_record rec;
};

/* -DER_INVAL: an empty dkey. A dkey that does not exist is no error. */
int kv_dkey_load(struct kv *kv, const daos_key_t *dkey, struct kv_dkey *d);

int kv_akey_load(struct kv_dkey *d, const daos_key_t *akey, struct kv_akey *a);

/* Store one akey inside the record. */
int kv_dkey_set(struct kv_dkey *d, const struct kv_value *v);

/* Remove one akey, wherever it is; the dkey's record goes with its last akey. */
int kv_akey_remove(struct kv_dkey *d, const daos_key_t *akey, const struct kv_akey *a);

/*
 * daos_obj_fetch() of one akey: fills the buffers (NULL: only the size) and iod->iod_size (0: it does not exist).
 * -DER_REC2BIG: the value or the extents are longer than the buffers.
 */
int kv_fetch(struct kv_dkey *d, daos_iod_t *iod, d_sg_list_t *sgl);

/* daos_obj_update() of one akey. */
int kv_update(struct kv_dkey *d, const daos_iod_t *iod, d_sg_list_t *sgl);

int kv_punch_object(struct kv *kv);
int kv_punch_dkey(struct kv *kv, const daos_key_t *dkey);

/* Whether the object has a dkey. */
int kv_object_exists(struct kv *kv, bool *exists);

/*
 * Enumeration with a cursor on CONT_DB_DKEY: go to the object's first dkey (an LMDB error when there is nothing), then
 * MDB_NEXT while kv_same_object().
 */
int kv_first_dkey(struct env_cursor *cur, const struct kv_enc *oid, MDB_val *key, MDB_val *val);
bool kv_same_object(const MDB_val *key, const struct kv_enc *oid);

/*
 * The epoch of an object: when one of its dkeys last appeared or went (0: never). Updates inside a dkey do not count,
 * so that it is the modification time of a DFS directory.
 */
int kv_epoch_get(struct kv *kv, uint64_t *epoch);
int kv_epoch_put(struct kv *kv, uint64_t epoch);

/* The next free number (never 0, never given before). */
int kv_number(struct kv *kv, uint64_t *number);

#endif
