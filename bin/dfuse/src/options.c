#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_THREADS 1024

enum {
	OPT_THREADS = 256,
	OPT_READ_ONLY,
	OPT_DISABLE_CACHING,
	OPT_DISABLE_WB,
	OPT_ENABLE_CACHING,
	OPT_MULTI_USER,
	OPT_PASSTHROUGH,
	OPT_VERSION,
};

static const struct option long_options[] = {
    {"svc", required_argument, NULL, 's'},
    {"mountpoint", required_argument, NULL, 'm'},
    {"pool", required_argument, NULL, 'p'},
    {"container", required_argument, NULL, 'c'},
    {"sys-name", required_argument, NULL, 'G'},
    {"foreground", no_argument, NULL, 'f'},
    {"singlethreaded", no_argument, NULL, 'S'},
    {"singlethread", no_argument, NULL, 'S'},
    {"thread-count", required_argument, NULL, 't'},
    {"read-only", no_argument, NULL, 'r'},
    {"disable-caching", no_argument, NULL, OPT_DISABLE_CACHING},
    {"disable-wb-cache", no_argument, NULL, OPT_DISABLE_WB},
    {"enable-caching", no_argument, NULL, OPT_ENABLE_CACHING},
    {"multi-user", no_argument, NULL, OPT_MULTI_USER},
    {"passthrough", required_argument, NULL, OPT_PASSTHROUGH},
    {"options", required_argument, NULL, 'o'},
    {"version", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const char options_usage[] =
    "usage: dfuse [options] MOUNTPOINT [POOL [CONTAINER]]\n"
    "       dfuse --mountpoint=PATH [--svc=RANKS] [--pool=POOL] [--container=CONTAINER] [options]\n"
    "\n"
    "Mounts a DAOS container, all containers of a pool, or all pools of a system.\n"
    "\n"
    "  -m, --mountpoint=PATH      where to mount\n"
    "  -p, --pool=POOL            label or UUID of the pool (none: all pools)\n"
    "  -c, --container=CONTAINER  label or UUID of the container (none: all containers of the pool)\n"
    "  -s, --svc=RANKS            ranks of the pool's service: 0, 0:1:2, 0,2 or [0-2] (default: found)\n"
    "  -G, --sys-name=NAME        the DAOS system (default: daos_server)\n"
    "  -f, --foreground           stay in the foreground, log to the terminal\n"
    "  -S, --singlethreaded       one thread\n"
    "  -t, --thread-count=N       number of threads\n"
    "  -r, --read-only            mount read-only\n"
    "      --disable-caching      cache nothing\n"
    "      --disable-wb-cache     write through the kernel's cache\n"
    "      --enable-caching       cache (the default)\n"
    "      --multi-user           let other users in\n"
    "      --passthrough=WHEN     have the kernel use the files with the data itself: auto (the default), on, off\n"
    "  -o OPTIONS                 list of mount options: pool=, container=, svc=, sys-name=, ro, rw, ...\n"
    "  -v, --version              print the version\n"
    "  -h, --help                 print this\n";

int options_set_string(char **slot, const char *name, const char *value, char *why, size_t why_len)
{
	if (*slot != NULL) {
		snprintf(why, why_len, "%s given more than once ('%s' and '%s')", name, *slot, value);
		return -1;
	}
	if (value[0] == '\0') {
		snprintf(why, why_len, "%s is empty", name);
		return -1;
	}
	*slot = strdup(value);
	if (*slot == NULL) {
		snprintf(why, why_len, "out of memory");
		return -1;
	}
	return 0;
}

int options_set_flag(bool *slot, const char *name, char *why, size_t why_len)
{
	if (*slot) {
		snprintf(why, why_len, "%s given more than once", name);
		return -1;
	}
	*slot = true;
	return 0;
}

int options_set_passthrough(struct options *opt, const char *value, char *why, size_t why_len)
{
	static const char *const word[] = {[CHOICE_AUTO] = "auto", [CHOICE_ON] = "on", [CHOICE_OFF] = "off"};

	if (options_set_flag(&opt->passthrough_given, "--passthrough", why, why_len) != 0)
		return -1;
	for (unsigned i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		if (strcmp(value, word[i]) == 0) {
			opt->passthrough = (enum choice)i;
			return 0;
		}
	snprintf(why, why_len, "--passthrough '%s': want auto, on or off", value);
	return -1;
}

int options_set_threads(struct options *opt, const char *value, char *why, size_t why_len)
{
	char *end;
	unsigned long n;

	if (opt->thread_count != 0) {
		snprintf(why, why_len, "--thread-count given more than once");
		return -1;
	}
	errno = 0;
	n = strtoul(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || n == 0 || n > MAX_THREADS) {
		snprintf(why, why_len, "--thread-count '%s': want a number from 1 to %d", value, MAX_THREADS);
		return -1;
	}
	opt->thread_count = (unsigned)n;
	return 0;
}

/* One option of getopt_long(). */
static int take_option(struct options *opt, int c, const char *arg, char *why, size_t why_len)
{
	switch (c) {
	case 's':
		return options_set_string(&opt->svc, "--svc", arg, why, why_len);
	case 'm':
		return options_set_string(&opt->mountpoint, "--mountpoint", arg, why, why_len);
	case 'p':
		return options_set_string(&opt->pool, "--pool", arg, why, why_len);
	case 'c':
		return options_set_string(&opt->container, "--container", arg, why, why_len);
	case 'G':
		return options_set_string(&opt->sys_name, "--sys-name", arg, why, why_len);
	case 't':
		return options_set_threads(opt, arg, why, why_len);
	case 'o':
		return options_parse_list(opt, arg, why, why_len);
	case 'f':
		return options_set_flag(&opt->foreground, "--foreground", why, why_len);
	case 'S':
		return options_set_flag(&opt->singlethread, "--singlethreaded", why, why_len);
	case 'r':
		return options_set_flag(&opt->read_only, "--read-only", why, why_len);
	case OPT_DISABLE_CACHING:
		return options_set_flag(&opt->disable_caching, "--disable-caching", why, why_len);
	case OPT_DISABLE_WB:
		return options_set_flag(&opt->disable_wb_cache, "--disable-wb-cache", why, why_len);
	case OPT_ENABLE_CACHING:
		return options_set_flag(&opt->enable_caching, "--enable-caching", why, why_len);
	case OPT_MULTI_USER:
		return options_set_flag(&opt->multi_user, "--multi-user", why, why_len);
	case OPT_PASSTHROUGH:
		return options_set_passthrough(opt, arg, why, why_len);
	case 'v':
		opt->version = true;
		return 0;
	case 'h':
		opt->help = true;
		return 0;
	default:
		return -1;
	}
}

/* What getopt_long() refused: unknown, ambiguous, or without its value. */
static int refuse(int c, char **argv, char *why, size_t why_len)
{
	const char *word = argv[optind - 1];

	if (c == ':')
		snprintf(why, why_len, "option '%s' needs a value", word);
	else if (optopt > ' ' && optopt < 127 && word[1] != '-')
		snprintf(why, why_len, "unrecognized option '-%c' (see dfuse --help)", optopt);
	else
		snprintf(why, why_len, "unrecognized option '%s' (see dfuse --help)", word);
	return -1;
}

/* MOUNTPOINT [POOL [CONTAINER]], what of them the options did not give; SOURCE MOUNTPOINT from mount(8). */
static int take_words(struct options *opt, int n, char **word, bool list_given, char *why, size_t why_len)
{
	int i = 0;

	if (n == 2 && list_given && opt->mountpoint == NULL && word[0][0] != '/' && word[1][0] == '/')
		opt->source = strdup(word[i++]);
	if (i < n && opt->mountpoint == NULL &&
	    options_set_string(&opt->mountpoint, "mount point", word[i++], why, why_len))
		return -1;
	if (i < n && options_set_string(&opt->pool, "pool", word[i++], why, why_len))
		return -1;
	if (i < n && options_set_string(&opt->container, "container", word[i++], why, why_len))
		return -1;
	if (i < n) {
		snprintf(why, why_len, "too many arguments: '%s'", word[i]);
		return -1;
	}
	return 0;
}

/* POOL or [daos://]POOL/CONTAINER before the mount point; names that mean nothing are "dfuse" and "none". */
static int take_source(struct options *opt, char *why, size_t why_len)
{
	char *name = opt->source, *slash;

	if (name == NULL || strcmp(name, "dfuse") == 0 || strcmp(name, "none") == 0)
		return 0;
	if (strncmp(name, "daos://", 7) == 0)
		name += 7;
	slash = strchr(name, '/');
	if (slash != NULL)
		*slash++ = '\0';
	if (options_set_string(&opt->pool, "pool", name, why, why_len))
		return -1;
	return slash == NULL ? 0 : options_set_string(&opt->container, "container", slash, why, why_len);
}

static int check(struct options *opt, char *why, size_t why_len)
{
	if (opt->mountpoint == NULL)
		snprintf(why, why_len, "no mount point given (see dfuse --help)");
	else if (opt->container != NULL && opt->pool == NULL)
		snprintf(why, why_len, "container '%s' given without its pool", opt->container);
	else if (opt->enable_caching && (opt->disable_caching || opt->disable_wb_cache))
		snprintf(why, why_len, "--enable-caching and --disable-%s exclude each other",
			 opt->disable_caching ? "caching" : "wb-cache");
	else if (opt->passthrough == CHOICE_ON && opt->disable_caching)
		snprintf(why, why_len, "--passthrough=on and --disable-caching exclude each other");
	else if (opt->singlethread && opt->thread_count > 1)
		snprintf(why, why_len, "--singlethreaded and --thread-count=%u exclude each other", opt->thread_count);
	else
		return 0;
	return -1;
}

int options_parse(struct options *opt, int argc, char **argv, char *why, size_t why_len)
{
	bool list_given = false;
	int c;

	memset(opt, 0, sizeof(*opt));
	opterr = 0;
	optind = 0; /* GNU: start again, so that tests can call this more than once */
	while ((c = getopt_long(argc, argv, ":s:m:p:c:G:t:o:fSrvh", long_options, NULL)) != -1) {
		if (c == '?' || c == ':')
			return refuse(c, argv, why, why_len);
		list_given |= c == 'o';
		if (take_option(opt, c, optarg, why, why_len) != 0)
			return -1;
	}
	if (opt->version || opt->help)
		return 0;
	if (take_words(opt, argc - optind, argv + optind, list_given, why, why_len) != 0)
		return -1;
	if (take_source(opt, why, why_len) != 0)
		return -1;
	return check(opt, why, why_len);
}

void options_free(struct options *opt)
{
	free(opt->svc);
	free(opt->mountpoint);
	free(opt->pool);
	free(opt->container);
	free(opt->sys_name);
	free(opt->source);
	memset(opt, 0, sizeof(*opt));
}
