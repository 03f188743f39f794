/*
 * attrs.h: user attributes, of pools and of containers alike.
 */
#ifndef DAOS_TOOL_ATTRS_H
#define DAOS_TOOL_ATTRS_H

#include "target.h"

/* What differs between a pool and a container. */
struct attr_owner {
	const char *what; /* "pool" */
	daos_handle_t handle;
	const char *name;
	int (*list)(daos_handle_t, char *, size_t *, daos_event_t *);
	int (*get)(daos_handle_t, int, const char *const *, void *const *, size_t *, daos_event_t *);
	int (*set)(daos_handle_t, int, const char *const *, const void *const *, const size_t *, daos_event_t *);
	int (*del)(daos_handle_t, int, const char *const *, daos_event_t *);
};

struct attr_owner attr_owner_pool(const struct target *t);
struct attr_owner attr_owner_cont(const struct target *t);

/* The commands' work. `list` is "k:v,..." or "k,..."; for attrs_get() NULL means all. */
int attrs_list(struct context *ctx, const struct attr_owner *owner, bool values);
int attrs_get(struct context *ctx, const struct attr_owner *owner, const char *list);
int attrs_set(struct context *ctx, const struct attr_owner *owner, const char *list);
int attrs_del(struct context *ctx, const struct attr_owner *owner, const char *list);

#endif
