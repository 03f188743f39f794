/*
 * daos_local.h: what the embedded engine offers beyond the DAOS client API.
 *
 * A DAOS cluster's libdaos.so.2 has none of these symbols. Callers other than the engine's own pool tool declare nothing
 * themselves: every function below is a weak reference, so test its address before calling and have a fallback:
 *
 *	if (daos_local_array_fd != NULL && daos_local_array_fd(oh, 0, &fd) == 0)
 *		...
 *
 * All return 0 or a negative DER number, are thread safe, and are not async-signal-safe.
 */
#ifndef DFUSE_DAOS_LOCAL_H
#define DFUSE_DAOS_LOCAL_H

#include <sys/stat.h>

#include <daos_types.h>
#include <daos_prop.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef DAOS_LOCAL_API
#define DAOS_LOCAL_API __attribute__((weak))
#endif

/* Flags of daos_local_array_fd(). */
enum {
	DAOS_LOCAL_CREATE = 1, /* make the plain file if the array has none yet; needs a read-write handle */
};

/*
 * The plain file that holds the bytes of the array behind `oh` (cell 0 at offset 0).
 *
 * The descriptor belongs to the handle: it stays open until daos_array_close(), must not be closed by the caller, and
 * keeps working after the array was destroyed (as an unlinked file's does). It is open for reading, and for writing too
 * if the handle is. Reading, writing, truncating, allocating, punching and locking it are what the daos_array calls do.
 *
 * -DER_NONEXIST: nothing was written yet and DAOS_LOCAL_CREATE is not given (the array reads as empty).
 */
DAOS_LOCAL_API int daos_local_array_fd(daos_handle_t oh, int flags, int *fd);

/* st_size, st_blocks and st_mtim of the array (zeros when it has no plain file); the other fields are left alone. */
DAOS_LOCAL_API int daos_local_array_stat(daos_handle_t oh, struct stat *st);

/* fsync(2) of one array: its bytes, its place in the container, and every update of the container up to now. */
DAOS_LOCAL_API int daos_local_array_sync(daos_handle_t oh);

/* Make every update of keys and values of the container up to now survive power loss (not the bytes of arrays). */
DAOS_LOCAL_API int daos_local_cont_sync(daos_handle_t coh);

/*
 * A number that grows with every change of the container's keys and values by any process, and with no other event.
 * Costs nanoseconds. Equal numbers: nothing has changed in between. Not for the bytes of arrays.
 */
DAOS_LOCAL_API int daos_local_cont_version(daos_handle_t coh, uint64_t *version);

/*
 * Create a pool in system `sys` (NULL: the default system). `label` may be NULL. `size` in bytes; 0: all of the host file
 * system. `uuid` receives the pool's UUID. -DER_EXIST: the label is taken. -DER_INVAL: label or size is not valid.
 */
DAOS_LOCAL_API int daos_local_pool_create(const char *sys, const char *label, uint64_t size, daos_prop_t *prop, uuid_t uuid);

/* Destroy a pool given by label or UUID. Without `force`: -DER_BUSY while it has containers or is connected. */
DAOS_LOCAL_API int daos_local_pool_destroy(const char *sys, const char *pool, int force);

#ifdef __cplusplus
}
#endif

#endif
