#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"

#define SECTOR 512

const char *const image_kind_name[IMAGE_KINDS] = {"nothing", "all", "prefix", "journal", "any"};

struct inode {
	uint64_t number;
	mode_t type;
	struct bytes bytes; /* durable */
	struct inode *next; /* all of the disk */
	struct bytes image; /* what an image has instead, if `in_image` */
	bool in_image;
};

struct entry {
	struct inode *dir;
	char *name;
	struct inode *inode;
};

/* Names, durable or of an image. Few enough for a list. */
struct names {
	struct entry *entry;
	size_t nr, room;
};

/* A pending change. Of names: `from` loses `inode` if it has it, then `to` gets it; either may be missing. */
struct pending {
	const struct record *r;
	struct inode *inode;
	struct entry from, to;
	bool of_names;
	bool chosen;
};

struct disk {
	struct inode *root, *inodes;
	struct names live, durable;
	struct pending *pending;
	size_t nr, room;
};

uint64_t random_next(uint64_t *random)
{
	uint64_t z = (*random += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static bool chance(uint64_t *random, unsigned percent)
{
	return random_next(random) % 100 < percent;
}

/* Names */

static struct entry *find(const struct names *n, const struct inode *dir, const char *name)
{
	for (size_t i = 0; i < n->nr; i++)
		if (n->entry[i].dir == dir && strcmp(n->entry[i].name, name) == 0)
			return &n->entry[i];
	return NULL;
}

static void set(struct names *n, struct inode *dir, const char *name, struct inode *inode)
{
	struct entry *e = find(n, dir, name);

	if (e != NULL && inode == NULL) {
		free(e->name);
		*e = n->entry[--n->nr];
	} else if (e != NULL) {
		e->inode = inode;
	} else if (inode != NULL) {
		if (n->nr == n->room)
			n->entry = realloc(n->entry, (n->room = n->room * 2 + 64) * sizeof(*n->entry));
		n->entry[n->nr++] = (struct entry){dir, strdup(name), inode};
	}
}

static void names_free(struct names *n)
{
	for (size_t i = 0; i < n->nr; i++)
		free(n->entry[i].name);
	free(n->entry);
}

/* Inodes */

static struct inode *inode_new(struct disk *d, uint64_t number, mode_t type)
{
	struct inode *i = calloc(1, sizeof(*i));

	i->number = number;
	i->type = type;
	i->next = d->inodes; /* the newest of a number is found first */
	d->inodes = i;
	return i;
}

static struct inode *inode_find(struct disk *d, uint64_t number)
{
	struct inode *i = d->inodes;

	while (i != NULL && i->number != number)
		i = i->next;
	return i;
}

struct disk *disk_new(uint64_t root)
{
	struct disk *d = calloc(1, sizeof(*d));

	d->root = inode_new(d, root, S_IFDIR);
	return d;
}

static void pending_drop(struct pending *p)
{
	free(p->from.name);
	free(p->to.name);
}

void disk_free(struct disk *d)
{
	struct inode *next;

	for (struct inode *i = d->inodes; i != NULL; i = next) {
		next = i->next;
		bytes_free(&i->bytes);
		free(i);
	}
	for (size_t i = 0; i < d->nr; i++)
		pending_drop(&d->pending[i]);
	free(d->pending);
	names_free(&d->live);
	names_free(&d->durable);
	free(d);
}

/* Records */

static void add(struct disk *d, struct pending p)
{
	if (d->nr == d->room)
		d->pending = realloc(d->pending, (d->room = d->room * 2 + 64) * sizeof(*d->pending));
	d->pending[d->nr++] = p;
}

static void apply_names(struct names *n, const struct pending *p)
{
	struct entry *e = p->from.name != NULL ? find(n, p->from.dir, p->from.name) : NULL;

	if (e != NULL && e->inode == p->inode)
		set(n, p->from.dir, p->from.name, NULL);
	if (p->to.name != NULL)
		set(n, p->to.dir, p->to.name, p->inode);
}

static void names_record(struct disk *d, const struct record *r)
{
	const char *text = (const char *)(r + 1);
	struct inode *a = inode_find(d, r->a), *b = inode_find(d, r->b);
	struct pending p = {.r = r, .of_names = true};
	struct entry *e;
	char *name;

	if (a == NULL)
		return;
	name = strndup(text, r->len);
	if (r->type == RECORD_CREATE) {
		p.inode = inode_new(d, r->b, (mode_t)r->c);
		p.to = (struct entry){.dir = a, .name = name};
	} else {
		e = find(&d->live, a, name);
		p.inode = e != NULL ? e->inode : NULL;
		p.from = (struct entry){.dir = a, .name = name};
		if (r->type == RECORD_RENAME && b != NULL)
			p.to = (struct entry){.dir = b, .name = strdup(text + strlen(text) + 1)};
	}
	if (p.inode == NULL) {
		pending_drop(&p);
		return;
	}
	apply_names(&d->live, &p);
	add(d, p);
}

static bool same_entry(const struct entry *x, const struct entry *y)
{
	return x->name != NULL && y->name != NULL && x->dir == y->dir && strcmp(x->name, y->name) == 0;
}

/* Whether the change of names `p` cannot be kept without what was pending before, `q`. */
static bool needs(const struct pending *p, const struct pending *q, bool *cut)
{
	if (q->of_names)
		return same_entry(&q->from, &p->from) || same_entry(&q->from, &p->to) || same_entry(&q->to, &p->from) ||
		       same_entry(&q->to, &p->to);
	if (q->inode != p->inode)
		return false;
	*cut = *cut || q->r->type == RECORD_SIZE;
	return *cut; /* what was cut off does not come back */
}

static void close_choice(struct disk *d)
{
	for (size_t i = d->nr; i-- > 0;) {
		struct pending *p = &d->pending[i];
		bool cut = false;

		for (size_t k = i; p->of_names && p->chosen && k-- > 0;)
			d->pending[k].chosen |= needs(p, &d->pending[k], &cut);
	}
}

static void apply_bytes(struct bytes *b, const struct record *r)
{
	switch (r->type) {
	case RECORD_WRITE:
		bytes_write(b, r->b, r + 1, r->len);
		break;
	case RECORD_SIZE:
		bytes_resize(b, r->b);
		break;
	case RECORD_ALLOCATE:
		if (r->b > b->size)
			bytes_resize(b, r->b);
		break;
	case RECORD_PUNCH:
		bytes_punch(b, r->b, r->c);
		break;
	default:
		break;
	}
}

/* `inode`: NULL for all of them. */
static void make_durable(struct disk *d, const struct inode *inode)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->nr; i++) {
		struct pending *p = &d->pending[i];

		p->chosen =
		    inode == NULL || (p->of_names ? p->from.dir == inode || p->to.dir == inode : p->inode == inode);
	}
	close_choice(d);
	for (size_t i = 0; i < d->nr; i++) {
		struct pending *p = &d->pending[i];

		if (!p->chosen) {
			d->pending[kept++] = *p;
			continue;
		}
		if (p->of_names)
			apply_names(&d->durable, p);
		else
			apply_bytes(&p->inode->bytes, p->r);
		pending_drop(p);
	}
	d->nr = kept;
}

