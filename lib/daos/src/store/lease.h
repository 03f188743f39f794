/*
 * lease.h: who has a plain file open: asked of the kernel, by the way of file leases (fcntl(2), F_SETLEASE).
 *
 * A read lease is granted only while no open file description of the file, of whatever process and however it was come
 * by, can be written to, memory maps included; a write lease only while there is no other at all. So a lease that was
 * granted is an answer, and is given back at once.
 *
 * While it is held, another's open(2) waits for it, or fails with EWOULDBLOCK if it has O_NONBLOCK; and the holder is
 * sent a signal. That must not reach the program this library lives in: the signal is SIGURG, for this thread alone,
 * which has it blocked meanwhile and takes it away again. Opens go through lease_open(), which has the patience.
 *
 * Not every host file system knows leases, and they are for the file's owner: then the answer is "cannot tell".
 */
#ifndef DFUSE_STORE_LEASE_H
#define DFUSE_STORE_LEASE_H

#include <sys/stat.h>

enum lease_answer {
	LEASE_FREE,	 /* nobody else has it open (for writing) */
	LEASE_TAKEN,	 /* somebody has */
	LEASE_NOT_KNOWN, /* the host does not tell */
};

/*
 * Does anybody have the file behind `fd` open for writing? If not, *st is from a moment when that was so. `fd` is open
 * O_RDONLY, and only for this: its owner and signal (fcntl(2), F_SETOWN) are left changed.
 */
enum lease_answer lease_writers(int fd, struct stat *st);

/* Is `fd` the only open file description of its file? */
enum lease_answer lease_others(int fd);

/* openat(2) that is not disturbed by those two in other processes. */
int lease_open(int dir_fd, const char *name, int flags);

#endif
