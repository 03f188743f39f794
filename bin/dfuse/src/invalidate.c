#include "invalidate.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "log.h"

#define NOTIFY_INC_EPOCH 8 /* enum fuse_notify_code of the kernel, since 6.16 */

struct job {
	struct mount *m;
	struct inode *inode;
	bool entry;
	void (*then)(void *arg);
	void *arg;
};

void invalidate_now(struct mount *m, struct inode *inode)
{
	fuse_lowlevel_notify_inval_inode(m->session, mount_ino(m, inode), 0, 0);
}

void invalidate_attributes(struct mount *m, struct inode *inode)
{
	fuse_lowlevel_notify_inval_inode(m->session, mount_ino(m, inode), -1, 0);
}

void invalidate_name(struct mount *m, struct inode *dir, const char *name)
{
	fuse_lowlevel_notify_inval_entry(m->session, mount_ino(m, dir), name, strlen(name));
	invalidate_now(m, dir);
}

static void invalidate_entry(struct mount *m, struct inode *inode)
{
	char name[DFS_MAX_NAME + 1];
	struct inode *parent;

	if (inode_place(&m->inodes, inode, &parent, name) != 0)
		return;
	fuse_lowlevel_notify_inval_entry(m->session, mount_ino(m, parent), name, strlen(name));
	inode_put(&m->inodes, parent);
}

void invalidate_with_name(struct mount *m, struct inode *inode)
{
	invalidate_entry(m, inode); /* first: this waits for look-ups that are under way */
	invalidate_now(m, inode);
}

/* A message that libfuse does not know yet. */
void invalidate_all_names(struct mount *m)
{
	const struct {
		uint32_t len;
		int32_t code;
		uint64_t unique;
	} header = {.len = sizeof(header), .code = NOTIFY_INC_EPOCH};

	if (write(fuse_session_fd(m->session), &header, sizeof(header)) < 0)
		log_debug("the kernel cannot drop all names at once: %s", strerror(errno));
}

void invalidate_store(struct mount *m, struct inode *inode, off_t off, char byte)
{
	struct fuse_bufvec buf = FUSE_BUFVEC_INIT(1);

	buf.buf[0].mem = &byte;
	fuse_lowlevel_notify_store(m->session, mount_ino(m, inode), off, &buf, 0);
}

static void *run(void *arg)
{
	struct job *job = arg;

	invalidate_now(job->m, job->inode);
	if (job->entry)
		invalidate_entry(job->m, job->inode);
	inode_put(&job->m->inodes, job->inode);
	if (job->then != NULL)
		job->then(job->arg);
	atomic_fetch_sub(&job->m->jobs, 1);
	free(job);
	return NULL;
}

static int start(struct mount *m, struct inode *inode, bool entry, void (*then)(void *arg), void *arg)
{
	struct job *job = calloc(1, sizeof(*job));
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	if (job == NULL)
		return ENOMEM;
	*job = (struct job){.m = m, .inode = inode_ref(&m->inodes, inode), .entry = entry, .then = then, .arg = arg};
	atomic_fetch_add(&m->jobs, 1);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&thread, &attr, run, job);
	pthread_attr_destroy(&attr);
	if (rc != 0) {
		atomic_fetch_sub(&m->jobs, 1);
		inode_put(&m->inodes, inode);
		free(job);
	}
	return rc;
}

void invalidate_wait(struct mount *m)
{
	while (atomic_load(&m->jobs) != 0)
		usleep(1000);
}

int invalidate_later(struct mount *m, struct inode *inode, bool entry)
{
	return start(m, inode, entry, NULL, NULL);
}

int invalidate_then(struct mount *m, struct inode *inode, void (*then)(void *arg), void *arg)
{
	return start(m, inode, false, then, arg);
}

static void invalidate_one(struct inode *inode, void *arg)
{
	invalidate_now(arg, inode);
}

static bool is_written(struct inode *inode)
{
	return inode_is_dfs(inode) && file_is_written(inode);
}

void invalidate_written(struct mount *m)
{
	inode_table_each(&m->inodes, is_written, invalidate_one, m);
}
