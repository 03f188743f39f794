#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workload.h"

enum kind { CREATE, MKDIR, SYMLINK, RENAME, REMOVE };

static const char *const kind_name[] = {"create", "mkdir", "symlink", "rename", "remove"};

/* A change of names. */
struct change {
	enum kind kind;
	char path[64], other[64]; /* where to, or the link's target */
	uint64_t hi, lo;
	size_t begun, done;
};

enum event_kind { WRITE, SIZE, FSYNC };

/* What was done to a file; FSYNC: `begun` and `done` are known, else only `begun` counts. */
struct event {
	enum event_kind kind;
	uint64_t hi, lo;
	unsigned version, at, len;
	size_t begun, done;
};

struct sync {
	size_t begun, done;
};

struct expect {
	size_t ready;
	struct change *change;
	struct event *event;
	struct sync *sync;
	size_t changes, events, syncs;
	char **state; /* the names before the first change, after the first, … */
};

#define NEVER SIZE_MAX

struct expect *expect_new(void)
{
	struct expect *e = calloc(1, sizeof(*e));

	e->ready = NEVER;
	return e;
}

void expect_free(struct expect *e)
{
	for (size_t i = 0; e->state != NULL && i <= e->changes; i++)
		free(e->state[i]);
	free(e->state);
	free(e->change);
	free(e->event);
	free(e->sync);
	free(e);
}

#define APPEND(array, nr, ...)                                             \
	do {                                                               \
		(array) = realloc((array), ((nr) + 1) * sizeof(*(array))); \
		(array)[(nr)++] = (__typeof__(*(array)))__VA_ARGS__;       \
	} while (0)

static bool begin_change(struct expect *e, size_t moment, const char *text)
{
	struct change c = {.begun = moment, .done = NEVER};
	char kind[16];
	unsigned number;
	int n = sscanf(text, "begin %u %15s %63s %63s", &number, kind, c.path, c.other);

	if (n < 3)
		return false;
	for (c.kind = CREATE; c.kind <= REMOVE && strcmp(kind, kind_name[c.kind]) != 0;)
		c.kind++;
	if (c.kind > REMOVE)
		return false;
	if (number + 1 == e->changes) /* the one before failed, and changed nothing */
		e->changes--;
	APPEND(e->change, e->changes, c);
	return number + 1 == e->changes;
}

static bool end_change(struct expect *e, size_t moment, const char *text)
{
	unsigned number;
	unsigned long long hi, lo;

	if (sscanf(text, "done %u %llu %llu", &number, &hi, &lo) != 3 || number + 1 != e->changes)
		return false;
	e->change[number].hi = hi;
	e->change[number].lo = lo;
	e->change[number].done = moment;
	return true;
}

static struct event *last_fsync(struct expect *e)
{
	for (size_t i = e->events; i-- > 0;)
		if (e->event[i].kind == FSYNC)
			return &e->event[i];
	return NULL;
}

bool expect_mark(struct expect *e, size_t moment, const char *mark, size_t len)
{
	unsigned long long hi, lo;
	unsigned version, at, n;
	char text[256];

	snprintf(text, sizeof(text), "%.*s", (int)len, mark);
	if (strcmp(text, "ready") == 0)
		e->ready = moment;
	else if (strncmp(text, "begin ", 6) == 0)
		return begin_change(e, moment, text);
	else if (strncmp(text, "done ", 5) == 0)
		return end_change(e, moment, text);
	else if (sscanf(text, "write %llu %llu %u %u %u", &hi, &lo, &version, &at, &n) == 5)
		APPEND(e->event, e->events, {WRITE, hi, lo, version, at / CELL, n / CELL, moment, NEVER});
	else if (sscanf(text, "size %llu %llu %u %u", &hi, &lo, &version, &at) == 4)
		APPEND(e->event, e->events, {SIZE, hi, lo, version, at / CELL, 0, moment, NEVER});
	else if (sscanf(text, "fsync %llu %llu", &hi, &lo) == 2)
		APPEND(e->event, e->events, {FSYNC, hi, lo, 0, 0, 0, moment, NEVER});
	else if (strncmp(text, "synced ", 7) == 0 && last_fsync(e) != NULL)
		last_fsync(e)->done = moment;
	else if (strcmp(text, "sync") == 0)
		APPEND(e->sync, e->syncs, {moment, NEVER});
	else if (strcmp(text, "stable") == 0 && e->syncs > 0)
		e->sync[e->syncs - 1].done = moment;
	else
		return false;
	return true;
}

