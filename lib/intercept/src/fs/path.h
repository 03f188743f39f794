/*
 * path.h: from what a program passes (a directory's descriptor and a path) to a place in a container, or out of it.
 *
 * As the kernel walks: component by component, search permission in every directory, at most 40 links, ".." by the
 * tree. Where a path leaves the container (".." from the root, an absolute link, a directory that stands for another
 * container), it becomes an absolute path for the kernel, or for the next round if that leads into a container again.
 */
#ifndef DFUSE_IL_PATH_H
#define DFUSE_IL_PATH_H

#include "node.h"

/* A result that is no errno: the path leads out; the call is the kernel's, with the path that is in place->outside. */
#define PATH_OUTSIDE (-1)

enum {
	PATH_FOLLOW = 1, /* a link in the last place is followed */
	PATH_EMPTY = 2,	 /* "" means the descriptor itself (AT_EMPTY_PATH) */
	PATH_NEW = 4,	 /* the last component need not be there: it is to be made, removed, renamed */
};

struct place {
	struct fs *fs;
	struct node *dir;	     /* that has the last component; NULL: the path has none (root, ".", "..", "") */
	char name[DFS_MAX_NAME + 2]; /* the last component */
	struct node *node;	     /* what is there; NULL: nothing */
	bool slash;		     /* something that must be a directory: the path ends with '/' */
	char last_dot;		     /* it ends with ".": 1, with "..": 2 */
	int fd;			     /* for PATH_EMPTY: the descriptor, else -1 */
	char *outside;		     /* PATH_MAX bytes, the caller's */
	struct node *start;	     /* where a relative path began, or the root that an absolute one led to */
	struct node *missing;	     /* after ENOENT: what says so (node_absent()); NULL: something else */
	int links;		     /* so many were followed */
	bool crossed;		     /* the way led through more than the container */
};

/*
 * 0, an errno, or PATH_OUTSIDE. With PATH_NEW a missing last component is no error: `node` is NULL.
 */
int path_walk(int dirfd, const char *path, int flags, struct place *place);

/* The descriptor of ours that /proc/self/fd/N or /dev/fd/N names, and what follows; -1: none. */
int path_fd(const char *path, const char **rest);

/* The kernel's path of a node: of a mount point's tree. */
int path_of(struct node *n, char *buf, size_t size);

/* The working directory: in a container, or NULL. Referenced by path.c. */
struct node *path_cwd(void);
void path_set_cwd(struct node *n);

/* Somebody else has renamed the working directory, or removed it: the kernel, which is there too, knows more. */
bool path_cwd_is_lost(void);

#endif
