/*
 * array_open.h: plain files by object id, for those who hand a descriptor to somebody else.
 *
 * A descriptor that was given away has an open file description of its own: nobody tells the engine when it is written
 * to or closed. What a destroyed array leaves behind is never given: its tomb (array_tomb.h) says that it is gone.
 */
#ifndef DFUSE_STORE_ARRAY_OPEN_H
#define DFUSE_STORE_ARRAY_OPEN_H

#include <sys/stat.h>

#include "cont.h"

/* Whether open(2) with these flags may change a file that is there. */
bool array_open_writes(int flags);

/*
 * open(2) of the plain file with the caller's flags; with O_CREAT it and its directory are made, mode 0600 whatever the
 * umask. With write access what is known of the file at rest (rest_table.h) is void when this returns. -DER_NONEXIST:
 * none there, or the array was destroyed, and the id cannot be used again before its file is gone.
 */
int array_open_plain(struct cont *cont, daos_obj_id_t oid, int flags, int *fd);

/* The same; with write access *claim is that of rest_claim(). */
int array_open_claim(struct cont *cont, daos_obj_id_t oid, int flags, int *fd, uint64_t *claim);

/* The array was destroyed: -DER_NONEXIST. */
int array_check_alive(struct cont *cont, daos_obj_id_t oid);

#endif
