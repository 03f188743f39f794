#include "overlay.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define HEIGHT_MAX  12 /* levels: enough for 4^12 keys */
#define BLOCK_BYTES 65536

/* One change. Nothing in it changes once it can be reached. */
struct change {
	struct change *older;
	MDB_val val;
	uint32_t at;
	bool gone;
};

struct overlay_key {
	MDB_val key;
	_Atomic(struct change *) newest; /* NULL: all were undone */
	struct overlay_key *changed;	 /* next of the list of those that changed */
	int db;
	_Atomic(struct overlay_key *) next[]; /* as many as its height */
};

typedef _Atomic(struct overlay_key *) link_t;

struct block {
	struct block *next;
	size_t used, size;
	max_align_t data[];
};

struct overlay {
	atomic_uint refs;
	struct block *blocks; /* the newest first */
	struct overlay_key *changed;
	size_t keys, bytes;
	size_t allocated, kept; /* bytes: now, when the changed keys were last kept or undone */
	size_t replaced, waste; /* of that: what changes of the same position replaced since then, of no use */
	uint32_t random;
	int databases;
	link_t head[][HEIGHT_MAX];
};

struct overlay *overlay_new(int databases)
{
	struct overlay *o = calloc(1, sizeof(*o) + databases * sizeof(o->head[0]));

	if (o == NULL)
		return NULL;
	atomic_init(&o->refs, 1);
	o->databases = databases;
	o->random = 2463534242U;
	return o;
}

void overlay_ref(struct overlay *o)
{
	atomic_fetch_add_explicit(&o->refs, 1, memory_order_relaxed);
}

void overlay_unref(struct overlay *o)
{
	struct block *b;

	if (o == NULL || atomic_fetch_sub_explicit(&o->refs, 1, memory_order_acq_rel) != 1)
		return;
	while ((b = o->blocks) != NULL) {
		o->blocks = b->next;
		free(b);
	}
	free(o);
}

void *overlay_alloc(struct overlay *o, size_t size)
{
	struct block *b = o->blocks;
	void *p;

	size = (size + 7) & ~(size_t)7;
	if (b == NULL || b->size - b->used < size) {
		size_t room = size > BLOCK_BYTES / 4 ? size : BLOCK_BYTES;

		b = malloc(sizeof(*b) + room);
		if (b == NULL)
			return NULL;
		b->used = 0;
		b->size = room;
		if (room == size && o->blocks != NULL) { /* one of its own: go on filling the newest */
			b->next = o->blocks->next;
			o->blocks->next = b;
		} else {
			b->next = o->blocks;
			o->blocks = b;
		}
	}
	p = (char *)b->data + b->used;
	b->used += size;
	o->allocated += size;
	return p;
}

int overlay_compare(const MDB_val *a, const MDB_val *b)
{
	size_t len = a->mv_size < b->mv_size ? a->mv_size : b->mv_size;
	int c = memcmp(a->mv_data, b->mv_data, len);

	if (c != 0 || a->mv_size == b->mv_size)
		return c;
	return a->mv_size < b->mv_size ? -1 : 1;
}

static struct overlay_key *follow(const link_t *link)
{
	return atomic_load_explicit(link, memory_order_acquire);
}

/*
 * The first key not before `key`, or with `after` the first behind it; a `key` of NULL stands for one behind all.
 * prev[]: for every level the link that led there. Who reads must not follow it again: what is being added may be there
 * by then.
 */
static struct overlay_key *find(const struct overlay *o, int db, const MDB_val *key, bool after,
				link_t *prev[HEIGHT_MAX])
{
	link_t *links = (link_t *)o->head[db];
	struct overlay_key *behind = NULL, *k = NULL; /* behind: known not to be before the key */

	for (int level = HEIGHT_MAX - 1; level >= 0; level--) {
		while ((k = follow(&links[level])) != NULL && k != behind) {
			int c = key == NULL ? -1 : overlay_compare(&k->key, key);

			if (c > 0 || (c == 0 && !after))
				break;
			links = k->next;
		}
		behind = k;
		prev[level] = &links[level];
	}
	return k;
}

/* One in four keys of a level is in the next one. */
static int random_height(struct overlay *o)
{
	int height = 1;

	o->random ^= o->random << 13;
	o->random ^= o->random >> 17;
	o->random ^= o->random << 5;
	for (uint32_t r = o->random; height < HEIGHT_MAX && (r & 3) == 0; r >>= 2)
		height++;
	return height;
}

static struct overlay_key *add_key(struct overlay *o, int db, const MDB_val *key)
{
	link_t *prev[HEIGHT_MAX];
	struct overlay_key *k = find(o, db, key, false, prev);
	int height;