void disk_apply(struct disk *d, const struct record *r)
{
	struct inode *inode;

	switch (r->type) {
	case RECORD_CREATE:
	case RECORD_UNLINK:
	case RECORD_RENAME:
		names_record(d, r);
		return;
	case RECORD_MARK:
		return;
	default:
		break;
	}
	inode = inode_find(d, r->a);
	if (r->type == RECORD_SYNC && (inode != NULL || r->a == 0))
		make_durable(d, inode);
	else if (inode != NULL)
		add(d, (struct pending){.r = r, .inode = inode});
}

/* Images */

static void choose(struct disk *d, enum image_kind kind, uint64_t *random)
{
	size_t moment = d->nr == 0 ? 0 : random_next(random) % (d->nr + 1);
	unsigned percent = (unsigned)(random_next(random) % 99 + 1);

	for (size_t i = 0; i < d->nr; i++) {
		struct pending *p = &d->pending[i];
		bool journalled = p->of_names || p->r->type != RECORD_WRITE;

		switch (kind) {
		case IMAGE_NOTHING:
			p->chosen = false;
			break;
		case IMAGE_ALL:
			p->chosen = true;
			break;
		case IMAGE_PREFIX:
			p->chosen = i < moment;
			break;
		case IMAGE_JOURNAL:
			p->chosen = journalled ? i < moment : chance(random, percent);
			break;
		default:
			p->chosen = chance(random, percent);
			break;
		}
	}
	close_choice(d);
}

