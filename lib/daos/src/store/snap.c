#include "snap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>

#include "api/hlc.h"
#include "cont.h"

#define PREFIX	   "snap."
#define PREFIX_LEN 5
#define KEY_LEN	   (PREFIX_LEN + 16)

static void key_of(daos_epoch_t epoch, char key[KEY_LEN + 1])
{
	snprintf(key, KEY_LEN + 1, PREFIX "%016" PRIx64, epoch);
}

static int decode(const MDB_val *k, const MDB_val *v, struct snap *s)
{
	char key[KEY_LEN + 1];

	if (k->mv_size != KEY_LEN || v->mv_size >= sizeof(s->name))
		return -DER_DF_INVAL;
	memcpy(key, k->mv_data, KEY_LEN);
	key[KEY_LEN] = '\0';
	s->epoch = strtoull(key + PREFIX_LEN, NULL, 16);
	memcpy(s->name, v->mv_data, v->mv_size);
	s->name[v->mv_size] = '\0';
	return 0;
}

static int add(struct snap **list, uint32_t *count, const struct snap *s)
{
	struct snap *more = realloc(*list, (*count + 1) * sizeof(*more));

	if (more == NULL)
		return -DER_NOMEM;
	more[(*count)++] = *s;
	*list = more;
	return 0;
}

static int list_in(struct env_txn *txn, struct snap **list, uint32_t *count)
{
	MDB_val k = {PREFIX_LEN, PREFIX}, v;
	struct env_cursor *cursor;
	struct snap s;
	int rc = env_error(env_cursor_open(txn, CONT_DB_META, &cursor));

	*list = NULL;
	*count = 0;
	if (rc != 0)
		return rc;
	rc = env_error(env_cursor_get(cursor, &k, &v, MDB_SET_RANGE));
	while (rc == 0 && k.mv_size >= PREFIX_LEN && memcmp(k.mv_data, PREFIX, PREFIX_LEN) == 0) {
		rc = decode(&k, &v, &s);
		if (rc == 0)
			rc = add(list, count, &s);
		if (rc == 0)
			rc = env_error(env_cursor_get(cursor, &k, &v, MDB_NEXT));
	}
	env_cursor_close(cursor);
	if (rc == 0 || rc == -DER_NONEXIST)
		return 0;
	free(*list);
	*list = NULL;
	return rc;
}

int snap_list(struct env *env, struct snap **snaps, uint32_t *count)
{
	struct env_txn *txn;
	int rc = env_read_begin(env, &txn);

	if (rc != 0)
		return rc;
	rc = list_in(txn, snaps, count);
	env_read_end(env, txn);
	return rc;
}

int snap_info(struct env *env, uint32_t *count, daos_epoch_t *newest)
{
	struct snap *list;
	int rc = snap_list(env, &list, count);

	if (rc != 0)
		return rc;
	*newest = *count > 0 ? list[*count - 1].epoch : 0;
	free(list);
	return 0;
}

static int put(struct env *env, struct env_txn *txn, const char *name, daos_epoch_t epoch)
{
	char key[KEY_LEN + 1];
	struct snap *list;
	uint32_t count;
	int rc = list_in(txn, &list, &count);

	for (uint32_t i = 0; rc == 0 && i < count; i++)
		if (name[0] != '\0' && strcmp(list[i].name, name) == 0)
			rc = -DER_EXIST;
	if (rc == 0) {
		free(list);
		key_of(epoch, key);
		return env_put(env, txn, CONT_DB_META, key, name, strlen(name));
	}
	if (rc == -DER_EXIST)
		free(list);
	return rc;
}

int snap_create(struct env *env, const char *name, daos_epoch_t *epoch)
{
	daos_epoch_t now = hlc_now();
	struct env_txn *txn;
	int rc;

	if (name == NULL)
		name = "";
	if (strnlen(name, sizeof(((struct snap *)0)->name)) >= sizeof(((struct snap *)0)->name))
		return -DER_INVAL;
	rc = env_write_begin(env, &txn);
	if (rc != 0)
		return rc;
	rc = put(env, txn, name, now);
	if (rc != 0) {
		env_write_abort(env, txn);
		return rc;
	}
	rc = env_write_commit(env, txn);
	if (rc == 0)
		*epoch = now;
	return rc;
}

static int delete_range(struct env *env, struct env_txn *txn, daos_epoch_t lo, daos_epoch_t hi)
{
	char key[KEY_LEN + 1];
	struct snap *list;
	uint32_t count, found = 0;
	int rc = list_in(txn, &list, &count);

	if (rc != 0)
		return rc;
	for (uint32_t i = 0; i < count && rc == 0; i++) {
		if (list[i].epoch < lo || list[i].epoch > hi)
			continue;
		key_of(list[i].epoch, key);
		rc = env_del(env, txn, CONT_DB_META, key);
		found++;
	}
	free(list);
	return rc == 0 && found == 0 ? -DER_NONEXIST : rc;
}

int snap_destroy(struct env *env, daos_epoch_t lo, daos_epoch_t hi)
{
	struct env_txn *txn;
	int rc = env_write_begin(env, &txn);

	if (rc != 0)
		return rc;
	rc = delete_range(env, txn, lo, hi);
	if (rc != 0) {
		env_write_abort(env, txn);
		return rc;
	}
	return env_write_commit(env, txn);
}
