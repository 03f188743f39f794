#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include <daos_errno.h>

#include "env_live.h"
#include "env_state.h"

MDB_dbi env_dbi(struct env *env, int db)
{
	/* Databases are opened in the same order by every process, so the numbers never change. */
	return atomic_load_explicit(&env->live, memory_order_relaxed)->dbi[db];
}

uint64_t env_live_version(struct env_live *live)
{
	MDB_envinfo info;

	mdb_env_info(live->mdb, &info);
	return info.me_last_txnid;
}

uint64_t env_version(struct env *env)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	return live == NULL ? 0 : env_live_version(live);
}

/* Threads start their search for a ready read transaction at different places. */
static unsigned reader_start(void)
{
	static atomic_uint next;
	/* In static storage from the start: this may run inside another's malloc(), which the first use would call. */
	static _Thread_local unsigned start __attribute__((tls_model("initial-exec")));

	if (start == 0)
		start = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed) * 7 % ENV_READERS + 1;
	return start - 1;
}

static MDB_txn *reader_take(struct env_live *live)
{
	unsigned start = reader_start();

	for (unsigned i = 0; i < ENV_READERS; i++) {
		_Atomic(MDB_txn *) *slot = &live->reader[(start + i) % ENV_READERS];

		if (atomic_load_explicit(slot, memory_order_relaxed) != NULL) {
			MDB_txn *txn = atomic_exchange_explicit(slot, NULL, memory_order_acquire);

			if (txn != NULL)
				return txn;
		}
	}
	return NULL;
}

int env_live_read(struct env_live *live, MDB_txn **txn)
{
	int rc = mdb_txn_begin(live->mdb, NULL, MDB_RDONLY, txn);

	if (rc != MDB_READERS_FULL)
		return rc;
	mdb_reader_check(live->mdb, NULL); /* processes that died without closing keep their places */
	return mdb_txn_begin(live->mdb, NULL, MDB_RDONLY, txn);
}

int env_read_begin(struct env *env, MDB_txn **txn)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	if (live == NULL)
		return rc;
	*txn = reader_take(live);
	if (*txn != NULL) {
		rc = mdb_txn_renew(*txn);
		if (rc == 0)
			return 0;
		mdb_txn_abort(*txn);
	}
	return env_error(env_live_read(live, txn));
}

void env_read_end(struct env *env, MDB_txn *txn)
{
	struct env_live *live = atomic_load_explicit(&env->live, memory_order_acquire);
	unsigned start = reader_start();

	mdb_txn_reset(txn);
	for (unsigned i = 0; i < ENV_READERS; i++) {
		MDB_txn *empty = NULL;

		if (atomic_compare_exchange_strong_explicit(&live->reader[(start + i) % ENV_READERS], &empty, txn,
							    memory_order_release, memory_order_relaxed))
			return;
	}
	mdb_txn_abort(txn);
}

int env_write_begin(struct env *env, MDB_txn **txn)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	if (live == NULL)
		return rc;
	for (;;) {
		rc = env_error(mdb_txn_begin(live->mdb, NULL, 0, txn));
		if (rc != 0 || !env_pin_needed(live))
			return rc;
		mdb_txn_abort(*txn);
		rc = env_pin_start(live);
		if (rc != 0)
			return rc;
	}
}

#define FULL_BELOW (1 << 20) /* bytes: less than a transaction may need */

/* LMDB says EIO when a write was cut short, which is how a disk that is almost full fails. */
static int commit_error(struct env_live *live, int rc)
{
	struct statvfs st;

	if (rc == EIO && fstatvfs(live->dir_fd, &st) == 0 && (uint64_t)st.f_bavail * st.f_frsize < FULL_BELOW)
		rc = ENOSPC;
	return env_error(rc);
}

int env_write_commit(struct env *env, MDB_txn *txn)
{
	struct env_live *live = atomic_load_explicit(&env->live, memory_order_acquire);
	int rc = mdb_txn_commit(txn);

	if (rc != 0)
		return commit_error(live, rc);
	if (atomic_load_explicit(&live->pinning, memory_order_relaxed))
		env_pin_relieve(live);
	return 0;
}

void env_write_abort(struct env *env, MDB_txn *txn)
{
	(void)env;
	mdb_txn_abort(txn);
}

int env_get(struct env *env, MDB_txn *txn, int db, const char *key, void **val, size_t *len)
{
	MDB_val k = {strlen(key), (void *)key}, v;
	int rc = env_error(mdb_get(txn, env_dbi(env, db), &k, &v));

	if (rc == 0) {
		*val = v.mv_data;
		*len = v.mv_size;
	}
	return rc;
}

int env_put(struct env *env, MDB_txn *txn, int db, const char *key, const void *val, size_t len)
{
	MDB_val k = {strlen(key), (void *)key}, v = {len, (void *)val};

	return env_error(mdb_put(txn, env_dbi(env, db), &k, &v, 0));
}

int env_del(struct env *env, MDB_txn *txn, int db, const char *key)
{
	MDB_val k = {strlen(key), (void *)key};

	return env_error(mdb_del(txn, env_dbi(env, db), &k, NULL));
}
