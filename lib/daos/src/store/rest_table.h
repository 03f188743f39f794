/*
 * rest_table.h: what is known of plain files that nobody has open for writing.
 *
 * The file `rest` of a container is mapped by every process. It is a table of slots of 64 bytes, by object id. A slot
 * has two things that have nothing to do with each other:
 *
 *	a count	of the objects whose home the slot is: how often one of them was opened for writing
 *	a note	about some object: size, blocks and time of its plain file, and that object's count when the
 *		file was looked at
 *
 * A note is right as long as the count is the same. So whoever opens a file for writing adds one to the count, after
 * open(2) and before anything is written, and need not know whether there is a note; a process that dies has either
 * counted or not opened. Whoever makes a note reads the count first, then finds that nobody has the file open for
 * writing (lease.h) and looks at it; should somebody open it afterwards, the note was wrong before it was written.
 *
 * Notes are written without a lock: their checksum tells a note that two wrote at once, or that is damaged or of
 *another boot, from a good one. A note that was lost is made again.
 *
 * Pages of slots take room on disk when the first note is made there; a bit in the header's map says so. Opening a
 * file whose page is not there counts nothing: whoever makes the page finds the file open.
 *
 * Objects made one after another are neighbours in the table.
 */
#ifndef DFUSE_STORE_REST_TABLE_H
#define DFUSE_STORE_REST_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "cont.h"

enum rest_kind {
	REST_NONE,   /* nothing known */
	REST_SEEN,   /* somebody has asked `seen` times */
	REST_FILE,   /* at rest */
	REST_ABSENT, /* there is no plain file */
};

struct rest_note {
	enum rest_kind kind;
	uint64_t count;
	uint64_t seen;
	off_t size;
	blkcnt_t blocks;
	struct timespec mtime;
};

/*
 * The note that is there, with the count that a new one is to have. False: the container has no table (a full or
 * read-only disk, a host that does not tell its boot id), so nothing can be noted.
 */
bool rest_find(struct cont *cont, daos_obj_id_t oid, struct rest_note *note);

/* Where the count is in memory; NULL: nowhere yet. Valid until rest_close(). */
const volatile uint64_t *rest_count_word(struct cont *cont, daos_obj_id_t oid);

/* Make a note with the count that rest_find() gave. It may be lost. */
void rest_note(struct cont *cont, daos_obj_id_t oid, const struct rest_note *note);

/* The object's file is open for writing now, or gone, or its times were set. Where this fails it must be closed again.
 */
int rest_disturb(struct cont *cont, daos_obj_id_t oid);

/*
 * Who opens a file for writing and is the only one knows at the end, without asking the kernel, that it is at rest: if
 * nobody had it open before, and the count is still what it was made. rest_claim() is rest_disturb() for that.
 *
 * `before`: what rest_find() gave, false if it failed, before the file was opened or made. *claim: not 0 if nobody else
 * had it open for writing: it was made now, or was at rest. Somebody who has opened it but not counted yet does so
 * before he writes.
 */
int rest_claim(struct cont *cont, daos_obj_id_t oid, const struct rest_note *before, bool found, bool made,
	       uint64_t *claim);

/* The one who claimed the file has done with writing, and nobody has a descriptor that came from his. */
void rest_settle(struct cont *cont, daos_obj_id_t oid, uint64_t claim, const struct stat *st);

#define REST_STOCK 4096 /* files at most */

/* Which files are in the stock (stock.h). It is here because it is void in another boot, as everything here is. */
struct rest_stock {
	atomic_uint_fast64_t open;	  /* what another boot left has been cleared away */
	atomic_uint_fast64_t wanted;	  /* so many files are to be kept ready */
	atomic_uint_fast64_t missed;	  /* so often there was none */
	atomic_uint_fast64_t given, next; /* where to look first */
	atomic_uint_fast64_t there[REST_STOCK / 64];
};

/* NULL: the container has no table. */
struct rest_stock *rest_stock(struct cont *cont);

/* The container is being closed. */
void rest_close(struct cont *cont);

#endif
