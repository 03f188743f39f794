/*
 * checkpoint.h: the file that keeps the meta page of the newest checkpoint of an environment.
 *
 * Two slots of CHECKPOINT_SLOT bytes are written in turn, each with a checksum, so a torn write leaves the other one. A
 * slot becomes the newest only after it is on stable storage; the caller keeps the pages of the older one pinned until
 * then.
 */
#ifndef DFUSE_STORE_CHECKPOINT_H
#define DFUSE_STORE_CHECKPOINT_H

#include "lmdb_meta.h"

#define CHECKPOINT_SLOT 4096

/* Make the file, empty, if there is none. */
int checkpoint_open(int dir_fd, int *fd);

/* The newest valid slot. -DER_NONEXIST when there is none. */
int checkpoint_load(int fd, struct lmdb_meta *meta);

/* Write `meta` over the older slot and wait until it is stable. */
int checkpoint_save(int fd, const struct lmdb_meta *meta);

#endif
