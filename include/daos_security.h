/*
 * daos_security.h: access control lists (ACL) of pools and containers.
 *
 * A list has an entry (ACE) for each principal that something is said about: the owner, named users, the owner's group,
 * named groups, everyone. Who asks for access gets what the first of these entries says that is about them; those of
 * all groups that they are in are taken together.
 *
 * As text, an entry is TYPES:FLAGS:PRINCIPAL:PERMISSIONS, as in "A::OWNER@:rw" or "A:G:readers@:r":
 *
 *	types		A allow, U audit, L alarm
 *	flags		G the principal is a group, S access that succeeds, F access that fails,
 *			P inherited by containers
 *	principal	OWNER@, GROUP@, EVERYONE@, a user or group "name@"
 *	permissions	r read, w write, c create containers, d delete containers, t get properties,
 *			T set properties, a get the ACL, A set the ACL, o set the owner
 *
 * Lists and entries are blocks of memory without pointers, freed with daos_acl_free() and daos_ace_free(). Functions
 * return 0 or a negative DER number, -DER_INVAL for what is not valid. They are thread safe for different lists.
 */
#ifndef DFUSE_DAOS_SECURITY_H
#define DFUSE_DAOS_SECURITY_H

#include <stdio.h>
#include <sys/types.h>

#include <daos_types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAOS_ACL_VERSION 1

/* Longest name of a principal, with its '@'; and room for it with the NUL. */
#define DAOS_ACL_MAX_PRINCIPAL_LEN     255
#define DAOS_ACL_MAX_PRINCIPAL_BUF_LEN 256

/* Most bytes of entries in a list; longest text of one entry. */
#define DAOS_ACL_MAX_ACE_LEN	 65536
#define DAOS_ACL_MAX_ACE_STR_LEN 319

/* Texts of the principals that are no names. */
#define DAOS_ACL_PRINCIPAL_OWNER     "OWNER@"
#define DAOS_ACL_PRINCIPAL_OWNER_GRP "GROUP@"
#define DAOS_ACL_PRINCIPAL_EVERYONE  "EVERYONE@"

/* Whom an entry is about, in the order in which entries are looked at. */
enum daos_acl_principal_type {
	DAOS_ACL_OWNER = 0,
	DAOS_ACL_USER = 1, /* has a name */
	DAOS_ACL_OWNER_GROUP = 2,
	DAOS_ACL_GROUP = 3, /* has a name */
	DAOS_ACL_EVERYONE = 4,
	NUM_DAOS_ACL_TYPES = 5,
};

/* What an entry does; any of them. */
enum daos_acl_access_type {
	DAOS_ACL_ACCESS_ALLOW = 1,
	DAOS_ACL_ACCESS_AUDIT = 2, /* access is recorded */
	DAOS_ACL_ACCESS_ALARM = 4, /* access is reported */
};

#define DAOS_ACL_ACCESS_ALL 7

enum daos_acl_flags {
	DAOS_ACL_FLAG_GROUP = 1,	/* the principal is a group: always and only then */
	DAOS_ACL_FLAG_POOL_INHERIT = 2, /* a pool's containers begin with this entry */
	DAOS_ACL_FLAG_ACCESS_FAIL = 4,	/* audit or alarm of access that was refused */
	DAOS_ACL_FLAG_ACCESS_SUCCESS =
	    8, /* of access that was given; with audit or alarm at least one of the two, else none */
};

#define DAOS_ACL_FLAG_ALL 15

enum daos_acl_perm {
	DAOS_ACL_PERM_READ = 1,
	DAOS_ACL_PERM_WRITE = 2,
	DAOS_ACL_PERM_CREATE_CONT = 4,
	DAOS_ACL_PERM_DEL_CONT = 8,
	DAOS_ACL_PERM_GET_PROP = 16,
	DAOS_ACL_PERM_SET_PROP = 32,
	DAOS_ACL_PERM_GET_ACL = 64,
	DAOS_ACL_PERM_SET_ACL = 128,
	DAOS_ACL_PERM_SET_OWNER = 256,
};

/* Those that mean something for a pool, for a container, for any of them. */
#define DAOS_ACL_PERM_POOL_ALL 31
#define DAOS_ACL_PERM_CONT_ALL 507
#define DAOS_ACL_PERM_ALL      511

/* A list: this and `dal_len` bytes of entries, by type of principal, none twice for one principal. */
struct daos_acl {
	uint16_t dal_ver; /* DAOS_ACL_VERSION */
	uint16_t dal_reserv;
	uint32_t dal_len;
	uint8_t dal_ace[];
};

/* An entry: this and `dae_principal_len` bytes of name with its NULs, a multiple of 8; 0 if the type has no name. */
struct daos_ace {
	uint8_t dae_access_types;   /* DAOS_ACL_ACCESS_* */
	uint8_t dae_principal_type; /* DAOS_ACL_OWNER, … */
	uint16_t dae_principal_len;
	uint16_t dae_access_flags; /* DAOS_ACL_FLAG_* */
	uint16_t dae_reserv;
	uint64_t dae_allow_perms; /* DAOS_ACL_PERM_*, for each of the access types, 0 for the others */
	uint64_t dae_audit_perms;
	uint64_t dae_alarm_perms;
	char dae_principal[];
};

