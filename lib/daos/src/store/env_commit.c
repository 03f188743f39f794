/*
 * How a write transaction ends. A small one is appended to the log. One for which there is no room goes to LMDB with
 * all that the log has, in one LMDB transaction, and the log begins anew; that is a fold, which a checkpoint also does.
 *
 * A fold must not fail for want of disk space, or a full disk could not be cleared: removing things needs room in the
 * log. So before a record is appended, the pages that LMDB may need for the whole log are allocated at the end of its
 * file. Where the disk has not got them, the transaction goes to LMDB at once.
 */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <daos_errno.h>

#include "env_format.h"
#include "env_live.h"
#include "env_record.h"
#include "lmdb_meta.h"

#define FULL_BELOW (1 << 20) /* bytes: less than a transaction may need */

int env_commit_error(struct env_live *live, int rc)
{
	struct statvfs st;

	lmdb_meta_forgive(live->mdb);
	if (rc == EIO && fstatvfs(live->dir_fd, &st) == 0 && (uint64_t)st.f_bavail * st.f_frsize < FULL_BELOW)
		rc = ENOSPC;
	return env_error(rc);
}

/*
 * Pages that putting `keys` keys and `bytes` bytes into LMDB may take at most: for each key a copy of its leaf, half of
 * a split one, and part of the way there; for long values pages of their own; and some for the list of free pages.
 */
static uint64_t pages_for(size_t keys, size_t bytes, size_t page_size)
{
	return 64 + 3 * (uint64_t)keys + 2 * bytes / page_size;
}

#define AHEAD (2 << 20) /* bytes that are allocated at once, if there is room */

/*
 * Allocate, at the end of LMDB's file, what a fold may need. No more than that: of a range that is mostly there already
 * some file systems (XFS) want the whole free.
 */
static bool room_to_fold(struct env_live *live)
{
	uint64_t *have = env_log_pages(live->log), need, size, from;
	mdb_filehandle_t fd;
	MDB_envinfo info;
	MDB_stat st;

	mdb_env_info(live->mdb, &info);
	mdb_env_stat(live->mdb, &st);
	size = st.ms_psize;
	from = info.me_last_pgno + 1 > *have ? info.me_last_pgno + 1 : *have;
	need = info.me_last_pgno + 1 + pages_for(overlay_keys(live->overlay), overlay_bytes(live->overlay), size);
	if (need <= *have)
		return true;
	if (mdb_env_get_fd(live->mdb, &fd) != 0)
		return false;
	for (uint64_t end = need + AHEAD / size;; end = need) {
		int rc = env_log_allocate(fd, from * size, end * size);

		if (rc == 0 || rc == -DER_NOTSUPPORTED) {
			*have = end;
			return true;
		}
		if (end == need)
			return false;
	}
}

void env_fold_trim(struct env_live *live)
{
	uint64_t word = env_log_word(live->log);
	mdb_filehandle_t fd;
	MDB_envinfo info;
	MDB_stat st;

	if (live->log == NULL || env_log_used(word) != 0 || (word & ENV_LOG_UNSURE))
		return;
	mdb_env_info(live->mdb, &info);
	mdb_env_stat(live->mdb, &st);
	if (*env_log_pages(live->log) <= info.me_last_pgno + 1 || mdb_env_get_fd(live->mdb, &fd) != 0)
		return;
	*env_log_pages(live->log) = 0; /* first: killed in between, this must not promise what is gone */
	if (ftruncate(fd, (off_t)(info.me_last_pgno + 1) * st.ms_psize) != 0)
		return; /* then the file keeps it */
}

/* Before others can see it: this transaction makes `version` of the one it began with. */
static void note_own(struct env_txn *txn, uint64_t version)
{
	struct env_live *live = txn->live;
	bool follows = atomic_load(&live->own_last) == txn->version;

	atomic_store(&live->own_last, 0);
	if (!follows)
		atomic_store(&live->own_first, txn->version);
	atomic_store(&live->own_last, version);
}

/* Into the log, if there is room for it there. */
static bool append(struct env_txn *txn)
{
	struct env_live *live = txn->live;
	size_t len = env_record_len(txn->overlay);
	uint32_t used = env_log_used(txn->version);
	uint64_t version = txn->version + env_log_state(0, len / 8);
	void *room = env_log_room(live->log, used, len);

	if (room == NULL || !room_to_fold(live))
		return false;
	env_record_write(txn->overlay, env_log_base(txn->version), room, len);
	overlay_keep(txn->overlay);
	env_overlay_used(live, used + len / 8);
	note_own(txn, version);
	env_log_publish(live->log, version);
	return true;
}

