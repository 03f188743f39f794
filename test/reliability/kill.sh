#!/bin/bash
# dfuse is killed again and again while programs work: what they were told is safe is there, whole, every time.
. "$(dirname "$0")/../lib.sh"
[ -z "${DFUSE_TESTDIR:-}" ] || skip "needs a daemon to kill"
new_mount

ROUNDS=8
mkdir "$WORK/truth"

# Files with a checksum in their name; a line in `told` only when fsync of the file and its directory has returned.
worker()
{
	local n=0 sum
	mkdir -p "$MNT/w$1/$2" 2>/dev/null
	while :; do
		n=$((n + 1))
		head -c $((RANDOM * 4 + 1)) /dev/urandom >"$WORK/data$1"
		sum=$(md5sum <"$WORK/data$1")
		cp "$WORK/data$1" "$MNT/w$1/$2/tmp" || return 0
		sync "$MNT/w$1/$2/tmp" || return 0
		mv "$MNT/w$1/$2/tmp" "$MNT/w$1/$2/${sum%% *}" || return 0
		sync "$MNT/w$1/$2" || return 0
		echo "w$1/$2/${sum%% *}" >>"$WORK/truth/told$1"
		[ $((n % 5)) -ne 0 ] || rm -f "$MNT/w$1/$2/tmp" "$MNT/w$1/$2/old"
	done
} 2>/dev/null

round()
{
	local pids=() w daemon
	for w in 1 2 3; do
		worker $w "$1" &
		pids+=($!)
	done
	sleep "0.$((RANDOM % 9))5"
	daemon=$(daemons "$MNT" | head -n 1)
	kill -9 "$daemon" || return 1
	wait "${pids[@]}"
	while [ -e "/proc/$daemon" ]; do
		sleep 0.05
	done
	dfuse --mountpoint="$MNT" --pool="$POOL" --container="$CONT"
}

verify()
{
	local name sum
	while read -r name; do
		sum=$(md5sum <"$MNT/$name") || return 1
		[ "${sum%% *}" = "${name##*/}" ] || { echo "$name: other bytes"; return 1; }
	done < <(cat "$WORK"/truth/told* 2>/dev/null)
}

for ((r = 1; r <= ROUNDS; r++)); do
	check "round $r: killed and mounted again" round $r
	check "round $r: everything that was synced is there" verify
done
check "something was synced at all" test -s "$WORK/truth/told1"
unmount "$MNT"
check "the container is in order" daos container check "$POOL" "$CONT"
summary
