/*
 * acl_file.h: access control lists as text: an entry per line, # begins a comment.
 */
#ifndef DAOS_TOOL_ACL_FILE_H
#define DAOS_TOOL_ACL_FILE_H

#include <daos.h>

#include "context.h"

/* Read a list ("-": standard input). Free it with daos_acl_free(). */
int acl_file_read(struct context *ctx, const char *path, struct daos_acl **acl);

/* A list of one entry. */
int acl_from_entry(struct context *ctx, const char *entry, struct daos_acl **acl);

/* A user or group as DAOS names them: with an @ behind it. The caller frees it. */
char *principal_text(const char *name);

#endif
