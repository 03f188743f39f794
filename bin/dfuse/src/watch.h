/*
 * watch.h: dropping from the kernel's caches what other processes change in a container.
 *
 * On the embedded engine a thread per container is told of every change that another process makes
 * (daos_local_watch_*), and has the kernel forget the name, or the data, before the changing call returns. That is what
 * lets the kernel keep attributes and names for WATCHED_SECONDS (cache_time.h) without asking. They are not kept for
 * ever because a process that is killed between its change and telling of it tells nobody.
 *
 * The kernel may need the lock of a directory to forget a name, which a request that is being served may hold. A
 * changing process does not wait for long, and the thread serves no requests, so this only delays.
 *
 * A reply that was made from what was there before the change must not reach the kernel after the invalidation: whoever
 * reads DFS for a reply that the kernel will cache holds container.replying (shared) from before reading until the
 * reply is sent, and the watching thread takes it exclusively, for an instant, before it invalidates. Nothing that
 * changes the container may be done under it: that could wait for another process's watcher.
 *
 * On a DAOS cluster there is no such watch; the times of the container's attributes hold.
 */
#ifndef DFUSE_WATCH_H
#define DFUSE_WATCH_H

#include <stdbool.h>

struct container;
struct mount;
struct watch;

/* Begin to watch a container just connected; NULL where that cannot be done. */
struct watch *watch_begin(struct mount *m, struct container *cont);

/* End it and wait until its thread is gone. NULL is allowed. */
void watch_end(struct watch *w);

#endif
