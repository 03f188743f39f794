/*
 * env_live.h: inside an environment: what belongs to the process that opened it. Private to env*.c.
 *
 * env.c opens and closes, env_txn.c begins and ends transactions, env_pin.c makes checkpoints and keeps them pinned.
 */
#ifndef DFUSE_STORE_ENV_LIVE_H
#define DFUSE_STORE_ENV_LIVE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/types.h>

#include "env.h"

#define ENV_READERS 64

/* A transaction. One for writing is embedded in struct env_live: there is one at a time. */
struct env_txn {
	struct env_live *live;
	MDB_txn *mdb;
	bool writes;
};

struct env_live {
	unsigned generation; /* the process (counted in forks) that this is of use in */
	MDB_env *mdb;
	MDB_dbi dbi[ENV_DB_MAX];
	int dir_fd, lock_fd, checkpoint_fd;
	struct env_txn writer;			       /* under LMDB's write lock */
	bool marked;				       /* the state file says "open"; under LMDB's write lock */
	_Atomic(struct env_txn *) reader[ENV_READERS]; /* reset read transactions, ready for use */

	pthread_mutex_t pin_lock; /* protects what follows */
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
	const volatile uint64_t *word; /* the number from which readers go (lmdb_lock.h); NULL: it is not known where */
	/*
	 * This process's newest transactions without another's in between; own_last 0: unknown. Written under LMDB's
	 * write lock, or to 0.
	 */
	atomic_uint_fast64_t own_first, own_last;
};

/* This process's side of the environment, opened anew after a fork. NULL with *rc set when that fails. */
struct env_live *env_live_get(struct env *env, int *rc);

/* The end of a transaction that is not kept for later. */
void env_txn_free(struct env_txn *txn);

/* Begin a read transaction, with the place of a process that died if there is no other. LMDB's code. */
int env_live_read(struct env_live *live, MDB_txn **txn);

uint64_t env_live_version(struct env_live *live);

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
