/*
 * Opening and closing one process's side of an environment: what is there is checked, put right after a crash, and left
 * clean.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <daos_errno.h>

#include "checkpoint.h"
#include "env_format.h"
#include "env_live.h"
#include "env_reserve.h"
#include "env_state.h"
#include "error.h"
#include "lmdb_meta.h"
#include "private.h"

#define MAP_SIZE    (256ULL << 30) /* address space, not disk: the file grows as it is used */
#define MAX_READERS 1022
#define ENTER_TRIES 1000 /* some seconds */

/* LMDB's locks and maps do not work over a network. */
static int check_file_system(int fd)
{
	static const uint32_t network[] = {0x6969 /* NFS */,
					   0x517b /* SMB */,
					   0xff534d42 /* CIFS */,
					   0xfe534d42 /* SMB2 */,
					   0x01021997 /* 9P */,
					   0x0bd00bd0 /* Lustre */,
					   0x00c36400 /* Ceph */,
					   0x5346414f /* AFS */,
					   0x47504653 /* GPFS */,
					   0x19830326 /* BeeGFS */,
					   0x20030528 /* OrangeFS */};
	struct statfs st;

	if (fstatfs(fd, &st) != 0)
		return der_from_errno(errno);
	for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++)
		if ((uint32_t)st.f_type == network[i])
			return -DER_NOTSUPPORTED;
	return 0;
}

/* With ENV_LOCK_OPEN held exclusively: put an environment that a power failure may have torn back to its checkpoint. */
static int recover(int dir_fd)
{
	struct lmdb_meta meta;
	enum env_state state;
	int db_fd = -1, cp_fd = -1, rc;

	rc = env_state_get(dir_fd, &state);
	if (rc != 0 || state != ENV_CRASHED)
		return rc;
	rc = checkpoint_open(dir_fd, &cp_fd);
	if (rc == 0)
		rc = checkpoint_load(cp_fd, &meta);
	if (rc == -DER_NONEXIST)
		rc = -DER_DF_INVAL; /* updates are only made after a first checkpoint */
	if (rc == 0) {
		db_fd = openat(dir_fd, "db", O_RDWR | O_CLOEXEC);
		rc = db_fd < 0 ? der_from_errno(errno) : lmdb_meta_write(db_fd, &meta);
	}
	if (rc == 0)
		rc = env_log_remove(dir_fd);
	if (rc == 0)
		rc = env_state_set(dir_fd, ENV_CLEAN);
	if (cp_fd >= 0)
		close(cp_fd);
	if (db_fd >= 0)
		close(db_fd);
	return rc;
}

