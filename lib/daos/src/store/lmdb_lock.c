#include "lmdb_lock.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0xBEEFC0DEU
#define SIZE  4096
#define AT    ((8 + sizeof(pthread_mutex_t) + 7) / 8) /* where the number is, in words */
#define TRIES 100

const volatile uint64_t *lmdb_lock_map(const char *path, bool create)
{
	char name[PATH_MAX];
	struct stat st;
	void *p = MAP_FAILED;
	int fd;

	if (snprintf(name, sizeof(name), "%s/db-lock", path) >= (int)sizeof(name))
		return NULL;
	fd = open(name, (create ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd < 0)
		return NULL;
	if (create && fstat(fd, &st) == 0 && st.st_size < SIZE && ftruncate(fd, SIZE) != 0)
		create = false; /* as short as it was: not to be used */
	if (fstat(fd, &st) == 0 && st.st_size >= SIZE)
		p = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : (const volatile uint64_t *)p + AT;
}

void lmdb_lock_unmap(const volatile uint64_t *word)
{
	if (word != NULL)
		munmap((void *)(uintptr_t)(word - AT), SIZE);
}

/* Others may commit meanwhile: then once more. */
bool lmdb_lock_is_good(const volatile uint64_t *word, MDB_env *mdb)
{
	MDB_txn *txn;

	if (*(const volatile uint32_t *)(word - AT) != MAGIC)
		return false;
	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t before = lmdb_lock_txnid(word), id;

		if (mdb_txn_begin(mdb, NULL, MDB_RDONLY, &txn) != 0)
			return false;
		id = mdb_txn_id(txn);
		mdb_txn_abort(txn);
		if (before == id)
			return true;
		if (before > id)
			return false;
	}
	return false;
}
