/*
 * expect.h: what may and what must be in a container after the power was lost at some moment, by the marks of the
 * workload (workload.h). A moment is the number of records before it.
 *
 * Names: the state after one of the changes of names, not older than the last one that was acknowledged when the last
 * completed sync began, not newer than the one under way. A file: each cell as it was with the file's last completed
 * sync or as a later write made it; a cell that was written but not synced, or was cut off later, may also be zeros
 * or missing.
 */
#ifndef POWERLOSS_EXPECT_H
#define POWERLOSS_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct expect;

struct expect *expect_new(void);
void expect_free(struct expect *e);

/* A mark, which is the record number `moment`. All marks are given before anything is asked. */
bool expect_mark(struct expect *e, size_t moment, const char *text, size_t len);

/* Whether the container was there, on stable storage. */
bool expect_ready(const struct expect *e, size_t moment);

/*
 * Names as text: a line `kind path hi.lo` or `l path target` for each, sorted. True if it is one of the states that may
 * be; else `why` is the text of the newest one, to be freed.
 */
bool expect_names(const struct expect *e, size_t moment, const char *names, char **why);

/* A file's contents. NULL, or what is wrong with them. */
const char *expect_file(const struct expect *e, size_t moment, uint64_t hi, uint64_t lo, const void *data, size_t size);

#endif
