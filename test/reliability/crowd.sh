#!/bin/bash
# Many processes do all kinds of things to a few names at once: through two mounts, under the interception library, and by
# libdfs. No call hangs, none fails with an error that nothing explains, no byte is read that nobody wrote.
. "$(dirname "$0")/../lib.sh"
[ -z "${DFUSE_TESTDIR:-}" ] || skip "needs mounts"
SECONDS_EACH=${DFUSE_TEST_SECONDS:-6}
LIMIT=60
SEED=${DFUSE_TEST_SEED:-4711} # for other courses of events: DFUSE_TEST_SEED=$RANDOM
PATH=$DFUSE_BUILD/test/reliability:$PATH
echo "seed $SEED (DFUSE_TEST_SEED)"
need_mount
new_store
new_pool tank
new_container home
mount_dfuse "$@"
A=$MNT
mount_dfuse "$@"
B=$MNT

# crowds WHAT COMMAND... [-- COMMAND...]...: all at once.
crowds()
{
	local what=$1 pids=() names=() p i=0 cmd=()
	shift
	for p in "$@" --; do
		if [ "$p" = -- ]; then
			"${cmd[@]}" >"$WORK/crowd.$i" 2>&1 &
			pids+=($!)
			names+=("${cmd[*]: -2}")
			cmd=()
			i=$((i + 1))
		else
			cmd+=("$p")
		fi
	done
	for i in "${!pids[@]}"; do
		if wait "${pids[$i]}"; then
			pass "$what: ${names[$i]}: $(cat "$WORK/crowd.$i")"
		else
			fail "$what: ${names[$i]}:"
			sed 's/^/     | /' "$WORK/crowd.$i"
		fi
	done
}

C=("crowd" "$SECONDS_EACH" "$LIMIT")
IL=(env "LD_PRELOAD=$DFUSE_BUILD/lib/intercept/libioil.so")
crowds "one mount" "${C[@]}" 8 "$SEED" posix "$A"
crowds "two mounts" "${C[@]}" 4 "$SEED" mounts "$A" -- "${C[@]}" 4 "$((SEED + 1))" mounts "$B"
crowds "all kinds" "${C[@]}" 4 "$SEED" mounts "$A" -- "${C[@]}" 2 "$((SEED + 1))" mounts "$B" -- \
	"${IL[@]}" "${C[@]}" 4 "$((SEED + 2))" mounts "$A" -- "${C[@]}" 2 "$((SEED + 3))" dfs tank home
check "unmounts" unmount "$A"
check "unmounts" unmount "$B"
check "the container is in order" daos container check tank home
summary
