/*
 * daos_security.h: Access control lists of pools and containers.
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
#define DAOS_ACL_MAX_PRINCIPAL_LEN 255
#define DAOS_ACL_MAX_PRINCIPAL_BUF_LEN 256
#define DAOS_ACL_MAX_ACE_LEN 65536
#define DAOS_ACL_MAX_ACE_STR_LEN 319
#define DAOS_ACL_ACCESS_ALL 7
#define DAOS_ACL_FLAG_ALL 15
#define DAOS_ACL_PERM_POOL_ALL 31
#define DAOS_ACL_PERM_CONT_ALL 507
#define DAOS_ACL_PERM_ALL 511
#define DAOS_ACL_PRINCIPAL_EVERYONE "EVERYONE@"
#define DAOS_ACL_PRINCIPAL_OWNER "OWNER@"
#define DAOS_ACL_PRINCIPAL_OWNER_GRP "GROUP@"

enum daos_acl_principal_type {
	DAOS_ACL_OWNER = 0,
	DAOS_ACL_USER = 1,
	DAOS_ACL_OWNER_GROUP = 2,
	DAOS_ACL_GROUP = 3,
	DAOS_ACL_EVERYONE = 4,
	NUM_DAOS_ACL_TYPES = 5,
};

enum daos_acl_access_type {
	DAOS_ACL_ACCESS_ALLOW = 1,
	DAOS_ACL_ACCESS_AUDIT = 2,
	DAOS_ACL_ACCESS_ALARM = 4,
};

enum daos_acl_flags {
	DAOS_ACL_FLAG_GROUP = 1,
	DAOS_ACL_FLAG_POOL_INHERIT = 2,
	DAOS_ACL_FLAG_ACCESS_FAIL = 4,
	DAOS_ACL_FLAG_ACCESS_SUCCESS = 8,
};

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

struct daos_acl {
	uint16_t dal_ver;
	uint16_t dal_reserv;
	uint32_t dal_len;
	uint8_t dal_ace[];
};

struct daos_ace {
	uint8_t dae_access_types;
	uint8_t dae_principal_type;
	uint16_t dae_principal_len;
	uint16_t dae_access_flags;
	uint16_t dae_reserv;
	uint64_t dae_allow_perms;
	uint64_t dae_audit_perms;
	uint64_t dae_alarm_perms;
	char dae_principal[];
};

struct daos_acl *daos_acl_create(struct daos_ace **, uint16_t);
struct daos_acl *daos_acl_dup(struct daos_acl *);
void daos_acl_free(struct daos_acl *);
ssize_t daos_acl_get_size(struct daos_acl *);
struct daos_ace *daos_acl_get_next_ace(struct daos_acl *, struct daos_ace *);
int daos_acl_get_ace_for_principal(struct daos_acl *, enum daos_acl_principal_type, const char *, struct daos_ace **);
int daos_acl_add_ace(struct daos_acl **, struct daos_ace *);
int daos_acl_remove_ace(struct daos_acl **, enum daos_acl_principal_type, const char *);
void daos_acl_dump(struct daos_acl *);
int daos_acl_validate(struct daos_acl *);
struct daos_ace *daos_ace_create(enum daos_acl_principal_type, const char *);
void daos_ace_free(struct daos_ace *);
ssize_t daos_ace_get_size(struct daos_ace *);
void daos_ace_dump(struct daos_ace *, uint32_t);
bool daos_ace_is_valid(struct daos_ace *);
bool daos_acl_principal_is_valid(const char *);
int daos_acl_uid_to_principal(uid_t, char **);
int daos_acl_gid_to_principal(gid_t, char **);
int daos_acl_principal_to_uid(const char *, uid_t *);
int daos_acl_principal_to_gid(const char *, gid_t *);
const char *daos_ace_get_principal_str(struct daos_ace *);
int daos_ace_from_str(const char *, struct daos_ace **);
int daos_ace_to_str(struct daos_ace *, char *, size_t);
int daos_ace_str_get_verbose(const char *, char *, size_t);
int daos_acl_from_strs(const char **, size_t, struct daos_acl **);
int daos_acl_to_strs(struct daos_acl *, char ***, size_t *);
int daos_acl_principal_from_str(const char *, enum daos_acl_principal_type *, char **);
int daos_acl_to_stream(FILE *, struct daos_acl *, bool);

#ifdef __cplusplus
}
#endif

#endif
