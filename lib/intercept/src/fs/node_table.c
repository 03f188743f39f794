#include <stdlib.h>
#include <string.h>

#include "node_private.h"
#include "post.h"
#include "stash.h"

#define BUCKETS	  4096
#define MAX_NODES 32768

static struct node *table[BUCKETS];
static unsigned nr_nodes;
static uint64_t last_id;
static struct node *graveyard;

static uint32_t hash_name(const struct node *parent, const char *name)
{
	uint64_t h = (uintptr_t)parent * 0x9e3779b97f4a7c15ULL;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3ULL;
	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15ULL; /* the last characters have not come far yet */
	return (uint32_t)(h >> 32);
}

static struct node *by_id[BUCKETS];

void node_number(struct node *n)
{
	n->id = ++last_id;
	n->next_id = by_id[n->id % BUCKETS];
	by_id[n->id % BUCKETS] = n;
}

static void forget_number(struct node *n)
{
	struct node **at = &by_id[n->id % BUCKETS];

	while (*at != n)
		at = &(*at)->next_id;
	*at = n->next_id;
}

struct node *node_by_id(uint64_t id)
{
	struct node *n = by_id[id % BUCKETS];

	while (n != NULL && n->id != id)
		n = n->next_id;
	return n;
}

struct node *node_ref(struct node *n)
{
	n->refs++;
	return n;
}

void node_unlist(struct node *n)
{
	struct node **at = &table[n->hash % BUCKETS];

	if (!n->listed)
		return;
	post_drop(n); /* nobody who changes what it stands for finds it any more */
	while (*at != n)
		at = &(*at)->next;
	*at = n->next;
	n->listed = false;
	nr_nodes--;
	node_put(n);
}

void node_list(struct node *n)
{
	n->hash = hash_name(n->parent, n->name);
	n->next = table[n->hash % BUCKETS];
	table[n->hash % BUCKETS] = n;
	n->listed = true;
	nr_nodes++;
	node_ref(n);
}

void node_set_parent(struct node *n, struct node *parent)
{
	if (parent != NULL) {
		node_ref(parent);
		parent->children++;
	}
	if (n->parent != NULL) {
		n->parent->children--;
		node_put(n->parent);
	}
	n->parent = parent;
}

/* Freed by the next call: whoever found it in this one may go on using it. */
void node_put(struct node *n)
{
	if (n == NULL || --n->refs > 0 || n->buried)
		return;
	n->buried = true;
	n->next = graveyard;
	graveyard = n;
}

static void bury(void)
{
	struct node *n;

	while ((n = graveyard) != NULL) {
		graveyard = n->next;
		if (n->refs > 0) { /* it is needed after all */
			n->buried = false;
			continue;
		}
		node_set_parent(n, NULL);
		if (n->dir != NULL)
			dfs_release(n->dir);
		post_drop(n);
		forget_number(n);
		stash_free(n->stash);
		free(n->target);
		free(n->name);
		free(n);
	}
}

/* A node that nobody references yet but the table. */
struct node *node_add(struct fs *fs, struct node *parent, const char *name)
{
	struct node *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->name = strdup(name);
	if (n->name == NULL) {
		free(n);
		return NULL;
	}
	n->fs = fs;
	node_number(n);
	node_set_parent(n, parent);
	node_list(n);
	return n;
}

struct node *node_find(const struct node *parent, const char *name)
{
	uint32_t hash = hash_name(parent, name);
	struct node *n = table[hash % BUCKETS];

	while (n != NULL && (n->hash != hash || n->parent != parent || strcmp(n->name, name) != 0))
		n = n->next;
	return n;
}

void node_trim(void)
{
	bool again = nr_nodes > MAX_NODES;

	bury();
	while (again) {
		again = false;
		for (unsigned i = 0; i < BUCKETS; i++)
			for (struct node *n = table[i], *next; n != NULL; n = next) {
				next = n->next;
				if (n->refs == 1 && n->children == 0) {
					again = again || n->parent->children == 1;
					node_unlist(n);
				}
			}
	}
}
