/*
 * cache_time.h: how long the kernel may keep what it learnt of a container, as its user attributes say.
 *
 * Attributes (DAOS's names): dfuse-attr-time, dfuse-dentry-time, dfuse-dentry-dir-time, dfuse-ndentry-time (times:
 * "1", "1s", "5m", "1h", "1d"), dfuse-data-cache (on, off, otoc or a time), dfuse-direct-io-disable (on, off).
 * dentry-dir-time follows dentry-time where it is not given.
 */
#ifndef DFUSE_CACHE_TIME_H
#define DFUSE_CACHE_TIME_H

#include <stdbool.h>
#include <stddef.h>

struct cache_times {
	double attr, dentry, dentry_dir, ndentry; /* seconds */
	bool data;				  /* keep file data in the kernel over close and open */
	bool direct_io;				  /* with data off: bypass the kernel's page cache */
	bool attr_given, dentry_given, dentry_dir_given, ndentry_given;
};

/* For how long the kernel is trusted where dfuse is told what others change (watch.h). */
#define WATCHED_SECONDS 10

/* What holds for a container without attributes: nothing is trusted longer than one call, data as long as it is right.
 */
void cache_times_default(struct cache_times *times);

/* The container is watched: what no attribute sets is kept for WATCHED_SECONDS. */
void cache_times_watched(struct cache_times *times);

/* Everything off (--disable-caching), and every read and write handed over. */
void cache_times_off(struct cache_times *times);

/* Apply one attribute. 0; -EINVAL: the value is malformed; -ENOENT: no attribute of ours. */
int cache_times_set(struct cache_times *times, const char *name, const char *value, size_t value_len);

/* Names of the attributes, NULL at the end. */
extern const char *const cache_time_names[];

#endif
