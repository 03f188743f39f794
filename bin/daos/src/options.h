/*
 * options.h: every option that a command can have.
 *
 * An option is known by its id; a command lists the ids it takes. The same letter or word may belong to several ids (-f
 * is
 * --force, --flags or --file-oclass), as long as no command takes two of them.
 */
#ifndef DAOS_TOOL_OPTIONS_H
#define DAOS_TOOL_OPTIONS_H

#include <stddef.h>

enum option_id {
	OPT_END,
	/* with every command */
	OPT_HELP,
	OPT_JSON,
	OPT_DEBUG,
	OPT_LOG_LEVEL,
	OPT_VERBOSE,
	OPT_SYS_NAME,
	/* lists */
	OPT_VERBOSE_SMALL,
	OPT_VERBOSE_LARGE,
	OPT_NO_QUERY,
	OPT_SHOW_ENABLED,
	OPT_HEALTH_ONLY,
	/* making and destroying */
	OPT_TYPE,
	OPT_PATH,
	OPT_CHUNK_SIZE,
	OPT_OCLASS,
	OPT_DIR_OCLASS,
	OPT_FILE_OCLASS,
	OPT_HINTS,
	OPT_PROPERTIES,
	OPT_MODE,
	OPT_ACL_FILE,
	OPT_ENTRY,
	OPT_PRINCIPAL,
	OPT_GROUP,
	OPT_USER,
	OPT_ATTRS,
	OPT_FORCE,
	OPT_ALL,
	/* attributes, snapshots, access control */
	OPT_ATTR,
	OPT_VALUE,
	OPT_SNAP,
	OPT_EPC,
	OPT_EPCRANGE,
	OPT_OUTFILE,
	/* file systems */
	OPT_DFS_PATH,
	OPT_DFS_PREFIX,
	OPT_FLAGS,
	OPT_DIR_NAME,
	OPT_INODE,
	OPT_CHMOD_MODE,
	OPT_SRC,
	OPT_DST,
	OPT_PRESERVE_PROPS,
	OPT_IGNORE_UNSUPPORTED,
	OPT_CLONE_SRC,
	OPT_CLONE_DST,
	/* pools */
	OPT_SIZE,
	OPT_NRANKS,
	OPT_NSVC,
	OPT_TIER_RATIO,
	OPT_SCM_SIZE,
	OPT_NVME_SIZE,
	OPT_META_SIZE,
	OPT_DATA_SIZE,
	OPT_MEM_RATIO,
	OPT_RANKS,
	OPT_POOL_GROUP,
	OPT_POOL_USER,
	OPT_POOL_PROPERTIES,
	OPT_POOL_ACL_FILE,
	OPT_RECURSIVE,
	OPT_SKIP_BIG,
	OPT_DEADLINE,
	OPT_TARGETS,
	OPT_RANK,
	/* dmg's own, with every command */
	OPT_INSECURE,
	OPT_CONFIG_PATH,
	OPT_ALLOW_PROXY,
	OPT_LOG_FILE,
	OPT_JSON_LOGGING,
	OPT_NR
};

/*
 * Is `value` one that the option takes? 0, or -1 with the reason in `why`.
 */
typedef int option_check_fn(const char *value, char *why, size_t size);

struct option_def {
	char letter; /* 0: none */
	const char *word;
	const char *value; /* what --help calls the value; NULL: a flag */
	const char *help;
	const char *kind;	/* the value's kind in the message for a bad one */
	option_check_fn *check; /* NULL: any text */
};

extern const struct option_def option_defs[OPT_NR];

#endif
