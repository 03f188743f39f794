#!/bin/bash
# What the examples print, on a store of their own.
. "$(dirname "$0")/../test/lib.sh"

E=$DFUSE_BUILD/examples
new_store
new_pool tank

head -c 3000000 /dev/urandom >"$WORK/in"
check "dfs_put creates container and directories" "$E/dfs_put" tank home /a/b/f <"$WORK/in"
"$E/dfs_cat" tank home /a/b/f >"$WORK/out"
check "dfs_cat gives the same bytes back" cmp "$WORK/in" "$WORK/out"
expect "dfs_ls lists a directory" "a" "$("$E/dfs_ls" tank home | awk '{ print $NF }')"
expect "dfs_ls knows sizes" 3000000 "$("$E/dfs_ls" tank home /a/b | awk '{ print $4 }')"
expect "daos_keys shows keys" $'a\n\tDFS_INODE' "$("$E/daos_keys" tank home)"
echo short | "$E/dfs_put" tank home /a/b/f
expect "dfs_put truncates" short "$("$E/dfs_cat" tank home /a/b/f)"
check_fails "dfs_cat of a directory" "^dfs_cat: '/a': Is a directory$" "$E/dfs_cat" tank home /a
check_fails "dfs_cat of what is not there" "^dfs_cat: '/x': No such file or directory$" "$E/dfs_cat" tank home /x
check_fails "an unknown container" "^dfs_ls: container 'none' in pool 'tank': No such" "$E/dfs_ls" tank none
check_fails "an unknown pool" "^daos_keys: container 'home' in pool 'none': " "$E/daos_keys" none home
summary
