#include "stats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MIN_SHIFT   7 /* the first bucket ends at 2^7 ns */
#define PER_SHIFT   4

#define TIMED_FIRST 256
#define TIMED_EACH  8

/* Written by its thread alone, read by anybody: no torn values, and no order among them. */
struct stat_op {
	_Atomic uint64_t count, bytes, time, max;
	_Atomic uint32_t bucket[STAT_BUCKETS];
};

struct stats_thread {
	struct stats_thread *next, *next_unused;
	struct stats *stats;
	struct stat_op op[STAT_COUNT];
	_Atomic uint64_t opened[STAT_OPEN_COUNT];
};

/* The request that this thread serves. */
static _Thread_local struct {
	struct stats_thread *record;
	struct stat_op *op; /* NULL: none */
	uint64_t start;	    /* 0: not timed */
} current;

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void add(_Atomic uint64_t *number, uint64_t n)
{
	atomic_store_explicit(number, atomic_load_explicit(number, memory_order_relaxed) + n, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *number)
{
	return atomic_load_explicit(number, memory_order_relaxed);
}

static void give_back(void *arg)
{
	struct stats_thread *record = arg;
	struct stats *stats = record->stats;

	pthread_mutex_lock(&stats->lock);
	record->next_unused = stats->unused;
	stats->unused = record;
	pthread_mutex_unlock(&stats->lock);
}

int stats_init(struct stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	pthread_mutex_init(&stats->lock, NULL);
	return pthread_key_create(&stats->key, give_back);
}

void stats_fini(struct stats *stats)
{
	struct stats_thread *record;

	pthread_key_delete(stats->key);
	while ((record = stats->threads) != NULL) {
		stats->threads = record->next;
		free(record);
	}
	current.record = NULL;
	pthread_mutex_destroy(&stats->lock);
}

/* This thread's record; NULL: no memory. */
static struct stats_thread *record_get(struct stats *stats)
{
	struct stats_thread *record = current.record;

	if (record != NULL)
		return record;
	pthread_mutex_lock(&stats->lock);
	record = stats->unused;
	if (record != NULL) {
		stats->unused = record->next_unused;
	} else {
		record = calloc(1, sizeof(*record));
		if (record != NULL) {
			record->stats = stats;
			record->next = stats->threads;
			stats->threads = record;
		}
	}
	pthread_mutex_unlock(&stats->lock);
	if (record != NULL)
		pthread_setspecific(stats->key, record);
	current.record = record;
	return record;
}

unsigned stats_bucket(uint64_t ns)
{
	unsigned shift, bucket;

	if (ns < 1U << MIN_SHIFT)
		return 0;
	shift = 63 - (unsigned)__builtin_clzll(ns);
	bucket = (shift - MIN_SHIFT) * PER_SHIFT + (unsigned)(ns >> (shift - 2) & 3) + 1;
	return bucket < STAT_BUCKETS ? bucket : STAT_BUCKETS - 1;
}

uint64_t stats_bucket_time(unsigned bucket)
{
	unsigned shift;

	if (bucket == 0)
		return 1U << (MIN_SHIFT - 1);
	shift = MIN_SHIFT + (bucket - 1) / PER_SHIFT;
	return (2 * (PER_SHIFT + (bucket - 1) % PER_SHIFT) + 1) << (shift - 3);
}

void stats_begin(struct stats *stats, enum stat_name name)
{
	struct stats_thread *record = record_get(stats);
	uint64_t count;

	if (record == NULL)
		return;
	current.op = &record->op[name];
	count = get(&current.op->count);
	current.start = count < TIMED_FIRST || count % TIMED_EACH == 0 ? now() : 0;
	add(&current.op->count, 1);
}

void stats_end(void)
{
	struct stat_op *op = current.op;
	_Atomic uint32_t *bucket;
	uint64_t ns;

	if (op == NULL)
		return;
	current.op = NULL;
	if (current.start == 0)
		return;
	ns = now() - current.start;
	add(&op->time, ns);
	if (ns > get(&op->max))
		atomic_store_explicit(&op->max, ns, memory_order_relaxed);
	bucket = &op->bucket[stats_bucket(ns)];
	atomic_store_explicit(bucket, atomic_load_explicit(bucket, memory_order_relaxed) + 1, memory_order_relaxed);
}

void stats_bytes(uint64_t n)
{
	if (current.op != NULL)
		add(&current.op->bytes, n);
}

void stats_opened(struct stats *stats, enum stat_open how)
{
	struct stats_thread *record = record_get(stats);

	if (record != NULL)
		add(&record->opened[how], 1);
}

void stats_get(struct stats *stats, enum stat_name name, struct stats_total *total)
{
	memset(total, 0, sizeof(*total));
	pthread_mutex_lock(&stats->lock);
	for (struct stats_thread *record = stats->threads; record != NULL; record = record->next) {
		const struct stat_op *op = &record->op[name];

		total->count += get(&op->count);
		total->bytes += get(&op->bytes);
		total->time += get(&op->time);
		if (get(&op->max) > total->max)
			total->max = get(&op->max);
		for (unsigned i = 0; i < STAT_BUCKETS; i++)
			total->bucket[i] += atomic_load_explicit(&op->bucket[i], memory_order_relaxed);
	}
	pthread_mutex_unlock(&stats->lock);
	for (unsigned i = 0; i < STAT_BUCKETS; i++)
		total->timed += total->bucket[i];
}

uint64_t stats_get_opened(struct stats *stats, enum stat_open how)
{
	uint64_t n = 0;

	pthread_mutex_lock(&stats->lock);
	for (struct stats_thread *record = stats->threads; record != NULL; record = record->next)
		n += get(&record->opened[how]);
	pthread_mutex_unlock(&stats->lock);
	return n;
}

unsigned stats_records(struct stats *stats)
{
	unsigned n = 0;

	pthread_mutex_lock(&stats->lock);
	for (struct stats_thread *record = stats->threads; record != NULL; record = record->next)
		n++;
	pthread_mutex_unlock(&stats->lock);
	return n;
}

uint64_t stats_percentile(const struct stats_total *total, unsigned percent)
{
	uint64_t seen = 0, middle;

	for (unsigned i = 0; i < STAT_BUCKETS; i++) {
		seen += total->bucket[i];
		if (seen * 100 >= total->timed * percent) {
			middle = stats_bucket_time(i);
			return middle < total->max ? middle : total->max;
		}
	}
	return total->max;
}

const char *stats_name(enum stat_name name)
{
	static const char *const text[] = {
#define STAT_TEXT(id, text) text,
	    STAT_NAMES(STAT_TEXT)
#undef STAT_TEXT
	};

	return text[name];
}

const char *stats_open_name(enum stat_open how)
{
	static const char *const text[] = {
#define STAT_TEXT(id, text) text,
	    STAT_OPENS(STAT_TEXT)
#undef STAT_TEXT
	};

	return text[how];
}
