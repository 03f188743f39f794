#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include <daos_uns.h>

#include "../buffer.h"
#include "../entry.h"
#include "../query.h"
#include "../stash.h"

/*
 * Names that can be kept: user.* of files and directories. POSIX ACLs, security.* and trusted.* are EOPNOTSUPP as on
 * any file system without them; user.* of a symbolic link is EPERM as on Linux generally.
 */
static int check_name(const struct inode *inode, const char *name)
{
	if (strncmp(name, "user.", 5) != 0)
		return EOPNOTSUPP;
	if (!inode_is_dfs(inode))
		return EOPNOTSUPP;
	if (!S_ISREG(inode->attr.mode) && !S_ISDIR(inode->attr.mode))
		return EPERM;
	if (name[5] == '\0')
		return EINVAL;
	return strlen(name) > DFS_MAX_XATTR_NAME ? ERANGE : 0;
}

/* `*len` is the room at `value` (0: only the length is wanted), then the length. */
static int get(struct mount *m, struct inode *inode, const char *name, void *value, daos_size_t *len)
{
	daos_size_t room = *len;
	struct entry entry;
	int rc;

	if (inode->unlinked)
		return stash_get(inode, name, value, len);
	rc = entry_open(m, inode, O_RDONLY, &entry, NULL);
	if (rc != 0)
		return rc;
	rc = dfs_getxattr(inode->cont->dfs, entry.obj, name, room == 0 ? NULL : value, len);
	entry_close(&entry);
	if (rc == 0)
		inode->cont->xattrs = true;
	if (rc == E2BIG || (rc == 0 && room != 0 && *len > room))
		rc = ERANGE;
	return rc;
}

void op_setxattr(fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size, int flags)
{
	struct mount *m = op_begin(req, STAT_SETXATTR);
	struct inode *inode = mount_inode(m, ino);
	daos_size_t len = 0;
	struct entry entry;
	int rc;

	if (strcmp(name, EVICT_ATTR) == 0) {
		fuse_reply_err(req, query_evict(m, inode));
		return;
	}
	rc = query_is_ours(name) ? EPERM : check_name(inode, name);
	if (rc == 0)
		rc = op_check_change(inode);
	if (rc == 0 && size > DFS_MAX_XATTR_LEN)
		rc = E2BIG;
	if (rc == 0 && (flags & (XATTR_CREATE | XATTR_REPLACE))) {
		rc = get(m, inode, name, NULL, &len);
		if (rc == 0)
			rc = flags & XATTR_CREATE ? EEXIST : 0;
		else if (rc == ENODATA)
			rc = flags & XATTR_REPLACE ? ENODATA : 0;
	}
	if (rc == 0 && inode->unlinked) {
		rc = stash_set(inode, name, value, size);
	} else if (rc == 0 && (rc = entry_open(m, inode, O_RDWR, &entry, NULL)) == 0) {
		inode->cont->xattrs = true;
		rc = dfs_setxattr(inode->cont->dfs, entry.obj, name, value, size, flags);
		entry_close(&entry);
	}
	/* From now on the directory stands for another container: the kernel must look it up again. */
	if (rc == 0 && strcmp(name, DUNS_XATTR_NAME) == 0)
		query_evict(m, inode);
	fuse_reply_err(req, rc);
}

/* Answer a get or list of `len` bytes at `value` for a caller with room for `size`. */
static void reply(fuse_req_t req, const char *value, size_t len, size_t size)
{
	if (size == 0)
		fuse_reply_xattr(req, len);
	else if (len > size)
		fuse_reply_err(req, ERANGE);
	else
		fuse_reply_buf(req, value, len);
}

void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size)
{
	struct mount *m = op_begin(req, STAT_GETXATTR);
	struct inode *inode = mount_inode(m, ino);
	daos_size_t len = size;
	char *text, *buf;
	int rc;

	if (strncmp(name, "user.", 5) != 0) {
		fuse_reply_err(
		    req, EOPNOTSUPP); /* the kernel asks for security.capability before most writes: answer at once */
		return;
	}
	rc = query_get(m, inode, name, &text);
	if (rc == 0) {
		reply(req, text, strlen(text), size);
		free(text);
		return;
	}
	if (rc == ENODATA)
		rc = query_is_ours(name) ? ENODATA : check_name(inode, name);
	if (rc == ERANGE || rc == EPERM || rc == EINVAL)
		rc = ENODATA;
	buf = buffer_get(size + 1);
	if (rc == 0)
		rc = buf == NULL ? ENOMEM : get(m, inode, name, buf, &len);
	if (rc != 0)
		fuse_reply_err(req, rc);
	else
		reply(req, buf, len, size);
}

/* Drop from a list what is not shown here: names that the kernel would not accept. */
static size_t visible(char *list, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len;) {
		size_t n = strnlen(list + i, len - i) + 1;

		if (i + n <= len && strncmp(list + i, "user.", 5) == 0) {
			memmove(list + used, list + i, n);
			used += n;
		}
		i += n;
	}
	return used;
}

/* The whole list, in a buffer to be freed. */
static int get_list(struct mount *m, struct inode *inode, char **list, daos_size_t *len)
{
	struct entry entry;
	daos_size_t room;
	int rc;

	*list = NULL;
	*len = 0;
	if (!inode_is_dfs(inode))
		return 0;
	if (inode->unlinked)
		return stash_list(inode, list, len);
	rc = entry_open(m, inode, O_RDONLY, &entry, NULL);
	if (rc != 0)
		return rc;
	do {
		room = 0;
		rc = dfs_listxattr(inode->cont->dfs, entry.obj, NULL, &room);
		if (rc != 0 || room == 0)
			break;
		room += 256; /* another may be added meanwhile */
		free(*list);
		*list = malloc(room);
		*len = room;
		rc = *list == NULL ? ENOMEM : dfs_listxattr(inode->cont->dfs, entry.obj, *list, len);
	} while (rc == 0 && *len > room);
	entry_close(&entry);
	if (rc == 0 && *list != NULL)
		*len = visible(*list, *len);
	return rc;
}

void op_listxattr(fuse_req_t req, fuse_ino_t ino, size_t size)
{
	struct mount *m = op_begin(req, STAT_LISTXATTR);
	daos_size_t len;
	char *list;
	int rc;

	rc = get_list(m, mount_inode(m, ino), &list, &len);
	if (rc != 0)
		fuse_reply_err(req, rc);
	else
		reply(req, list, len, size);
	free(list);
}

void op_removexattr(fuse_req_t req, fuse_ino_t ino, const char *name)
{
	struct mount *m = op_begin(req, STAT_REMOVEXATTR);
	struct inode *inode = mount_inode(m, ino);
	struct entry entry;
	int rc;

	rc = query_is_ours(name) ? ENODATA : check_name(inode, name);
	if (rc == 0)
		rc = op_check_change(inode);
	if (rc == 0 && inode->unlinked) {
		rc = stash_remove(inode, name);
	} else if (rc == 0 && (rc = entry_open(m, inode, O_RDWR, &entry, NULL)) == 0) {
		rc = dfs_removexattr(inode->cont->dfs, entry.obj, name);
		entry_close(&entry);
	}
	fuse_reply_err(req, rc == ENOENT ? ENODATA : rc);
}
