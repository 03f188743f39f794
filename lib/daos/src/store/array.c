#include "array.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <daos_errno.h>
#include <daos_fs.h>

#include "array_table.h"
#include "array_tomb.h"
#include "error.h"

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

int array_get(struct cont *cont, daos_obj_id_t oid, struct array **out)
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
		}
	}
	if (a != NULL)
		a->refs++;
	array_unlock();
	*out = a;
	return a == NULL ? -DER_NOMEM : 0;
}

/* Tell the container's count what this process wrote to the file. */
static void settle(struct array *a)
{
	struct stat st;
	int64_t blocks;

	if (!atomic_exchange(&a->counted, false) || atomic_load(&a->destroyed))
		return;
	blocks = fstat(atomic_load(&a->fd), &st) == 0 ? st.st_blocks : atomic_load(&a->base);
	array_usage_add(a->cont, blocks - atomic_load(&a->base));
}

void array_put(struct array *a)
{
	struct array_table *t = a->cont->arrays;
	struct array **p;
	bool last;

	array_lock();
	last = --a->refs == 0;
	if (last) {
		for (p = bucket_of(t, a->oid); *p != a; p = &(*p)->next)
			;
		*p = a->next;
	}
	array_unlock();
	if (!last)
		return;
	settle(a);
	if (atomic_load(&a->fd) >= 0)
		close(atomic_load(&a->fd));
	free(a);
}

static bool is_default(const struct array_shape *s)
{
	return s->cell_size == 1 && s->chunk_size == DFS_DEFAULT_CHUNK_SIZE;
}

static int shape_put(struct cont *cont, MDB_txn *txn, daos_obj_id_t oid, const struct array_shape *shape)
{
	MDB_val key = {sizeof(oid), &oid}, val = {sizeof(*shape), (void *)shape};

	return env_error(mdb_put(txn, env_dbi(cont->env, CONT_DB_ARRAY), &key, &val, 0));
}

int array_shape_get(struct cont *cont, MDB_txn *txn, daos_obj_id_t oid, struct array_shape *shape)
{
	MDB_val key = {sizeof(oid), &oid}, val;
	int rc = mdb_get(txn, env_dbi(cont->env, CONT_DB_ARRAY), &key, &val);

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
	MDB_txn *txn;
	int rc = array_tomb_find(cont, a->oid, &buried);

	if (rc != 0 || (!buried && is_default(shape)))
		return rc;
	if (buried) {
		array_name(a->oid, name);
		unlinkat(cont->data_fd, name, 0);
	}
	rc = env_write_begin(cont->env, &txn);
	if (rc != 0)
		return rc;
	rc = array_tomb_remove(cont, txn, a->oid);
	if (rc == 0 && !is_default(shape))
		rc = shape_put(cont, txn, a->oid, shape);
	if (rc == 0)
		return env_write_commit(cont->env, txn);
	env_write_abort(cont->env, txn);
	return rc;
}

/* Open the plain file; with O_CREAT make its directory where that is missing. */
static int open_file(struct array *a, int flags)
{
	char name[ARRAY_NAME_MAX];
	int fd;

	array_name(a->oid, name);
	fd = openat(a->cont->data_fd, name, O_RDWR | O_CLOEXEC | flags, 0600);
	if (fd < 0 && errno == ENOENT && (flags & O_CREAT)) {
		name[2] = '\0';
		if (mkdirat(a->cont->data_fd, name, 0700) == 0 || errno == EEXIST) {
			name[2] = '/';
			fd = openat(a->cont->data_fd, name, O_RDWR | O_CLOEXEC | flags, 0600);
		}
	}
	return fd;
}

/* The file that is there, unless its object is on the way out. */
static int open_if_alive(struct array *a, int *fd)
{
	bool buried;
	int rc;

	*fd = open_file(a, 0);
	if (*fd < 0)
		return errno == ENOENT ? -DER_NONEXIST : der_from_errno(errno);
	rc = array_tomb_find(a->cont, a->oid, &buried);
	if (rc == 0 && !buried)
		return 0;
	close(*fd);
	*fd = -1;
	return rc == 0 ? -DER_NONEXIST : rc;
}

