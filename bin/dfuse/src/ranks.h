/*
 * ranks.h: DAOS rank lists as --svc takes them.
 *
 * Forms: numbers and ranges, separated by ':' or ',' and optionally in brackets: "0", "0:1:2", "0,2", "[0-2]",
 * "[0-1,4]". A rank is a number below 2^32 - 1. Giving one twice, an empty element or a falling range is malformed.
 */
#ifndef DFUSE_RANKS_H
#define DFUSE_RANKS_H

#include <stddef.h>
#include <stdint.h>

struct ranks {
	uint32_t *rank; /* ascending */
	size_t nr;
};

/* 0; -EINVAL: malformed; -ENOMEM. `out` is only set on success and needs ranks_free(). */
int ranks_parse(const char *text, struct ranks *out);

/* Whether each of `a` is in the array `b`; otherwise the first that is not goes to `*missing`. */
int ranks_within(const struct ranks *a, const uint32_t *b, size_t nb, uint32_t *missing);

void ranks_free(struct ranks *ranks);

#endif
