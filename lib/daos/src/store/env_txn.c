#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include <daos_errno.h>

#include "env_live.h"
#include "env_state.h"
#include "lmdb_meta.h"
#include "lmdb_lock.h"

uint64_t env_live_version(struct env_live *live)
{
	MDB_envinfo info;

	mdb_env_info(live->mdb, &info);
	return info.me_last_txnid;
}

/*
 * LMDB writes a meta page first, and then the number from which readers go: in between, what env_live_version() says is
 * newer than what they find.
 */
uint64_t env_version(struct env *env)
{
	int rc;
	struct env_live *live;

	if (env->word != NULL)
		return lmdb_lock_txnid(env->word);
	live = env_live_get(env, &rc);
	return live == NULL ? 0 : env_live_version(live);
}

const volatile uint64_t *env_version_word(struct env *env)
{
	return env->word;
}

/* Before the commit, while LMDB's lock keeps others away. */
static void note_own(struct env *env, uint64_t txnid)
{
	bool follows = atomic_load(&env->own_last) + 1 == txnid;

	atomic_store(&env->own_last, 0);
	if (!follows)
		atomic_store(&env->own_first, txnid);
	atomic_store(&env->own_last, txnid);
}

/* The commit has failed, or there was nothing to commit: the number is the next writer's. */
static void forget_own(struct env *env)
{
	atomic_store(&env->own_last, 0);
}

bool env_own_since(struct env *env, uint64_t since, uint64_t *version)
{
	uint64_t last = atomic_load(&env->own_last), first = atomic_load(&env->own_first);

	*version = last;
	return last > since && first <= since + 1 && env_version(env) == last && atomic_load(&env->own_last) == last;
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

static struct env_txn *reader_take(struct env_live *live)
{
	unsigned start = reader_start();

	for (unsigned i = 0; i < ENV_READERS; i++) {
		_Atomic(struct env_txn *) *slot = &live->reader[(start + i) % ENV_READERS];

		if (atomic_load_explicit(slot, memory_order_relaxed) != NULL) {
			struct env_txn *txn = atomic_exchange_explicit(slot, NULL, memory_order_acquire);

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

void env_txn_free(struct env_txn *txn)
{
	if (txn->mdb != NULL)
		mdb_txn_abort(txn->mdb);
	free(txn);
}

/* A ready one, or a new one. */
static struct env_txn *reader_get(struct env_live *live)
{
	struct env_txn *txn = reader_take(live);

	if (txn != NULL)
		return txn;
	txn = calloc(1, sizeof(*txn));
	if (txn != NULL)
		txn->live = live;
	return txn;
}

static int reader_begin(struct env_txn *txn)
{
	if (txn->mdb != NULL) {
		if (mdb_txn_renew(txn->mdb) == 0)
			return 0;
		mdb_txn_abort(txn->mdb);
		txn->mdb = NULL;
	}
	return env_error(env_live_read(txn->live, &txn->mdb));
}

int env_read_begin(struct env *env, struct env_txn **out)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);
	struct env_txn *txn;

	if (live == NULL)
		return rc;
	txn = reader_get(live);
	if (txn == NULL)
		return -DER_NOMEM;
	rc = reader_begin(txn);
	if (rc != 0) {
		env_txn_free(txn);
		return rc;
	}
	*out = txn;
	return 0;
}

void env_read_end(struct env *env, struct env_txn *txn)
{
	struct env_live *live = txn->live;
	unsigned start = reader_start();

	if (live != atomic_load_explicit(&env->live, memory_order_acquire))
		return; /* the parent's */
	mdb_txn_reset(txn->mdb);
	for (unsigned i = 0; i < ENV_READERS; i++) {
		struct env_txn *empty = NULL;

		if (atomic_compare_exchange_strong_explicit(&live->reader[(start + i) % ENV_READERS], &empty, txn,
							    memory_order_release, memory_order_relaxed))
			return;
	}
	env_txn_free(txn);
}

int env_write_begin(struct env *env, struct env_txn **out)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);
	MDB_txn *txn;

	if (live == NULL)
		return rc;
	for (;;) {
		rc = env_error(mdb_txn_begin(live->mdb, NULL, 0, &txn));
		if (rc != 0)
			return rc;
		if (!env_pin_needed(live))
			break;
		mdb_txn_abort(txn);
		rc = env_pin_start(live);
		if (rc != 0)
			return rc;
	}
	live->writer = (struct env_txn){.live = live, .mdb = txn, .writes = true};
	*out = &live->writer;
	return 0;
}

uint64_t env_txn_version(const struct env_txn *txn)
{
	return mdb_txn_id(txn->mdb) - txn->writes;
}

#define FULL_BELOW (1 << 20) /* bytes: less than a transaction may need */

/* LMDB says EIO when a write was cut short, which is how a disk that is almost full fails. */
static int commit_error(struct env_live *live, int rc)
{
	struct statvfs st;

	lmdb_meta_forgive(live->mdb);
	if (rc == EIO && fstatvfs(live->dir_fd, &st) == 0 && (uint64_t)st.f_bavail * st.f_frsize < FULL_BELOW)
		rc = ENOSPC;
	return env_error(rc);
}

int env_write_commit(struct env *env, struct env_txn *txn)
{
	struct env_live *live = txn->live;
	uint64_t txnid = mdb_txn_id(txn->mdb);
	int rc;

	note_own(env, txnid);
	rc = mdb_txn_commit(txn->mdb);
	if (rc != 0 || env_version(env) < txnid)
		forget_own(env);
	if (rc != 0)
		return commit_error(live, rc);
	if (atomic_load_explicit(&live->pinning, memory_order_relaxed))
		env_pin_relieve(live);
	return 0;
}

void env_write_abort(struct env *env, struct env_txn *txn)
{
	(void)env;
	mdb_txn_abort(txn->mdb);
}
