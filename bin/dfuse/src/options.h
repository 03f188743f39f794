/*
 * options.h: the command line of dfuse as one structure.
 *
 * Two forms, with the same options:
 *
 *	dfuse --mountpoint=PATH [--svc=RANKS] [--pool=POOL] [--container=CONTAINER] ...
 *	dfuse [options] MOUNTPOINT [POOL [CONTAINER]]
 *
 * and, as mount(8) and mount.fuse3 call it, `dfuse [SOURCE] MOUNTPOINT -o LIST`, where SOURCE is POOL, POOL/CONTAINER,
 * "dfuse" or "none". Whatever is given twice, or in two ways, is refused.
 *
 * Strings belong to the structure; options_free() frees them.
 */
#ifndef DFUSE_OPTIONS_H
#define DFUSE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* What dfuse is to use: if it can; or fail without; or not. */
enum choice { CHOICE_AUTO, CHOICE_ON, CHOICE_OFF };

struct options {
	char *svc;	       /* --svc, as given; NULL: find out */
	char *mountpoint;      /* as given */
	char *pool;	       /* label or UUID; NULL: system mount */
	char *container;       /* label or UUID; NULL: pool mount */
	char *sys_name;	       /* NULL: default */
	char *source;	       /* what mount(8) puts before the mount point; NULL */
	unsigned thread_count; /* 0: choose */
	enum choice passthrough;
	bool passthrough_given;
	bool foreground;
	bool singlethread;
	bool read_only;
	bool disable_caching;
	bool disable_wb_cache;
	bool enable_caching;
	bool multi_user;
	bool version;
	bool help;
};

/*
 * Fill `opt` from the command line. 0; or -1 with one line (without newline) about what is wrong in `why`.
 * `opt` needs options_free() in either case.
 */
int options_parse(struct options *opt, int argc, char **argv, char *why, size_t why_len);

/* One comma separated list of -o. As options_parse(). */
int options_parse_list(struct options *opt, const char *list, char *why, size_t why_len);

/* Take over `value` as the option's string; -1 and a line in `why` when it has one, or when the value is empty. */
int options_set_string(char **slot, const char *name, const char *value, char *why, size_t why_len);

/* Set a flag; -1 when it is set. */
int options_set_flag(bool *slot, const char *name, char *why, size_t why_len);

/* auto, on or off; once. */
int options_set_passthrough(struct options *opt, const char *value, char *why, size_t why_len);

int options_set_threads(struct options *opt, const char *value, char *why, size_t why_len);

void options_free(struct options *opt);

/* Text of --help. */
extern const char options_usage[];

#endif
