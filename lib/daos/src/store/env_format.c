#include "env_format.h"

#include <string.h>

#include <daos_errno.h>

#include "env_live.h"

static int put(MDB_txn *txn, const struct env_kind *kind, unsigned flags)
{
	struct env_format f = {.version = kind->version, .features = kind->features};
	MDB_val key = {sizeof(ENV_FORMAT_KEY) - 1, ENV_FORMAT_KEY}, val = {sizeof(f), &f};
	MDB_dbi dbi;
	int rc = mdb_dbi_open(txn, NULL, 0, &dbi);

	strncpy(f.magic, kind->magic, sizeof(f.magic) - 1);
	return env_error(rc == 0 ? mdb_put(txn, dbi, &key, &val, flags) : rc);
}

int env_format_put(MDB_txn *txn, const struct env_kind *kind)
{
	return put(txn, kind, MDB_NOOVERWRITE);
}

int env_format_check(MDB_txn *txn, const struct env_kind *kind, bool *old)
{
	MDB_val key = {sizeof(ENV_FORMAT_KEY) - 1, ENV_FORMAT_KEY}, val;
	struct env_format f;
	MDB_dbi dbi;
	int rc = mdb_dbi_open(txn, NULL, 0, &dbi);

	if (rc == 0)
		rc = mdb_get(txn, dbi, &key, &val);
	if (rc == MDB_NOTFOUND || (rc == 0 && val.mv_size < sizeof(f)))
		return -DER_DF_INVAL;
	if (rc != 0)
		return env_error(rc);
	memcpy(&f, val.mv_data, sizeof(f));
	if (strncmp(f.magic, kind->magic, sizeof(f.magic)) != 0)
		return -DER_DF_INVAL;
	*old = f.version < kind->version;
	return f.version > kind->version || (f.features & ~kind->features) != 0 ? -DER_DF_INCOMPT : 0;
}

int env_format_upgrade(struct env_live *live, const struct env_kind *kind)
{
	MDB_txn *txn;
	int rc = env_pin_start(
	    live); /* with a checkpoint: what is not synced yet must not be needed after a power failure */

	if (rc == 0)
		rc = env_error(mdb_txn_begin(live->mdb, NULL, 0, &txn));
	if (rc != 0)
		return rc;
	rc = put(txn, kind, 0);
	if (rc != 0) {
		mdb_txn_abort(txn);
		return rc;
	}
	rc = mdb_txn_commit(txn);
	return rc == 0 ? 0 : env_commit_error(live, rc);
}
