/*
 * changes_map.h: the file `changes` as it is in memory. Private to changes*.c.
 *
 * A watcher has a line, and holds an open file description lock on the byte of the file that stands for the line: so a
 * line is free if and only if its byte is, however its last owner ended. All that a line says is cleared by whoever
 * takes it, before he puts his process id there.
 *
 * The file is sparse. What a line needs is allocated when it is taken, because a full disk would otherwise be SIGBUS.
 */
#ifndef DFUSE_STORE_CHANGES_MAP_H
#define DFUSE_STORE_CHANGES_MAP_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <daos_local.h>

#include "cont.h"

#define CHANGES_RING	 4096
#define CHANGES_WATCHERS 16
#define CHANGES_CACHED	 (1U << 16) /* counters of what a watcher caches, by hash of the object id */
#define CHANGES_INTEREST (1U << 22) /* bits of what it remembers */

struct place {
	atomic_uint_fast64_t number; /* of the change that is here, + 1; 0 while it is being written */
	int32_t pid;
	uint32_t name_len; /* 0: the bytes of the object */
	daos_obj_id_t oid;
	char name[DAOS_LOCAL_NAME_MAX];
};

struct watcher {
	atomic_int pid;		   /* 0: free */
	atomic_uint generation;	   /* counts owners of the line */
	atomic_uint_fast64_t done; /* changes before this one are dealt with */
};

/* What a watcher says about itself. */
struct notes {
	atomic_bool selective; /* only what has its bit in `interest` set concerns it */
	atomic_bool rooted;    /* `root` is set, and stays */
	char root[PATH_MAX - 8];
	atomic_uint cached[CHANGES_CACHED];
	atomic_uint_fast64_t interest[CHANGES_INTEREST / 64];
};

struct changes {
	uint64_t magic;
	atomic_uint_fast64_t head; /* number of the next change */
	atomic_uint rung;	   /* futex of the watchers: counts changes */
	atomic_uint answered;	   /* futex of the writers: counts changes dealt with */
	struct watcher watcher[CHANGES_WATCHERS];
	struct place ring[CHANGES_RING];
	struct notes notes[CHANGES_WATCHERS];
};

/* What a process has of it: behind cont->changes. */
struct changes_here {
	struct changes *map;
	atomic_int lock_fd[CHANGES_WATCHERS]; /* of the lines that are this process's; -1 */
};

/* The mapping, made by whoever needs it first. */
int changes_here_get(struct cont *cont, struct changes_here **out);
int changes_get(struct cont *cont, struct changes **out);

/* Take a free line, its notes cleared. -DER_BUSY: there is none. */
int changes_line_take(struct changes_here *here, struct cont *cont, unsigned *line);
void changes_line_leave(struct changes_here *here, unsigned line);

/* Whether somebody still has the line. Costs some system calls. */
bool changes_line_lives(struct cont *cont, unsigned line);

/* Room on disk for the interest of a line; must be called before a bit is set. */
int changes_line_allocate_interest(struct cont *cont, unsigned line);

/* getpid(2) without the system call. */
int changes_own_pid(void);

static inline uint64_t changes_hash(daos_obj_id_t oid)
{
	uint64_t h = (oid.hi ^ oid.lo * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;

	return (h ^ h >> 32) * 0xc4ceb9fe1a85ec53ULL;
}

static inline bool changes_is_of_interest(const struct notes *n, daos_obj_id_t oid)
{
	uint64_t bit = changes_hash(oid) >> 42;

	return !atomic_load(&n->selective) || (atomic_load(&n->interest[bit / 64]) >> bit % 64 & 1);
}

#endif
