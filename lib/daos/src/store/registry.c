#include "registry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <daos_errno.h>

#include "api/hlc.h"
#include "dir.h"
#include "error.h"
#include "log.h"
#include "private.h"
#include "users.h"

struct record {
	uint64_t created;
	char label[DAOS_PROP_MAX_LABEL_BUF_LEN]; /* stored up to its end, without the NUL */
};

#define RECORD_LEN(label) (offsetof(struct record, label) + strlen(label))

static int decode(const void *val, size_t len, struct registry_member *member)
{
	size_t label_len = len - offsetof(struct record, label);

	if (len < offsetof(struct record, label) || label_len >= sizeof(member->label))
		return -DER_DF_INVAL;
	memcpy(&member->created, val, sizeof(member->created));
	memcpy(member->label, (const char *)val + offsetof(struct record, label), label_len);
	member->label[label_len] = '\0';
	return 0;
}

static int get(struct registry *reg, struct env_txn *txn, const char *key, struct registry_member *member)
{
	void *val;
	size_t len;
	int rc = env_get(reg->env, txn, reg->member_db, key, &val, &len);

	if (rc != 0)
		return rc;
	if (uuid_parse(key, member->uuid) != 0)
		return -DER_DF_INVAL;
	return decode(val, len, member);
}

static int put(struct registry *reg, struct env_txn *txn, const char *key, uint64_t created, const char *label)
{
	struct record rec = {.created = created};
	int rc;

	memcpy(rec.label, label, strlen(label));
	rc = env_put(reg->env, txn, reg->member_db, key, &rec, RECORD_LEN(label));
	if (rc == 0 && label[0] != '\0')
		rc = env_put(reg->env, txn, reg->label_db, label, key, strlen(key));
	return rc;
}

/* The member's key (UUID as text) that a label leads to. */
static int key_of_label(struct registry *reg, struct env_txn *txn, const char *label, char key[UUID_STR_LEN])
{
	void *val;
	size_t len;
	int rc = env_get(reg->env, txn, reg->label_db, label, &val, &len);

	if (rc != 0)
		return rc;
	if (len != UUID_STR_LEN - 1)
		return -DER_DF_INVAL;
	memcpy(key, val, len);
	key[len] = '\0';
	return 0;
}

int registry_find(struct registry *reg, const char *name, struct registry_member *member)
{
	char key[UUID_STR_LEN];
	uuid_t uuid;
	struct env_txn *txn;
	int rc;

	if (name == NULL)
		return -DER_INVAL;
	if (daos_is_valid_uuid_string(name, UUID_SST_NONE)) {
		uuid_parse(name, uuid);
		return registry_get(reg, uuid, member);
	}
	if (!daos_label_is_valid(name))
		return -DER_INVAL;
	rc = env_read_begin(reg->env, &txn);
	if (rc != 0)
		return rc;
	rc = key_of_label(reg, txn, name, key);
	if (rc == 0)
		rc = get(reg, txn, key, member);
	env_read_end(reg->env, txn);
	return rc;
}

int registry_get(struct registry *reg, const uuid_t uuid, struct registry_member *member)
{
	char key[UUID_STR_LEN];
	struct env_txn *txn;
	int rc = env_read_begin(reg->env, &txn);

	if (rc != 0)
		return rc;
	uuid_unparse_lower(uuid, key);
	rc = get(reg, txn, key, member);
	env_read_end(reg->env, txn);
	return rc;
}

int registry_rename(struct registry *reg, const uuid_t uuid, const char *label)
{
	struct registry_member member;
	char key[UUID_STR_LEN], other[UUID_STR_LEN];
	struct env_txn *txn;
	int rc;

	if (!daos_label_is_valid(label))
		return -DER_INVAL;
	uuid_unparse_lower(uuid, key);
	rc = env_write_begin(reg->env, &txn);
	if (rc != 0)
		return rc;
	rc = get(reg, txn, key, &member);
	if (rc != 0)
		goto abort;
	rc = key_of_label(reg, txn, label, other);
	if (rc == 0) {
		rc = strcmp(other, key) == 0 ? 0 : -DER_EXIST;
		goto abort;
	}
	if (rc != -DER_NONEXIST)
		goto abort;
	rc = member.label[0] != '\0' ? env_del(reg->env, txn, reg->label_db, member.label) : 0;
	if (rc == 0)
		rc = put(reg, txn, key, member.created, label);
	if (rc != 0)
		goto abort;
	return env_write_commit(reg->env, txn);
abort:
	env_write_abort(reg->env, txn);
	return rc;
}

