/*
 * changes.h: telling other processes what has changed in a container, as it happens.
 *
 * The file `changes` of a container is mapped by every process. It has a ring of changes, numbered from 0, and a line
 * for every watcher. A process that changed something puts that into the ring after its transaction is committed, wakes
 * the watchers and waits until they have said that they are done with it, for CHANGES_PATIENCE_MS at most; so when the
 * call that changed something returns, a watcher has dropped what it remembered. The ring is a hint, not a record: it
 * may say too much, and what it said is lost with the machine.
 *
 * Nobody watches, or only this process, or nobody whom the object concerns (changes_notes.h): nothing is written at
 * all.
 *
 * What can go wrong, and what happens then: a watcher that is killed leaves its line (changes_map.h); whoever waits for
 * it in vain for a moment finds that its lock is gone, and nobody waits for it again. A writer killed between taking a
 * number and filling its place leaves a gap: a watcher that waited for it CHANGES_PATIENCE_MS, or that was overtaken by
 * the ring, is told -DER_OVERFLOW: everything may have changed.
 */
#ifndef DFUSE_STORE_CHANGES_H
#define DFUSE_STORE_CHANGES_H

#include <daos_local.h>

#include "cont.h"

/*
 * A test aid: the environment variable DAOS_LOCAL_PATIENCE_MS replaces it for waiting for watchers, so that what must
 * be seen at once is also where the watcher gets no processor for long.
 */
#define CHANGES_PATIENCE_MS  20
#define CHANGES_SUSPICION_MS 2 /* without an answer it is seen whether the watcher lives */

/* Tell that the entry `name` (NULL: the bytes) of object `oid` has changed. */
void changes_tell(struct cont *cont, daos_obj_id_t oid, const daos_key_t *name);

/* Begin to watch. */
int changes_watch(struct cont *cont, unsigned *line, uint64_t *next);

/*
 * Wait for a change of another process, and count it in *next. Everything before the one returned is taken as done
 * with. -DER_TIMEDOUT; -DER_OVERFLOW: some were missed, *next goes on behind them; -DER_CANCELED: changes_unwatch() was
 * called.
 */
int changes_next(struct cont *cont, unsigned line, uint64_t *next, int timeout_ms, struct daos_local_change *change);

void changes_unwatch(struct cont *cont, unsigned line);

/* The container is being closed. */
void changes_close(struct cont *cont);

#endif