/* *any: something was changed. */
static int put_one(struct env_txn *txn, MDB_cursor *cursor, const struct overlay_key *k, bool *any)
{
	MDB_val key = overlay_key_val(k), val, there;
	enum overlay_seen seen = overlay_seen(k, txn->at, &val);
	int rc;

	if (seen == OVERLAY_NOTHING)
		return 0;
	if (seen == OVERLAY_VALUE) {
		*any = true;
		return mdb_cursor_put(cursor, &key, &val, 0);
	}
	rc = mdb_cursor_get(cursor, &key, &there, MDB_SET);
	if (rc == 0) {
		*any = true;
		rc = mdb_cursor_del(cursor, 0);
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int put_all(struct env_txn *txn, int db, bool *any)
{
	struct overlay_key *k = overlay_first(txn->overlay, db);
	MDB_cursor *cursor;
	int rc;

	if (k == NULL)
		return 0;
	rc = mdb_cursor_open(txn->mdb, txn->live->dbi[db], &cursor);
	if (rc != 0)
		return rc;
	for (; rc == 0 && k != NULL; k = overlay_next(k))
		rc = put_one(txn, cursor, k, any);
	mdb_cursor_close(cursor);
	return rc;
}

/* A transaction that changes nothing would not be given its number, which is to be the new base. */
static int touch(struct env_txn *txn)
{
	MDB_val key = {sizeof(ENV_FORMAT_KEY) - 1, ENV_FORMAT_KEY}, val;
	struct env_format f;
	MDB_dbi dbi;
	int rc = mdb_dbi_open(txn->mdb, NULL, 0, &dbi);

	if (rc == 0)
		rc = mdb_get(txn->mdb, dbi, &key, &val);
	if (rc != 0 || val.mv_size < sizeof(f))
		return rc != 0 ? rc : MDB_CORRUPTED;
	memcpy(&f, val.mv_data, sizeof(f));
	val = (MDB_val){sizeof(f), &f};
	return mdb_put(txn->mdb, dbi, &key, &val, 0);
}

/* The log and the transaction into LMDB. Ends the LMDB transaction. */
static int fold(struct env_txn *txn)
{
	struct env_live *live = txn->live;
	uint64_t base = mdb_txn_id(txn->mdb);
	bool any = false;
	int rc = 0;

	for (int db = 0; rc == 0 && db < live->databases; db++)
		rc = put_all(txn, db, &any);
	if (rc == 0 && !any)
		rc = touch(txn);
	if (rc != 0) {
		mdb_txn_abort(txn->mdb);
		return env_commit_error(live, rc);
	}
	env_log_publish(live->log, txn->version | ENV_LOG_UNSURE);
	note_own(txn, env_log_state(base, 0));
	rc = mdb_txn_commit(txn->mdb);
	/* From here on others may write. Where this has failed, the word stays unsure, and the next writer puts it
	 * right. */
	if (rc != 0) {
		atomic_store(&live->own_last, 0);
		return env_commit_error(live, rc);
	}
	env_log_raise(live->log, env_log_state(base, 0));
	return 0;
}

static int fold_and_end(struct env_txn *txn)
{
	struct env_live *live = txn->live;
	int rc = fold(txn);

	if (rc == 0)
		env_overlay_drop(live);
	else
		overlay_undo(txn->overlay);
	overlay_unref(txn->overlay);
	pthread_mutex_unlock(&live->replay_lock);
	if (rc == 0 && atomic_load_explicit(&live->pinning, memory_order_relaxed))
		env_pin_relieve(live);
	return rc;
}

int env_commit(struct env_txn *txn)
{
	if (overlay_changed(txn->overlay) != NULL && !append(txn))
		return fold_and_end(txn);
	env_live_write_abort(txn); /* there is nothing to undo */
	return 0;
}

int env_fold(struct env_live *live)
{
	uint64_t word = env_log_word(live->log);
	struct env_txn *txn;
	int rc;

	if (live->log == NULL || (env_log_used(word) == 0 && !(word & ENV_LOG_UNSURE)))
		return 0;
	rc = env_live_write_begin(live, &txn);
	if (rc != 0)
		return rc;
	if (env_log_used(txn->version) != 0)
		return fold_and_end(txn);
	env_live_write_abort(txn);
	return 0;
}
