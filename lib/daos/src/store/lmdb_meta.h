/*
 * lmdb_meta.h: LMDB's meta pages, as the file format of LMDB 0.9 has them.
 *
 * Pages 0 and 1 of the file are meta pages; the one with the higher transaction number is the current root of
 *everything. A transaction writes the page that its number's lowest bit selects. LMDB has no call to save or restore
 *one, which is what a checkpoint (checkpoint.h) is made of, so this file knows the layout:
 *
 *	offset 0	page header: u64 page number, u16 pad, u16 flags (8: meta page), u32
 *	offset 16	u32 0xBEEFC0DE, u32 version (1), u64 address, u64 map size, 2 * 48 bytes of tree roots
 *			(the first of them begins with the page size, u32; the root page's number is its last u64),
 *			u64 last page, u64 transaction
 */
#ifndef DFUSE_STORE_LMDB_META_H
#define DFUSE_STORE_LMDB_META_H

#include <stddef.h>
#include <stdint.h>

#include <lmdb.h>

#define LMDB_META_LEN 152 /* bytes of a meta page that mean something */

struct lmdb_meta {
	uint32_t page_size;
	uint64_t txnid;
	unsigned char page[LMDB_META_LEN];
};

/* The current meta page of the open database file. -DER_DF_INVAL: not an LMDB file, or shorter than it says. */
int lmdb_meta_read(int fd, struct lmdb_meta *meta);

/* Make `meta` the current one, in both slots, and sync the file. No process may have the environment open. */
int lmdb_meta_write(int fd, const struct lmdb_meta *meta);

/*
 * A commit failed. If that was because the meta page could not be written, LMDB answers MDB_PANIC to everything from
 * then on, until the environment is closed. There is no need for that: it has given the page its old transaction number
 * again, so the other one is current as before, and is all that the next transaction builds on. So this takes the mark
 * away.
 */
void lmdb_meta_forgive(MDB_env *mdb);

#endif
