/*
 * table.h: answers as columns, and as lines of "name : value".
 *
 * Cells are copied. A few hundred bytes that cannot be had end the program: nothing useful could be printed.
 */
#ifndef DAOS_TOOL_TABLE_H
#define DAOS_TOOL_TABLE_H

#include "context.h"

struct table;

/* A table with `columns` titles. */
struct table *table_new(int columns, ...);

/* One more row: as many cells as there are titles. */
void table_row(struct table *t, ...);

/* Titles, a rule, the rows; each line begins with `indent`, each cell ends with a blank. */
void table_print(const struct context *ctx, const struct table *t, const char *indent);
void table_free(struct table *t);

/* Lines of "  name: value": names padded to `width` (0: to the longest), values to the longest. */
struct fields;

struct fields *fields_new(void);
void fields_add(struct fields *f, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void fields_print(const struct context *ctx, const struct fields *f, size_t width);
void fields_free(struct fields *f);

#endif