bool expect_ready(const struct expect *e, size_t moment)
{
	return e->ready < moment;
}

/* Names */

struct name {
	char kind;
	char path[64], what[64];
};

struct tree {
	struct name *name;
	size_t nr;
};

static struct name *tree_find(struct tree *t, const char *path)
{
	for (size_t i = 0; i < t->nr; i++)
		if (strcmp(t->name[i].path, path) == 0)
			return &t->name[i];
	return NULL;
}

static void tree_remove(struct tree *t, const char *path)
{
	struct name *n = tree_find(t, path);

	if (n != NULL)
		*n = t->name[--t->nr];
}

/* Only files are renamed here, so nothing lies below what moves. */
static void tree_apply(struct tree *t, const struct change *c)
{
	struct name n = {.kind = "fdl"[c->kind % 3]};

	switch (c->kind) {
	case REMOVE:
		tree_remove(t, c->path);
		return;
	case RENAME:
		n = *tree_find(t, c->path);
		tree_remove(t, c->path);
		tree_remove(t, c->other);
		strcpy(n.path, c->other);
		break;
	default:
		strcpy(n.path, c->path);
		if (c->kind == SYMLINK)
			strcpy(n.what, c->other);
		else
			snprintf(n.what, sizeof(n.what), "%llu.%llu", (unsigned long long)c->hi,
				 (unsigned long long)c->lo);
	}
	APPEND(t->name, t->nr, n);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->path, ((const struct name *)b)->path);
}

static char *tree_text(struct tree *t)
{
	size_t room = t->nr * sizeof(struct name) + t->nr * 4 + 1, len = 0;
	char *text = calloc(1, room);

	if (t->nr > 0)
		qsort(t->name, t->nr, sizeof(*t->name), by_path);
	for (size_t i = 0; i < t->nr; i++)
		len += (size_t)snprintf(text + len, room - len, "%c %s %s\n", t->name[i].kind, t->name[i].path,
					t->name[i].what);
	return text;
}

static void make_states(struct expect *e)
{
	struct tree t = {0};

	e->state = calloc(e->changes + 1, sizeof(*e->state));
	for (size_t i = 0; i <= e->changes; i++) {
		e->state[i] = tree_text(&t);
		if (i < e->changes && e->change[i].done != NEVER)
			tree_apply(&t, &e->change[i]);
	}
	free(t.name);
}

/* How many changes had been acknowledged, or begun, at a moment. */
static size_t changes_at(const struct expect *e, size_t moment, bool begun)
{
	size_t n = 0;

	while (n < e->changes && (begun ? e->change[n].begun : e->change[n].done) < moment)
		n++;
	return n;
}

/* When the last sync that was complete at that moment began. */
static size_t stable_since(const struct expect *e, size_t moment)
{
	size_t since = 0;

	for (size_t i = 0; i < e->syncs; i++)
		if (e->sync[i].done < moment && e->sync[i].begun > since)
			since = e->sync[i].begun;
	for (size_t i = 0; i < e->events; i++)
		if (e->event[i].kind == FSYNC && e->event[i].done < moment && e->event[i].begun > since)
			since = e->event[i].begun;
	return since;
}

bool expect_names(const struct expect *e, size_t moment, const char *names, char **why)
{
	size_t oldest = changes_at(e, stable_since(e, moment), false), newest = changes_at(e, moment, true);

	if (e->state == NULL)
		make_states((struct expect *)e);
	for (size_t i = oldest; i <= newest; i++)
		if (strcmp(names, e->state[i]) == 0)
			return true;
	if (asprintf(why, "states %zu to %zu may be; the newest is\n%s", oldest, newest, e->state[newest]) < 0)
		abort();
	return false;
}

