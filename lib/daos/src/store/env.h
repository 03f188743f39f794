/*
 * env.h: one LMDB environment of the store: shared by processes, durable by checkpoints.
 *
 * A directory of the store (system, pool, container) has one environment. Its files:
 *
 *	db, db-lock	LMDB's own (MDB_NOSUBDIR)
 *	log		updates that are not in db yet (env_log.h); where there is none, each goes to db at once
 *	checkpoint	copy of the meta page of the newest checkpoint
 *	state		text: the boot during which the environment was last opened, and whether it was closed cleanly
 *	lock		byte 0: read-locked by every process that has the environment open
 *			byte 1: write-locked by the process that pins the checkpoint
 *
 * Invariants
 *
 * - The state of the environment is what LMDB has and, over it, what the log has, if that is based on the transaction
 *that LMDB is at. A transaction sees one state: LMDB's snapshot and, of the log's records, those that there were when
 *it began, which every process keeps in memory, in order (overlay.h, env_overlay.c).
 * - LMDB's write lock is the lock for all updates. It is robust, and a fold needs it anyway, so a lock of the log's own
 *would be one more to take. A small update leaves LMDB as it is: its record is appended, and it is made when the log's
 *word is written. When the log is full, for a checkpoint and when the last process closes the environment, the log is
 **folded*: everything goes into LMDB in one transaction, whose number is the new base (env_commit.c).
 * - Killed at any moment, a process has made an update or not. The next writer puts right what the word does not say.
 * - Nothing is synced. After power loss the files may hold any mixture of old and new pages, so an environment that was
 *   not closed cleanly in this boot is put back to the checkpoint, without the log, before it is opened.
 * - While any process may write, some process (the pinner) keeps a read transaction open at a snapshot not newer than
 *   the checkpoint, so LMDB never reuses a page of the checkpoint. A writer checks this under the write lock, and
 *   becomes the pinner (with a checkpoint of its own) where there is none. The pinner checkpoints on a timer.
 * - A process opens an environment once, however many users it has there (LMDB's locks are per process); env_open()
 *   counts. After fork() the child's first use opens it anew; the parent's transactions mean nothing to the child.
 *
 * All functions are thread safe, and return 0 or a negative DER number. A thread has at most one transaction at a time
 * on one environment, and between begin and end it calls nothing that begins another one there.
 */
#ifndef DFUSE_STORE_ENV_H
#define DFUSE_STORE_ENV_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "env_cursor.h"

struct env;
struct env_txn;

#define ENV_DB_MAX 6

/* What kind of environment this is: a store of another kind, a newer format or an unknown feature is refused. */
struct env_kind {
	const char *magic;	    /* up to 15 characters, e.g. "dfuse container" */
	uint32_t version;	    /* newest format version that this program reads */
	uint64_t features;	    /* feature bits that this program knows */
	size_t log;		    /* bytes for updates that are not in LMDB yet (env_log.h), 0: no log */
	const char *db[ENV_DB_MAX]; /* names of its databases, NULL after the last; functions take the index */
};

enum {
	ENV_CREATE = 1, /* make the environment in an empty directory; -DER_EXIST if there is one */
};

/*
 * Open the environment in the directory `path`. `kind` must stay valid.
 * -DER_NONEXIST: none there; -DER_NO_PERM: no rights, or it is another user's; -DER_DF_INCOMPT: newer format or unknown
 * feature; -DER_DF_INVAL: damaged or of another kind; -DER_NOTSUPPORTED: on a network file system; -DER_BUSY: of an
 * older format, and open in a program that knows no newer one, or that found the disk full; -DER_AGAIN: many processes
 * at once try to put it right after a power failure.
 */
int env_open(const char *path, const struct env_kind *kind, int flags, struct env **out);
void env_close(struct env *env);

/*
 * A snapshot for reading. Waits for nobody, but where another process has appended to the log it may wait for the end
 * of a write transaction that this process begins at the same moment.
 */
int env_read_begin(struct env *env, struct env_txn **txn);
void env_read_end(struct env *env, struct env_txn *txn);

/* The one write transaction. Blocks while another thread or process writes. */
int env_write_begin(struct env *env, struct env_txn **txn);
int env_write_commit(struct env *env, struct env_txn *txn);
void env_write_abort(struct env *env, struct env_txn *txn);

/*
 * An update failed with -DER_NOSPACE, but it is one that must be possible on a full disk: free the reserve
 * (env_reserve.h). True: do it once more.
 */
bool env_make_room(struct env *env);

/*
 * Work that must wait for a checkpoint. The thread that makes checkpoints calls collect() before one, and hands what it
 * gives (not NULL) to reap() after it; `stable`: everything that collect() saw is. In between it calls idle() (may be
 * NULL), which does something useful for a moment, or until *stop; true: it wants to be called again soon. For an
 * environment just opened; the functions may begin transactions, and are called until env_close() returns.
 */
struct env_reaper {
	void *(*collect)(void *arg);
	void (*reap)(void *arg, void *collected, bool stable);
	bool (*idle)(void *arg, const atomic_bool *stop);
	void *arg;
};

void env_set_reaper(struct env *env, const struct env_reaper *reaper);

/*
 * `arg` is to be freed: when this returns, none of the functions is called with it any more. Does not touch a reaper
 * with another one. For who holds no lock that the functions take.
 */
void env_clear_reaper(struct env *env, const void *arg);

/* There is something for idle() to do. Does nothing where another process has the thread. */
void env_want_idle(struct env *env);

/* Make everything committed up to now survive power loss. */
int env_checkpoint(struct env *env);

/*
 * A number that grows with every transaction that any process commits, and now and then by itself: a transaction that
 * begins after this is called shows the state of that number or a later one.
 */
uint64_t env_version(struct env *env);

/* The same of a snapshot, or, in a write transaction, of what it began with. */
uint64_t env_txn_version(const struct env_txn *txn);

/* Where that is in memory, until env_close(), in children of fork(), too. NULL: it cannot be had. */
const volatile uint64_t *env_version_word(struct env *env);

/* Whether the transactions after number `since`, up to *version, the last one, are all this process's; at least one. */
bool env_own_since(struct env *env, uint64_t since, uint64_t *version);

/* Bytes that the environment's files take on disk. */
uint64_t env_disk_usage(struct env *env);

/* LMDB's error (also positive errno) as a negative DER number. */
int env_error(int mdb_rc);

/*
 * Values by a string key in database `db`. env_get(): -DER_NONEXIST; the value is valid until the transaction ends.
 */
int env_get(struct env *env, struct env_txn *txn, int db, const char *key, void **val, size_t *len);
int env_put(struct env *env, struct env_txn *txn, int db, const char *key, const void *val, size_t len);
int env_del(struct env *env, struct env_txn *txn, int db, const char *key);

#endif
