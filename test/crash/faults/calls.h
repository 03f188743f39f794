/*
 * calls.h: the calls that the engine and its databases make to the C library, each of which can be made to fail.
 *
 * The functions of these names in calls.c stand before the C library's for everything in the process. Calls are counted
 * from calls_arm() on, by any thread; the one that the fault names fails without being carried out.
 */
#ifndef FAULTS_CALLS_H
#define FAULTS_CALLS_H

#include <stdbool.h>

#define CALL_LIST(X) \
	X(open)      \
	X(read)      \
	X(write)     \
	X(sync)      \
	X(truncate)  \
	X(fallocate) \
	X(mkdir)     \
	X(mknod)     \
	X(rename)    \
	X(unlink)    \
	X(stat)      \
	X(chmod)     \
	X(utimens)   \
	X(mmap)      \
	X(fcntl)     \
	X(flock)     \
	X(malloc)    \
	X(thread)

enum call {
#define X(name) CALL_##name,
	CALL_LIST(X)
#undef X
	    CALLS,
};

extern const char *const call_name[CALLS];

#define FAULT_SHORT -1 /* instead of an errno: half of the bytes are written */

struct fault {
	enum call call;
	unsigned nth; /* from 1; 0: none fails */
	int err;
	bool lasting; /* and every one after it, until calls_disarm() */
};

void calls_arm(const struct fault *fault);
void calls_disarm(void);
unsigned calls_counted(enum call call);

/* Whether the fault has happened. */
bool calls_failed(void);

#endif
