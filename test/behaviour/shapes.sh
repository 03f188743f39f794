#!/bin/bash
# shellcheck disable=SC2153 # MNT is set by lib.sh
# The three shapes of a mount: a container, a pool, a system; by label and by UUID.
. "$(dirname "$0")/behaviour.sh"
need_mount
new_store
new_pool tank
new_container home
new_container lab
POOL_ID=$(uuid_of pool tank)
HOME_ID=$(uuid_of container tank home)
dmg pool create lake --size=2G >/dev/null
daos container create lake boat --type=POSIX >/dev/null

# shape WHAT ROOT OPTIONS...: mounted with OPTIONS, container home is at MNT/ROOT.
shape()
{
	local what=$1 root=$2
	shift 2
	new_mountpoint
	check "$what: mounts" dfuse --mountpoint="$MNT" "$@" || return
	check "$what: a file is written" write_text "$MNT/$root/from-$1" "$what"
	expect "$what: and read" "$what" "$(cat "$MNT/$root/from-$1")"
	expect "$what: /proc/mounts says dfuse and fuse.daos" "dfuse $MNT fuse.daos" "$(cut -d' ' -f1-3 /proc/mounts | grep -F " $MNT ")"
	check "$what: df works at the mount point" df "$MNT"
	check "$what: df works in the container" df "$MNT/$root"
	check "$what: unmounts" unmount
}

shape "container by labels" . --pool=tank --container=home
shape "container by UUIDs" . "--pool=$POOL_ID" "--container=$HOME_ID"
shape "container by label and UUID" . --pool=tank "--container=$HOME_ID"
shape "pool by label" home --pool=tank
shape "pool by label, container by UUID" "$HOME_ID" --pool=tank
shape "pool by UUID" home "--pool=$POOL_ID"
shape "system by labels" tank/home --sys-name=daos_server
shape "system by UUIDs" "$POOL_ID/$HOME_ID" --sys-name=daos_server
shape "short options" . -p tank -c home
shape "with service ranks" . --svc=0 --pool=tank --container=home
shape "with a range of ranks" . '--svc=[0-0]' --pool=tank --container=home

new_mountpoint
check "positional: container" dfuse "$MNT" tank home
check "positional: its files are there" test -f "$MNT/from---pool=tank"
check "positional: unmounts" unmount
new_mountpoint
check "positional: pool" dfuse "$MNT" tank
check "positional: the container is there" test -d "$MNT/home"
check "positional: unmounts" unmount

new_mountpoint
PMNT=$MNT
check "pool level: mounts" dfuse --mountpoint="$PMNT" --pool=tank
new_mountpoint
SMNT=$MNT
check "system level: mounts" dfuse --mountpoint="$SMNT"

# level WHAT DIR KNOWN: what holds above the containers.
level()
{
	local what=$1 dir=$2 known=$3
	fails_with "$what: listing is ENOTSUP" ENOTSUP listdir "$dir"
	fails_with "$what: an unknown name is ENOENT" ENOENT stat "$dir/no-such-name"
	fails_with "$what: an unknown UUID is ENOENT" ENOENT stat "$dir/12345678-1234-1234-1234-123456789abc"
	fails_with "$what: a name that no label can be is ENOENT" ENOENT stat "$dir/not a label!"
	refuses "$what: mkdir" mkdir "$dir/new"
	refuses "$what: creating a file" create "$dir/new"
	refuses "$what: a symbolic link" symlink target "$dir/new"
	refuses "$what: rmdir of a container" rmdir "$dir/$known"
	refuses "$what: unlink of a container" unlink "$dir/$known"
	refuses "$what: rename of a container" rename "$dir/$known" "$dir/other"
	check "$what: $known is still there" test -d "$dir/$known"
	check "$what: stat says directory" test -d "$dir"
	check "$what: df does not fail" df "$dir"
	check "$what: entering works" env -C "$dir" env -C "$known" pwd
}

level "pool level" "$PMNT" home
level "system level" "$SMNT" tank
level "pool level in a system mount" "$SMNT/tank" home

check "many containers through one mount" eval "
	write_text '$PMNT/home/a' one && write_text '$PMNT/lab/a' two && write_text '$SMNT/lake/boat/a' three"
expect "each has its own files" "one two three" "$(cat "$SMNT/tank/home/a" "$SMNT/tank/lab/a" "$PMNT/../$(basename "$SMNT")/lake/boat/a" | tr '\n' ' ' | sed 's/ $//')"
fails_with "a rename from container to container is EXDEV" EXDEV rename "$PMNT/home/a" "$PMNT/lab/b"
expect "it changed nothing" "one" "$(cat "$PMNT/home/a")"
check "mv copies from container to container" mv "$PMNT/home/a" "$PMNT/lab/moved"
expect "the copy is whole" "one" "$(cat "$PMNT/lab/moved")"
check "a container made after the mount appears" eval "
	daos container create tank late --type=POSIX >/dev/null && write_text '$PMNT/late/x' late && test -f '$SMNT/tank/late/x'"
daos container create tank raw >/dev/null
fails "a container that is not POSIX cannot be entered" ls "$PMNT/raw"
expect "a container's entry and its root are one directory" "$(stat -c %i "$PMNT/home")" "$(stat -c %i "$PMNT/home/.")"
check "pool level: unmounts" unmount "$PMNT"
check "system level: unmounts" unmount "$SMNT"

# df: the pool's real size and use.
new_pool pond 1G
new_container small
mount_dfuse
size=$(df -B1 --output=size "$MNT" | tail -n 1)
check "df shows the pool's size" test "$size" -ge 900000000 -a "$size" -le 1200000000
before=$(df -B1 --output=used "$MNT" | tail -n 1)
dd if=/dev/urandom of="$MNT/big" bs=1M count=50 conv=fsync status=none
after=$(df -B1 --output=used "$MNT" | tail -n 1)
check "df: 50 MB written show ($before, then $after)" test $((after - before)) -ge 45000000 -a $((after - before)) -le 80000000
check "df: available shrinks with it" test "$(df -B1 --output=avail "$MNT" | tail -n 1)" -lt "$((size - 45000000))"
rm "$MNT/big"
# Space comes back when the last user of the file is gone, which need not be in this moment.
for _ in {1..50}; do
	after=$(df -B1 --output=used "$MNT" | tail -n 1)
	[ $((after - before)) -ge 10000000 ] || break
	sleep 0.1
done
check "df: and is free again after removal ($before, now $after)" test $((after - before)) -lt 10000000
check "unmounts" unmount
summary
