/*
 * changes_notes.h: what watchers say about themselves: which arrays' bytes they cache, and what they want to know of.
 * See daos_local.h.
 *
 * Both are kept by hash of the object id, in the watcher's line of the file `changes`: a counter for each hash of what
 * is cached, a bit for each of interest. So they may say too much, and never too little.
 *
 * Caching: the watcher counts first and then looks whether anybody has the file open (lease.h); who opens a file looks
 * at the counters afterwards. Whatever the order, one of them sees the other.
 *
 * Interest: the watcher sets the bit first and then reads what it will remember; who changes something looks at the bit
 * after his transaction. So either he sees the bit, or what was read is what he wrote.
 */
#ifndef DFUSE_STORE_CHANGES_NOTES_H
#define DFUSE_STORE_CHANGES_NOTES_H

#include <daos_local.h>

#include "cont.h"

/* The calls of the same names in daos_local.h, for the watcher in `line`. */
int changes_cache_begin(struct cont *cont, unsigned line, daos_obj_id_t oid, int fd);
int changes_cache_end(struct cont *cont, unsigned line, daos_obj_id_t oid);
int changes_root(struct cont *cont, unsigned line, const char *path);
int changes_cached(struct cont *cont, daos_obj_id_t oid, char *root, size_t size);
int changes_cached_where(struct cont *cont, daos_obj_id_t oid, struct daos_local_place *place);
int changes_interest(struct cont *cont, unsigned line, daos_obj_id_t oid);

#endif
