#include "env.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <daos_errno.h>

#include "env_live.h"
#include "error.h"

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

bool env_live_is_own(const struct env_live *live)
{
	return live->generation == atomic_load_explicit(&envs.generation, memory_order_relaxed);
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
		*rc = env_live_open(env->path, env->kind, 0, atomic_load(&envs.generation), &live);
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
	rc = env->path == NULL ? der_from_errno(errno)
			       : env_live_open(env->path, kind, flags, atomic_load(&envs.generation), &live);
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
		if (env_live_is_own(atomic_load(&env->live))) /* else it is the parent's */
			env_live_close(atomic_load(&env->live));
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

static void forget_reaper(struct env *env, struct env_live *live, const void *arg)
{
	if (env->reaper.arg != arg)
		return;
	env->reaper = (struct env_reaper){0};
	live->reaper = NULL;
}

void env_clear_reaper(struct env *env, const void *arg)
{
	struct env_live *live = atomic_load(&env->live);

	if (env_live_is_own(live)) {
		pthread_mutex_lock(&live->reaper_lock);
		pthread_mutex_lock(&live->pin_lock);
		forget_reaper(env, live, arg);
		pthread_mutex_unlock(&live->pin_lock);
		pthread_mutex_unlock(&live->reaper_lock);
	} else { /* it is the parent's, whose locks mean nothing here: this process has no thread yet */
		pthread_mutex_lock(&envs.lock);
		forget_reaper(env, live, arg);
		pthread_mutex_unlock(&envs.lock);
	}
}

uint64_t env_disk_usage(struct env *env)
{
	uint64_t used, disk;
	MDB_envinfo info;
	MDB_stat pages;
	struct stat st;
	int rc;
	struct env_live *live = env_live_get(env, &rc);

	if (live == NULL || fstatat(live->dir_fd, "db", &st, 0) != 0)
		return 0;
	mdb_env_info(live->mdb, &info);
	mdb_env_stat(live->mdb, &pages);
	/* Behind the last page is what was allocated for a fold. */
	used = (uint64_t)(info.me_last_pgno + 1) * pages.ms_psize;
	disk = (uint64_t)st.st_blocks * 512;
	return disk < used ? disk : used;
}
