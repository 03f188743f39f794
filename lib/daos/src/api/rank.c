#include <stdlib.h>
#include <string.h>

#include <daos_api.h>
#include <gurt/common.h>

#define RANK_NONE     UINT32_MAX /* not a rank */
#define RANK_LIST_MAX 65536	 /* more ranks than any system has: keeps "[0-4294967294]" from taking all memory */

void d_rank_list_free(d_rank_list_t *list)
{
	if (list == NULL)
		return;
	free(list->rl_ranks);
	free(list);
}

static bool add_range(d_rank_list_t *list, uint32_t lo, uint32_t hi)
{
	d_rank_t *ranks;
	uint64_t nr;

	if (hi < lo)
		return false;
	nr = (uint64_t)list->rl_nr + hi - lo + 1;
	if (nr > RANK_LIST_MAX)
		return false;
	ranks = realloc(list->rl_ranks, nr * sizeof(*ranks));
	if (ranks == NULL)
		return false;
	list->rl_ranks = ranks;
	while (list->rl_nr < nr)
		ranks[list->rl_nr++] = lo++;
	return true;
}

static bool parse_rank(const char **p, uint32_t *rank)
{
	uint64_t v = 0;

	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; (*p)++) {
		v = v * 10 + (uint64_t)(**p - '0');
		if (v >= RANK_NONE)
			return false;
	}
	*rank = (uint32_t)v;
	return true;
}

/* list = item { separator item } ; item = rank [ "-" rank ] */
static bool parse_items(const char **p, const char *sep, d_rank_list_t *list)
{
	for (;;) {
		uint32_t lo, hi;

		if (!parse_rank(p, &lo))
			return false;
		hi = lo;
		if (**p == '-') {
			(*p)++;
			if (!parse_rank(p, &hi))
				return false;
		}
		if (!add_range(list, lo, hi))
			return false;
		if (**p == '\0' || (**p != ',' && strchr(sep, **p) == NULL))
			return true;
		(*p)++;
	}
}

d_rank_list_t *daos_rank_list_parse(const char *str, const char *sep)
{
	d_rank_list_t *list;
	bool bracket, ok;

	if (str == NULL)
		return NULL;
	list = calloc(1, sizeof(*list));
	if (list == NULL)
		return NULL;
	bracket = *str == '[';
	if (bracket)
		str++;
	ok = parse_items(&str, sep == NULL ? "" : sep, list);
	if (ok && bracket)
		ok = *str++ == ']';
	if (!ok || *str != '\0') {
		d_rank_list_free(list);
		list = NULL;
	}
	return list;
}