/* With ENV_LOCK_OPEN held exclusively: LMDB maps what the file says, and touching pages behind its end kills. */
static int check_database(int dir_fd, bool create)
{
	struct lmdb_meta meta;
	int fd = openat(dir_fd, "db", O_RDWR | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return errno == ENOENT && create ? 0 : der_from_errno(errno);
	rc = create ? -DER_EXIST : lmdb_meta_read(fd, &meta);
	close(fd);
	return rc;
}

static int open_databases(struct env_live *live, const struct env_kind *kind, bool create, bool *old)
{
	MDB_txn *txn;
	int rc = env_error(create ? mdb_txn_begin(live->mdb, NULL, 0, &txn) : env_live_read(live, &txn));

	if (rc != 0)
		return rc;
	rc = create ? env_format_put(txn, kind) : env_format_check(txn, kind, old);
	for (int i = 0; rc == 0 && i < ENV_DB_MAX && kind->db[i] != NULL; i++) {
		rc = env_error(mdb_dbi_open(txn, kind->db[i], create ? MDB_CREATE : 0, &live->dbi[i]));
		live->databases = i + 1;
	}
	if (rc == -DER_NONEXIST)
		rc = -DER_DF_INVAL;
	if (rc == 0)
		return env_error(mdb_txn_commit(txn));
	mdb_txn_abort(txn);
	return rc;
}

static int open_lmdb(struct env_live *live, const char *path, const struct env_kind *kind, bool create, bool *old)
{
	char file[4096];
	int rc;

	if (snprintf(file, sizeof(file), "%s/db", path) >= (int)sizeof(file))
		return -DER_EXCEEDS_PATH_LEN;
	rc = private_make(live->dir_fd, "db-lock");
	if (rc != 0)
		return rc;
	rc = mdb_env_create(&live->mdb);
	if (rc == 0)
		rc = mdb_env_set_mapsize(live->mdb, MAP_SIZE);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(live->mdb, ENV_DB_MAX);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(live->mdb, MAX_READERS);
	if (rc == 0)
		rc = mdb_env_open(live->mdb, file, MDB_NOSUBDIR | MDB_NOSYNC | MDB_NOTLS | MDB_NORDAHEAD, 0600);
	return rc != 0 ? env_error(rc) : open_databases(live, kind, create, old);
}

/* A new environment is on stable storage from the start. */
static int create_lmdb(struct env_live *live, const char *path, const struct env_kind *kind)
{
	int rc = private_make(live->dir_fd, "db");

	if (rc == 0)
		rc = open_lmdb(live, path, kind, true, NULL);
	if (rc == 0)
		rc = env_error(mdb_env_sync(live->mdb, 1));
	return rc == 0 && fsync(live->dir_fd) != 0 ? der_from_errno(errno) : rc;
}

/* Close descriptors and memory; nothing is written. */
static void live_free(struct env_live *live)
{
	overlay_unref(live->overlay);
	env_log_close(live->log);
	if (live->mdb != NULL)
		mdb_env_close(live->mdb);
	if (live->checkpoint_fd >= 0)
		close(live->checkpoint_fd);
	if (live->lock_fd >= 0)
		close(live->lock_fd);
	if (live->dir_fd >= 0)
		close(live->dir_fd);
	pthread_mutex_destroy(&live->reaper_lock);
	pthread_mutex_destroy(&live->pin_lock);
	pthread_cond_destroy(&live->pin_wake);
	pthread_mutex_destroy(&live->replay_lock);
	pthread_mutex_destroy(&live->overlay_lock);
	free(live);
}

static bool is_full(int rc)
{
	return rc == -DER_NOSPACE || rc == -DER_QUOTA_LIMIT;
}

static struct env_live *live_new(void)
{
	struct env_live *live = calloc(1, sizeof(*live));

	if (live == NULL)
		return NULL;
	live->dir_fd = live->lock_fd = live->checkpoint_fd = -1;
	pthread_mutex_init(&live->reaper_lock, NULL);
	pthread_mutex_init(&live->pin_lock, NULL);
	pthread_cond_init(&live->pin_wake, NULL);
	pthread_mutex_init(&live->replay_lock, NULL);
	pthread_mutex_init(&live->overlay_lock, NULL);
	return live;
}

/*
 * With ENV_LOCK_OPEN held exclusively, and LMDB open. Where there is no room for a log, the environment does without
 * one. After a clean close there is nothing in it, whatever it says.
 */
static int open_log(struct env_live *live, size_t bytes)
{
	enum env_state state;
	MDB_envinfo info;
	int rc = env_state_get(live->dir_fd, &state);

	if (rc == 0)
		rc = env_log_make(live->dir_fd, bytes, state == ENV_CLEAN);
	if (is_full(rc))
		rc = 0;
	if (rc == 0)
		rc = env_log_open(live->dir_fd, &live->log);
	if (rc != 0 || live->log == NULL)
		return rc;
	mdb_env_info(live->mdb, &info);
	if (state == ENV_CLEAN)
		env_log_reset(live->log, info.me_last_txnid);
	else
		env_log_settle(live->log, info.me_last_txnid);
	return 0;
}

/*
 * With ENV_LOCK_OPEN held exclusively, and LMDB open. *old stays true where there is no room: then the environment is
 * used as it is, without a log.
 */
static int upgrade(struct env_live *live, const struct env_kind *kind, bool *old)
{
	int rc = env_log_remove(live->dir_fd); /* if there is one, it is of another database */

	if (rc == 0)
		rc = env_format_upgrade(live, kind);
	if (is_full(rc) && env_reserve_give(live->dir_fd)) {
		atomic_store(&live->reserve_spent, true);
		rc = env_format_upgrade(live, kind);
	}
	*old = rc != 0;
	return is_full(rc) ? 0 : rc;
}

/* With ENV_LOCK_OPEN held exclusively: what only one who is alone can do. */
static int open_alone(struct env_live *live, const char *path, const struct env_kind *kind, bool create)
{
	bool old = false;
	int rc = recover(live->dir_fd);

	if (rc == 0) /* after that: a meta page may have come to the disk before the pages that it names */
		rc = check_database(live->dir_fd, create);
	if (rc == 0)
		rc = checkpoint_open(live->dir_fd, &live->checkpoint_fd);
	if (rc == 0)
		rc = create ? create_lmdb(live, path, kind) : open_lmdb(live, path, kind, false, &old);
	if (rc == 0 && old)
		rc = upgrade(live, kind, &old);
	if (rc == 0 && kind->log > 0 && !old)
		rc = open_log(live, kind->log);
	if (rc == 0)
		rc = env_lock_share(live->lock_fd, ENV_LOCK_OPEN);
	return rc;
}

/* With ENV_LOCK_OPEN shared. */
static int open_with_others(struct env_live *live, const char *path, const struct env_kind *kind)
{
	bool old;
	int rc = checkpoint_open(live->dir_fd, &live->checkpoint_fd);

	if (rc == 0)
		rc = open_lmdb(live, path, kind, false, &old);
	if (rc == 0 && old)
		rc = -DER_BUSY; /* a program that knows nothing of the log has it open */
	if (rc == 0 && kind->log > 0)
		rc = env_log_open(live->dir_fd, &live->log);
	return rc;
}

/* Share ENV_LOCK_OPEN with others, who have put the environment right. -DER_AGAIN: they have not, and it is dropped. */
static int share(int dir_fd, int lock_fd)
{
	enum env_state state;
	int rc = env_lock_share(lock_fd, ENV_LOCK_OPEN);

	if (rc != 0)
		return rc;
	rc = env_state_get(dir_fd, &state);
	/* Where the boot has no name, what is open looks like that, too. */
	if (rc == 0 && state == ENV_CRASHED && env_boot_id() != NULL)
		rc = -DER_AGAIN;
	if (rc != 0)
		env_lock_drop(lock_fd, ENV_LOCK_OPEN);
	return rc;
}

static void pause_somewhat(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	usleep(1000 + now.tv_nsec / 16 % 16384); /* as good as random */
}

/*
 * Take ENV_LOCK_OPEN: exclusively if nobody has it (*alone). Whoever waits for one who has it exclusively may find that
 * he died, or failed, before the environment was put right. Then it is up to those who waited, of whom one has to be
 * alone: they let go and try again, at different times.
 */
static int enter(int dir_fd, int lock_fd, bool *alone)
{
	int rc = -DER_AGAIN;

	for (unsigned i = 0; i < ENTER_TRIES && rc == -DER_AGAIN; i++) {
		if (i > 0)
			pause_somewhat();
		rc = env_lock_try(lock_fd, ENV_LOCK_OPEN);
		*alone = rc == 0;
		if (rc == -DER_BUSY)
			rc = share(dir_fd, lock_fd);
	}
	return rc;
}

int env_live_open(const char *path, const struct env_kind *kind, int flags, unsigned generation, struct env_live **out)
{
	struct env_live *live = live_new();
	bool create = flags & ENV_CREATE, alone = false;
	int rc = live == NULL ? -DER_NOMEM : 0;

	if (rc != 0)
		return rc;
	live->generation = generation;
	/* What root would leave in the store of another user, that user could not open any more. */
	rc = private_open_dir(path, "db", &live->dir_fd);
	if (rc == 0)
		rc = check_file_system(live->dir_fd);
	if (rc == 0 && !create)
		rc = private_check(live->dir_fd, "db");
	if (rc == 0)
		rc = env_lock_file_open(live->dir_fd, &live->lock_fd);
	if (rc == 0)
		rc = enter(live->dir_fd, live->lock_fd, &alone);
	if (rc == 0)
		rc = alone ? open_alone(live, path, kind, create) : open_with_others(live, path, kind);
	if (rc != 0) {
		env_pin_stop(live);
		live_free(live);
		return rc;
	}
	*out = live;
	return 0;
}

/* Under ENV_LOCK_OPEN held exclusively: everything in LMDB and on stable storage, and a mark that says so. */
static void leave_clean(struct env_live *live)
{
	enum env_state state;
	int rc;

	if (env_state_get(live->dir_fd, &state) != 0 || state != ENV_OPEN)
		return;
	rc = env_live_checkpoint(live);
	env_pin_stop(live); /* what others left in the log could only be put into LMDB by a pinner */
	if (rc != 0)
		return;
	env_fold_trim(live);
	env_state_set(live->dir_fd, ENV_CLEAN);
}

/* The last user is gone: leave a checkpoint and a clean mark if no other process has the environment open. */
void env_live_close(struct env_live *live)
{
	env_pin_stop(live);
	for (int i = 0; i < ENV_READERS; i++)
		if (live->reader[i] != NULL)
			env_txn_free(live->reader[i]);
	if (env_lock_try(live->lock_fd, ENV_LOCK_OPEN) == 0)
		leave_clean(live);
	live_free(live);
}
