/*
 * dir.h: directories of the store: made, locked, made durable and removed as a whole.
 *
 * All functions return 0 or a negative DER number.
 */
#ifndef DFUSE_STORE_DIR_H
#define DFUSE_STORE_DIR_H

/* The start of the names that directories get before they are removed. No directory in use has such a name. */
#define DIR_TRASH "trash."

/* Make `path` with mode 0700, and the parents that it lacks. An existing directory is fine. */
int dir_make_all(const char *path);

/* Make the entries of a directory survive power loss. */
int dir_sync(const char *path);

/*
 * The lock of a directory: held by whoever adds or removes entries of it. An flock(2) of the directory itself, so that
 * it needs no file and ends with the process. dir_unlock() also releases it in children that inherited it by fork().
 */
int dir_lock(const char *path, int *fd);
void dir_unlock(int fd);

/* Take parent/name out of use: it gets a trash name, durably. For the holder of the parent's lock. */
int dir_discard(const char *parent, const char *name);

/* Remove everything in `parent` that was discarded. Needs no lock: others may do the same at the same time. */
void dir_empty_trash(const char *parent);

/* Remove a directory with everything in it. */
int dir_remove(const char *path);

/* parent + "/" + name, to be freed; NULL if there is no memory. */
char *dir_join(const char *parent, const char *name);

#endif
