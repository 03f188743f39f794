#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <daos_local.h>

#include "error.h"
#include "log.h"
#include "watch.h"

void connections_init(struct connections *conns, const char *sys_name, bool read_only, bool caching, struct mount *m)
{
	memset(conns, 0, sizeof(*conns));
	pthread_mutex_init(&conns->lock, NULL);
	conns->sys_name = sys_name;
	conns->read_only = read_only;
	conns->caching = caching;
	conns->mount = m;
}

static void container_close(struct container *cont)
{
	watch_end(cont->watch);
	if (cont->root != NULL)
		dfs_release(cont->root);
	if (cont->dfs != NULL)
		dfs_umount(cont->dfs);
	if (daos_handle_is_valid(cont->coh))
		daos_cont_close(cont->coh, NULL);
	pthread_rwlock_destroy(&cont->replying);
	free(cont->root_path);
	free(cont);
}

void connections_fini(struct connections *conns)
{
	struct container *cont;
	struct pool *pool;

	while ((cont = conns->containers) != NULL) {
		conns->containers = cont->next;
		container_close(cont);
	}
	while ((pool = conns->pools) != NULL) {
		conns->pools = pool->next;
		daos_pool_disconnect(pool->poh, NULL);
		free(pool);
	}
	ranks_free(&conns->svc);
	pthread_mutex_destroy(&conns->lock);
}

void connections_unwatch(struct connections *conns)
{
	pthread_mutex_lock(&conns->lock);
	for (struct container *cont = conns->containers; cont != NULL; cont = cont->next) {
		watch_end(cont->watch);
		cont->watch = NULL;
	}
	pthread_mutex_unlock(&conns->lock);
}

int connections_sync(struct connections *conns)
{
	struct container *cont;
	int rc = 0, one;

	pthread_mutex_lock(&conns->lock);
	cont = conns->containers;
	pthread_mutex_unlock(&conns->lock);
	for (; cont != NULL; cont = cont->next) {
		one = cont->read_only ? 0 : dfs_sync(cont->dfs);
		if (rc == 0)
			rc = one;
	}
	return rc;
}

/* -DER_NOTSUPPORTED unless the container's layout is POSIX. */
static int check_layout(daos_handle_t coh)
{
	struct daos_prop_entry *entry;
	daos_prop_t *prop = daos_prop_alloc(1);
	int rc;

	if (prop == NULL)
		return -DER_NOMEM;
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_LAYOUT_TYPE;
	rc = daos_cont_query(coh, NULL, prop, NULL);
	if (rc == 0) {
		entry = daos_prop_entry_get(prop, DAOS_PROP_CO_LAYOUT_TYPE);
		if (entry == NULL || entry->dpe_val != DAOS_PROP_CO_LAYOUT_POSIX)
			rc = -DER_NOTSUPPORTED;
	}
	daos_prop_free(prop);
	return rc;
}

static void read_attribute(struct container *cont, const char *name)
{
	char value[64];
	void *values[] = {value};
	const char *names[] = {name};
	size_t sizes[] = {sizeof(value)};

	if (daos_cont_get_attr(cont->coh, 1, names, values, sizes, NULL) != 0)
		return;
	if (sizes[0] > sizeof(value) || cache_times_set(&cont->times, name, value, sizes[0]) != 0)
		log_warn("container %s: attribute %s: malformed, ignored", cont->uuid_str, name);
}

static void set_cache_times(struct connections *conns, struct container *cont)
{
	if (!conns->caching) {
		cache_times_off(&cont->times);
		return;
	}
	cache_times_default(&cont->times);
	for (size_t i = 0; cache_time_names[i] != NULL; i++)
		read_attribute(cont, cache_time_names[i]);
	if (conns->mount != NULL)
		cont->watch = watch_begin(conns->mount, cont);
	if (cont->watch != NULL)
		cache_times_watched(&cont->times);
}

