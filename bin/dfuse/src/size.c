#include "size.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attr.h"
#include "file.h"
#include "invalidate.h"
#include "log.h"
#include "ops/ops.h"

/* How long the answer to a GETATTR waits for the kernel to take over a smaller size. */
#define SHRINK_PATIENCE_MS 200

struct tell {
	fuse_req_t req;
	struct mount *m;
	struct inode *inode;
	bool by_handle;
};

/* A truncate(2) on its way; under m->shrink_lock. */
struct shrink {
	struct mount *m;
	struct inode *inode; /* referenced */
	bool done, abandoned;
};

bool size_is_known(struct mount *m, const struct inode *inode, int64_t size)
{
	return !m->writeback || !inode_is_dfs(inode) || file_mode(inode) != FILE_DIRECT || file_told(inode) == size;
}

bool size_is_telling(fuse_req_t req, struct mount *m)
{
	pid_t teller = atomic_load(&m->teller);

	/* A caller's is 0 too, where it has none in dfuse's pid namespace. */
	return teller != 0 && teller == fuse_req_ctx(req)->pid;
}

/* The page is dropped again: others may be writing to it. */
static void store(struct mount *m, struct inode *inode, int64_t size)
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

static void grow(struct mount *m, struct inode *inode)
{
	struct stat st;
	int64_t told;

	pthread_mutex_lock(&m->grow_lock);
	told = file_told(inode);
	if (attr_get(m, inode, &st) == 0 && told >= 0 && told < st.st_size)
		store(m, inode, st.st_size);
	pthread_mutex_unlock(&m->grow_lock);
}

/* op_setattr() notes what the kernel was told. */
static void truncate_here(struct mount *m, struct inode *inode, int64_t size)
{
	const char *root = inode->cont->root_path;
	char path[PATH_MAX], below[PATH_MAX];

	if (root == NULL || inode->unlinked || inode_path(&m->inodes, inode, below, sizeof(below)) != 0 ||
	    snprintf(path, sizeof(path), "%s%s", root, below) >= PATH_MAX)
		return;
	atomic_store(&m->teller, gettid());
	if (truncate(path, size) != 0)
		log_debug("'%s': the kernel's size is too large: %s", path, strerror(errno));
	atomic_store(&m->teller, 0);
}

static void shrink_run(void *arg)
{
	struct shrink *s = arg;
	struct mount *m = s->m;
	struct stat st;

	pthread_mutex_lock(&m->tell_lock);
	if (attr_get(m, s->inode, &st) == 0 && file_told(s->inode) > st.st_size)
		truncate_here(m, s->inode, st.st_size);
	pthread_mutex_unlock(&m->tell_lock);
	inode_put(&m->inodes, s->inode);
	pthread_mutex_lock(&m->shrink_lock);
	s->done = true;
	pthread_cond_broadcast(&m->shrunk);
	if (s->abandoned)
		free(s);
	pthread_mutex_unlock(&m->shrink_lock);
}

/* Give up `s` when it is done, or for `patience_ms`. */
static void await(struct mount *m, struct shrink *s, int patience_ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += patience_ms * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&m->shrink_lock);
	while (!s->done && patience_ms > 0 &&
	       pthread_cond_clockwait(&m->shrunk, &m->shrink_lock, CLOCK_MONOTONIC, &until) == 0)
		continue;
	s->abandoned = true;
	if (s->done)
		free(s);
	pthread_mutex_unlock(&m->shrink_lock);
}

static void shrink(struct mount *m, struct inode *inode, int patience_ms)
{
	struct shrink *s = malloc(sizeof(*s));

	if (s == NULL)
		return;
	*s = (struct shrink){.m = m, .inode = inode_ref(&m->inodes, inode)};
	if (invalidate_then(m, inode, shrink_run, s) == 0) {
		await(m, s, patience_ms);
	} else {
		inode_put(&m->inodes, inode);
		free(s);
	}
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

	told = file_told(inode);
	rc = attr_get(m, inode, &st);
	if (rc == 0 && told >= 0 && told < st.st_size)
		grow(m, inode);
	else if (rc == 0 && told > st.st_size)
		shrink(m, inode, t->by_handle ? 0 : SHRINK_PATIENCE_MS);
	cont = op_lock(inode);
	rc = attr_get(m, inode, &st);
	if (rc == 0)
		fuse_reply_attr(t->req, &st, attr_times(m, inode).attr);
	else
		fuse_reply_err(t->req, rc);
	op_unlock(cont);
	free(t);
}

int size_tell(fuse_req_t req, struct mount *m, struct inode *inode, bool by_handle)
{
	struct tell *t = malloc(sizeof(*t));
	int rc;

	if (t == NULL)
		return ENOMEM;
	*t = (struct tell){.req = req, .m = m, .inode = inode, .by_handle = by_handle};
	rc = invalidate_then(m, inode, tell, t);
	if (rc != 0)
		free(t);
	return rc;
}
