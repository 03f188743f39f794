/* Principals of access control lists, and the users and groups of this system. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_security.h>

#define ID_NONE UINT32_MAX

/* A question to the user or group database, by name or (without one) by id. */
struct question {
	const char *name;
	uint32_t id;
	char *answer_name; /* in the buffer of the lookup */
	uint32_t answer_id;
};

/* Puts the question with `len` bytes at `buf` to work in. 0, ERANGE if they are too few, or another errno. */
typedef int (*ask_fn)(struct question *q, char *buf, size_t len, bool *found);

static int ask_user(struct question *q, char *buf, size_t len, bool *found)
{
	struct passwd pwd, *p = NULL;
	int rc = q->name != NULL ? getpwnam_r(q->name, &pwd, buf, len, &p) : getpwuid_r(q->id, &pwd, buf, len, &p);

	*found = p != NULL;
	if (p != NULL) {
		q->answer_name = p->pw_name;
		q->answer_id = p->pw_uid;
	}
	return rc;
}

static int ask_group(struct question *q, char *buf, size_t len, bool *found)
{
	struct group grp, *g = NULL;
	int rc = q->name != NULL ? getgrnam_r(q->name, &grp, buf, len, &g) : getgrgid_r(q->id, &grp, buf, len, &g);

	*found = g != NULL;
	if (g != NULL) {
		q->answer_name = g->gr_name;
		q->answer_id = g->gr_gid;
	}
	return rc;
}

/* Ask with as much memory as it takes: an entry for a group has all its members. *buf is to be freed. */
static int ask(ask_fn fn, struct question *q, char **buf, bool *found)
{
	size_t len = 4096;

	*buf = NULL;
	for (;; len *= 4) {
		char *more = realloc(*buf, len);

		if (more == NULL) {
			free(*buf);
			return -DER_NOMEM;
		}
		*buf = more;
		if (fn(q, *buf, len, found) != ERANGE)
			return 0;
	}
}

/* "name@", or "1000@" for an id without a name (containers often have no entry for their user). */
static int id_to_principal(ask_fn fn, uint32_t id, char **principal)
{
	struct question q = {.id = id};
	bool found;
	char *buf;
	int rc;

	if (principal == NULL)
		return -DER_INVAL;
	rc = ask(fn, &q, &buf, &found);
	if (rc != 0)
		return rc;
	rc = found ? asprintf(principal, "%s@", q.answer_name) : asprintf(principal, "%u@", id);
	free(buf);
	return rc < 0 ? -DER_NOMEM : 0;
}

/* The name before the '@'. A principal of another domain ("ann@example.org") is not one of this system. */
static int local_name(const char *principal, char name[DAOS_ACL_MAX_PRINCIPAL_BUF_LEN])
{
	size_t len;

	if (!daos_acl_principal_is_valid(principal))
		return -DER_INVAL;
	len = strcspn(principal, "@");
	if (principal[len + 1] != '\0')
		return -DER_NONEXIST;
	memcpy(name, principal, len);
	name[len] = '\0';
	return 0;
}

static int numeric_id(const char *name, uint32_t *id)
{
	unsigned long long n;
	char *end;

	if (*name < '0' || *name > '9')
		return -DER_NONEXIST;
	n = strtoull(name, &end, 10);
	if (*end != '\0' || n >= ID_NONE)
		return -DER_NONEXIST;
	*id = (uint32_t)n;
	return 0;
}

static int principal_to_id(ask_fn fn, const char *principal, uint32_t *id)
{
	char name[DAOS_ACL_MAX_PRINCIPAL_BUF_LEN];
	struct question q = {.name = name};
	bool found;
	char *buf;
	int rc;

	if (id == NULL)
		return -DER_INVAL;
	rc = local_name(principal, name);
	if (rc == 0)
		rc = ask(fn, &q, &buf, &found);
	if (rc != 0)
		return rc;
	free(buf);
	if (!found)
		return numeric_id(name, id);
	*id = q.answer_id;
	return 0;
}

int daos_acl_uid_to_principal(uid_t uid, char **name)
{
	return id_to_principal(ask_user, uid, name);
}

int daos_acl_gid_to_principal(gid_t gid, char **name)
{
	return id_to_principal(ask_group, gid, name);
}

int daos_acl_principal_to_uid(const char *principal, uid_t *uid)
{
	return principal_to_id(ask_user, principal, uid);
}

int daos_acl_principal_to_gid(const char *principal, gid_t *gid)
{
	return principal_to_id(ask_group, principal, gid);
}
