/*
 * daos_local.h: what the embedded engine offers beyond the DAOS client API.
 *
 * A DAOS cluster's libdaos.so.2 has none of these symbols. Callers other than the engine's own pool tool declare
 *nothing themselves: every function below is a weak reference, so test its address before calling and have a fallback:
 *
 *	if (daos_local_array_fd != NULL && daos_local_array_fd(oh, 0, &fd) == 0)
 *		...
 *
 * All return 0 or a negative DER number, are thread safe, and are not async-signal-safe.
 */
#ifndef DFUSE_DAOS_LOCAL_H
#define DFUSE_DAOS_LOCAL_H

#include <stdbool.h>
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
 * -DER_NOTSUPPORTED: the container has checksums (daos_local_cont_plain()).
 */
DAOS_LOCAL_API int daos_local_array_fd(daos_handle_t oh, int flags, int *fd);

/* st_size, st_blocks and st_mtim of the array (zeros when it has no plain file); the other fields are left alone. */
DAOS_LOCAL_API int daos_local_array_stat(daos_handle_t oh, struct stat *st);

/* fsync(2) of one array: its bytes, its place in the container, and every update of the container up to now. */
DAOS_LOCAL_API int daos_local_array_sync(daos_handle_t oh);

/* Make every update of keys and values of the container up to now survive power loss (not the bytes of arrays). */
DAOS_LOCAL_API int daos_local_cont_sync(daos_handle_t coh);

/*
 * A number that grows with every change of the container's keys and values by any process, and now and then by itself.
 * Costs nanoseconds. Equal numbers: nothing has changed in between. Not for the bytes of arrays.
 */
DAOS_LOCAL_API int daos_local_cont_version(daos_handle_t coh, uint64_t *version);

/*
 * Where that number is in memory, for who cannot call functions: one aligned word that only the engine writes, valid as
 * long as the handle is, in children of fork(), too. An update has returned when the word is greater than it was
 * before; who reads the word and then looks something up finds what is no older. While its lowest bit is set, it is no
 * version, and what is found is not known to be of any. -DER_NOTSUPPORTED: it is in no such place.
 */
DAOS_LOCAL_API int daos_local_cont_version_at(daos_handle_t coh, const volatile uint64_t **word);

/*
 * Are the changes after version `since` up to *version, which is the present one, all this process's own? 0: yes, and
 * there is at least one. -DER_NO_PERM: no, or there is none.
 */
DAOS_LOCAL_API int daos_local_cont_own_change(daos_handle_t coh, uint64_t since, uint64_t *version);

/*
 * Whether plain files' descriptors can be had to read and write by. -DER_NOTSUPPORTED: no, as the bytes of arrays have
 * checksums (DAOS_PROP_CO_CSUM), which only the calls of DAOS's API check and make. As long as the container exists.
 */
DAOS_LOCAL_API int daos_local_cont_plain(daos_handle_t coh);

#define DAOS_LOCAL_NAME_MAX 256

/* One change of a container by another process. */
struct daos_local_change {
	daos_obj_id_t oid;
	uint32_t name_len; /* 0: the bytes of array `oid` have changed, or of an object nothing closer is known */
	char name[DAOS_LOCAL_NAME_MAX]; /* the dkey of `oid` that came, went or changed; not terminated */
};

/* A watch; the fields belong to the engine. */
struct daos_local_watch {
	daos_handle_t coh;
	uint64_t next;
	unsigned line;
};

/*
 * Watch a container for changes that other processes of this machine make. A process that changes something waits (some
 * milliseconds at most) until every watcher asks for the next change, so a watcher that drops what it remembers before
 * it asks again is right by the time the changing call returns. -DER_BUSY: too many watchers.
 */
DAOS_LOCAL_API int daos_local_watch_start(daos_handle_t coh, struct daos_local_watch *watch);