	if (k != NULL && overlay_compare(&k->key, key) == 0)
		return k;
	height = random_height(o);
	k = overlay_alloc(o, sizeof(*k) + height * sizeof(k->next[0]));
	if (k == NULL)
		return NULL;
	k->key = *key;
	k->changed = NULL;
	k->db = db;
	atomic_init(&k->newest, NULL);
	for (int i = 0; i < height; i++)
		atomic_init(&k->next[i], follow(prev[i]));
	for (int i = 0; i < height; i++)
		atomic_store_explicit(prev[i], k, memory_order_release);
	o->keys++;
	o->bytes += key->mv_size;
	return k;
}

bool overlay_set(struct overlay *o, int db, const MDB_val *key, const MDB_val *val, uint32_t at)
{
	struct change *c = overlay_alloc(o, sizeof(*c)), *old;
	struct overlay_key *k = c == NULL ? NULL : add_key(o, db, key);

	if (k == NULL)
		return false;
	old = atomic_load_explicit(&k->newest, memory_order_relaxed);
	c->val = val == NULL ? (MDB_val){0, NULL} : *val;
	c->gone = val == NULL;
	c->at = at;
	c->older = old;
	if (old != NULL)
		o->bytes -= old->val.mv_size;
	o->bytes += c->val.mv_size;
	if (old != NULL && old->at == at) {
		c->older = old->older;
		o->replaced += sizeof(*old) + key->mv_size + old->val.mv_size;
	} else {
		k->changed = o->changed;
		o->changed = k;
	}
	atomic_store_explicit(&k->newest, c, memory_order_release);
	return true;
}

struct overlay_key *overlay_changed(const struct overlay *o)
{
	return o->changed;
}

struct overlay_key *overlay_changed_next(const struct overlay_key *k)
{
	return k->changed;
}

void overlay_keep(struct overlay *o)
{
	o->changed = NULL;
	o->waste += o->replaced;
	o->replaced = 0;
	o->kept = o->allocated;
}

void overlay_undo(struct overlay *o)
{
	for (; o->changed != NULL; o->changed = o->changed->changed) {
		struct change *c = atomic_load_explicit(&o->changed->newest, memory_order_relaxed);

		o->bytes -= c->val.mv_size;
		o->bytes += c->older == NULL ? 0 : c->older->val.mv_size;
		atomic_store_explicit(&o->changed->newest, c->older, memory_order_release);
	}
	o->waste += o->allocated - o->kept; /* with what was replaced */
	o->replaced = 0;
	o->kept = o->allocated;
}

size_t overlay_waste(const struct overlay *o)
{
	return o->waste;
}

size_t overlay_keys(const struct overlay *o)
{
	return o->keys;
}

size_t overlay_bytes(const struct overlay *o)
{
	return o->bytes;
}

enum overlay_seen overlay_seen(const struct overlay_key *k, uint32_t at, MDB_val *val)
{
	struct change *c = atomic_load_explicit(&k->newest, memory_order_acquire);

	while (c != NULL && c->at > at)
		c = c->older;
	if (c == NULL)
		return OVERLAY_NOTHING;
	*val = c->val;
	return c->gone ? OVERLAY_GONE : OVERLAY_VALUE;
}

enum overlay_seen overlay_get(const struct overlay *o, int db, const MDB_val *key, uint32_t at, MDB_val *val)
{
	link_t *prev[HEIGHT_MAX];
	struct overlay_key *k = find(o, db, key, false, prev);

	return k != NULL && overlay_compare(&k->key, key) == 0 ? overlay_seen(k, at, val) : OVERLAY_NOTHING;
}

struct overlay_key *overlay_first(const struct overlay *o, int db)
{
	return follow(&o->head[db][0]);
}

struct overlay_key *overlay_from(const struct overlay *o, int db, const MDB_val *key, bool after)
{
	link_t *prev[HEIGHT_MAX];

	return find(o, db, key, after, prev);
}

struct overlay_key *overlay_before(const struct overlay *o, int db, const MDB_val *key)
{
	link_t *prev[HEIGHT_MAX];

	find(o, db, key, false, prev);
	if (prev[0] == o->head[db])
		return NULL;
	return (struct overlay_key *)((char *)prev[0] - offsetof(struct overlay_key, next));
}

struct overlay_key *overlay_next(const struct overlay_key *k)
{
	return follow(&k->next[0]);
}

MDB_val overlay_key_val(const struct overlay_key *k)
{
	return k->key;
}

int overlay_key_db(const struct overlay_key *k)
{
	return k->db;
}
