#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <daos_errno.h>

#include "checkpoint.h"
#include "env_live.h"
#include "env_reserve.h"
#include "env_state.h"
#include "error.h"

#define IDLE_PAUSE_MS	   5
#define CHECKPOINT_SECONDS 2	 /* updates older than twice this are stable */
#define CHECKPOINT_PAGES   16384 /* 64 MiB of growth are enough to make one earlier */

/*
 * Order of locks: reaper_lock, pin_lock, then LMDB's write lock (mdb_txn_begin). A thread with a write transaction
 * never takes pin_lock, so env_write_begin() ends its transaction before it calls env_pin_start().
 */

bool env_pin_needed(struct env_live *live)
{
	return !atomic_load_explicit(&live->pinning, memory_order_acquire) &&
	       !env_lock_held_elsewhere(live->lock_fd, ENV_LOCK_PIN);
}

/* The newest meta page, with the write lock held (so that it is the last committed transaction's). */
static int read_meta(struct env_live *live, struct lmdb_meta *meta)
{
	mdb_filehandle_t fd;
	int rc = env_error(mdb_env_get_fd(live->mdb, &fd));

	return rc == 0 ? lmdb_meta_read(fd, meta) : rc;
}

static uint64_t file_pages(struct env_live *live)
{
	MDB_envinfo info;

	mdb_env_info(live->mdb, &info);
	return info.me_last_pgno;
}

void env_pin_relieve(struct env_live *live)
{
	if (file_pages(live) - atomic_load_explicit(&live->pages, memory_order_relaxed) < CHECKPOINT_PAGES)
		return;
	if (!atomic_exchange(&live->hurry, true))
		pthread_cond_signal(&live->pin_wake);
}

/* Replace the pin by one at the snapshot of the checkpoint just made. With the write lock and pin_lock held. */
static int move_pin(struct env_live *live)
{
	MDB_txn *pin;
	int rc = env_live_read(live, &pin);

	if (rc != 0)
		return env_error(rc);
	if (live->pin != NULL)
		mdb_txn_abort(live->pin);
	live->pin = pin;
	atomic_store(&live->pages, file_pages(live));
	atomic_store(&live->hurry, false);
	return 0;
}

/*
 * Sync, save the meta page, move the pin. With pin_lock held, without a write transaction. What is in the log is not in
 * it, so the caller has it put into LMDB before (env_fold()), unless he is to become the pinner, without whom that
 * cannot be.
 *
 * Most of the data is synced before the write lock is taken, so other writers wait only for what came in meanwhile.
 */
static int checkpoint_locked(struct env_live *live, bool become_pinner)
{
	struct lmdb_meta meta;
	MDB_txn *txn;
	int rc;

	if (!become_pinner && env_live_version(live) <= atomic_load(&live->stable))
		return 0;
	rc = env_error(mdb_env_sync(live->mdb, 1));
	if (rc == 0)
		rc = env_error(mdb_txn_begin(live->mdb, NULL, 0, &txn));
	if (rc != 0)
		return rc;
	rc = env_error(mdb_env_sync(live->mdb, 1));
	if (rc == 0)
		rc = read_meta(live, &meta);
	if (rc == 0)
		rc = checkpoint_save(live->checkpoint_fd, &meta);
	if (rc == 0 && !live->marked) {
		rc = env_state_set(live->dir_fd, ENV_OPEN);
		live->marked = rc == 0;
	}
	if (rc == 0 && (become_pinner || live->pin != NULL))
		rc = move_pin(live);
	mdb_txn_abort(txn);
	if (rc == 0)
		atomic_store(&live->stable, env_log_state(meta.txnid, 0));
	return rc;
}

int env_live_checkpoint(struct env_live *live)
{
	int rc = env_fold(live);

	if (rc != 0)
		return rc;
	pthread_mutex_lock(&live->pin_lock);
	rc = checkpoint_locked(live, false);
	pthread_mutex_unlock(&live->pin_lock);
	return rc;
}

int env_checkpoint(struct env *env)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	return live == NULL ? rc : env_live_checkpoint(live);
}

/* With pin_lock held, which is given back: have reaper_lock, under which what is returned may be called. */
static struct env_reaper reaper_begin(struct env_live *live)
{
	struct env_reaper reaper = {0};

	pthread_mutex_unlock(&live->pin_lock);
	pthread_mutex_lock(&live->reaper_lock);
	pthread_mutex_lock(&live->pin_lock);
	if (live->reaper != NULL)
		reaper = *live->reaper;
	pthread_mutex_unlock(&live->pin_lock);
	return reaper;
}

/* With pin_lock held, which is given back for the reaper. */
static void timed_checkpoint(struct env_live *live)
{
	struct env_reaper reaper = reaper_begin(live);
	void *collected = NULL;
	int rc;

	if (reaper.collect != NULL)
		collected = reaper.collect(reaper.arg);
	rc = env_fold(live);
	pthread_mutex_lock(&live->pin_lock);
	if (rc == 0)
		rc = checkpoint_locked(live, false);
	if (rc != 0)
		atomic_store(&live->hurry, false); /* the next fsync tells */
	pthread_mutex_unlock(&live->pin_lock);
	if (collected != NULL)
		reaper.reap(reaper.arg, collected, rc == 0);
	pthread_mutex_unlock(&live->reaper_lock);
	mdb_reader_check(live->mdb, NULL); /* readers that were killed keep pages from being used again */
	if (atomic_exchange(&live->reserve_spent, false) && !env_reserve_keep(live->dir_fd))
		atomic_store(&live->reserve_spent, true); /* what was just freed was not enough: the next time */
	pthread_mutex_lock(&live->pin_lock);
}

