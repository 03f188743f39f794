/*
 * handshake.h: agree with the kernel on what libfuse has no name for.
 *
 * What the kernel offers and what it gets are flags of the first request and its reply (FUSE_INIT). libfuse before 3.17
 * passes on only those that it knows. Sitting between libfuse and the device, this sets more of them in that one reply.
 * Where libfuse knows the flags, it is asked instead.
 *
 * FUSE_HANDLE_KILLPRIV_V2: dfuse clears set-uid and set-gid bits when a file is written (privs.h).
 * The kernel then need not ask for the attribute security.capability before every write, which costs a request each.
 *
 * FUSE_DIRECT_IO_ALLOW_MMAP (Linux 6.6): files opened for direct I/O can be mapped shared all the same, and reading and
 * writing them is kept in step with pages that are cached. Without it, dfuse never asks for direct I/O.
 */
#ifndef DFUSE_HANDSHAKE_H
#define DFUSE_HANDSHAKE_H

#include "mount.h"

/* After fuse_session_mount(), before the loop. 0 or errno. */
int handshake_begin(struct mount *m);

/* From the init handler: true if the flag was, or will be, agreed on. */
bool handshake_killpriv(struct mount *m, struct fuse_conn_info *conn);
bool handshake_direct_mmap(struct mount *m, struct fuse_conn_info *conn);

#endif
