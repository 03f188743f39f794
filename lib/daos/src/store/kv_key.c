#include "kv_key.h"

#include <endian.h>
#include <string.h>

#define HASH_LEN 16

void kv_put_be64(unsigned char *p, uint64_t v)
{
	v = htobe64(v);
	memcpy(p, &v, sizeof(v));
}

uint64_t kv_get_be64(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

void kv_enc_oid(struct kv_enc *e, daos_obj_id_t oid)
{
	kv_put_be64(e->buf, oid.hi);
	kv_put_be64(e->buf + 8, oid.lo);
	e->prefix_len = e->len = KV_OID_LEN;
}

void kv_dec_oid(const unsigned char *enc, daos_obj_id_t *oid)
{
	oid->hi = kv_get_be64(enc);
	oid->lo = kv_get_be64(enc + 8);
}

void kv_enc_number(struct kv_enc *e, uint64_t number)
{
	kv_put_be64(e->buf, number);
	e->prefix_len = e->len = 8;
}

/* Two multiplicative hashes with different constants; equal ones of different keys are found out by comparing the keys.
 */
static void hash128(const unsigned char *p, size_t len, unsigned char out[HASH_LEN])
{
	uint64_t a = 0x9e3779b97f4a7c15ULL ^ len, b = 0xc2b2ae3d27d4eb4fULL + len;

	for (size_t i = 0; i < len; i++) {
		a = (a ^ p[i]) * 0xff51afd7ed558ccdULL;
		a ^= a >> 32;
		b = (b + p[i]) * 0xd6e8feb86659fd93ULL;
		b ^= b >> 29;
	}
	kv_put_be64(out, a);
	kv_put_be64(out + 8, b);
}

void kv_enc_key(struct kv_enc *e, const daos_key_t *key, bool integer)
{
	unsigned char *p = e->buf + e->prefix_len;
	size_t len = key->iov_len;
	uint64_t v;

	if (integer && len == sizeof(v)) {
		memcpy(&v, key->iov_buf, sizeof(v));
		kv_put_be64(p, le64toh(v));
	} else if (len < KV_ENC_MAX) {
		memcpy(p, key->iov_buf, len);
	} else {
		memcpy(p, key->iov_buf, KV_ENC_MAX - HASH_LEN);
		hash128(key->iov_buf, len, p + KV_ENC_MAX - HASH_LEN);
		len = KV_ENC_MAX;
	}
	e->len = e->prefix_len + len;
}

void kv_dec_key(const unsigned char *enc, size_t len, bool integer, void *out)
{
	uint64_t v;

	if (integer && len == sizeof(v)) {
		v = htole64(kv_get_be64(enc));
		memcpy(out, &v, sizeof(v));
	} else {
		memcpy(out, enc, len);
	}
}
