#include "array.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <daos_errno.h>
#include <daos_fs.h>

#include "array_open.h"
#include "array_peek.h"
#include "array_table.h"
#include "array_tomb.h"
#include "csum.h"
#include "csum_file.h"
#include "error.h"
#include "lease.h"
#include "rest_table.h"

static struct array **bucket_of(struct array_table *t, daos_obj_id_t oid)
{
	uint64_t h = (oid.hi ^ oid.lo * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;

	return &t->bucket[h >> 54];
}

static struct array *find(struct array_table *t, daos_obj_id_t oid)
{
	struct array *a = *bucket_of(t, oid);

	while (a != NULL && (a->oid.lo != oid.lo || a->oid.hi != oid.hi || atomic_load(&a->destroyed)))
		a = a->next;
	return a;
}

int array_get(struct cont *cont, daos_obj_id_t oid, bool writer, struct array **out)
{
	struct array_table *t;
	struct array *a;
	int rc = array_table_get(cont, &t);

	if (rc != 0)
		return rc;
	array_lock();
	a = find(t, oid);
	if (a == NULL) {
		a = calloc(1, sizeof(*a));
		if (a != NULL) {
			struct array **b = bucket_of(t, oid);

			a->cont = cont;
			a->oid = oid;
			a->next = *b;
			*b = a;
			atomic_init(&a->fd, -1);
			atomic_init(&a->write_fd, -1);
		}
	}
	if (a != NULL) {
		a->refs++;
		a->writers += writer;
	}
	array_unlock();
	*out = a;
	return a == NULL ? -DER_NOMEM : 0;
}

/* Tell the container's count what this process wrote to the file. */
static void settle(struct array *a, int fd)
{
	struct stat st;
	int64_t blocks;

	if (!atomic_exchange(&a->counted, false) || atomic_load(&a->destroyed))
		return;
	blocks = fstat(fd, &st) == 0 ? st.st_blocks : atomic_load(&a->base);
	array_usage_add(a->cont, blocks - atomic_load(&a->base));
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void array_settle(struct array *a)
{
	uint64_t claim;
	struct stat st;
	int fd = -1;

	array_lock();
	if (a->writers == 1 && !atomic_load(&a->destroyed)) {
		fd = atomic_exchange(&a->write_fd, -1);
		claim = atomic_exchange(&a->claim, 0);
		if (fd >= 0) {
			settle(a, fd);
			/* A file that was mapped through a kernel's passthrough is written to on, with no handle left.
			 */
			if (claim != 0 && lease_others(fd) == LEASE_FREE && fstat(fd, &st) == 0)
				rest_settle(a->cont, a->oid, claim, &st);
		}
	}
	array_unlock();
	close_if_open(fd);
}

/* A new writer may come while this one's descriptor is closed: it opens another. So it is taken away under the lock. */
void array_put(struct array *a, bool writer)
{
	struct array_table *t = a->cont->arrays;
	int write_fd = -1;
	struct array **p;
	bool last;

	array_lock();
	a->writers -= writer;
	last = --a->refs == 0;
	if (last || (writer && a->writers == 0 && !atomic_load(&a->destroyed))) {
		write_fd = atomic_exchange(&a->write_fd, -1);
		if (write_fd >= 0)
			settle(a, write_fd);
	}
	if (last) {
		for (p = bucket_of(t, a->oid); *p != a; p = &(*p)->next)
			;
		*p = a->next;
	}
	array_unlock();
	close_if_open(write_fd);
	if (!last)
		return;
	close_if_open(atomic_load(&a->fd));
	free(a);
}

static bool is_default(const struct array_shape *s)
{
	return s->cell_size == 1 && s->chunk_size == DFS_DEFAULT_CHUNK_SIZE;
}

static int shape_put(struct env_txn *txn, daos_obj_id_t oid, const struct array_shape *shape)
{
	MDB_val key = {sizeof(oid), &oid}, val = {sizeof(*shape), (void *)shape};

	return env_error(env_val_put(txn, CONT_DB_ARRAY, &key, &val));
}

int array_shape_get(struct env_txn *txn, daos_obj_id_t oid, struct array_shape *shape)
{
	MDB_val key = {sizeof(oid), &oid}, val;
	int rc = env_val_get(txn, CONT_DB_ARRAY, &key, &val);

	*shape = (struct array_shape){1, DFS_DEFAULT_CHUNK_SIZE};
	if (rc == 0 && val.mv_size == sizeof(*shape))
		memcpy(shape, val.mv_data, sizeof(*shape));
	return rc == MDB_NOTFOUND ? 0 : env_error(rc);
}

/* Before a plain file is made: the object must not be on the way out, and an unusual shape must be known. */
static int prepare(struct array *a, const struct array_shape *shape)
{
	struct cont *cont = a->cont;
	bool buried;
	char name[ARRAY_NAME_MAX];
	struct env_txn *txn;
	int rc = array_tomb_find(cont, a->oid, &buried);

	if (rc != 0 || (!buried && is_default(shape)))
		return rc;
	if (buried) {
		array_name(a->oid, name);
		unlinkat(cont->data_fd, name, 0);
		if (csum_is_on(cont))
			csum_file_remove(cont, a->oid);
	}
	rc = env_write_begin(cont->env, &txn);
	if (rc != 0)
		return rc;
	rc = array_tomb_remove(txn, a->oid);
	if (rc == 0 && !is_default(shape))
		rc = shape_put(txn, a->oid, shape);
	if (rc == 0)
		return env_write_commit(cont->env, txn);
	env_write_abort(cont->env, txn);
	return rc;
}

/* Keep a new descriptor where there is none yet; another thread may have been faster. */
static int keep(atomic_int *where, int *fd)
{
	int expected = -1;

	if (!atomic_compare_exchange_strong(where, &expected, *fd)) {
		close(*fd);
		*fd = expected;
	}
	return 0;
}

static int make_file(struct array *a, const struct array_shape *shape, int *fd, uint64_t *claim)
{
	int rc;

	if (atomic_load(&a->destroyed)) { /* for those who still have it open */
		*fd = openat(a->cont->data_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		return *fd < 0 ? der_from_errno(errno) : 0;
	}
	rc = prepare(a, shape);
	return rc == 0 ? array_open_claim(a->cont, a->oid, O_RDWR | O_CREAT | O_CLOEXEC, fd, claim) : rc;
}

int array_write_fd(struct array *a, bool create, const struct array_shape *shape, int *fd)
{
	int rc = -DER_NONEXIST, own;
	uint64_t claim = 0;

	*fd = atomic_load_explicit(&a->write_fd, memory_order_acquire);
	if (*fd >= 0)
		return 0;
	if (!atomic_load(&a->destroyed))
		rc = array_open_claim(a->cont, a->oid, O_RDWR | O_CLOEXEC, fd, &claim);
	if (rc == -DER_NONEXIST && create)
		rc = make_file(a, shape, fd, &claim);
	if (rc != 0)
		return rc;
	own = *fd;
	keep(&a->write_fd, fd);
	if (*fd == own)
		atomic_store(&a->claim, claim); /* of two who open at once, neither is alone: the count tells */
	return 0;
}

int array_fd(struct array *a, bool writer, int *fd)
{
	int rc;

	if (writer || atomic_load(&a->destroyed)) {
		*fd = atomic_load_explicit(&a->write_fd, memory_order_acquire);
		if (*fd >= 0)
			return 0;
	}
	*fd = atomic_load_explicit(&a->fd, memory_order_acquire);
	if (*fd >= 0)
		return 0;
	if (atomic_load(&a->destroyed))
		return -DER_NONEXIST;
	rc = array_open_plain(a->cont, a->oid, O_RDONLY | O_CLOEXEC, fd);
	return rc == 0 ? keep(&a->fd, fd) : rc;
}

int array_will_write(struct array *a, int fd)
{
	struct stat st;

	if (atomic_load_explicit(&a->counted, memory_order_relaxed))
		return 0;
	if (fstat(fd, &st) != 0)
		return der_from_errno(errno);
	if (!atomic_load(&a->counted)) {
		atomic_store(&a->base, st.st_blocks);
		atomic_store(&a->counted, true);
	}
	return 0;
}

int array_stat(struct array *a, bool writer, struct stat *st)
{
	bool destroyed = atomic_load(&a->destroyed);
	int fd = -1, rc;

	/* A writer's descriptor stays while he is there, and that of a destroyed array. */
	if (writer || destroyed)
		fd = atomic_load_explicit(&a->write_fd, memory_order_acquire);
	if (fd < 0 && !destroyed && array_peek_noted(a->cont, a->oid, st))
		return 0;
	if (fd < 0)
		fd = atomic_load_explicit(&a->fd, memory_order_acquire);
	if (fd >= 0)
		return fstat(fd, st) == 0 ? 0 : der_from_errno(errno);
	rc = destroyed ? -DER_NONEXIST : array_peek(a->cont, a->oid, st, NULL);
	if (rc != -DER_NONEXIST)
		return rc;
	memset(st, 0, sizeof(*st));
	return 0;
}

static int sync_directory(struct array *a)
{
	char name[ARRAY_NAME_MAX];
	int fd, rc;

	array_name(a->oid, name);
	name[2] = '\0';
	fd = openat(a->cont->data_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return der_from_errno(errno);
	rc = fsync(fd) == 0 ? 0 : der_from_errno(errno);
	close(fd);
	if (rc != 0)
		return rc;
	fd = openat(a->cont->data_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return der_from_errno(errno);
	rc = fsync(fd) == 0 ? 0 : der_from_errno(errno);
	close(fd);
	return rc;
}

int array_sync(struct array *a, bool writer)
{
	int fd, rc = array_fd(a, writer, &fd);

	if (rc != 0)
		return rc == -DER_NONEXIST ? 0 : rc;
	if (csum_is_on(a->cont))
		rc = csum_sync(a, fd, !atomic_load(&a->rooted));
	else if (fdatasync(fd) != 0)
		rc = der_from_errno(errno);
	if (rc != 0)
		return rc;
	if (!atomic_exchange(&a->rooted, true) && !atomic_load(&a->destroyed)) {
		rc = sync_directory(a);
		if (rc != 0)
			atomic_store(&a->rooted, false);
	}
	return rc;
}

static bool has_file(struct cont *cont, daos_obj_id_t oid)
{
	char name[ARRAY_NAME_MAX];

	array_name(oid, name);
	return faccessat(cont->data_fd, name, F_OK, 0) == 0;
}

bool array_exists(struct cont *cont, daos_obj_id_t oid)
{
	bool buried;

	return has_file(cont, oid) && array_tomb_find(cont, oid, &buried) == 0 && !buried;
}

int array_bury(struct cont *cont, struct env_txn *txn, daos_obj_id_t oid)
{
	MDB_val key = {sizeof(oid), &oid};
	int rc = env_val_del(txn, CONT_DB_ARRAY, &key);

	rc = rc == MDB_NOTFOUND ? 0 : env_error(rc);
	if (rc != 0 || !has_file(cont, oid))
		return rc;
	return array_tomb_put(txn, oid);
}

/* Open what is needed to go on with the file when it has no name any more. Its tomb is there already. */
static void hold(struct array *a, atomic_int *where, int flags)
{
	char name[ARRAY_NAME_MAX];
	int fd;

	if (atomic_load(where) >= 0)
		return;
	array_name(a->oid, name);
	fd = lease_open(a->cont->data_fd, name, flags | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0)
		keep(where, &fd);
}

/* The array must not be found by new users, and those who have it must keep its file. */
static void detach(struct array_table *t, daos_obj_id_t oid)
{
	struct array *a;
	int fd;

	array_lock();
	a = find(t, oid);
	if (a != NULL) {
		if (a->writers > 0)
			hold(a, &a->write_fd, O_RDWR);
		if (a->writers < a->refs)
			hold(a, &a->fd, O_RDONLY);
		fd = atomic_load(&a->write_fd);
		if (fd >= 0)
			settle(a, fd);
		atomic_store(&a->destroyed, true);
	}
	array_unlock();
}

void array_retire(struct cont *cont, daos_obj_id_t oid)
{
	char name[ARRAY_NAME_MAX];
	struct array_table *t;
	struct stat st;

	if (array_table_get(cont, &t) != 0)
		return;
	detach(t, oid);
	rest_disturb(cont, oid); /* should this fail: the note is of what those have who have it open, and right */
	array_name(oid, name);
	if (fstatat(cont->data_fd, name, &st, 0) == 0)
		array_usage_add(cont, -(int64_t)st.st_blocks);
}

void array_table_destroy(struct cont *cont)
{
	struct array_table *t = cont->arrays;

	if (t == NULL)
		return;
	if (t->usage != NULL)
		munmap(t->usage, sizeof(*t->usage));
	free(t);
	cont->arrays = NULL;
}
