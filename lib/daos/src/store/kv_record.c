#include "kv_record.h"

#include <string.h>

#include <daos_errno.h>

struct header {
	uint64_t number;
	uint32_t name_len;
	uint32_t nr;
};

struct entry {
	uint16_t akey_len;
	uint8_t type;
	uint8_t zero;
	uint32_t size;
	uint64_t start;
	uint64_t len;
};

int kv_record_load(const MDB_val *val, struct kv_record *rec)
{
	const unsigned char *p = val->mv_data;
	struct header h;

	if (val->mv_size < sizeof(h))
		return -DER_DF_INVAL;
	memcpy(&h, p, sizeof(h));
	if (h.name_len > val->mv_size - sizeof(h))
		return -DER_DF_INVAL;
	rec->number = h.number;
	rec->name = h.name_len == 0 ? NULL : p + sizeof(h);
	rec->name_len = h.name_len;
	rec->nr = h.nr;
	rec->first = p + sizeof(h) + h.name_len;
	rec->end = p + val->mv_size;
	return 0;
}

bool kv_record_next(const struct kv_record *rec, const unsigned char **pos, struct kv_value *v)
{
	const unsigned char *p = *pos == NULL ? rec->first : *pos;
	size_t left = rec->end - p;
	struct entry e;

	if (rec->nr == 0 || left < sizeof(e))
		return false;
	memcpy(&e, p, sizeof(e));
	left -= sizeof(e);
	if (e.akey_len > left || e.len > left - e.akey_len)
		return false;
	p += sizeof(e);
	*v = (struct kv_value){.akey = p,
			       .akey_len = e.akey_len,
			       .type = e.type,
			       .size = e.size,
			       .start = e.start,
			       .data = p + e.akey_len,
			       .len = e.len};
	*pos = p + e.akey_len + e.len;
	return true;
}

static int compare(const void *a, size_t a_len, const void *b, size_t b_len)
{
	int c = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return c != 0 ? c : (a_len > b_len) - (a_len < b_len);
}

bool kv_record_find(const struct kv_record *rec, const void *akey, size_t akey_len, struct kv_value *v)
{
	const unsigned char *pos = NULL;

	while (kv_record_next(rec, &pos, v))
		if (v->akey_len == akey_len && memcmp(v->akey, akey, akey_len) == 0)
			return true;
	return false;
}

size_t kv_record_len(const struct kv_record *rec, const struct kv_value *v)
{
	size_t len = sizeof(struct header) + rec->name_len + (rec->nr == 0 ? 0 : rec->end - rec->first);
	struct kv_value old;

	if (v == NULL)
		return len;
	if (kv_record_find(rec, v->akey, v->akey_len, &old))
		len -= sizeof(struct entry) + old.akey_len + old.len;
	return len + sizeof(struct entry) + v->akey_len + v->len;
}

static unsigned char *put_value(unsigned char *p, const struct kv_value *v)
{
	struct entry e = {.akey_len = v->akey_len, .type = v->type, .size = v->size, .start = v->start, .len = v->len};

	memcpy(p, &e, sizeof(e));
	p = mempcpy(p + sizeof(e), v->akey, v->akey_len);
	return v->len == 0 ? p : mempcpy(p, v->data, v->len);
}

size_t kv_record_store(const struct kv_record *rec, const struct kv_value *v, bool remove, unsigned char *out)
{
	struct header h = {.number = rec->number, .name_len = rec->name_len};
	unsigned char *p = out + sizeof(h);
	const unsigned char *pos = NULL;
	bool placed = remove || v == NULL;
	struct kv_value old;

	if (rec->name_len != 0)
		p = mempcpy(p, rec->name, rec->name_len);
	while (kv_record_next(rec, &pos, &old)) {
		int c = v == NULL ? -1 : compare(old.akey, old.akey_len, v->akey, v->akey_len);

		if (c >= 0 && !placed) {
			p = put_value(p, v);
			placed = true;
			h.nr++;
		}
		if (c != 0) {
			p = put_value(p, &old);
			h.nr++;
		}
	}
	if (!placed) {
		p = put_value(p, v);
		h.nr++;
	}
	memcpy(out, &h, sizeof(h));
	return p - out;
}
