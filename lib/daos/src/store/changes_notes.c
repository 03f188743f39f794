#include "changes_notes.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "array_table.h"
#include "changes_map.h"
#include "error.h"
#include "lease.h"

#define TRIES 3 /* others open files for moments, to see whether they are at rest */

/* The notes of a line that is this process's. */
static int own_notes(struct cont *cont, unsigned line, struct notes **out)
{
	struct changes *c;
	int rc = changes_get(cont, &c);

	if (rc != 0)
		return rc;
	if (line >= CHANGES_WATCHERS || atomic_load(&c->watcher[line].pid) != changes_own_pid())
		return -DER_CANCELED;
	*out = &c->notes[line];
	return 0;
}

static atomic_uint *counter_of(struct notes *n, daos_obj_id_t oid)
{
	return &n->cached[changes_hash(oid) >> 48];
}

/* Does anybody but `fd` have the plain file open? */
static int check_unshared(struct cont *cont, daos_obj_id_t oid, int fd)
{
	enum lease_answer answer = LEASE_TAKEN;
	char name[ARRAY_NAME_MAX];
	int own = fd;

	array_name(oid, name);
	if (own < 0)
		own = lease_open(cont->data_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (own < 0)
		return errno == ENOENT ? 0 : der_from_errno(errno);
	for (unsigned i = 0; answer == LEASE_TAKEN && i < TRIES; i++) {
		if (i > 0)
			sched_yield();
		answer = lease_others(own);
	}
	if (own != fd)
		close(own);
	if (answer == LEASE_FREE)
		return 0;
	return answer == LEASE_TAKEN ? -DER_BUSY : -DER_NOTSUPPORTED;
}

int changes_cache_begin(struct cont *cont, unsigned line, daos_obj_id_t oid, int fd)
{
	struct notes *n;
	int rc = own_notes(cont, line, &n);

	if (rc == 0 && !atomic_load(&n->rooted))
		rc = -DER_INVAL;
	if (rc != 0)
		return rc;
	atomic_fetch_add(counter_of(n, oid), 1);
	atomic_thread_fence(memory_order_seq_cst);
	rc = check_unshared(cont, oid, fd);
	if (rc != 0)
		atomic_fetch_sub(counter_of(n, oid), 1);
	return rc;
}

int changes_cache_end(struct cont *cont, unsigned line, daos_obj_id_t oid)
{
	struct notes *n;
	int rc = own_notes(cont, line, &n);

	if (rc == 0)
		atomic_fetch_sub(counter_of(n, oid), 1);
	return rc;
}

int changes_root(struct cont *cont, unsigned line, const char *path)
{
	struct notes *n;
	int rc = own_notes(cont, line, &n);

	if (rc == 0 && (path[0] != '/' || strlen(path) >= sizeof(n->root)))
		rc = -DER_INVAL;
	if (rc == 0 && atomic_load(&n->rooted))
		rc = -DER_ALREADY;
	if (rc != 0)
		return rc;
	strcpy(n->root, path);
	atomic_store(&n->rooted, true);
	return 0;
}

/* Does the watcher in the line cache it? Then where it is mounted. */
static int cached_by(struct cont *cont, struct changes *c, unsigned line, daos_obj_id_t oid, char *root, size_t size)
{
	unsigned generation = atomic_load(&c->watcher[line].generation);
	struct notes *n = &c->notes[line];
	int pid = atomic_load(&c->watcher[line].pid);

	if (pid == 0 || pid == changes_own_pid() || atomic_load(counter_of(n, oid)) == 0)
		return -DER_NONEXIST;
	if (!changes_line_lives(cont, line))
		return -DER_NONEXIST;
	if (strnlen(n->root, sizeof(n->root)) >= size)
		return -DER_TRUNC;
	memcpy(root, n->root, strnlen(n->root, sizeof(n->root)) + 1);
	return atomic_load(&c->watcher[line].generation) == generation ? 0 : -DER_NONEXIST;
}

int changes_cached(struct cont *cont, daos_obj_id_t oid, char *root, size_t size)
{
	struct changes *c;
	int rc = changes_get(cont, &c);

	if (rc != 0)
		return rc;
	atomic_thread_fence(memory_order_seq_cst);
	rc = -DER_NONEXIST;
	for (unsigned i = 0; rc == -DER_NONEXIST && i < CHANGES_WATCHERS; i++)
		rc = cached_by(cont, c, i, oid, root, size);
	return rc;
}

int changes_cached_where(struct cont *cont, daos_obj_id_t oid, struct daos_local_place *place)
{
	struct changes *c;
	int rc = changes_get(cont, &c);

	if (rc != 0)
		return rc;
	place->watcher = (const volatile int *)&c->watcher[0].pid;
	place->watcher_step = sizeof(c->watcher[0]);
	place->cached = (const volatile unsigned *)counter_of(&c->notes[0], oid);
	place->cached_step = sizeof(c->notes[0]);
	place->lines = CHANGES_WATCHERS;
	return 0;
}

int changes_interest(struct cont *cont, unsigned line, daos_obj_id_t oid)
{
	uint64_t bit = changes_hash(oid) >> 42;
	struct notes *n;
	int rc = own_notes(cont, line, &n);

	if (rc == 0 && !atomic_load_explicit(&n->selective, memory_order_relaxed))
		rc = changes_line_allocate_interest(cont, line);
	if (rc != 0)
		return rc;
	if (!(atomic_load(&n->interest[bit / 64]) >> bit % 64 & 1))
		atomic_fetch_or(&n->interest[bit / 64], 1ULL << bit % 64);
	if (!atomic_load(&n->selective))
		atomic_store(&n->selective, true);
	return 0;
}
