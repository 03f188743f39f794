/*
 * system.h: systems: the directories that pools live in.
 *
 * A system is the directory $DAOS_LOCAL_ROOT/<name>. Without that variable the root is $XDG_DATA_HOME/daos, and without
 * that one ~/.local/share/daos. It is made by the first creation of a pool, for its owner alone (mode 0700).
 *
 * It holds an environment with the registry of its pools (registry.h), and the pools' directories (pool.h).
 */
#ifndef DFUSE_STORE_SYSTEM_H
#define DFUSE_STORE_SYSTEM_H

#include <daos_types.h>

#include "env.h"
#include "registry.h"

#define SYSTEM_NAME_DEFAULT "daos_server"

struct system {
	struct env *env;
	struct registry pools;
	char name[DAOS_SYS_NAME_MAX + 1];
	char *path; /* absolute, without symbolic links */
};

/* The valid name that `name` (NULL or "": the default) stands for, or NULL. */
const char *system_name(const char *name);

/*
 * Open a system; with `create`, make it where it does not exist. -DER_INVAL: not a valid name; -DER_NONEXIST: there is
 * none; and the errors of env_open().
 */
int system_open(const char *name, bool create, struct system **out);

/* Open the system in the directory `path`. */
int system_open_path(const char *name, const char *path, struct system **out);

void system_close(struct system *sys);

#endif
