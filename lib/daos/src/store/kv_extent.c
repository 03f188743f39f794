#include "kv_extent.h"

#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>

struct key {
	unsigned char buf[16];
	MDB_val val;
};

static void make_key(struct key *k, uint64_t number, uint64_t start)
{
	kv_put_be64(k->buf, number);
	kv_put_be64(k->buf + 8, start);
	k->val = (MDB_val){sizeof(k->buf), k->buf};
}

static bool run_at(const MDB_val *key, const MDB_val *val, uint64_t number, uint32_t size, struct kv_run *run)
{
	if (key->mv_size != 16 || kv_get_be64(key->mv_data) != number)
		return false;
	run->start = kv_get_be64((unsigned char *)key->mv_data + 8);
	run->nr = val->mv_size / size;
	run->data = val->mv_data;
	return true;
}

/* Position `cur` at the last run with start <= index, or fail with -DER_NONEXIST. */
static int seek_before(struct env_cursor *cur, uint64_t number, uint32_t size, uint64_t index, struct kv_run *run)
{
	struct key k;
	MDB_val key, val;
	int rc;

	make_key(&k, number, index);
	key = k.val;
	rc = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
	if (rc == 0 && run_at(&key, &val, number, size, run) && run->start == index)
		return 0;
	rc = env_cursor_get(cur, &key, &val, rc == 0 ? MDB_PREV : MDB_LAST);
	if (rc == 0 && run_at(&key, &val, number, size, run))
		return 0;
	return rc == 0 ? -DER_NONEXIST : env_error(rc);
}

int kv_extent_next(struct kv *kv, uint64_t number, uint32_t size, uint64_t index, struct kv_run *run)
{
	struct key k;
	MDB_val key, val;
	struct env_cursor *cur;
	int rc = env_error(env_cursor_open(kv->txn, CONT_DB_EXTENT, &cur));

	if (rc != 0)
		return rc;
	rc = seek_before(cur, number, size, index, run);
	if (rc == -DER_NONEXIST || (rc == 0 && run->start + run->nr <= index)) {
		make_key(&k, number, index);
		key = k.val;
		rc = env_error(env_cursor_get(cur, &key, &val, MDB_SET_RANGE));
		if (rc == 0 && !run_at(&key, &val, number, size, run))
			rc = -DER_NONEXIST;
	}
	env_cursor_close(cur);
	return rc;
}

int kv_extent_last(struct kv *kv, uint64_t number, uint32_t size, struct kv_run *run)
{
	struct env_cursor *cur;
	int rc = env_error(env_cursor_open(kv->txn, CONT_DB_EXTENT, &cur));

	if (rc != 0)
		return rc;
	rc = seek_before(cur, number, size, UINT64_MAX, run);
	env_cursor_close(cur);
	return rc;
}

static int put_run(struct kv *kv, uint64_t number, uint32_t size, uint64_t start, uint64_t nr, const void *data)
{
	struct key k;
	MDB_val val = {nr * size, (void *)data};

	make_key(&k, number, start);
	return env_error(env_val_put(kv->txn, CONT_DB_EXTENT, &k.val, &val));
}

/* Replace `run` by the parts of it that are outside [start, end). */
static int cut_run(struct kv *kv, uint64_t number, uint32_t size, const struct kv_run *run, uint64_t start,
		   uint64_t end)
{
	uint64_t run_end = run->start + run->nr;
	unsigned char *copy; /* LMDB's memory is gone with the first change */
	struct key k;
	int rc;

	copy = malloc(run->nr * size);
	if (copy == NULL)
		return -DER_NOMEM;
	memcpy(copy, run->data, run->nr * size);
	make_key(&k, number, run->start);
	rc = env_error(env_val_del(kv->txn, CONT_DB_EXTENT, &k.val));
	if (rc == 0 && run->start < start)
		rc = put_run(kv, number, size, run->start, start - run->start, copy);
	if (rc == 0 && run_end > end)
		rc = put_run(kv, number, size, end, run_end - end, copy + (end - run->start) * size);
	free(copy);
	return rc;
}

int kv_extent_punch(struct kv *kv, uint64_t number, uint32_t size, uint64_t start, uint64_t nr)
{
	uint64_t end = start + nr < start ? UINT64_MAX : start + nr;
	struct kv_run run;
	int rc;

	while ((rc = kv_extent_next(kv, number, size, start, &run)) == 0 && run.start < end) {
		rc = cut_run(kv, number, size, &run, start, end);
		if (rc != 0)
			return rc;
	}
	return rc == -DER_NONEXIST ? 0 : rc;
}

int kv_extent_write(struct kv *kv, uint64_t number, uint32_t size, uint64_t start, uint64_t nr, const void *data)
{
	int rc = kv_extent_punch(kv, number, size, start, nr);

	return rc == 0 ? put_run(kv, number, size, start, nr, data) : rc;
}

int kv_extent_remove_all(struct kv *kv, uint64_t number)
{
	struct key k;
	MDB_val key, val;
	struct env_cursor *cur;
	int rc = env_error(env_cursor_open(kv->txn, CONT_DB_EXTENT, &cur));

	if (rc != 0)
		return rc;
	make_key(&k, number, 0);
	key = k.val;
	rc = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
	while (rc == 0 && kv_get_be64(key.mv_data) == number) {
		rc = env_cursor_del(cur);
		if (rc == 0)
			rc = env_cursor_get(cur, &key, &val, MDB_NEXT);
	}
	env_cursor_close(cur);
	return rc == MDB_NOTFOUND ? 0 : env_error(rc);
}
