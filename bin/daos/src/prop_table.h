/*
 * prop_table.h: the properties of containers by the names that people use.
 */
#ifndef DAOS_TOOL_PROP_TABLE_H
#define DAOS_TOOL_PROP_TABLE_H

#include <daos.h>

struct prop_def {
	uint32_t type;		 /* DAOS_PROP_CO_* */
	const char *name;	 /* "rd_fac" */
	const char *description; /* "Redundancy Factor (0-4)" */
	int settable;		 /* enum prop_settable */
};

enum prop_settable {
	PROP_READ_ONLY,
	PROP_AT_CREATION, /* by container create only */
	PROP_ALWAYS,	  /* by set-prop too */
};

/* Ordered by name. */
extern const struct prop_def cont_props[];
extern const int cont_props_nr;

/* The property called `name`, or NULL. */
const struct prop_def *cont_prop_find(const char *name);

/* The entry's value for people, in memory that the caller frees; NULL: no memory. */
char *cont_prop_text(const struct prop_def *def, const struct daos_prop_entry *entry);

/*
 * A property list from "name:value,name:value", with room for `spare` entries more behind it (their dpe_type is 0 until
 * they are used: lower dpp_nr then). `when`: PROP_AT_CREATION or PROP_ALWAYS. -1: the reason is in `why`. Free with
 * daos_prop_free().
 */
int cont_props_parse(const char *text, enum prop_settable when, uint32_t spare, daos_prop_t **prop, char *why,
		     size_t whysize);

#endif