static int make_file(struct array *a, const struct array_shape *shape, int *fd)
{
	int rc;

	if (atomic_load(&a->destroyed)) { /* for those who still have it open */
		*fd = openat(a->cont->data_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		return *fd < 0 ? der_from_errno(errno) : 0;
	}
	rc = prepare(a, shape);
	if (rc != 0)
		return rc;
	*fd = open_file(a, O_CREAT);
	if (*fd < 0)
		return der_from_errno(errno);
	atomic_store(&a->fresh, true);
	return 0;
}

int array_fd(struct array *a, bool create, const struct array_shape *shape, int *fd)
{
	int expected = -1, rc = 0;

	*fd = atomic_load_explicit(&a->fd, memory_order_acquire);
	if (*fd >= 0)
		return 0;
	if (!atomic_load(&a->destroyed)) {
		rc = open_if_alive(a, fd);
		if (rc != 0 && rc != -DER_NONEXIST)
			return rc;
		rc = 0;
	}
	if (*fd < 0 && !create)
		return -DER_NONEXIST;
	if (*fd < 0)
		rc = make_file(a, shape, fd);
	if (rc != 0)
		return rc;
	if (!atomic_compare_exchange_strong(&a->fd, &expected, *fd)) {
		close(*fd); /* another thread was faster */
		*fd = expected;
	}
	return 0;
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

int array_stat(struct array *a, struct stat *st)
{
	char name[ARRAY_NAME_MAX];
	bool buried;
	int fd = atomic_load_explicit(&a->fd, memory_order_acquire), rc;

	if (fd >= 0) {
		rc = fstat(fd, st);
	} else if (atomic_load(&a->destroyed)) {
		errno = ENOENT;
		rc = -1;
	} else {
		array_name(a->oid, name);
		rc = fstatat(a->cont->data_fd, name, st, 0);
		if (rc == 0 && (array_tomb_find(a->cont, a->oid, &buried) != 0 || buried)) {
			errno = ENOENT;
			rc = -1;
		}
	}
	if (rc == 0)
		return 0;
	if (errno != ENOENT)
		return der_from_errno(errno);
	st->st_size = 0;
	st->st_blocks = 0;
	st->st_mtim = (struct timespec){0};
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

int array_sync(struct array *a)
{
	int fd, rc = array_fd(a, false, NULL, &fd);

	if (rc != 0)
		return rc == -DER_NONEXIST ? 0 : rc;
	if (fdatasync(fd) != 0)
		return der_from_errno(errno);
	if (atomic_exchange(&a->fresh, false) && !atomic_load(&a->destroyed)) {
		rc = sync_directory(a);
		if (rc != 0)
			atomic_store(&a->fresh, true);
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

int array_bury(struct cont *cont, MDB_txn *txn, daos_obj_id_t oid)
{
	MDB_val key = {sizeof(oid), &oid};
	int rc = mdb_del(txn, env_dbi(cont->env, CONT_DB_ARRAY), &key, NULL);

	rc = rc == MDB_NOTFOUND ? 0 : env_error(rc);
	if (rc != 0 || !has_file(cont, oid))
		return rc;
	return array_tomb_put(cont, txn, oid);
}

/* The array must not be found by new users, and those who have it must keep its file. */
static void detach(struct array_table *t, daos_obj_id_t oid)
{
	int expected = -1, fd;
	struct array *a;

	array_lock();
	a = find(t, oid);
	if (a != NULL)
		a->refs++;
	array_unlock();
	if (a == NULL)
		return;
	fd = atomic_load(&a->fd) >= 0 ? -1 : open_file(a, 0);
	if (fd >= 0 && !atomic_compare_exchange_strong(&a->fd, &expected, fd))
		close(fd);
	settle(a);
	atomic_store(&a->destroyed, true);
	array_put(a);
}

void array_retire(struct cont *cont, daos_obj_id_t oid)
{
	char name[ARRAY_NAME_MAX];
	struct array_table *t;
	struct stat st;

	if (array_table_get(cont, &t) != 0)
		return;
	detach(t, oid);
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
		munmap((void *)t->usage, sizeof(int64_t));
	free(t);
	cont->arrays = NULL;
}
