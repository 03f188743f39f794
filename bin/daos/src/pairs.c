#include "pairs.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for as many entries as the text has commas, and one. */
static int pairs_alloc(const char *text, struct pairs *pairs)
{
	size_t room = 1;

	memset(pairs, 0, sizeof(*pairs));
	for (const char *c = text; *c != '\0'; c++)
		room += *c == ',';
	pairs->text = strdup(text);
	pairs->key = calloc(room, sizeof(*pairs->key));
	pairs->value = calloc(room, sizeof(*pairs->value));
	pairs->value_len = calloc(room, sizeof(*pairs->value_len));
	if (pairs->text != NULL && pairs->key != NULL && pairs->value != NULL && pairs->value_len != NULL)
		return 0;
	pairs_free(pairs);
	return -1;
}

/* One entry of the list, cut out of pairs->text. */
static int take_pair(struct pairs *pairs, char *item, bool with_value, char *why, size_t whysize)
{
	char *colon = with_value ? strchr(item, ':') : NULL;

	if (with_value && colon == NULL) {
		snprintf(why, whysize, "invalid property \"%s\" (must be key:val)", item);
		return -1;
	}
	if (*item == '\0' || item == colon) {
		snprintf(why, whysize, "key must not be empty");
		return -1;
	}
	if (colon != NULL) {
		*colon = '\0';
		if (colon[1] == '\0') {
			snprintf(why, whysize, "value of \"%s\" must not be empty", item);
			return -1;
		}
		pairs->value[pairs->nr] = colon + 1;
		pairs->value_len[pairs->nr] = strlen(colon + 1);
	}
	pairs->key[pairs->nr++] = item;
	return 0;
}

static int parse(const char *text, struct pairs *pairs, bool with_value, char *why, size_t whysize)
{
	char *item;
	char *rest;

	if (pairs_alloc(text, pairs) != 0) {
		snprintf(why, whysize, "out of memory");
		return -1;
	}
	rest = pairs->text;
	while ((item = strsep(&rest, ",")) != NULL) {
		if (take_pair(pairs, item, with_value, why, whysize) != 0) {
			pairs_free(pairs);
			return -1;
		}
	}
	return 0;
}

int pairs_parse(const char *text, struct pairs *pairs, char *why, size_t whysize)
{
	return parse(text, pairs, true, why, whysize);
}

int keys_parse(const char *text, struct pairs *pairs, char *why, size_t whysize)
{
	return parse(text, pairs, false, why, whysize);
}

int pairs_check(const char *text, char *why, size_t whysize)
{
	struct pairs pairs;

	if (pairs_parse(text, &pairs, why, whysize) != 0)
		return -1;
	pairs_free(&pairs);
	return 0;
}

void pairs_free(struct pairs *pairs)
{
	free(pairs->text);
	free(pairs->key);
	free(pairs->value);
	free(pairs->value_len);
	memset(pairs, 0, sizeof(*pairs));
}