int registry_join(struct registry *reg, const uuid_t uuid, bool exclusive, int *fd)
{
	struct registry_member member;
	char *path = registry_path(reg, uuid);
	int rc = path != NULL ? users_join(path, exclusive, fd) : -DER_NOMEM;
	int exists;

	free(path);
	if (rc == -DER_NOMEM)
		return rc;
	exists = registry_get(reg, uuid, &member);
	if (rc == 0 && exists != 0)
		users_leave(*fd);
	if (exists != 0) {
		*fd = -1;
		return exists;
	}
	return rc == -DER_NONEXIST ? -DER_DF_INVAL : rc; /* a member without its directory */
}

static int by_creation(const void *a, const void *b)
{
	const struct registry_member *x = a, *y = b;

	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return uuid_compare(x->uuid, y->uuid);
}

/* Room for one more in the list. */
static int grow(struct registry_member **list, size_t n, size_t *room)
{
	struct registry_member *more;

	if (n < *room)
		return 0;
	more = realloc(*list, (*room + *room / 2 + 16) * sizeof(**list));
	if (more == NULL)
		return ENOMEM;
	*list = more;
	*room += *room / 2 + 16;
	return 0;
}

static int list_in(struct registry *reg, struct env_txn *txn, struct registry_member **members, size_t *count)
{
	struct registry_member *list = NULL;
	struct env_cursor *cursor;
	size_t n = 0, room = 0;
	MDB_val k, v;
	int rc = env_cursor_open(txn, reg->member_db, &cursor);

	if (rc != 0)
		return env_error(rc);
	rc = grow(&list, 0, &room);
	if (rc == 0)
		rc = env_cursor_get(cursor, &k, &v, MDB_FIRST);
	for (; rc == 0; rc = env_cursor_get(cursor, &k, &v, MDB_NEXT)) {
		rc = grow(&list, n, &room);
		if (rc != 0)
			break;
		list[n] = (struct registry_member){0};
		if (uuid_parse_range(k.mv_data, (char *)k.mv_data + k.mv_size, list[n].uuid) != 0 ||
		    decode(v.mv_data, v.mv_size, &list[n]) != 0)
			rc = MDB_CORRUPTED;
		if (rc != 0)
			break;
		n++;
	}
	env_cursor_close(cursor);
	if (rc != MDB_NOTFOUND) {
		free(list);
		return env_error(rc);
	}
	*members = list;
	*count = n;
	return 0;
}

int registry_list(struct registry *reg, struct registry_member **members, size_t *count)
{
	struct env_txn *txn;
	int rc = env_read_begin(reg->env, &txn);

	if (rc != 0)
		return rc;
	rc = list_in(reg, txn, members, count);
	env_read_end(reg->env, txn);
	if (rc == 0)
		qsort(*members, *count, sizeof(**members), by_creation);
	return rc;
}

char *registry_path(const struct registry *reg, const uuid_t uuid)
{
	char name[UUID_STR_LEN];

	uuid_unparse_lower(uuid, name);
	return dir_join(reg->path, name);
}

/* Under the lock, every directory without a record is of no use. */
static bool is_leftover(struct registry *reg, const char *name)
{
	struct registry_member member;
	uuid_t uuid;

	return daos_is_valid_uuid_string(name, UUID_SST_NONE) && uuid_parse(name, uuid) == 0 &&
	       registry_get(reg, uuid, &member) == -DER_NONEXIST;
}

/*
 * Under the lock: put away what creation and destruction left, be it now or before a crash. That the records are gone
 * must be durable before, or power loss could bring a record back without its directory.
 */
