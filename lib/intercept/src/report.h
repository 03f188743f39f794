/*
 * report.h: what D_IL_REPORT asks for.
 *
 *	D_IL_REPORT=N		the first N calls that concern a container, one line each on stderr (-1: all), and a
 *				summary at exit
 *	D_IL_REPORT=true	as 1
 *	D_IL_REPORT=json:FILE	at exit, one line of JSON is appended to FILE: how many calls of each kind were carried
 *				by the library, how many it passed on to the kernel, and how many of the carried the
 *				board answered
 *
 * Programs close their stderr before the summary (coreutils do): the library has a descriptor of its own for it.
 */
#ifndef DFUSE_IL_REPORT_H
#define DFUSE_IL_REPORT_H

#include <stdbool.h>

/* Every call is to be told. */
extern bool il_report_wanted;

/* And printed: so it must come inside. */
extern bool il_report_prints;

/* At start. Reads the environment. */
void il_report_init(void);

/* A call that concerned a container has been dealt with: its number, and its arguments as they were before. */
void il_report_call(long nr, const long arg[6], bool carried);

/* The board has answered one: at any place, no libc. */
void il_report_answered(long nr);

/* In the child of fork(): it counts for itself. */
void il_report_fork_child(void);

/* The process ends, or becomes another program. Once. */
void il_report_exit(void);

#endif
