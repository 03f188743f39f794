/*
 * registry.h: the members of a system (pools) or of a pool (containers), by UUID and label.
 *
 * A member is a directory named by its UUID in the registry's directory, and a record in the registry's environment. It
 * exists if and only if it has a record:
 *
 * - Creating makes the directory with all its content durable first, then adds the record in one transaction.
 * Destroying removes the record in one durable transaction first, then the directory. A crash between the two leaves a
 * directory without a record, which nobody can reach; the next create or destroy removes it.
 * - Creating and destroying hold the directory's lock, so what has no record then is left over from a crash.
 * - Labels are unique among the members. Members without a label are fine.
 *
 * Two databases of the environment: UUID as text -> creation time (8 bytes), label; label -> UUID as text.
 */
#ifndef DFUSE_STORE_REGISTRY_H
#define DFUSE_STORE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include <uuid/uuid.h>

#include <daos_prop.h>

#include "env.h"

struct registry {
	struct env *env;
	const char *path;
	int member_db;
	int label_db;
};

struct registry_member {
	uuid_t uuid;
	char label[DAOS_PROP_MAX_LABEL_BUF_LEN]; /* "" for none */
	uint64_t created;			 /* HLC */
};

/* Fill the new, empty directory `path`. */
typedef int (*registry_build_t)(const char *path, const uuid_t uuid, void *arg);

/*
 * Add a member with a new UUID. `label` may be NULL. -DER_EXIST: the label is taken; -DER_INVAL: it is not valid. Where
 * `build` fails nothing was added.
 */
int registry_create(struct registry *reg, const char *label, registry_build_t build, void *arg, uuid_t uuid);

/* Remove a member with its directory. The caller sees to it that nobody uses it, or does not care. */
int registry_destroy(struct registry *reg, const uuid_t uuid);

/* The member that `name` (UUID or label) means. -DER_NONEXIST: none; -DER_INVAL: neither UUID nor label. */
int registry_find(struct registry *reg, const char *name, struct registry_member *member);

/* The member with this UUID. -DER_NONEXIST */
int registry_get(struct registry *reg, const uuid_t uuid, struct registry_member *member);

/*
 * Become a user (users.h) of a member that registry_find() found. -DER_NONEXIST: it was destroyed meanwhile; -DER_BUSY:
 * others use it, and one of them or this one exclusively.
 */
int registry_join(struct registry *reg, const uuid_t uuid, bool exclusive, int *fd);

/* Change a label. -DER_EXIST: another member has it. */
int registry_rename(struct registry *reg, const uuid_t uuid, const char *label);

/* All members in order of their creation, to be freed. */
int registry_list(struct registry *reg, struct registry_member **members, size_t *count);

/* The directory of a member, to be freed; NULL if there is no memory. */
char *registry_path(const struct registry *reg, const uuid_t uuid);

#endif
