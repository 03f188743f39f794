#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of `columns` cells one after the other; row 0 holds the titles. */
struct table {
	int columns;
	size_t cells;
	size_t room;
	char **cell;
};

static void add_cell(struct table *t, char *text)
{
	if (t->cells == t->room) {
		size_t room = t->room != 0 ? t->room * 2 : 64;
		char **cell = realloc(t->cell, room * sizeof(*cell));

		if (cell == NULL)
			abort();
		t->cell = cell;
		t->room = room;
	}
	t->cell[t->cells++] = text;
}

static char *copy(const char *text)
{
	char *s = strdup(text);

	if (s == NULL)
		abort();
	return s;
}

struct table *table_new(int columns, ...)
{
	struct table *t = calloc(1, sizeof(*t));
	va_list ap;

	if (t == NULL)
		abort();
	t->columns = columns;
	va_start(ap, columns);
	for (int i = 0; i < columns; i++)
		add_cell(t, copy(va_arg(ap, const char *)));
	va_end(ap);
	return t;
}

void table_row(struct table *t, ...)
{
	va_list ap;

	va_start(ap, t);
	for (int i = 0; i < t->columns; i++)
		add_cell(t, copy(va_arg(ap, const char *)));
	va_end(ap);
}

static int column_width(const struct table *t, int column)
{
	size_t width = 0;

	for (size_t i = column; i < t->cells; i += t->columns)
		if (strlen(t->cell[i]) > width)
			width = strlen(t->cell[i]);
	return (int)width;
}

/* `text` on every cell's place instead of the cell itself, one sign per sign of the title. */
static void print_rule(const struct context *ctx, const struct table *t, const char *indent)
{
	out(ctx, "%s", indent);
	for (int i = 0; i < t->columns; i++) {
		int len = (int)strlen(t->cell[i]);

		for (int j = 0; j < column_width(t, i); j++)
			out(ctx, "%c", j < len ? '-' : ' ');
		out(ctx, " ");
	}
	out(ctx, "\n");
}

void table_print(const struct context *ctx, const struct table *t, const char *indent)
{
	for (size_t row = 0; row < t->cells / t->columns; row++) {
		out(ctx, "%s", indent);
		for (int i = 0; i < t->columns; i++)
			out(ctx, "%-*s ", column_width(t, i), t->cell[row * t->columns + i]);
		out(ctx, "\n");
		if (row == 0)
			print_rule(ctx, t, indent);
	}
}

void table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->cells; i++)
		free(t->cell[i]);
	free(t->cell);
	free(t);
}

/* Two cells a line. */
struct fields {
	struct table table;
};

struct fields *fields_new(void)
{
	struct fields *f = calloc(1, sizeof(*f));

	if (f == NULL)
		abort();
	f->table.columns = 2;
	return f;
}

void fields_add(struct fields *f, const char *name, const char *fmt, ...)
{
	char *value;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&value, fmt, ap) < 0)
		abort();
	va_end(ap);
	add_cell(&f->table, copy(name));
	add_cell(&f->table, value);
}

void fields_print(const struct context *ctx, const struct fields *f, size_t width)
{
	int names = width != 0 ? (int)width : column_width(&f->table, 0);
	int values = column_width(&f->table, 1);

	for (size_t i = 0; i < f->table.cells; i += 2)
		out(ctx, "  %-*s: %-*s\n", names, f->table.cell[i], values, f->table.cell[i + 1]);
}

void fields_free(struct fields *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->table.cells; i++)
		free(f->table.cell[i]);
	free(f->table.cell);
	free(f);
}
