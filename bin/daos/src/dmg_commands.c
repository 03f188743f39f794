#include "commands.h"

#define POOL "<pool label or UUID>"
#define END                  \
	{                    \
		.name = NULL \
	}

/* clang-format off */
static const struct cmd pool_cmds[] = {
	{"create", NULL, "Create a pool", NULL, cmd_pool_create,
	 OPTS(OPT_POOL_GROUP, OPT_POOL_USER, OPT_POOL_PROPERTIES, OPT_POOL_ACL_FILE, OPT_SIZE, OPT_TIER_RATIO, OPT_NRANKS,
	      OPT_NSVC, OPT_SCM_SIZE, OPT_NVME_SIZE, OPT_META_SIZE, OPT_DATA_SIZE, OPT_MEM_RATIO, OPT_RANKS), "<label>", 1},
	{"destroy", NULL, "Destroy a pool", NULL, cmd_pool_destroy, OPTS(OPT_FORCE, OPT_RECURSIVE), POOL, 1},
	{"list", "ls", "List pools", NULL, cmd_pool_list, OPTS(OPT_VERBOSE_SMALL, OPT_NO_QUERY), NULL, 0},
	{"query", NULL, "Query a pool", NULL, cmd_pool_query, OPTS(OPT_SHOW_ENABLED, OPT_HEALTH_ONLY), POOL, 1},
	{"query-targets", NULL, "Query targets of a pool", NULL, cmd_pool_query_targets, OPTS(OPT_RANK, OPT_TARGETS), POOL, 1},
	END
};

static const struct cmd sys_cmds[] = {
	{"query", NULL, "Query the DAOS system", NULL, cmd_system_query, NULL, NULL, 0},
	END
};

static const struct cmd top_cmds[] = {
	{"pool", NULL, "Work with pools", pool_cmds, NULL, NULL, NULL, 0},
	{"server-version", NULL, "Print the version of the DAOS servers", NULL, cmd_server_version, NULL, NULL, 0},
	{"system", "sys", "Ask about the DAOS system", sys_cmds, NULL, NULL, NULL, 0},
	{"version", NULL, "Print the version of this tool", NULL, cmd_version, NULL, NULL, 0},
	END
};

const struct cmd dmg_root = {
	"dmg", NULL, "Manage the pools of the embedded engine", top_cmds, NULL,
	OPTS(OPT_INSECURE, OPT_CONFIG_PATH, OPT_ALLOW_PROXY, OPT_LOG_FILE, OPT_JSON_LOGGING), NULL, 0
};
/* clang-format on */
