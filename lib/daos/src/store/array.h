/*
 * array.h: byte arrays as plain files.
 *
 * The bytes of an array object are the sparse file data/XX/<object id in hex> of its container; XX spreads the files
 * over 256 directories. The first write makes the file. Cell c of the array is at byte c * cell size.
 *
 * One `struct array` per object that a process has open, shared by its handles: those that only read (readers) and
 * those that may write (writers). It has a descriptor for reading, and a second one, read-write, from when a writer
 * needs it until the last writer is gone, so that readers do not keep a file from being at rest (rest_table.h). A
 * reader never uses the second. A destroyed array that is still open keeps working on its unlinked file, or on an
 * anonymous one if it had none; then both descriptors stay until the last handle is gone.
 *
 * Removing an object puts a tomb (array_tomb.h) in its transaction; the file is unlinked later.
 *
 * CONT_DB_ARRAY: key = object id (16 bytes): struct array_shape, only where it is not 1 byte and 1 MiB; key = 't',
 * object id: a tomb, empty.
 *
 * Space: the file `usage` of the container, mapped by every process, counts the 512-byte blocks of all plain files.
 * It is corrected when a written array is closed, and exact while no process has died with written arrays open, and no
 * descriptors were given away (array_open.h): nobody tells when those are closed, so the files are counted anew when
 * somebody asks, if any was given since they were counted last; though not all the time, where that takes long.
 */
#ifndef DFUSE_STORE_ARRAY_H
#define DFUSE_STORE_ARRAY_H

#include <stdatomic.h>
#include <sys/stat.h>

#include <daos_obj.h>

#include "cont.h"

struct array_shape {
	uint64_t cell_size, chunk_size;
};

struct array {
	struct cont *cont;
	daos_obj_id_t oid;
	atomic_int fd;		    /* for reading; -1 until needed */
	atomic_int write_fd;	    /* for reading and writing, of writers; -1 until needed */
	atomic_uint_fast64_t claim; /* of write_fd: see rest_claim() */
	atomic_bool destroyed;	    /* the file is unlinked */
	atomic_bool counted;	    /* base is set: the file may have grown since */
	atomic_bool rooted;	    /* its directory was synced since it was opened here */
	atomic_int_fast64_t base;   /* blocks when this process began to write */
	unsigned refs;		    /* handles; under the lock of all array tables */
	unsigned writers;	    /* of them */
	struct array *next;
};

/* The array of an object, with a reference, as a reader or a writer. */
int array_get(struct cont *cont, daos_obj_id_t oid, bool writer, struct array **out);
void array_put(struct array *a, bool writer);

/*
 * The only writer has done with write_fd, which is closed, and nobody has a descriptor that came from it: the file is
 * noted as at rest, if nobody else has it open. With other writers nothing happens.
 */
void array_settle(struct array *a);

/* A descriptor of the plain file to read from, which the array keeps. -DER_NONEXIST: there is none. */
int array_fd(struct array *a, bool writer, int *fd);

/*
 * The same for writers, to read and write. `create`: make it if there is none, with `shape` remembered; otherwise
 * -DER_NONEXIST.
 */
int array_write_fd(struct array *a, bool create, const struct array_shape *shape, int *fd);

/* Must be called before the file is written through array_write_fd(). */
int array_will_write(struct array *a, int fd);

/* st_size, st_blocks, st_mtim; zeros if there is no file. */
int array_stat(struct array *a, bool writer, struct stat *st);

/* fdatasync of the file and, the first time, of its directory, whoever made it. */
int array_sync(struct array *a, bool writer);

/* What is remembered of an object's shape, or the default. */
int array_shape_get(struct env_txn *txn, daos_obj_id_t oid, struct array_shape *shape);

/* Inside the transaction of a removal: forget the shape, note a tomb if there is a plain file. */
int array_bury(struct cont *cont, struct env_txn *txn, daos_obj_id_t oid);

/* After that transaction: those who have it open keep the plain file, and its space is free. */
void array_retire(struct cont *cont, daos_obj_id_t oid);

/* Whether there is a plain file, and no tomb. */
bool array_exists(struct cont *cont, daos_obj_id_t oid);

/* Forget the table behind cont->arrays: the container is being closed, so no array of it is open. */
void array_table_destroy(struct cont *cont);

/* Bytes on disk of all arrays of the container. */
int array_disk_usage(struct cont *cont, uint64_t *bytes);

/* A descriptor was given away for writing. */
void array_given_away(struct cont *cont);

/* Whether the count has to be corrected for that. *now: it is time. */
bool array_is_miscounted(struct cont *cont, bool *now);

/* Count the plain files' blocks and correct the file `usage`. */
int array_recount(struct cont *cont, uint64_t *bytes);

#endif
