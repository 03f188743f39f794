/*
 * inherit.h: what a program leaves to the one that takes its place by exec.
 *
 * The text has a line for each thing: "c PATH" is the working directory, where only the library knows it (no mount); "d
 * FD FLAGS PATH" and "f FD FLAGS PATH" are descriptors that stay open.
 */
#ifndef DFUSE_IL_INHERIT_H
#define DFUSE_IL_INHERIT_H

#include "inside.h"

/* The text for the next program, as il_inside.inherit(). Directories become real ones where there is a mount. */
long inherit_give(char *buf, unsigned long size, const struct il_heir *heirs, unsigned nr_heirs, const char *cwd);

/* Take over what such a text says (NULL: nothing), and find out where the program is. */
void inherit_take(const char *text);

#endif
