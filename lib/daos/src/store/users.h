/*
 * users.h: who has a pool or a container open, and when it was last opened and changed.
 *
 * Every pool and container directory has a file `users`. Each open handle of any process holds two locks on it (open
 * file description locks, F_OFD_SETLK):
 *
 *	the gate	shared; exclusive for a handle that was opened so and for whoever destroys the directory
 *	a slot		one byte of its own out of 2^30, so that handles can be counted
 *
 * Why these locks: they end with the process however it dies; two handles of one process exclude each other as those of
 * two processes do; and a child of fork(), whose handles stay valid, keeps them. The file stays in use for as long as
 * parent or child has the handle.
 *
 * The file's content is a struct users_record. Its fields are written one by one without a lock (each write is one
 * aligned word), and are not synced: an open costs no database transaction. Losing them in a power failure loses times
 * and a total that is counted again.
 */
#ifndef DFUSE_STORE_USERS_H
#define DFUSE_STORE_USERS_H

#include <stdbool.h>
#include <stdint.h>

#define USERS_USED_UNKNOWN UINT64_MAX

struct users_record {
	uint64_t otime; /* last open, HLC */
	uint64_t mtime; /* last close or change of metadata, HLC */
	uint64_t
	    used; /* bytes on disk after the last close; USERS_USED_UNKNOWN while open for writing and after a crash */
	uint64_t reserved;
};

enum users_field { USERS_OTIME, USERS_MTIME, USERS_USED };

/* Make the file in a new directory, durably. */
int users_create(const char *dir, const struct users_record *rec);

/*
 * Become a user of `dir`. *fd holds the locks until users_leave(). -DER_BUSY: someone has it exclusively or, for
 * `exclusive`, at all.
 */
int users_join(const char *dir, bool exclusive, int *fd);
void users_leave(int fd);

/* Whether anyone but the holder of `fd` is a user. */
bool users_others(int fd);

/* The number of users of all processes, those of `fd` included where it is not a holder. */
unsigned users_count(int fd);

/* Open the file without becoming a user: for users_others(), users_count(), users_read() and users_write(). */
int users_watch(const char *dir, int *fd);

int users_read(int fd, struct users_record *rec);
void users_write(int fd, enum users_field field, uint64_t val);

#endif
