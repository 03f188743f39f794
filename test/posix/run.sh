#!/bin/bash
# run.sh SUITE SHAPE WHO [dfuse OPTIONS]: the conformance suite in one variant.
#
#	SHAPE  plain (no mount: a directory of the build machine, to prove the suite itself), container, pool or system: the shape of the mount
#	WHO    root or user
#
# With DFUSE_TEST_INTERCEPT=mount or none under the interception library (plain: any value, to see that it does nothing there).
# POSIX_ONLY=PATTERN in the environment runs the cases whose names match.
. "$(dirname "$0")/../lib.sh"
[ $# -ge 3 ] || { echo "usage: run.sh SUITE SHAPE WHO [dfuse OPTIONS]" >&2; exit 2; }
SUITE=$1 SHAPE=$2 WHO=$3
shift 3

if [ "$SHAPE" = plain ]; then
	export DFUSE_TESTDIR=${TMPDIR:-/tmp} # nothing to mount, nothing to install
	INTERCEPT=
fi
if [ "$WHO" = root ]; then
	[ "$(id -u)" = 0 ] || skip "not root here"
else
	need_mount
	need_user
fi
cp "$SUITE" "$WORK/posix-suite" && chmod 0755 "$WORK/posix-suite" || exit 1

case $SHAPE in
plain)
	PROFILE=plain
	mount_dfuse
	DIR=$MNT
	;;
container)
	PROFILE=dfuse
	new_mount "$@"
	DIR=$MNT
	;;
pool | system)
	PROFILE=dfuse
	need_mount
	new_store
	new_pool tank
	new_container home
	new_mountpoint
	args=("--mountpoint=$MNT")
	DIR=$MNT/tank/home
	[ "$SHAPE" = system ] || { args+=("--pool=tank"); DIR=$MNT/home; }
	[ -n "${DFUSE_TEST_INSIDE:-}" ] || as_user dfuse "${args[@]}" "$@" || { fail "dfuse ${args[*]} $*"; summary; }
	start_inside
	;;
*)
	echo "run.sh: no shape '$SHAPE'" >&2
	exit 2
	;;
esac

cd "$WORK" || exit 1
[ "$WHO" = root ] || ulimit -n 4096 2>/dev/null
RUN=("$WORK/posix-suite" --quiet "--profile=$PROFILE" "--only=${POSIX_ONLY:-*}" "$DIR")
if [ "$SHAPE" = plain ] && [ -n "${DFUSE_TEST_INTERCEPT:-}" ]; then
	cp "$DFUSE_BUILD"/lib/intercept/libioil*.so "$WORK" || skip "the interception library is not built here"
	RUN=(env "LD_PRELOAD=$WORK/libioil.so" "${RUN[@]}")
fi
if [ "$WHO" = root ]; then "${RUN[@]}"; else as_user "${RUN[@]}"; fi >"$WORK/out" 2>&1
RC=$?
# The suite's own count is the test's count; the checks below add to it.
head -n -1 "$WORK/out"
read -r PASSED _ FAILED _ <<<"$(tail -n 1 "$WORK/out")"
[[ $PASSED =~ ^[0-9]+$ && $FAILED =~ ^[0-9]+$ ]] || { tail -n 1 "$WORK/out"; PASSED=0 FAILED=1; }
[ $RC -eq 0 ] || [ "$FAILED" -gt 0 ] || fail "the suite ended with status $RC"
if [ "$SHAPE" != plain ]; then
	expect "nothing is left in the mount" "" "$(as_user ls -A "$DIR")"
	check "unmount" unmount
fi
summary
