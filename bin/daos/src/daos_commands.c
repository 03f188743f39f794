#include "commands.h"

#define POOL	"<pool label or UUID>"
#define CONT	"<pool label or UUID> <container label or UUID>"
#define FS_OPTS OPT_PATH, OPT_DFS_PATH, OPT_DFS_PREFIX
#define END                  \
	{                    \
		.name = NULL \
	}

/* clang-format off */
static const struct cmd pool_cmds[] = {
	{"autotest", NULL, "Check that a pool works", NULL, cmd_unsupported, OPTS(OPT_SKIP_BIG, OPT_DEADLINE), POOL, 1},
	{"create", NULL, "Create a pool (embedded engine)", NULL, cmd_pool_create,
	 OPTS(OPT_SIZE, OPT_NRANKS, OPT_NSVC, OPT_RANKS, OPT_SCM_SIZE, OPT_NVME_SIZE, OPT_POOL_PROPERTIES), "<label>", 1},
	{"del-attr", "delattr", "Delete pool attributes", NULL, cmd_pool_del_attr, OPTS(OPT_ATTR), POOL " <name,...>", 3},
	{"destroy", NULL, "Destroy a pool (embedded engine)", NULL, cmd_pool_destroy, OPTS(OPT_FORCE, OPT_RECURSIVE), POOL, 1},
	{"get-attr", "getattr", "Get pool attributes", NULL, cmd_pool_get_attr, OPTS(OPT_ATTR), POOL " [name,...]", 3},
	{"list", "ls", "List pools", NULL, cmd_pool_list, OPTS(OPT_VERBOSE_SMALL, OPT_NO_QUERY), NULL, 0},
	{"list-attr", "list-attrs lsattr", "List pool attributes", NULL, cmd_pool_list_attrs, OPTS(OPT_VERBOSE_LARGE), POOL, 1},
	{"list-containers", "list-cont", "List the containers of a pool", NULL, cmd_cont_list, OPTS(OPT_VERBOSE_SMALL), POOL, 1},
	{"query", NULL, "Query a pool", NULL, cmd_pool_query, OPTS(OPT_SHOW_ENABLED, OPT_HEALTH_ONLY), POOL, 1},
	{"query-targets", NULL, "Query targets of a pool", NULL, cmd_pool_query_targets, OPTS(OPT_RANK, OPT_TARGETS), POOL, 1},
	{"set-attr", "setattr", "Set pool attributes", NULL, cmd_pool_set_attr, OPTS(OPT_ATTR, OPT_VALUE), POOL " <name:value,...>", 4},
	END
};

