#include "attr.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "entry.h"
#include "file.h"

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

static void remember(struct inode *inode, const struct stat *st)
{
	if (S_ISREG(st->st_mode) && inode->attr.mtime != 0 && !file_is_written(inode) &&
	    (inode->attr.size != st->st_size || inode->attr.mtime != attr_ns(st->st_mtim)))
		inode->changed = true;
	inode->attr.mode = st->st_mode;
	inode->attr.uid = st->st_uid;
	inode->attr.gid = st->st_gid;
	inode->attr.size = st->st_size;
	inode->attr.mtime = attr_ns(st->st_mtim);
	inode->attr.ctime = attr_ns(st->st_ctim);
	inode->attr.blocks_512k = (uint32_t)(((uint64_t)st->st_blocks + 1023) / 1024);
}

void attr_complete(struct inode *inode, struct stat *st)
{
	st->st_ino = inode_number(inode);
	if (st->st_nlink == 0)
		st->st_nlink = 1;
	if (st->st_blksize == 0)
		st->st_blksize = DFS_DEFAULT_CHUNK_SIZE;
	if (inode->attr.atime != 0)
		st->st_atim = attr_timespec(inode->attr.atime);
	remember(inode, st);
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

int attr_get(struct mount *m, struct inode *inode, struct stat *st)
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
	rc = entry_open(m, inode, O_RDONLY, &entry, st);
	if (rc == 0) {
		attr_complete(inode, st);
		entry_close(&entry);
	} else if ((rc == ENOENT || rc == ESTALE) && file_is_open(inode)) {
		recall(inode, st); /* removed or renamed by somebody else while a program here has it open */
		rc = 0;
	}
	return rc;
}

bool attr_changed_by_others(struct mount *m, struct inode *inode, const struct stat *st)
{
	if (!m->writeback || !S_ISREG(st->st_mode) || inode->attr.mtime == 0 || file_is_open(inode))
		return false;
	return inode->attr.size != st->st_size || inode->attr.mtime != attr_ns(st->st_mtim);
}

double attr_timeout(struct mount *m, const struct inode *inode)
{
	if (!inode_is_dfs(inode))
		return 1.0;
	if (m->writeback && S_ISREG(inode->attr.mode) && inode->cont->times.attr < OPEN_FILE_TIMEOUT &&
	    file_is_written(inode))
		return OPEN_FILE_TIMEOUT;
	return inode->cont->times.attr;
}

double attr_entry_timeout(struct mount *m, const struct inode *inode)
{
	(void)m;
	if (inode->kind != INODE_ENTRY) /* a label may come to mean another pool or container */
		return inode->kind == INODE_ROOT && inode->cont->times.dentry_dir < 1.0 ? inode->cont->times.dentry_dir
											: 1.0;
	return S_ISDIR(inode->attr.mode) ? inode->cont->times.dentry_dir : inode->cont->times.dentry;
}
