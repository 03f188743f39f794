/*
 * inside.h: between the two halves of the interception library.
 *
 * libioil.so, the *outside*, is what LD_PRELOAD loads into a program. It depends on nothing but libc, rewrites the
 * system calls of libc and ld.so, and decides in nanoseconds whether a call may concern a container. When one does for
 * the first time it loads libioil_fs.so, the *inside*, with dlmopen() into a link namespace of its own: with libdfs,
 * libdaos and a libc of their own. So the inside uses an allocator, locks and an errno that the program knows nothing
 * of, and its own system calls are not rewritten.
 *
 * What must hold
 *
 * - The outside enters the inside with all signals blocked (also those that libc keeps for itself), and vector
 * registers saved: a system call may be made where a function call may not. So no thread is inside twice, whatever its
 * signal handlers do.
 * - The inside never calls the program's code and writes to no descriptor of the program's.
 * - Nothing is inside while the program forks: the outside's pthread_atfork() handlers call fork_prepare(), and so on.
 * - Every descriptor that the inside keeps for itself is high (from config.fd_base on) and close-on-exec, and the
 * program cannot close it: the outside refuses what is IL_KIND_INTERNAL.
 */
#ifndef DFUSE_INSIDE_H
#define DFUSE_INSIDE_H

#include <stdint.h>
#include <limits.h>

#define IL_INSIDE_NAME	 "libioil_fs.so"
#define IL_INSIDE_SYMBOL "il_inside"
#define IL_INSIDE_ABI	 2

/* "Not answered": the call, as it now stands in struct il_call, is to be made by the kernel. */
#define IL_PASS LONG_MIN

/* What a descriptor is. The inside writes the table, the outside reads it without a lock. */
enum il_kind {
	IL_KIND_NONE,	  /* nothing of ours */
	IL_KIND_FILE,	  /* the plain file of a regular file: reading and writing it needs nobody's help */
	IL_KIND_DIR,	  /* a placeholder for an open directory */
	IL_KIND_PATH,	  /* a placeholder for something opened with O_PATH */
	IL_KIND_INTERNAL, /* the library's own: the program does not see it */
};

#define IL_FD_MAX (1 << 20) /* descriptors from here on are never ours */

/*
 * A system call. If it returns IL_PASS, the inside may have changed number and arguments (a path that leads out of the
 * container becomes absolute, in `path` or `path2`).
 */
struct il_call {
	long nr;
	long arg[6];
	int carried; /* out: the answer is the library's (for the report) */
	int vfork;   /* in: a child of vfork() makes it: the descriptor tables of process and library differ */
	char *path;  /* of PATH_MAX bytes each, for the inside's use; valid until the call has been made */
	char *path2;
};

/* A place in the file tree that stands for containers. */
struct il_mount {
	const char *point;  /* absolute, no trailing slash, no links in it; "": not known (yet) */
	const char *pool;   /* label or UUID; NULL: the first component below `point` */
	const char *cont;   /* label or UUID; NULL: the next component */
	const char *system; /* NULL: the default */
	int is_real;	    /* a dfuse mount: the kernel can do what the library cannot */
	int read_only;	    /* mounted so */
	uint64_t dev;	    /* st_dev of what is in it */
};

/* A descriptor that goes on into the next program. They differ only in a child of vfork(), which has its own. */
struct il_heir {
	int fd;	  /* there */
	int from; /* in the inside's table */
};

struct il_config {
	unsigned abi; /* IL_INSIDE_ABI */
	unsigned nr_mounts;
	const struct il_mount *mounts;
	_Atomic uint8_t *kinds;		 /* [IL_FD_MAX] */
	int fd_base;			 /* where the inside's own descriptors begin */
	_Atomic unsigned *umask;	 /* the process's, which no system call tells without changing it */
	_Atomic unsigned *creds_changes; /* grows when user or groups of the process change */
	char **environment;  /* as it was at start: the program's own may change, and be freed, at any time */
	const char *inherit; /* what inherit() of the program that exec'ed this one gave; NULL */
	/*
	 * The working directory: absolute path, or NULL where the kernel's is right. The inside sets it to tell the
	 * outside that relative paths are to be brought to it.
	 */
	_Atomic int *cwd_inside;
	struct board *board; /* zeroed, for the inside to write (board.h); NULL: there is none */
};

struct il_inside {
	unsigned abi;

	/* Once. 0 or an errno: then the library steps aside. */
	int (*start)(const struct il_config *config);

	/* Signals are blocked. The kernel's return value (-errno), or IL_PASS. */
	long (*call)(struct il_call *call);

	void (*fork_prepare)(void);
	void (*fork_parent)(void);
	void (*fork_child)(void);

	/*
	 * Before an exec: placeholders that go on into the next program become the real thing where there is a mount.
	 * For a program that will be intercepted: a text, in `buf`, for its config.inherit. Its length, or -1 if it
	 * does not fit. `heirs` are the descriptors of ours that stay open; `cwd` is where the program will be: NULL:
	 * where the inside is; "": where the kernel is; or an absolute path.
	 */
	long (*inherit)(char *buf, unsigned long size, const struct il_heir *heirs, unsigned nr_heirs, const char *cwd);
};

#endif
