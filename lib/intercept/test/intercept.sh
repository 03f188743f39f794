#!/bin/bash
# The outside of the interception library, with an inside made for tests: below $SEEN is what is below $REAL.
LIB=$1
PROGRAM=$2
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
REAL=$WORK/real
SEEN=$WORK/seen/mount
mkdir "$REAL" "$WORK/seen"
BAD=0

# under HOW COMMAND...: with the library; HOW is what the inside does.
under()
{
	local how=$1
	shift
	D_IL_POOL=$how D_IL_CONTAINER=$REAL D_IL_MOUNT_POINT=$SEEN LD_PRELOAD=$LIB "$@"
}

# check WHAT COMMAND...
check()
{
	local what=$1
	shift
	if ! "$@" >"$WORK/out" 2>&1; then
		echo "FAIL $what"
		cat "$WORK/out"
		BAD=1
	fi
}

for how in map clobber; do
	for name in open names libc cwd fds registers signals threads children; do
		check "$how: $name" under $how "$PROGRAM" "$SEEN" "$REAL" $name
	done
	rm -rf "${REAL:?}"/*
done
exit $BAD
