/*
 * store-edit: makes a store that this version must refuse, for tests.
 *
 *	store-edit DIRECTORY newer      the environment's format version is one that no program knows yet
 *	store-edit DIRECTORY feature    it uses a feature that no program knows yet
 *	store-edit DIRECTORY other      it is of another kind
 *
 * The record is the one doc/store-format.md describes: key "format" of the main database, a magic of 16 bytes, then u32
 * version, u32 padding, u64 features.
 */
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int edit(MDB_txn *txn, const char *how)
{
	MDB_val key = {6, (void *)"format"}, val;
	unsigned char record[32];
	uint32_t version = 1000;
	uint64_t features = UINT64_C(1) << 63;
	MDB_dbi dbi;
	int rc;

	rc = mdb_dbi_open(txn, NULL, 0, &dbi);
	if (rc == 0)
		rc = mdb_get(txn, dbi, &key, &val);
	if (rc != 0)
		return rc;
	if (val.mv_size != sizeof(record))
		return MDB_INVALID;
	memcpy(record, val.mv_data, sizeof(record));
	if (strcmp(how, "newer") == 0)
		memcpy(record + 16, &version, sizeof(version));
	else if (strcmp(how, "feature") == 0)
		memcpy(record + 24, &features, sizeof(features));
	else
		memcpy(record, "another kind", 13);
	val.mv_data = record;
	return mdb_put(txn, dbi, &key, &val, 0);
}

int main(int argc, char **argv)
{
	char path[4096];
	MDB_env *env;
	MDB_txn *txn;
	int rc;

	if (argc != 3) {
		fprintf(stderr, "usage: store-edit DIRECTORY newer|feature|other\n");
		return 2;
	}
	snprintf(path, sizeof(path), "%s/db", argv[1]);
	rc = mdb_env_create(&env);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(env, 16);
	if (rc == 0)
		rc = mdb_env_set_mapsize(env, 1UL << 30);
	if (rc == 0)
		rc = mdb_env_open(env, path, MDB_NOSUBDIR, 0600);
	if (rc == 0)
		rc = mdb_txn_begin(env, NULL, 0, &txn);
	if (rc == 0) {
		rc = edit(txn, argv[2]);
		if (rc == 0)
			rc = mdb_txn_commit(txn);
		else
			mdb_txn_abort(txn);
	}
	if (rc != 0)
		fprintf(stderr, "store-edit: %s: %s\n", path, mdb_strerror(rc));
	mdb_env_close(env);
	return rc != 0;
}
