#!/bin/bash
# dbench in a mount: the file operations of a file server's clients, each result as recorded.
. "$(dirname "$0")/../lib.sh"
need dbench
LOAD=$(compgen -G '/usr/share/dbench/client.txt' || compgen -G '/usr/share/doc/dbench/loadfiles/client.txt')
[ -n "$LOAD" ] || skip "dbench's load file is not installed"
new_mount

for clients in 1 8; do
	check "dbench with $clients clients" dbench -D "$MNT" -c "$LOAD" -t 8 $clients
done
check "dbench with fsync and extended attributes" dbench -D "$MNT" -c "$LOAD" -t 5 -F -x 4
check "nothing wrong in the tree it leaves" eval 'find "$MNT" -type f -exec cat {} + >/dev/null && rm -rf "$MNT"/*'
check "unmount" unmount
summary
