/*
 * thread.h: what the library knows of a thread, in its static TLS: reached without a call from anywhere.
 */
#ifndef DFUSE_IL_THREAD_H
#define DFUSE_IL_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IL_VFORK_FDS   32
#define IL_PAGES_KNOWN 4

/* In a child of vfork(): the descriptor `fd` is what the table has as `from`; -1: none of ours. */
struct il_vfork_fd {
	int fd;
	int from;
};

struct il_room;

struct il_thread {
	bool busy;	/* the library's own doing: everything goes to the kernel */
	bool greeted;	/* the inside's libc knows it */
	bool may_vfork; /* since a vfork(): this is its child, or its parent once more */
	unsigned short nr_vfork_fds;
	struct il_vfork_fd vfork_fds[IL_VFORK_FDS];
	char *vfork_cwd; /* where such a child has gone; "": the kernel knows; NULL: where its parent is */
	unsigned next_page;
	uintptr_t known_page[IL_PAGES_KNOWN]; /* that can be read */
	struct il_room *exec_room;	      /* what a child of vfork() had when it became another program */
};

extern __thread struct il_thread il_thread __attribute__((tls_model("initial-exec"), visibility("hidden")));

#endif
