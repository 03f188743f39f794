#include "env_record.h"

#include <string.h>

#include <daos_errno.h>

struct record {
	uint32_t len;
	uint32_t changes;
	uint64_t base;
	uint64_t checksum;
};

struct entry {
	uint16_t key_len;
	uint8_t db;
	uint8_t gone;
	uint32_t val_len;
};

static size_t padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

static uint64_t checksum(const unsigned char *p, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ULL, w;

	for (size_t i = 0; i < len; i += sizeof(w)) {
		memcpy(&w, p + i, sizeof(w));
		h = (h ^ w) * 0x9e3779b97f4a7c15ULL;
		h ^= h >> 32;
	}
	return h;
}

size_t env_record_len(const struct overlay *o)
{
	size_t len = sizeof(struct record);
	MDB_val val;

	for (struct overlay_key *k = overlay_changed(o); k != NULL; k = overlay_changed_next(k)) {
		overlay_seen(k, UINT32_MAX, &val);
		len += padded(sizeof(struct entry) + overlay_key_val(k).mv_size + val.mv_size);
	}
	return len;
}

void env_record_write(const struct overlay *o, uint64_t base, void *buf, size_t len)
{
	struct record r = {.len = len, .base = base};
	unsigned char *p = (unsigned char *)buf + sizeof(r), *end;

	for (struct overlay_key *k = overlay_changed(o); k != NULL; k = overlay_changed_next(k)) {
		MDB_val key = overlay_key_val(k), val;
		bool gone = overlay_seen(k, UINT32_MAX, &val) == OVERLAY_GONE;
		struct entry e = {key.mv_size, overlay_key_db(k), gone, val.mv_size};

		end = p + padded(sizeof(e) + key.mv_size + val.mv_size);
		p = mempcpy(p, &e, sizeof(e));
		p = mempcpy(p, key.mv_data, key.mv_size);
		if (val.mv_size > 0)
			p = mempcpy(p, val.mv_data, val.mv_size);
		memset(p, 0, end - p);
		p = end;
		r.changes++;
	}
	r.checksum = checksum((unsigned char *)buf + sizeof(r), len - sizeof(r));
	memcpy(buf, &r, sizeof(r));
}

/* One record, at `p`, which has been checked against its sum. */
static int add(struct overlay *o, int databases, const struct record *r, unsigned char *p, uint32_t at)
{
	unsigned char *end = p + r->len;

	p += sizeof(*r);
	for (uint32_t i = 0; i < r->changes; i++) {
		struct entry e;
		MDB_val key, val;

		if ((size_t)(end - p) < sizeof(e))
			return -DER_DF_INVAL;
		memcpy(&e, p, sizeof(e));
		if (e.db >= databases || padded(sizeof(e) + e.key_len + (size_t)e.val_len) > (size_t)(end - p))
			return -DER_DF_INVAL;
		key = (MDB_val){e.key_len, p + sizeof(e)};
		val = (MDB_val){e.val_len, p + sizeof(e) + e.key_len};
		if (!overlay_set(o, e.db, &key, e.gone ? NULL : &val, at))
			return -DER_NOMEM;
		p += padded(sizeof(e) + e.key_len + (size_t)e.val_len);
	}
	return 0;
}

int env_record_replay(struct overlay *o, int databases, uint64_t base, void *buf, size_t len, uint32_t from,
		      uint32_t *used)
{
	unsigned char *p = buf, *end = p + len;
	int rc;

	for (*used = from; p < end; *used = from + (p - (unsigned char *)buf) / 8) {
		struct record r;

		if ((size_t)(end - p) < sizeof(r))
			return -DER_DF_INVAL;
		memcpy(&r, p, sizeof(r));
		if (r.base != base || r.len % 8 != 0 || r.len < sizeof(r) || r.len > (size_t)(end - p) ||
		    r.checksum != checksum(p + sizeof(r), r.len - sizeof(r)))
			return -DER_DF_INVAL;
		rc = add(o, databases, &r, p, *used + 1);
		if (rc != 0) {
			overlay_undo(o);
			return rc;
		}
		overlay_keep(o);
		p += r.len;
	}
	return 0;
}
