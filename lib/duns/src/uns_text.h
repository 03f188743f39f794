/*
 * uns_text.h: the texts that name a container: the extended attribute of a path, and daos:// paths.
 */
#ifndef DFUSE_UNS_TEXT_H
#define DFUSE_UNS_TEXT_H

#include <daos_uns.h>

/* Type of the container, by the word in the attribute ("POSIX"); 0 or EINVAL. */
int uns_layout_parse(const char *word, daos_cont_layout_t *layout);

/* NULL: not a type that a path can have. */
const char *uns_layout_name(daos_cont_layout_t layout);

/* A label or a UUID that fits its field. */
bool uns_name_is_valid(const char *name, size_t len);

/*
 * "daos://pool/container/path", or "/pool/container/path" if the attributes say DUNS_NO_PREFIX. The container and the
 * path may be missing: da_cont is "" then, da_rel_path NULL. 0, ENODATA (not of this form), EINVAL or ENOMEM.
 */
int uns_direct_parse(const char *path, struct duns_attr_t *attr);

#endif
