#include "cont.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_errno.h>

#include "api/hlc.h"
#include "array.h"
#include "array_tomb.h"
#include "changes.h"
#include "csum.h"
#include "csum_era.h"
#include "dir.h"
#include "error.h"
#include "owner.h"
#include "private.h"
#include "props.h"
#include "rest_table.h"
#include "snap.h"
#include "stock.h"
#include "users.h"

static const struct env_kind kind = {.magic = "dfuse container",
				     .version = 2,
				     .features = 0,
				     .log = 512 << 10,
				     .db = {[CONT_DB_META] = "meta",
					    [CONT_DB_ATTR] = "attr",
					    [CONT_DB_DKEY] = "dkey",
					    [CONT_DB_AKEY] = "akey",
					    [CONT_DB_EXTENT] = "extent",
					    [CONT_DB_ARRAY] = "array"}};

/* Containers that this process has open. */
static struct {
	pthread_mutex_t lock;	/* protects the list and every cont's refs; nothing else is locked under it */
	pthread_mutex_t making; /* held by who makes one; taken before all others, and not for fork() */
	struct cont *first;
	atomic_uint_fast64_t generation; /* counts changes of the list */
} conts = {.lock = PTHREAD_MUTEX_INITIALIZER, .making = PTHREAD_MUTEX_INITIALIZER};

static void conts_lock(void)
{
	pthread_mutex_lock(&conts.lock);
}

static void conts_unlock(void)
{
	pthread_mutex_unlock(&conts.lock);
}

/* The thread that made one is not here, and what it made is in no list. */
static void conts_in_child(void)
{
	pthread_mutex_init(&conts.making, NULL);
	conts_unlock();
}

__attribute__((constructor)) static void conts_init(void)
{
	pthread_atfork(conts_lock, conts_unlock, conts_in_child);
}

static int fill(struct env *env, const daos_prop_t *prop)
{
	struct env_txn *txn;
	int rc = env_write_begin(env, &txn);

	if (rc != 0)
		return rc;
	rc = owner_put(env, txn, CONT_DB_META, PROPS_CONT, prop);
	if (rc == 0)
		rc = props_put(env, txn, CONT_DB_META, PROPS_CONT, prop);
	if (rc == 0)
		rc = cont_oids_init(env, txn);
	if (rc != 0) {
		env_write_abort(env, txn);
		return rc;
	}
	rc = env_write_commit(env, txn);
	return rc == 0 ? env_checkpoint(env) : rc;
}

static int build(const char *path, const uuid_t uuid, void *arg)
{
	uint64_t now = hlc_now();
	struct users_record rec = {.otime = now, .mtime = now};
	char *data = dir_join(path, "data");
	struct env *env;
	int rc;

	(void)uuid;
	if (data == NULL)
		return -DER_NOMEM;
	rc = private_mkdir(AT_FDCWD, data);
	free(data);
	if (rc == 0)
		rc = env_open(path, &kind, ENV_CREATE, &env);
	if (rc != 0)
		return rc;
	rc = fill(env, arg);
	rec.used = env_disk_usage(env);
	env_close(env);
	return rc == 0 ? users_create(path, &rec) : rc;
}

int cont_create(struct pool *pool, const char *label, const daos_prop_t *prop, uuid_t uuid)
{
	struct daos_prop_entry *entry = daos_prop_entry_get((daos_prop_t *)prop, DAOS_PROP_CO_LABEL);

	if (entry != NULL && label != NULL && strcmp(entry->dpe_str, label) != 0)
		return -DER_INVAL;
	if (entry != NULL)
		label = entry->dpe_str;
	return registry_create(&pool->conts, label, build, (void *)prop, uuid);
}

int cont_destroy(struct pool *pool, const char *name, bool force)
{
	struct registry_member member;
	int users = -1;
	int rc = registry_find(&pool->conts, name, &member);

	if (rc == 0 && !force)
		rc = registry_join(&pool->conts, member.uuid, true, &users);
	if (rc == 0)
		rc = registry_destroy(&pool->conts, member.uuid);
	if (users >= 0)
		users_leave(users);
	return rc;
}

/* The open container of this path with one reference more, or NULL. With the list locked. */
static struct cont *find(const char *path)
{
	struct cont *c;

	for (c = conts.first; c != NULL; c = c->next)
		if (strcmp(c->path, path) == 0)
			break;
	if (c != NULL)
		c->refs++;
	return c;
}

static void destroy(struct cont *cont)
{
	if (cont->env != NULL)
		array_exhume(cont); /* what was removed takes no space any longer; if this fails, the next one that
				       opens does it */
	if (cont->arrays != NULL)
		array_table_destroy(cont);
	changes_close(cont);
	if (cont->env != NULL) {
		env_clear_reaper(cont->env, cont); /* the environment's thread uses what follows no more */
		env_close(cont->env);
	}
	csum_era_end(cont);
	stock_close(cont);
	rest_close(cont);
	if (cont->data_fd >= 0)
		close(cont->data_fd);
	free(cont->path);
	free(cont);
}

