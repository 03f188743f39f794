#include "locks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <daos_local.h>

#include "error.h"
#include "file.h"
#include "lock_table.h"
#include "lock_wait.h"

/* For how long after a FLUSH a RELEASE may be expected. */
#define CLOSING_MS 200

bool locks_supported(void)
{
	return daos_local_array_open_lock != NULL;
}

int locks_init(struct lock_table *table)
{
	pthread_condattr_t attr;
	int rc;

	memset(table, 0, sizeof(*table));
	pthread_mutex_init(&table->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	rc = pthread_cond_init(&table->woken, &attr);
	pthread_condattr_destroy(&attr);
	return rc;
}

int64_t lock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static struct locked **place_of(struct lock_table *table, const struct container *cont, daos_obj_id_t oid)
{
	uint64_t h = (oid.lo ^ oid.hi ^ (uintptr_t)cont) * 0x9e3779b97f4a7c15ULL;
	struct locked **p = &table->bucket[(h >> 32) % LOCK_BUCKETS];

	while (*p != NULL && !((*p)->cont == cont && (*p)->oid.lo == oid.lo && (*p)->oid.hi == oid.hi))
		p = &(*p)->next;
	return p;
}

static struct locked *object_get(struct lock_table *table, const struct inode *inode)
{
	struct locked **p = place_of(table, inode->cont, inode->oid);

	if (*p == NULL) {
		*p = calloc(1, sizeof(**p));
		if (*p != NULL)
			**p = (struct locked){.cont = inode->cont, .oid = inode->oid, .stand_in = -1};
	}
	return *p;
}

/* Forget an object that nobody locks any more. */
static void object_put(struct lock_table *table, struct locked *object)
{
	struct locked **p;

	if (object->owners != NULL)
		return;
	p = place_of(table, object->cont, object->oid);
	*p = object->next;
	if (object->stand_in >= 0)
		close(object->stand_in);
	free(object);
}

/* Another description of what `fd` is, or -1. */
static int reopen(int fd, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, flags);
}

static int open_stand_in(struct locked *object)
{
	if (object->stand_in < 0)
		object->stand_in = memfd_create("dfuse-locks", MFD_CLOEXEC);
	return object->stand_in < 0 ? -1 : reopen(object->stand_in, O_RDWR | O_CLOEXEC);
}

/* Locking a file that was never written is no modification. */
static int make_plain(const struct inode *inode, int flags, int *fd)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};
	int rc = daos_local_array_open_lock(inode->cont->coh, inode->oid, flags | O_CREAT, fd);
	int64_t mtime = inode->attr.mtime;

	if (rc != 0 || mtime <= 0)
		return rc;
	times[1] = (struct timespec){.tv_sec = mtime / 1000000000, .tv_nsec = mtime % 1000000000};
	futimens(*fd, times);
	return 0;
}

