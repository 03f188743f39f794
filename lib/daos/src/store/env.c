#include "env.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <daos_errno.h>

#include "checkpoint.h"
#include "env_live.h"
#include "env_state.h"
#include "error.h"
#include "lmdb_lock.h"
#include "private.h"

#define MAP_SIZE    (256ULL << 30) /* address space, not disk: the file grows as it is used */
#define MAX_READERS 1022
#define FORMAT_KEY  "format"

/* Of every environment, under FORMAT_KEY of LMDB's main database. */
struct format {
	char magic[16];
	uint32_t version;
	uint32_t pad;
	uint64_t features;
};

/* Every environment that this process has open. */
static struct {
	pthread_mutex_t lock; /* protects the list, every env's refs, and opening and closing `live` */
	struct env *first;
	atomic_uint generation; /* counts forks on the way from the first process to this one */
} envs = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void before_fork(void)
{
	pthread_mutex_lock(&envs.lock);
}

static void after_fork_parent(void)
{
	pthread_mutex_unlock(&envs.lock);
}

/* The parent's LMDB environments are of no use here: env_live() opens new ones. Theirs are left alone (and leak). */
static void after_fork_child(void)
{
	atomic_fetch_add(&envs.generation, 1);
	pthread_mutex_unlock(&envs.lock);
}

__attribute__((constructor)) static void env_init(void)
{
	pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

int env_error(int rc)
{
	switch (rc) {
	case 0:
		return 0;
	case MDB_NOTFOUND:
		return -DER_NONEXIST;
	case MDB_KEYEXIST:
		return -DER_EXIST;
	case MDB_MAP_FULL:
		return -DER_NOSPACE;
	case MDB_INVALID:
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PANIC:
		return -DER_DF_INVAL;
	case MDB_VERSION_MISMATCH:
		return -DER_DF_INCOMPT;
	case MDB_READERS_FULL:
		return -DER_AGAIN;
	default:
		return rc > 0 ? der_from_errno(rc) : -DER_MISC;
	}
}

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

/* The format record: written in a new environment, compared in an old one. */
static int check_format(const struct env_kind *kind, MDB_txn *txn, bool create)
{
	struct format f = {.version = kind->version, .features = kind->features};
	MDB_val key = {sizeof(FORMAT_KEY) - 1, FORMAT_KEY}, val = {sizeof(f), &f};
	MDB_dbi dbi;
	int rc;

	strncpy(f.magic, kind->magic, sizeof(f.magic) - 1);
	rc = mdb_dbi_open(txn, NULL, 0, &dbi);
	if (rc == 0 && create)
		return env_error(mdb_put(txn, dbi, &key, &val, MDB_NOOVERWRITE));
	if (rc == 0)
		rc = mdb_get(txn, dbi, &key, &val);
	if (rc == MDB_NOTFOUND || (rc == 0 && val.mv_size < sizeof(f)))
		return -DER_DF_INVAL;
	if (rc != 0)
		return env_error(rc);
	memcpy(&f, val.mv_data, sizeof(f));
	if (strncmp(f.magic, kind->magic, sizeof(f.magic)) != 0)
		return -DER_DF_INVAL;
	return f.version > kind->version || (f.features & ~kind->features) != 0 ? -DER_DF_INCOMPT : 0;
}

static int open_databases(struct env_live *live, const struct env_kind *kind, bool create)
{
	MDB_txn *txn;
	int rc = env_error(create ? mdb_txn_begin(live->mdb, NULL, 0, &txn) : env_live_read(live, &txn));

	if (rc != 0)
		return rc;
	rc = check_format(kind, txn, create);
	for (int i = 0; rc == 0 && i < ENV_DB_MAX && kind->db[i] != NULL; i++)
		rc = env_error(mdb_dbi_open(txn, kind->db[i], create ? MDB_CREATE : 0, &live->dbi[i]));
	if (rc == -DER_NONEXIST)
		rc = -DER_DF_INVAL;
	if (rc == 0)
		return env_error(mdb_txn_commit(txn));
	mdb_txn_abort(txn);
	return rc;
}

static int open_lmdb(struct env_live *live, const char *path, const struct env_kind *kind, bool create)
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
	return rc != 0 ? env_error(rc) : open_databases(live, kind, create);
}

