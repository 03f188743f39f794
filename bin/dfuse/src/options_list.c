/*
 * options_list.c: the list of -o, as it comes from a user, from mount(8) or from mount.fuse3.
 *
 * Those programs pass words of their own (rw, dev, suid, relatime, _netdev, ...). Words that ask for what dfuse does
 * anyway, or that concern only mount(8) or systemd, are taken and have no effect; the mount is always nosuid, nodev
 * and noatime. Any other word is refused: a misspelt option must not be lost.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const without_effect[] = {
    "rw",      "nosuid",   "suid",	 "nodev",    "dev",	"exec",	    "async",	  "atime",
    "noatime", "relatime", "norelatime", "auto",     "noauto",	"user",	    "nouser",	  "users",
    "nofail",  "owner",	   "group",	 "defaults", "_netdev", "diratime", "nodiratime", "default_permissions",
};

static bool has_no_effect(const char *word)
{
	for (size_t i = 0; i < sizeof(without_effect) / sizeof(without_effect[0]); i++)
		if (strcmp(word, without_effect[i]) == 0)
			return true;
	return strncmp(word, "x-", 2) == 0 || strncmp(word, "comment=", 8) == 0;
}

static int take_flag(struct options *opt, const char *word, char *why, size_t why_len)
{
	const struct {
		const char *name;
		bool *slot;
	} flag[] = {
	    {"ro", &opt->read_only},
	    {"read-only", &opt->read_only},
	    {"foreground", &opt->foreground},
	    {"singlethread", &opt->singlethread},
	    {"singlethreaded", &opt->singlethread},
	    {"disable-caching", &opt->disable_caching},
	    {"disable-wb-cache", &opt->disable_wb_cache},
	    {"enable-caching", &opt->enable_caching},
	    {"multi-user", &opt->multi_user},
	};

	for (size_t i = 0; i < sizeof(flag) / sizeof(flag[0]); i++)
		if (strcmp(word, flag[i].name) == 0)
			return options_set_flag(flag[i].slot, word, why, why_len);
	if (has_no_effect(word))
		return 0;
	if (strcmp(word, "allow_other") == 0 || strcmp(word, "allow_root") == 0)
		snprintf(why, why_len, "mount option '%s': a mount is for one user; use --multi-user to let others in",
			 word);
	else
		snprintf(why, why_len, "unknown mount option '%s'", word);
	return -1;
}

static int take_word(struct options *opt, char *word, char *why, size_t why_len)
{
	const struct {
		const char *name;
		char **slot;
	} value[] = {
	    {"pool", &opt->pool},      {"container", &opt->container},
	    {"cont", &opt->container}, {"sys-name", &opt->sys_name},
	    {"svc", &opt->svc},
	};
	char *eq = strchr(word, '=');

	if (eq == NULL || has_no_effect(word))
		return take_flag(opt, word, why, why_len);
	*eq = '\0';
	for (size_t i = 0; i < sizeof(value) / sizeof(value[0]); i++)
		if (strcmp(word, value[i].name) == 0)
			return options_set_string(value[i].slot, word, eq + 1, why, why_len);
	if (strcmp(word, "thread-count") == 0)
		return options_set_threads(opt, eq + 1, why, why_len);
	if (strcmp(word, "passthrough") == 0)
		return options_set_passthrough(opt, eq + 1, why, why_len);
	if (strcmp(word, "fsname") == 0 || strcmp(word, "subtype") == 0)
		snprintf(why, why_len, "mount option '%s': tools find the mount by it; it cannot be changed", word);
	else
		snprintf(why, why_len, "unknown mount option '%s'", word);
	return -1;
}

int options_parse_list(struct options *opt, const char *list, char *why, size_t why_len)
{
	char *copy = strdup(list), *rest = copy, *word;
	int rc = 0;

	if (copy == NULL) {
		snprintf(why, why_len, "out of memory");
		return -1;
	}
	while (rc == 0 && (word = strsep(&rest, ",")) != NULL)
		if (word[0] != '\0')
			rc = take_word(opt, word, why, why_len);
	free(copy);
	return rc;
}
