/*
 * csum_file.h: the file sums/XX/<object id in hex> of an array: the checksums of its plain file data/XX/<the same>.
 *
 * A header, and a record for each chunk of `chunk` bytes, in their order; what is a hole or behind the end is a record
 *of zeros. doc/store-format.md has the layout.
 *
 * Every operation opens the file anew and locks it by that open file description, so that threads, processes and
 * children of fork() exclude each other. Nothing stays locked after the operation, though a child that was forked
 * meanwhile has the description still; nor when the process dies, once such children have ended or called exec():
 *
 *	the header	shared by those who read and write chunks; exclusive for what concerns the whole array
 *	a record	shared by those who read the chunk, exclusive for those who write it; with the header shared
 */
#ifndef DFUSE_STORE_CSUM_FILE_H
#define DFUSE_STORE_CSUM_FILE_H

#include "cont.h"
#include "csum_sum.h"

enum csum_state {
	CSUM_NONE,  /* the file is new */
	CSUM_CLEAN, /* bytes and checksums are on stable storage */
	CSUM_DIRTY, /* written to in the header's era */
	CSUM_BUSY,  /* somebody is changing the whole array; or was, and died: no record counts */
};

enum csum_mark {
	CSUM_EMPTY,   /* the chunk is all zeros */
	CSUM_VALID,   /* the first `len` bytes of the chunk have this checksum, and all others are zero */
	CSUM_WRITING, /* somebody is writing to the chunk; or was, and died: the checksum does not count */
};

struct csum_record {
	uint32_t mark;
	uint32_t len;
	uint8_t sum[CSUM_SUM_MAX]; /* on disk rounded up to 8 bytes */
};

struct csum_file {
	int fd;
	uint32_t type, chunk;
	size_t record_size; /* on disk */
	enum csum_state state;
	uint64_t era;
};

/* -DER_NONEXIST: there is none, and `create` is not given. */
int csum_file_open(struct cont *cont, daos_obj_id_t oid, bool create, struct csum_file *f);

/* Releases all locks, whoever else has the open file description. */
void csum_file_close(struct csum_file *f);

/*
 * Lock the header, and read it: state and era are right as long as the lock is held. Whoever has a lock on the header
 * must drop it before he takes another. -DER_CSUM: the header is damaged.
 */
int csum_file_lock(struct csum_file *f, bool exclusive);
void csum_file_unlock(struct csum_file *f);

/* With the header locked exclusively. `durable`: it is on stable storage when this returns. */
int csum_file_set_state(struct csum_file *f, enum csum_state state, uint64_t era, bool durable);

int csum_file_lock_chunks(struct csum_file *f, uint64_t first, uint64_t nr, bool exclusive);
void csum_file_unlock_chunks(struct csum_file *f, uint64_t first, uint64_t nr);

int csum_file_get(struct csum_file *f, uint64_t chunk, struct csum_record *rec);
int csum_file_put(struct csum_file *f, uint64_t chunk, const struct csum_record *rec);

/* Where the record of a chunk is: for those who cut the file or make a hole in it. */
int64_t csum_file_offset(const struct csum_file *f, uint64_t chunk);

/* The first chunk from this one on that may have a record that is not empty. False: none. */
bool csum_file_next(const struct csum_file *f, uint64_t from, uint64_t *chunk);

/* Make the names of all files of checksums that are in the directory of this one survive power loss. */
int csum_file_sync_directory(struct cont *cont, daos_obj_id_t oid);

/* The array is gone. */
void csum_file_remove(struct cont *cont, daos_obj_id_t oid);

#endif
