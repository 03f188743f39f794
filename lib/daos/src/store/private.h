/*
 * private.h: the store's directories and files are their user's only.
 *
 * What holds of all that is opened through here: it belongs to the effective user, nobody else may write to it, and
 * once open nobody else may read it (0700 and 0600, whatever the umask was); no symbolic link was followed to it. What
 * others may read, as after a copy or from a careless chmod, is closed to them; what others could write to is refused:
 * what they left there, nobody knows. As a directory of the store is closed to others, nobody can put anything into
 * one.
 *
 * Functions return 0 or a negative DER number. -DER_NO_PERM: another user's, or open to others' writing; -DER_DF_INVAL:
 * a symbolic link or something else that is none of the store's. D_LOG_LEVEL=debug tells which path.
 */
#ifndef DFUSE_STORE_PRIVATE_H
#define DFUSE_STORE_PRIVATE_H

/* Make a directory, relative to `dir_fd`. */
int private_mkdir(int dir_fd, const char *path);

/*
 * Open a directory of the store, in which there is `has` unless it was just made. One that others may read and that
 * does not have it is none of the store's: it is left as it is, and -DER_NONEXIST.
 */
int private_open_dir(const char *path, const char *has, int *fd);

/* Open a file in a directory of the store; `flags` may have O_CREAT, and O_CLOEXEC is implied. Never waits (for a
 * FIFO). */
int private_open(int dir_fd, const char *name, int flags, int *fd);

/* The same for a file that LMDB opens: make it, empty, where there is none; check it without opening it. */
int private_make(int dir_fd, const char *name);
int private_check(int dir_fd, const char *name);

#endif
