/*
 * env_format.h: the record under ENV_FORMAT_KEY of LMDB's main database, which says what an environment is.
 *
 * Version 1 has no log. A program that knows no other would not see what is in the log, so the first to open such an
 * environment makes it version 2, if nobody else has it open and the disk is not full; whoever has only version 1
 * refuses it then.
 */
#ifndef DFUSE_STORE_ENV_FORMAT_H
#define DFUSE_STORE_ENV_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include <lmdb.h>

struct env_kind;
struct env_live;

#define ENV_FORMAT_KEY "format"

struct env_format {
	char magic[16];
	uint32_t version;
	uint32_t pad;
	uint64_t features;
};

/* Write it in a new environment. */
int env_format_put(MDB_txn *txn, const struct env_kind *kind);

/* Whether this program can use the environment. *old: after env_format_upgrade(). */
int env_format_check(MDB_txn *txn, const struct env_kind *kind, bool *old);

/* Nobody else has the environment open. If it fails, it is what it was. */
int env_format_upgrade(struct env_live *live, const struct env_kind *kind);

#endif
