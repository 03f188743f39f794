/* Access control entries as text: "A:G:GROUP@:rw" is access types, flags, principal, permissions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_security.h>

struct letter {
	char ch;
	uint64_t bit;
	const char *word;
};

/* In the order in which they are printed. */
static const struct letter access_letters[] = {
    {'A', DAOS_ACL_ACCESS_ALLOW, "Allow"},
    {'U', DAOS_ACL_ACCESS_AUDIT, "Audit"},
    {'L', DAOS_ACL_ACCESS_ALARM, "Alarm"},
    {0},
};

static const struct letter flag_letters[] = {
    {'G', DAOS_ACL_FLAG_GROUP, "Group"},
    {'S', DAOS_ACL_FLAG_ACCESS_SUCCESS, "Access-Success"},
    {'F', DAOS_ACL_FLAG_ACCESS_FAIL, "Access-Failure"},
    {'P', DAOS_ACL_FLAG_POOL_INHERIT, "Pool-Inherit"},
    {0},
};

static const struct letter perm_letters[] = {
    {'r', DAOS_ACL_PERM_READ, "Read"},
    {'w', DAOS_ACL_PERM_WRITE, "Write"},
    {'c', DAOS_ACL_PERM_CREATE_CONT, "Create-Container"},
    {'d', DAOS_ACL_PERM_DEL_CONT, "Delete-Container"},
    {'t', DAOS_ACL_PERM_GET_PROP, "Get-Prop"},
    {'T', DAOS_ACL_PERM_SET_PROP, "Set-Prop"},
    {'a', DAOS_ACL_PERM_GET_ACL, "Get-ACL"},
    {'A', DAOS_ACL_PERM_SET_ACL, "Set-ACL"},
    {'o', DAOS_ACL_PERM_SET_OWNER, "Set-Owner"},
    {0},
};

/* Text being put together; like snprintf, it goes on counting when the buffer is full. */
struct text {
	char *buf;
	size_t size;
	size_t len;
};

static void text_add(struct text *t, const char *str)
{
	size_t room = t->len < t->size ? t->size - t->len : 0;

	t->len += (size_t)snprintf(room > 0 ? t->buf + t->len : NULL, room, "%s", str);
}

static void text_add_letters(struct text *t, const struct letter *letters, uint64_t bits)
{
	for (; letters->ch != 0; letters++)
		if (bits & letters->bit)
			text_add(t, (char[]){letters->ch, '\0'});
}

static void text_add_words(struct text *t, const struct letter *letters, uint64_t bits, const char *none)
{
	const char *between = "";

	if (bits == 0)
		text_add(t, none);
	for (; letters->ch != 0; letters++) {
		if (bits & letters->bit) {
			text_add(t, between);
			text_add(t, letters->word);
			between = "/";
		}
	}
}

static int parse_letters(const char *str, const struct letter *letters, uint64_t *bits)
{
	*bits = 0;
	for (; *str != '\0'; str++) {
		const struct letter *l = letters;

		while (l->ch != 0 && l->ch != *str)
			l++;
		if (l->ch == 0)
			return -DER_INVAL;
		*bits |= l->bit;
	}
	return 0;
}

static enum daos_acl_principal_type type_of(const char *principal, bool group)
{
	if (strcmp(principal, DAOS_ACL_PRINCIPAL_OWNER) == 0)
		return DAOS_ACL_OWNER;
	if (strcmp(principal, DAOS_ACL_PRINCIPAL_OWNER_GRP) == 0)
		return DAOS_ACL_OWNER_GROUP;
	if (strcmp(principal, DAOS_ACL_PRINCIPAL_EVERYONE) == 0)
		return DAOS_ACL_EVERYONE;
	return group ? DAOS_ACL_GROUP : DAOS_ACL_USER;
}

/* `fields` are the four of the text. */
static int ace_from_fields(char *const fields[4], struct daos_ace **out)
{
	uint64_t access, flags, perms;
	struct daos_ace *ace;

	if (parse_letters(fields[0], access_letters, &access) != 0 ||
	    parse_letters(fields[1], flag_letters, &flags) != 0 || parse_letters(fields[3], perm_letters, &perms) != 0)
		return -DER_INVAL;
	ace = daos_ace_create(type_of(fields[2], flags & DAOS_ACL_FLAG_GROUP), fields[2]);
	if (ace == NULL)
		return daos_acl_principal_is_valid(fields[2]) ? -DER_NOMEM : -DER_INVAL;
	ace->dae_access_types = (uint8_t)access;
	ace->dae_access_flags = (uint16_t)flags;
	ace->dae_allow_perms = access & DAOS_ACL_ACCESS_ALLOW ? perms : 0;
	ace->dae_audit_perms = access & DAOS_ACL_ACCESS_AUDIT ? perms : 0;
	ace->dae_alarm_perms = access & DAOS_ACL_ACCESS_ALARM ? perms : 0;
	if (!daos_ace_is_valid(ace)) {
		daos_ace_free(ace);
		return -DER_INVAL;
	}
	*out = ace;
	return 0;
}

