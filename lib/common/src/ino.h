/*
 * ino.h: the inode number of an object of DFS.
 *
 * The same in every program, so that libdfs, dfuse and the interception library name a file alike. The upper 32 bits of
 * `hi` (type and class) are left out; what remains is unique in a container as long as one mount uses one `lo`.
 */
#ifndef DFUSE_INO_H
#define DFUSE_INO_H

#include <stdint.h>

#include <daos_types.h>

static inline uint64_t ino_from_oid(daos_obj_id_t oid)
{
	return (oid.lo << 32) ^ (oid.hi & 0xffffffffULL);
}

#endif