/* A write of which some sectors are lost. */
static void tear(struct bytes *b, const struct record *r, uint64_t *random)
{
	uint64_t end = r->b + r->len, next;

	for (uint64_t at = r->b; at < end; at = next) {
		next = (at / SECTOR + 1) * SECTOR;
		if (next > end)
			next = end;
		if (chance(random, 50))
			bytes_write(b, at, (const unsigned char *)(r + 1) + (at - r->b), next - at);
	}
}

static struct bytes *in_image(struct inode *i)
{
	if (!i->in_image)
		bytes_copy(&i->image, &i->bytes);
	i->in_image = true;
	return &i->image;
}

static void image_bytes(struct disk *d, bool torn, bool grown, uint64_t *random)
{
	for (size_t i = 0; i < d->nr; i++) {
		struct pending *p = &d->pending[i];
		uint64_t end = p->r->type == RECORD_WRITE ? p->r->b + p->r->len : 0;

		if (p->of_names)
			continue;
		if (p->chosen && torn && p->r->type == RECORD_WRITE && chance(random, 20))
			tear(in_image(p->inode), p->r, random);
		else if (p->chosen)
			apply_bytes(in_image(p->inode), p->r);
		else if (grown && end > in_image(p->inode)->size)
			bytes_resize(in_image(p->inode), end);
	}
}

static bool write_inode(struct names *n, struct inode *inode, int at, const char *name);

static bool write_entries(struct names *n, struct inode *dir, int fd)
{
	for (size_t i = 0; i < n->nr; i++)
		if (n->entry[i].dir == dir && !write_inode(n, n->entry[i].inode, fd, n->entry[i].name))
			return false;
	return true;
}

static bool write_inode(struct names *n, struct inode *inode, int at, const char *name)
{
	bool is_dir = S_ISDIR(inode->type), good;
	int fd;

	if (is_dir && mkdirat(at, name, 0700) != 0)
		return false;
	fd = openat(at, name, is_dir ? O_RDONLY | O_DIRECTORY : O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return false;
	good = is_dir ? write_entries(n, inode, fd) : bytes_save(inode->in_image ? &inode->image : &inode->bytes, fd);
	close(fd);
	return good;
}

bool disk_image(struct disk *d, enum image_kind kind, uint64_t *random, const char *path)
{
	bool torn = kind >= IMAGE_JOURNAL && chance(random, 50), grown = kind >= IMAGE_JOURNAL && chance(random, 50);
	struct names n = {0};
	bool good;
	int fd;

	choose(d, kind, random);
	image_bytes(d, torn, grown, random);
	for (size_t i = 0; i < d->durable.nr; i++)
		set(&n, d->durable.entry[i].dir, d->durable.entry[i].name, d->durable.entry[i].inode);
	for (size_t i = 0; i < d->nr; i++)
		if (d->pending[i].of_names && d->pending[i].chosen)
			apply_names(&n, &d->pending[i]);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	good = fd >= 0 && write_entries(&n, d->root, fd);
	if (fd >= 0)
		close(fd);
	for (struct inode *i = d->inodes; i != NULL; i = i->next) {
		if (i->in_image)
			bytes_free(&i->image);
		i->in_image = false;
	}
	names_free(&n);
	return good;
}
