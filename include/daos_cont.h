/*
 * daos_cont.h: containers: create, open, properties, user attributes, snapshots, object id allocation.
 *
 * A container lives in a pool, and is named by its UUID or by a label (daos_label_is_valid()), both as text. `coh` is
 * an open container, `poh` a connection to its pool. What changes a container needs a handle opened for writing
 * (-DER_NO_PERM).
 */
#ifndef DFUSE_DAOS_CONT_H
#define DFUSE_DAOS_CONT_H

#include <daos_types.h>
#include <daos_prop.h>
#include <daos_security.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a container is opened: one of RO, RW and EX, and any of the others. */
#define DAOS_COO_RO	      1	  /* read */
#define DAOS_COO_RW	      2	  /* read and write */
#define DAOS_COO_EX	      4	  /* read and write, and nobody else at the same time */
#define DAOS_COO_FORCE	      8	  /* even if data may have been lost */
#define DAOS_COO_RO_MDSTATS   16  /* with RO: the times of opening and closing are not recorded */
#define DAOS_COO_EVICT	      32  /* first close all handles of this user */
#define DAOS_COO_EVICT_ALL    64  /* first close all handles */
#define DAOS_COO_NEW_LAYOUT   128 /* only with a library that knows the newest layout of objects */
#define DAOS_COO_NBITS	      8
#define DAOS_COO_MASK	      255
#define DAOS_COO_IO_BASE_MASK 7

/* Room for the hints of a file system, with the NUL: see dfs_attr_t. */
#define DAOS_CONT_HINT_MAX_LEN 128

/* Room for the name of a snapshot, with the NUL. */
#define DAOS_SNAPSHOT_MAX_LEN 128

/*
 * Creating, opening, destroying
 */

/*
 * Create a container. `prop` gives properties that are not to be the defaults, or is NULL: also the label, if it is to
 * have one. `uuid`, unless NULL, receives its UUID, which is new.
 *
 * -DER_EXIST: the label is taken. -DER_INVAL: a property or the label is not valid. -DER_NO_PERM: the pool is connected
 * to for reading, or a property cannot be chosen.
 */
int daos_cont_create2(daos_handle_t poh, uuid_t *uuid, daos_prop_t *prop, daos_event_t *ev);

#define daos_cont_create daos_cont_create2

/* Create a container with a label. */
int daos_cont_create_with_label(daos_handle_t poh, const char *label, daos_prop_t *cont_prop, uuid_t *uuid,
				daos_event_t *ev);

/*
 * Open a container by label or UUID. `flags`: DAOS_COO_*. `info`, unless NULL, receives its description.
 *
 * -DER_NONEXIST: there is none. -DER_BUSY: another handle is in the way of DAOS_COO_EX, or such a handle of this one.
 * -DER_NO_PERM: for writing, in a pool that is connected to for reading. The embedded engine cannot close the handles
 * of others (DAOS_COO_EVICT, DAOS_COO_EVICT_ALL: -DER_NOTSUPPORTED).
 */
int daos_cont_open2(daos_handle_t poh, const char *cont, unsigned int flags, daos_handle_t *coh, daos_cont_info_t *info,
		    daos_event_t *ev);

#define daos_cont_open daos_cont_open2

/* Close a container. Objects that are still open through it keep it until they are closed. */
int daos_cont_close(daos_handle_t coh, daos_event_t *ev);

/*
 * Destroy a container with all that is in it, by label or UUID.
 *
 * -DER_BUSY: it is open, and `force` is 0. -DER_NONEXIST: there is none.
 */
int daos_cont_destroy2(daos_handle_t poh, const char *cont, int force, daos_event_t *ev);

#define daos_cont_destroy daos_cont_destroy2

/*
 * Turn a handle into bytes that another process can open. With glob->iov_buf NULL, only set iov_buf_len to the size
 * that it takes; otherwise iov_buf_len is the room, and iov_len is set. -DER_TRUNC: not enough room.
 */
int daos_cont_local2global(daos_handle_t coh, d_iov_t *glob);

/* Open what daos_cont_local2global() gave, in the way it was open there. `poh`: a connection to the same pool. */
int daos_cont_global2local(daos_handle_t poh, d_iov_t glob, daos_handle_t *coh);

/*
 * Properties and owner
 */

/*
 * Ask about a container. `info` and `cont_prop` may be NULL. `cont_prop` has entries of the types that are wanted, or
 * none: then it gets one for each property there is. Values are freed with daos_prop_fini() or daos_prop_free().
 */
int daos_cont_query(daos_handle_t coh, daos_cont_info_t *info, daos_prop_t *cont_prop, daos_event_t *ev);

/*
 * Change properties; all of them or, if the call fails, none.
 *
 * -DER_NO_PERM: a property that is chosen for good when a container is created. -DER_INVAL: a value that is not valid.
 * -DER_EXIST: the label is taken.
 */
int daos_cont_set_prop(daos_handle_t coh, daos_prop_t *prop, daos_event_t *ev);

/* Clear the mark that data may have been lost (DAOS_PROP_CO_STATUS). */
int daos_cont_status_clear(daos_handle_t coh, daos_event_t *ev);

/* The properties ACL, owner and owner's group, to be freed with daos_prop_free(). */
int daos_cont_get_acl(daos_handle_t coh, daos_prop_t **acl_prop, daos_event_t *ev);

/* Replace the access control list. -DER_INVAL: it is not valid. */
int daos_cont_overwrite_acl(daos_handle_t coh, struct daos_acl *acl, daos_event_t *ev);

