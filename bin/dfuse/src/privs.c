#include "privs.h"

#include <fcntl.h>

#include "entry.h"
#include "invalidate.h"

mode_t privs_drop(mode_t mode)
{
	if (S_ISDIR(mode))
		return mode;
	mode &= ~(mode_t)S_ISUID;
	return mode & S_IXGRP ? mode & ~(mode_t)S_ISGID : mode;
}

void privs_content_changed(fuse_req_t req, struct mount *m, struct inode *inode)
{
	mode_t mode = privs_drop(inode->attr.mode);
	struct stat st = {.st_mode = mode};
	struct entry entry;

	if (mode == inode->attr.mode || !m->killpriv || fuse_req_ctx(req)->uid == 0)
		return;
	inode->attr.mode = mode;
	if (!inode->unlinked && entry_open(m, inode, O_RDWR, &entry, NULL) == 0) {
		dfs_osetattr(inode->cont->dfs, entry.obj, &st, DFS_SET_ATTR_MODE);
		entry_close(&entry);
	}
	invalidate_attributes(m, inode); /* waits for nothing here */
}
