/* Principals of access control lists and the users and groups of this system, and what an ACL lets a user do. */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <daos_cont.h>
#include <daos_errno.h>
#include <daos_pool.h>
#include <daos_security.h>

#define LOOKUP_BUF 65536 /* room for a passwd or group entry; groups can have many members */
#define ID_NONE	   UINT32_MAX

/* "name@", or "1000@" for an id without a name (containers often have no entry for their user). */
static int principal_dup(const char *name, unsigned id, char **principal)
{
	int rc = name != NULL ? asprintf(principal, "%s@", name) : asprintf(principal, "%u@", id);

	return rc < 0 ? -DER_NOMEM : 0;
}

int daos_acl_uid_to_principal(uid_t uid, char **name)
{
	struct passwd pwd, *found = NULL;
	char *buf;
	int rc;

	if (name == NULL)
		return -DER_INVAL;
	buf = malloc(LOOKUP_BUF);
	if (buf == NULL)
		return -DER_NOMEM;
	getpwuid_r(uid, &pwd, buf, LOOKUP_BUF, &found);
	rc = principal_dup(found == NULL ? NULL : pwd.pw_name, uid, name);
	free(buf);
	return rc;
}

int daos_acl_gid_to_principal(gid_t gid, char **name)
{
	struct group grp, *found = NULL;
	char *buf;
	int rc;

	if (name == NULL)
		return -DER_INVAL;
	buf = malloc(LOOKUP_BUF);
	if (buf == NULL)
		return -DER_NOMEM;
	getgrgid_r(gid, &grp, buf, LOOKUP_BUF, &found);
	rc = principal_dup(found == NULL ? NULL : grp.gr_name, gid, name);
	free(buf);
	return rc;
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

int daos_acl_principal_to_uid(const char *principal, uid_t *uid)
{
	char name[DAOS_ACL_MAX_PRINCIPAL_BUF_LEN];
	struct passwd pwd, *found = NULL;
	char *buf;
	int rc;

	if (uid == NULL)
		return -DER_INVAL;
	rc = local_name(principal, name);
	if (rc != 0)
		return rc;
	buf = malloc(LOOKUP_BUF);
	if (buf == NULL)
		return -DER_NOMEM;
	getpwnam_r(name, &pwd, buf, LOOKUP_BUF, &found);
	if (found != NULL)
		*uid = pwd.pw_uid;
	else
		rc = numeric_id(name, uid);
	free(buf);
	return rc;
}

int daos_acl_principal_to_gid(const char *principal, gid_t *gid)
{
	char name[DAOS_ACL_MAX_PRINCIPAL_BUF_LEN];
	struct group grp, *found = NULL;
	char *buf;
	int rc;

	if (gid == NULL)
		return -DER_INVAL;
	rc = local_name(principal, name);
	if (rc != 0)
		return rc;
	buf = malloc(LOOKUP_BUF);
	if (buf == NULL)
		return -DER_NOMEM;
	getgrnam_r(name, &grp, buf, LOOKUP_BUF, &found);
	if (found != NULL)
		*gid = grp.gr_gid;
	else
		rc = numeric_id(name, gid);
	free(buf);
	return rc;
}

struct user {
	uid_t uid;
	const gid_t *gids;
	size_t nr_gids;
};

static bool is_user(const struct user *user, const char *principal)
{
	uid_t uid;

	return daos_acl_principal_to_uid(principal, &uid) == 0 && uid == user->uid;
}

static bool in_group(const struct user *user, const char *principal)
{
	gid_t gid;

	if (daos_acl_principal_to_gid(principal, &gid) != 0)
		return false;
	for (size_t i = 0; i < user->nr_gids; i++)
		if (user->gids[i] == gid)
			return true;
	return false;
}

/*
 * The first of these that the list has an entry for decides: the owner, the named user, the union of all groups that
 * the user is in, everyone.
 */
static uint64_t allowed(struct daos_acl *acl, const struct user *user, bool owner, const char *owner_group)
{
	uint64_t group_perms = 0;
	bool group_seen = false;

	for (struct daos_ace *a = daos_acl_get_next_ace(acl, NULL); a != NULL; a = daos_acl_get_next_ace(acl, a)) {
		switch (a->dae_principal_type) {
		case DAOS_ACL_OWNER:
			if (owner)
				return a->dae_allow_perms;
			break;
		case DAOS_ACL_USER:
			if (is_user(user, a->dae_principal))
				return a->dae_allow_perms;
			break;
		case DAOS_ACL_OWNER_GROUP:
		case DAOS_ACL_GROUP:
			if (in_group(user, a->dae_principal_type == DAOS_ACL_GROUP ? a->dae_principal : owner_group)) {
				group_perms |= a->dae_allow_perms;
				group_seen = true;
			}
			break;
		case DAOS_ACL_EVERYONE:
			return group_seen ? group_perms : a->dae_allow_perms;
		}
	}
	return group_perms;
}

/* `types`: those of the properties ACL, owner, owner group. `implicit`: what the owner may do whatever the list says.
 */
static int get_perms(daos_prop_t *prop, const uint32_t types[3], const struct user *user, uint64_t implicit,
		     uint64_t *perms)
{
	struct daos_prop_entry *acl, *owner, *group;
	bool is_owner;

	acl = daos_prop_entry_get(prop, types[0]);
	owner = daos_prop_entry_get(prop, types[1]);
	group = daos_prop_entry_get(prop, types[2]);
	if (acl == NULL || owner == NULL || group == NULL || owner->dpe_str == NULL || group->dpe_str == NULL ||
	    (user->nr_gids > 0 && user->gids == NULL) || perms == NULL || daos_acl_validate(acl->dpe_val_ptr) != 0)
		return -DER_INVAL;
	is_owner = is_user(user, owner->dpe_str);
	*perms = allowed(acl->dpe_val_ptr, user, is_owner, group->dpe_str);
	if (is_owner)
		*perms |= implicit;
	return 0;
}

int daos_pool_get_perms(daos_prop_t *pool_prop, uid_t uid, gid_t *gids, size_t nr_gids, uint64_t *perms)
{
	const uint32_t types[] = {DAOS_PROP_PO_ACL, DAOS_PROP_PO_OWNER, DAOS_PROP_PO_OWNER_GROUP};
	const struct user user = {uid, gids, nr_gids};

	return get_perms(pool_prop, types, &user, 0, perms);
}

int daos_cont_get_perms(daos_prop_t *cont_prop, uid_t uid, gid_t *gids, size_t nr_gids, uint64_t *perms)
{
	const uint32_t types[] = {DAOS_PROP_CO_ACL, DAOS_PROP_CO_OWNER, DAOS_PROP_CO_OWNER_GROUP};
	const struct user user = {uid, gids, nr_gids};

	return get_perms(cont_prop, types, &user, DAOS_ACL_PERM_GET_ACL | DAOS_ACL_PERM_SET_ACL, perms);
}
