/*
 * array_table.h: the arrays of one container that this process has open, and what it knows of the directory data/.
 * Private to array*.c.
 */
#ifndef DFUSE_STORE_ARRAY_TABLE_H
#define DFUSE_STORE_ARRAY_TABLE_H

#include "array.h"

#define ARRAY_BUCKETS  1024
#define ARRAY_NAME_MAX 40

/* The file `usage`. */
struct array_usage {
	atomic_int_fast64_t blocks;
	/* descriptors that were given away for writing; how many of them when the files were counted last */
	atomic_uint_fast64_t given, counted;
};

struct array_table {
	struct array *bucket[ARRAY_BUCKETS];
	struct array_usage *usage; /* mapped; NULL if that failed */
	/* when the files were counted last, and how long that took; ms */
	atomic_int_fast64_t counted_at, counted_for;
	/* what was counted when it last was another number, and when; by whoever counts */
	atomic_uint_fast64_t seen_given;
	atomic_int_fast64_t seen_blocks, seen_at;
};

/* The lock of all tables: their buckets and references. Held for moments, and over fork(). */
void array_lock(void);
void array_unlock(void);

/* The container's table, made when first asked for. */
int array_table_get(struct cont *cont, struct array_table **out);

/* "XX/<hex>" */
void array_name(daos_obj_id_t oid, char name[ARRAY_NAME_MAX]);

/* Add to the container's count of blocks. The table is there. */
void array_usage_add(struct cont *cont, int64_t blocks);

#endif
