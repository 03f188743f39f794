#include "kv_digest.h"

#include <string.h>

#include <daos_errno.h>

#define SEED 0xcbf29ce484222325ULL

static uint64_t mix(uint64_t h, const void *data, size_t len)
{
	const unsigned char *p = data;

	h = (h ^ len) * 0x9e3779b97f4a7c15ULL;
	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3ULL;
	return h ^ h >> 31;
}

/* Keys of database `db` that begin with `prefix`, with their values if `values`. */
static uint64_t mix_range(uint64_t h, struct kv *kv, int db, const void *prefix, size_t len, bool values)
{
	MDB_val key = {len, (void *)prefix}, val;
	struct env_cursor *cur;
	int rc;

	if (env_cursor_open(kv->txn, db, &cur) != 0)
		return h + 1;
	rc = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
	while (rc == 0 && key.mv_size >= len && memcmp(key.mv_data, prefix, len) == 0) {
		h = mix(h, key.mv_data, key.mv_size);
		if (values)
			h = mix(h, val.mv_data, val.mv_size);
		if (values && db == CONT_DB_AKEY) {
			struct kv_outer outer;
			unsigned char number[8];

			memcpy(&outer, val.mv_data, sizeof(outer));
			kv_put_be64(number, outer.number);
			if (outer.number != 0)
				h = mix_range(h, kv, CONT_DB_EXTENT, number, sizeof(number), true);
		}
		rc = env_cursor_get(cur, &key, &val, MDB_NEXT);
	}
	env_cursor_close(cur);
	return h;
}

uint64_t kv_digest_object(struct kv *kv)
{
	struct kv_enc enc;

	kv_enc_oid(&enc, kv->oid);
	return mix_range(SEED, kv, CONT_DB_DKEY, enc.buf, enc.len, false);
}

uint64_t kv_digest_dkey(struct kv *kv, const daos_key_t *dkey)
{
	unsigned char number[8];
	struct kv_dkey d;
	uint64_t h = SEED;

	if (kv_dkey_load(kv, dkey, &d) != 0 || !d.exists)
		return h;
	h = mix(h, &d.rec.number, sizeof(d.rec.number));
	h = mix(h, d.rec.first, d.rec.nr == 0 ? 0 : d.rec.end - d.rec.first);
	if (d.rec.number == 0)
		return h;
	kv_put_be64(number, d.rec.number);
	return mix_range(h, kv, CONT_DB_AKEY, number, sizeof(number), true);
}
