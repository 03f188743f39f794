#!/bin/bash
# Stores that cannot be used: newer, damaged, foreign, without rights; and no /dev/fuse.
. "$(dirname "$0")/behaviour.sh"
need_mount
new_store
new_pool tank
new_container home
new_mountpoint
OK=("--mountpoint=$MNT" --pool=tank --container=home)
SYSTEM=$STORE/daos_server
POOL_DIR=$SYSTEM/$(uuid_of pool tank)
CONT_DIR=$POOL_DIR/$(uuid_of container tank home)
cp -a "$STORE" "$WORK/good"

again()
{
	rm -rf "$STORE"
	cp -a "$WORK/good" "$STORE"
}

for what in "system $SYSTEM" "pool $POOL_DIR" "container $CONT_DIR"; do
	name=${what% *} dir=${what#* }
	for how in newer feature; do
		check "$name: made $how" store-edit "$dir" $how
		wrong "$name with a $how format" "newer" dfuse "${OK[@]}"
		again
	done
	check "$name: made another kind" store-edit "$dir" other
	wrong "$name of another kind" "damaged|other|not" dfuse "${OK[@]}"
	again
	# Bytes that are no database at all. (The saved first pages would otherwise repair it: that is no error then.)
	head -c 65536 /dev/urandom >"$dir/db"
	head -c 4096 /dev/urandom >"$dir/checkpoint"
	wrong "$name with random bytes for a database" "" dfuse "${OK[@]}"
	again
done

for what in magic version layout; do
	check "superblock: $what spoiled" eval "echo spoil $what | dfs-user tank home | grep -qx ''"
	wrong "superblock with a wrong $what" "superblock|newer|damaged|POSIX|format" dfuse "${OK[@]}"
	again
done

# Rights.
if [ "$(id -u)" = 0 ]; then
	need_user
	chmod 0755 "$WORK"
	new_mountpoint
	chown nobody "$MNT"
	OK=("--mountpoint=$MNT" --pool=tank --container=home)
	wrong "no right to the store" "ermission|right" as_user dfuse "${OK[@]}"
	chmod 0755 "$STORE" "$SYSTEM"
	wrong "no right to the system's database" "ermission|right" as_user dfuse "${OK[@]}"
	USER_RUN=()
	again
	new_mountpoint
	OK=("--mountpoint=$MNT" --pool=tank --container=home)
fi

# /dev/fuse, in a mount namespace of its own.
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	wrong "no /dev/fuse" "/dev/fuse" unshare -m bash -c "mount -t tmpfs none /dev && exec dfuse ${OK[*]}"
	wrong "no /dev/fuse: says what to do" "modprobe|load|kernel" unshare -m bash -c "mount -t tmpfs none /dev && exec dfuse ${OK[*]}"
	need_user
	mkdir "$WORK/userstore" "$WORK/usermnt"
	chown nobody:nogroup "$WORK/userstore" "$WORK/usermnt"
	export DAOS_LOCAL_ROOT=$WORK/userstore
	check "an ordinary user's store" as_user dmg pool create pond --size=1G
	check "an ordinary user's container" as_user daos container create pond home --type=POSIX
	MNT=$WORK/usermnt
	wrong "no right to open /dev/fuse" "/dev/fuse" unshare -m bash -c "
		mount -t tmpfs none /dev && mknod -m 0600 /dev/fuse c 10 229 && mknod -m 0666 /dev/null c 1 3 &&
		exec ${USER_RUN[*]} dfuse --mountpoint=$WORK/usermnt --pool=pond --container=home"
	wrong "a mount point of another user" "ermission|own|right|not permitted" as_user dfuse "--mountpoint=$WORK/good" --pool=pond --container=home
fi
summary
