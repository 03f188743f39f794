/*
 * pairs.h: lists of "key:value,key:value" and of "key,key".
 */
#ifndef DAOS_TOOL_PAIRS_H
#define DAOS_TOOL_PAIRS_H

#include <stddef.h>

/* The strings live in `text`; `value` is NULL for a list of keys. */
struct pairs {
	int nr;
	const char **key;
	const char **value;
	size_t *value_len; /* without a NUL */
	char *text;
};

/* Split "k:v,k:v". A value goes to the next comma and may contain colons. -1: the reason is in `why`. */
int pairs_parse(const char *text, struct pairs *pairs, char *why, size_t whysize);

/* Split "k,k". */
int keys_parse(const char *text, struct pairs *pairs, char *why, size_t whysize);

/* Whether pairs_parse() takes the text. */
int pairs_check(const char *text, char *why, size_t whysize);

void pairs_free(struct pairs *pairs);

#endif
