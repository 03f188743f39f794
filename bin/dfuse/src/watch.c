#include "watch.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <daos_local.h>

#include "container.h"
#include "invalidate.h"
#include "mount.h"

#define WAIT_MS 3600000 /* watch_end() ends it earlier */

struct watch {
	struct mount *m;
	struct container *cont;
	struct daos_local_watch local;
	pthread_t thread;
};

/* The entry `name` of a directory came, went or has other attributes. */
static void entry_changed(struct watch *w, const struct daos_local_change *c)
{
	struct inode *dir = inode_find(&w->m->inodes, w->cont, c->oid), *child;
	char name[DFS_MAX_NAME + 1];
	daos_obj_id_t oid;
	dfs_obj_t *obj;

	if (dir == NULL || c->name_len > DFS_MAX_NAME)
		return;
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
	inode_put(&w->m->inodes, dir);
}

static void data_changed(struct watch *w, const struct daos_local_change *c)
{
	struct inode *inode = inode_find(&w->m->inodes, w->cont, c->oid);

	if (inode == NULL)
		return;
	atomic_store(&inode->changed, true);
	invalidate_with_name(w->m, inode);
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

static void *run(void *arg)
{
	struct watch *w = arg;
	struct daos_local_change change;
	int rc;

	while ((rc = daos_local_watch_next(&w->local, WAIT_MS, &change)) != -DER_CANCELED) {
		if (!atomic_load(&w->m->serving))
			continue; /* the kernel knows nothing yet, or no more */
		if (rc == 0 && change.name_len > 0)
			entry_changed(w, &change);
		else if (rc == 0)
			data_changed(w, &change);
		else if (rc != -DER_TIMEDOUT)
			inode_table_each(&w->m->inodes, any, forget_one, w);
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
	w->m	= m;
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

void watch_end(struct watch *w)
{
	if (w == NULL)
		return;
	daos_local_watch_stop(&w->local);
	pthread_join(w->thread, NULL);
	free(w);
}
