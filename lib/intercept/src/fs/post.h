/*
 * post.h: what the inside puts on the board (../board.h), for calls that need not come in.
 *
 * A card hangs on the node that its path leads to, or on the one that says there is no such name. Whatever changes a
 * node drops its cards (node.c). What lies below a directory, or behind a link, does not hang on it: so when one of
 * these is taken away, or its rights change, all cards of the container are void.
 */
#ifndef DFUSE_IL_POST_H
#define DFUSE_IL_POST_H

#include "path.h"

/* The container has been opened. */
void post_begin(struct fs *fs);

/*
 * The call's path led to place->node. `st`: what was answered; NULL: only rights are known. `flags`: the walk's. Not
 * for children of vfork().
 */
void post_found(const struct il_call *c, int path_arg, int flags, const struct place *place, const struct stat *st);

/* There was no such name. */
void post_missing(const struct il_call *c, int path_arg, int flags, const struct place *place);

/* An open descriptor is of `n`. */
void post_open(const struct il_call *c, struct node *n, const struct stat *st);

/* A call begins: what the outside has opened is taken over. And it ends. */
void post_enter(void);
void post_leave(void);

/* What descriptor and working directory are; NULL: nothing of ours. */
void post_fd(int fd, const struct node *n);
void post_cwd(const struct node *n);

/* The node's cards are no longer right. */
void post_drop(struct node *n);

/* None of the container's is. */
void post_void(struct fs *fs);

/* The process has become somebody else. */
void post_void_all(void);

#endif
