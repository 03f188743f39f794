#!/bin/bash
# Start and stop: in the background and the foreground, by signal and by unmount, after a kill, as mount(8) does it.
. "$(dirname "$0")/behaviour.sh"
need_mount
new_store
new_pool tank
new_container home

# Background: returns when it serves.
mount_dfuse
check "background: it serves when the command returns" write_text "$MNT/a" text
check "background: one daemon" test "$(daemons "$MNT" | wc -l)" = 1
PID=$(daemon)
check "background: it has no terminal and is not in the caller's session" test "$(cut -d' ' -f6 "/proc/$PID/stat")" = "$PID"
check "background: its working directory keeps nothing busy" test "$(readlink "/proc/$PID/cwd")" = /
expect "background: nothing was printed" "" "$(cat "$WORK/.mnt")"
mem=$(awk '/^RssAnon/ {print $2}' "/proc/$PID/status")
check "idle memory is small (${mem} kB of its own)" test "$mem" -lt 32768
check "fusermount3 -u" fusermount3 -u "$MNT"
check "fusermount3 -u: the process ends" wait_for gone "$PID"
fails "fusermount3 -u: the mount is gone" mountpoint -q "$MNT"

# ended HOW COMMAND...: written without fsync, ended by the command, and all is there.
ended()
{
	local how=$1 pid fd
	shift
	mount_dfuse
	pid=$(daemon)
	dd if="$WORK/random" of="$MNT/data.$how" bs=64k status=none
	write_text "$MNT/small.$how" "$how"
	mkdir "$MNT/dir.$how"
	PID=$pid "$@"
	check "$how: the process ends" wait_for gone "$pid"
	check "$how: the mount is gone" wait_for not_mounted "$MNT"
	mount_dfuse
	check "$how: data written without fsync is there" cmp "$WORK/random" "$MNT/data.$how"
	expect "$how: a small file, too" "$how" "$(cat "$MNT/small.$how")"
	check "$how: and a directory" test -d "$MNT/dir.$how"
	check "$how: unmounts" unmount
}

not_mounted()
{
	! mountpoint -q "$1"
}

term() { kill -TERM "$PID"; }
int() { kill -INT "$PID"; }
unmounted() { fusermount3 -u "$MNT"; }
umounted() { umount "$MNT"; }

head -c 5000000 /dev/urandom >"$WORK/random"
ended SIGTERM term
ended SIGINT int
ended "fusermount3" unmounted
[ "$(id -u)" != 0 ] || ended "umount" umounted

# While a file is open: SIGTERM still ends it.
mount_dfuse
PID=$(daemon)
exec 7>"$MNT/held"
echo before >&7
kill -TERM "$PID"
check "SIGTERM with an open file: the process ends" wait_for gone "$PID"
check "SIGTERM with an open file: the mount is gone" wait_for not_mounted "$MNT"
exec 7>&-
mount_dfuse
expect "SIGTERM with an open file: what was written is there" before "$(cat "$MNT/held")"
check "unmounts" unmount

# Two signals at once, and a signal while it works.
mount_dfuse
PID=$(daemon)
in_background dd if=/dev/zero of="$MNT/stream" bs=4k count=200000 status=none 2>/dev/null
sleep 0.3
kill -TERM "$PID"
kill -INT "$PID" 2>/dev/null
check "signals under load: the process ends" wait_for gone "$PID"
check "signals under load: the mount is gone" wait_for not_mounted "$MNT"
wait "$JOB" 2>/dev/null

# kill -9: the dead mount is taken over by the next start.
mount_dfuse
PID=$(daemon)
dd if="$WORK/random" of="$MNT/kept" bs=64k conv=fsync status=none
write_text "$MNT/kept.name" kept
kill -9 "$PID"
check "kill -9: the process is gone" wait_for gone "$PID"
fails "kill -9: the mount point is dead" ls "$MNT"
check "kill -9: dfuse takes the mount point over" dfuse --mountpoint="$MNT" --pool=tank --container=home
check "kill -9: it serves" ls "$MNT"
expect "kill -9: one mount, not two" 1 "$(grep -cF " $MNT " /proc/mounts)"
check "kill -9: synced data is there" cmp "$WORK/random" "$MNT/kept"
expect "kill -9: and a name" kept "$(cat "$MNT/kept.name")"
check "kill -9: writing goes on" write_text "$MNT/after" after
check "unmounts" unmount