static const struct cmd cont_cmds[] = {
	{"check", NULL, "Check the objects of a container", NULL, cmd_cont_check, OPTS(OPT_PATH, OPT_EPC), CONT, 2},
	{"clone", NULL, "Copy a POSIX container", NULL, cmd_cont_clone, OPTS(OPT_CLONE_SRC, OPT_CLONE_DST), NULL, 0},
	{"create", NULL, "Create a container", NULL, cmd_cont_create,
	 OPTS(OPT_TYPE, OPT_PATH, OPT_CHUNK_SIZE, OPT_OCLASS, OPT_DIR_OCLASS, OPT_FILE_OCLASS, OPT_HINTS, OPT_PROPERTIES,
	      OPT_MODE, OPT_ACL_FILE, OPT_GROUP, OPT_ATTRS), POOL " [label]", -1},
	{"create-snap", "snap", "Create a snapshot", NULL, cmd_cont_create_snap, OPTS(OPT_PATH, OPT_SNAP), CONT, 2},
	{"del-attr", "delattr", "Delete container attributes", NULL, cmd_cont_del_attr, OPTS(OPT_PATH, OPT_ATTR), CONT " <name,...>", 4},
	{"delete-acl", NULL, "Delete an entry of a container's access control list", NULL, cmd_cont_delete_acl,
	 OPTS(OPT_PATH, OPT_PRINCIPAL), CONT, 2},
	{"destroy", NULL, "Destroy a container", NULL, cmd_cont_destroy, OPTS(OPT_PATH, OPT_FORCE), CONT, 2},
	{"destroy-snap", NULL, "Destroy snapshots", NULL, cmd_cont_destroy_snap,
	 OPTS(OPT_PATH, OPT_EPC, OPT_EPCRANGE, OPT_SNAP), CONT, 2},
	{"evict", NULL, "Evict open handles of a container", NULL, cmd_cont_evict, OPTS(OPT_PATH, OPT_ALL), CONT, 2},
	{"get-acl", NULL, "Get a container's access control list", NULL, cmd_cont_get_acl,
	 OPTS(OPT_PATH, OPT_OUTFILE, OPT_FORCE, OPT_VERBOSE_LARGE), CONT, 2},
	{"get-attr", "getattr", "Get container attributes", NULL, cmd_cont_get_attr, OPTS(OPT_PATH, OPT_ATTR), CONT " [name,...]", 4},
	{"get-prop", "getprop", "Get container properties", NULL, cmd_cont_get_prop, OPTS(OPT_PATH, OPT_PROPERTIES), CONT, 2},
	{"link", NULL, "Give a container a path", NULL, cmd_cont_link, OPTS(OPT_PATH), CONT, 2},
	{"list", "ls", "List the containers of a pool", NULL, cmd_cont_list, OPTS(OPT_VERBOSE_SMALL), POOL, 1},
	{"list-attr", "list-attrs lsattr", "List container attributes", NULL, cmd_cont_list_attrs,
	 OPTS(OPT_PATH, OPT_VERBOSE_LARGE), CONT, 2},
	{"list-objects", "list-obj", "List the objects of a container", NULL, cmd_cont_list_objects, OPTS(OPT_PATH, OPT_EPC), CONT, 2},
	{"list-snap", "list-snaps", "List snapshots", NULL, cmd_cont_list_snaps, OPTS(OPT_PATH), CONT, 2},
	{"overwrite-acl", "replace", "Replace a container's access control list", NULL, cmd_cont_overwrite_acl,
	 OPTS(OPT_PATH, OPT_ACL_FILE, OPT_VERBOSE_LARGE), CONT " [file]", 3},
	{"query", NULL, "Query a container", NULL, cmd_cont_query, OPTS(OPT_PATH), CONT, 2},
	{"rollback", NULL, "Roll a container back to a snapshot", NULL, cmd_cont_rollback, OPTS(OPT_PATH, OPT_EPC), CONT, 2},
	{"set-attr", "setattr", "Set container attributes", NULL, cmd_cont_set_attr,
	 OPTS(OPT_PATH, OPT_ATTR, OPT_VALUE), CONT " <name:value,...>", 5},
	{"set-owner", "chown", "Change a container's owner", NULL, cmd_cont_set_owner, OPTS(OPT_PATH, OPT_USER, OPT_GROUP), CONT, 2},
	{"set-prop", "setprop", "Set container properties", NULL, cmd_cont_set_prop,
	 OPTS(OPT_PATH, OPT_PROPERTIES), CONT " <name:value,...>", 3},
	{"stat", NULL, "Get statistics of a container", NULL, cmd_unsupported, OPTS(OPT_PATH), CONT, 2},
	{"update-acl", NULL, "Change entries of a container's access control list", NULL, cmd_cont_update_acl,
	 OPTS(OPT_PATH, OPT_ACL_FILE, OPT_ENTRY, OPT_VERBOSE_LARGE), CONT " [file]", 3},
	END
};

