/*
 * exit_code.h: the exit status of dfuse for a reason, as scripts written for DAOS expect it.
 *
 * DAOS's dfuse ends with the last digits of the DER number: DER_INVAL (1003) is 3, DER_NONEXIST (1005) is 5.
 */
#ifndef DFUSE_EXIT_CODE_H
#define DFUSE_EXIT_CODE_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_NO_RIGHT = 1,  /* no right to the store, the pool, the container, the mount point or /dev/fuse */
	EXIT_WRONG_USE = 3, /* wrong option, wrong value, or the named thing cannot be mounted (not POSIX) */
	EXIT_MOUNTED = 4,   /* the mount point is a mount already */
	EXIT_NOT_FOUND = 5, /* no such mount point, pool, container or rank; no /dev/fuse */
	EXIT_NO_MEMORY = 9,
	EXIT_BUSY = 12, /* the mount point is not empty */
	EXIT_OTHER = 25,
};

/* For a DER number (negative). */
enum exit_code exit_code_of_der(int der);

/* For an errno (positive). */
enum exit_code exit_code_of_errno(int err);

/* A short English reason for a DER number: "not found", "no permission", or the text of the errno it stands for. */
const char *reason_of_der(int der);

#endif
