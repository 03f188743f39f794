/* libdaos_csum.so: see csum_sum.h. */
#include "csum_sum.h"

#include <endian.h>
#include <string.h>

#include <isa-l/crc.h>
#include <isa-l/crc64.h>
#include <isa-l/igzip_lib.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <daos_prop.h>

csum_sum_fn daos_csum_sum __attribute__((visibility("default")));

static void sha1(const void *buf, size_t len, uint8_t *out)
{
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	sha1_update(&ctx, len, buf);
	sha1_digest(&ctx, SHA1_DIGEST_SIZE, out);
}

static void sha256(const void *buf, size_t len, uint8_t *out)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, buf);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, out);
}

static void sha512(const void *buf, size_t len, uint8_t *out)
{
	struct sha512_ctx ctx;

	sha512_init(&ctx);
	sha512_update(&ctx, len, buf);
	sha512_digest(&ctx, SHA512_DIGEST_SIZE, out);
}

void daos_csum_sum(uint32_t type, const void *buf, size_t len, uint8_t *out, size_t size)
{
	uint64_t number = 0;

	switch (type) {
	case DAOS_PROP_CO_CSUM_SHA1:
		sha1(buf, len, out);
		return;
	case DAOS_PROP_CO_CSUM_SHA256:
		sha256(buf, len, out);
		return;
	case DAOS_PROP_CO_CSUM_SHA512:
		sha512(buf, len, out);
		return;
	case DAOS_PROP_CO_CSUM_CRC16:
		number = crc16_t10dif(0, buf, len);
		break;
	case DAOS_PROP_CO_CSUM_CRC32:
		number = crc32_gzip_refl(0, buf, len);
		break;
	case DAOS_PROP_CO_CSUM_CRC64:
		number = crc64_ecma_refl(0, buf, len);
		break;
	default:
		number = isal_adler32(1, buf, len);
	}
	number = htole64(number);
	memcpy(out, &number, size);
}
