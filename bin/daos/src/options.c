#include "options.h"

#include <stdio.h>
#include <string.h>

#include "pairs.h"
#include "value.h"

static int check_layout(const char *value, char *why, size_t size)
{
	uint16_t layout;

	return layout_parse(value, &layout, why, size);
}

static int check_size(const char *value, char *why, size_t size)
{
	uint64_t bytes;

	return size_parse(value, &bytes, why, size);
}

/* A pool's size may be a share of the room there is. */
static int check_pool_size(const char *value, char *why, size_t size)
{
	size_t len = strlen(value);
	unsigned int percent;
	char rest;

	if (len > 0 && value[len - 1] == '%') {
		if (sscanf(value, "%3u%c", &percent, &rest) == 2 && rest == '%' && percent >= 1 && percent <= 100)
			return 0;
		snprintf(why, size, "\"%s\" is not a percentage from 1%% to 100%%", value);
		return -1;
	}
	return check_size(value, why, size);
}

static int check_oclass(const char *value, char *why, size_t size)
{
	uint32_t oclass;

	return oclass_parse(value, &oclass, why, size);
}

static int check_cons_mode(const char *value, char *why, size_t size)
{
	uint32_t mode;

	return cons_mode_parse(value, &mode, why, size);
}

static int check_mode(const char *value, char *why, size_t size)
{
	uint32_t mode;

	return mode_parse(value, &mode, why, size);
}

static int check_number(const char *value, char *why, size_t size)
{
	uint64_t number;

	return u64_parse(value, &number, why, size);
}

static int check_pairs(const char *value, char *why, size_t size)
{
	return pairs_check(value, why, size);
}

