#!/bin/bash
# killed.sh [ROUNDS [SEED]]: programs of all kinds work in one container and are killed at any moment: dfuse, programs in its
# mount, programs under the interception library with a mount and with none, the daos tool. What had
# returned is there for all, those who live go on, and the container is in order.
. "$(dirname "$0")/../lib.sh"
unset DFUSE_TESTDIR
[ -z "${DFUSE_TEST_INTERCEPT:-}" ] || skip "chooses by itself who is under the library"
need python3
ROUNDS=${1:-8}
RANDOM=${2:-4711}
echo "seed ${2:-4711}"
LIMIT=60 # seconds that somebody may take to make progress
WORTH=5  # changes that everyone has made before anybody is killed
WORKER=$(cd "$(dirname "$0")" && pwd)/killed.py
IL_LIB=$DFUSE_BUILD/lib/intercept/libioil.so
# With write-back, where a killed program leaves more behind. DFUSE_OPTIONS= is with passthrough.
DFUSE_OPTIONS=${DFUSE_OPTIONS---passthrough=off}
new_mount
declare -A PIDS

# start KIND ROUND: a worker with a directory and a log of its own.
start()
{
	local name=$1.$2 log=$WORK/log.$2/$1.$2 env=() dir=$MNT
	case $1 in
	inside) env=("LD_PRELOAD=$IL_LIB") ;;
	alone) env=("LD_PRELOAD=$IL_LIB" "D_IL_POOL=$POOL" "D_IL_CONTAINER=$CONT" "D_IL_MOUNT_POINT=$WORK/alone") dir=$WORK/alone ;;
	esac
	if [ "$1" = tool ]; then
		tool "$log" &
	else
		env "${env[@]}" python3 "$WORKER" work "$dir/$name" "$log" "$RANDOM" 2>"$WORK/err.$1" &
	fi
	PIDS[$1]=$!
	JOBS+=("$!")
}

# The tool, which sets an attribute of the container; every third one is killed at some moment.
tool()
{
	local n=0
	while :; do
		n=$((n + 1))
		daos container set-attr "$POOL" "$CONT" "k:$n" >/dev/null 2>&1 &
		if ((n % 3 == 0)); then
			sleep "0.0$((RANDOM % 3))$((RANDOM % 9))"
			kill -9 $! 2>/dev/null
		fi
		wait $! 2>/dev/null
		echo "begin k $n" >>"$1"
	done
}

# Everyone in the list does something within LIMIT.
progress()
{
	local kind log was i
	for kind; do
		log=$WORK/log.$ROUND/$kind.$ROUND
		was=$(stat -c %s "$log" 2>/dev/null || echo 0)
		for ((i = 0; i < LIMIT * 10; i++)); do
			[ "$(stat -c %s "$log" 2>/dev/null || echo 0)" = "$was" ] || continue 2
			sleep 0.1
		done
		echo "$kind makes no progress: $(cat "$WORK/err.$kind" 2>/dev/null)"
		return 1
	done
}

kill_daemon()
{
	local daemon
	daemon=$(daemons "$MNT" | head -n 1)
	kill -9 "$daemon"
	wait_for gone "$daemon"
}

# at_least COUNT KIND...: so many changes of each have been acknowledged in this round.
at_least()
{
	local kind
	for kind in "${@:2}"; do
		[ "$(grep -c '^done' "$WORK/log.$ROUND/$kind.$ROUND")" -ge "$1" ] || return 1
	done
}

remount()
{
	fusermount3 -uz "$MNT" 2>/dev/null
	# shellcheck disable=SC2086 # DFUSE_OPTIONS is a list
	dfuse --mountpoint="$MNT" --pool="$POOL" --container="$CONT" ${DFUSE_OPTIONS:-}
}

mkdir "$WORK/alone"
for ((ROUND = 1; ROUND <= ROUNDS; ROUND++)); do
	mkdir "$WORK/log.$ROUND"
	for kind in mount inside alone tool; do
		start $kind $ROUND
	done
	check "round $ROUND: all are at work" progress mount inside alone tool
	check "round $ROUND: and have made some changes" wait_for at_least "$WORTH" mount inside alone
	sleep "0.$((RANDOM % 9))$((RANDOM % 9))"
	kinds=(mount inside alone)
	first=${kinds[RANDOM % 3]}
	kill -9 "${PIDS[$first]}"
	wait "${PIDS[$first]}" 2>/dev/null
	others=(mount inside alone tool)
	check "round $ROUND: the others go on without $first" progress "${others[@]/$first/tool}"
	if ((ROUND % 2 == 0)); then
		check "round $ROUND: dfuse is killed" kill_daemon
		check "round $ROUND: those without the mount go on without dfuse" progress tool
		[ "$first" = alone ] || check "round $ROUND: a program with no mount goes on" progress alone
	fi
	kill -9 "${PIDS[@]}" 2>/dev/null
	wait "${PIDS[@]}" 2>/dev/null
	((ROUND % 2 != 0)) || check "round $ROUND: mounted again" remount
	check "round $ROUND: everything is there, in the mount" python3 "$WORKER" verify "$MNT" "$WORK/log.$ROUND/"{mount,inside,alone}.$ROUND
	check "round $ROUND: and without it" env "LD_PRELOAD=$IL_LIB" "D_IL_POOL=$POOL" "D_IL_CONTAINER=$CONT" \
		"D_IL_MOUNT_POINT=$WORK/alone" python3 "$WORKER" verify "$WORK/alone" "$WORK/log.$ROUND/"{mount,inside,alone}.$ROUND
done
echo "$(cat "$WORK"/log.*/*.* | grep -c '^done') changes acknowledged"
check "it unmounts" unmount
check "the container is in order" daos container check "$POOL" "$CONT"
check "and nothing in it is without a name" eval "daos filesystem check '$POOL' '$CONT' | grep -q 'not named: *0'"
summary