/* A new environment is on stable storage from the start. */
static int create_lmdb(struct env_live *live, const char *path, const struct env_kind *kind)
{
	int rc = private_make(live->dir_fd, "db");

	if (rc == 0)
		rc = open_lmdb(live, path, kind, true);
	if (rc == 0)
		rc = env_error(mdb_env_sync(live->mdb, 1));
	return rc == 0 && fsync(live->dir_fd) != 0 ? der_from_errno(errno) : rc;
}

/* Close descriptors and memory; nothing is written. */
static void live_free(struct env_live *live)
{
	if (live->mdb != NULL)
		mdb_env_close(live->mdb);
	if (live->checkpoint_fd >= 0)
		close(live->checkpoint_fd);
	if (live->lock_fd >= 0)
		close(live->lock_fd);
	if (live->dir_fd >= 0)
		close(live->dir_fd);
	pthread_mutex_destroy(&live->pin_lock);
	pthread_cond_destroy(&live->pin_wake);
	free(live);
}

static struct env_live *live_new(void)
{
	struct env_live *live = calloc(1, sizeof(*live));

	if (live == NULL)
		return NULL;
	live->dir_fd = live->lock_fd = live->checkpoint_fd = -1;
	live->generation = atomic_load(&envs.generation);
	pthread_mutex_init(&live->pin_lock, NULL);
	pthread_cond_init(&live->pin_wake, NULL);
	return live;
}

static int live_open(const char *path, const struct env_kind *kind, int flags, struct env_live **out)
{
	struct env_live *live = live_new();
	bool create = flags & ENV_CREATE;
	int rc = live == NULL ? -DER_NOMEM : 0;

	if (rc != 0)
		return rc;
	/* What root would leave in the store of another user, that user could not open any more. */
	rc = private_open_dir(path, &live->dir_fd);
	if (rc == 0)
		rc = check_file_system(live->dir_fd);
	if (rc == 0 && !create)
		rc = private_check(live->dir_fd, "db");
	if (rc == 0)
		rc = env_lock_file_open(live->dir_fd, &live->lock_fd);
	if (rc == 0 && env_lock_try(live->lock_fd, ENV_LOCK_OPEN)) {
		rc = recover(live->dir_fd);
		if (rc == 0) /* after that: a meta page may have come to the disk before the pages that it names */
			rc = check_database(live->dir_fd, create);
	}
	if (rc == 0)
		rc = checkpoint_open(live->dir_fd, &live->checkpoint_fd);
	if (rc == 0 && create)
		rc = create_lmdb(live, path, kind);
	if (rc == 0)
		rc = env_lock_share(live->lock_fd, ENV_LOCK_OPEN);
	if (rc == 0 && !create)
		rc = open_lmdb(live, path, kind, false);
	if (rc != 0) {
		live_free(live);
		return rc;
	}
	*out = live;
	return 0;
}

/* The last user is gone: leave a checkpoint and a clean mark if no other process has the environment open. */
static void live_close(struct env_live *live)
{
	enum env_state state;

	if (live->generation != atomic_load(&envs.generation))
		return; /* the parent's */
	env_pin_stop(live);
	for (int i = 0; i < ENV_READERS; i++)
		if (live->reader[i] != NULL)
			env_txn_free(live->reader[i]);
	if (env_lock_try(live->lock_fd, ENV_LOCK_OPEN) && env_state_get(live->dir_fd, &state) == 0 &&
	    state == ENV_OPEN && env_live_checkpoint(live) == 0)
		env_state_set(live->dir_fd, ENV_CLEAN);
	live_free(live);
}

