/*
 * link.h: directories that stand for a container (`daos container create --path`): their attribute user.daos says
 * which.
 */
#ifndef DFUSE_LINK_H
#define DFUSE_LINK_H

#include "mount.h"

/* "DAOS.POSIX://<pool UUID>/<container UUID>", not terminated. */
#define LINK_TEXT_LEN (sizeof("DAOS.POSIX:///") - 1 + 36 + 36)

void link_text(const struct container *cont, char text[LINK_TEXT_LEN + 1]);

/* ENODATA: `obj` is a plain directory. Otherwise 0, with the root of the container (referenced) and its attributes; or
 * errno. */
int link_follow(struct mount *m, struct inode *dir, const char *name, dfs_obj_t *obj, struct inode **inode,
		struct stat *st);

/* The root of a container as an inode under `name`, with its attributes. 0 or errno. */
int link_root(struct mount *m, struct inode *dir, const char *name, struct container *cont, struct inode **inode,
	      struct stat *st);

#endif
