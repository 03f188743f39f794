/*
 * statx.h: what stat(2) knows, as statx(2) says it.
 */
#ifndef DFUSE_IL_STATX_H
#define DFUSE_IL_STATX_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static inline struct statx_timestamp statx_time(struct timespec ts)
{
	return (struct statx_timestamp){.tv_sec = ts.tv_sec, .tv_nsec = (uint32_t)ts.tv_nsec};
}

static inline void statx_from_stat(const struct stat *st, struct statx *x)
{
	*x = (struct statx){
	    .stx_mask = STATX_BASIC_STATS,
	    .stx_blksize = (uint32_t)st->st_blksize,
	    .stx_nlink = (uint32_t)st->st_nlink,
	    .stx_uid = st->st_uid,
	    .stx_gid = st->st_gid,
	    .stx_mode = (uint16_t)st->st_mode,
	    .stx_ino = st->st_ino,
	    .stx_size = (uint64_t)st->st_size,
	    .stx_blocks = (uint64_t)st->st_blocks,
	    .stx_atime = statx_time(st->st_atim),
	    .stx_mtime = statx_time(st->st_mtim),
	    .stx_ctime = statx_time(st->st_ctim),
	    .stx_dev_major = major(st->st_dev),
	    .stx_dev_minor = minor(st->st_dev),
	};
}

#endif
