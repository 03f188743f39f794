#include "attr.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <daos_local.h>

#include "entry.h"
#include "file.h"
#include "watch.h"

/* With write-back the kernel's size and times of a file open for writing are the truth anyway. */
#define OPEN_FILE_TIMEOUT 1.0

void attr_synthetic(struct mount *m, const struct inode *inode, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = inode_number(inode);
	st->st_mode = S_IFDIR | 0700;
	st->st_nlink = 2;
	st->st_uid = m->uid;
	st->st_gid = m->gid;
	st->st_mtim = st->st_ctim = st->st_atim = m->start;
}

static bool differs(const struct inode *inode, const struct stat *st)
{
	return S_ISREG(st->st_mode) && inode->attr.mtime != 0 &&
	       (inode->attr.size != st->st_size || inode->attr.mtime != attr_ns(st->st_mtim));
}

static void remember(struct inode *inode, const struct stat *st, bool own)
{
	if (!own && differs(inode, st) && !file_is_written(inode)) {
		inode->changed = true;
		inode->outdated = true;
	}
	inode->attr.mode = st->st_mode;
	inode->attr.uid = st->st_uid;
	inode->attr.gid = st->st_gid;
	inode->attr.size = st->st_size;
	inode->attr.mtime = attr_ns(st->st_mtim);
	inode->attr.ctime = attr_ns(st->st_ctim);
	inode->attr.blocks_512k = (uint32_t)(((uint64_t)st->st_blocks + 1023) / 1024);
}

static void complete(struct inode *inode, struct stat *st, bool own)
{
	st->st_ino = inode_number(inode);
	if (st->st_nlink == 0)
		st->st_nlink = 1;
	if (st->st_blksize == 0)
		st->st_blksize = DFS_DEFAULT_CHUNK_SIZE;
	if (inode->attr.atime != 0)
		st->st_atim = attr_timespec(inode->attr.atime);
	remember(inode, st, own);
}

void attr_complete(struct inode *inode, struct stat *st)
{
	complete(inode, st, false);
}

/* What is known of an inode that no entry describes any more. */
static void recall(struct inode *inode, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = inode_number(inode);
	st->st_mode = inode->attr.mode;
	st->st_nlink = inode->unlinked ? 0 : 1;
	st->st_uid = inode->attr.uid;
	st->st_gid = inode->attr.gid;
	st->st_size = inode->attr.size;
	st->st_blocks = (blkcnt_t)inode->attr.blocks_512k * 1024;
	st->st_blksize = DFS_DEFAULT_CHUNK_SIZE;
	st->st_mtim = attr_timespec(inode->attr.mtime);
	st->st_ctim = attr_timespec(inode->attr.ctime);
	st->st_atim = inode->attr.atime != 0 ? attr_timespec(inode->attr.atime) : st->st_mtim;
	file_stat_open(inode, st);
}

static int get(struct mount *m, struct inode *inode, struct stat *st, bool own)
{
	struct entry entry;
	int rc;

	if (!inode_is_dfs(inode)) {
		attr_synthetic(m, inode, st);
		return 0;
	}
	if (inode->unlinked) {
		recall(inode, st);
		return 0;
	}
	watch_interest(inode->cont->watch, inode);
	rc = entry_open(m, inode, O_RDONLY, &entry, st);
	if (rc == 0) {
		complete(inode, st, own);
		entry_close(&entry);
	} else if ((rc == ENOENT || rc == ESTALE) && (own || file_is_open(inode))) {
		recall(inode,
		       st); /* removed or renamed by somebody else, but a program here has it open or was faster */
		rc = 0;
	}
	return rc;
}

int attr_get(struct mount *m, struct inode *inode, struct stat *st)
{
	return get(m, inode, st, false);
}

int attr_get_own(struct mount *m, struct inode *inode, struct stat *st)
{
	return get(m, inode, st, true);
}

bool attr_changed_by_others(struct mount *m, struct inode *inode, const struct stat *st)
{
	if (!m->writeback || !S_ISREG(st->st_mode) || file_is_open(inode))
		return false;
	/* Where opens come too late for the node id they have, a time that lags behind is the lesser evil. */
	if (file_is_raced(inode->cont) && inode->attr.size == st->st_size)
		return false;
	return inode->outdated || differs(inode, st);
}

/* Nobody but this mount's kernel can be changing the file's data. */
static bool is_still(const struct inode *inode)
{
	struct stat st;
	bool at_rest;

	if (daos_local_array_peek == NULL || inode->cont->watch == NULL || inode->unlinked)
		return true;
	/* The engine looks closely only at what is asked for again. */
	for (int i = 0; i < 2; i++)
		if (daos_local_array_peek(inode->cont->coh, inode->oid, &st, &at_rest) != 0 || at_rest)
			return true;
	return false;
}

static double entry_time(const struct inode *inode)
{
	const struct cache_times *times = &inode->cont->times;

	if (inode->kind == INODE_ROOT)
		return times->dentry_dir < 1.0 ? times->dentry_dir : 1.0;
	return S_ISDIR(inode->attr.mode) ? times->dentry_dir : times->dentry;
}

struct attr_times attr_times(struct mount *m, const struct inode *inode)
{
	struct attr_times times = {1.0, 1.0}; /* a label may come to mean another pool or container */
	enum file_mode mode;

	if (!inode_is_dfs(inode))
		return times;
	times.attr = inode->cont->times.attr;
	times.entry = entry_time(inode);
	if (!S_ISREG(inode->attr.mode))
		return times;
	mode = file_mode(inode);
	if (mode == FILE_CACHED && m->writeback && times.attr < OPEN_FILE_TIMEOUT && file_is_written(inode))
		times.attr = OPEN_FILE_TIMEOUT;
	else if (mode == FILE_DIRECT || (mode == FILE_PASSTHROUGH && file_is_written(inode)))
		times.attr = 0;
	else if (mode != FILE_CACHED && times.attr > 0 && !is_still(inode))
		times = (struct attr_times){0, m->writeback ? 0 : times.entry}; /* see attr_changed_by_others() */
	return times;
}