bool env_make_room(struct env *env)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	if (live == NULL || !env_reserve_give(live->dir_fd))
		return false;
	atomic_store(&live->reserve_spent, true);
	atomic_store(&live->hurry, true); /* a checkpoint lets freed pages be used, and removed files go */
	pthread_cond_signal(&live->pin_wake);
	return true;
}

/* With pin_lock held, which is given back meanwhile. */
static void be_idle(struct env_live *live)
{
	struct env_reaper reaper;
	bool more;

	atomic_store(&live->idle_wanted, false);
	reaper = reaper_begin(live);
	more = reaper.idle != NULL && reaper.idle(reaper.arg, &live->pin_stop);
	pthread_mutex_unlock(&live->reaper_lock);
	pthread_mutex_lock(&live->pin_lock);
	if (more)
		atomic_store(&live->idle_wanted, true);
}

void env_want_idle(struct env *env)
{
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	if (live != NULL && atomic_load(&live->pinning) && !atomic_exchange(&live->idle_wanted, true))
		pthread_cond_signal(&live->pin_wake);
}

static struct timespec in_ms(long ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_sec += ms / 1000;
	ts.tv_nsec += ms % 1000 * 1000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_sec++;
		ts.tv_nsec -= 1000000000;
	}
	return ts;
}

static bool is_past(const struct timespec *t)
{
	struct timespec now = in_ms(0);

	return now.tv_sec != t->tv_sec ? now.tv_sec > t->tv_sec : now.tv_nsec >= t->tv_nsec;
}

static void *pin_main(void *arg)
{
	struct env_live *live = arg;
	struct timespec until, pause;

	pthread_mutex_lock(&live->pin_lock);
	while (!live->pin_stop) {
		until = in_ms(CHECKPOINT_SECONDS * 1000);
		while (!live->pin_stop && !atomic_load(&live->hurry) && !is_past(&until)) {
			bool soon = atomic_load(&live->idle_wanted);

			pause = soon ? in_ms(IDLE_PAUSE_MS) : until;
			if (pthread_cond_timedwait(&live->pin_wake, &live->pin_lock, &pause) == ETIMEDOUT && soon)
				be_idle(live);
		}
		if (!live->pin_stop)
			timed_checkpoint(live);
		if (!live->pin_stop)
			be_idle(live);
	}
	pthread_mutex_unlock(&live->pin_lock);
	return NULL;
}

/* The library's thread takes no signals: they are the program's. */
static int start_thread(struct env_live *live)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&live->pin_thread, NULL, pin_main, live);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	live->pin_thread_runs = rc == 0;
	return der_from_errno(rc);
}

/* With both locks. */
static int become_pinner(struct env_live *live)
{
	int rc;

	live->pin_stop = false;
	rc = checkpoint_locked(live, true);
	if (rc == 0)
		rc = start_thread(live);
	if (rc == 0) {
		mdb_reader_check(live->mdb, NULL);
		atomic_store(&live->reserve_spent, !env_reserve_keep(live->dir_fd));
		atomic_store_explicit(&live->pinning, true, memory_order_release);
		return 0;
	}
	if (live->pin != NULL)
		mdb_txn_abort(live->pin);
	live->pin = NULL;
	env_lock_drop(live->lock_fd, ENV_LOCK_PIN);
	return rc;
}

int env_pin_start(struct env_live *live)
{
	int rc = 0;

	pthread_mutex_lock(&live->pin_lock);
	if (live->pin == NULL) {
		rc = env_lock_try(live->lock_fd, ENV_LOCK_PIN);
		if (rc == 0)
			rc = become_pinner(live);
		else if (rc == -DER_BUSY)
			rc = 0; /* another process is */
	}
	pthread_mutex_unlock(&live->pin_lock);
	return rc;
}

void env_pin_stop(struct env_live *live)
{
	MDB_txn *txn;
	bool join;

	pthread_mutex_lock(&live->pin_lock);
	live->pin_stop = true;
	join = live->pin_thread_runs;
	pthread_cond_signal(&live->pin_wake);
	pthread_mutex_unlock(&live->pin_lock);
	if (join)
		pthread_join(live->pin_thread, NULL);
	live->pin_thread_runs = false;
	if (live->pin == NULL)
		return;
	env_fold(live);
	/* Under the write lock, so that no update is under way that relies on the pin. */
	checkpoint_locked(live, false);
	if (mdb_txn_begin(live->mdb, NULL, 0, &txn) != 0)
		txn = NULL;
	atomic_store(&live->pinning, false);
	mdb_txn_abort(live->pin);
	live->pin = NULL;
	env_lock_drop(live->lock_fd, ENV_LOCK_PIN);
	if (txn != NULL)
		mdb_txn_abort(txn);
}