int daos_ace_from_str(const char *str, struct daos_ace **ace)
{
	char copy[DAOS_ACL_MAX_ACE_STR_LEN + 1], *rest = copy, *fields[4];

	if (str == NULL || ace == NULL || strnlen(str, sizeof(copy)) == sizeof(copy))
		return -DER_INVAL;
	strcpy(copy, str);
	for (int i = 0; i < 4; i++) {
		fields[i] = strsep(&rest, ":");
		if (fields[i] == NULL)
			return -DER_INVAL;
	}
	return rest == NULL ? ace_from_fields(fields, ace) : -DER_INVAL;
}

/* The permissions that hold for every kind of access of the entry; false if they differ: text has room for one set. */
static bool common_perms(const struct daos_ace *ace, uint64_t *perms)
{
	const uint64_t sets[] = {ace->dae_allow_perms, ace->dae_audit_perms, ace->dae_alarm_perms};
	bool first = true;

	for (unsigned i = 0; i < 3; i++) {
		if (!(ace->dae_access_types & access_letters[i].bit))
			continue;
		if (!first && sets[i] != *perms)
			return false;
		*perms = sets[i];
		first = false;
	}
	return true;
}

int daos_ace_to_str(struct daos_ace *ace, char *buf, size_t buf_len)
{
	struct text t = {.buf = buf, .size = buf_len};
	uint64_t perms;

	if (buf == NULL || buf_len == 0 || !daos_ace_is_valid(ace) || !common_perms(ace, &perms))
		return -DER_INVAL;
	text_add_letters(&t, access_letters, ace->dae_access_types);
	text_add(&t, ":");
	text_add_letters(&t, flag_letters, ace->dae_access_flags);
	text_add(&t, ":");
	text_add(&t, daos_ace_get_principal_str(ace));
	text_add(&t, ":");
	text_add_letters(&t, perm_letters, perms);
	return t.len < buf_len ? 0 : -DER_TRUNC;
}

static const char *verbose_principal(struct daos_ace *ace)
{
	switch (ace->dae_principal_type) {
	case DAOS_ACL_OWNER:
		return "Owner";
	case DAOS_ACL_OWNER_GROUP:
		return "Owner-Group";
	case DAOS_ACL_EVERYONE:
		return "Everyone";
	default:
		return ace->dae_principal;
	}
}

int daos_ace_str_get_verbose(const char *ace_str, char *buf, size_t buf_len)
{
	struct text t = {.buf = buf, .size = buf_len};
	struct daos_ace *ace;
	uint64_t perms;
	int rc;

	if (buf == NULL || buf_len == 0)
		return -DER_INVAL;
	rc = daos_ace_from_str(ace_str, &ace);
	if (rc != 0)
		return rc;
	common_perms(ace, &perms);
	text_add_words(&t, access_letters, ace->dae_access_types, "");
	text_add(&t, ":");
	text_add_words(&t, flag_letters, ace->dae_access_flags, "");
	text_add(&t, ":");
	text_add(&t, verbose_principal(ace));
	text_add(&t, ":");
	text_add_words(&t, perm_letters, perms, "No-Access");
	daos_ace_free(ace);
	return t.len < buf_len ? 0 : -DER_TRUNC;
}

int daos_acl_principal_from_str(const char *principal_str, enum daos_acl_principal_type *type, char **name)
{
	const char *bare = principal_str;
	char *copy = NULL;

	if (principal_str == NULL || type == NULL || name == NULL)
		return -DER_INVAL;
	if (strncmp(principal_str, "u:", 2) == 0 || strncmp(principal_str, "g:", 2) == 0) {
		bare = principal_str + 2;
		*type = *principal_str == 'g' ? DAOS_ACL_GROUP : DAOS_ACL_USER;
	} else {
		*type = type_of(principal_str, false);
		if (*type == DAOS_ACL_USER)
			return -DER_INVAL;
	}
	if (bare != principal_str) {
		if (!daos_acl_principal_is_valid(bare))
			return -DER_INVAL;
		copy = strdup(bare);
		if (copy == NULL)
			return -DER_NOMEM;
	}
	*name = copy;
	return 0;
}
