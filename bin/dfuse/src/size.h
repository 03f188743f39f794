/*
 * size.h: the size that the kernel takes an open file to have, where others write to its plain file.
 *
 * With write-back caching the kernel has the size of a file it knows from itself, whatever it is told in replies. For a
 * file that others change directly (FILE_DIRECT in file.h) it is put right before a GETATTR is answered: made larger by
 * giving the kernel the last byte (a message that FUSE has for that), and smaller by a truncate(2) of our own in the
 * mount, which comes back as a SETATTR that changes nothing. That takes a thread which serves no requests.
 *
 * A GETATTR may come with the kernel's lock of the inode held, which truncate(2) needs: lseek(2) to the end sends one
 * by handle, setxattr(2) one without, as stat(2) does, which holds no lock. So no answer depends on the truncate: by
 * handle it is given at once, else after a moment at the latest, with the size that the kernel has; the truncate goes
 * on. Giving the kernel a byte takes no such lock.
 *
 * The size that the kernel has between two such requests may be old. Files that have lost their name to somebody
 * outside of this mount cannot be made smaller.
 */
#ifndef DFUSE_SIZE_H
#define DFUSE_SIZE_H

#include "mount.h"

/* Whether the kernel takes the inode to have that size, or will take it over from a reply. */
bool size_is_known(struct mount *m, const struct inode *inode, int64_t size);

/* Put it right and answer the GETATTR, from a thread of its own. `by_handle`: it came so. 0: it will be answered. */
int size_tell(fuse_req_t req, struct mount *m, struct inode *inode, bool by_handle);

/* The request comes of our own truncate(2): it is to be answered, and nothing is to be done. */
bool size_is_telling(fuse_req_t req, struct mount *m);

#endif
