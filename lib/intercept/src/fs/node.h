/*
 * node.h: what is known of files, directories and links, by place.
 *
 * A node is an object of the container under the name by which it was found. Nodes are kept in a table by parent and
 * name. What the table says holds as long as the container has not changed (fs->gen); afterwards a node is asked for
 * again, and keeps its identity if the same object is still there.
 *
 * A node that was removed or replaced in this process, or is found to have gone, is out of the table (`gone`), and
 * lives while it is referenced: by an open file, the working directory, or nodes below it.
 */
#ifndef DFUSE_IL_NODE_H
#define DFUSE_IL_NODE_H

#include "fs.h"

struct node {
	struct fs *fs;
	struct node *parent; /* referenced; NULL: the root */
	struct node *next;   /* in the table */
	char *name;	     /* "" for the root */
	uint32_t hash;
	unsigned refs;
	unsigned children; /* of its refs */
	bool listed;	   /* in the table */
	bool buried;	   /* to be freed */
	bool absent;	   /* there is no such name */
	bool gone;	   /* it has lost its name */
	bool removed;	   /* and there is no other name */
	bool linked;	   /* stands for another container: left to the kernel */
	uint64_t checked;  /* the generation in which it was looked up */
	daos_obj_id_t oid;
	struct stat st;	  /* as it was then */
	off_t plain_size; /* of a regular file: what its array said then */
	blkcnt_t plain_blocks;
	struct timespec plain_mtime;
	struct timespec atime; /* if set by utimensat(): DFS has none */
	bool has_atime;
	dfs_obj_t *dir;	     /* a directory, open */
	char *target;	     /* of a link */
	unsigned peeks;	     /* how often its array was asked */
	unsigned open_files; /* of this process, on the plain file */
	int kept_fd;	     /* a descriptor that lives as long as they do, + 1; 0: none. See file.h */
	struct stash *stash; /* extended attributes of one that is gone */
	uint64_t id;	     /* never used again */
	struct node *next_id;
	unsigned cards; /* the first of its on the board (post.c) */
};

struct node *node_ref(struct node *n);
void node_put(struct node *n);

int node_new_root(struct fs *fs, struct node **out);

/*
 * `name` in a directory; the node is valid until the call ends unless referenced. ENOENT, ENAMETOOLONG. *out is NULL on
 * errors.
 */
int node_lookup(struct node *dir, const char *name, struct node **out);

/* What says that there is no such name, after ENOENT; NULL: nothing. */
struct node *node_absent(struct node *dir, const char *name);

/* The node with this number, if there still is one. */
struct node *node_by_id(uint64_t id);

/* st_ino. */
uint64_t node_ino(const struct node *n);

/* Attributes. For one that is gone, those it had; `fd`: of its plain file, or -1. */
int node_stat(struct node *n, int fd, struct stat *st);

/* Only what permission checks need: not size and times of a file's bytes. */
int node_mode(struct node *n, struct stat *st);

/* Look whether it, and all above it, still are where they were: what is not is `gone` afterwards. */
int node_check(struct node *n);

/* The directory's object. ENOTDIR; ENOENT: it was removed. */
int node_dir(struct node *n, dfs_obj_t **obj);

/* Open the object by its place; to be released with dfs_release() unless it is `n->dir`. ENOENT: it is gone. */
int node_open(struct node *n, int flags, dfs_obj_t **obj);
void node_close(struct node *n, dfs_obj_t *obj);

/* This process has just made `obj`, which is taken over. */
int node_created(struct node *dir, const char *name, dfs_obj_t *obj, struct node **out);

/* What this process has done: */
void node_added(struct node *dir, const char *name);
void node_removed(struct node *n);
void node_moved(struct node *n, struct node *dir, const char *name);
void node_swapped(struct node *a, struct node *b);
void node_touched(struct node *n);  /* attributes */
void node_reshaped(struct node *n); /* attributes that matter to what is below it */

/* The path from the container's root, "" for the root itself. ENOENT: gone; ENAMETOOLONG. */
int node_path(struct node *n, char *buf, size_t size);

/* The path from a directory above, without a leading slash. */
int node_path_below(struct node *n, struct node *above, char *buf, size_t size);

/* Whether `n` is `dir` or below it. */
bool node_is_below(struct node *n, struct node *dir);

/* Keep the table from growing for ever. Nothing that is not referenced is valid afterwards. */
void node_trim(void);

#endif