struct env_live *env_live_get(struct env *env, int *rc)
{
	struct env_live *live = atomic_load_explicit(&env->live, memory_order_acquire);

	*rc = 0;
	if (live->generation == atomic_load_explicit(&envs.generation, memory_order_relaxed))
		return live;
	pthread_mutex_lock(&envs.lock);
	live = atomic_load(&env->live);
	if (live->generation != atomic_load(&envs.generation)) {
		*rc = live_open(env->path, env->kind, 0, &live);
		if (*rc == 0)
			live->reaper = env->reaper.collect == NULL ? NULL : &env->reaper;
		if (*rc == 0)
			atomic_store_explicit(&env->live, live, memory_order_release);
	}
	pthread_mutex_unlock(&envs.lock);
	return *rc == 0 ? live : NULL;
}

static struct env *env_find(dev_t dev, ino_t ino)
{
	struct env *e;

	for (e = envs.first; e != NULL; e = e->next)
		if (e->dev == dev && e->ino == ino)
			break;
	return e;
}

static int env_new(const char *path, const struct stat *st, const struct env_kind *kind, int flags, struct env **out)
{
	struct env *env = calloc(1, sizeof(*env));
	struct env_live *live;
	int rc;

	if (env == NULL)
		return -DER_NOMEM;
	env->path =
	    S_ISLNK(st->st_mode) ? strdup(path) : realpath(path, NULL); /* a link is refused when it is opened */
	env->kind = kind;
	env->dev = st->st_dev;
	env->ino = st->st_ino;
	env->refs = 1;
	env->word = env->path == NULL ? NULL : lmdb_lock_map(env->path, flags & ENV_CREATE);
	rc = env->path == NULL ? der_from_errno(errno) : live_open(env->path, kind, flags, &live);
	if (env->word != NULL && (rc != 0 || !lmdb_lock_is_good(env->word, live->mdb))) {
		lmdb_lock_unmap(env->word);
		env->word = NULL;
	}
	if (rc != 0) {
		free(env->path);
		free(env);
		return rc;
	}
	atomic_init(&env->live, live);
	env->next = envs.first;
	envs.first = env;
	*out = env;
	return 0;
}

int env_open(const char *path, const struct env_kind *kind, int flags, struct env **out)
{
	struct env *env;
	struct stat st;
	int rc = 0;

	if (lstat(path, &st) != 0)
		return der_from_errno(errno);
	pthread_mutex_lock(&envs.lock);
	env = env_find(st.st_dev, st.st_ino);
	if (env == NULL) {
		rc = env_new(path, &st, kind, flags, out);
	} else if (flags & ENV_CREATE) {
		rc = -DER_EXIST;
	} else {
		env->refs++;
		*out = env;
	}
	pthread_mutex_unlock(&envs.lock);
	return rc;
}

void env_close(struct env *env)
{
	struct env **p;

	pthread_mutex_lock(&envs.lock);
	if (--env->refs == 0) {
		for (p = &envs.first; *p != env; p = &(*p)->next)
			;
		*p = env->next;
		live_close(atomic_load(&env->live));
		lmdb_lock_unmap(env->word);
		free(env->path);
		free(env);
	}
	pthread_mutex_unlock(&envs.lock);
}

void env_set_reaper(struct env *env, const struct env_reaper *reaper)
{
	struct env_live *live = atomic_load(&env->live);

	pthread_mutex_lock(&live->pin_lock);
	env->reaper = *reaper;
	live->reaper = &env->reaper;
	pthread_mutex_unlock(&live->pin_lock);
}

uint64_t env_disk_usage(struct env *env)
{
	struct stat st;
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	if (live == NULL || fstatat(live->dir_fd, "db", &st, 0) != 0)
		return 0;
	return (uint64_t)st.st_blocks * 512;
}