static const struct cmd fs_cmds[] = {
	{"check", NULL, "Find what no directory leads to", NULL, cmd_fs_check, OPTS(OPT_PATH, OPT_FLAGS, OPT_DIR_NAME), CONT, 2},
	{"chmod", NULL, "Change the mode of a file or directory", NULL, cmd_fs_chmod, OPTS(FS_OPTS, OPT_CHMOD_MODE), CONT, 2},
	{"copy", NULL, "Copy files and directories from and to a container", NULL, cmd_fs_copy,
	 OPTS(OPT_SRC, OPT_DST, OPT_PRESERVE_PROPS, OPT_IGNORE_UNSUPPORTED), NULL, 0},
	{"evict", NULL, "Make dfuse forget a path", NULL, cmd_fs_evict, OPTS(OPT_PATH), "<path>", 1},
	{"fix-entry", NULL, "Fix an entry", NULL, cmd_unsupported, OPTS(FS_OPTS), CONT, 2},
	{"fix-root", NULL, "Link the root again", NULL, cmd_unsupported, OPTS(FS_OPTS), CONT, 2},
	{"fix-sb", NULL, "Make a superblock again", NULL, cmd_unsupported, OPTS(FS_OPTS), CONT, 2},
	{"get-attr", NULL, "Get object class and chunk size", NULL, cmd_fs_get_attr, OPTS(FS_OPTS), CONT, 2},
	{"query", NULL, "Ask dfuse what it holds", NULL, cmd_fs_query, OPTS(OPT_PATH, OPT_INODE), "<path>", 1},
	{"reset-attr", NULL, "Reset object class and chunk size of a directory", NULL, cmd_fs_reset_attr, OPTS(FS_OPTS), CONT, 2},
	{"reset-chunk-size", NULL, "Reset chunk size of a directory", NULL, cmd_fs_reset_chunk_size, OPTS(FS_OPTS), CONT, 2},
	{"reset-oclass", NULL, "Reset object class of a directory", NULL, cmd_fs_reset_oclass, OPTS(FS_OPTS), CONT, 2},
	{"scan", NULL, "Scan a file system and print what is in it", NULL, cmd_fs_scan, OPTS(OPT_PATH, OPT_DIR_NAME), CONT, 2},
	{"set-attr", NULL, "Set object class and chunk size of what a directory will get", NULL, cmd_fs_set_attr,
	 OPTS(FS_OPTS, OPT_CHUNK_SIZE, OPT_OCLASS), CONT, 2},
	END
};

static const struct cmd obj_cmds[] = {
	{"query", NULL, "Say what an object id means", NULL, cmd_obj_query, OPTS(OPT_PATH), CONT " <object id>", 3},
	END
};

static const struct cmd sys_cmds[] = {
	{"query", NULL, "Query the DAOS system", NULL, cmd_system_query, NULL, NULL, 0},
	END
};

static const struct cmd health_cmds[] = {
	{"check", NULL, "See whether the system and its pools answer", NULL, cmd_health_check, NULL, NULL, 0},
	END
};

static const struct cmd top_cmds[] = {
	{"container", "cont", "Work with containers", cont_cmds, NULL, NULL, NULL, 0},
	{"filesystem", "fs", "Work with file systems in containers", fs_cmds, NULL, NULL, NULL, 0},
	{"health", NULL, "See whether the system works", health_cmds, NULL, NULL, NULL, 0},
	{"object", "obj", "Work with objects", obj_cmds, NULL, NULL, NULL, 0},
	{"pool", NULL, "Work with pools", pool_cmds, NULL, NULL, NULL, 0},
	{"server-version", NULL, "Print the version of the DAOS servers", NULL, cmd_server_version, NULL, NULL, 0},
	{"system", "sys", "Ask about the DAOS system", sys_cmds, NULL, NULL, NULL, 0},
	{"version", NULL, "Print the version of this tool", NULL, cmd_version, NULL, NULL, 0},
	END
};

const struct cmd daos_root = {"daos", NULL, "Work with DAOS pools, containers and file systems", top_cmds, NULL, NULL, NULL, 0};
/* clang-format on */