/*
 * Lists
 */

/*
 * Make a list of copies of `num_aces` entries, in any order; 0 for an empty one. NULL: one is not valid or two have the
 * same principal, or out of memory.
 */
struct daos_acl *daos_acl_create(struct daos_ace *aces[], uint16_t num_aces);

/* A copy. NULL: out of memory, or `acl` is NULL. */
struct daos_acl *daos_acl_dup(struct daos_acl *acl);

/* NULL is allowed. */
void daos_acl_free(struct daos_acl *acl);

/* Bytes of the list in all. */
ssize_t daos_acl_get_size(struct daos_acl *acl);

/* The entry behind `current_ace`, the first one for NULL; it lies in the list. NULL: there is none. */
struct daos_ace *daos_acl_get_next_ace(struct daos_acl *acl, struct daos_ace *current_ace);

/*
 * Find the entry for a principal; it lies in the list. `principal` is the name of a user or group and does not count
 * for others. -DER_NONEXIST: there is none.
 */
int daos_acl_get_ace_for_principal(struct daos_acl *acl, enum daos_acl_principal_type type, const char *principal,
				   struct daos_ace **ace);

/* Add a copy of `new_ace`; it replaces the entry for the same principal. The list may move: *acl changes. */
int daos_acl_add_ace(struct daos_acl **acl, struct daos_ace *new_ace);

/* Remove the entry for a principal. -DER_NONEXIST: there is none. */
int daos_acl_remove_ace(struct daos_acl **acl, enum daos_acl_principal_type type, const char *principal_name);

/* Whether the list, and each entry, is as it should be: 0, or -DER_INVAL. Safe for a list that is anything but. */
int daos_acl_validate(struct daos_acl *acl);

/* Print a list to stdout, for debugging. */
void daos_acl_dump(struct daos_acl *acl);

/*
 * Entries
 */

/*
 * Make an entry that says nothing yet: the caller sets access types, flags and permissions. A group's has its flag.
 * `principal_name` is copied for users and groups, and does not count for others. NULL: the name is not valid, or out
 * of memory.
 */
struct daos_ace *daos_ace_create(enum daos_acl_principal_type type, const char *principal_name);

/* NULL is allowed. */
void daos_ace_free(struct daos_ace *ace);

/* Bytes of the entry in all. */
ssize_t daos_ace_get_size(struct daos_ace *ace);

/* Whether types, flags, principal and permissions go together. */
bool daos_ace_is_valid(struct daos_ace *ace);

/* Print an entry to stdout behind `tabs` tabs, for debugging. */
void daos_ace_dump(struct daos_ace *ace, uint32_t tabs);

/*
 * Principals
 *
 * A user or group is "name@" here, or "1000@" where the id has no name. "name@domain" is valid, but nobody of this
 * system.
 */

/* Whether it is the name of a user or group: one '@', something before it, not too long, no ':'. */
bool daos_acl_principal_is_valid(const char *name);

/* The name of a user or group, to be freed with free(). */
int daos_acl_uid_to_principal(uid_t uid, char **name);
int daos_acl_gid_to_principal(gid_t gid, char **name);

/* The other way round. -DER_NONEXIST: nobody of this system. */
int daos_acl_principal_to_uid(const char *principal, uid_t *uid);
int daos_acl_principal_to_gid(const char *principal, gid_t *gid);

/* The principal of an entry as text, in the entry or constant. */
const char *daos_ace_get_principal_str(struct daos_ace *ace);

/*
 * Parse "u:name@", "g:name@", "OWNER@", "GROUP@" or "EVERYONE@". *name is to be freed with free(), NULL for the last
 * three.
 */
int daos_acl_principal_from_str(const char *principal_str, enum daos_acl_principal_type *type, char **name);

/*
 * Text
 */

/* Parse an entry, to be freed with daos_ace_free(). */
int daos_ace_from_str(const char *str, struct daos_ace **ace);

/*
 * Write an entry as text with its NUL; DAOS_ACL_MAX_ACE_STR_LEN + 1 bytes are always enough. -DER_INVAL: it is not
 * valid, or gives different permissions for different types. -DER_TRUNC: cut off.
 */
int daos_ace_to_str(struct daos_ace *ace, char *buf, size_t buf_len);

/* Write an entry's text in words: "Allow::Owner:Read/Write" for "A::OWNER@:rw". -DER_TRUNC: cut off. */
int daos_ace_str_get_verbose(const char *ace_str, char *buf, size_t buf_len);

/* Parse the entries of a list, to be freed with daos_acl_free(). -DER_INVAL: also for none, and two of one principal.
 */
int daos_acl_from_strs(const char **ace_strs, size_t ace_nr, struct daos_acl **acl);

/* Write a list as an array of texts; each of them, and the array, to be freed with free(). */
int daos_acl_to_strs(struct daos_acl *acl, char ***ace_strs, size_t *ace_nr);

/* Print a list (NULL: an empty one): a heading, and a line for each entry; `verbose`: another one in words. */
int daos_acl_to_stream(FILE *stream, struct daos_acl *acl, bool verbose);

#ifdef __cplusplus
}
#endif

#endif
