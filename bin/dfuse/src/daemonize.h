/*
 * daemonize.h: start in the background such that the command's exit status tells whether the mount serves.
 *
 * daemonize_begin() forks before anything else has started threads. The parent never returns: it waits, and exits with
 * the status that the child reports, or EXIT_OTHER when the child dies without a word. The child prints its own error
 * messages: it keeps the terminal until daemonize_ready().
 */
#ifndef DFUSE_DAEMONIZE_H
#define DFUSE_DAEMONIZE_H

/* Returns in the child only, with the descriptor to report on; -1 and errno: nothing was forked. */
int daemonize_begin(void);

/* The mount serves: let go of terminal and working directory, and of the waiting parent (status 0). */
void daemonize_ready(int fd);

/* It will not: the parent exits with `code`. */
void daemonize_failed(int fd, int code);

#endif