/* Add the entries of `acl`; they replace those for the same principals. */
int daos_cont_update_acl(daos_handle_t coh, struct daos_acl *acl, daos_event_t *ev);

/* Remove the entry for a principal. `name` counts for users and groups only. -DER_NONEXIST: there is none. */
int daos_cont_delete_acl(daos_handle_t coh, enum daos_acl_principal_type type, d_string_t name, daos_event_t *ev);

/*
 * Change the owner, its group, or both ("name@"; NULL: leave it).
 *
 * -DER_NONEXIST: there is no such user or group here.
 */
int daos_cont_set_owner(daos_handle_t coh, d_string_t user, d_string_t group, daos_event_t *ev);

/* The same for users and groups that this machine need not know. */
int daos_cont_set_owner_no_check(daos_handle_t coh, d_string_t user, d_string_t group, daos_event_t *ev);

/*
 * What a user may do with a container, as DAOS_ACL_PERM_* bits. `cont_prop` has its ACL, owner and owner's group
 * (daos_cont_get_acl()); `gids` are the `nr_gids` groups that the user is in. The owner may always get and set the ACL.
 *
 * -DER_INVAL: one of the three is missing or not valid.
 */
int daos_cont_get_perms(daos_prop_t *cont_prop, uid_t uid, gid_t *gids, size_t nr_gids, uint64_t *perms);

/*
 * User attributes: names, 1 to DAOS_ATTR_NAME_MAX bytes, with values of any bytes.
 */

/*
 * List the names, each with its NUL, one behind the other, as many as fit whole. *size is the room in `buf`, which may
 * be NULL, and becomes the size that all names take.
 */
int daos_cont_list_attr(daos_handle_t coh, char *buf, size_t *size, daos_event_t *ev);

/*
 * Read the `n` attributes `names`. sizes[i] is the room in values[i]; as much of the value as fits is stored there, and
 * sizes[i] becomes the size of the whole value. `values` or any of them may be NULL.
 *
 * -DER_NONEXIST: one of them is not there.
 */
int daos_cont_get_attr(daos_handle_t coh, int n, const char *const *names, void *const *values, size_t *sizes,
		       daos_event_t *ev);

/* Set `n` attributes; all of them or, if the call fails, none. -DER_INVAL: a name or value that is empty or too long.
 */
int daos_cont_set_attr(daos_handle_t coh, int n, const char *const *names, const void *const *values,
		       const size_t *sizes, daos_event_t *ev);

/* Delete `n` attributes. It is no error if one is not there. */
int daos_cont_del_attr(daos_handle_t coh, int n, const char *const *names, daos_event_t *ev);

/*
 * Object ids
 */

/*
 * Allocate `num_oids` numbers that nobody else gets in this container, for the `lo` of object ids: *oid and the
 * following ones.
 */
int daos_cont_alloc_oids(daos_handle_t coh, daos_size_t num_oids, uint64_t *oid, daos_event_t *ev);

/*
 * Epochs and snapshots
 *
 * The embedded engine keeps one version of everything: a snapshot is an epoch with a name there, which can be listed
 * and destroyed; opening it or going back to it is not possible (-DER_NOTSUPPORTED, -DER_NOSYS).
 */

enum daos_snapshot_opts {
	DAOS_SNAP_OPT_CR = 1,  /* create the snapshot */
	DAOS_SNAP_OPT_OIT = 2, /* and the table of its objects; not in the embedded engine: -DER_NOSYS */
};

/* Make a snapshot of now. `name` may be NULL. *epoch receives its epoch. -DER_EXIST: the name is taken. */
int daos_cont_create_snap(daos_handle_t coh, daos_epoch_t *epoch, char *name, daos_event_t *ev);

int daos_cont_create_snap_opt(daos_handle_t coh, daos_epoch_t *epoch, char *name, enum daos_snapshot_opts opts,
			      daos_event_t *ev);

/*
 * List snapshots, oldest first. *nr is the room in `epochs` and `names`, each of which may be NULL, and becomes the
 * number that there are. names[i], unless NULL, has DAOS_SNAPSHOT_MAX_LEN bytes; a snapshot without a name gives "".
 */
int daos_cont_list_snap(daos_handle_t coh, int *nr, daos_epoch_t *epochs, char **names, daos_anchor_t *anchor,
			daos_event_t *ev);

/* Destroy the snapshots of these epochs. -DER_NONEXIST: there are none. */
int daos_cont_destroy_snap(daos_handle_t coh, daos_epoch_range_t epr, daos_event_t *ev);

/* Make and remove the table of the objects of a snapshot. Not in the embedded engine: -DER_NOSYS. */
int daos_cont_snap_oit_create(daos_handle_t coh, daos_epoch_t epoch, char *name, daos_event_t *ev);
int daos_cont_snap_oit_destroy(daos_handle_t coh, daos_handle_t oh, daos_event_t *ev);

/* Merge what is older than `epoch`. The embedded engine has nothing to merge: 0. */
int daos_cont_aggregate(daos_handle_t coh, daos_epoch_t epoch, daos_event_t *ev);

/* Go back to a snapshot. Not in the embedded engine: -DER_NOSYS. */
int daos_cont_rollback(daos_handle_t coh, daos_epoch_t epoch, daos_event_t *ev);

/* Wait for a snapshot newer than *epoch. Not in the embedded engine: -DER_NOSYS. */
int daos_cont_subscribe(daos_handle_t coh, daos_epoch_t *epoch, daos_event_t *ev);

/* Parse a list of ranks: see daos_api.h. */
d_rank_list_t *daos_rank_list_parse(const char *str, const char *sep);

#ifdef __cplusplus
}
#endif

#endif
