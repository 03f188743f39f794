/* What an access control list lets a user do. */
#include <daos_cont.h>
#include <daos_errno.h>
#include <daos_pool.h>
#include <daos_security.h>

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
