/*
 * disk.h: a disk that is given records one after another, and may lose power after any of them.
 *
 * What was synced is durable: a file's bytes and size with the sync of the file, names in a directory with the sync of
 * the directory. Everything else is pending: an image may have it or not, piece by piece.
 *
 * A change of names is one piece: a rename is never half done, and a name that went through several changes has the
 * effect of one of them and not of a later one without those before; nor is a file renamed without having been cut to
 * the size that it had been cut to before. That is what file systems with a journal give. Bytes are kept or lost by
 * sectors of 512 bytes, in any order.
 */
#ifndef POWERLOSS_DISK_H
#define POWERLOSS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

struct disk;

/* What of the pending an image has. */
enum image_kind {
	IMAGE_NOTHING, /* only what is durable */
	IMAGE_ALL,     /* as after kill -9 */
	IMAGE_PREFIX,  /* all up to some moment */
	IMAGE_JOURNAL, /* names and sizes up to some moment, any bytes: ext4, XFS, btrfs */
	IMAGE_ANY,     /* any of it */
	IMAGE_KINDS,
};

extern const char *const image_kind_name[IMAGE_KINDS];

/* `root`: the inode number of the directory that everything is in, which is empty and durable. */
struct disk *disk_new(uint64_t root);
void disk_free(struct disk *disk);

/* The record must stay where it is. Records of other directories are ignored. */
void disk_apply(struct disk *disk, const struct record *r);

/* Write an image into the empty directory `path`. False: errno. `random` is the state of a generator, see disk.c. */
bool disk_image(struct disk *disk, enum image_kind kind, uint64_t *random, const char *path);

uint64_t random_next(uint64_t *random);

#endif
