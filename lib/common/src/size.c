#include "size.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The factor that a unit stands for; 0 if it is none. */
static uint64_t unit_factor(const char *unit)
{
	static const char prefixes[] = "kmgtp";
	uint64_t base = 1000, factor = 1;
	const char *p;

	if (*unit == '\0' || strcasecmp(unit, "b") == 0)
		return 1;
	p = strchr(prefixes, tolower((unsigned char)*unit));
	if (p == NULL)
		return 0;
	unit++;
	if (*unit == 'i' || *unit == 'I') {
		base = 1024;
		unit++;
	}
	if (*unit == 'b' || *unit == 'B')
		unit++;
	if (*unit != '\0')
		return 0;
	for (const char *q = prefixes; q <= p; q++)
		factor *= base;
	return factor;
}

bool size_from_str(const char *str, uint64_t *size)
{
	uint64_t whole = 0, fraction = 0, scale = 1, factor, bytes;

	if (!isdigit((unsigned char)*str))
		return false;
	for (; isdigit((unsigned char)*str); str++)
		if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, *str - '0', &whole))
			return false;
	if (*str == '.') {
		if (!isdigit((unsigned char)*++str))
			return false;
		/* Six digits say all that matters; further ones are only checked to be digits. */
		for (; isdigit((unsigned char)*str); str++) {
			if (scale >= 1000000)
				continue;
			fraction = fraction * 10 + (uint64_t)(*str - '0');
			scale *= 10;
		}
	}
	if (*str == ' ' && *++str == '\0')
		return false;
	factor = unit_factor(str);
	if (factor == 0 || __builtin_mul_overflow(whole, factor, &bytes) ||
	    __builtin_add_overflow(bytes, (uint64_t)((unsigned __int128)fraction * factor / scale), &bytes))
		return false;
	*size = bytes;
	return true;
}
