/*
 * calls.h: the system calls of interest, each declared once: which arguments are paths and descriptors.
 *
 * Reading, writing, mapping and the like are not here: the descriptor of a file is that of its plain file.
 */
#ifndef DFUSE_IL_CALLS_H
#define DFUSE_IL_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "inside.h"

#define IL_NR_MAX     512 /* numbers from here on are of no interest */

#define IL_MASK(kind) (1U << (kind))
#define IL_ANY_KIND   (IL_MASK(IL_KIND_FILE) | IL_MASK(IL_KIND_DIR) | IL_MASK(IL_KIND_PATH) | IL_MASK(IL_KIND_INTERNAL))

/* Calls that take more than a look at their arguments. */
enum il_special {
	IL_PLAIN,
	IL_CHDIR, /* and fchdir: the working directory changes */
	IL_CLOSE,
	IL_CLOSE_RANGE,
	IL_DUP, /* dup, dup2, dup3 */
	IL_FCNTL,
	IL_GETCWD,
	IL_EXEC,
	IL_CLONE, /* vfork and its like */
	IL_SECCOMP,
	IL_PRCTL,
	IL_EXIT,
	IL_UMASK,
	IL_CREDS,    /* the process becomes somebody else */
	IL_SOCKADDR, /* bind, connect: a path in a socket's address */
};

/* Places of arguments are counted from 1; 0: there is none. */
struct il_desc {
	uint16_t nr;
	char name[18];
	uint8_t path[2];
	uint8_t dirfd[2]; /* of path[i]; 0: the working directory */
	uint8_t flags;	  /* may hold AT_EMPTY_PATH: then an empty path stands for dirfd[0] */
	uint8_t fd;
	uint8_t empty_path; /* an empty path always stands for dirfd[0] */
	uint8_t null_path;  /* no path at all stands for dirfd[0] */
	uint8_t special;    /* enum il_special */
};

extern const struct il_desc il_descs[];
extern const unsigned il_ndescs;

/* Before anything else: makes the look-up by number. */
void il_calls_init(void);

/* NULL: of no interest. */
const struct il_desc *il_call_find(long nr);

/* For il_site_find(). */
int il_call_wanted(long nr);

#endif
