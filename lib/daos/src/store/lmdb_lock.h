/*
 * lmdb_lock.h: the number from which LMDB's readers go, in the lock file, as LMDB 0.9 has it.
 *
 * A transaction is there for readers once its number is in the lock file; LMDB has no call that tells it but beginning
 *a transaction. The file begins with
 *
 *	offset 0	u32 0xBEEFC0DE, u32 format, a pthread_mutex_t, then u64: the last transaction
 *
 * LMDB locks the file with fcntl(2), and closing any descriptor of it ends those locks: so it is opened here before
 * LMDB has it open, mapped, and closed.
 */
#ifndef DFUSE_STORE_LMDB_LOCK_H
#define DFUSE_STORE_LMDB_LOCK_H

#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The lock file of the environment in the directory `path`, which this process does not have open; `create`: it is
 * about to be made. NULL: there is none.
 */
const volatile uint64_t *lmdb_lock_map(const char *path, bool create);
void lmdb_lock_unmap(const volatile uint64_t *word);

/* Whether it is what it should be, now that LMDB has it open. */
bool lmdb_lock_is_good(const volatile uint64_t *word, MDB_env *mdb);

static inline uint64_t lmdb_lock_txnid(const volatile uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

#endif
