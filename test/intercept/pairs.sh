#!/bin/bash
# pairs.sh AGENT: processes under the interception library and without it, on the same files by turns; see pairs.py.
#
# DFUSE_TEST_INTERCEPT=mount: the kernel caches what it may. none: both processes are under the library, there is no mount.
. "$(dirname "$0")/../lib.sh"
[ $# -ge 1 ] || { echo "usage: pairs.sh AGENT [dfuse OPTIONS]" >&2; exit 2; }
AGENT=$1
shift
at_once
new_mount "$@"
[ "$INTERCEPT" != none ] || export PAIRS_BOTH=1
python3 "$(dirname "$0")/pairs.py" "$AGENT" "$MNT" ${LD_PRELOAD:+"$LD_PRELOAD"} >"$WORK/out" 2>&1
RC=$?
# Its own count is the test's count.
head -n -1 "$WORK/out"
read -r PASSED _ FAILED _ <<<"$(tail -n 1 "$WORK/out")"
[[ $PASSED =~ ^[0-9]+$ && $FAILED =~ ^[0-9]+$ ]] || { tail -n 20 "$WORK/out"; PASSED=0 FAILED=1; }
[ $RC -eq 0 ] || [ "$FAILED" -gt 0 ] || fail "pairs.py ended with status $RC"
check "unmount" unmount
summary