# Foreground.
new_mountpoint
in_background dfuse --foreground --mountpoint="$MNT" --pool=tank --container=home >"$WORK/log" 2>&1
check "foreground: it serves" wait_for test -f "$MNT/kept"
check "foreground: it stays" kill -0 "$JOB"
check "foreground: it says that it is mounted, on the terminal" grep -q "$MNT" "$WORK/log"
kill -INT "$JOB"
wait "$JOB"
expect "foreground: SIGINT ends it with status 0" 0 $?
fails "foreground: the mount is gone" mountpoint -q "$MNT"
in_background dfuse --foreground --mountpoint="$MNT" --pool=tank --container=home >"$WORK/log" 2>&1
check "foreground: it serves again" wait_for test -f "$MNT/kept"
fusermount3 -u "$MNT"
wait "$JOB"
expect "foreground: fusermount3 -u ends it with status 0" 0 $?

# In a pid namespace of its own, where those outside have no process id.
if [ "$(id -u)" = 0 ] && unshare -p -f true 2>/dev/null; then
	new_mountpoint
	in_background unshare -p -f dfuse --foreground --mountpoint="$MNT" --pool=tank --container=home >"$WORK/log" 2>&1
	check "pid namespace: it serves" wait_for test -f "$MNT/kept"
	write_text "$MNT/outside" 0123456789
	truncate -s 4 "$MNT/outside"
	chmod 640 "$MNT/outside"
	touch -d @1000000000 "$MNT/outside"
	expect "pid namespace: size, mode and time are set from outside" "4 640 1000000000" "$(stat -c '%s %a %Y' "$MNT/outside")"
	expect "pid namespace: what is left of the text" 0123 "$(cat "$MNT/outside")"
	check "pid namespace: unmounts" unmount
	wait "$JOB"
fi

# Read-only.
mount_dfuse --read-only
expect "read-only: reading works" kept "$(cat "$MNT/kept.name")"
fails_with "read-only: creating is EROFS" EROFS create "$MNT/new"
fails_with "read-only: writing is EROFS" EROFS write "$MNT/kept.name"
fails_with "read-only: mkdir is EROFS" EROFS mkdir "$MNT/newdir"
fails_with "read-only: unlink is EROFS" EROFS unlink "$MNT/kept.name"
fails_with "read-only: chmod is EROFS" EROFS chmod "$MNT/kept.name" 600
check "read-only: unmounts" unmount

# Options that only change how it works.
for options in "-S" "--singlethreaded" "--thread-count=4" "--enable-caching" "--disable-caching" "--disable-wb-cache"; do
	mount_dfuse "$options"
	check "$options: serves" cmp "$WORK/random" "$MNT/kept"
	check "$options: unmounts" unmount
done

# As mount(8) and fstab call it.
# served WHAT: MNT is the container; unmounts it.
served()
{
	expect "$1: serves" kept "$(cat "$MNT/kept.name" 2>&1)"
	expect "$1: /proc/mounts says dfuse and fuse.daos" "dfuse $MNT fuse.daos" "$(cut -d' ' -f1-3 /proc/mounts | grep -F " $MNT ")"
	check "$1: unmounts" unmount
}

new_mountpoint
check "-o pool=,container=" dfuse "$MNT" -o pool=tank,container=home
served "-o pool=,container="
if command -v mount.fuse3 >/dev/null && [ "$(id -u)" = 0 ]; then
	new_mountpoint
	check "mount.fuse3 dfuse PATH -o" mount.fuse3 dfuse "$MNT" -o pool=tank,container=home
	served "mount.fuse3"
	new_mountpoint
	# mount(8) gives its helpers a PATH of its own: a program that is not installed is named in full.
	check "mount -t fuse.dfuse" mount -t "fuse.$DFUSE_BUILD/bin/dfuse/dfuse" dfuse "$MNT" -o pool=tank,container=home
	served "mount -t fuse.dfuse"
	new_mountpoint
	check "mount.fuse3 with ro" mount.fuse3 dfuse "$MNT" -o ro,pool=tank,container=home
	fails_with "mount.fuse3 with ro: read-only" EROFS create "$MNT/new"
	served "mount.fuse3 with ro"
	new_mountpoint
	check "mount.fuse3 with the options of an fstab line" mount.fuse3 dfuse "$MNT" -o rw,noatime,nodev,nosuid,_netdev,noauto,user,pool=tank,container=home
	served "mount.fuse3 with the options of an fstab line"
	new_mountpoint
	fails "mount.fuse3 with a wrong option" mount.fuse3 dfuse "$MNT" -o pool=tank,container=home,nonsense
	fails "mount.fuse3 with a wrong option: nothing is mounted" mountpoint -q "$MNT"
fi

# --version and --help.
check "--version" eval "dfuse --version | grep -qE '^dfuse version [0-9]+'"
check "--help" eval "dfuse --help | grep -q -- --mountpoint"
for i in 1 2 3 4 5; do
	mount_dfuse
	check "again and again ($i): serves" test -f "$MNT/kept"
	check "again and again ($i): unmounts" unmount
done
summary
