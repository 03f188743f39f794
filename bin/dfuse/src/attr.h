/*
 * attr.h: the attributes of an inode as the kernel gets them.
 */
#ifndef DFUSE_ATTR_H
#define DFUSE_ATTR_H

#include "mount.h"

/* Current attributes. 0 or errno. Works for unlinked inodes too. */
int attr_get(struct mount *m, struct inode *inode, struct stat *st);

/* The same after a change that was made through the kernel: it knows, and nothing of what it has cached is wrong. */
int attr_get_own(struct mount *m, struct inode *inode, struct stat *st);

/*
 * Turn what DFS says (dfs_stat and its relatives) into what the kernel gets: inode number, a remembered access time;
 * and remember it.
 */
void attr_complete(struct inode *inode, struct stat *st);

/*
 * Whether a file that is not open here has another size or time than the kernel was told last. With write-back caching
 * the kernel never takes these over for an inode it knows.
 */
bool attr_changed_by_others(struct mount *m, struct inode *inode, const struct stat *st);

/*
 * How long the kernel may keep attributes and names of this inode, in seconds. Nothing of a file that others may be
 * writing to is kept: nobody tells us of what is written to a plain file.
 */
struct attr_times {
	double attr, entry;
};
struct attr_times attr_times(struct mount *m, const struct inode *inode);

/* Attributes of a level that no container holds. */
void attr_synthetic(struct mount *m, const struct inode *inode, struct stat *st);

static inline int64_t attr_ns(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline struct timespec attr_timespec(int64_t ns)
{
	struct timespec t = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};

	if (t.tv_nsec < 0) {
		t.tv_nsec += 1000000000;
		t.tv_sec--;
	}
	return t;
}

#endif
