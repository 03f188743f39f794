#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>

#include "api/hlc.h"
#include "dir.h"
#include "owner.h"
#include "props.h"
#include "users.h"

#define SIZE_KEY "size"

static const struct env_kind kind = {
    .magic = "dfuse pool",
    .version = 1,
    .features = 0,
    .db = {[POOL_DB_META] = "meta", [POOL_DB_ATTR] = "attr", [POOL_DB_CONT] = "cont", [POOL_DB_LABEL] = "label"}};

struct spec {
	uint64_t size;
	const daos_prop_t *prop;
};

static int fill(struct env *env, const struct spec *spec)
{
	struct env_txn *txn;
	int rc = env_write_begin(env, &txn);

	if (rc != 0)
		return rc;
	rc = env_put(env, txn, POOL_DB_META, SIZE_KEY, &spec->size, sizeof(spec->size));
	if (rc == 0)
		rc = owner_put(env, txn, POOL_DB_META, PROPS_POOL, spec->prop);
	if (rc == 0)
		rc = props_put(env, txn, POOL_DB_META, PROPS_POOL, spec->prop);
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
	struct env *env;
	int rc = users_create(path, &rec);

	(void)uuid;
	if (rc == 0)
		rc = env_open(path, &kind, ENV_CREATE, &env);
	if (rc != 0)
		return rc;
	rc = fill(env, arg);
	env_close(env);
	return rc;
}

int pool_create(struct system *sys, const char *label, uint64_t size, const daos_prop_t *prop, uuid_t uuid)
{
	struct spec spec = {size, prop};
	struct daos_prop_entry *entry = daos_prop_entry_get((daos_prop_t *)prop, DAOS_PROP_PO_LABEL);

	if (entry != NULL && label != NULL && strcmp(entry->dpe_str, label) != 0)
		return -DER_INVAL;
	if (entry != NULL)
		label = entry->dpe_str;
	return registry_create(&sys->pools, label, build, &spec, uuid);
}

static int read_size(struct pool *pool)
{
	void *val;
	size_t len;
	struct env_txn *txn;
	int rc = env_read_begin(pool->env, &txn);

	if (rc != 0)
		return rc;
	rc = env_get(pool->env, txn, POOL_DB_META, SIZE_KEY, &val, &len);
	if (rc == -DER_NONEXIST || (rc == 0 && len != sizeof(pool->size)))
		rc = -DER_DF_INVAL;
	if (rc == 0)
		memcpy(&pool->size, val, len);
	env_read_end(pool->env, txn);
	return rc;
}

static struct pool *pool_new(struct system *sys, const uuid_t uuid)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return NULL;
	uuid_copy(pool->uuid, uuid);
	snprintf(pool->sys_name, sizeof(pool->sys_name), "%s", sys->name);
	pool->users = -1;
	pool->sys_path = strdup(sys->path);
	pool->path = registry_path(&sys->pools, uuid);
	pthread_mutex_init(&pool->others.lock, NULL);
	atomic_init(&pool->refs, 1);
	return pool;
}

struct pool *pool_get(struct pool *pool)
{
	atomic_fetch_add(&pool->refs, 1);
	return pool;
}

void pool_put(struct pool *pool)
{
	if (atomic_fetch_sub(&pool->refs, 1) != 1)
		return;
	if (pool->env != NULL)
		env_close(pool->env);
	if (pool->users >= 0)
		users_leave(pool->users);
	pthread_mutex_destroy(&pool->others.lock);
	free(pool->path);
	free(pool->sys_path);
	free(pool);
}

int pool_open(struct system *sys, const char *name, bool exclusive, struct pool **out)
{
	struct registry_member member;
	struct pool *pool;
	int rc = registry_find(&sys->pools, name, &member);

	if (rc != 0)
		return rc;
	pool = pool_new(sys, member.uuid);
	if (pool == NULL)
		return -DER_NOMEM;
	rc = pool->path != NULL && pool->sys_path != NULL ? 0 : -DER_NOMEM;
	if (rc == 0)
		rc = registry_join(&sys->pools, member.uuid, exclusive, &pool->users);
	if (rc == 0)
		rc = env_open(pool->path, &kind, 0, &pool->env);
	if (rc == -DER_NONEXIST && pool->users >= 0)
		rc = -DER_DF_INVAL; /* it has a record and no database */
	if (rc == 0)
		rc = read_size(pool);
	if (rc != 0) {
		pool_put(pool);
		return rc;
	}
	pool->conts = (struct registry){pool->env, pool->path, POOL_DB_CONT, POOL_DB_LABEL};
	*out = pool;
	return 0;
}

static int has_containers(struct system *sys, const uuid_t uuid, bool *has)
{
	char *path = registry_path(&sys->pools, uuid);
	struct registry_member *members;
	struct registry reg = {NULL, path, POOL_DB_CONT, POOL_DB_LABEL};
	size_t count;
	int rc = path != NULL ? env_open(path, &kind, 0, &reg.env) : -DER_NOMEM;

	if (rc == 0) {
		rc = registry_list(&reg, &members, &count);
		env_close(reg.env);
	}
	if (rc == 0) {
		*has = count > 0;
		free(members);
	}
	free(path);
	return rc;
}

int pool_destroy(struct system *sys, const char *name, bool force)
{
	struct registry_member member;
	bool has = false;
	int users = -1;
	int rc = registry_find(&sys->pools, name, &member);

	if (rc == 0 && !force)
		rc = registry_join(&sys->pools, member.uuid, true, &users);
	if (rc == 0 && !force)
		rc = has_containers(sys, member.uuid, &has);
	if (rc == 0)
		rc = has ? -DER_BUSY : registry_destroy(&sys->pools, member.uuid);
	if (users >= 0)
		users_leave(users);
	return rc;
}

d_rank_list_t *pool_svc_ranks(void)
{
	d_rank_list_t *ranks = calloc(1, sizeof(*ranks));

	if (ranks == NULL)
		return NULL;
	ranks->rl_ranks = calloc(1, sizeof(*ranks->rl_ranks));
	if (ranks->rl_ranks == NULL) {
		free(ranks);
		return NULL;
	}
	ranks->rl_nr = 1;
	return ranks;
}

static int label_of(struct pool *pool, struct daos_prop_entry *entry)
{
	struct registry_member member;
	struct system *sys;
	int rc = system_open_path(pool->sys_name, pool->sys_path, &sys);

	if (rc != 0)
		return rc;
	rc = registry_get(&sys->pools, pool->uuid, &member);
	system_close(sys);
	if (rc != 0)
		return rc;
	entry->dpe_str = strdup(member.label[0] != '\0' ? member.label : DAOS_PROP_PO_LABEL_DEFAULT);
	return entry->dpe_str != NULL ? 0 : -DER_NOMEM;
}

int pool_prop_get(struct pool *pool, struct daos_prop_entry *entry)
{
	struct env_txn *txn;
	int rc;

	if (entry->dpe_type == DAOS_PROP_PO_LABEL)
		return label_of(pool, entry);
	if (entry->dpe_type == DAOS_PROP_PO_SVC_LIST) {
		entry->dpe_val_ptr = pool_svc_ranks();
		return entry->dpe_val_ptr != NULL ? 0 : -DER_NOMEM;
	}
	rc = env_read_begin(pool->env, &txn);
	if (rc != 0)
		return rc;
	rc = props_get(pool->env, txn, POOL_DB_META, PROPS_POOL, entry);
	env_read_end(pool->env, txn);
	return rc;
}
