/*
 * env_live.h: inside an environment: what belongs to the process that opened it. Private to env*.c.
 *
 * env.c has the list of what is open, env_open.c opens and closes, env_txn.c begins transactions, env_commit.c ends
 * those that write, env_pin.c makes checkpoints and keeps them pinned.
 */
#ifndef DFUSE_STORE_ENV_LIVE_H
#define DFUSE_STORE_ENV_LIVE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/types.h>

#include "env.h"
#include "env_log.h"
#include "overlay.h"

#define ENV_READERS 64

/*
 * A transaction: what LMDB has and the overlay up to a position. One for writing collects its changes in the overlay,
 * and is embedded in struct env_live: there is one at a time.
 */
struct env_txn {
	struct env_live *live;
	MDB_txn *mdb;
	struct overlay *overlay; /* with a reference; NULL: nothing is over LMDB */
	uint32_t at;		 /* position in the overlay */
	uint64_t version;	 /* word of the log that it is a snapshot of */
	unsigned changes;	 /* made by it so far: walks look anew */
};

struct env_live {
	unsigned generation; /* the process (counted in forks) that this is of use in */
	MDB_env *mdb;
	MDB_dbi dbi[ENV_DB_MAX];
	int databases;
	int dir_fd, lock_fd, checkpoint_fd;
	struct env_txn writer; /* under LMDB's write lock */
	struct env_log *log;   /* NULL: there is none */
	/*
	 * This process's newest transactions without another's in between: they lead from version own_first to
	 * own_last; 0: unknown. Written under LMDB's write lock.
	 */
	atomic_uint_fast64_t own_first, own_last;

	pthread_mutex_t replay_lock, overlay_lock; /* see env_overlay.c */
	struct overlay *overlay;		   /* NULL: none yet */
	uint64_t overlay_base;
	uint32_t overlay_used;

	bool marked;				       /* the state file says "open"; under LMDB's write lock */
	_Atomic(struct env_txn *) reader[ENV_READERS]; /* reset read transactions, ready for use */

	pthread_mutex_t reaper_lock; /* held while the reaper is at work; taken before pin_lock */
	pthread_mutex_t pin_lock;    /* protects what follows */
	pthread_cond_t pin_wake;
	MDB_txn *pin; /* the read transaction at the checkpoint's snapshot, when this process is the pinner */
	pthread_t pin_thread;
	bool pin_thread_runs;
	atomic_bool pin_stop;
	atomic_bool pinning;		 /* whether `pin` is set; read without the lock */
	atomic_bool reserve_spent;	 /* the thread is to restore the reserve */
	atomic_bool idle_wanted;	 /* the thread is to call the reaper's idle() soon */
	atomic_bool hurry;		 /* the thread is asked for a checkpoint before its time */
	atomic_uint_fast64_t stable;	 /* newest transaction known to be in a checkpoint */
	const struct env_reaper *reaper; /* the environment's; NULL: none */
	atomic_uint_fast64_t pages;	 /* of the file when the pin was moved last */
};

struct env {
	char *path;
	const struct env_kind *kind;
	dev_t dev;
	ino_t ino;
	unsigned refs;
	struct env *next;
	_Atomic(struct env_live *) live;
	struct env_reaper reaper;
};

/* `generation`: of the process. Closing leaves a checkpoint and a clean mark if no other process has the environment
 * open. */
int env_live_open(const char *path, const struct env_kind *kind, int flags, unsigned generation, struct env_live **out);
void env_live_close(struct env_live *live);

/* This process's side of the environment, opened anew after a fork. NULL with *rc set when that fails. */
struct env_live *env_live_get(struct env *env, int *rc);

/* The end of a transaction that is not kept for later. */
void env_txn_free(struct env_txn *txn);

/* Begin a read transaction of LMDB, with the place of a process that died if there is no other. LMDB's code. */
int env_live_read(struct env_live *live, MDB_txn **txn);

/* Whether it is of this process. If not, it is the parent's, which no transaction begun there may be ended in. */
bool env_live_is_own(const struct env_live *live);

uint64_t env_live_version(struct env_live *live);

/* env_write_begin() and env_write_commit() of one process's side. */
int env_live_write_begin(struct env_live *live, struct env_txn **txn);
void env_live_write_abort(struct env_txn *txn);

/* The overlay with all that the word speaks of; the caller unrefs it. -DER_AGAIN: the log has another base now. */
int env_overlay_get(struct env_live *live, uint64_t word, struct overlay **o);

/* With replay_lock held: have live->overlay be that; say that it has the log up to `used`; have none. */
int env_overlay_advance(struct env_live *live, uint64_t word);
void env_overlay_used(struct env_live *live, uint32_t used);
void env_overlay_drop(struct env_live *live);

/* End a write transaction: into the log, or with all that is there into LMDB (env_commit.c). */
int env_commit(struct env_txn *txn);

/*
 * The error of an LMDB commit that failed. LMDB says EIO when a write was cut short, which is how a disk that is almost
 * full fails.
 */
int env_commit_error(struct env_live *live, int rc);

/* Have everything in LMDB that is in the log now. */
int env_fold(struct env_live *live);

/* Nobody else has the environment open, and the log is empty: give back the room that was kept for folds. */
void env_fold_trim(struct env_live *live);

/* env_checkpoint() of one process's side. The caller has no write transaction. */
int env_live_checkpoint(struct env_live *live);

/*
 * Under the write transaction `txn`: whether some process pins the checkpoint. If not, this one must: end the
 * transaction, call env_pin_start(), begin again.
 */
bool env_pin_needed(struct env_live *live);
int env_pin_start(struct env_live *live);

/*
 * After a commit. Pages freed since the checkpoint cannot be used again before the next one, so many small updates make
 * the file grow: beyond some growth the pinner's thread does not wait for its time.
 */
void env_pin_relieve(struct env_live *live);

/* Stop being the pinner. Other processes find out at their next update. */
void env_pin_stop(struct env_live *live);

#endif
