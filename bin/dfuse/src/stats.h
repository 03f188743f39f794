/*
 * stats.h: what was served: of each kind of request how many, how many bytes, and how long it took.
 *
 * Each thread counts in a record of its own, so threads share no memory when they count; whoever asks adds them up,
 * while they go on. A record outlives its thread and is given to the next one, so nothing is lost.
 *
 * Times are kept as a histogram: four buckets for each doubling, from 128 ns to 4 s, so a percentile is right to an
 * eighth. Reading the clock is most of what this costs, so of each kind a thread times the first requests, and then one
 * in eight. A request lasts from stats_begin() to stats_end() in its thread: what is answered later, by another thread
 * (a lock that is waited for), counts until it is handed over.
 */
#ifndef DFUSE_STATS_H
#define DFUSE_STATS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

/* In alphabetical order, as `daos filesystem query --json` prints them. */
#define STAT_NAMES(X)                         \
	X(COPY_FILE_RANGE, "copy_file_range") \
	X(CREATE, "create")                   \
	X(FALLOCATE, "fallocate")             \
	X(FLUSH, "flush")                     \
	X(FSYNC, "fsync")                     \
	X(FSYNCDIR, "fsyncdir")               \
	X(GETATTR, "getattr")                 \
	X(GETLK, "getlk")                     \
	X(GETXATTR, "getxattr")               \
	X(LISTXATTR, "listxattr")             \
	X(LOOKUP, "lookup")                   \
	X(LSEEK, "lseek")                     \
	X(MKDIR, "mkdir")                     \
	X(MKNOD, "mknod")                     \
	X(OPEN, "open")                       \
	X(OPENDIR, "opendir")                 \
	X(READ, "read")                       \
	X(READDIR, "readdir")                 \
	X(READLINK, "readlink")               \
	X(RELEASE, "release")                 \
	X(RELEASEDIR, "releasedir")           \
	X(REMOVEXATTR, "removexattr")         \
	X(RENAME, "rename")                   \
	X(SETATTR, "setattr")                 \
	X(SETLK, "setlk")                     \
	X(SETXATTR, "setxattr")               \
	X(STATFS, "statfs")                   \
	X(SYMLINK, "symlink")                 \
	X(UNLINK, "unlink")                   \
	X(WRITE, "write")

enum stat_name {
#define STAT_ENUM(id, text) STAT_##id,
	STAT_NAMES(STAT_ENUM)
#undef STAT_ENUM
	    STAT_COUNT
};

/* How files were opened: see enum file_mode; KEPT: of the cached ones those where the kernel had valid pages still. */
#define STAT_OPENS(X)                 \
	X(PASSTHROUGH, "passthrough") \
	X(CACHED, "cached")           \
	X(KEPT, "kept")               \
	X(DIRECT, "direct")

enum stat_open {
#define STAT_ENUM(id, text) STAT_OPEN_##id,
	STAT_OPENS(STAT_ENUM)
#undef STAT_ENUM
	    STAT_OPEN_COUNT
};

#define STAT_BUCKETS 100

struct stats_thread;

struct stats {
	pthread_mutex_t lock;
	struct stats_thread *threads; /* all records */
	struct stats_thread *unused;  /* those whose threads have ended */
	pthread_key_t key;	      /* the record of a thread, to be given back when it ends */
};

/* One kind of request, added up. Times in ns. */
struct stats_total {
	uint64_t count, bytes;
	uint64_t timed, time, max; /* of those that were timed */
	uint64_t bucket[STAT_BUCKETS];
};

int stats_init(struct stats *stats);
void stats_fini(struct stats *stats);

/* In the thread that serves: a request begins and ends; without the former, the latter does nothing. */
void stats_begin(struct stats *stats, enum stat_name name);
void stats_end(void);

/* For the request that is being served. */
void stats_bytes(uint64_t n);

/* A file was opened. */
void stats_opened(struct stats *stats, enum stat_open how);

void stats_get(struct stats *stats, enum stat_name name, struct stats_total *total);
uint64_t stats_get_opened(struct stats *stats, enum stat_open how);

/* The time below which `percent` of the requests stayed, in ns. */
uint64_t stats_percentile(const struct stats_total *total, unsigned percent);

const char *stats_name(enum stat_name name);
const char *stats_open_name(enum stat_open how);

/* For tests: how many records there are; the bucket of a time, and the time in the middle of it. */
unsigned stats_records(struct stats *stats);
unsigned stats_bucket(uint64_t ns);
uint64_t stats_bucket_time(unsigned bucket);

#endif
