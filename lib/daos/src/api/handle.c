#include "handle.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <daos_errno.h>

/*
 * A slot's state is its generation (upper half) and its references (lower half), changed together. References are
 * those of the table (one while the handle is open) and of handle_get(). A slot whose references are zero is free or
 * about to be destroyed by whoever took the last one. OPEN says that the table still has its own reference.
 *
 * The cookie is generation, slot and type. Slots live in chunks that are never freed, so a lookup needs no lock.
 */
#define CHUNK_BITS 10
#define CHUNK_LEN  (1U << CHUNK_BITS)
#define CHUNKS	   1024
#define TYPE_BITS  4
#define GEN_MASK   0x7fffffffU
#define OPEN	   0x80000000U

struct slot {
	_Atomic uint64_t state; /* generation << 32 | OPEN | references */
	void *obj;
	handle_destroy_t destroy;
	int type;
	uint32_t next_free; /* index + 1 */
};

static struct {
	pthread_mutex_t lock; /* protects free, used and making chunks */
	_Atomic(struct slot *) chunk[CHUNKS];
	uint32_t free; /* index + 1 of the first free slot */
	uint32_t used; /* slots ever used */
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void table_lock(void)
{
	pthread_mutex_lock(&table.lock);
}

static void table_unlock(void)
{
	pthread_mutex_unlock(&table.lock);
}

__attribute__((constructor)) static void table_init(void)
{
	pthread_atfork(table_lock, table_unlock, table_unlock);
}

static struct slot *slot_at(uint32_t index)
{
	struct slot *chunk;

	if (index >= CHUNKS * CHUNK_LEN)
		return NULL;
	chunk = atomic_load_explicit(&table.chunk[index >> CHUNK_BITS], memory_order_acquire);
	return chunk == NULL ? NULL : &chunk[index & (CHUNK_LEN - 1)];
}

static daos_handle_t cookie(uint32_t gen, uint32_t index, int type)
{
	return (daos_handle_t){(uint64_t)gen << 32 | (uint64_t)index << TYPE_BITS | (uint64_t)type};
}

static struct slot *slot_of(daos_handle_t h, uint32_t *gen)
{
	*gen = h.cookie >> 32;
	return slot_at((uint32_t)h.cookie >> TYPE_BITS);
}

/* A free slot, with the table locked. */
static struct slot *slot_take(uint32_t *index)
{
	struct slot *s;

	if (table.free != 0) {
		*index = table.free - 1;
		s = slot_at(*index);
		table.free = s->next_free;
		return s;
	}
	if (table.used == CHUNKS * CHUNK_LEN)
		return NULL;
	*index = table.used;
	if (slot_at(*index) == NULL) {
		struct slot *chunk = calloc(CHUNK_LEN, sizeof(*chunk));

		if (chunk == NULL)
			return NULL;
		atomic_store_explicit(&table.chunk[*index >> CHUNK_BITS], chunk, memory_order_release);
	}
	table.used++;
	return slot_at(*index);
}

int handle_new(int type, void *obj, handle_destroy_t destroy, daos_handle_t *h)
{
	struct slot *s;
	uint32_t index, gen;

	table_lock();
	s = slot_take(&index);
	table_unlock();
	if (s == NULL)
		return -DER_NOMEM;
	gen = ((uint32_t)(atomic_load(&s->state) >> 32) + 1) & GEN_MASK;
	gen = gen == 0 ? 1 : gen;
	s->obj = obj;
	s->destroy = destroy;
	s->type = type;
	atomic_store_explicit(&s->state, (uint64_t)gen << 32 | OPEN | 1, memory_order_release);
	*h = cookie(gen, index, type);
	return 0;
}

void *handle_get(daos_handle_t h, int type)
{
	uint32_t gen;
	struct slot *s = slot_of(h, &gen);
	uint64_t state;

	if (s == NULL || (int)(h.cookie & ((1U << TYPE_BITS) - 1)) != type)
		return NULL;
	state = atomic_load_explicit(&s->state, memory_order_acquire);
	do {
		if (state >> 32 != gen || !(state & OPEN))
			return NULL;
	} while (!atomic_compare_exchange_weak_explicit(&s->state, &state, state + 1, memory_order_acq_rel,
							memory_order_acquire));
	return s->obj;
}

static void slot_release(struct slot *s, uint32_t index)
{
	uint64_t state = atomic_fetch_sub_explicit(&s->state, 1, memory_order_acq_rel);

	if ((state & ~(uint64_t)OPEN & UINT32_MAX) != 1)
		return;
	s->destroy(s->obj);
	s->obj = NULL;
	table_lock();
	s->next_free = table.free;
	table.free = index + 1;
	table_unlock();
}

void handle_put(daos_handle_t h)
{
	uint32_t gen;
	struct slot *s = slot_of(h, &gen);

	slot_release(s, (uint32_t)h.cookie >> TYPE_BITS);
}

int handle_close(daos_handle_t h, int type)
{
	uint32_t gen;
	struct slot *s = slot_of(h, &gen);
	uint64_t state;

	if (s == NULL || (int)(h.cookie & ((1U << TYPE_BITS) - 1)) != type)
		return -DER_NO_HDL;
	state = atomic_load_explicit(&s->state, memory_order_acquire);
	do {
		if (state >> 32 != gen || !(state & OPEN))
			return -DER_NO_HDL;
	} while (!atomic_compare_exchange_weak_explicit(&s->state, &state, state & ~(uint64_t)OPEN,
							memory_order_acq_rel, memory_order_acquire));
	slot_release(s, (uint32_t)h.cookie >> TYPE_BITS);
	return 0;
}
