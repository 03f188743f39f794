/*
 * query.h: what dfuse tells the daos tool about itself: extended attributes that exist on every path of a mount but are
 * not listed.
 *
 *	user.dfuse.query   get: counters and settings of the mount, as JSON
 *	user.dfuse.mount   get: what the mount shows: SYSTEM, SYSTEM/POOL or SYSTEM/POOL/CONTAINER, these two as UUIDs
 *	user.dfuse.object  get: pool, container, object id and path of this inode, as JSON
 *	user.dfuse.evict   set: the kernel forgets what it has cached of this inode
 *	user.daos	   get, on the root of a container: DAOS.POSIX://<pool>/<container>
 */
#ifndef DFUSE_QUERY_H
#define DFUSE_QUERY_H

#include "mount.h"

#define QUERY_ATTR  "user.dfuse.query"
#define MOUNT_ATTR  "user.dfuse.mount"
#define OBJECT_ATTR "user.dfuse.object"
#define EVICT_ATTR  "user.dfuse.evict"

/* The value of a virtual attribute, to be freed, in `*text`. 0; ENODATA: `name` is none of them; or errno. */
int query_get(struct mount *m, struct inode *inode, const char *name, char **text);

/* Whether setting or removing `name` must not reach DFS. */
bool query_is_ours(const char *name);

/* Invalidate, from a thread of its own: the kernel may call back before it answers. 0 or errno. */
int query_evict(struct mount *m, struct inode *inode);

#endif