/* Files */

/* What a cell may have: a version from `low` to `high`, or nothing. */
struct cell {
	unsigned low, high;
	bool nothing;
};

struct file {
	struct cell *cell;
	size_t cells;
	size_t min, max; /* of the size */
};

static void make_room(struct file *f, size_t cells)
{
	if (cells <= f->cells)
		return;
	f->cell = realloc(f->cell, cells * sizeof(*f->cell));
	for (size_t i = f->cells; i < cells; i++)
		f->cell[i] = (struct cell){0, 0, true};
	f->cells = cells;
}

/* An event that was complete before the last sync. */
static void certain(struct file *f, const struct event *v)
{
	if (v->kind == SIZE) {
		make_room(f, v->at);
		for (size_t i = v->at; i < f->cells; i++)
			f->cell[i] = (struct cell){0, 0, true};
		f->min = f->max = v->at;
	} else if (v->kind == WRITE) {
		make_room(f, v->at + v->len);
		for (size_t i = v->at; i < v->at + v->len; i++)
			f->cell[i] = (struct cell){v->version, v->version, false};
		if (v->at + v->len > f->max)
			f->min = f->max = v->at + v->len;
	}
}

static void possible(struct file *f, const struct event *v)
{
	if (v->kind == SIZE) {
		make_room(f, v->at);
		for (size_t i = v->at; i < f->cells; i++)
			f->cell[i].nothing = true;
		f->min = v->at < f->min ? v->at : f->min;
		f->max = v->at > f->max ? v->at : f->max;
	} else if (v->kind == WRITE) {
		make_room(f, v->at + v->len);
		for (size_t i = v->at; i < v->at + v->len; i++)
			f->cell[i].high = v->version;
		f->max = v->at + v->len > f->max ? v->at + v->len : f->max;
	}
}

static void file_at(const struct expect *e, size_t moment, uint64_t hi, uint64_t lo, struct file *f)
{
	size_t since = 0;

	for (size_t i = 0; i < e->events; i++) {
		const struct event *v = &e->event[i];

		if (v->hi == hi && v->lo == lo && v->kind == FSYNC && v->done < moment)
			since = v->begun;
	}
	for (size_t i = 0; i < e->events; i++) {
		const struct event *v = &e->event[i];

		if (v->hi != hi || v->lo != lo || v->begun >= moment)
			continue;
		if (v->begun < since)
			certain(f, v);
		else
			possible(f, v);
	}
}

static bool is_zero(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static const char *check_cell(const struct cell *c, const char *p, size_t number, uint64_t hi, uint64_t lo)
{
	unsigned long long has_hi, has_lo;
	unsigned cell, version;
	char text[CELL + 1], again[CELL + 1];

	if (is_zero(p, CELL))
		return c->nothing ? NULL : "a synced cell is lost";
	memcpy(text, p, CELL);
	text[CELL] = '\0';
	if (sscanf(text, "%16llx%16llx %u %u", &has_hi, &has_lo, &cell, &version) != 4)
		return "a cell that was never written";
	snprintf(again, sizeof(again), CELL_FORMAT, has_hi, has_lo, cell, version);
	if (memcmp(text, again, CELL) != 0)
		return "a cell that was never written";
	if (has_hi != hi || has_lo != lo)
		return "a cell of another file";
	if (cell != number)
		return "a cell of another place";
	return version < c->low || version > c->high ? "a version older than the synced one, or newer than all" : NULL;
}

const char *expect_file(const struct expect *e, size_t moment, uint64_t hi, uint64_t lo, const void *data, size_t size)
{
	struct file f = {0};
	const char *wrong = NULL;

	file_at(e, moment, hi, lo, &f);
	/* A write of which only sectors came through ends at one of them. */
	if (size < f.min * CELL)
		wrong = "shorter than it was synced";
	else if (size > f.max * CELL)
		wrong = "longer than it ever was";
	for (size_t i = 0; wrong == NULL && i < size / CELL; i++)
		wrong = check_cell(&f.cell[i], (const char *)data + i * CELL, i, hi, lo);
	free(f.cell);
	return wrong;
}