static uint64_t salt_of(uuid_t uuid)
{
	uint64_t word[2];

	memcpy(word, uuid, sizeof(word));
	return (word[0] ^ word[1] * 0x9e3779b97f4a7c15ULL) | 1ULL << 63;
}

/* The one who takes it exclusively is in a hurry: others wait for it. */
static void init_lock(struct container *cont)
{
	pthread_rwlockattr_t attr;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&cont->replying, &attr);
	pthread_rwlockattr_destroy(&attr);
}

static int open_best(struct container *cont, const char *name, daos_cont_info_t *info)
{
	int rc = -DER_NO_PERM;

	memset(info, 0, sizeof(*info));
	if (!cont->read_only)
		rc = daos_cont_open(cont->pool->poh, name, DAOS_COO_RW, &cont->coh, info, NULL);
	if (rc == -DER_NO_PERM) {
		cont->read_only = true;
		rc = daos_cont_open(cont->pool->poh, name, DAOS_COO_RO, &cont->coh, info, NULL);
	}
	return rc;
}

/* Open the file system in the container. */
static int open_dfs(struct container *cont)
{
	int flags = cont->read_only ? O_RDONLY : O_RDWR;
	int err;

	err = dfs_mount(cont->pool->poh, cont->coh, flags, &cont->dfs);
	if (err == 0)
		err = dfs_lookup(cont->dfs, "/", flags, &cont->root, NULL, NULL);
	if (err == 0)
		err = dfs_obj2id(cont->root, &cont->root_oid);
	return err == EINVAL ? -DER_DF_INVAL : der_from_errno(err);
}

static struct container *find(struct connections *conns, uuid_t uuid)
{
	struct container *cont = conns->containers;

	while (cont != NULL && uuid_compare(cont->uuid, uuid) != 0)
		cont = cont->next;
	return cont;
}

/* Called with the lock held. */
static int connect_locked(struct connections *conns, struct pool *pool, const char *name, bool salted,
			  struct container **out)
{
	struct container *cont = calloc(1, sizeof(*cont));
	daos_cont_info_t info;
	int rc;

	if (cont == NULL)
		return -DER_NOMEM;
	init_lock(cont);
	cont->pool = pool;
	cont->read_only = conns->read_only || pool->read_only;
	rc = open_best(cont, name, &info);
	if (rc != 0)
		goto fail;
	*out = find(conns, info.ci_uuid);
	if (*out != NULL)
		goto fail;
	uuid_copy(cont->uuid, info.ci_uuid);
	uuid_unparse_lower(cont->uuid, cont->uuid_str);
	cont->salt = salted ? salt_of(cont->uuid) : 0;
	rc = check_layout(cont->coh);
	if (rc == 0)
		rc = open_dfs(cont);
	if (rc != 0)
		goto fail;
	cont->plain = daos_local_cont_plain != NULL && daos_local_cont_plain(cont->coh) == 0;
	set_cache_times(conns, cont);
	cont->next = conns->containers;
	conns->containers = cont;
	conns->ncontainers++;
	*out = cont;
	return 0;
fail:
	container_close(cont);
	return rc;
}

void container_set_root_path(struct connections *conns, struct container *cont, const char *path)
{
	pthread_mutex_lock(&conns->lock);
	if (cont->root_path == NULL && cont->watch != NULL) {
		watch_set_root(cont->watch, path);
		cont->root_path = strdup(path);
	}
	pthread_mutex_unlock(&conns->lock);
}

int container_connect(struct connections *conns, struct pool *pool, const char *name, bool salted,
		      struct container **out)
{
	int rc;

	if (!daos_label_is_valid(name) && !daos_is_valid_uuid_string(name, UUID_SST_NONE))
		return -DER_INVAL;
	pthread_mutex_lock(&conns->lock);
	rc = connect_locked(conns, pool, name, salted, out);
	pthread_mutex_unlock(&conns->lock);
	return rc;
}
