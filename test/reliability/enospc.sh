#!/bin/bash
# A full disk under the store: the right error, nothing that was there is lost, and room again after removing.
. "$(dirname "$0")/../lib.sh"
[ -z "${DFUSE_TESTDIR:-}" ] || skip "needs a store of its own"
[ "$(id -u)" = 0 ] || skip "needs root to mount a small file system"
need_mount

DISK=$WORK/disk
mkdir "$DISK"
mount -t tmpfs -o size=64m,mode=0700 tmpfs "$DISK" || skip "cannot mount a tmpfs"
trap 'rc=$?; umount -l "$MNT" 2>/dev/null; umount -l "$DISK"; (exit $rc); cleanup' EXIT
STORE=$DISK/store
export DAOS_LOCAL_ROOT=$STORE
mkdir "$STORE"
new_pool tank
new_container home
mount_dfuse

fill_with_data()
{
	dd if=/dev/zero of="$MNT/big" bs=1M count=200 conv=fsync 2>"$WORK/dd.err" && return 1
	grep -q 'No space left on device' "$WORK/dd.err"
}

# Until the database itself finds no room: of the disk, only what a removed file took is left for names.
fill_with_names()
{
	local i
	mkdir "$MNT/many" || return 1
	head -c 3000000 /dev/urandom >"$MNT/slack" || return 1
	sync "$MNT/slack"
	dd if=/dev/zero of="$MNT/filler" bs=64K count=4000 conv=fsync 2>/dev/null
	rm "$MNT/slack"
	for ((i = 0; i < 30000; i++)); do
		ln -s "$(printf '%0200d' $i)" "$MNT/many/a-rather-long-name-$i" 2>"$WORK/ln.err" || break
	done
	grep -q 'No space left on device' "$WORK/ln.err" || return 1
	echo $i >"$WORK/names"
}

# Removed files give their room back with the next checkpoint.
room_again()
{
	local i
	for ((i = 0; i < 100; i++)); do
		dd if=/dev/urandom of="$MNT/$1" bs=1M count=8 conv=fsync 2>/dev/null && return 0
		sleep 0.2
	done
	return 1
}

names_there()
{
	[ "$(find "$MNT/many" -type l | wc -l)" -ge "$(cat "$WORK/names")" ]
}

head -c 3000000 /dev/urandom >"$WORK/before"
check "a file is written" cp "$WORK/before" "$MNT/before"
sync "$MNT/before"
check "data that does not fit: ENOSPC" fill_with_data
check "what was there is intact" cmp "$WORK/before" "$MNT/before"
check "the large file can be removed" rm "$MNT/big"
check "there is room again" room_again after
check "names that do not fit: ENOSPC" fill_with_names
check "the names that did fit are there" names_there
check "what was there is still intact" cmp "$WORK/before" "$MNT/before"
check "a file can be removed" rm "$MNT/filler"
check "there is room for another one" room_again again
check "the names are still there" names_there
cp "$MNT/again" "$WORK/again"
check "it unmounts" unmount "$MNT"
check "it mounts again" dfuse --mountpoint="$MNT" --pool="$POOL" --container="$CONT"
check "mounted again: the first file" cmp "$WORK/before" "$MNT/before"
check "mounted again: the last file" cmp "$WORK/again" "$MNT/again"
check "mounted again: the names" names_there
unmount "$MNT"
summary
