/*
 * stock.h: a stock of empty plain files.
 *
 * To make a file costs the host's file system 20 to 50 us, and a hundred times that after many were removed (ext4 looks
 * for an inode that was not used lately); to remove one costs 10. To rename one costs 10. So the directory `stock` of a
 * container has ready files for arrays that are written for the first time. The thread that makes checkpoints fills it,
 * with the files of removed arrays if there are any, and with as many new ones as have been missed.
 *
 * Files are named by number; which are there is told by a bit map that all processes share (rest_table.h). Who clears a
 * bit has the file. A process that dies then leaves a file without a bit, which is cleared away in the next boot.
 *
 * A file comes back to the stock only if nobody has it open: it is renamed first, so that nobody can find it any more,
 * and then the kernel is asked (lease.h). It is empty, has no blocks and one name, and its time is 1970, older than
 * that of every entry, so that an array made by opening a file has that file's time until it is written.
 *
 * After a power failure a host without journal might have a file under two names. So the stock does not outlive
 * the boot: what is found in the next one is unlinked.
 */
#ifndef DFUSE_STORE_STOCK_H
#define DFUSE_STORE_STOCK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "cont.h"

/* Put a ready file at `name` below data/, where there is none. False: make one. */
bool stock_take(struct cont *cont, const char *name);

/* Remove the plain file `name`, to the stock if it is of use there. */
void stock_give(struct cont *cont, const char *name);

/* Make what has been missed, but for a moment only. True: more is to be done. `arg`: the container. */
bool stock_fill(void *arg, const atomic_bool *stop);

/* The container is being closed, and nothing of the above is running. */
void stock_close(struct cont *cont);

#endif
