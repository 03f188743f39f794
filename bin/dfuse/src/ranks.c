#include "ranks.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* No system has more; keeps "[0-4000000000]" from taking the memory. */
#define MAX_RANKS 65536

static int parse_number(const char **text, uint32_t *out)
{
	const char *p = *text;
	uint64_t n = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (uint64_t)(*p - '0');
		if (n >= UINT32_MAX)
			return -EINVAL;
	}
	*text = p;
	*out = (uint32_t)n;
	return 0;
}

static int add_range(struct ranks *ranks, uint32_t lo, uint32_t hi)
{
	size_t more = (size_t)hi - lo + 1;
	uint32_t *bigger;

	if (more > MAX_RANKS || ranks->nr + more > MAX_RANKS)
		return -EINVAL;
	bigger = realloc(ranks->rank, (ranks->nr + more) * sizeof(*bigger));
	if (bigger == NULL)
		return -ENOMEM;
	ranks->rank = bigger;
	for (size_t i = 0; i < more; i++)
		bigger[ranks->nr++] = lo + (uint32_t)i;
	return 0;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool has_duplicates(struct ranks *ranks)
{
	qsort(ranks->rank, ranks->nr, sizeof(*ranks->rank), compare);
	for (size_t i = 1; i < ranks->nr; i++)
		if (ranks->rank[i] == ranks->rank[i - 1])
			return true;
	return false;
}

/* One number or range; leaves *text behind it. */
static int parse_element(const char **text, struct ranks *ranks)
{
	uint32_t lo, hi;
	int rc;

	rc = parse_number(text, &lo);
	if (rc != 0)
		return rc;
	hi = lo;
	if (**text == '-') {
		(*text)++;
		rc = parse_number(text, &hi);
		if (rc != 0)
			return rc;
		if (hi < lo)
			return -EINVAL;
	}
	return add_range(ranks, lo, hi);
}

int ranks_parse(const char *text, struct ranks *out)
{
	struct ranks ranks = {NULL, 0};
	bool bracket = *text == '[';
	int rc;

	text += bracket;
	for (;;) {
		rc = parse_element(&text, &ranks);
		if (rc != 0 || (*text != ',' && *text != ':'))
			break;
		text++;
	}
	if (rc == 0 && bracket && *text++ != ']')
		rc = -EINVAL;
	if (rc == 0 && (*text != '\0' || has_duplicates(&ranks)))
		rc = -EINVAL;
	if (rc != 0)
		ranks_free(&ranks);
	else
		*out = ranks;
	return rc;
}

int ranks_within(const struct ranks *a, const uint32_t *b, size_t nb, uint32_t *missing)
{
	for (size_t i = 0; i < a->nr; i++) {
		size_t j = 0;

		while (j < nb && b[j] != a->rank[i])
			j++;
		if (j == nb) {
			*missing = a->rank[i];
			return 0;
		}
	}
	return 1;
}

void ranks_free(struct ranks *ranks)
{
	free(ranks->rank);
	ranks->rank = NULL;
	ranks->nr = 0;
}
