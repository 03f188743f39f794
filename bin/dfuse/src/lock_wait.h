/*
 * lock_wait.h: a request for a lock that must wait, in a thread of its own; see locks.h.
 */
#ifndef DFUSE_LOCK_WAIT_H
#define DFUSE_LOCK_WAIT_H

#include "locks.h"
#include "mount.h"

/*
 * Wait for the lock and answer `req`. `patience_ms`: 0: until it is there, or EINTR; else EAGAIN when the time is over.
 * Returns at once: 0, or an errno (EDEADLK: those who hold it wait for this owner) and `req` is still to be answered.
 */
int lock_wait_start(struct mount *m, fuse_req_t req, const struct lock_request *want, unsigned patience_ms);

/* Wake all waiting threads and wait until they are gone. */
void lock_wait_stop(struct lock_table *table);

#endif
