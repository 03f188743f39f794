#include "inode.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "container.h"
#include "file.h"

#define MIN_BUCKETS 1024
#define NLOCKS	    64

static pthread_mutex_t locks[NLOCKS] = {[0 ... NLOCKS - 1] = PTHREAD_MUTEX_INITIALIZER};

pthread_mutex_t *inode_lock(const struct inode *inode)
{
	return &locks[((uintptr_t)inode >> 6) % NLOCKS];
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	return x ^ x >> 32;
}

static size_t slot_of(const struct inode_table *table, const void *owner, daos_obj_id_t oid)
{
	return mix(oid.lo * 0x9e3779b97f4a7c15ULL ^ oid.hi ^ (uintptr_t)owner) & (table->nbuckets - 1);
}

static const void *owner_of(const struct inode *inode)
{
	return inode->cont != NULL ? (const void *)inode->cont : (const void *)inode->pool;
}

uint64_t inode_number(const struct inode *inode)
{
	uint64_t word[2];

	switch (inode->kind) {
	case INODE_SYSTEM:
		return 1;
	case INODE_POOL:
		memcpy(word, inode->pool->uuid, sizeof(word));
		return word[0] ^ word[1];
	default:
		/* The upper half of `hi` is type and class; the lower and `lo`, a small counter, make the object
		 * unique. */
		return (inode->oid.lo << 32 ^ (inode->oid.hi & UINT32_MAX)) ^ inode->cont->salt;
	}
}

int inode_table_init(struct inode_table *table)
{
	memset(table, 0, sizeof(*table));
	pthread_mutex_init(&table->lock, NULL);
	table->nbuckets = MIN_BUCKETS;
	table->bucket = calloc(table->nbuckets, sizeof(*table->bucket));
	return table->bucket == NULL ? -ENOMEM : 0;
}

/* With the lock held. Failing to find memory is harmless: the chains get longer. */
static void resize(struct inode_table *table, size_t nbuckets)
{
	struct inode **old = table->bucket, **bucket = calloc(nbuckets, sizeof(*bucket));
	size_t nold = table->nbuckets;

	if (bucket == NULL)
		return;
	table->bucket = bucket;
	table->nbuckets = nbuckets;
	for (size_t i = 0; i < nold; i++)
		for (struct inode *inode = old[i], *next; inode != NULL; inode = next) {
			size_t slot = slot_of(table, owner_of(inode), inode->oid);

			next = inode->next;
			inode->next = bucket[slot];
			bucket[slot] = inode;
		}
	free(old);
}

static void hash_in(struct inode_table *table, struct inode *inode)
{
	size_t slot;

	if (table->count >= table->nbuckets)
		resize(table, table->nbuckets * 2);
	slot = slot_of(table, owner_of(inode), inode->oid);
	inode->next = table->bucket[slot];
	table->bucket[slot] = inode;
	inode->hashed = true;
	table->count++;
}

static void hash_out(struct inode_table *table, struct inode *inode)
{
	struct inode **p;

	if (!inode->hashed)
		return;
	p = &table->bucket[slot_of(table, owner_of(inode), inode->oid)];
	while (*p != inode)
		p = &(*p)->next;
	*p = inode->next;
	inode->hashed = false;
	table->count--;
	if (table->nbuckets > MIN_BUCKETS && table->count < table->nbuckets / 8) {
		resize(table, table->nbuckets / 4);
		malloc_trim(0); /* memory of a forgotten tree goes back to the system */
	}
}

static struct inode *look(struct inode_table *table, const void *owner, daos_obj_id_t oid)
{
	struct inode *inode = table->bucket[slot_of(table, owner, oid)];

	while (inode != NULL && !(owner_of(inode) == owner && inode->oid.lo == oid.lo && inode->oid.hi == oid.hi))
		inode = inode->next;
	return inode;
}

static void destroy(struct inode *inode)
{
	if (S_ISDIR(inode->attr.mode) && inode->kind == INODE_ENTRY && inode->dir != NULL)
		dfs_release(inode->dir);
	file_dispose(inode);
	free(inode->name);
	free(inode);
}

/* With the lock held: drop a reference of whatever kind was just given up; dead parents go with their last child. */
static void reap(struct inode_table *table, struct inode *inode)
{
	while (inode != NULL && inode->refs == 0 && inode->nlookup == 0) {
		struct inode *parent = inode->parent;

		hash_out(table, inode);
		destroy(inode);
		inode = parent;
		if (inode != NULL)
			inode->refs--;
	}
}

static struct inode *create(const struct inode *model)
{
	struct inode *inode = calloc(1, sizeof(*inode));

	if (inode == NULL)
		return NULL;
	inode->kind = model->kind;
	inode->cont = model->cont;
	inode->pool = model->pool;
	inode->oid = model->oid;
	inode->attr.mode = model->attr.mode;
	return inode;
}

/* With the lock held. */
static int set_place(struct inode_table *table, struct inode *inode, struct inode *parent, const char *name)
{
	struct inode *old = inode->parent;
	char *copy;

	if (inode->kind != INODE_ENTRY) /* needs no entry to be found */
		return 0;
	if (old == parent && inode->name != NULL && strcmp(inode->name, name) == 0)
		return 0;
	copy = strdup(name);
	free(inode->name);
	inode->name = copy;
	inode->parent = parent;
	parent->refs++;
	if (old != NULL) {
		old->refs--;
		reap(table, old);
	}
	return copy == NULL ? -ENOMEM : 0;
}

struct inode *inode_table_set_root(struct inode_table *table, const struct inode *model)
{
	struct inode *root = create(model);

	if (root == NULL)
		return NULL;
	root->refs = 1;
	pthread_mutex_lock(&table->lock);
	hash_in(table, root);
	table->root = root;
	pthread_mutex_unlock(&table->lock);
	return root;
}

