/*
 * Access control lists: a header and its entries in one block of memory. The entries are in the order in which they are
 * looked at, by type of principal, and no principal has two.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_security.h>

static struct daos_ace *ace_at(struct daos_acl *acl, uint32_t off)
{
	return (struct daos_ace *)(void *)(acl->dal_ace + off);
}

static bool same_principal(struct daos_ace *a, enum daos_acl_principal_type type, const char *name)
{
	if (a->dae_principal_type != type)
		return false;
	if (type != DAOS_ACL_USER && type != DAOS_ACL_GROUP)
		return true;
	return name != NULL && strcmp(a->dae_principal, name) == 0;
}

/* Whether an entry with a whole header and principal starts at `off`. */
static bool ace_is_whole(struct daos_acl *acl, uint32_t off)
{
	uint32_t left = acl->dal_len - off;

	return left >= sizeof(struct daos_ace) && left - sizeof(struct daos_ace) >= ace_at(acl, off)->dae_principal_len;
}

struct daos_ace *daos_acl_get_next_ace(struct daos_acl *acl, struct daos_ace *current_ace)
{
	uint64_t off = 0;

	if (acl == NULL)
		return NULL;
	if (current_ace != NULL) {
		if ((uint8_t *)current_ace < acl->dal_ace || (uint8_t *)current_ace >= acl->dal_ace + acl->dal_len)
			return NULL;
		off = (uint64_t)((uint8_t *)current_ace - acl->dal_ace) + (uint64_t)daos_ace_get_size(current_ace);
	}
	return off < acl->dal_len && ace_is_whole(acl, (uint32_t)off) ? ace_at(acl, (uint32_t)off) : NULL;
}

int daos_acl_get_ace_for_principal(struct daos_acl *acl, enum daos_acl_principal_type type, const char *principal,
				   struct daos_ace **ace)
{
	bool named = type == DAOS_ACL_USER || type == DAOS_ACL_GROUP;

	if (acl == NULL || ace == NULL || (unsigned)type >= NUM_DAOS_ACL_TYPES || (named && principal == NULL))
		return -DER_INVAL;
	for (struct daos_ace *a = daos_acl_get_next_ace(acl, NULL); a != NULL; a = daos_acl_get_next_ace(acl, a)) {
		if (same_principal(a, type, principal)) {
			*ace = a;
			return 0;
		}
	}
	return -DER_NONEXIST;
}

ssize_t daos_acl_get_size(struct daos_acl *acl)
{
	return acl == NULL ? -DER_INVAL : (ssize_t)(sizeof(*acl) + acl->dal_len);
}

struct daos_acl *daos_acl_dup(struct daos_acl *acl)
{
	struct daos_acl *copy;

	if (acl == NULL)
		return NULL;
	copy = malloc((size_t)daos_acl_get_size(acl));
	if (copy != NULL)
		memcpy(copy, acl, (size_t)daos_acl_get_size(acl));
	return copy;
}

void daos_acl_free(struct daos_acl *acl)
{
	free(acl);
}

/* Put `ace` behind all entries whose type comes before its own or is the same. */
static int insert_ace(struct daos_acl **acl, struct daos_ace *ace)
{
	uint32_t size = (uint32_t)daos_ace_get_size(ace), off = 0;
	struct daos_acl *grown;

	if ((*acl)->dal_len + size > DAOS_ACL_MAX_ACE_LEN)
		return -DER_OVERFLOW;
	while (off < (*acl)->dal_len && ace_at(*acl, off)->dae_principal_type <= ace->dae_principal_type)
		off += (uint32_t)daos_ace_get_size(ace_at(*acl, off));
	grown = realloc(*acl, sizeof(**acl) + (*acl)->dal_len + size);
	if (grown == NULL)
		return -DER_NOMEM;
	memmove(grown->dal_ace + off + size, grown->dal_ace + off, grown->dal_len - off);
	memcpy(grown->dal_ace + off, ace, size);
	grown->dal_len += size;
	*acl = grown;
	return 0;
}

static void remove_ace(struct daos_acl *acl, struct daos_ace *ace)
{
	uint32_t size = (uint32_t)daos_ace_get_size(ace);
	uint32_t off = (uint32_t)((uint8_t *)ace - acl->dal_ace);

	memmove(ace, acl->dal_ace + off + size, acl->dal_len - off - size);
	acl->dal_len -= size;
}

struct daos_acl *daos_acl_create(struct daos_ace **aces, uint16_t num_aces)
{
	struct daos_acl *acl;
	struct daos_ace *twin;

	if (num_aces > 0 && aces == NULL)
		return NULL;
	acl = calloc(1, sizeof(*acl));
	if (acl == NULL)
		return NULL;
	acl->dal_ver = DAOS_ACL_VERSION;
	for (uint16_t i = 0; i < num_aces; i++) {
		if (!daos_ace_is_valid(aces[i]) ||
		    daos_acl_get_ace_for_principal(acl, aces[i]->dae_principal_type, aces[i]->dae_principal, &twin) ==
			0 ||
		    insert_ace(&acl, aces[i]) != 0) {
			free(acl);
			return NULL;
		}
	}
	return acl;
}

int daos_acl_add_ace(struct daos_acl **acl, struct daos_ace *new_ace)
{
	struct daos_ace *old;
	struct daos_acl *copy;
	int rc;

	if (acl == NULL || *acl == NULL || !daos_ace_is_valid(new_ace))
		return -DER_INVAL;
	copy = daos_acl_dup(*acl);
	if (copy == NULL)
		return -DER_NOMEM;
	if (daos_acl_get_ace_for_principal(copy, new_ace->dae_principal_type, new_ace->dae_principal, &old) == 0)
		remove_ace(copy, old);
	rc = insert_ace(&copy, new_ace);
	if (rc != 0) {
		free(copy);
		return rc;
	}
	free(*acl);
	*acl = copy;
	return 0;
}

