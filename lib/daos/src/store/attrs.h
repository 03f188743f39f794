/*
 * attrs.h: user attributes of pools and containers: names and values in a database of their own.
 *
 * All functions check names (1 to DAOS_ATTR_NAME_MAX bytes) and return -DER_INVAL for others. Setting and deleting many
 * happens in one transaction.
 */
#ifndef DFUSE_STORE_ATTRS_H
#define DFUSE_STORE_ATTRS_H

#include <stddef.h>

#include "env.h"

/*
 * All names with their NULs, in order, as many as fit whole into `buf` (may be NULL). *size: of `buf` before, of all
 * names after.
 */
int attrs_list(struct env *env, int db, char *buf, size_t *size);

/*
 * values[i] (any may be NULL) gets as much of the value as sizes[i] says; sizes[i] becomes the value's size.
 * -DER_NONEXIST: one of them is not there.
 */
int attrs_get(struct env *env, int db, int n, const char *const *names, void *const *values, size_t *sizes);

int attrs_set(struct env *env, int db, int n, const char *const *names, const void *const *values, const size_t *sizes);

/* Deleting what is not there is fine. */
int attrs_del(struct env *env, int db, int n, const char *const *names);

#endif
