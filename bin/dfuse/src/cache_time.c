#include "cache_time.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const cache_time_names[] = {
    "dfuse-attr-time",
    "dfuse-dentry-time",
    "dfuse-dentry-dir-time",
    "dfuse-ndentry-time",
    "dfuse-data-cache",
    "dfuse-direct-io-disable",
    NULL,
};

void cache_times_default(struct cache_times *times)
{
	memset(times, 0, sizeof(*times));
	times->data = true;
}

void cache_times_off(struct cache_times *times)
{
	memset(times, 0, sizeof(*times));
	times->direct_io = true;
}

void cache_times_watched(struct cache_times *times)
{
	if (!times->attr_given)
		times->attr = WATCHED_SECONDS;
	if (!times->dentry_given)
		times->dentry = WATCHED_SECONDS;
	if (!times->dentry_given && !times->dentry_dir_given)
		times->dentry_dir = WATCHED_SECONDS;
	if (!times->ndentry_given)
		times->ndentry = WATCHED_SECONDS;
}

static int parse_time(const char *text, double *out)
{
	static const struct {
		char unit;
		double seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char *end;
	double n;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	n = (double)strtoul(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if ((*end | 0x20) == units[i].unit && end[1] == '\0') {
			*out = n * units[i].seconds;
			return 0;
		}
	if (*end != '\0')
		return -EINVAL;
	*out = n;
	return 0;
}

static int parse_switch(const char *text, bool *out)
{
	if (strcasecmp(text, "on") == 0 || strcasecmp(text, "true") == 0 || strcasecmp(text, "yes") == 0)
		*out = true;
	else if (strcasecmp(text, "off") == 0 || strcasecmp(text, "false") == 0 || strcasecmp(text, "no") == 0)
		*out = false;
	else
		return -EINVAL;
	return 0;
}

static int parse_data_cache(const char *text, struct cache_times *times)
{
	double seconds = 0;

	if (strcasecmp(text, "otoc") == 0)
		times->data = false;
	else if (parse_time(text, &seconds) == 0)
		times->data = seconds > 0;
	else if (parse_switch(text, &times->data) != 0)
		return -EINVAL;
	times->direct_io =
	    strcasecmp(text, "off") == 0 || strcasecmp(text, "false") == 0 || strcasecmp(text, "no") == 0;
	return 0;
}

int cache_times_set(struct cache_times *times, const char *name, const char *value, size_t value_len)
{
	bool disable;
	char text[32];
	int rc;

	if (value_len > 0 && value[value_len - 1] == '\0')
		value_len--;
	if (value_len == 0 || value_len >= sizeof(text))
		return -EINVAL;
	memcpy(text, value, value_len);
	text[value_len] = '\0';
	if (strcmp(name, "dfuse-attr-time") == 0) {
		rc = parse_time(text, &times->attr);
		times->attr_given = rc == 0;
		return rc;
	}
	if (strcmp(name, "dfuse-dentry-dir-time") == 0) {
		rc = parse_time(text, &times->dentry_dir);
		times->dentry_dir_given = rc == 0;
		return rc;
	}
	if (strcmp(name, "dfuse-dentry-time") == 0) {
		rc = parse_time(text, &times->dentry);
		times->dentry_given = rc == 0;
		if (rc == 0 && !times->dentry_dir_given)
			times->dentry_dir = times->dentry;
		return rc;
	}
	if (strcmp(name, "dfuse-ndentry-time") == 0) {
		rc = parse_time(text, &times->ndentry);
		times->ndentry_given = rc == 0;
		return rc;
	}
	if (strcmp(name, "dfuse-data-cache") == 0)
		return parse_data_cache(text, times);
	if (strcmp(name, "dfuse-direct-io-disable") != 0)
		return -ENOENT;
	rc = parse_switch(text, &disable);
	if (rc == 0 && disable)
		times->direct_io = false;
	return rc;
}
