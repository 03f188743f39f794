#include "value.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <daos.h>
#include <daos_fs.h>

static const char *const layouts[] = {"unknown",  "POSIX", "HDF5",    "PYTHON", "SPARK",
				      "DATABASE", "ROOT",  "SEISMIC", "METEO"};

#define LAYOUTS (sizeof(layouts) / sizeof(layouts[0]))

/* The factor of "k", "KB", "KiB", …; 0 if there is no such unit. */
static double unit_factor(const char *unit)
{
	static const char letters[] = "kmgtpe";
	const char *at;
	double base = 1000;
	double f = 1;

	if (*unit == '\0' || strcasecmp(unit, "b") == 0)
		return 1;
	at = strchr(letters, unit[0] | 0x20);
	if (at == NULL)
		return 0;
	unit++;
	if (*unit == 'i' || *unit == 'I') {
		base = 1024;
		unit++;
	}
	if (*unit != '\0' && strcasecmp(unit, "b") != 0)
		return 0;
	for (const char *l = letters; l <= at; l++)
		f *= base;
	return f;
}

int size_parse(const char *text, uint64_t *size, char *why, size_t whysize)
{
	const char *digits = "0123456789.";
	size_t len = strspn(text, digits);
	char number[64];
	const char *unit;
	char *end;
	double value, factor;

	if (len == 0 || len >= sizeof(number)) {
		snprintf(why, whysize, "invalid size \"%s\"", text);
		return -1;
	}
	memcpy(number, text, len);
	number[len] = '\0';
	unit = text + len + strspn(text + len, " ");
	factor = unit_factor(unit);
	if (factor == 0) {
		snprintf(why, whysize, "unhandled size name: %s", unit);
		return -1;
	}
	errno = 0;
	if (strchr(number, '.') == NULL && factor == 1) {
		*size = strtoull(number, &end, 10);
	} else {
		value = strtod(number, &end) * factor;
		if (value >= 18446744073709551615.0)
			errno = ERANGE;
		*size = errno == 0 ? (uint64_t)value : 0;
	}
	if (errno != 0 || *end != '\0') {
		snprintf(why, whysize, errno != 0 ? "too large: %s" : "invalid size \"%s\"", text);
		return -1;
	}
	return 0;
}

int u64_parse(const char *text, uint64_t *value, char *why, size_t whysize)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0' || strchr(text, '-') != NULL) {
		snprintf(why, whysize, "\"%s\" is not a number", text);
		return -1;
	}
	return 0;
}

int cons_mode_parse(const char *text, uint32_t *mode, char *why, size_t whysize)
{
	if (strcasecmp(text, "relaxed") == 0) {
		*mode = DFS_RELAXED;
	} else if (strcasecmp(text, "balanced") == 0) {
		*mode = DFS_BALANCED;
	} else {
		snprintf(why, whysize, "unknown consistency mode \"%s\"", text);
		return -1;
	}
	return 0;
}

int layout_parse(const char *text, uint16_t *layout, char *why, size_t whysize)
{
	for (size_t i = 0; i < LAYOUTS; i++) {
		if (strcasecmp(text, layouts[i]) == 0) {
			*layout = i;
			return 0;
		}
	}
	snprintf(why, whysize, "unknown container layout \"%s\"", text);
	return -1;
}

const char *layout_name(uint16_t layout)
{
	return layouts[layout < LAYOUTS ? layout : 0];
}

int oclass_parse(const char *text, uint32_t *oclass, char *why, size_t whysize)
{
	*oclass = daos_oclass_name2id(text);
	if (*oclass == OC_UNKNOWN) {
		snprintf(why, whysize, "unknown object class \"%s\"", text);
		return -1;
	}
	return 0;
}

int mode_parse(const char *text, uint32_t *mode, char *why, size_t whysize)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 8);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value > 07777) {
		snprintf(why, whysize, "\"%s\" is not an octal mode", text);
		return -1;
	}
	*mode = value;
	return 0;
}

int oid_parse(const char *text, uint64_t *lo, uint64_t *hi, char *why, size_t whysize)
{
	char *end = NULL, *last = NULL;

	errno = 0;
	*hi = strtoull(text, &end, 10);
	if (end != text && *end == '.')
		*lo = strtoull(end + 1, &last, 10);
	if (errno != 0 || last == NULL || last == end + 1 || *last != '\0' || strchr(text, '-') != NULL) {
		snprintf(why, whysize, "invalid object id \"%s\" (must be hi.lo)", text);
		return -1;
	}
	return 0;
}

/* One decimal below 10, none above; the unit is the largest that leaves at least 1. */
static const char *scaled(uint64_t size, unsigned int base, const char *const *unit, char *buf)
{
	double value = size;
	int i = 0;

	if (size < 10) {
		snprintf(buf, SIZE_TEXT_LEN, "%" PRIu64 " B", size);
		return buf;
	}
	for (uint64_t rest = size; rest >= base; rest /= base) {
		value /= base;
		i++;
	}
	value = floor(value * 10 + 0.5) / 10;
	snprintf(buf, SIZE_TEXT_LEN, value < 10 ? "%.1f %s" : "%.0f %s", value, unit[i]);
	return buf;
}

const char *size_text(uint64_t size, char *buf)
{
	static const char *const unit[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

	return scaled(size, 1000, unit, buf);
}

const char *size_text_binary(uint64_t size, char *buf)
{
	static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

	return scaled(size, 1024, unit, buf);
}

const char *hlc_text(uint64_t hlc, char *buf)
{
	struct timespec ts = {0};
	char fraction[16] = "";
	char day[32];
	struct tm tm;
	size_t len;

	daos_hlc2timespec(hlc, &ts);
	if (gmtime_r(&ts.tv_sec, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &tm);
	if (ts.tv_nsec != 0) {
		snprintf(fraction, sizeof(fraction), ".%09ld", ts.tv_nsec);
		for (len = strlen(fraction); fraction[len - 1] == '0'; len--)
			fraction[len - 1] = '\0';
	}
	snprintf(buf, TIME_TEXT_LEN, "%s%s +0000 UTC", day, fraction);
	return buf;
}
