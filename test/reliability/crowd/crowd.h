/*
 * crowd.h: many processes that do all kinds of things to a few names at once.
 *
 * What must hold whoever does what when: no call hangs, none fails with an error that its own arguments and others'
 * unlinks and renames do not explain, and no byte is read that nobody wrote there. The bytes of a shared file are a
 * function of their offset and of the file's class, which is the first letter of its name: renames keep it. So whatever
 * the order of writes and truncates, each byte is that value or 0.
 *
 * Besides, each process has a file of its own in the same directory, of which it knows all bytes.
 */
#ifndef CROWD_H
#define CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CROWD_SIZE 65536 /* of the files, at most */

/* What a process is doing; the watching parent reads it. */
struct member {
	_Atomic int64_t since; /* when its call began, in ms; 0: it is in none */
	_Atomic uint64_t calls;
	char call[160];
};

/* The kind of files a crowd works on. */
struct kind {
	/* Prepare a process; `where` is what the command line says. */
	void (*begin)(const char *const *where);
	/* One thing out of all that can be done to shared names. */
	void (*shared)(void);
	/* One thing to the process's own file. */
	void (*own)(void);
};

extern const struct kind kind_posix, kind_dfs;

extern struct member *self;
extern unsigned self_number;
extern bool crowd_of_mounts; /* the names are changed by way of other mounts, too */

unsigned pick(unsigned n); /* 0 to n - 1 */

/* A shared name, in one of the directories; `class` 'a' or 'b'. The same buffers are used in turn. */
const char *pick_name(char class);
const char *pick_dir(void);
char pick_class(void);

void fill(char *buf, size_t len, size_t off, char class);
void check_bytes(const char *buf, size_t len, size_t off, char class, const char *what);

/* Announce a call; then judge its result: `err` is 0, or one of the errnos of `allowed`, which ends with 0. */
void calling(const char *format, ...) __attribute__((format(printf, 1, 2)));
int called(int err, const int *allowed);
#define MAY(...) ((const int[]){__VA_ARGS__, 0})
#define NEVER	 ((const int[]){0})

_Noreturn void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
