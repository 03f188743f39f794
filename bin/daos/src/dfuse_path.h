/*
 * dfuse_path.h: questions to a running dfuse about a path in its mount.
 *
 * They travel as extended attributes, answered by dfuse itself and stored nowhere:
 *
 *	user.dfuse.object   get: {"pool":UUID,"container":UUID,"oid":"lo.hi in hex","path":path in the container}
 *	user.dfuse.query    get, on any path: numbers of pools, containers, inodes, open files, and of requests by kind
 *	user.dfuse.evict    set: the kernel and dfuse forget what they know of the inode
 *
 * A path that is not in a mount of dfuse has none of them (ENODATA or ENOTSUP).
 */
#ifndef DAOS_TOOL_DFUSE_PATH_H
#define DAOS_TOOL_DFUSE_PATH_H

#include <daos_uns.h>

struct json_object;

/* The attribute as JSON, owned by the caller. 0 or an errno. */
int dfuse_path_ask(const char *path, const char *attr, struct json_object **answer);

/* Whether there is a mount of dfuse at or above the path. */
bool dfuse_path_is_mounted(const char *path);

/*
 * Pool, container and path in it: from dfuse if the path is in its mount, else as duns_resolve_path() says.
 * 0 or an errno; the attributes belong to the caller (duns_destroy_attr()).
 */
int dfuse_path_resolve(const char *path, struct duns_attr_t *attr);

#endif
