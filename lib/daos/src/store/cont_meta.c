/* What a container knows about itself: properties and the counter of object ids. */
#include "cont.h"

#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>

#include "props.h"

#define OID_KEY "next oid"

/* The first object id that was never given out. Those below 1 are left to programs that choose their own. */
static int next_oid(struct env *env, MDB_txn *txn, uint64_t *next)
{
	void *val;
	size_t len;
	int rc = env_get(env, txn, CONT_DB_META, OID_KEY, &val, &len);

	*next = 1;
	if (rc == -DER_NONEXIST)
		return 0;
	if (rc == 0 && len != sizeof(*next))
		return -DER_DF_INVAL;
	if (rc == 0)
		memcpy(next, val, len);
	return rc;
}

int cont_oids_alloc(struct cont_handle *h, uint64_t count, uint64_t *first)
{
	struct env *env = h->cont->env;
	uint64_t next, after;
	MDB_txn *txn;
	int rc = env_write_begin(env, &txn);

	if (rc != 0)
		return rc;
	rc = next_oid(env, txn, &next);
	if (rc == 0 && __builtin_add_overflow(next, count, &after))
		rc = -DER_OVERFLOW;
	if (rc == 0)
		rc = env_put(env, txn, CONT_DB_META, OID_KEY, &after, sizeof(after));
	if (rc != 0) {
		env_write_abort(env, txn);
		return rc;
	}
	rc = env_write_commit(env, txn);
	if (rc == 0)
		*first = next;
	return rc;
}

static int label_of(struct cont_handle *h, struct daos_prop_entry *entry)
{
	struct registry_member member;
	int rc = registry_get(&h->pool->conts, h->cont->uuid, &member);

	if (rc != 0)
		return rc;
	entry->dpe_str = strdup(member.label[0] != '\0' ? member.label : DAOS_PROP_CO_LABEL_DEFAULT);
	return entry->dpe_str != NULL ? 0 : -DER_NOMEM;
}

int cont_prop_get(struct cont_handle *h, struct daos_prop_entry *entry)
{
	struct env *env = h->cont->env;
	MDB_txn *txn;
	int rc;

	if (entry->dpe_type == DAOS_PROP_CO_LABEL)
		return label_of(h, entry);
	rc = env_read_begin(env, &txn);
	if (rc != 0)
		return rc;
	if (entry->dpe_type == DAOS_PROP_CO_ALLOCED_OID) {
		rc = next_oid(env, txn, &entry->dpe_val);
		entry->dpe_val--;
	} else {
		rc = props_get(env, txn, CONT_DB_META, PROPS_CONT, entry);
	}
	env_read_end(env, txn);
	return rc;
}

int cont_prop_set(struct cont_handle *h, const daos_prop_t *prop)
{
	struct daos_prop_entry *label = daos_prop_entry_get((daos_prop_t *)prop, DAOS_PROP_CO_LABEL);
	struct env *env = h->cont->env;
	MDB_txn *txn;
	int rc;

	/* First what may be refused. */
	if (label != NULL) {
		rc = registry_rename(&h->pool->conts, h->cont->uuid, label->dpe_str);
		if (rc != 0)
			return rc;
	}
	rc = env_write_begin(env, &txn);
	if (rc != 0)
		return rc;
	rc = props_put(env, txn, CONT_DB_META, PROPS_CONT, prop);
	if (rc != 0) {
		env_write_abort(env, txn);
		return rc;
	}
	return env_write_commit(env, txn);
}
