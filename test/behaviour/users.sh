#!/bin/bash
# One user: whoever mounted it may use it, nobody else, root included.
. "$(dirname "$0")/behaviour.sh"
need_mount
[ "$(id -u)" = 0 ] || skip "needs root, to be several users"
need_user
new_store
new_pool tank
new_container home
mount_dfuse

check "its user writes" as_user bash -c "echo text >'$MNT/file'"
expect "and reads" text "$(as_user cat "$MNT/file")"
expect "files are the user's" "nobody" "$(as_user stat -c %U "$MNT/file")"
for call in "listdir $MNT" "stat $MNT" "stat $MNT/file" "read $MNT/file" "create $MNT/new" "mkdir $MNT/dir" "unlink $MNT/file"; do
	# shellcheck disable=SC2086 # a call and its arguments
	fails_with "root: ${call%% *} is EACCES" EACCES $call
done

other()
{
	setpriv --reuid=12345 --regid=12345 --clear-groups "$@"
}

fails "another user: ls" other ls "$MNT"
fails "another user: cat" other cat "$MNT/file"
fails "another user: create" other touch "$MNT/new"
expect "another user is told EACCES" "cat: $MNT/file: Permission denied" "$(other cat "$MNT/file" 2>&1)"
fails "the user's store is closed to others" other ls "$STORE"
expect "nothing changed" file "$(as_user ls "$MNT")"
check "the mount is in /proc/mounts for the user" grep -q "^dfuse $MNT fuse.daos .*user_id=$(id -u nobody)" /proc/mounts
fails "another user cannot unmount it" other fusermount3 -u "$MNT"
check "chown to oneself succeeds" as_user chown nobody:nogroup "$MNT/file"
fails "chown to another is refused" as_user chown 12345 "$MNT/file"
check "cp -a keeps mode and time" as_user bash -c "chmod 640 '$MNT/file' && touch -d @1000000000.5 '$MNT/file' && cp -a '$MNT/file' '$MNT/copy' &&
	test \"\$(stat -c '%a %.9Y' '$MNT/copy')\" = '640 1000000000.500000000'"
check "unmounts" unmount

# A mount of root's is closed to ordinary users.
USER_RUN=()
export DAOS_LOCAL_ROOT=$WORK/rootstore
mkdir -m 0700 "$WORK/rootstore"
new_pool lake
new_container home
mount_dfuse
check "root's mount: root writes" write_text "$MNT/file" text
fails "root's mount: another user is refused" other ls "$MNT"
check "root's mount: unmounts" unmount
summary
