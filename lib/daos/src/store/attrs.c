#include "attrs.h"

#include <string.h>

#include <daos_errno.h>
#include <daos_types.h>

static int check_names(int n, const char *const *names)
{
	if (n <= 0 || names == NULL)
		return -DER_INVAL;
	for (int i = 0; i < n; i++)
		if (names[i] == NULL || names[i][0] == '\0' ||
		    strnlen(names[i], DAOS_ATTR_NAME_MAX + 1) > DAOS_ATTR_NAME_MAX)
			return -DER_INVAL;
	return 0;
}

static int list_in(struct env_txn *txn, int db, char *buf, size_t *size)
{
	size_t room = buf != NULL ? *size : 0, total = 0;
	bool fits = true;
	struct env_cursor *cursor;
	MDB_val k, v;
	int rc = env_cursor_open(txn, db, &cursor);

	if (rc != 0)
		return env_error(rc);
	rc = env_cursor_get(cursor, &k, &v, MDB_FIRST);
	for (; rc == 0; rc = env_cursor_get(cursor, &k, &v, MDB_NEXT)) {
		fits = fits && total + k.mv_size + 1 <= room;
		if (fits) {
			memcpy(buf + total, k.mv_data, k.mv_size);
			buf[total + k.mv_size] = '\0';
		}
		total += k.mv_size + 1;
	}
	env_cursor_close(cursor);
	if (rc != MDB_NOTFOUND)
		return env_error(rc);
	*size = total;
	return 0;
}

int attrs_list(struct env *env, int db, char *buf, size_t *size)
{
	struct env_txn *txn;
	int rc;

	if (size == NULL)
		return -DER_INVAL;
	rc = env_read_begin(env, &txn);
	if (rc != 0)
		return rc;
	rc = list_in(txn, db, buf, size);
	env_read_end(env, txn);
	return rc;
}

static int get_one(struct env *env, struct env_txn *txn, int db, const char *name, void *value, size_t *size)
{
	void *val;
	size_t len;
	int rc = env_get(env, txn, db, name, &val, &len);

	if (rc != 0)
		return rc;
	if (value != NULL)
		memcpy(value, val, len < *size ? len : *size);
	*size = len;
	return 0;
}

int attrs_get(struct env *env, int db, int n, const char *const *names, void *const *values, size_t *sizes)
{
	struct env_txn *txn;
	int rc = check_names(n, names);

	if (rc != 0 || sizes == NULL)
		return -DER_INVAL;
	rc = env_read_begin(env, &txn);
	if (rc != 0)
		return rc;
	for (int i = 0; i < n && rc == 0; i++)
		rc = get_one(env, txn, db, names[i], values != NULL ? values[i] : NULL, &sizes[i]);
	env_read_end(env, txn);
	return rc;
}

int attrs_set(struct env *env, int db, int n, const char *const *names, const void *const *values, const size_t *sizes)
{
	struct env_txn *txn;
	int rc = check_names(n, names);

	if (rc != 0 || values == NULL || sizes == NULL)
		return -DER_INVAL;
	for (int i = 0; i < n; i++)
		if (values[i] == NULL || sizes[i] == 0)
			return -DER_INVAL;
	rc = env_write_begin(env, &txn);
	if (rc != 0)
		return rc;
	for (int i = 0; i < n && rc == 0; i++)
		rc = env_put(env, txn, db, names[i], values[i], sizes[i]);
	if (rc != 0) {
		env_write_abort(env, txn);
		return rc;
	}
	return env_write_commit(env, txn);
}

int attrs_del(struct env *env, int db, int n, const char *const *names)
{
	struct env_txn *txn;
	int rc = check_names(n, names);

	if (rc != 0)
		return rc;
	rc = env_write_begin(env, &txn);
	if (rc != 0)
		return rc;
	for (int i = 0; i < n && rc == 0; i++) {
		rc = env_del(env, txn, db, names[i]);
		if (rc == -DER_NONEXIST)
			rc = 0;
	}
	if (rc != 0) {
		env_write_abort(env, txn);
		return rc;
	}
	return env_write_commit(env, txn);
}
