/*
 * props.h: the properties of pools and containers, kept in the "meta" database of their environments.
 *
 * Key: "prop." and the property's number; value: a number (8 bytes), a string without NUL, an ACL as in memory, or the
 * root object ids. A property that was never set has the default of its table entry and no record.
 *
 * Labels (kept in the parent's registry) and what the engine itself knows (allocated object ids, service ranks) are
 * not stored here: props_get() leaves them to its callers.
 */
#ifndef DFUSE_STORE_PROPS_H
#define DFUSE_STORE_PROPS_H

#include <daos_prop.h>

#include "env.h"

enum props_of { PROPS_POOL, PROPS_CONT };

/* When a caller may set a property. */
enum props_when { PROPS_NEVER, PROPS_AT_CREATION, PROPS_ANYTIME };

enum props_form { PROPS_NUMBER, PROPS_STRING, PROPS_ACL, PROPS_ROOTS, PROPS_RANKS };

struct props_info {
	uint32_t type;
	enum props_form form;
	enum props_when when;
	uint64_t max; /* of a number */
	uint64_t val; /* default of a number */
	const char *str;
};

/* NULL: no property of pools or containers. */
const struct props_info *props_info(enum props_of of, uint32_t type);

/* The number of properties, and the table of them. */
const struct props_info *props_table(enum props_of of, uint32_t *count);

/* -DER_INVAL: unknown types, values out of range; -DER_NO_PERM: what cannot be set or changed. `prop` may be NULL. */
int props_check(enum props_of of, const daos_prop_t *prop, bool creating);

/* Store all of `prop` but labels. Checked before. */
int props_put(struct env *env, struct env_txn *txn, int db, enum props_of of, const daos_prop_t *prop);

/* Fill the value of `entry`, whose type is set, with memory of its own. */
int props_get(struct env *env, struct env_txn *txn, int db, enum props_of of, struct daos_prop_entry *entry);

/*
 * What a query's property list asks for: with no entries it gets one for each property there is; entries without any
 * type get one each. -DER_INVAL: an unknown type.
 */
int props_prepare(enum props_of of, daos_prop_t *prop);

/* Free the values that props_get() gave to `prop`, where a query fails half-way. */
void props_clear(enum props_of of, daos_prop_t *prop);

#endif
