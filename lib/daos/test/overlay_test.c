/*
 * The overlay against a plain table: random changes at growing positions, some of them undone; what readers at every
 * position see, and in which order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/overlay.h"
#include "test.h"

enum { KEYS = 60, POSITIONS = 200, DATABASES = 2 };

/* What a reader at a position sees: -1 nothing, 0 gone, else the value. */
static int model[POSITIONS + 1][DATABASES][KEYS];

/* Keys of different lengths, some of them the beginning of others, in order of their number. */
static MDB_val key_of(int n, char buf[16])
{
	int len = snprintf(buf, 16, "k%02d", n / 3 * 3);

	memcpy(buf + len, "aa", n % 3);
	return (MDB_val){len + n % 3, buf};
}

static void set(struct overlay *o, int db, int key, int value, uint32_t at)
{
	char buf[16];
	MDB_val k = key_of(key, buf), v = {sizeof(value), &value};

	k.mv_data = memcpy(overlay_alloc(o, k.mv_size), buf, k.mv_size);
	v.mv_data = memcpy(overlay_alloc(o, sizeof(value)), &value, sizeof(value));
	assert_true(overlay_set(o, db, &k, value == 0 ? NULL : &v, at));
}

static int result(enum overlay_seen seen, const MDB_val *val)
{
	int value;

	if (seen != OVERLAY_VALUE)
		return seen == OVERLAY_GONE ? 0 : -1;
	assert_int_equal(val->mv_size, sizeof(value));
	memcpy(&value, val->mv_data, sizeof(value));
	return value;
}

static int seen_by(struct overlay *o, int db, int key, uint32_t at)
{
	char buf[16];
	MDB_val k = key_of(key, buf), val;

	return result(overlay_get(o, db, &k, at, &val), &val);
}

static void check_walk(struct overlay *o, int db, uint32_t at)
{
	struct overlay_key *k = overlay_first(o, db), *last = NULL, *from;
	MDB_val val, key, wanted;
	char buf[16];

	for (int n = 0; n < KEYS; n++) {
		wanted = key_of(n, buf);
		from = overlay_from(o, db, &wanted, false);
		assert_ptr_equal(from, k);
		assert_ptr_equal(overlay_before(o, db, &wanted), last);
		if (k != NULL) {
			key = overlay_key_val(k);
			if (overlay_compare(&key, &wanted) == 0) {
				assert_int_equal(result(overlay_seen(k, at, &val), &val), model[at][db][n]);
				last = k;
				k = overlay_next(k);
			}
		}
		assert_ptr_equal(overlay_from(o, db, &wanted, true), k);
		assert_int_equal(seen_by(o, db, n, at), model[at][db][n]);
	}
	assert_null(k);
	assert_ptr_equal(overlay_before(o, db, NULL), last);
}

static void against_model(unsigned seed)
{
	struct overlay *o = overlay_new(DATABASES);
	int value = 1;

	memset(model[0], -1, sizeof(model[0]));
	for (uint32_t at = 1; at <= POSITIONS; at++) {
		bool undo = rand_r(&seed) % 4 == 0;
		unsigned listed = 0, distinct = 0;
		bool touched[DATABASES][KEYS] = {0};

		memcpy(model[at], model[at - 1], sizeof(model[at]));
		for (int i = rand_r(&seed) % 6; i >= 0; i--) {
			int db = rand_r(&seed) % DATABASES, key = rand_r(&seed) % KEYS;
			int now = rand_r(&seed) % 3 == 0 ? 0 : value++;

			set(o, db, key, now, at);
			assert_int_equal(seen_by(o, db, key, at), now);
			assert_int_equal(seen_by(o, db, key, at - 1), model[at - 1][db][key]);
			distinct += !touched[db][key];
			touched[db][key] = true;
			if (!undo)
				model[at][db][key] = now;
		}
		for (struct overlay_key *k = overlay_changed(o); k != NULL; k = overlay_changed_next(k))
			listed++;
		assert_int_equal(listed, distinct);
		if (undo)
			overlay_undo(o);
		else
			overlay_keep(o);
		assert_null(overlay_changed(o));
	}
	for (uint32_t at = 0; at <= POSITIONS; at++)
		for (int db = 0; db < DATABASES; db++)
			check_walk(o, db, at);
	assert_true(overlay_waste(o) > 0);
	overlay_unref(o);
}

static void test_model(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++)
		against_model(seed);
}

/* Memory stays where it is, whatever its size. */
static void test_memory(void **state)
{
	static const size_t sizes[] = {1, 8, 100, 70000, 20000, 9, 1 << 20, 64};
	struct overlay *o = overlay_new(1);
	unsigned char *p[4 * ARRAY_LEN(sizes)];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(p); i++) {
		size_t size = sizes[i % ARRAY_LEN(sizes)];

		p[i] = overlay_alloc(o, size);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % 8, 0);
		memset(p[i], (int)i, size);
	}
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		for (size_t at = 0; at < sizes[i % ARRAY_LEN(sizes)]; at++)
			assert_int_equal(p[i][at], i);
	overlay_ref(o);
	overlay_unref(o);
	overlay_unref(o);
}

/* What a change of the same position replaced is of no use, whether the position is kept or undone. */
static void test_replaced(void **state)
{
	struct overlay *o = overlay_new(1);
	const size_t len = 10000, times = 20;
	size_t before = 0;

	(void)state;
	for (uint32_t at = 1; at <= 4; at++) {
		for (size_t i = 0; i < times; i++) {
			MDB_val key = {1, overlay_alloc(o, 8)}, val = {len, overlay_alloc(o, len)};

			memcpy(key.mv_data, "k", 1);
			memset(val.mv_data, (int)i, len);
			assert_true(overlay_set(o, 0, &key, &val, at));
		}
		if (at % 2)
			overlay_keep(o);
		else
			overlay_undo(o);
		assert_in_range(overlay_waste(o) - before, (times - 1) * len, (times + 1) * len);
		before = overlay_waste(o);
	}
	overlay_unref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_model),
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
