/*
 * abilities.h: what of the newer things in Linux and libfuse a mount uses: chosen by options and by what is possible
 * here.
 *
 * FUSE passthrough (backing.h) and the kernel's write-back cache exclude each other.
 */
#ifndef DFUSE_ABILITIES_H
#define DFUSE_ABILITIES_H

#include <stdio.h>

#include "mount.h"

/* Before mounting: set m->passthrough and m->writeback. An exit code; prints what an option asks for in vain. */
int abilities_choose(struct mount *m);

/* From the init handler: agree with the kernel on them. False: an option asks for what it does not have; prints that.
 */
bool abilities_agree(struct mount *m, struct fuse_conn_info *conn);

/* One line that says what the mount shows and uses. */
void abilities_announce(const struct mount *m);

/* For --help: what could be used here. */
void abilities_print(FILE *out);

#endif
