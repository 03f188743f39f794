/*
 * stop.h: a clean end on SIGTERM or SIGINT, from a thread of its own while requests are still served.
 *
 * With write-back the kernel holds data that dfuse has not seen. Unmounting makes it write them out, which needs dfuse
 * to serve. When programs still use the mount it cannot be unmounted; then each file open for writing is written out,
 * the mount is detached, and serving ends.
 */
#ifndef DFUSE_STOP_H
#define DFUSE_STOP_H

#include <pthread.h>

#include "mount.h"

struct stop {
	struct mount *m;
	pthread_t thread, server;
	atomic_bool over;      /* the serving loop has returned */
	atomic_bool unmounted; /* by us */
};

/* Call from the thread that will serve, with SIGTERM and SIGINT blocked. 0 or errno. */
int stop_begin(struct stop *stop, struct mount *m);

/* Serving has ended. */
void stop_end(struct stop *stop);

#endif