static int cont_new(const char *path, const uuid_t uuid, struct cont **out)
{
	struct cont *cont = calloc(1, sizeof(*cont));
	char *data = dir_join(path, "data");
	int rc = -DER_NOMEM;

	if (cont == NULL || data == NULL)
		goto out;
	cont->refs = 1;
	cont->csum.fd = -1;
	uuid_copy(cont->uuid, uuid);
	cont->path = strdup(path);
	cont->data_fd = open(data, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (cont->path == NULL)
		goto out;
	rc = cont->data_fd < 0 ? der_from_errno(errno) : env_open(path, &kind, 0, &cont->env);
	if (rc == -DER_NONEXIST)
		rc = -DER_DF_INVAL; /* it has a record, so it is damaged */
	if (rc == 0)
		rc = csum_load(cont);
	if (rc == 0)
		env_set_reaper(cont->env, &(struct env_reaper){array_tomb_collect, array_tomb_reap, stock_fill, cont});
	if (rc == 0)
		array_exhume(cont); /* what it cannot finish waits for the next time */
out:
	free(data);
	if (rc != 0 && cont != NULL)
		destroy(cont);
	else
		*out = cont;
	return rc;
}

static struct cont *find_open(const char *path)
{
	struct cont *cont;

	conts_lock();
	cont = find(path);
	conts_unlock();
	return cont;
}

static int make(const char *path, const uuid_t uuid, struct cont **out)
{
	int rc = cont_new(path, uuid, out);

	if (rc != 0)
		return rc;
	conts_lock();
	(*out)->next = conts.first;
	conts.first = *out;
	atomic_fetch_add(&conts.generation, 1);
	conts_unlock();
	return 0;
}

/* One thread at a time makes one, so that there is one of each: an environment has one reaper. */
static int cont_get(const char *path, const uuid_t uuid, struct cont **out)
{
	int rc = 0;

	*out = find_open(path);
	if (*out != NULL)
		return 0;
	pthread_mutex_lock(&conts.making);
	*out = find_open(path);
	if (*out == NULL)
		rc = make(path, uuid, out);
	pthread_mutex_unlock(&conts.making);
	return rc;
}

static void cont_put(struct cont *cont)
{
	struct cont **p;

	conts_lock();
	if (--cont->refs > 0) {
		conts_unlock();
		return;
	}
	for (p = &conts.first; *p != cont; p = &(*p)->next)
		;
	*p = cont->next;
	atomic_fetch_add(&conts.generation, 1);
	conts_unlock();
	destroy(cont);
}

/* Counting anew visits every array's file, so that is left until somebody wants to know. */
static uint64_t disk_usage(struct cont *cont)
{
	uint64_t arrays = 0;
	bool now = false;

	if (atomic_exchange(&cont->miscounted, false) || (array_is_miscounted(cont, &now) && now))
		array_recount(cont, &arrays);
	else
		array_disk_usage(cont, &arrays);
	return env_disk_usage(cont->env) + arrays;
}

/*
 * The only user finishes what the one before left undone when it died. Others might still be at it, so with others
 * about that has to wait.
 */
static int recover(struct cont_handle *h)
{
	struct users_record rec;
	int rc;

	if (users_others(h->users))
		return 0;
	rc = users_read(h->users, &rec);
	if (rc != 0 || rec.used != USERS_USED_UNKNOWN)
		return rc;
	atomic_store(&h->cont->miscounted, true);
	return array_exhume(h->cont);
}

int cont_open(struct pool *pool, const char *name, unsigned flags, struct cont_handle **out)
{
	struct cont_handle *h = calloc(1, sizeof(*h));
	struct registry_member member;
	char *path = NULL;
	int rc;

	if (h == NULL)
		return -DER_NOMEM;
	h->flags = flags;
	h->users = -1;
	rc = registry_find(&pool->conts, name, &member);
	if (rc == 0)
		rc = registry_join(&pool->conts, member.uuid, flags & DAOS_COO_EX, &h->users);
	if (rc == 0)
		path = registry_path(&pool->conts, member.uuid);
	if (rc == 0)
		rc = path != NULL ? cont_get(path, member.uuid, &h->cont) : -DER_NOMEM;
	free(path);
	if (rc == 0 && cont_handle_writable(h))
		rc = recover(h);
	if (rc != 0) {
		if (h->cont != NULL)
			cont_put(h->cont);
		if (h->users >= 0)
			users_leave(h->users);
		free(h);
		return rc;
	}
	h->pool = pool_get(pool);
	if (!(flags & DAOS_COO_RO_MDSTATS))
		users_write(h->users, USERS_OTIME, hlc_now());
	if (cont_handle_writable(h))
		users_write(h->users, USERS_USED, USERS_USED_UNKNOWN);
	*out = h;
	return 0;
}

/* Whether what disk_usage() says is right, and known without counting. */
static bool usage_is_known(struct cont *cont)
{
	bool now;

	return !atomic_load(&cont->miscounted) && !array_is_miscounted(cont, &now);
}

/*
 * The last one out notes how much there is, if that is known. A writer that comes in meanwhile says again that it is
 * not known; should it be overtaken by this note and then crash, the total stays wrong until the next close. Only df(1)
 * would see that.
 */
void cont_handle_destroy(void *handle)
{
	struct cont_handle *h = handle;

	if (!(h->flags & DAOS_COO_RO_MDSTATS))
		users_write(h->users, USERS_MTIME, hlc_now());
	if (cont_handle_writable(h) && usage_is_known(h->cont) && !users_others(h->users))
		users_write(h->users, USERS_USED, disk_usage(h->cont));
	cont_put(h->cont);
	users_leave(h->users);
	pool_put(h->pool);
	free(h);
}

void cont_touch(struct cont_handle *h)
{
	users_write(h->users, USERS_MTIME, hlc_now());
}

static int info_of(const struct cont *cont, const char *path, daos_cont_info_t *info)
{
	struct users_record rec;
	int fd;
	int rc = users_watch(path, &fd);

	if (rc != 0)
		return rc;
	rc = users_read(fd, &rec);
	memset(info, 0, sizeof(*info));
	uuid_copy(info->ci_uuid, cont->uuid);
	info->ci_md_otime = rec.otime;
	info->ci_md_mtime = rec.mtime;
	info->ci_nhandles = users_count(fd);
	users_leave(fd);
	return rc == 0 ? snap_info(cont->env, &info->ci_nsnapshots, &info->ci_lsnapshot) : rc;
}

int cont_info(struct cont_handle *h, daos_cont_info_t *info)
{
	return info_of(h->cont, h->cont->path, info);
}

int cont_info_closed(struct pool *pool, const uuid_t uuid, daos_cont_info_t *info)
{
	char *path = registry_path(&pool->conts, uuid);
	struct cont *cont;
	int rc = path != NULL ? cont_get(path, uuid, &cont) : -DER_NOMEM;

	if (rc == 0) {
		rc = info_of(cont, path, info);
		cont_put(cont);
	}
	free(path);
	return rc;
}

/* Nobody in this process has it open. The recorded total holds if nobody else has, and it was closed properly. */
static uint64_t usage_closed(const char *path, const uuid_t uuid)
{
	struct users_record rec = {0};
	struct cont *cont;
	uint64_t used = 0;
	bool busy;
	int fd;

	if (users_watch(path, &fd) != 0)
		return 0;
	busy = users_others(fd);
	if (users_read(fd, &rec) == 0 && !busy && rec.used != USERS_USED_UNKNOWN) {
		used = rec.used;
	} else if (cont_get(path, uuid, &cont) == 0) {
		if (!busy)
			atomic_store(&cont->miscounted, true);
		used = disk_usage(cont);
		cont_put(cont);
		if (!busy && !users_others(fd))
			users_write(fd, USERS_USED, used);
	}
	users_leave(fd);
	return used;
}

uint64_t cont_usage(struct pool *pool, const uuid_t uuid, bool *here)
{
	char *path = registry_path(&pool->conts, uuid);
	struct cont *cont;
	uint64_t used = 0;

	*here = false;
	if (path == NULL)
		return 0;
	cont = find_open(path);
	if (cont != NULL) {
		*here = true;
		used = disk_usage(cont);
		cont_put(cont);
	} else {
		used = usage_closed(path, uuid);
	}
	free(path);
	return used;
}

uint64_t cont_generation(void)
{
	return atomic_load(&conts.generation);
}

static bool is_of(const struct cont *cont, const struct pool *pool)
{
	size_t len = strlen(pool->path);

	return strncmp(cont->path, pool->path, len) == 0 && cont->path[len] == '/';
}

/* The next open container of the pool after `prev` (NULL: the first), referenced; drops the reference to `prev`. */
static struct cont *next_open(struct pool *pool, struct cont *prev)
{
	struct cont *c;

	conts_lock();
	for (c = prev != NULL ? prev->next : conts.first; c != NULL; c = c->next)
		if (is_of(c, pool))
			break;
	if (c != NULL)
		c->refs++;
	conts_unlock();
	if (prev != NULL)
		cont_put(prev);
	return c;
}

uint64_t cont_usage_open(struct pool *pool)
{
	uint64_t used = 0;

	for (struct cont *c = next_open(pool, NULL); c != NULL; c = next_open(pool, c))
		used += disk_usage(c);
	return used;
}
