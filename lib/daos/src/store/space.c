/*
 * How full a pool is. statfs(2) of every program that looks ends here, so: containers that this process has open are
 * asked, which costs a lookup each; the total of all others is remembered for a second.
 */
#include "pool.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <time.h>

#include <daos_errno.h>

#include "cont.h"
#include "error.h"

#define REMEMBER_NS 1000000000ULL

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/* Changes with the containers that there are, and with those that are open here. */
static uint64_t version_of(struct pool *pool)
{
	return env_version(pool->env) + cont_generation();
}

/* Whether *used is the total of the containers that are open elsewhere or nowhere. */
static bool recall(struct pool *pool, uint64_t *used)
{
	bool fresh;

	if (pthread_mutex_trylock(&pool->others.lock) != 0)
		return false;
	fresh = pool->others.version == version_of(pool) && now_ns() - pool->others.time < REMEMBER_NS;
	if (fresh)
		*used = pool->others.used;
	pthread_mutex_unlock(&pool->others.lock);
	return fresh;
}

static void remember(struct pool *pool, uint64_t used)
{
	if (pthread_mutex_trylock(&pool->others.lock) != 0)
		return;
	pool->others.version = version_of(pool);
	pool->others.time = now_ns();
	pool->others.used = used;
	pthread_mutex_unlock(&pool->others.lock);
}

static int used_bytes(struct pool *pool, uint64_t *used)
{
	struct registry_member *members;
	uint64_t here_used = 0, others_used = 0;
	size_t count;
	int rc;

	if (recall(pool, &others_used)) {
		*used = cont_usage_open(pool) + others_used + env_disk_usage(pool->env);
		return 0;
	}
	rc = registry_list(&pool->conts, &members, &count);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		bool here;
		uint64_t n = cont_usage(pool, members[i].uuid, &here);

		*(here ? &here_used : &others_used) += n;
	}
	free(members);
	remember(pool, others_used);
	*used = here_used + others_used + env_disk_usage(pool->env);
	return 0;
}

int pool_space(struct pool *pool, uint64_t *total, uint64_t *avail)
{
	struct statvfs st;
	uint64_t used, host;
	int rc;

	if (statvfs(pool->path, &st) != 0)
		return der_from_errno(errno);
	host = (uint64_t)st.f_bavail * st.f_frsize;
	if (pool->size == 0) {
		*total = (uint64_t)st.f_blocks * st.f_frsize;
		*avail = host;
		return 0;
	}
	rc = used_bytes(pool, &used);
	if (rc != 0)
		return rc;
	*total = pool->size;
	*avail = used < pool->size ? pool->size - used : 0;
	if (*avail > host)
		*avail = host;
	return 0;
}