struct inode *inode_get(struct inode_table *table, const struct inode *model, struct inode *parent, const char *name)
{
	struct inode *inode;

	pthread_mutex_lock(&table->lock);
	inode = look(table, owner_of(model), model->oid);
	if (inode == NULL) {
		inode = create(model);
		if (inode != NULL)
			hash_in(table, inode);
	}
	if (inode != NULL) {
		inode->refs++;
		if (set_place(table, inode, parent, name) != 0) {
			inode->refs--;
			reap(table, inode);
			inode = NULL;
		}
	}
	pthread_mutex_unlock(&table->lock);
	return inode;
}

struct inode *inode_find(struct inode_table *table, struct container *cont, daos_obj_id_t oid)
{
	struct inode *inode;

	pthread_mutex_lock(&table->lock);
	inode = look(table, cont, oid);
	if (inode != NULL)
		inode->refs++;
	pthread_mutex_unlock(&table->lock);
	return inode;
}

struct inode *inode_ref(struct inode_table *table, struct inode *inode)
{
	pthread_mutex_lock(&table->lock);
	inode->refs++;
	pthread_mutex_unlock(&table->lock);
	return inode;
}

void inode_put(struct inode_table *table, struct inode *inode)
{
	if (inode == NULL)
		return;
	pthread_mutex_lock(&table->lock);
	inode->refs--;
	reap(table, inode);
	pthread_mutex_unlock(&table->lock);
}

void inode_remember(struct inode_table *table, struct inode *inode)
{
	pthread_mutex_lock(&table->lock);
	inode->nlookup++;
	pthread_mutex_unlock(&table->lock);
}

void inode_forget(struct inode_table *table, struct inode *inode, uint64_t n)
{
	pthread_mutex_lock(&table->lock);
	inode->nlookup -= n < inode->nlookup ? n : inode->nlookup;
	reap(table, inode);
	pthread_mutex_unlock(&table->lock);
}

void inode_detach(struct inode_table *table, struct inode *inode)
{
	pthread_mutex_lock(&table->lock);
	hash_out(table, inode);
	pthread_mutex_unlock(&table->lock);
}

int inode_place(struct inode_table *table, struct inode *inode, struct inode **parent, char name[DFS_MAX_NAME + 1])
{
	int rc = 0;

	pthread_mutex_lock(&table->lock);
	if (inode->unlinked) {
		rc = -ENOENT;
	} else if (inode->parent == NULL || inode->name == NULL) {
		rc = -ESTALE;
	} else {
		*parent = inode->parent;
		inode->parent->refs++;
		strcpy(name, inode->name);
	}
	pthread_mutex_unlock(&table->lock);
	return rc;
}

int inode_move(struct inode_table *table, struct inode *inode, struct inode *parent, const char *name)
{
	int rc;

	pthread_mutex_lock(&table->lock);
	rc = set_place(table, inode, parent, name);
	pthread_mutex_unlock(&table->lock);
	return rc;
}

uint64_t inode_parent_number(struct inode_table *table, struct inode *inode)
{
	uint64_t number;

	pthread_mutex_lock(&table->lock);
	number = inode_number(inode->parent != NULL ? inode->parent : inode);
	pthread_mutex_unlock(&table->lock);
	return number;
}

/* With the lock held: prepend the names from `inode` up to the root of its container. */
static int build_path(struct inode *inode, char *path, size_t len)
{
	size_t at = len - 1;

	path[at] = '\0';
	for (; inode != NULL && inode->kind == INODE_ENTRY && inode->name != NULL; inode = inode->parent) {
		size_t n = strlen(inode->name);

		if (n + 1 > at)
			return -ENAMETOOLONG;
		at -= n;
		memcpy(path + at, inode->name, n);
		path[--at] = '/';
	}
	if (path[at] == '\0')
		path[--at] = '/';
	memmove(path, path + at, len - at);
	return 0;
}

int inode_path(struct inode_table *table, struct inode *inode, char *path, size_t len)
{
	int rc;

	pthread_mutex_lock(&table->lock);
	rc = build_path(inode, path, len);
	pthread_mutex_unlock(&table->lock);
	return rc;
}

size_t inode_table_count(struct inode_table *table)
{
	size_t count;

	pthread_mutex_lock(&table->lock);
	count = table->count;
	pthread_mutex_unlock(&table->lock);
	return count;
}

int inode_table_each(struct inode_table *table, bool (*want)(struct inode *), void (*f)(struct inode *, void *),
		     void *arg)
{
	struct inode **found = NULL, **more;
	size_t n = 0, room = 0;
	int rc = 0;

	pthread_mutex_lock(&table->lock);
	for (size_t i = 0; rc == 0 && i < table->nbuckets; i++)
		for (struct inode *inode = table->bucket[i]; inode != NULL; inode = inode->next) {
			if (!want(inode))
				continue;
			if (n == room) {
				room = room == 0 ? 64 : room * 2;
				more = realloc(found, room * sizeof(*found));
				if (more == NULL) {
					rc = -ENOMEM;
					break;
				}
				found = more;
			}
			inode->refs++;
			found[n++] = inode;
		}
	pthread_mutex_unlock(&table->lock);
	for (size_t i = 0; i < n; i++) {
		f(found[i], arg);
		inode_put(table, found[i]);
	}
	free(found);
	return rc;
}

void inode_table_fini(struct inode_table *table)
{
	for (size_t i = 0; i < table->nbuckets; i++)
		for (struct inode *inode = table->bucket[i], *next; inode != NULL; inode = next) {
			next = inode->next;
			destroy(inode);
		}
	free(table->bucket);
	pthread_mutex_destroy(&table->lock);
}