static int discard_leftovers(struct registry *reg)
{
	DIR *dir = opendir(reg->path);
	bool durable = false;
	struct dirent *de;
	int rc = 0;

	if (dir == NULL)
		return der_from_errno(errno);
	while (rc == 0 && (de = readdir(dir)) != NULL) {
		if (!is_leftover(reg, de->d_name))
			continue;
		if (!durable)
			rc = env_checkpoint(reg->env);
		durable = true;
		if (rc == 0)
			rc = dir_discard(reg->path, de->d_name);
	}
	closedir(dir);
	return rc;
}

static int check_label_free(struct registry *reg, struct env_txn *txn, const char *label)
{
	char key[UUID_STR_LEN];
	int rc;

	if (label[0] == '\0')
		return 0;
	rc = key_of_label(reg, txn, label, key);
	if (rc == 0)
		return -DER_EXIST;
	return rc == -DER_NONEXIST ? 0 : rc;
}

static int check_label(struct registry *reg, const char *label)
{
	struct env_txn *txn;
	int rc = env_read_begin(reg->env, &txn);

	if (rc != 0)
		return rc;
	rc = check_label_free(reg, txn, label);
	env_read_end(reg->env, txn);
	return rc;
}

/* A rename may have taken the label since check_label(). */
static int add_record(struct registry *reg, const char *key, const char *label)
{
	struct env_txn *txn;
	int rc = env_write_begin(reg->env, &txn);

	if (rc != 0)
		return rc;
	rc = check_label_free(reg, txn, label);
	if (rc == 0)
		rc = put(reg, txn, key, hlc_now(), label);
	if (rc != 0) {
		env_write_abort(reg->env, txn);
		return rc;
	}
	return env_write_commit(reg->env, txn);
}

static int build_member(struct registry *reg, const char *path, registry_build_t build, void *arg, const uuid_t uuid)
{
	int rc = private_mkdir(AT_FDCWD, path);

	if (rc == 0)
		rc = build(path, uuid, arg);
	if (rc == 0)
		rc = dir_sync(path);
	if (rc == 0)
		rc = dir_sync(reg->path);
	return rc;
}

int registry_create(struct registry *reg, const char *label, registry_build_t build, void *arg, uuid_t uuid)
{
	char key[UUID_STR_LEN];
	char *path = NULL;
	int lock;
	int rc;

	if (label != NULL && !daos_label_is_valid(label))
		return -DER_INVAL;
	if (label == NULL)
		label = "";
	rc = dir_lock(reg->path, &lock);
	if (rc != 0)
		return rc;
	rc = check_label(reg, label);
	if (rc == 0)
		rc = discard_leftovers(reg);
	if (rc != 0)
		goto unlock;
	uuid_generate(uuid);
	uuid_unparse_lower(uuid, key);
	path = registry_path(reg, uuid);
	rc = path != NULL ? build_member(reg, path, build, arg, uuid) : -DER_NOMEM;
	if (rc == 0)
		rc = add_record(reg, key, label);
	if (rc != 0)
		discard_leftovers(reg);
	else if (env_checkpoint(reg->env) != 0)
		log_debug("%s: not yet durable", path); /* it will be with the next checkpoint */
unlock:
	dir_unlock(lock);
	dir_empty_trash(reg->path);
	free(path);
	return rc;
}

static int remove_record(struct registry *reg, const char *key)
{
	struct registry_member member;
	struct env_txn *txn;
	int rc = env_write_begin(reg->env, &txn);

	if (rc != 0)
		return rc;
	rc = get(reg, txn, key, &member);
	if (rc == 0)
		rc = env_del(reg->env, txn, reg->member_db, key);
	if (rc == 0 && member.label[0] != '\0')
		rc = env_del(reg->env, txn, reg->label_db, member.label);
	if (rc != 0) {
		env_write_abort(reg->env, txn);
		return rc;
	}
	return env_write_commit(reg->env, txn);
}

int registry_destroy(struct registry *reg, const uuid_t uuid)
{
	char key[UUID_STR_LEN];
	int lock;
	int rc = dir_lock(reg->path, &lock);

	if (rc != 0)
		return rc;
	uuid_unparse_lower(uuid, key);
	rc = remove_record(reg, key);
	if (rc == 0)
		rc = discard_leftovers(reg); /* without its record the directory is one */
	dir_unlock(lock);
	dir_empty_trash(reg->path);
	return rc;
}
