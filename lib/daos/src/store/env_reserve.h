/*
 * env_reserve.h: room for removing things when the disk is full.
 *
 * LMDB never overwrites, so an update that removes something needs free pages, too. The file `reserve` of an
 * environment holds ENV_RESERVE bytes. When an update that makes room finds none, the file gives them back and the
 * update is done again; the thread that makes checkpoints restores it when there is room.
 */
#ifndef DFUSE_STORE_ENV_RESERVE_H
#define DFUSE_STORE_ENV_RESERVE_H

#include <stdbool.h>

#define ENV_RESERVE (1 << 20)

/* Have the reserve, if there is room for it. False: there is none; a later try may find it. */
bool env_reserve_keep(int dir_fd);

/* Give it back to the disk. False: it was not there. */
bool env_reserve_give(int dir_fd);

#endif
