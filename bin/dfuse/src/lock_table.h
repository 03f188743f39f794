/*
 * lock_table.h: the inside of struct lock_table, for locks.c and lock_wait.c.
 */
#ifndef DFUSE_LOCK_TABLE_H
#define DFUSE_LOCK_TABLE_H

#include "locks.h"

/* One who has or wants locks on an object. */
struct lock_owner {
	struct lock_owner *next;
	struct locked *object;
	uint64_t id;
	bool flock;
	struct file *file; /* the handle used last */
	int fd;		   /* his description of the plain file */
	unsigned waiting;  /* threads that use fd */
	int64_t flushed;   /* when his handle was flushed, in ms: it may be closing. 0: not */
	struct lock_range *ranges;
};

/* An object with locks. */
struct locked {
	struct locked *next;
	struct container *cont;
	daos_obj_id_t oid;
	struct lock_owner *owners;
	int stand_in; /* an anonymous file; -1: the plain file is used */
};

struct lock_wait {
	struct lock_wait *next;
	struct mount *m;
	struct lock_request want;
	struct lock_owner *owner;
	pthread_t thread;
	void *req;	  /* fuse_req_t */
	int64_t deadline; /* 0: none */
	bool cancelled, awake, seen;
};

/* All with the table's lock held. */

/* The owner of the request, made if need be. 0 or errno. */
int lock_owner_get(struct lock_table *table, const struct lock_request *req, struct lock_owner **owner);

/* Take what is asked for without waiting and note it. 0, EAGAIN, errno. */
int lock_owner_apply(struct lock_owner *owner, const struct lock_request *req);

/* A thread that used the owner's description ends. An owner without locks is gone then. */
void lock_owner_done(struct lock_table *table, struct lock_owner *owner);

/* Would waiting for `want` be for ever? */
bool lock_table_deadlock(struct lock_table *table, const struct lock_owner *owner, const struct lock_range *want);

/* Whether a handle that stands in the way may be closing just now. */
bool lock_owner_closing(const struct lock_owner *owner, const struct lock_range *want);

/* The monotonic clock in milliseconds. */
int64_t lock_now(void);

#endif
