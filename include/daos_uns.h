/*
 * daos_uns.h: the unified name space: paths that lead to pools and containers.
 *
 * A path stands for a container when it is an empty directory (of a POSIX container) or an empty file (of any other)
 * with the extended attribute user.daos, "DAOS.<type>://<pool UUID>/<container UUID>". What follows below it is a path
 * inside the container. Paths of the form daos://POOL[/CONTAINER[/PATH]], by label or UUID, need no file.
 *
 * Functions return 0 or a positive errno value, and are thread safe.
 */
#ifndef DFUSE_DAOS_UNS_H
#define DFUSE_DAOS_UNS_H

#include <daos_types.h>
#include <daos_prop.h>
#include <daos_obj_class.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The extended attribute: its name, its longest value, and how values are put together (of Lustre: in another place).
 */
#define DUNS_XATTR_NAME	      "user.daos"
#define DUNS_MAX_XATTR_LEN    170
#define DUNS_XATTR_FMT	      "DAOS.%s://%36s/%36s"
#define DUNS_LUSTRE_XATTR_FMT "%36s/%36s"

/* da_flags of duns_resolve_path(). */
enum {
	DUNS_NO_PREFIX = 1,	    /* the path is /POOL/CONTAINER[/PATH], without daos: */
	DUNS_NO_REVERSE_LOOKUP = 2, /* the path itself, not one above it */
	DUNS_NO_CHECK_PATH = 4,	    /* only forms that name pool and container */
};

/*
 * What a path stands for. The caller sets it to zero before, and da_flags; to create a path also the fields marked (c).
 * Texts that were allocated are freed with duns_destroy_attr().
 */
struct duns_attr_t {
	daos_cont_layout_t da_type;    /* (c) DAOS_PROP_CO_LAYOUT_*; unknown (0) for a path that says names */
	daos_oclass_id_t da_oclass_id; /* (c) of a POSIX container: as in dfs_attr_t */
	daos_size_t da_chunk_size;     /* (c) the same */
	daos_prop_t *da_props;	       /* (c) properties of the container, or NULL; stay the caller's */
	uint32_t da_flags;	       /* DUNS_NO_* */
	char da_pool[128];	       /* label or UUID */
	char da_cont[128];	       /* (c) the same; "" in a path to a pool; for a new container its label, or "" */
	char *da_sys;		       /* system, NULL for the default one */
	char *da_rel_path;	       /* the path inside the container, or NULL */
	bool da_on_lustre;	       /* the path lies in a Lustre file system */
	bool da_no_prefix;	       /* the path had no daos: */
	uuid_t da_puuid;	       /* of pool and container, if the path says them */
	uuid_t da_cuuid;
	daos_oclass_id_t da_dir_oclass_id;  /* (c) as in dfs_attr_t */
	daos_oclass_id_t da_file_oclass_id; /* (c) the same */
	char da_hints[128];		    /* (c) the same */
};

/*
 * Create a container and a path that stands for it. The container's UUID is in da_cuuid and da_cont afterwards. If
 * anything fails, neither is left behind.
 *
 * EEXIST: the path, or the label, is taken. ENOTSUP: the path's file system has no extended attributes. EINVAL: a type
 * that is not known.
 */
int duns_create_path(daos_handle_t poh, const char *path, struct duns_attr_t *attrp);

/*
 * Find out what a path stands for.
 *
 * ENODATA: nothing; neither the path nor (unless DUNS_NO_REVERSE_LOOKUP) one above it is a container's. EINVAL: the
 * attribute, or a path of names, is malformed.
 */
int duns_resolve_path(const char *path, struct duns_attr_t *attr);

/* Remove a path and destroy the container that it stands for. EINVAL: the path stands for a pool, or is one of names.
 */
int duns_destroy_path(daos_handle_t poh, const char *path);

/* Read an attribute's value, `len` bytes at `str`, into type, pool and container. EINVAL: malformed. */
int duns_parse_attr(char *str, daos_size_t len, struct duns_attr_t *attr);

/* Set da_sys to a copy of `sys`. */
int duns_set_sys_name(struct duns_attr_t *attrp, const char *sys);

/* Free what da_sys and da_rel_path point to. */
void duns_destroy_attr(struct duns_attr_t *attrp);

/* Create a path that stands for a container which is there already, by label or UUID. */
int duns_link_cont(daos_handle_t poh, const char *cont, const char *path);

#ifdef __cplusplus
}
#endif

#endif
