/*
 * sys.h: the inside's own system calls.
 *
 * In its namespace the inside is the first to be asked for a symbol. It stands in for open() and close() of libdaos,
 * libdfs and LMDB, so that their descriptors are out of the program's way, and for __register_atfork(), as the
 * program's fork() does not know their handlers.
 */
#ifndef DFUSE_IL_SYS_H
#define DFUSE_IL_SYS_H

#include <stdbool.h>

/* Whether what this thread opens from now on is hidden (it is at first). */
void hide_begin(bool hide);

/* close(2) without ado. */
void close_raw(int fd);

/* Run the handlers that were registered. */
void atfork_prepare(void);
void atfork_parent(void);
void atfork_child(void);

#endif
