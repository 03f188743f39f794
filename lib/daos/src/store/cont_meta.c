/* What a container knows about itself: properties and the counter of object ids. */
#include "cont.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "props.h"

#define OID_KEY	 "next oid"
#define OID_SKIP (1ULL << 32)

/*
 * Power loss puts the database back to its last checkpoint, the counter with it, but not the plain files of arrays that
 * were made since. Were an id given out again, its new object would find the lost one's bytes. So the first allocation
 * of every boot skips more ids than can have been lost.
 */
struct oid_counter {
	uint64_t next; /* the first id that was never given out; 0 is left to programs that choose ids themselves */
	uuid_t boot;   /* of the last allocation */
};

static uuid_t this_boot;
static pthread_once_t boot_once = PTHREAD_ONCE_INIT;

/* Where the kernel does not tell, every process counts as a boot. */
static void read_boot(void)
{
	char text[UUID_STR_LEN] = "";
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) != sizeof(text) - 1 || uuid_parse(text, this_boot) != 0)
		uuid_generate(this_boot);
	if (fd >= 0)
		close(fd);
}

static int get_counter(struct env *env, struct env_txn *txn, struct oid_counter *counter)
{
	void *val;
	size_t len;
	int rc = env_get(env, txn, CONT_DB_META, OID_KEY, &val, &len);

	if (rc == -DER_NONEXIST || (rc == 0 && len != sizeof(*counter)))
		return -DER_DF_INVAL;
	if (rc == 0)
		memcpy(counter, val, len);
	return rc;
}

int cont_oids_init(struct env *env, struct env_txn *txn)
{
	struct oid_counter counter = {.next = 1};

	pthread_once(&boot_once, read_boot);
	uuid_copy(counter.boot, this_boot);
	return env_put(env, txn, CONT_DB_META, OID_KEY, &counter, sizeof(counter));
}

/* Take `count` ids from the counter, for this boot. */
static int advance(struct oid_counter *counter, uint64_t count, uint64_t *first)
{
	if (uuid_compare(counter->boot, this_boot) != 0 &&
	    __builtin_add_overflow(counter->next, OID_SKIP, &counter->next))
		return -DER_OVERFLOW;
	*first = counter->next;
	uuid_copy(counter->boot, this_boot);
	return __builtin_add_overflow(counter->next, count, &counter->next) ? -DER_OVERFLOW : 0;
}

int cont_oids_alloc(struct cont_handle *h, uint64_t count, uint64_t *first)
{
	struct env *env = h->cont->env;
	struct oid_counter counter;
	uint64_t got;
	struct env_txn *txn;
	int rc;

	pthread_once(&boot_once, read_boot);
	rc = env_write_begin(env, &txn);
	if (rc != 0)
		return rc;
	rc = get_counter(env, txn, &counter);
	if (rc == 0)
		rc = advance(&counter, count, &got);
	if (rc == 0)
		rc = env_put(env, txn, CONT_DB_META, OID_KEY, &counter, sizeof(counter));
	if (rc != 0) {
		env_write_abort(env, txn);
		return rc;
	}
	rc = env_write_commit(env, txn);
	if (rc == 0)
		*first = got;
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
	struct oid_counter counter;
	struct env_txn *txn;
	int rc;

	if (entry->dpe_type == DAOS_PROP_CO_LABEL)
		return label_of(h, entry);
	rc = env_read_begin(env, &txn);
	if (rc != 0)
		return rc;
	if (entry->dpe_type == DAOS_PROP_CO_ALLOCED_OID) {
		rc = get_counter(env, txn, &counter);
		entry->dpe_val = counter.next - 1;
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
	struct env_txn *txn;
	int rc;

	/* First what may be refused. */
	if (label != NULL) {
		rc = registry_rename(&h->pool->conts, h->cont->uuid, label->dpe_str);
		if (rc != 0 || prop->dpp_nr == 1)
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
