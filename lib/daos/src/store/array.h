/*
 * array.h: byte arrays as plain files.
 *
 * The bytes of an array object are the sparse file data/XX/<object id in hex> of its container. XX spreads the files
 * over 256 directories. The file is made by the first write; cell c of the array is at byte c * cell_size.
 *
 * One `struct array` per object that a process has open, shared by its handles, with one read-write descriptor. A
 * destroyed array that is still open keeps working on its unlinked file.
 */
#ifndef DFUSE_STORE_ARRAY_H
#define DFUSE_STORE_ARRAY_H

#include "cont.h"

/* Forget the table behind cont->arrays: the container is being closed, so no array of it is open. */
void array_table_destroy(struct cont *cont);

/* Bytes on disk of all arrays of the container, as of the last time each was closed or synced. */
int array_disk_usage(struct cont *cont, uint64_t *bytes);

#endif
