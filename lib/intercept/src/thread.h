/*
 * thread.h: what the library knows of a thread, in its static TLS: reached without a call from anywhere.
 */
#ifndef DFUSE_IL_THREAD_H
#define DFUSE_IL_THREAD_H

#include <stdbool.h>
#include <stddef.h>

struct il_thread {
	bool busy;	/* the library's own doing: everything goes to the kernel */
	bool may_vfork; /* since a vfork(): this is its child, or its parent once more */
	void *exec_env; /* of an exec in a child of vfork(), which has used its parent's memory */
	size_t exec_env_size;
};

extern __thread struct il_thread il_thread __attribute__((tls_model("initial-exec"), visibility("hidden")));

#endif
