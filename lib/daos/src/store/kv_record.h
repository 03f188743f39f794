/*
 * kv_record.h: the record of one dkey: its whole name where the LMDB key cannot hold it, and its small akeys.
 *
 *	u64 number	names the dkey in CONT_DB_AKEY; 0 as long as it has no akeys there
 *	u32 name_len	bytes of the dkey's whole name that follow; 0 where the LMDB key has it
 *	u32 nr		akeys that follow the name, in the order of their bytes:
 *		u16 akey_len, u8 type (DAOS_IOD_*), u8 0, u32 size (of a record), u64 start, u64 len, akey, value
 *
 * A single value is `len` bytes. An array is here only as one unbroken run of records: `len / size` of them from index
 * `start`. All numbers in the byte order of the host, at no alignment.
 *
 * A record is edited in memory: load it, find, set and remove akeys, store it.
 */
#ifndef DFUSE_STORE_KV_RECORD_H
#define DFUSE_STORE_KV_RECORD_H

#include <lmdb.h>

#include <daos_obj.h>

#define KV_INLINE_VALUE 1024 /* a longer value goes to CONT_DB_AKEY */
#define KV_INLINE_TOTAL 3072 /* so does one that would make the record longer than this */

struct kv_value {
	const void *akey;
	size_t akey_len;
	uint8_t type;
	uint32_t size;	/* of a record; of a single value: len */
	uint64_t start; /* index of the first record; 0 for a single value */
	const void *data;
	uint64_t len; /* bytes */
};

struct kv_record {
	uint64_t number;
	const void *name; /* the whole dkey, or NULL */
	uint32_t name_len;
	uint32_t nr;
	const unsigned char *first; /* encoded akeys; points into what was loaded */
	const unsigned char *end;
};

/* -DER_DF_INVAL: not a record. The memory of `val` is used as long as `rec` is. */
int kv_record_load(const MDB_val *val, struct kv_record *rec);

/* Walk: start with pos = NULL; false at the end. */
bool kv_record_next(const struct kv_record *rec, const unsigned char **pos, struct kv_value *v);

bool kv_record_find(const struct kv_record *rec, const void *akey, size_t akey_len, struct kv_value *v);

/* Bytes that the record takes with `v` in it (instead of the akey of that name); NULL: as it is. */
size_t kv_record_len(const struct kv_record *rec, const struct kv_value *v);

/*
 * Encode into `out` (kv_record_len() bytes) the record with `v` set, or, with `remove`, without the akey of v's name.
 * Returns the bytes written.
 */
size_t kv_record_store(const struct kv_record *rec, const struct kv_value *v, bool remove, unsigned char *out);

#endif