int daos_acl_remove_ace(struct daos_acl **acl, enum daos_acl_principal_type type, const char *principal_name)
{
	struct daos_ace *ace;
	int rc;

	if (acl == NULL)
		return -DER_INVAL;
	rc = daos_acl_get_ace_for_principal(*acl, type, principal_name, &ace);
	if (rc == 0)
		remove_ace(*acl, ace);
	return rc;
}

int daos_acl_validate(struct daos_acl *acl)
{
	struct daos_ace *ace, *twin;
	unsigned type = 0;
	uint32_t off = 0;

	if (acl == NULL || acl->dal_ver != DAOS_ACL_VERSION || acl->dal_reserv != 0 ||
	    acl->dal_len > DAOS_ACL_MAX_ACE_LEN)
		return -DER_INVAL;
	for (; off < acl->dal_len; off += (uint32_t)daos_ace_get_size(ace)) {
		ace = ace_at(acl, off);
		if (!ace_is_whole(acl, off) || !daos_ace_is_valid(ace) || ace->dae_principal_type < type)
			return -DER_INVAL;
		type = ace->dae_principal_type;
		daos_acl_get_ace_for_principal(acl, type, ace->dae_principal, &twin);
		if (twin != ace)
			return -DER_INVAL;
	}
	return 0;
}

void daos_acl_dump(struct daos_acl *acl)
{
	if (acl == NULL)
		return;
	printf("ACL version %u, %u bytes of entries\n", acl->dal_ver, acl->dal_len);
	for (struct daos_ace *a = daos_acl_get_next_ace(acl, NULL); a != NULL; a = daos_acl_get_next_ace(acl, a))
		daos_ace_dump(a, 1);
}

int daos_acl_from_strs(const char **ace_strs, size_t ace_nr, struct daos_acl **acl)
{
	struct daos_ace **aces;
	size_t nr = 0;
	int rc = 0;

	if (ace_strs == NULL || ace_nr == 0 || ace_nr > UINT16_MAX || acl == NULL)
		return -DER_INVAL;
	aces = calloc(ace_nr, sizeof(*aces));
	if (aces == NULL)
		return -DER_NOMEM;
	while (rc == 0 && nr < ace_nr) {
		rc = daos_ace_from_str(ace_strs[nr], &aces[nr]);
		nr += rc == 0;
	}
	if (rc == 0) {
		*acl = daos_acl_create(aces, (uint16_t)nr);
		rc = *acl == NULL ? -DER_INVAL : 0;
	}
	while (nr > 0)
		daos_ace_free(aces[--nr]);
	free(aces);
	return rc;
}

static int ace_dup_str(struct daos_ace *ace, char **str)
{
	char buf[DAOS_ACL_MAX_ACE_STR_LEN + 1];
	int rc = daos_ace_to_str(ace, buf, sizeof(buf));

	if (rc != 0)
		return rc;
	*str = strdup(buf);
	return *str == NULL ? -DER_NOMEM : 0;
}

int daos_acl_to_strs(struct daos_acl *acl, char ***ace_strs, size_t *ace_nr)
{
	struct daos_ace *a;
	size_t nr = 0, n = 0;
	char **strs;
	int rc = 0;

	if (acl == NULL || ace_strs == NULL || ace_nr == NULL)
		return -DER_INVAL;
	for (a = daos_acl_get_next_ace(acl, NULL); a != NULL; a = daos_acl_get_next_ace(acl, a))
		nr++;
	strs = calloc(nr + 1, sizeof(*strs));
	if (strs == NULL)
		return -DER_NOMEM;
	for (a = daos_acl_get_next_ace(acl, NULL); rc == 0 && a != NULL; a = daos_acl_get_next_ace(acl, a)) {
		rc = ace_dup_str(a, &strs[n]);
		n += rc == 0;
	}
	if (rc != 0) {
		while (n > 0)
			free(strs[--n]);
		free(strs);
		return rc;
	}
	*ace_strs = strs;
	*ace_nr = nr;
	return 0;
}

static int write_ace(FILE *stream, struct daos_ace *ace, bool verbose)
{
	char str[DAOS_ACL_MAX_ACE_STR_LEN + 1], words[2 * DAOS_ACL_MAX_ACE_STR_LEN];
	int rc = daos_ace_to_str(ace, str, sizeof(str));

	if (rc == 0 && verbose) {
		rc = daos_ace_str_get_verbose(str, words, sizeof(words));
		if (rc == 0)
			fprintf(stream, "# %s\n", words);
	}
	if (rc == 0)
		fprintf(stream, "%s\n", str);
	return rc;
}

int daos_acl_to_stream(FILE *stream, struct daos_acl *acl, bool verbose)
{
	struct daos_ace *a;
	int rc = 0;

	if (stream == NULL)
		return -DER_INVAL;
	fprintf(stream, "# Entries:\n");
	a = daos_acl_get_next_ace(acl, NULL);
	if (a == NULL)
		fprintf(stream, "#   None\n");
	for (; rc == 0 && a != NULL; a = daos_acl_get_next_ace(acl, a))
		rc = write_ace(stream, a, verbose);
	if (rc == 0 && ferror(stream))
		rc = -DER_IO;
	return rc;
}
