#include "watch.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_local.h>

#include "container.h"
#include "file.h"
#include "invalidate.h"
#include "mount.h"

#define WAIT_MS 3600000 /* watch_end() ends it earlier */

struct watch {
	struct mount *m;
	struct container *cont;
	struct daos_local_watch local;
	pthread_t thread;
};

/* Replies from now on are made from what is there after the change. */
static void wait_for_replies(struct container *cont)
{
	pthread_rwlock_wrlock(&cont->replying);
	pthread_rwlock_unlock(&cont->replying);
}

/* The entry `name` of a directory came, went or has other attributes. */
static void entry_changed(struct watch *w, const struct daos_local_change *c)
{
	struct inode *dir = inode_find(&w->m->inodes, w->cont, c->oid), *child;
	char name[DFS_MAX_NAME + 1];
	daos_obj_id_t oid;
	dfs_obj_t *obj;

	if (dir == NULL)
		return;
	if (c->name_len > DFS_MAX_NAME)
		goto out;
	memcpy(name, c->name, c->name_len);
	name[c->name_len] = '\0';
	invalidate_name(w->m, dir, name);
	obj = atomic_load(&dir->dir);
	if (dir->kind == INODE_ROOT)
		obj = w->cont->root;
	/* Who has it open asks by inode, not by name. */
	if (obj != NULL && dfs_lookup_rel(w->cont->dfs, obj, name, O_RDONLY | O_NOFOLLOW, &obj, NULL, NULL) == 0) {
		dfs_obj2id(obj, &oid);
		dfs_release(obj);
		child = inode_find(&w->m->inodes, w->cont, oid);
		if (child != NULL) {
			invalidate_attributes(w->m, child);
			inode_put(&w->m->inodes, child);
		}
	}
out:
	inode_put(&w->m->inodes, dir);
}

/*
 * With write-back the kernel takes a larger size for a file it has open only if it is given the last byte. Never one
 * that it may have written over itself by now.
 */
static void grow(struct mount *m, struct inode *inode)
{
	struct file file;
	struct stat st;
	char byte;
	int fd;

	if (!m->writeback || !file_borrow(m, inode, false, &file))
		return;
	file_reader(&file, &fd);
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > file_told(inode) &&
	    pread(fd, &byte, 1, st.st_size - 1) == 1) {
		file_grows(inode, st.st_size);
		invalidate_store(m, inode, st.st_size - 1, byte);
	}
	file_return(m, &file);
}

/* The next open looks it up, and may get another inode: see entry_lookup(). */
static void data_changed(struct watch *w, const struct daos_local_change *c)
{
	struct inode *inode = inode_find(&w->m->inodes, w->cont, c->oid);

	if (inode == NULL)
		return;
	atomic_store(&inode->changed, true);
	invalidate_with_name(w->m, inode);
	if (S_ISREG(inode->attr.mode))
		grow(w->m, inode);
	inode_put(&w->m->inodes, inode);
}

static bool any(struct inode *inode)
{
	return inode_is_dfs(inode);
}

static void forget_one(struct inode *inode, void *arg)
{
	struct watch *w = arg;

	if (inode->cont == w->cont)
		invalidate_with_name(w->m, inode);
}

/* Changes were missed. */
static void forget_all(struct watch *w)
{
	invalidate_all_names(w->m);
	inode_table_each(&w->m->inodes, any, forget_one, w);
}

static void *run(void *arg)
{
	struct watch *w = arg;
	struct daos_local_change change;
	int rc;

	while ((rc = daos_local_watch_next(&w->local, WAIT_MS, &change)) != -DER_CANCELED) {
		if (!atomic_load(&w->m->serving))
			continue; /* the kernel knows nothing yet, or no more */
		wait_for_replies(w->cont);
		if (rc == 0 && change.name_len > 0)
			entry_changed(w, &change);
		else if (rc == 0)
			data_changed(w, &change);
		else if (rc != -DER_TIMEDOUT)
			forget_all(w);
	}
	return NULL;
}

/* Signals are for the threads that expect them. */
static int start_thread(struct watch *w)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&w->thread, NULL, run, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

struct watch *watch_begin(struct mount *m, struct container *cont)
{
	struct watch *w;

	if (daos_local_watch_start == NULL)
		return NULL;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	w->m = m;
	w->cont = cont;
	if (daos_local_watch_start(cont->coh, &w->local) != 0)
		goto fail;
	if (start_thread(w) == 0)
		return w;
	daos_local_watch_stop(&w->local);
fail:
	free(w);
	return NULL;
}

/* Without that part of the engine nobody hands out plain files either. */
int watch_cache_begin(struct watch *w, daos_obj_id_t oid, int fd)
{
	return daos_local_array_cache_begin != NULL ? daos_local_array_cache_begin(&w->local, oid, fd) : 0;
}

void watch_cache_end(struct watch *w, daos_obj_id_t oid)
{
	if (w != NULL && daos_local_array_cache_end != NULL)
		daos_local_array_cache_end(&w->local, oid);
}

void watch_set_root(struct watch *w, const char *path)
{
	if (daos_local_watch_root != NULL)
		daos_local_watch_root(&w->local, path);
}

bool watch_interest(struct watch *w, struct inode *inode)
{
	if (w == NULL || daos_local_watch_interest == NULL ||
	    atomic_load_explicit(&inode->interest, memory_order_acquire))
		return false;
	if (daos_local_watch_interest(&w->local, inode->oid) == 0)
		atomic_store_explicit(&inode->interest, true, memory_order_release);
	return true;
}

void watch_end(struct watch *w)
{
	if (w == NULL)
		return;
	daos_local_watch_stop(&w->local);
	pthread_join(w->thread, NULL);
	free(w);
}
