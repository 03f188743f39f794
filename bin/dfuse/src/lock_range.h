/*
 * lock_range.h: the record locks of one owner on one file: which bytes, of which type.
 *
 * A list in ascending order; ranges do not overlap, and neighbours of one type and process are one range. `end` is the
 * last byte of a range; LOCK_END: the end of the file, however long it gets.
 */
#ifndef DFUSE_LOCK_RANGE_H
#define DFUSE_LOCK_RANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define LOCK_END INT64_MAX

struct lock_range {
	struct lock_range *next;
	int64_t start, end;
	short type; /* F_RDLCK, F_WRLCK; F_UNLCK only in what is asked for */
	pid_t pid;  /* who asked for it */
};

/* Lock or unlock as `want` says; its `next` does not count. 0, or ENOMEM and nothing has changed. */
int lock_ranges_set(struct lock_range **list, const struct lock_range *want);

/* The first range that keeps another owner from `want`; NULL. */
const struct lock_range *lock_ranges_conflict(const struct lock_range *list, const struct lock_range *want);

void lock_ranges_free(struct lock_range **list);

#endif
