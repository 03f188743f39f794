/*
 * entry.h: from an inode to what DFS knows of it.
 *
 * A rename changes first the file system and then the places that inodes know, so whoever finds that a place does not
 * fit waits for the renames under way and looks again.
 *
 * All functions return 0 or a positive errno. ENOENT: unlinked through this mount, or no such name. ESTALE: somebody
 * else has put another object where this one was; the kernel looks the path up again.
 */
#ifndef DFUSE_ENTRY_H
#define DFUSE_ENTRY_H

#include "mount.h"

/* A DFS object for the duration of an operation. */
struct entry {
	dfs_obj_t *obj;
	bool owned; /* entry_close() releases it */
};

/* Open the inode's object by its place; `st`, if given, gets its raw attributes. flags: O_RDONLY or O_RDWR. */
int entry_open(struct mount *m, struct inode *inode, int flags, struct entry *entry, struct stat *st);
void entry_close(struct entry *entry);

/* For whoever holds inode_lock(), and so must not wait for a rename, which takes it: ESTALE may be the work of one. */
int entry_open_now(struct mount *m, struct inode *inode, int flags, struct entry *entry, struct stat *st);

/* Wait until no rename is under way, and keep it so until entry_end_quiet(). False in the thread of a rename. */
bool entry_begin_quiet(struct mount *m);
void entry_end_quiet(struct mount *m);

/* The object of a directory inode, good as a parent; it belongs to the inode. */
int entry_dir(struct mount *m, struct inode *inode, dfs_obj_t **dir);

/*
 * Look `name` up in the directory and give its inode, with a reference, and its attributes as the kernel gets them.
 * Follows a directory that stands for another container (the attribute user.daos) into that container.
 */
int entry_lookup(struct mount *m, struct inode *dir, const char *name, struct inode **inode, struct stat *st);

/* The inode for an object that this mount has just made under `name`; as entry_lookup(). `obj` stays the caller's. */
int entry_adopt(struct mount *m, struct inode *dir, const char *name, dfs_obj_t *obj, struct inode **inode,
		struct stat *st);

#endif