/* A description of the object's plain file. flock(2) needs no right to write, which others would have to be told of. */
static int open_plain(struct locked *object, const struct lock_request *req, int *fd)
{
	const struct inode *inode = req->inode;
	int flags = (req->flock || object->cont->read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC;
	int plain, rc = -DER_NONEXIST;

	*fd = -1;
	if (object->stand_in < 0 && inode->unlinked) {
		file_reader(req->file, &plain);
		if (plain < 0 && object->owners != NULL)
			plain = object->owners->fd;
		if (plain >= 0)
			*fd = reopen(plain, flags);
	} else if (object->stand_in < 0) {
		rc = daos_local_array_open_lock(object->cont->coh, object->oid, flags, fd);
		if (rc == -DER_NONEXIST && !object->cont->read_only)
			rc = make_plain(inode, (flags & ~O_ACCMODE) | O_RDWR, fd);
	}
	if (rc != 0 && rc != -DER_NONEXIST)
		return der_to_errno(rc);
	if (*fd < 0)
		*fd = open_stand_in(object);
	return *fd >= 0 ? 0 : errno;
}

static struct lock_owner *find_owner(const struct locked *object, const struct lock_request *req)
{
	struct lock_owner *o = object->owners;

	while (o != NULL && !(o->id == req->owner && o->flock == req->flock))
		o = o->next;
	return o;
}

int lock_owner_get(struct lock_table *table, const struct lock_request *req, struct lock_owner **owner)
{
	struct locked *object = object_get(table, req->inode);
	struct lock_owner *o;
	int rc = ENOMEM;

	if (object == NULL)
		return ENOMEM;
	*owner = find_owner(object, req);
	if (*owner != NULL) {
		(*owner)->file = req->file;
		(*owner)->flushed = 0;
		return 0;
	}
	o = calloc(1, sizeof(*o));
	if (o != NULL) {
		*o = (struct lock_owner){.object = object, .id = req->owner, .flock = req->flock, .file = req->file};
		rc = open_plain(object, req, &o->fd);
	}
	if (rc != 0) {
		free(o);
		object_put(table, object);
		return rc;
	}
	o->next = object->owners;
	object->owners = o;
	atomic_fetch_add(&table->owners, 1);
	*owner = o;
	return 0;
}

static void owner_free(struct lock_table *table, struct lock_owner *owner)
{
	struct locked *object = owner->object;
	struct lock_owner **p = &object->owners;

	while (*p != owner)
		p = &(*p)->next;
	*p = owner->next;
	close(owner->fd);
	lock_ranges_free(&owner->ranges);
	free(owner);
	atomic_fetch_sub(&table->owners, 1);
	object_put(table, object);
}

void lock_owner_done(struct lock_table *table, struct lock_owner *owner)
{
	if (--owner->waiting == 0 && owner->ranges == NULL)
		owner_free(table, owner);
}

static struct flock to_flock(const struct lock_range *r)
{
	struct flock fl = {.l_type = r->type, .l_whence = SEEK_SET, .l_start = r->start};

	fl.l_len = r->end == LOCK_END ? 0 : r->end - r->start + 1;
	return fl;
}

static int flock_op(short type)
{
	return type == F_RDLCK ? LOCK_SH : type == F_WRLCK ? LOCK_EX : LOCK_UN;
}

static int set_plain(const struct lock_owner *owner, const struct lock_range *r)
{
	struct flock fl = to_flock(r);
	int rc;

	if (owner->flock)
		rc = flock(owner->fd, flock_op(r->type) | LOCK_NB);
	else
		rc = fcntl(owner->fd, F_OFD_SETLK, &fl);
	if (rc == 0)
		return 0;
	return errno == EACCES ? EAGAIN : errno;
}

int lock_owner_apply(struct lock_owner *owner, const struct lock_request *req)
{
	struct lock_range none = req->range;
	int rc = set_plain(owner, &req->range);

	none.type = F_UNLCK;
	if (rc == 0 && lock_ranges_set(&owner->ranges, &req->range) != 0) {
		set_plain(owner, &none); /* what cannot be noted is not locked */
		rc = ENOLCK;
	} else if (rc != 0 && owner->flock) {
		lock_ranges_free(&owner->ranges); /* flock(2): a conversion that fails has lost what was there */
	}
	return rc;
}

static bool has_owner(struct lock_table *table, const struct lock_request *req)
{
	const struct locked *object = *place_of(table, req->inode->cont, req->inode->oid);

	return object != NULL && find_owner(object, req) != NULL;
}

int locks_try(struct mount *m, const struct lock_request *req)
{
	struct lock_table *table = &m->locks;
	struct lock_owner *owner;
	int rc = 0;

	pthread_mutex_lock(&table->lock);
	if (req->range.type != F_UNLCK || has_owner(table, req))
		rc = lock_owner_get(table, req, &owner);
	else
		goto out; /* it has no locks */
	if (rc == 0)
		rc = lock_owner_apply(owner, req);
out:
	pthread_mutex_unlock(&table->lock);
	return rc;
}

static const struct lock_range *held_by_other(const struct locked *object, const struct lock_request *req)
{
	const struct lock_range *r = NULL;

	for (struct lock_owner *o = object->owners; o != NULL && r == NULL; o = o->next)
		if (!o->flock && o->id != req->owner)
			r = lock_ranges_conflict(o->ranges, &req->range);
	return r;
}

/* By somebody who does not use this mount. */
static int held_outside(int fd, const struct lock_range *want, struct lock_range *holder)
{
	struct flock fl = to_flock(want);

	if (fcntl(fd, F_OFD_GETLK, &fl) != 0)
		return errno;
	holder->type = fl.l_type;
	if (fl.l_type != F_UNLCK) {
		holder->start = fl.l_start;
		holder->end = fl.l_len == 0 ? LOCK_END : fl.l_start + fl.l_len - 1;
		holder->pid = fl.l_pid; /* -1: of an open file, not of a process */
	}
	return 0;
}

int locks_test(struct mount *m, const struct lock_request *req, struct lock_range *holder)
{
	struct lock_table *table = &m->locks;
	const struct lock_range *r;
	struct locked *object;
	int fd = -1, rc = 0;

	*holder = req->range;
	holder->type = F_UNLCK;
	pthread_mutex_lock(&table->lock);
	object = *place_of(table, req->inode->cont, req->inode->oid);
	r = object != NULL ? held_by_other(object, req) : NULL;
	if (r != NULL)
		*holder = *r;
	else if (object != NULL && object->owners != NULL && object->owners->id == req->owner)
		rc = held_outside(object->owners->fd, &req->range, holder);
	else if ((object == NULL || object->stand_in < 0) &&
		 daos_local_array_open_lock(req->inode->cont->coh, req->inode->oid, O_RDONLY | O_CLOEXEC, &fd) == 0)
		rc = held_outside(fd, &req->range, holder);
	pthread_mutex_unlock(&table->lock);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Everything that the owner holds. */
static void drop(struct lock_table *table, struct lock_owner *owner)
{
	struct flock all = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	if (owner->waiting == 0) {
		owner_free(table, owner);
		return;
	}
	lock_ranges_free(&owner->ranges);
	if (owner->flock)
		flock(owner->fd, LOCK_UN);
	else
		fcntl(owner->fd, F_OFD_SETLK, &all);
}

void locks_flush(struct mount *m, struct file *file, uint64_t id)
{
	struct lock_table *table = &m->locks;
	struct locked *object;

	if (atomic_load(&table->owners) == 0)
		return;
	pthread_mutex_lock(&table->lock);
	object = *place_of(table, file->inode->cont, file->inode->oid);
	for (struct lock_owner *o = object != NULL ? object->owners : NULL, *next; o != NULL; o = next) {
		next = o->next;
		if (o->file == file)
			o->flushed = lock_now();
		if (!o->flock && o->id == id)
			drop(table, o);
	}
	pthread_mutex_unlock(&table->lock);
}

void locks_release(struct mount *m, struct file *file)
{
	struct lock_table *table = &m->locks;
	struct locked *object;

	if (atomic_load(&table->owners) == 0)
		return;
	pthread_mutex_lock(&table->lock);
	object = *place_of(table, file->inode->cont, file->inode->oid);
	for (struct lock_owner *o = object != NULL ? object->owners : NULL, *next; o != NULL; o = next) {
		next = o->next;
		if (o->file == file)
			drop(table, o);
	}
	pthread_mutex_unlock(&table->lock);
}

bool lock_owner_closing(const struct lock_owner *owner, const struct lock_range *want)
{
	int64_t now = lock_now();

	for (struct lock_owner *o = owner->object->owners; o != NULL; o = o->next)
		if (o != owner && o->flock == owner->flock && o->flushed != 0 && now - o->flushed < CLOSING_MS &&
		    lock_ranges_conflict(o->ranges, want) != NULL)
			return true;
	return false;
}

/* Whether one of those who keep `owner` from `want` waits, over however many others, for the owner `id`. */
static bool waits_for(struct lock_table *table, const struct lock_owner *owner, const struct lock_range *want,
		      uint64_t id)
{
	for (struct lock_owner *o = owner->object->owners; o != NULL; o = o->next) {
		if (o == owner || o->flock || lock_ranges_conflict(o->ranges, want) == NULL)
			continue;
		if (o->id == id)
			return true;
		for (struct lock_wait *w = table->waits; w != NULL; w = w->next) {
			if (w->seen || w->owner->flock || w->owner->id != o->id)
				continue;
			w->seen = true;
			if (waits_for(table, w->owner, &w->want.range, id))
				return true;
		}
	}
	return false;
}

bool lock_table_deadlock(struct lock_table *table, const struct lock_owner *owner, const struct lock_range *want)
{
	for (struct lock_wait *w = table->waits; w != NULL; w = w->next)
		w->seen = false;
	return !owner->flock && waits_for(table, owner, want, owner->id);
}

void locks_fini(struct lock_table *table)
{
	lock_wait_stop(table);
	for (unsigned i = 0; i < LOCK_BUCKETS; i++)
		while (table->bucket[i] != NULL)
			owner_free(table, table->bucket[i]->owners);
	pthread_cond_destroy(&table->woken);
	pthread_mutex_destroy(&table->lock);
}
