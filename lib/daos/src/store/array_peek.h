/*
 * array_peek.h: size, blocks and time of an array without opening it; from the table of files at rest (rest_table.h) if
 * they are there, which takes no system call, and from the host's file system otherwise.
 *
 * To find out whether a file is at rest costs some microseconds more than looking at it, so that is done only for those
 * that are asked for again: the second time, and where that was too early, when twice as many have asked.
 */
#ifndef DFUSE_STORE_ARRAY_PEEK_H
#define DFUSE_STORE_ARRAY_PEEK_H

#include <stdbool.h>
#include <sys/stat.h>

#include "cont.h"

/* What the table says. False: nothing. */
bool array_peek_noted(struct cont *cont, daos_obj_id_t oid, struct stat *st);

/* The same, and the word that holds *value as long as that is right. */
bool array_peek_rest(struct cont *cont, daos_obj_id_t oid, struct stat *st, const volatile uint64_t **word,
		     uint64_t *value);

/*
 * daos_local_array_peek(). st_nlink is 1 if there is a plain file and 0 if not; of the rest only st_size, st_blocks and
 * st_mtim count. -DER_NONEXIST: destroyed, and its tomb is still there. `at_rest` NULL: not wanted, and no file is
 * opened.
 */
int array_peek(struct cont *cont, daos_obj_id_t oid, struct stat *st, bool *at_rest);

#endif
