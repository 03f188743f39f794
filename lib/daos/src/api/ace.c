/* One entry of an access control list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_security.h>

/* Entries follow each other in a list, so each one's length keeps the next aligned. */
#define ACE_ALIGN	 8
#define ACE_ALERT_ACCESS (DAOS_ACL_ACCESS_AUDIT | DAOS_ACL_ACCESS_ALARM)
#define ACE_ALERT_FLAGS	 (DAOS_ACL_FLAG_ACCESS_SUCCESS | DAOS_ACL_FLAG_ACCESS_FAIL)

static bool has_name(unsigned type)
{
	return type == DAOS_ACL_USER || type == DAOS_ACL_GROUP;
}

static bool is_group(unsigned type)
{
	return type == DAOS_ACL_GROUP || type == DAOS_ACL_OWNER_GROUP;
}

bool daos_acl_principal_is_valid(const char *name)
{
	size_t len = name == NULL ? 0 : strnlen(name, DAOS_ACL_MAX_PRINCIPAL_BUF_LEN);
	const char *at;

	if (len == 0 || len > DAOS_ACL_MAX_PRINCIPAL_LEN || strchr(name, ':') != NULL)
		return false;
	at = strchr(name, '@');
	return at != NULL && at != name && strchr(at + 1, '@') == NULL;
}

struct daos_ace *daos_ace_create(enum daos_acl_principal_type type, const char *principal_name)
{
	size_t len = 0, room = 0;
	struct daos_ace *ace;

	if ((unsigned)type >= NUM_DAOS_ACL_TYPES)
		return NULL;
	if (has_name(type)) {
		if (!daos_acl_principal_is_valid(principal_name))
			return NULL;
		len = strlen(principal_name);
		room = (len + 1 + ACE_ALIGN - 1) / ACE_ALIGN * ACE_ALIGN;
	}
	ace = calloc(1, sizeof(*ace) + room);
	if (ace == NULL)
		return NULL;
	ace->dae_principal_type = type;
	ace->dae_principal_len = (uint16_t)room;
	if (is_group(type))
		ace->dae_access_flags = DAOS_ACL_FLAG_GROUP;
	if (room > 0)
		memcpy(ace->dae_principal, principal_name, len);
	return ace;
}

void daos_ace_free(struct daos_ace *ace)
{
	free(ace);
}

ssize_t daos_ace_get_size(struct daos_ace *ace)
{
	return ace == NULL ? -DER_INVAL : (ssize_t)(sizeof(*ace) + ace->dae_principal_len);
}

const char *daos_ace_get_principal_str(struct daos_ace *ace)
{
	if (ace == NULL)
		return NULL;
	switch (ace->dae_principal_type) {
	case DAOS_ACL_OWNER:
		return DAOS_ACL_PRINCIPAL_OWNER;
	case DAOS_ACL_OWNER_GROUP:
		return DAOS_ACL_PRINCIPAL_OWNER_GRP;
	case DAOS_ACL_EVERYONE:
		return DAOS_ACL_PRINCIPAL_EVERYONE;
	default:
		return ace->dae_principal;
	}
}

static bool principal_fits_type(const struct daos_ace *ace)
{
	if (!has_name(ace->dae_principal_type))
		return ace->dae_principal_len == 0;
	return ace->dae_principal_len > 0 && ace->dae_principal_len % ACE_ALIGN == 0 &&
	       memchr(ace->dae_principal, '\0', ace->dae_principal_len) != NULL &&
	       daos_acl_principal_is_valid(ace->dae_principal);
}

/* Permissions are given for the kinds of access that the entry is about, and for no other. */
static bool perms_fit_access(const struct daos_ace *ace, unsigned access, uint64_t perms)
{
	return (perms & ~(uint64_t)DAOS_ACL_PERM_ALL) == 0 && (perms == 0 || ace->dae_access_types & access);
}

bool daos_ace_is_valid(struct daos_ace *ace)
{
	if (ace == NULL || ace->dae_principal_type >= NUM_DAOS_ACL_TYPES || ace->dae_reserv != 0)
		return false;
	if (ace->dae_access_types == 0 || ace->dae_access_types & ~DAOS_ACL_ACCESS_ALL ||
	    ace->dae_access_flags & ~DAOS_ACL_FLAG_ALL)
		return false;
	if (is_group(ace->dae_principal_type) != !!(ace->dae_access_flags & DAOS_ACL_FLAG_GROUP))
		return false;
	/* An audit or alarm needs to know of which outcome; an entry that only allows has no outcome to report. */
	if (!(ace->dae_access_types & ACE_ALERT_ACCESS) != !(ace->dae_access_flags & ACE_ALERT_FLAGS))
		return false;
	return principal_fits_type(ace) && perms_fit_access(ace, DAOS_ACL_ACCESS_ALLOW, ace->dae_allow_perms) &&
	       perms_fit_access(ace, DAOS_ACL_ACCESS_AUDIT, ace->dae_audit_perms) &&
	       perms_fit_access(ace, DAOS_ACL_ACCESS_ALARM, ace->dae_alarm_perms);
}

void daos_ace_dump(struct daos_ace *ace, uint32_t tabs)
{
	char indent[16] = "";

	if (ace == NULL)
		return;
	memset(indent, '\t', tabs < sizeof(indent) - 1 ? tabs : sizeof(indent) - 1);
	printf("%sACE for %s\n", indent, daos_ace_get_principal_str(ace));
	printf("%s\taccess types %#x, flags %#x\n", indent, ace->dae_access_types, ace->dae_access_flags);
	printf("%s\tallow %#llx, audit %#llx, alarm %#llx\n", indent, (unsigned long long)ace->dae_allow_perms,
	       (unsigned long long)ace->dae_audit_perms, (unsigned long long)ace->dae_alarm_perms);
}
