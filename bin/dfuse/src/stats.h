/*
 * stats.h: how many requests of each kind were served. Counters only; reading them while they grow is fine.
 */
#ifndef DFUSE_STATS_H
#define DFUSE_STATS_H

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

struct stats {
	_Atomic uint64_t count[STAT_COUNT];
};

static inline void stats_add(struct stats *stats, enum stat_name name)
{
	atomic_fetch_add_explicit(&stats->count[name], 1, memory_order_relaxed);
}

const char *stats_name(enum stat_name name);

#endif
