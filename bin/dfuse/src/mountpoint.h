/*
 * mountpoint.h: is this a place where dfuse can mount?
 *
 * A mount point left behind by a killed daemon (every access gives ENOTCONN) is unmounted and taken over.
 */
#ifndef DFUSE_MOUNTPOINT_H
#define DFUSE_MOUNTPOINT_H

#include <stddef.h>

#include "exit_code.h"

/*
 * Check `path` and give its absolute form in `*real` (to be freed). Otherwise an exit code, and one line in `why`.
 */
enum exit_code mountpoint_check(const char *path, char **real, char *why, size_t why_len);

/* Whether this process can talk to the kernel's FUSE at all; as above, the line says what to do. */
enum exit_code mountpoint_check_device(char *why, size_t why_len);

/*
 * Unmount `real`: with umount2(2), or fusermount3 where that is not permitted. `lazy`: also while in use.
 * 0 or a positive errno (EBUSY: in use).
 */
int mountpoint_unmount(const char *real, int lazy);

#endif
