/*
 * kv_key.h: how object ids, dkeys and akeys become LMDB keys.
 *
 * Encoded keys sort as DAOS orders them: integers by value (type DAOS_OT_*_UINT64), everything else as bytes. They are
 * at most KV_ENC_MAX long, which fits an anchor: a longer key is cut and completed by a hash of the whole of it, and
 * the whole is kept with the record. A short key is at most KV_ENC_MAX - 1 bytes, so its length tells the two apart.
 */
#ifndef DFUSE_STORE_KV_KEY_H
#define DFUSE_STORE_KV_KEY_H

#include <daos_obj.h>

#define KV_OID_LEN 16
#define KV_ENC_MAX 96

struct kv_enc {
	unsigned char buf[KV_OID_LEN + KV_ENC_MAX]; /* a prefix (object id or number), then the encoded key */
	size_t prefix_len, len;			    /* of the prefix; of everything */
};

/* prefix = object id */
void kv_enc_oid(struct kv_enc *e, daos_obj_id_t oid);

/* prefix = a number */
void kv_enc_number(struct kv_enc *e, uint64_t number);

/* Append `key` to the prefix, replacing a key that was there. */
void kv_enc_key(struct kv_enc *e, const daos_key_t *key, bool integer);

/* Whether a key of `enc_len` encoded bytes was cut. */
static inline bool kv_enc_is_cut(size_t enc_len)
{
	return enc_len == KV_ENC_MAX;
}

/* The bytes of an encoded key that was not cut, as the caller of DAOS knows it. `out` has room for `len`. */
void kv_dec_key(const unsigned char *enc, size_t len, bool integer, void *out);

void kv_dec_oid(const unsigned char *enc, daos_obj_id_t *oid);

void kv_put_be64(unsigned char *p, uint64_t v);
uint64_t kv_get_be64(const unsigned char *p);

#endif
