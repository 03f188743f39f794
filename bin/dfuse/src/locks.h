/*
 * locks.h: fcntl(2) and flock(2) locks of programs that use the mount, taken on the plain file.
 *
 * So that they exclude programs that use the file by another mount, or its plain file directly (interception), every
 * owner of locks has an open file description of its own of the plain file, and takes them there: flock(2) for the
 * flock of a handle, and for record locks F_OFD_SETLK, which conflict between two descriptions of this one process as
 * the locks of two processes do. The host's kernel decides; what is kept here besides, the ranges that each owner
 * holds, is for what it cannot tell: which process to name in F_GETLK, and who waits for whom (EDEADLK). Deadlocks over
 * several mounts are not seen.
 *
 * An owner is known to us by the number that the kernel gives it: one for each process (POSIX's rule: all its locks on
 * a file go when it closes any descriptor of it, which FLUSH tells), and one for each open file (F_OFD_SETLK, flock:
 * they go with the last descriptor, which RELEASE tells). RELEASE comes a moment after close(2) has returned, so a
 * lock that is refused because of a handle that may be closing is tried again for some milliseconds.
 *
 * A file of a read-only container that has no plain file, or an unlinked one that was never written, is locked on an
 * anonymous file instead: nobody else can reach it but through this mount.
 *
 * Who must wait does so in a thread of his own; an interrupted request (a signal in the program) wakes it.
 *
 * The table's lock is taken after nothing and before nothing but what daos_local_array_open() takes.
 */
#ifndef DFUSE_LOCKS_H
#define DFUSE_LOCKS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <daos_types.h>

#include "lock_range.h"

#define LOCK_BUCKETS 256

struct container;
struct file;
struct inode;
struct lock_wait;
struct locked;
struct mount;

struct lock_table {
	pthread_mutex_t lock; /* protects all of it */
	pthread_cond_t woken; /* a waiting thread has come back */
	struct locked *bucket[LOCK_BUCKETS];
	atomic_uint owners; /* how many there are; 0: closing a file concerns nobody here */
	struct lock_wait *waits;
	bool stopping;
};

/* What a program asks for. */
struct lock_request {
	struct inode *inode;
	struct file *file; /* the handle it comes by */
	uint64_t owner;
	bool flock; /* flock(2): `range` is all of the file */
	struct lock_range range;
};

/* Whether this engine has plain files to lock; if not, the mount's kernel keeps the locks. */
bool locks_supported(void);

int locks_init(struct lock_table *table);

/* Wake all who wait, wait until they are gone, and let go of everything. */
void locks_fini(struct lock_table *table);

/* Lock or unlock without waiting. 0; EAGAIN; another errno. */
int locks_try(struct mount *m, const struct lock_request *req);

/* Who keeps the owner from the lock: `holder` gets his range; type F_UNLCK: nobody. 0 or errno. */
int locks_test(struct mount *m, const struct lock_request *req, struct lock_range *holder);

/* A process closes one of its descriptors of the file; the handle is closed. */
void locks_flush(struct mount *m, struct file *file, uint64_t owner);
void locks_release(struct mount *m, struct file *file);

#endif
