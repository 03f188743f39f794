/*
 * env_log.h: the file `log` of an environment, which every process maps: updates that are not in LMDB yet.
 *
 * A page of heads, then records one behind the other, each the changes of one transaction. One word says what counts:
 * the *base*, which is the number of the LMDB transaction that the records are to be applied to, and how many bytes of
 * records there are. It is written last, by the one who holds the write lock (LMDB's), so a record is there or it is
 * not, wherever its writer is killed. Base and length together only grow, and so number the states of the environment:
 * env_version(). ENV_LOG_UNSURE comes and goes.
 *
 * Where LMDB is ahead of the base, somebody put the records into it (a *fold*) and was killed before he could say so:
 * they do not count. The next writer puts the word right.
 *
 * Its room is allocated when the file is made, so no store into the map can fail. It is not synced: after a power
 * failure it is thrown away, and the environment is what its checkpoint says.
 */
#ifndef DFUSE_STORE_ENV_LOG_H
#define DFUSE_STORE_ENV_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct env_log;

/*
 * Allocate the bytes of a file from `from` up to `end`. -DER_NOTSUPPORTED: the file system cannot. -DER_NOSPACE also
 * where the process's limit on file sizes is in the way, which would kill it.
 */
int env_log_allocate(int fd, uint64_t from, uint64_t end);

/* Make an empty one, if there is none or `anew`. Nobody has the environment open. -DER_DF_INVAL: there is one, damaged.
 */
int env_log_make(int dir_fd, size_t bytes, bool anew);

/* Throw it away, if there is one. Nobody has the environment open. */
int env_log_remove(int dir_fd);

/* Map it. *log is NULL where there is none: then every update goes to LMDB. */
int env_log_open(int dir_fd, struct env_log **log);
void env_log_close(struct env_log *log); /* NULL is none */

/*
 * What counts. A word is also a version: a later state has a greater one. ENV_LOG_UNSURE is set while LMDB commits a
 * transaction that is not in the log: base + 1 may be there or not.
 */
#define ENV_LOG_UNSURE 1

uint64_t env_log_word(const struct env_log *log); /* 0 where there is no log */
/*
 * The same in memory, until the log is closed, for who can only load it. With ENV_LOG_UNSURE it is no version, and what
 * is found at that time is not known to be of any.
 */
const volatile uint64_t *env_log_word_at(const struct env_log *log);

uint64_t env_log_state(uint64_t base, uint32_t used);
uint64_t env_log_base(uint64_t word);
uint32_t env_log_used(uint64_t word); /* in units of 8 bytes */

/* Under the write lock: change the word. */
void env_log_publish(struct env_log *log, uint64_t word);

/* Under the write lock, LMDB being at `base`: put right what a killed writer left. The word, or what it would be. */
uint64_t env_log_settle(struct env_log *log, uint64_t base);

/* Nobody else has it open, and there is nothing in it: begin anew, LMDB being at `base`. */
void env_log_reset(struct env_log *log, uint64_t base);

/* Without it: make the word this one, unless it is greater already, because the next writer has put it right. */
void env_log_raise(struct env_log *log, uint64_t word);

/*
 * Copy the records from `from` to `to` (units). False: the word has another base than `base` now, and the records may
 * have been overwritten by others, or there are not that many.
 */
bool env_log_copy(struct env_log *log, uint64_t base, uint32_t from, uint32_t to, void *buf);

/* Under the write lock: room for `len` bytes of a record behind `used` units, NULL if there is not that much. */
void *env_log_room(struct env_log *log, uint32_t used, size_t len);

/* Under the write lock: pages of LMDB's file that are certain to have room on the disk (see env_commit.c). */
uint64_t *env_log_pages(struct env_log *log);

#endif
