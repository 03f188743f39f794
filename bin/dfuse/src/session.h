/*
 * session.h: the connection to the kernel: mount, serve, end.
 */
#ifndef DFUSE_SESSION_H
#define DFUSE_SESSION_H

#include "mount.h"

/*
 * Mount at m->path and serve until unmounted or told to stop by SIGTERM or SIGINT. On a stop everything dirty in the
 * kernel is written out first. Call session_block_signals() before any thread is started. Returns an exit code; prints
 * what went wrong.
 */
int session_run(struct mount *m);

void session_block_signals(void);

#endif
