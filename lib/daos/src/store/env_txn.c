#include <stdlib.h>

#include <daos_errno.h>

#include "env_live.h"
#include "env_state.h"

/* The version of what a reader finds now: that of the log, or LMDB's where that is ahead. */
static uint64_t found_version(struct env_live *live)
{
	uint64_t word = env_log_word(live->log) & ~(uint64_t)ENV_LOG_UNSURE, base;
	MDB_txn *txn;

	if (env_live_read(live, &txn) != 0)
		return word;
	base = mdb_txn_id(txn);
	mdb_txn_abort(txn);
	return base > env_log_base(word) ? env_log_state(base, 0) : word;
}

uint64_t env_live_version(struct env_live *live)
{
	uint64_t word = env_log_word(live->log);

	return live->log == NULL || (word & ENV_LOG_UNSURE) ? found_version(live) : word;
}

uint64_t env_version(struct env *env)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	return live == NULL ? 0 : env_live_version(live);
}

const volatile uint64_t *env_version_word(struct env *env)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	return live == NULL || live->log == NULL ? NULL : env_log_word_at(live->log);
}

bool env_own_since(struct env *env, uint64_t since, uint64_t *version)
{
	struct env_live *live = atomic_load_explicit(&env->live, memory_order_acquire);
	uint64_t last = atomic_load(&live->own_last), first = atomic_load(&live->own_first);

	*version = last;
	return env_live_is_own(live) && last > since && first <= since && env_live_version(live) == last &&
	       atomic_load(&live->own_last) == last;
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
	overlay_unref(txn->overlay);
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

/*
 * LMDB may be ahead of the word, which is read first; then it has everything. It may also be further ahead than it
 * says: it finds its root by the number that it has read, and two commits later that place has another root. Then the
 * word has another base by now.
 */
static int see(struct env_txn *txn)
{
	for (;;) {
		uint64_t word = env_log_word(txn->live->log) & ~(uint64_t)ENV_LOG_UNSURE, base;
		int rc = reader_begin(txn);

		if (rc != 0)
			return rc;
		base = mdb_txn_id(txn->mdb);
		txn->at = 0;
		txn->version = env_log_state(base, 0);
		if (base > env_log_base(word) || word == txn->version)
			return 0;
		if (base < env_log_base(word))
			return -DER_DF_INVAL; /* the log of another database */
		if (env_log_base(env_log_word(txn->live->log)) != base) {
			mdb_txn_reset(txn->mdb);
			continue;
		}
		txn->at = env_log_used(word);
		txn->version = word;
		rc = env_overlay_get(txn->live, word, &txn->overlay);
		if (rc != -DER_AGAIN)
			return rc;
		mdb_txn_reset(txn->mdb);
	}
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
	rc = see(txn);
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

	(void)env;
	if (!env_live_is_own(live))
		return; /* begun before a fork */
	overlay_unref(txn->overlay);
	txn->overlay = NULL;
	mdb_txn_reset(txn->mdb);
	for (unsigned i = 0; i < ENV_READERS; i++) {
		struct env_txn *empty = NULL;

		if (atomic_compare_exchange_strong_explicit(&live->reader[(start + i) % ENV_READERS], &empty, txn,
							    memory_order_release, memory_order_relaxed))
			return;
	}
	env_txn_free(txn);
}

static int begin_over(struct env_live *live, MDB_txn *mdb)
{
	struct env_txn *txn = &live->writer;
	uint64_t base = mdb_txn_id(mdb) - 1, word = env_log_settle(live->log, base);
	int rc = base < env_log_base(word) ? -DER_DF_INVAL : 0;

	pthread_mutex_lock(&live->replay_lock);
	if (rc == 0)
		rc = env_overlay_advance(live, word);
	if (rc != 0) {
		pthread_mutex_unlock(&live->replay_lock);
		mdb_txn_abort(mdb);
		return rc == -DER_AGAIN ? -DER_DF_INVAL : rc; /* nobody else can have changed it */
	}
	*txn = (struct env_txn){
	    .live = live, .mdb = mdb, .overlay = live->overlay, .at = env_log_used(word) + 1, .version = word};
	overlay_ref(txn->overlay);
	return 0;
}

int env_live_write_begin(struct env_live *live, struct env_txn **out)
{
	MDB_txn *txn;
	int rc;

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
	*out = &live->writer;
	return begin_over(live, txn);
}

int env_write_begin(struct env *env, struct env_txn **txn)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	return live == NULL ? rc : env_live_write_begin(live, txn);
}

int env_write_commit(struct env *env, struct env_txn *txn)
{
	(void)env;
	return env_live_is_own(txn->live) ? env_commit(txn) : -DER_NO_HDL;
}

void env_live_write_abort(struct env_txn *txn)
{
	overlay_undo(txn->overlay);
	overlay_unref(txn->overlay);
	pthread_mutex_unlock(&txn->live->replay_lock);
	mdb_txn_abort(txn->mdb);
}

void env_write_abort(struct env *env, struct env_txn *txn)
{
	(void)env;
	if (env_live_is_own(txn->live))
		env_live_write_abort(txn);
}

uint64_t env_txn_version(const struct env_txn *txn)
{
	return txn->version;
}
