#include "lock_range.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

static bool overlap(const struct lock_range *a, const struct lock_range *b)
{
	return a->start <= b->end && b->start <= a->end;
}

/* Take the bytes of `want` out of every range. A range that `want` lies within becomes two: the second is `*spare`. */
static void cut(struct lock_range **at, const struct lock_range *want, struct lock_range **spare)
{
	struct lock_range *r, *right;

	while ((r = *at) != NULL) {
		if (!overlap(r, want)) {
			at = &r->next;
		} else if (r->start < want->start && r->end > want->end) {
			right = *spare;
			*spare = NULL;
			*right = *r;
			right->start = want->end + 1;
			r->end = want->start - 1;
			r->next = right;
			at = &right->next;
		} else if (r->start < want->start) {
			r->end = want->start - 1;
			at = &r->next;
		} else if (r->end > want->end) {
			r->start = want->end + 1;
			at = &r->next;
		} else {
			*at = r->next;
			free(r);
		}
	}
}

/* `b` follows `a` and is more of the same. */
static bool joins(const struct lock_range *a, const struct lock_range *b)
{
	return a->type == b->type && a->pid == b->pid && a->end != LOCK_END && a->end + 1 == b->start;
}

/* Put `r` in its place, where nothing is any more. */
static void insert(struct lock_range **list, struct lock_range *r)
{
	struct lock_range *left = NULL, *right = *list;

	while (right != NULL && right->start < r->start) {
		left = right;
		right = right->next;
	}
	if (right != NULL && joins(r, right)) {
		r->end = right->end;
		r->next = right->next;
		free(right);
	} else {
		r->next = right;
	}
	if (left != NULL && joins(left, r)) {
		left->end = r->end;
		left->next = r->next;
		free(r);
	} else if (left != NULL) {
		left->next = r;
	} else {
		*list = r;
	}
}

int lock_ranges_set(struct lock_range **list, const struct lock_range *want)
{
	struct lock_range *spare = malloc(sizeof(*spare)), *r = malloc(sizeof(*r));

	if (spare == NULL || r == NULL) {
		free(spare);
		free(r);
		return ENOMEM;
	}
	cut(list, want, &spare);
	free(spare);
	*r = *want;
	if (want->type == F_UNLCK)
		free(r);
	else
		insert(list, r);
	return 0;
}

const struct lock_range *lock_ranges_conflict(const struct lock_range *list, const struct lock_range *want)
{
	for (; list != NULL; list = list->next)
		if (overlap(list, want) && (list->type == F_WRLCK || want->type == F_WRLCK))
			return list;
	return NULL;
}

void lock_ranges_free(struct lock_range **list)
{
	struct lock_range *r;

	while ((r = *list) != NULL) {
		*list = r->next;
		free(r);
	}
}
