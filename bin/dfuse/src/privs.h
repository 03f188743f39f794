/*
 * privs.h: set-uid and set-gid bits go when a file's content or owner changes.
 *
 * Only with m->killpriv (handshake.h); otherwise the kernel does it. Content: unless root changes it, as Linux has it
 * for whoever has CAP_FSETID. Owner: always, but not of a directory. Set-gid stays where the group may not execute.
 */
#ifndef DFUSE_PRIVS_H
#define DFUSE_PRIVS_H

#include "mount.h"

/* After the content of `inode` was changed for `req`. */
void privs_content_changed(fuse_req_t req, struct mount *m, struct inode *inode);

/* The mode that a change of owner leaves. */
mode_t privs_drop(mode_t mode);

#endif
