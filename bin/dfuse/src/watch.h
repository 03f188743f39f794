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

#include <daos_types.h>

struct container;
struct inode;
struct mount;
struct watch;

/* Begin to watch a container just connected; NULL where that cannot be done. */
struct watch *watch_begin(struct mount *m, struct container *cont);

/*
 * The kernel is to cache bytes of the array, or does no longer: daos_local_array_cache_begin() and _end(). `fd`: this
 * process's only descriptor of the plain file, or -1. -DER_BUSY: somebody else has it open.
 */
int watch_cache_begin(struct watch *w, daos_obj_id_t oid, int fd);
void watch_cache_end(struct watch *w, daos_obj_id_t oid); /* NULL is allowed: the watch has ended, its notes too */

/* Where the container's root is in the file tree, for those who are sent to the mount for a cached file. */
void watch_set_root(struct watch *w, const char *path);

/*
 * The kernel is going to remember something of the inode: entries of a directory, attributes and bytes of a file. Call
 * it before reading them. True: this is new, so what was read before may be old. NULL is allowed.
 */
bool watch_interest(struct watch *w, struct inode *inode);

/* End it and wait until its thread is gone. NULL is allowed. */
void watch_end(struct watch *w);

#endif
