#include "size.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attr.h"
#include "file.h"
#include "invalidate.h"
#include "ops/ops.h"

struct tell {
	fuse_req_t req;
	struct mount *m;
	struct inode *inode;
};

bool size_is_known(struct mount *m, const struct inode *inode, int64_t size)
{
	return !m->writeback || !inode_is_dfs(inode) || file_mode(inode) != FILE_DIRECT || file_told(inode) == size;
}

bool size_is_telling(fuse_req_t req, struct mount *m)
{
	return atomic_load(&m->teller) == fuse_req_ctx(req)->pid;
}

/* The page is dropped again: others may be writing to it. */
static void grow(struct mount *m, struct inode *inode, int64_t size)
{
	struct file file;
	char byte;
	int fd;

	if (!file_borrow(m, inode, false, &file))
		return;
	file_reader(&file, &fd);
	if (fd >= 0 && pread(fd, &byte, 1, size - 1) == 1) {
		invalidate_store(m, inode, size - 1, byte);
		invalidate_now(m, inode);
		file_set_told(inode, size);
	}
	file_return(m, &file);
}

static void shrink(struct mount *m, struct inode *inode, int64_t size)
{
	const char *root = inode->cont->root_path;
	char path[PATH_MAX], below[PATH_MAX];

	if (root == NULL || inode->unlinked || inode_path(&m->inodes, inode, below, sizeof(below)) != 0 ||
	    snprintf(path, sizeof(path), "%s%s", root, below) >= PATH_MAX)
		return;
	atomic_store(&m->teller, gettid());
	if (truncate(path, size) == 0)
		file_set_told(inode, size);
	atomic_store(&m->teller, 0);
}

static void tell(void *arg)
{
	struct tell *t = arg;
	struct inode *inode = t->inode;
	struct mount *m = t->m;
	struct container *cont;
	struct stat st;
	int64_t told;
	int rc;

	pthread_mutex_lock(&m->tell_lock);
	told = file_told(inode);
	rc = attr_get(m, inode, &st);
	if (rc == 0 && told >= 0 && told < st.st_size)
		grow(m, inode, st.st_size);
	else if (rc == 0 && told > st.st_size)
		shrink(m, inode, st.st_size);
	pthread_mutex_unlock(&m->tell_lock);
	cont = op_lock(inode);
	rc = attr_get(m, inode, &st);
	if (rc == 0)
		fuse_reply_attr(t->req, &st, attr_times(m, inode).attr);
	else
		fuse_reply_err(t->req, rc);
	op_unlock(cont);
	free(t);
}

int size_tell(fuse_req_t req, struct mount *m, struct inode *inode)
{
	struct tell *t = malloc(sizeof(*t));
	int rc;

	if (t == NULL)
		return ENOMEM;
	*t = (struct tell){.req = req, .m = m, .inode = inode};
	rc = invalidate_then(m, inode, tell, t);
	if (rc != 0)
		free(t);
	return rc;
}
