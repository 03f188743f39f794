/*
 * env_state.h: the files `lock` and `state` of an environment's directory (see env.h).
 *
 * Locks are POSIX record locks: they belong to the process, end with it, and are not inherited by a child. So one
 * process must have one descriptor of the file, and close it only when it is done with the environment.
 */
#ifndef DFUSE_STORE_ENV_STATE_H
#define DFUSE_STORE_ENV_STATE_H

#include <stdbool.h>

enum env_lock_byte {
	ENV_LOCK_OPEN, /* shared: the environment is open here; exclusive: nobody else has it open */
	ENV_LOCK_PIN,  /* exclusive: this process pins the checkpoint */
};

int env_lock_file_open(int dir_fd, int *fd);

/* Try for the exclusive lock. -DER_BUSY: another process has the byte locked. */
int env_lock_try(int fd, enum env_lock_byte byte);

/* Take the shared lock (an exclusive one that is held becomes shared). Waits. */
int env_lock_share(int fd, enum env_lock_byte byte);

void env_lock_drop(int fd, enum env_lock_byte byte);

/* Whether another process holds the byte in a way that keeps this one from locking it. */
bool env_lock_held_elsewhere(int fd, enum env_lock_byte byte);

/* The kernel's name for this boot, 36 characters; NULL where /proc does not tell. */
const char *env_boot_id(void);

/*
 * What the state file says. ENV_CLEAN: no update since the last checkpoint. ENV_OPEN: updates in this boot, so the page
 * cache has all of them. ENV_CRASHED: updates in an earlier boot, and no clean close since.
 */
enum env_state { ENV_CLEAN, ENV_OPEN, ENV_CRASHED };

int env_state_get(int dir_fd, enum env_state *state);

/* ENV_CLEAN or ENV_OPEN; on stable storage when it returns. */
int env_state_set(int dir_fd, enum env_state state);

#endif