/* clang-format off */
const struct option_def option_defs[OPT_NR] = {
	[OPT_HELP] = {'h', "help", NULL, "Show this help message"},
	[OPT_JSON] = {'j', "json", NULL, "Enable JSON output"},
	[OPT_DEBUG] = {0, "debug", NULL, "Enable debug output"},
	[OPT_LOG_LEVEL] = {0, "log-level", "LEVEL", "Messages of the libraries: error, warn, info or debug"},
	[OPT_VERBOSE] = {0, "verbose", NULL, "Enable verbose output (when applicable)"},
	[OPT_SYS_NAME] = {'G', "sys-name", "NAME", "DAOS system name"},

	[OPT_VERBOSE_SMALL] = {'v', "verbose", NULL, "Show more of every line"},
	[OPT_VERBOSE_LARGE] = {'V', "verbose", NULL, "Include values"},
	[OPT_NO_QUERY] = {'n', "no-query", NULL, "Names only, without asking the pools"},
	[OPT_SHOW_ENABLED] = {'e', "show-enabled", NULL, "Show engine ranks that are enabled"},
	[OPT_HEALTH_ONLY] = {'t', "health-only", NULL, "Only health, no space usage"},

	[OPT_TYPE] = {'t', "type", "TYPE", "Container type", "main.ContTypeFlag", check_layout},
	[OPT_PATH] = {'p', "path", "PATH", "Container's path in the name space"},
	[OPT_CHUNK_SIZE] = {'z', "chunk-size", "SIZE", "Chunk size of files", "main.ChunkSizeFlag", check_size},
	[OPT_OCLASS] = {'o', "oclass", "CLASS", "Object class", "main.ObjClassFlag", check_oclass},
	[OPT_DIR_OCLASS] = {'d', "dir-oclass", "CLASS", "Object class of directories", "main.ObjClassFlag", check_oclass},
	[OPT_FILE_OCLASS] = {'f', "file-oclass", "CLASS", "Object class of files", "main.ObjClassFlag", check_oclass},
	[OPT_HINTS] = {'H', "hints", "HINTS", "Hints for object classes: file:single,dir:max"},
	[OPT_PROPERTIES] = {0, "properties", "LIST", "Properties: NAME:VALUE,..."},
	[OPT_MODE] = {'M', "mode", "MODE", "Consistency: relaxed or balanced", "main.ConsModeFlag", check_cons_mode},
	[OPT_ACL_FILE] = {'A', "acl-file", "FILE", "File with access control entries"},
	[OPT_ENTRY] = {'e', "entry", "ENTRY", "One access control entry"},
	[OPT_PRINCIPAL] = {'P', "principal", "NAME", "Whose entry: OWNER@, GROUP@, EVERYONE@, u:NAME@, g:NAME@"},
	[OPT_GROUP] = {'g', "group", "GROUP", "Owner group (GROUP@)"},
	[OPT_USER] = {'u', "user", "USER", "Owner (USER@)"},
	[OPT_ATTRS] = {'a', "attrs", "LIST", "User attributes: NAME:VALUE,...", "ui.SetPropertiesFlag", check_pairs},
	[OPT_FORCE] = {'f', "force", NULL, "Even if it is in use, or there already"},
	[OPT_ALL] = {'a', "all", NULL, "Handles of all users"},

	[OPT_ATTR] = {'a', "attr", "NAME", "Attribute name"},
	[OPT_VALUE] = {'v', "value", "VALUE", "Attribute value"},
	[OPT_SNAP] = {'s', "snap", "NAME", "Snapshot name"},
	[OPT_EPC] = {'e', "epc", "EPOCH", "Epoch", "main.EpochFlag", check_number},
	[OPT_EPCRANGE] = {'r', "epcrange", "A-B", "Range of epochs"},
	[OPT_OUTFILE] = {'O', "outfile", "FILE", "Write to a file"},

	[OPT_DFS_PATH] = {'H', "dfs-path", "PATH", "Path in the container, after the prefix"},
	[OPT_DFS_PREFIX] = {'I', "dfs-prefix", "PATH", "Prefix of the path in the container"},
	[OPT_FLAGS] = {'f', "flags", "LIST", "What to do: print,remove,relink,verify,evict"},
	[OPT_DIR_NAME] = {'n', "dir-name", "NAME", "Directory for what is found, in /lost+found"},
	[OPT_INODE] = {0, "inode", "NUMBER", "Whether this inode is known", "uint64", check_number},
	[OPT_CHMOD_MODE] = {'m', "mode", "MODE", "Permissions, octal", "main.ModeFlag", check_mode},
	[OPT_SRC] = {'s', "src", "PATH", "From: a path, or daos://POOL/CONT/PATH"},
	[OPT_DST] = {'d', "dst", "PATH", "To: a path, or daos://POOL/CONT/PATH"},
	[OPT_PRESERVE_PROPS] = {'m', "preserve-props", "FILE", "File with the container's properties"},
	[OPT_IGNORE_UNSUPPORTED] = {0, "ignore-unsupported", NULL, "Skip what cannot be copied"},
	[OPT_CLONE_SRC] = {'S', "src", "PATH", "From: daos://POOL/CONT"},
	[OPT_CLONE_DST] = {'D', "dst", "PATH", "To: daos://POOL/CONT"},

	[OPT_SIZE] = {'z', "size", "SIZE", "Size of the pool, or a percentage of the room", "ui.PoolSizeFlag", check_pool_size},
	[OPT_NRANKS] = {'k', "nranks", "N", "Number of ranks", "uint32", check_number},
	[OPT_NSVC] = {'v', "nsvc", "N", "Number of service replicas", "uint32", check_number},
	[OPT_TIER_RATIO] = {'t', "tier-ratio", "LIST", "Shares of the tiers"},
	[OPT_SCM_SIZE] = {'s', "scm-size", "SIZE", "Size per rank in memory", "ui.ByteSizeFlag", check_size},
	[OPT_NVME_SIZE] = {'n', "nvme-size", "SIZE", "Size per rank on disk", "ui.ByteSizeFlag", check_size},
	[OPT_META_SIZE] = {0, "meta-size", "SIZE", "Size per rank of metadata", "ui.ByteSizeFlag", check_size},
	[OPT_DATA_SIZE] = {0, "data-size", "SIZE", "Size per rank of data", "ui.ByteSizeFlag", check_size},
	[OPT_MEM_RATIO] = {0, "mem-ratio", "RATIO", "Share of metadata in memory"},
	[OPT_RANKS] = {'r', "ranks", "LIST", "Ranks"},
	[OPT_POOL_GROUP] = {'g', "group", "GROUP", "Owner group (GROUP@)"},
	[OPT_POOL_USER] = {'u', "user", "USER", "Owner (USER@)"},
	[OPT_POOL_PROPERTIES] = {'P', "properties", "LIST", "Properties: NAME:VALUE,...", "ui.SetPropertiesFlag", check_pairs},
	[OPT_POOL_ACL_FILE] = {'a', "acl-file", "FILE", "File with access control entries"},
	[OPT_RECURSIVE] = {'r', "recursive", NULL, "With all containers in it"},
	[OPT_SKIP_BIG] = {'S', "skip-big", NULL, "Skip the larger tests"},
	[OPT_DEADLINE] = {'D', "deadline-limit", "TIME", "Time limit"},
	[OPT_TARGETS] = {'t', "target-idx", "LIST", "Targets"},
	[OPT_RANK] = {'r', "rank", "RANK", "Engine rank", "uint32", check_number},

	[OPT_INSECURE] = {'i', "insecure", NULL, "Accepted for compatibility"},
	[OPT_CONFIG_PATH] = {'o', "config-path", "PATH", "Accepted for compatibility"},
	[OPT_ALLOW_PROXY] = {0, "allow-proxy", NULL, "Accepted for compatibility"},
	[OPT_LOG_FILE] = {0, "log-file", "FILE", "Accepted for compatibility"},
	[OPT_JSON_LOGGING] = {'J', "json-logging", NULL, "Accepted for compatibility"},
};
/* clang-format on */