/*
 * The next change; waits up to `timeout_ms`. One thread at a time. -DER_TIMEDOUT: none came. -DER_OVERFLOW: changes
 * were missed: everything may have changed. -DER_CANCELED: the watch was stopped.
 */
DAOS_LOCAL_API int daos_local_watch_next(struct daos_local_watch *watch, int timeout_ms,
					 struct daos_local_change *change);

/* End the watch; a thread in daos_local_watch_next() returns. */
DAOS_LOCAL_API int daos_local_watch_stop(struct daos_local_watch *watch);

/* Tell watchers that the bytes of the array have changed: for those who write through daos_local_array_fd(). */
DAOS_LOCAL_API int daos_local_array_changed(daos_handle_t oh);

/*
 * The caller will use the descriptor that daos_local_array_fd() gave for this handle no more, which is closed, and
 * nobody has one that came from it (a kernel's passthrough, a child process). Then the file is known to be at rest, see
 * below, without a look at it, if nobody else has opened it for writing since it was made or was at rest before. Only a
 * hint.
 */
DAOS_LOCAL_API int daos_local_array_settled(daos_handle_t oh);

/*
 * Arrays by object id, for those who hand the plain file's descriptor to somebody else (a program, the kernel).
 *
 * A plain file is *at rest* while nobody on this machine has it open for writing, however he came by the descriptor,
 * memory maps included. The engine remembers size, blocks and mtime of files at rest in a table that all processes
 * share, so that asking for them costs no system call. It asks the kernel whether a file is at rest, but is not told
 * when one is opened: so write access is had from the engine alone, or by way of a descriptor of the same file that has
 * write access and came from there (dup(2), /proc/self/fd, a kernel's passthrough). Times of a plain file are set
 * through a descriptor with write access, too (futimens(2)). st_blocks may be a little off until the next writer, as
 * the host's file system allocates late.
 */

/*
 * A descriptor of the array's plain file with an open file description of its own, which belongs to the caller.
 * `flags`: of open(2); O_CREAT makes the plain file if there is none (an array whose chunk size is not the default is
 * made by daos_local_array_fd(), which knows that), O_TRUNC empties it, O_EXCL means nothing here. A descriptor with
 * O_PATH is not to be kept: it does not count as an open file, and a file that nobody has open can become that of
 * another array after it was removed. With write access the file is not at rest from before this returns.
 * -DER_NONEXIST: no plain file and no O_CREAT, or the array was destroyed. -DER_NO_PERM: write access through a
 * read-only container handle. -DER_NOTSUPPORTED: the container has checksums, and `flags` are not O_PATH.
 */
DAOS_LOCAL_API int daos_local_array_open(daos_handle_t coh, daos_obj_id_t oid, int flags, int *fd);

/*
 * The same for a descriptor that is to lock by, and never to read or write by; so with checksums, too, but then without
 * O_TRUNC: -DER_INVAL.
 */
DAOS_LOCAL_API int daos_local_array_open_lock(daos_handle_t coh, daos_obj_id_t oid, int flags, int *fd);

/*
 * st_size, st_blocks and st_mtim of the array; st_nlink is 1 if it has a plain file, and 0 (with zeros) if not.
 * *at_rest: they hold until somebody opens the file for writing. -DER_NONEXIST: the array was destroyed. That is known
 * for some seconds only, afterwards it is as one that was never written: who has a descriptor of it, and finds st_nlink
 * 0, asks that. Costs some 50 ns for a file at rest, a stat(2) otherwise, and once some stat(2)s more to find out.
 *
 * To find out, the file is opened and closed, which ends the fcntl(2) locks that this process has on it. A process
 * that may have some passes NULL for at_rest: then it is not tried.
 */
DAOS_LOCAL_API int daos_local_array_peek(daos_handle_t coh, daos_obj_id_t oid, struct stat *st, bool *at_rest);

/*
 * The same of a file that is known to be at rest, and where to see that it still is: as long as *word equals *value,
 * `st` holds. The word is valid as long as the container's handle is. -DER_NONEXIST: the file is not known to be at
 * rest (daos_local_array_peek() finds out).
 */
