#include "array_tomb.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "array_table.h"
#include "csum.h"
#include "csum_file.h"
#include "stock.h"

#define BATCH 256 /* tombs that one transaction clears */

struct collected {
	size_t nr, room;
	daos_obj_id_t oid[];
};

static void tomb_key(daos_obj_id_t oid, unsigned char buf[17], MDB_val *key)
{
	buf[0] = 't';
	memcpy(buf + 1, &oid, sizeof(oid));
	*key = (MDB_val){17, buf};
}

int array_tomb_find(struct cont *cont, daos_obj_id_t oid, bool *found)
{
	unsigned char buf[17];
	MDB_val key, val;
	struct env_txn *txn;
	int rc = env_read_begin(cont->env, &txn);

	if (rc != 0)
		return rc;
	tomb_key(oid, buf, &key);
	rc = env_val_get(txn, CONT_DB_ARRAY, &key, &val);
	env_read_end(cont->env, txn);
	*found = rc == 0;
	return rc == MDB_NOTFOUND ? 0 : env_error(rc);
}

int array_tomb_remove(struct env_txn *txn, daos_obj_id_t oid)
{
	unsigned char buf[17];
	MDB_val key;
	int rc;

	tomb_key(oid, buf, &key);
	rc = env_val_del(txn, CONT_DB_ARRAY, &key);
	return rc == MDB_NOTFOUND ? 0 : env_error(rc);
}

int array_tomb_put(struct env_txn *txn, daos_obj_id_t oid)
{
	unsigned char buf[17];
	MDB_val key, val = {0, NULL};

	tomb_key(oid, buf, &key);
	return env_error(env_val_put(txn, CONT_DB_ARRAY, &key, &val));
}

static struct collected *add(struct collected *all, const void *oid)
{
	size_t room = all == NULL ? 64 : all->room;

	if (all == NULL || all->nr == all->room) {
		struct collected *more;

		room = all == NULL ? room : room * 2;
		more = realloc(all, sizeof(*all) + room * sizeof(all->oid[0]));
		if (more == NULL)
			return all; /* what does not fit waits for the next time */
		more->nr = all == NULL ? 0 : more->nr;
		more->room = room;
		all = more;
	}
	memcpy(&all->oid[all->nr++], oid, sizeof(all->oid[0]));
	return all;
}

void *array_tomb_collect(void *arg)
{
	struct cont *cont = arg;
	struct collected *all = NULL;
	MDB_val key = {1, "t"}, val;
	struct env_cursor *cur;
	struct env_txn *txn;

	if (env_read_begin(cont->env, &txn) != 0)
		return NULL;
	if (env_cursor_open(txn, CONT_DB_ARRAY, &cur) == 0) {
		for (int rc = env_cursor_get(cur, &key, &val, MDB_SET_RANGE); rc == 0;
		     rc = env_cursor_get(cur, &key, &val, MDB_NEXT))
			if (key.mv_size == 17 && *(char *)key.mv_data == 't')
				all = add(all, (char *)key.mv_data + 1);
		env_cursor_close(cur);
	}
	env_read_end(cont->env, txn);
	return all;
}

/* Remove the files, then forget their tombs: in this order, so that a crash in between leaves a tomb, not a file. */
static int clear(struct cont *cont, const daos_obj_id_t *oid, size_t nr, bool keep)
{
	char name[ARRAY_NAME_MAX];
	struct env_txn *txn;
	int rc;

	for (size_t i = 0; i < nr; i++) {
		array_name(oid[i], name);
		if (keep)
			stock_give(cont, name);
		else
			unlinkat(cont->data_fd, name, 0);
		if (csum_is_on(cont))
			csum_file_remove(cont, oid[i]);
	}
	rc = env_write_begin(cont->env, &txn);
	if (rc != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < nr; i++)
		rc = array_tomb_remove(txn, oid[i]);
	if (rc == 0)
		return env_write_commit(cont->env, txn);
	env_write_abort(cont->env, txn);
	return rc;
}

static void reap(struct cont *cont, struct collected *all, bool stable, bool keep)
{
	for (size_t at = 0; stable && all != NULL && at < all->nr; at += BATCH)
		if (clear(cont, &all->oid[at], all->nr - at < BATCH ? all->nr - at : BATCH, keep) != 0)
			break;
	free(all);
}

void array_tomb_reap(void *cont, void *collected, bool stable)
{
	reap(cont, collected, stable, true);
}

/* Somebody waits for this, so no time is spent on the stock. */
int array_exhume(struct cont *cont)
{
	void *all = array_tomb_collect(cont);
	int rc = all == NULL ? 0 : env_checkpoint(cont->env);

	reap(cont, all, rc == 0, false);
	return rc;
}
