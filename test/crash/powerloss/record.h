/*
 * record.h: what a workload did to its files, as the shim writes it down and the simulator reads it.
 *
 * A record is a header and `len` bytes, filled up to a multiple of 8. Calls are recorded after they succeeded, in the
 * order in which they took effect: the shim lets only one through at a time. Files and directories are known by inode
 * number; a number that is created anew is another file.
 */
#ifndef POWERLOSS_RECORD_H
#define POWERLOSS_RECORD_H

#include <stdint.h>

#define RECORD_ENV   "POWERLOSS_RECORD"			      /* the file that the shim writes */
#define RECORD_BREAK "POWERLOSS_BREAK"			      /* a protection that the shim takes away: nosync, nopin */
#define RECORD_BOOT  "a76e9f02-50b6-4c1e-8c5b-2f7d9b6a1234\n" /* the boot that the workload believes to be in */

enum record_type {
	RECORD_CREATE = 1, /* a: directory, b: inode, c: type bits of its mode; name */
	RECORD_UNLINK,	   /* a: directory; name */
	RECORD_RENAME,	   /* a, b: directories; two names, each with its NUL */
	RECORD_WRITE,	   /* a: inode, b: offset; bytes. Also what came into a file through a map */
	RECORD_SIZE,	   /* a: inode, b: size */
	RECORD_ALLOCATE,   /* a: inode, b: the size that it has at least */
	RECORD_PUNCH,	   /* a: inode, b: offset, c: length */
	RECORD_SYNC,	   /* a: inode of a file or directory; 0: all */
	RECORD_MARK,	   /* what the workload has to say; text */
};

struct record {
	uint32_t type;
	uint32_t len;
	uint64_t a, b, c;
};

#endif