DAOS_LOCAL_API int daos_local_array_rest(daos_handle_t coh, daos_obj_id_t oid, struct stat *st,
					 const volatile uint64_t **word, uint64_t *value);

/*
 * Who keeps bytes of a plain file in a cache of his own (the kernel behind a FUSE mount) says so before he opens it for
 * that, once, and after the last such open file is closed. cache_begin(): -DER_BUSY: somebody else has the plain
 * file open, so it must not be cached; -DER_NOTSUPPORTED: the host's file system cannot tell (it has no leases), so
 * neither must it. `fd` is this process's only open file description of it, its array handles' included (-1: there is
 * none). A line of a daos_local_watch is what the note hangs on: it is void when that process has died. The root must
 * be known before.
 */
DAOS_LOCAL_API int daos_local_array_cache_begin(struct daos_local_watch *watch, daos_obj_id_t oid, int fd);
DAOS_LOCAL_API int daos_local_array_cache_end(struct daos_local_watch *watch, daos_obj_id_t oid);

/*
 * Where the container's root is mounted by the owner of this watch: given out by daos_local_array_cached(). Absolute.
 * -DER_ALREADY: it was told before.
 */
DAOS_LOCAL_API int daos_local_watch_root(struct daos_local_watch *watch, const char *path);

/*
 * After daos_local_array_open() and before using the descriptor: does somebody in another process cache the array's
 * bytes? 0: yes, and `root` receives where the container is mounted there: the file is to be opened below it instead
 * (rarely nobody does: the answer goes by a hash of `oid`). -DER_NONEXIST: no. -DER_TRUNC: yes, but `root` is too
 * small.
 */
DAOS_LOCAL_API int daos_local_array_cached(daos_handle_t coh, daos_obj_id_t oid, char *root, size_t size);

#define DAOS_LOCAL_PLACE_MAX 40

/* Where a plain file is, and who may cache its bytes: `lines` words a `step` apart. */
struct daos_local_place {
	int dir_fd; /* the engine's */
	char name[DAOS_LOCAL_PLACE_MAX];
	const volatile int *watcher;
	const volatile unsigned *cached;
	size_t watcher_step, cached_step;
	unsigned lines;
};

/*
 * For those who cannot call functions: to open an array's plain file for reading, or to look at it, in the way of
 * daos_local_array_open(). openat(2) finds it under `name`, if it has been written and not destroyed; afterwards, if in
 * any line both words are not zero, it may be cached, and what was opened must be closed. Valid as long as the
 * container's handle is, in children of fork(), too. -DER_NOTSUPPORTED: it cannot be told who caches, or the container
 * has checksums.
 */
DAOS_LOCAL_API int daos_local_array_place(daos_handle_t coh, daos_obj_id_t oid, struct daos_local_place *place);

/*
 * A watch tells of every change. One that says what it remembers is told, and waited for, only where that is concerned:
 * from then on each object must be named before anything of it is remembered: a directory for its entries, a file for
 * its bytes. Objects cannot be taken back. Repeating it costs nanoseconds.
 */
DAOS_LOCAL_API int daos_local_watch_interest(struct daos_local_watch *watch, daos_obj_id_t oid);

/*
 * Create a pool in system `sys` (NULL: the default system). `label` may be NULL. `size` in bytes; 0: all of the host
 * file system. `uuid` receives the pool's UUID. -DER_EXIST: the label is taken. -DER_INVAL: label or size is not valid.
 */
DAOS_LOCAL_API int daos_local_pool_create(const char *sys, const char *label, uint64_t size, daos_prop_t *prop,
					  uuid_t uuid);

/* Destroy a pool given by label or UUID. Without `force`: -DER_BUSY while it has containers or is connected. */
DAOS_LOCAL_API int daos_local_pool_destroy(const char *sys, const char *pool, int force);

#ifdef __cplusplus
}
#endif

#endif
