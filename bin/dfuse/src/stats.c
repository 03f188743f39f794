#include "stats.h"

const char *stats_name(enum stat_name name)
{
	static const char *const text[] = {
#define STAT_TEXT(id, text) text,
	    STAT_NAMES(STAT_TEXT)
#undef STAT_TEXT
	};

	return text[name];
}
